// Requests to the site: always as a guest, with a time limit, and tried again when the line fails. What is sent twice counts once.

import data, { __ } from "./page.js";

const PATIENCE = 20000;
const PAUSES = [800, 2500, 6000];

export class Refused extends Error {
	constructor(error, status) {
		super(error.text);
		this.code = error.code;
		this.field = error.field;
		this.next_open = error.next_open || [];
		this.status = status;
	}
}

/** Ask one of the public methods, of another module by its name in front (`estimates.total`); `on_retry` hears that the line failed and it is tried again. */
export async function ask(method, values, on_retry = () => {}) {
	for (let attempt = 0; ; attempt++) {
		try {
			return await once(method, values);
		} catch (error) {
			if (error instanceof Refused || attempt >= PAUSES.length) throw error;
			on_retry();
			await back_on_line(PAUSES[attempt]);
		}
	}
}

async function once(method, values) {
	const stop = new AbortController();
	const timer = setTimeout(() => stop.abort(), PATIENCE);
	try {
		const answer = await fetch(`/api/method/runbook_ops.api.${method.includes(".") ? method : `public.${method}`}`, {
			method: "POST",
			credentials: "omit",
			headers: { "Content-Type": "application/json", Accept: "application/json", "Accept-Language": data.lang },
			body: JSON.stringify({ data: values }),
			signal: stop.signal,
		});
		if (answer.status >= 502 && answer.status <= 504) throw new Error(answer.statusText);
		const body = await answer.json().catch(() => ({}));
		const told = body.message;
		if (told && told.error) throw new Refused(told.error, answer.status);
		if (!answer.ok || !told) {
			throw new Refused({ code: "unexpected", text: __("Something went wrong. Please try again in a minute.") }, answer.status);
		}
		return told;
	} finally {
		clearTimeout(timer);
	}
}

function back_on_line(pause) {
	return new Promise((resolve) => {
		const timer = setTimeout(resolve, pause);
		if (navigator.onLine === false) {
			clearTimeout(timer);
			window.addEventListener("online", resolve, { once: true });
			setTimeout(resolve, 60000);
		}
	});
}

/** A key for one wish, which the server recognises when the same wish is sent again. */
export function new_key() {
	const bytes = crypto.getRandomValues(new Uint8Array(18));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
