"""Frappe's desk as a person uses it: log in, go to a page, fill a field, press a button, read what is there."""

import os
import re

PASSWORD = "front-Desk-2026"
WAIT = 20_000
"""Milliseconds that a page may take on a busy machine."""

START = "/app/note"

NOT_OURS = re.compile(r"socket\.io|favicon|<rect> attribute width: A negative value")
"""The test site runs no socket.io server. Frappe's charts complain when a workspace is left while they draw."""


class Contexts:
	"""Windows of one browser, each used by one desk at a time; the next finds the desk's scripts loaded and compiled."""

	def __init__(self, browser):
		self.browser = browser
		self.free: list = []

	def take(self):
		"""A window in which nobody is logged in."""
		if self.free:
			return self.free.pop()
		return self.browser.new_context(base_url=os.environ["RUNBOOK_WEB"], timezone_id="Asia/Tokyo")

	def put_back(self, context) -> None:
		"""Log out and forget all but the cache."""
		page = context.new_page()
		kept = {"origin": os.environ["RUNBOOK_WEB"], "storageTypes": "cookies,local_storage,indexeddb"}
		context.new_cdp_session(page).send("Storage.clearDataForOrigin", kept)
		for page in context.pages:
			page.close()
		context.clear_cookies()
		self.free.append(context)


class Desk:
	"""One user's browser tab. `errors`: what its console has complained of, but for refusals that a test expects."""

	def __init__(self, contexts, context, page):
		self.contexts = contexts
		self.context = context
		self.page = page
		self.errors: list[str] = []
		self.user = ""
		self.expects_refusal = False
		self.has_own_time = False
		page.set_default_timeout(WAIT)
		page.on("console", self._heard)
		page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))

	@classmethod
	def logged_in(cls, contexts: Contexts, user, width: int = 1400) -> "Desk":
		"""Log in, and show a page that has little to load."""
		import frappe
		from frappe.utils.password import update_password

		update_password(user.name, PASSWORD)
		frappe.db.commit()
		context = contexts.take()
		desk = cls(contexts, context, context.new_page())
		desk.page.set_viewport_size({"width": width, "height": 900})
		desk.user = user.name
		answer = context.request.post("/api/method/login", form={"usr": user.name, "pwd": PASSWORD})
		assert answer.ok, answer.text()
		desk.page.goto(START)
		desk.page.wait_for_selector("#body .page-head:visible, .layout-main:visible")
		desk.page.wait_for_load_state("networkidle")
		return desk

	def _heard(self, message) -> None:
		where = (message.location or {}).get("url", "")
		if message.type != "error" or NOT_OURS.search(f"{message.text} {where}"):
			return
		if self.expects_refusal and re.search(r"status of 4(09|17)|^Traceback", message.text):
			return
		self.errors.append(f"{self.page.url}: {message.text} ({where})")

	def close(self) -> None:
		if self.has_own_time:
			self.context.close()
		else:
			self.contexts.put_back(self.context)

	@property
	def clock(self):
		"""The page's clock, to be moved; the window is not used again."""
		self.has_own_time = True
		return self.page.clock

	# -- going somewhere

	def go(self, *route: str) -> None:
		"""Show a page of the desk, by its route as `frappe.set_route` takes it."""
		self.page.evaluate("route => frappe.set_route(...route)", list(route))
		self.page.wait_for_load_state("networkidle")

	def form(self, doctype: str, name: str) -> None:
		"""Show a record."""
		self.go("Form", doctype, name)
		self.page.wait_for_function(
			"([doctype, name]) => frappe.get_route()[1] === doctype && frappe.get_route()[2] === name",
			arg=[doctype, name],
		)
		self.page.wait_for_selector(".form-layout:visible")

	def new(self, doctype: str) -> None:
		"""Show an empty form."""
		self.page.evaluate("doctype => frappe.new_doc(doctype)", doctype)
		self.page.wait_for_selector(".form-layout:visible")

	# -- doing something

	def choose(self, fieldname: str, value: str) -> None:
		"""Type into a link field and take the suggestion."""
		field = self.page.locator(f".form-layout:visible [data-fieldname='{fieldname}'] input:visible").first
		field.click()
		field.press_sequentially(value, delay=10)
		self.page.click(f".awesomplete ul > :visible:has-text('{value}') >> nth=0")
		field.blur()
		self.page.wait_for_function(
			"([field, value]) => cur_frm.doc[field] === value", arg=[fieldname, value]
		)

	def press(self, label: str) -> None:
		"""Press a button of the page's head."""
		self.page.click(f".page-head:visible button:visible:has-text('{label}')")

	def press_in_menu(self, menu: str, label: str) -> None:
		"""Press a button that lies in a group of the page's head."""
		self.page.click(f".page-head:visible .inner-group-button:visible button:has-text('{menu}')")
		self.page.click(f".dropdown-menu:visible a:text-is('{label}')")

	def pick(self, fieldname: str, value: str) -> None:
		"""The same in the open dialog."""
		box = self.page.locator(".modal.show").last.locator(f"[data-fieldname='{fieldname}'] input").first
		box.click()
		box.press_sequentially(value, delay=10)
		self.page.click(f".modal.show .awesomplete ul > :visible:has-text('{value}') >> nth=0")
		self.page.wait_for_function(
			"([field, value]) => cur_dialog.get_value(field) === value", arg=[fieldname, value]
		)

	def answer(self, label: str, **values: str) -> None:
		"""Fill the open dialog's fields and press one of its buttons."""
		dialog = self.page.locator(".modal.show").last
		for fieldname, value in values.items():
			dialog.locator(f"[data-fieldname='{fieldname}']").locator("input, textarea").first.fill(value)
		dialog.locator(f"button:visible:text-is('{label}')").click()

	def close_dialogs(self) -> None:
		"""Close whatever dialogs are open, the last one first."""
		while self.page.locator(".modal.show").count():
			self.page.locator(".modal.show .btn-modal-close").last.click()
			self.page.wait_for_timeout(400)

	def take_slot(self, number: int = 0, label: str = "Take this slot") -> str:
		"""Choose one of the times that the slot dialog shows; gives what it says has been chosen."""
		self.page.click(f".rb-time:visible >> nth={number}")
		chosen = self.page.inner_text(".rb-chosen:visible")
		self.answer(label)
		return chosen

	# -- reading

	def wait_for_state(self, state: str) -> None:
		"""Wait until this state stands beside the form's title."""
		self.page.wait_for_selector(f".page-head:visible .indicator-pill:visible:has-text('{state}')")

	def wait_for(self, text: str) -> None:
		"""Wait until a text is to be seen."""
		self.page.wait_for_selector(f":visible:text('{text}')")

	def see_trail(self) -> list[tuple[str, str]]:
		"""Open the trail; gives a row a step: its code and its state."""
		self.page.click(".form-tabs .nav-link:visible:has-text('Trail')")
		self.page.wait_for_selector(".rb-run:visible > .rb-steps > .rb-step")
		return self.page.eval_on_selector_all(
			".rb-trail .rb-run > .rb-steps > .rb-step",
			"steps => steps.map(step => [step.dataset.step, step.className.replace('rb-step rb-', '')])",
		)
