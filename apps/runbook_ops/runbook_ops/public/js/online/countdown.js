// How long a time is still kept: said plainly, and told once more shortly before it ends.

import { __, h, say } from "./page.js";
import { time_text } from "./time.js";

const WARNINGS = [120, 30];

export class Countdown {
	/** `held` is the server's answer; `over()` is called once when the time is up. */
	constructor(held, over) {
		this.over = over;
		this.ends = Date.now() + held.seconds_left * 1000;
		this.said = new Set(WARNINGS.filter((seconds) => seconds >= held.seconds_left));
		this.left = h("strong");
		const until = time_text(Date.now() + held.seconds_left * 1000);
		this.element = h("div.rb-held", {}, h("p", {}, __("Held for you until {0}", [until]), " ", this.left));
		this.timer = setInterval(() => this.tick(), 1000);
		say(__("Held for you until {0}", [until]));
		this.tick();
	}

	tick() {
		const seconds = Math.round((this.ends - Date.now()) / 1000);
		if (seconds <= 0) return this.end();
		this.left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
		this.element.classList.toggle("rb-soon", seconds <= WARNINGS[0]);
		for (const warning of WARNINGS) {
			if (seconds <= warning && !this.said.has(warning)) {
				this.said.add(warning);
				say(__("The time is held for you for {0} more seconds.", [warning]));
			}
		}
	}

	end() {
		if (!this.timer) return;
		this.stop();
		this.over();
	}

	stop() {
		clearInterval(this.timer);
		this.timer = null;
	}
}
