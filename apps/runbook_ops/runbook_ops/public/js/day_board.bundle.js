// The Day Board: everybody's day side by side, to read, to move and to fill.

import { DayBoard } from "./day_board/board";

frappe.provide("frappe.runbook");
frappe.runbook.DayBoard = DayBoard;
