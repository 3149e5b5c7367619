// The timeline drawn: phases, the moments in them, and a card for each step with its branch, its wait and its exception path.

import { action_icon } from "./catalogue";
import { exception_words, settings_of } from "./fields";
import { codes_of, depths_of, number } from "./rows";
import { condition_words, escape, read_condition, span, template_glimpse, trigger_words } from "./words";

const PHASE_WORDS = () => ({
	start: __("When it starts"),
	before: __("Before the visit"),
	day: __("On the day of the visit"),
	end: __("After the visit"),
	done: __("After the work is done"),
	other: __("At other times"),
});

/** The whole timeline; `problems`: step code -> messages. */
export function timeline_html(phases, { catalogue, problems, steps, read_only, doc }) {
	const parts = phases.map(([phase, moments]) => {
		const title = phase === "start" ? `${PHASE_WORDS().start} <small>${escape(trigger_words(doc))}</small>` : PHASE_WORDS()[phase];
		const drawn = moments.map((moment) => moment_html(moment, { catalogue, problems, steps, read_only }));
		return `<section class="rbc-phase" data-phase="${phase}"><h4>${title}</h4>${drawn.join("")}</section>`;
	});
	return `<div class="rbc-timeline">${parts.join("")}</div>`;
}

function moment_html(moment, about) {
	const depths = depths_of(moment);
	const cards = moment.steps.map((step, index) => card_html(step, Math.min(depths[index], 3), about));
	const add = about.read_only
		? ""
		: `<button type="button" class="btn btn-xs rbc-add" data-do="add_at" data-moment="${escape(moment.key)}">+ ${__("Add a step here")}</button>`;
	return `<div class="rbc-moment"><div class="rbc-time">${escape(moment.words)}</div>
		<div class="rbc-at"><ol class="rbc-cards" data-moment="${escape(moment.key)}" aria-label="${escape(moment.words)}">${cards.join("")}</ol>${add}</div></div>`;
}

function card_html(step, depth, { catalogue, problems, steps, read_only }) {
	const action = catalogue.action(step.action);
	const wrong = problems[step.code] || [];
	const title = step.title || (action && action.title) || step.code || __("A step without a name");
	return `<li class="rbc-card ${wrong.length ? "rbc-wrong" : ""} ${depth ? "rbc-below" : ""}" style="--rbc-depth: ${depth}" data-step="${escape(step.name)}" data-code="${escape(step.code)}">
		${branch_html(step, catalogue)}
		<div class="rbc-head">
			${action_icon(step.action)}
			<div class="rbc-title"><button type="button" class="rbc-open" data-do="edit" data-step="${escape(step.name)}">${escape(title)}</button></div>
			${read_only ? "" : menu_html(step, title)}
			<div class="rbc-what">${what_html(step, action, title, catalogue)}</div>
		</div>
		<div class="rbc-foot">${after_html(step, steps)}
			<span class="rbc-exception">${__("If it can't be done: {0}", [escape(exception_words(step))])}</span></div>
		${wrong.length ? `<ul class="rbc-problems">${wrong.map((text) => `<li>${escape(text)}</li>`).join("")}</ul>` : ""}
	</li>`;
}

/** The condition as a branch: what has to hold, and that the step is left out otherwise. */
function branch_html(step, catalogue) {
	const condition = read_condition(step.condition);
	const text = condition === undefined ? step.condition : condition_words(condition, catalogue);
	if (!text) return "";
	return `<div class="rbc-branch"><span class="rbc-if">${__("If")}</span> <span>${escape(text)}</span> <span class="text-muted">${__("otherwise it is left out")}</span></div>`;
}

function what_html(step, action, title, catalogue) {
	const settings = settings_of(step, catalogue);
	const parts = [];
	if (step.action === "send_message") {
		parts.push(__("Message to the {0}", [__(String(settings.to || "customer").replaceAll("_", " "))]));
	} else if (action && action.title !== title) parts.push(action.title);
	for (const setting of action ? action.settings : []) {
		const value = settings[setting.name];
		if (!value || setting.name === "to" || setting.kind === "yes_no" || typeof value === "object") continue;
		if (setting.kind === "template") {
			if (!setting.long) parts.push(`“${template_glimpse(value, catalogue)}”`);
		} else if (["choice", "link"].includes(setting.kind)) {
			const [, label] = setting.choices.find(([choice]) => choice === value) || [value, value];
			parts.push(`${escape(setting.label)}: ${escape(label)}`);
		}
	}
	if (["redo", "correct"].includes(step.on_reschedule)) parts.push(__("again when the booking moves"));
	if (number(step.useful_minutes)) parts.push(__("of use for {0}", [span(number(step.useful_minutes))]));
	return parts.join(" · ");
}

function after_html(step, steps) {
	const titles = codes_of(step.after).map((code) => {
		const before = steps.find((other) => other.code === code);
		return before ? before.title || code : code;
	});
	if (!titles.length) return "";
	return `<span class="rbc-after"><span aria-hidden="true">↳</span> ${__("after: {0}", [escape(titles.join(", "))])}</span>`;
}

function menu_html(step, title) {
	const item = (what, label) =>
		`<a class="dropdown-item" href="#" role="button" data-do="${what}" data-step="${escape(step.name)}">${label}</a>`;
	return `<div class="dropdown rbc-menu"><button type="button" class="btn btn-xs" data-toggle="dropdown" aria-haspopup="true" aria-expanded="false"
		aria-label="${escape(__("What to do with {0}", [title]))}">${frappe.utils.icon("dot-horizontal", "sm")}</button>
		<div class="dropdown-menu dropdown-menu-right">
			${item("edit", __("Edit"))}${item("up", __("Move up"))}${item("down", __("Move down"))}
			${item("duplicate", __("Duplicate"))}<div class="dropdown-divider"></div>${item("remove", __("Delete"))}
		</div></div>`;
}
