// What both public pages stand on: the data that came with the page, its language, elements, and what a screen reader hears.

const data = JSON.parse(document.getElementById("rb-data").textContent);

export default data;

/** A text in the page's language; {0}, {1} ... are filled in. */
export function __(text, values = []) {
	const told = data.texts[text] || text;
	return told.replace(/\{(\d)\}/g, (all, place) => values[place] ?? all);
}

/** An element: `h("button.rb-time", {onclick}, "10:00")`. Texts are set as text, never as HTML. */
export function h(what, attributes = {}, ...children) {
	const [tag, ...classes] = what.split(".");
	const element = document.createElement(tag || "div");
	if (classes.length) element.className = classes.join(" ");
	for (const [name, value] of Object.entries(attributes)) {
		if (value === false || value === null || value === undefined) continue;
		if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
		else if (name in element && typeof value === "boolean") element[name] = value;
		else element.setAttribute(name, value);
	}
	element.append(...children.flat().filter((child) => child || child === 0));
	return element;
}

/** An amount in the currency of the business; nothing for none. */
export function money(amount) {
	if (!amount || !data.currency) return "";
	return new Intl.NumberFormat(data.lang, { style: "currency", currency: data.currency }).format(amount);
}

const live = document.getElementById("rb-live");

/** Tell a screen reader, also the same text twice. */
export function say(text) {
	live.textContent = "";
	setTimeout(() => (live.textContent = text), 60);
}

/** Show a step and put the reader at its heading. */
export function show(place, ...children) {
	place.replaceChildren(...children.flat().filter(Boolean));
	const heading = place.querySelector("[data-focus], h1, h2");
	if (heading) {
		heading.tabIndex = -1;
		heading.focus({ preventScroll: true });
	}
	if (!data.embed) window.scrollTo({ top: 0 });
	tell_height();
}

/** A box that says what is wrong, or what to know. */
export function note(kind, ...children) {
	return h(`div.rb-note.rb-${kind}`, { role: kind === "bad" ? "alert" : null }, ...children);
}

/** Something that is being waited for. */
export function waiting(text) {
	say(text);
	return h("div.rb-waiting", {}, h("span.rb-dots", { "aria-hidden": "true" }, h("i"), h("i"), h("i")), text);
}

/** A message of the server without the field's name in front: it stands beside the field. */
export function plain(text) {
	const bare = text.replace(/^[a-z_]+(\[\d+\])?: /, "");
	return bare.charAt(0).toUpperCase() + bare.slice(1);
}

// -- in a frame: the page around it is told how high it is

let told_height = 0;

function tell_height() {
	if (window.parent === window) return;
	const height = Math.ceil(document.querySelector(".rb-page").getBoundingClientRect().height);
	if (height === told_height) return;
	told_height = height;
	window.parent.postMessage({ runbook: "height", height }, "*");
}

if (window.parent !== window) new ResizeObserver(tell_height).observe(document.querySelector(".rb-page"));
