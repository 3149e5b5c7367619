const NEXT = {
	Assigned: ["En Route", "Arrived", "In Progress", "Completed"],
	"En Route": ["Arrived", "Assigned"],
	Arrived: ["In Progress", "Completed"],
	"In Progress": ["Completed", "Paused"],
	Paused: ["In Progress", "Completed"],
};

frappe.ui.form.on("Service Job", {
	setup(frm) {
		frm.set_query("resource", () => ({ filters: { active: 1, kind: ["in", ["Person", "Crew"]] } }));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		const [first, ...others] = NEXT[frm.doc.status] || [];
		if (first) {
			frm.add_custom_button(label_of(first, frm), () => set_phase(frm, first));
			frm.change_custom_button_type(label_of(first, frm), null, "primary");
		}
		for (const phase of others) {
			frm.add_custom_button(label_of(phase, frm), () => set_phase(frm, phase));
		}
		frm.add_custom_button(__("Booking"), () => frappe.set_route("Form", "Service Booking", frm.doc.booking));
	},
});

function label_of(phase, frm) {
	return {
		"En Route": __("On the way"),
		Arrived: __("Arrived"),
		"In Progress": frm.doc.status === "Paused" ? __("Go on") : __("Start work"),
		Paused: __("Pause"),
		Completed: __("Finish"),
		Assigned: __("Not on the way"),
	}[phase];
}

async function set_phase(frm, phase) {
	const told = await frappe.runbook.attempt(async () => {
		if (frm.is_dirty()) await frm.save();
		return await frappe.xcall("runbook_ops.api.jobs.set_phase", { job: frm.doc.name, status: phase });
	});
	if (!told) return;
	frappe.show_alert({ message: __(phase), indicator: "green" });
	await frm.reload_doc();
}
