// The checkout: what was done, what is sold beside it, and how it is paid.

import { Till } from "./checkout/till";

frappe.provide("frappe.runbook");
frappe.runbook.Till = Till;
