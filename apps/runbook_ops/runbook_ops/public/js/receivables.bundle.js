// Receivables: who owes what and how old it is, and what is done about it.

import { Receivables } from "./receivables/receivables";

frappe.provide("frappe.runbook");
frappe.runbook.Receivables = Receivables;
