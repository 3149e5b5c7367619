// Chain Health: whether the chains are worked, what waits for a person, and which provider is out of order.

frappe.provide("frappe.runbook");

const REFRESH_MS = 30_000;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const PROVIDERS = { email: __("E-mail"), sms: __("SMS"), whatsapp: __("WhatsApp") };

const text = (value) => frappe.utils.escape_html(String(value ?? ""));
const link = (doctype, name, label) =>
	name ? `<a href="${frappe.utils.get_form_link(doctype, name)}">${text(label || name)}</a>` : "";

/** Seconds as people say them: `40 s`, `25 min`, `3 h 5 min`, `2 d 4 h`. */
function age(seconds) {
	if (seconds === null || seconds === undefined) return __("none");
	if (seconds < MINUTE) return __("{0} s", [seconds]);
	if (seconds < HOUR) return __("{0} min", [Math.floor(seconds / MINUTE)]);
	if (seconds < DAY) return __("{0} h {1} min", [Math.floor(seconds / HOUR), Math.floor((seconds % HOUR) / MINUTE)]);
	return __("{0} d {1} h", [Math.floor(seconds / DAY), Math.floor((seconds % DAY) / HOUR)]);
}

frappe.runbook.ChainHealth = class ChainHealth {
	constructor(page) {
		this.page = page;
		this.body = $('<div class="rb-health">').appendTo(page.main.addClass("rb-health-page"));
		page.set_secondary_action(__("Refresh"), () => this.refresh(), "refresh");
		page.add_inner_button(__("Every step that needs a look"), () =>
			frappe.set_route("query-report", "Chain Health")
		);
		page.add_inner_button(__("Review queue"), () =>
			frappe.set_route("List", "Follow-up Task", { kind: "Exception", status: "Open" })
		);
	}

	show() {
		this.refresh();
		this.hide();
		this.timer = setInterval(() => this.refresh(), REFRESH_MS);
	}

	hide() {
		clearInterval(this.timer);
	}

	async refresh() {
		const health = await frappe.xcall("runbook_ops.api.health.overview");
		this.body.html(
			[
				this.banner(health),
				`<div class="rb-figures">${this.figures(health)}</div>`,
				'<div class="rb-halves">',
				`<section class="rb-card"><h5>${__("Effects in each hour of the last day")}</h5><div class="rb-hours"></div></section>`,
				`<section class="rb-card"><h5>${__("Providers")}</h5>${this.providers(health.providers)}`,
				`<h5>${__("Hosts")}</h5>${this.hosts(health.hosts)}</section>`,
				"</div>",
				`<section class="rb-card rb-look"><h5>${__("To be looked at first")}</h5>${this.findings(health)}</section>`,
			].join("")
		);
		this.chart(health.hours);
	}

	banner(health) {
		const out = health.providers.filter((provider) => provider.open);
		const [colour, words] = !health.alive
			? ["red", __("Steps are not being worked. Look whether the scheduler and the workers run.")]
			: health.lost
			? ["red", __("Steps were lost. That should never happen: open them below and report it.")]
			: out.length
			? ["orange", __("Steps are worked; messages of a provider that is out of order wait.")]
			: health.overdue
			? ["orange", __("Steps are worked; some questions wait for an answer too long.")]
			: ["green", __("Steps are worked, and every one that ended did so with a reason or has an owner.")];
		return `<div class="rb-banner rb-${colour}"><span class="indicator ${colour}"></span>${words}</div>`;
	}

	figures(health) {
		const late = health.late ? "red" : "green";
		return [
			[__("Lost steps"), health.lost, health.lost ? "red" : "green", __("goal 0")],
			[__("Late steps"), health.late, late, __("due for 5 minutes or more")],
			[__("Oldest due step"), age(health.oldest_due), late, __("waits for a worker")],
			[
				__("Open questions"),
				health.asking,
				health.overdue ? "red" : health.asking ? "orange" : "green",
				__("{0} overdue", [health.overdue]),
			],
			[__("Last sweep"), age(health.sweep_age), health.alive ? "green" : "red", __("comes each minute")],
			[__("Found at night"), health.odd, health.odd ? "orange" : "green", __("each has an owner")],
		]
			.map(
				([label, value, colour, note]) =>
					`<div class="rb-figure rb-${colour}"><div class="rb-label">${label}</div>` +
					`<div class="rb-value">${text(value)}</div><div class="rb-note">${note}</div></div>`
			)
			.join("");
	}

	providers(rows) {
		if (!rows.length) return `<p class="rb-none">${__("None has ever failed.")}</p>`;
		return rows
			.map((row) => {
				const state = row.open
					? __("out of order since {0}; {1} messages wait, next try {2}", [
							frappe.datetime.str_to_user(row.since),
							row.waiting,
							frappe.datetime.str_to_user(row.probe_at),
					  ])
					: row.failures
					? __("{0} failures in a row", [row.failures])
					: __("works");
				const colour = row.open ? "red" : row.failures ? "orange" : "green";
				return this.line(colour, link("Chain Breaker", row.name, PROVIDERS[row.name] || row.name), state);
			})
			.join("");
	}

	hosts(rows) {
		if (!rows.length) return `<p class="rb-none">${__("No sweep has run yet.")}</p>`;
		return rows
			.map((row) => {
				const alive = row.age < 10 * MINUTE;
				const state = __("last seen {0} ago, {1} steps worked", [age(row.age), row.worked]);
				return this.line(alive ? "green" : "gray", text(row.name), state);
			})
			.join("");
	}

	line(colour, name, state) {
		return `<div class="rb-line"><span class="indicator ${colour}"></span><b>${name}</b><span>${text(state)}</span></div>`;
	}

	findings(health) {
		if (!health.findings.length) return `<p class="rb-none">${__("Nothing needs a look.")}</p>`;
		const rows = health.findings.map(
			(row) => `<tr>
				<td><span class="indicator-pill no-indicator-dot ${row.task ? "orange" : "red"}">${text(row.trouble)}</span></td>
				<td>${link("Chain Run", row.run, row.title)}</td>
				<td>${link("Service Booking", row.booking, row.customer) || text(row.customer)}</td>
				<td class="rb-why">${text(row.reason)}</td>
				<td>${age(row.age)}</td>
				<td>${link("Follow-up Task", row.task, row.owner && frappe.user.full_name(row.owner))}</td>
			</tr>`
		);
		const heads = [__("What"), __("Step"), __("Customer"), __("Reason"), __("For"), __("Owner")];
		const more = health.more
			? `<p class="rb-none"><a href="/app/query-report/Chain Health">${__("{0} more", [health.more])}</a></p>`
			: "";
		return `<table><thead><tr>${heads
			.map((head) => `<th>${head}</th>`)
			.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>${more}`;
	}

	chart(hours) {
		new frappe.Chart(this.body.find(".rb-hours")[0], {
			type: "bar",
			height: 220,
			colors: ["#2f6fdb"],
			axisOptions: { xIsSeries: 1, shortenYAxisNumbers: 1 },
			barOptions: { spaceRatio: 0.4 },
			data: {
				labels: hours.map((row) => row.hour),
				datasets: [{ name: __("Effects"), values: hours.map((row) => row.count) }],
			},
		});
	}
};
