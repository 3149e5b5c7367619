// A signature drawn with finger, pen or mouse. Who can't draw signs by typing their name, so nothing here is needed.

import SignaturePad from "../vendor/signature_pad.js";
import { __, h } from "./page.js";

const HEIGHT = 160;
const INK = "#1c2321";
const SENT_WIDTH = 480;
/** The picture that is sent has one size whatever the screen, so that it stays small. */

export class Signature {
	constructor() {
		this.canvas = h("canvas", { role: "img", "aria-labelledby": "rb-sign-label" });
		this.clear_button = h("button.rb-plain.rb-clear", { type: "button", onclick: () => this.clear() }, __("Clear the drawing"));
		this.element = h("div.rb-sign", {}, h("p", { id: "rb-sign-label" }, __("Draw your signature here (optional)")), this.canvas, this.clear_button);
	}

	/** To be called when the element stands in the page: only then its width is known. */
	start() {
		this.pad = new SignaturePad(this.canvas, { penColor: INK, minWidth: 0.8, maxWidth: 2.4 });
		new ResizeObserver(() => this.fit()).observe(this.canvas);
		this.fit();
	}

	fit() {
		const width = this.canvas.clientWidth;
		if (!width || width === this.width) return;
		this.width = width;
		const ratio = Math.max(window.devicePixelRatio || 1, 1);
		const drawn = this.pad.toData();
		this.canvas.width = width * ratio;
		this.canvas.height = HEIGHT * ratio;
		this.canvas.getContext("2d").scale(ratio, ratio);
		this.pad.clear();
		this.pad.fromData(drawn);
	}

	clear() {
		this.pad.clear();
	}

	/** The drawing as a PNG in a data URL; empty when nothing is drawn. */
	picture() {
		if (!this.pad || this.pad.isEmpty()) return "";
		const small = document.createElement("canvas");
		small.width = SENT_WIDTH;
		small.height = Math.round((SENT_WIDTH * this.canvas.height) / this.canvas.width);
		small.getContext("2d").drawImage(this.canvas, 0, 0, small.width, small.height);
		return small.toDataURL("image/png");
	}
}
