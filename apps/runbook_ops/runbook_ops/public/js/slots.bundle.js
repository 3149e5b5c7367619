// A dialog to pick an open slot: a week at a glance, then the times of a day, with one person or anyone.

frappe.provide("frappe.runbook");

const MOST = 500;
const DAYS = 7;

const escape = (text) => frappe.utils.escape_html(String(text ?? ""));

class SlotPicker {
	/** `service`, `territory`, `resource`, `booking` (the one to be moved), `from` (site time), `action`, `on_pick(slot)`. */
	constructor(options) {
		Object.assign(this, options);
		const now = frappe.runbook.now();
		const from = this.from ? frappe.runbook.to_moment(this.from) : now;
		this.first = moment.max(from, now).clone().startOf("day");
		this.make();
		this.load();
	}

	make() {
		this.dialog = new frappe.ui.Dialog({
			title: this.title || __("Open slots"),
			fields: [
				{
					fieldname: "service",
					fieldtype: "Link",
					options: "Bookable Service",
					label: __("Service"),
					default: this.service,
					read_only: this.service ? 1 : 0,
					get_query: () => ({ filters: { active: 1 } }),
					onchange: () => this.load(),
				},
				{ fieldtype: "Column Break" },
				{
					fieldname: "resource",
					fieldtype: "Link",
					options: "Service Resource",
					label: __("With"),
					default: this.resource,
					placeholder: __("Anyone who fits"),
					get_query: () => ({ filters: { active: 1, kind: ["in", ["Person", "Crew"]] } }),
					onchange: () => this.load(),
				},
				{ fieldtype: "Section Break", hide_border: 1 },
				{ fieldname: "slots", fieldtype: "HTML" },
			],
			primary_action_label: this.action || __("Take this slot"),
			primary_action: () => this.pick(),
		});
		this.$body = this.dialog.fields_dict.slots.$wrapper;
		this.$body.on("click", "[data-move]", (event) => {
			this.first.add(Number(event.currentTarget.dataset.move), "days");
			this.day = null;
			this.load();
		});
		this.$body.on("click", "[data-day]", (event) => {
			this.day = event.currentTarget.dataset.day;
			this.chosen = null;
			this.render();
		});
		this.$body.on("click", "[data-slot]", (event) => {
			this.chosen = this.slots[Number(event.currentTarget.dataset.slot)];
			this.render();
		});
		this.dialog.disable_primary_action();
		this.dialog.show();
	}

	async load() {
		const service = this.dialog.get_value("service") || this.service;
		const resource = this.dialog.get_value("resource");
		const asked = [service, resource, this.first.format()].join();
		if (asked === this.asked) return;
		this.asked = asked;
		this.chosen = null;
		if (!service) {
			this.$body.html(`<div class="rb-slots-empty">${__("Choose a service.")}</div>`);
			return;
		}
		this.$body.addClass("rb-loading");
		const site = (day) => frappe.datetime.convert_to_system_tz(day.clone().locale("en"));
		const args = {
			service,
			first: site(this.first),
			last: site(this.first.clone().add(DAYS, "days")),
			territory: resource ? null : this.territory,
			resource: resource || null,
			booking: this.booking || null,
			limit: MOST,
		};
		const found = await frappe.runbook.attempt(() =>
			frappe.xcall("runbook_ops.api.bookings.open_slots", args)
		);
		if (asked !== this.asked) return;
		this.slots = (found || []).map((slot) => ({
			...slot,
			at: frappe.runbook.to_moment(slot.starts_at.replace("T", " ")),
			until: frappe.runbook.to_moment(slot.ends_at.replace("T", " ")),
		}));
		const open = this.slots.map((slot) => slot.at.format("YYYY-MM-DD"));
		if (!open.includes(this.day)) this.day = open[0] || null;
		this.$body.removeClass("rb-loading");
		this.render();
	}

	render() {
		this.$body.html(`<div class="rb-slots">
			${this.week_html()}
			${this.day ? this.times_html() : this.none_html()}
			<div class="rb-chosen">${this.chosen ? this.chosen_html() : "&nbsp;"}</div>
		</div>`);
		if (this.chosen) this.dialog.enable_primary_action();
		else this.dialog.disable_primary_action();
	}

	week_html() {
		const days = [...Array(DAYS).keys()].map((offset) => {
			const day = this.first.clone().add(offset, "days");
			const key = day.format("YYYY-MM-DD");
			const count = this.slots.filter((slot) => slot.at.format("YYYY-MM-DD") === key).length;
			return `<button class="rb-day-choice ${key === this.day ? "active" : ""}" data-day="${key}" ${
				count ? "" : "disabled"
			}>
				<span>${day.format("ddd")}</span><b>${day.format("D MMM")}</b>
				<small>${count ? __("{0} open", [count]) : __("none")}</small>
			</button>`;
		});
		const today = frappe.runbook.now().startOf("day");
		return `<div class="rb-week">
			<button class="btn btn-default btn-xs" data-move="${-DAYS}" ${
			this.first.isAfter(today) ? "" : "disabled"
		} aria-label="${__("Earlier")}">‹</button>
			<div class="rb-days">${days.join("")}</div>
			<button class="btn btn-default btn-xs" data-move="${DAYS}" aria-label="${__("Later")}">›</button>
		</div>`;
	}

	times_html() {
		const chips = this.slots.map((slot, index) => {
			if (slot.at.format("YYYY-MM-DD") !== this.day) return "";
			return `<button class="rb-time ${slot === this.chosen ? "active" : ""}" data-slot="${index}"
				title="${escape(slot.resources.join(", "))}">${frappe.runbook.clock(
				slot.starts_at.replace("T", " ")
			)}</button>`;
		});
		return `<div class="rb-times">${chips.join("")}</div>`;
	}

	none_html() {
		return `<div class="rb-slots-empty">${__("Nothing is open in these days. Look later, or choose anyone.")}</div>`;
	}

	chosen_html() {
		const slot = this.chosen;
		const starts = slot.starts_at.replace("T", " ");
		const ends = slot.ends_at.replace("T", " ");
		const until =
			slot.until.isSame(slot.at, "day") ? frappe.runbook.clock(ends) : frappe.runbook.when(ends);
		return __("{0} to {1} with {2}", [
			`<b>${frappe.runbook.when(starts)}</b>`,
			`<b>${until}</b>`,
			`<b>${escape(slot.resources.join(", "))}</b>`,
		]);
	}

	async pick() {
		if (!this.chosen) return;
		const slot = {
			service: this.dialog.get_value("service") || this.service,
			starts_at: this.chosen.starts_at.replace("T", " "),
			ends_at: this.chosen.ends_at.replace("T", " "),
			resources: this.chosen.resources,
		};
		const taken = await this.on_pick(slot);
		if (taken !== false) this.dialog.hide();
	}
}

/** Let the user pick an open slot. */
frappe.runbook.pick_slot = function (options) {
	return new SlotPicker(options);
};
