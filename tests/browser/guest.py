"""The public pages as a customer's browser shows them, at desktop or phone size; no login."""

import os
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

WAIT = 20_000
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 740}}
EXPECTED = re.compile(r"status of 4(00|03|09|10|29)|favicon")


class Guest:
	"""One visitor's tab. `errors`: what its console has complained of, but for refusals."""

	def __init__(self, browser, size: str, **context):
		self.context = browser.new_context(
			base_url=os.environ["RUNBOOK_WEB"],
			viewport=SIZES[size],
			has_touch=size == "phone",
			locale=context.pop("locale", "en-US"),
			timezone_id=context.pop("timezone_id", "America/New_York"),
			**context,
		)
		self.page = self.context.new_page()
		self.page.set_default_timeout(WAIT)
		self.errors: list[str] = []
		self.page.on("console", self._heard)
		self.page.on("pageerror", lambda error: self.errors.append(str(error)))

	def _heard(self, message) -> None:
		if message.type == "error" and not EXPECTED.search(
			message.text + (message.location or {}).get("url", "")
		):
			self.errors.append(message.text)

	def open(self, path: str = "/book"):
		"""Go to a page; one that breaks shows what the server says."""
		answer = self.page.goto(path)
		assert answer.status < 500, self.page.text_content("body")[-3000:]
		return answer

	def see(self, text: str) -> None:
		self.page.wait_for_selector(f"main :visible:text('{text}')")

	def choose_service(self, name: str) -> None:
		self.page.click(f".rb-card[data-service='{name}']")

	def press(self, label: str) -> None:
		self.page.click(f"main button:visible:text-is('{label}'), main a:visible:text-is('{label}')")

	def choose_day(self, day: str) -> None:
		self.page.wait_for_selector(".rb-times h3")
		while not self.page.locator(f".rb-day[data-day='{day}']").count():
			self.page.click("[data-turn='1']")
			self.page.wait_for_selector(".rb-days:not(.rb-loading)")
		self.page.click(f".rb-day[data-day='{day}']:not([aria-disabled])")
		self.page.wait_for_selector(f".rb-day[data-day='{day}'][aria-pressed=true]")
		self.page.wait_for_selector(".rb-times .rb-time")

	def choose_time(self, label: str) -> None:
		self.page.click(f".rb-times .rb-time:has(span:text-is('{label}'))")

	def fill(self, **values: str) -> None:
		"""As fast as people type: whoever is faster is taken for a robot."""
		for name, value in values.items():
			field = self.page.locator(f"[name={name}]")
			field.fill("")
			field.press_sequentially(value, delay=80)

	def wide(self) -> int:
		"""How many pixels the page is wider than the screen."""
		return self.page.evaluate(
			"document.documentElement.scrollWidth - document.documentElement.clientWidth"
		)

	def close(self) -> None:
		self.context.close()


def accessible(guest, step):
	"""No serious finding of axe-core, and nothing wider than the screen."""
	found = Axe().run(guest.page).response["violations"]
	serious = [
		(row["id"], [node["html"][:120] for node in row["nodes"]])
		for row in found
		if row["impact"] in ("serious", "critical")
	]
	assert serious == [], step
	assert guest.wide() <= 0, step


def picture(guest, name):
	"""Keep a screenshot where RUNBOOK_SCREENSHOTS names a folder."""
	folder = os.environ.get("RUNBOOK_SCREENSHOTS")
	if folder:
		guest.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
