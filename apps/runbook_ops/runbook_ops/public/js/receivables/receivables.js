// The Receivables page: customers by age, what is open of each, and the ways to settle it.

import { collect, promise, show_statement, write_off } from "./dialogs";
import { customer_html, details_html, page_html, table_html } from "./draw";
import { show_write_offs } from "./write_offs";

const API = "runbook_ops.api.receivables";

export class Receivables {
	constructor(page) {
		this.page = page;
		this.root = $(page.main).addClass("rb-receivables");
		this.root.html(page_html());
		this.open = new Map();
		this.customers = [];
		this.search = "";
		this.company = null;
		this.root.on("click", "[data-do]", (event) => this.pressed(event.currentTarget));
		this.root.on("change", "[data-company]", (event) => this.choose(event.currentTarget.value));
		this.root.on("input", "[data-search]", frappe.utils.debounce((event) => this.look_for(event.target.value), 250));
		$(document).on("keydown.rb-receivables", (event) => this.root.is(":visible") && this.key(event));
	}

	/** Show how things stand, or the customer that a form has named. */
	async show() {
		const asked = frappe.route_options?.customer;
		frappe.route_options = null;
		if (asked) {
			this.search = asked;
			this.root.find("[data-search]").val(asked);
		}
		await this.load();
		if (asked && this.customers.length === 1) await this.toggle(this.customers[0].customer, true);
	}

	// ---- with the server

	async load(more = false) {
		const turn = (this.turn = (this.turn || 0) + 1);
		const start = more ? this.customers.length : 0;
		const wish = { company: this.company, search: this.search, start };
		const told = await frappe.runbook.attempt(() => frappe.xcall(`${API}.overview`, wish));
		if (turn !== this.turn || !told) return;
		this.customers = more ? [...this.customers, ...told.customers] : told.customers;
		this.told = { ...told, totals: more ? this.told.totals : told.totals, search: this.search };
		this.company = told.company;
		const names = new Set(this.customers.map((one) => one.customer));
		for (const name of this.open.keys()) if (!names.has(name)) this.open.delete(name);
		this.draw();
	}

	/** After something was done: what is open of the customer, and all sums. */
	async again(customer) {
		if (this.open.has(customer)) await this.read(customer);
		await this.load();
	}

	async read(customer) {
		const wish = { customer, company: this.company };
		const rows = await frappe.runbook.attempt(() => frappe.xcall(`${API}.invoices`, wish));
		if (rows) this.open.set(customer, rows);
	}

	// ---- what people do

	choose(company) {
		this.company = company;
		this.open.clear();
		this.load();
	}

	look_for(text) {
		this.search = text.trim();
		this.load();
	}

	async toggle(customer, open = !this.open.has(customer)) {
		if (open) await this.read(customer);
		else this.open.delete(customer);
		this.draw_customer(customer);
	}

	pressed(button) {
		const { do: what } = button.dataset;
		const customer = $(button).closest("[data-customer]").attr("data-customer");
		if (what === "more") return this.load(true);
		if (what === "toggle") return this.toggle(customer);
		if (what === "statement") return show_statement(this, customer);
		if (what === "write-offs") return show_write_offs(this.company, customer, (name) => this.again(name));
		const name = $(button).closest("[data-voucher]").attr("data-voucher");
		const row = this.open.get(customer)?.find((one) => one.name === name);
		if (!row) return null;
		const after = () => this.again(customer);
		const steps = {
			collect: () => collect(this.told, row, after),
			paid: () => collect(this.told, row, after, true),
			promise: () => promise(this.told, row, after),
			link: () => frappe.runbook.send_pay_link({ reload_doc: after }, { invoice: row.name }),
			"write-off": () => write_off(this.told, row, after),
		};
		return steps[what]();
	}

	/** Up and down go from customer to customer, "/" to the search. */
	key(event) {
		if (event.key === "/" && !$(event.target).is("input, select, textarea, [contenteditable]")) {
			event.preventDefault();
			this.root.find("[data-search]").trigger("focus");
			return;
		}
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (!step || !$(event.target).is("[data-do=toggle], [data-search]")) return;
		event.preventDefault();
		const all = this.root.find("[data-do=toggle]").toArray();
		const next = all[all.indexOf(event.target) + step];
		if (next) next.focus();
	}

	// ---- drawing, with the cursor where it was

	draw() {
		const held = this.held();
		this.root.find(".rb-ar-table").html(table_html(this.told, this.customers, this.open));
		this.root.find(".rb-ar-all-write-offs").prop("hidden", !this.told.may.write_off);
		const pick = this.root.find(".rb-ar-company");
		pick.toggle(this.told.companies.length > 1);
		pick.find("select").html(
			this.told.companies
				.map((name) => `<option ${name === this.company ? "selected" : ""}>${frappe.utils.escape_html(name)}</option>`)
				.join("")
		);
		this.give_back(held);
	}

	draw_customer(name) {
		const held = this.held();
		const body = this.root.find("[data-customer]").filter((_, one) => one.dataset.customer === name);
		const customer = this.customers.find((one) => one.customer === name);
		const rows = this.open.get(name);
		body.html(customer_html(this.told, customer, Boolean(rows)) + (rows ? details_html(this.told, customer, rows) : ""));
		this.give_back(held);
	}

	held() {
		const at = $(document.activeElement);
		const what = at.attr("data-do");
		return what && { what, customer: at.closest("[data-customer]").attr("data-customer"), voucher: at.closest("[data-voucher]").attr("data-voucher") };
	}

	give_back(held) {
		if (!held) return;
		const { what, customer, voucher } = held;
		const same = (_, one) =>
			$(one).closest("[data-customer]").attr("data-customer") === customer &&
			$(one).closest("[data-voucher]").attr("data-voucher") === voucher;
		this.root.find(`[data-do=${what}]`).filter(same).first().trigger("focus");
	}
}
