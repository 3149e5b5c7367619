// The checkout page: opens from a booking or with a customer who walks in, and asks the server after each change what it comes to.

import { Basket, number_of } from "./basket";
import { done_html, lines_html, outcome_html, page_html, post_label, sums_html, tenders_html, tips_html } from "./draw";

const API = "runbook_ops.api.checkout";
const ADDED = [
	["Service", "Bookable Service", { active: 1 }, __("Service")],
	["Product", "Item", { is_sales_item: 1, disabled: 0, has_variants: 0 }, __("Product")],
	["Package", "Service Package", { active: 1 }, __("Package")],
];

export class Till {
	constructor(page) {
		this.page = page;
		this.root = $(page.main).addClass("rb-checkout");
		this.root.on("change", "input, select", (event) => this.changed(event.target));
		this.root.on("click", "[data-do], [data-mode]", (event) => this.pressed(event.currentTarget));
		$(document).on("keydown.rb-checkout", (event) => {
			if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && this.root.is(":visible")) this.post();
		});
	}

	/** Open what the route names: check-out/BK-..., else ask who walks in. */
	async show() {
		const booking = frappe.get_route()[1] || null;
		const customer = frappe.route_options?.customer || null;
		frappe.route_options = null;
		if (this.basket && !this.done && booking && this.basket.start.booking === booking) return;
		if (!booking && !customer) return this.ask_who();
		await this.open({ booking, customer });
	}

	ask_who() {
		this.basket = null;
		this.root.html(`<div class="rb-walk-in"><h2>${__("Who pays?")}</h2><div class="rb-customer"></div></div>`);
		const field = frappe.ui.form.make_control({
			parent: this.root.find(".rb-customer"),
			df: {
				fieldtype: "Link",
				fieldname: "customer",
				options: "Customer",
				label: __("Customer"),
				change: () => field.get_value() && this.open({ customer: field.get_value() }),
			},
			render_input: true,
		});
		field.$input.trigger("focus");
	}

	async open(who) {
		const start = await frappe.runbook.attempt(() => frappe.xcall(`${API}.start`, who));
		if (!start) return;
		this.basket = new Basket(start);
		this.bill = this.done = null;
		this.root.html(page_html(start));
		this.make_adders();
		await this.again();
		this.root.find("[data-mode]").first().trigger("focus");
	}

	make_adders() {
		for (const [kind, doctype, filters, label] of ADDED) {
			const holder = $('<div class="rb-adder"></div>').appendTo(this.root.find(".rb-add"));
			const field = frappe.ui.form.make_control({
				parent: holder,
				df: {
					fieldtype: "Link",
					fieldname: `add_${kind.toLowerCase()}`,
					options: doctype,
					label,
					placeholder: __("Add a {0}", [label.toLowerCase()]),
					only_select: 1,
					get_query: () => ({ filters }),
					change: () => {
						const name = field.get_value();
						if (!name) return;
						this.basket.add(kind, name, field.get_label_value?.() || name);
						field.set_value("");
						this.again();
					},
				},
				render_input: true,
			});
		}
	}

	// ---- what people do

	changed(input) {
		const { set, tip, tender, discount } = input.dataset;
		const at = $(input).closest("[data-at]").data("at");
		if (set) this.set_line($(input).closest("[data-key]").attr("data-key"), set, input.value);
		else if (tip) this.basket.tips[at][tip] = tip === "amount" ? number_of(input.value) : input.value;
		else if (tender) this.basket.tenders[at][tender] = tender === "amount" ? number_of(input.value) : input.value;
		else if (discount === "amount") this.basket.discount = input.value;
		else if (discount === "kind") this.basket.discount_kind = input.value;
		else return;
		this.again();
	}

	set_line(key, field, value) {
		const line = this.basket.line(key);
		if (field === "resource" || field === "redeem") line[field] = value || null;
		else line[field] = number_of(value);
		if (field === "qty" && line.qty === null) line.qty = 1;
	}

	pressed(button) {
		const { do: what, mode } = button.dataset;
		if (mode) return this.tender(mode);
		const at = $(button).closest("[data-at]").data("at");
		const steps = {
			drop: () => this.basket.remove($(button).closest("[data-key]").attr("data-key")),
			tip: () => this.basket.tips.push({ resource: this.tipped(), amount: null }),
			"drop-tip": () => this.basket.tips.splice(at, 1),
			"drop-tender": () => this.basket.tenders.splice(at, 1),
		};
		if (steps[what]) {
			steps[what]();
			return this.again(what === "tip" ? ".rb-tip:last-child input" : null);
		}
		return { post: () => this.post(), print: () => this.print(), send: () => this.send(), again: () => this.next() }[what]();
	}

	/** Whoever did the work is most likely the one who is tipped. */
	tipped() {
		return this.basket.lines.find((line) => line.resource)?.resource || this.basket.start.staff[0];
	}

	/** A way to pay: it takes what is left to pay. */
	async tender(mode) {
		await this.asked;
		const left = Math.max(0, (this.bill?.due || 0) - this.basket.given);
		const known = this.basket.tenders.find((tender) => tender.mode === mode);
		if (known) known.amount = (known.amount || 0) + left;
		else {
			const { is_cash } = this.basket.start.modes.find((one) => one.name === mode);
			this.basket.tenders.push({ mode, is_cash, amount: left || null, reference: "" });
		}
		return this.again(`.rb-tender:last-child input`);
	}

	// ---- with the server

	again(focus = null) {
		this.draw();
		if (focus) this.root.find(focus).trigger("focus").trigger("select");
		this.asked = this.ask();
		return this.asked;
	}

	/** Ask what the basket comes to; only the answer to the newest question counts. */
	async ask() {
		const turn = (this.turn = (this.turn || 0) + 1);
		if (!this.basket.lines.length && !this.basket.tips.length) {
			this.bill = null;
			return this.draw();
		}
		const bill = await frappe.runbook.attempt(() => frappe.xcall(`${API}.bill`, this.wish()));
		if (turn !== this.turn || !bill) return;
		this.bill = bill;
		this.draw();
	}

	wish() {
		const { booking, customer } = this.basket.start;
		return { basket: this.basket.as_data(), booking, customer };
	}

	async post() {
		if (!this.basket || this.posting || this.done) return;
		this.posting = true;
		await this.asked;
		if (!this.bill || this.bill.problem) {
			this.posting = false;
			return;
		}
		this.root.find(".rb-post").prop("disabled", true).text(__("Posting …"));
		const done = await frappe.runbook.attempt(() => frappe.xcall(`${API}.post`, { ...this.wish(), key: this.basket.key }));
		this.posting = false;
		if (!done) {
			this.draw();
			return;
		}
		this.done = done;
		this.root.html(done_html(this.basket.start, done));
		this.root.find("[data-do=print]").trigger("focus");
	}

	print() {
		frappe.runbook.print_receipt("Checkout", this.done.checkout);
	}

	send() {
		new frappe.views.CommunicationComposer({
			doc: { doctype: "Checkout", name: this.done.checkout },
			frm: null,
			subject: __("Your receipt"),
			recipients: this.basket.start.customer_email || "",
			attach_document_print: true,
			print_format: "Checkout Receipt",
		});
	}

	next() {
		this.basket = null;
		frappe.set_route("check-out");
		this.ask_who();
	}

	// ---- drawing, with the cursor where it was

	draw() {
		const { basket, bill } = this;
		const focus = this.focused();
		this.root.find(".rb-lines").html(lines_html(basket, bill));
		this.root.find(".rb-tips").html(tips_html(basket));
		this.root.find(".rb-tenders").html(tenders_html(basket));
		this.root.find(".rb-sums").html(sums_html(basket, bill));
		this.root.find(".rb-out").html(outcome_html(basket, bill));
		this.root.find(".rb-post").prop("disabled", !bill || Boolean(bill.problem)).text(post_label(basket, bill));
		if (focus) this.root.find(focus).trigger("focus");
	}

	focused() {
		const input = document.activeElement;
		const row = input?.closest?.("[data-key], [data-at]");
		if (!row || !this.root[0].contains(input)) return null;
		const kind = ["set", "tip", "tender", "do"].find((name) => input.dataset[name]);
		if (!kind) return null;
		const where = row.dataset.key ? `[data-key="${row.dataset.key}"]` : `[data-at="${row.dataset.at}"]`;
		return `${where} [data-${kind}="${input.dataset[kind]}"]`;
	}
}
