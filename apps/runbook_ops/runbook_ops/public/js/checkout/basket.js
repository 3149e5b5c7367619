// What is in the basket; the server says what it comes to.

/** A number from what people type, with a comma or a point; null for nothing. */
export function number_of(text) {
	const given = String(text ?? "").trim().replace(",", ".");
	return given === "" ? null : Number(given);
}

export class Basket {
	constructor(start) {
		this.start = start;
		this.lines = start.lines.map((line) => ({ ...line }));
		this.tips = [];
		this.tenders = [];
		this.discount = "";
		this.discount_kind = "percent";
		this.added = 0;
		this.key = frappe.utils.get_random(20);
	}

	/** Put something into the basket; the same product again makes it more of it. */
	add(kind, name, text) {
		const same = this.lines.find((line) => kind === "Product" && line.kind === kind && line.name === name);
		if (same) same.qty += 1;
		else this.lines.push({ key: `added-${++this.added}`, kind, name, text: text || name, qty: 1, rate: null, resource: null });
	}

	remove(key) {
		this.lines = this.lines.filter((line) => line.key !== key);
	}

	line(key) {
		return this.lines.find((line) => line.key === key);
	}

	/** What is tendered so far. */
	get given() {
		return this.tenders.reduce((sum, tender) => sum + (tender.amount || 0), 0);
	}

	/** As the server reads it. */
	as_data() {
		const discount = number_of(this.discount) || 0;
		return JSON.stringify({
			lines: this.lines.map(({ key, kind, name, text, qty, rate, discount: off, resource, redeem }) => ({
				key,
				kind,
				name,
				text: text === name ? "" : text,
				qty,
				rate,
				discount: off || 0,
				resource,
				redeem,
			})),
			tips: this.tips.filter((tip) => tip.amount),
			tenders: this.tenders.filter((tender) => tender.amount),
			discount_percent: this.discount_kind === "percent" ? discount : 0,
			discount_amount: this.discount_kind === "amount" ? discount : 0,
		});
	}
}
