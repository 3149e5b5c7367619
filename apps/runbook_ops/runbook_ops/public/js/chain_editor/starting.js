// What an empty chain shows: ready-made chains to start from, or a first step.

import { escape, event_words } from "./words";

export function start_html(frm, catalogue, read_only) {
	if (read_only) return `<p class="text-muted">${__("No steps yet.")}</p>`;
	const cards = catalogue.ready_made.map(
		(chain) => `<li><button type="button" class="rbc-ready" data-do="ready_made" data-code="${escape(chain.code)}">
			<b>${escape(chain.title)}</b>
			<small>${escape(event_words(chain.trigger))}</small>
			<small class="text-muted">${
				chain.steps.length === 1 ? __("1 step") : __("{0} steps", [chain.steps.length])
			}: ${escape(chain.steps.slice(0, 4).join(", "))}${chain.steps.length > 4 ? " …" : ""}</small>
		</button></li>`
	);
	return `<div class="rbc-start"><p>${__("Start from a ready-made chain and change it to your liking, or from an empty one.")}</p>
		<ul class="rbc-ready-made">${cards.join("")}
			<li><button type="button" class="rbc-ready rbc-empty" data-do="add"><b>+ ${__("An empty chain")}</b>
			<small>${__("Choose the first step")}</small></button></li></ul></div>`;
}
