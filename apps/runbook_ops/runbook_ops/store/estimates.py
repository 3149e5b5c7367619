"""Quotations as estimates: their lines and sums as the core wants them, their links, and which of them are over."""

from datetime import date, timedelta
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import cint, getdate, strip_html

from .. import links
from ..core.currencies import coin_of
from ..core.deposit_rules import DepositState
from ..core.estimates import OPEN_STATES, Content, EstimateState, Line, Tax, deposit_of
from ..naming import new_code
from .chain_watch import watches
from .newest import on_newest
from .policies import policy_in_force

PURPOSE = "estimate"
STATE = "runbook_estimate_state"
SIGNATURE = "runbook_estimate_signature"
OWN_FIELDS = (
	STATE,
	SIGNATURE,
	"runbook_estimate_sent_at",
	"runbook_estimate_viewed_at",
	"runbook_estimate_link",
	"runbook_estimate_code",
)
"""The fields of Quotation that only operations write."""

USUAL_DAYS = 60
OVERDUE = """select name from `tabQuotation` where runbook_estimate_state in %s and valid_till < %s
	order by valid_till, name limit %s"""
LOCKED = "select name from `tabQuotation` where runbook_estimate_code = %s for update"


def state_of(quotation: Document) -> EstimateState:
	"""Where it stands with its customer."""
	return EstimateState(quotation.get(STATE) or EstimateState.DRAFT)


def valid_till(quotation: Document) -> date | None:
	"""Its last day."""
	return getdate(quotation.valid_till) if quotation.valid_till else None


def lines_of(quotation: Document) -> tuple[Line, ...]:
	"""Its lines, also those that are not chosen; what ERPNext itself calls an alternative is none of ours."""
	return tuple(_line(row) for row in quotation.items if _is_choice(row) or not cint(row.is_alternative))


def set_chosen(quotation: Document, lines: tuple[Line, ...]) -> None:
	"""Mark the rows as chosen or not; ERPNext leaves alternatives out of its totals."""
	chosen = {line.row: line.chosen for line in lines}
	for row in quotation.items:
		if _is_choice(row):
			row.runbook_chosen = cint(chosen[row_key(row)])
			row.is_alternative = cint(not row.runbook_chosen)
		elif row.get("runbook_chosen"):
			row.runbook_chosen = 0


def drop_unchosen(quotation: Document) -> None:
	"""Take out the options and add-ons that were not chosen, and make ordinary rows of the others: what is submitted is what was agreed on."""
	kept = [row for row in quotation.items if not _is_choice(row) or cint(row.runbook_chosen)]
	quotation.set("items", kept)
	for number, row in enumerate(kept, 1):
		row.update({"idx": number, "runbook_option_group": None, "runbook_add_on": 0, "runbook_chosen": 0})


def content_of(quotation: Document) -> Content:
	"""What a signature under it stands for, with ERPNext's sums as they are in the document."""
	lines = lines_of(quotation)
	total = _number(quotation.rounded_total or quotation.grand_total)
	return Content(
		number=quotation.name,
		company=quotation.company,
		customer=quotation.customer_name or quotation.party_name,
		currency=quotation.currency,
		lines=lines,
		taxes=tuple(
			Tax(strip_html(row.description or row.account_head), _number(row.rate), _number(_tax_amount(row)))
			for row in quotation.taxes
		),
		net=_number(quotation.net_total),
		discount=_number(quotation.discount_amount),
		total=total,
		terms=quotation.terms or "",
		policies=policies_of(lines),
		deposit=deposit_of(total, deposit_percent(quotation), coin_of(quotation.currency)),
	)


def deposit_percent(quotation: Document) -> Decimal:
	"""How much of the total is asked for with the approval."""
	return _number(quotation.get("runbook_deposit_percent"))


def policies_of(lines: tuple[Line, ...]) -> tuple[str, ...]:
	"""The versions of booking policies in force for the services among the chosen lines."""
	services = services_of([line.item for line in lines if line.chosen])
	found = (policy_in_force(service) for service in dict.fromkeys(services.values()))
	return tuple(sorted({policy.name for policy in found if policy}))


def services_of(items: list[str]) -> dict[str, str]:
	"""Item -> the active service that is booked for it."""
	rows = frappe.get_all(
		"Bookable Service",
		{"item": ("in", list(dict.fromkeys(items)) or [""]), "active": 1},
		["item", "name"],
		order_by="name desc",
	)
	return {row.item: row.name for row in rows}


def booked_services(quotation: Document) -> list[str]:
	"""The services of the visits that came of it, and of those that it amends, as far as they were not given up."""
	found: list[str] = frappe.get_all(
		"Service Booking",
		{"quotation": ("in", _family(quotation)), "status": ("not in", ["Cancelled", "No-show"])},
		pluck="service",
		order_by="creation asc",
	)
	return found


def has_asked_deposit(quotation: Document) -> bool:
	"""Whether a visit that came of it, or of those that it amends, waits for a deposit or has got one."""
	standing = ("in", (DepositState.ASKED.value, DepositState.PAID.value))
	about = {"quotation": ("in", _family(quotation)), "deposit_state": standing}
	return bool(frappe.db.exists("Service Booking", about))


def signed_hash(quotation: Document) -> str | None:
	"""The hash that its latest signature stands for."""
	name = quotation.get(SIGNATURE)
	found: str | None = name and frappe.db.get_value("Estimate Signature", name, "document_hash")
	return found or None


def give_link(quotation: Document) -> None:
	"""Its customer's link, good until some weeks after its last day; whoever had an older one can still use it until then."""
	days = frappe.get_cached_doc("Runbook Settings").link_days or USUAL_DAYS
	quotation.runbook_estimate_code = quotation.get("runbook_estimate_code") or new_code("EST")
	last = (valid_till(quotation) or getdate()) + timedelta(days=days)
	token = links.sign(PURPOSE, quotation.runbook_estimate_code, last)
	quotation.runbook_estimate_link = links.link_to("estimate", token)


def estimate_with(code: str, lock: bool = False) -> str | None:
	"""The Quotation with this code; locked where it is to be answered, before anything else of it is read."""
	if not lock:
		found: str | None = frappe.db.get_value("Quotation", {"runbook_estimate_code": code}, "name")
		return found
	rows = frappe.db.sql(on_newest(LOCKED), code)
	return rows[0][0] if rows else None


def overdue_estimates(today: date, most: int) -> list[str]:
	"""Estimates that wait for an answer and whose last day is over, the oldest first."""
	states = tuple(state.value for state in OPEN_STATES)
	return [name for (name,) in frappe.db.sql(OVERDUE, (states, today, most))]


def is_mailed_by_chain() -> bool:
	"""Whether a published chain starts when an estimate is sent."""
	found = watches().records.get("Quotation", ())
	return any(
		watcher.spec.details.field == STATE and watcher.spec.details.to_value in ("", EstimateState.SENT)
		for watcher in found
	)


def row_key(row: Document) -> str:
	"""What names a row of a Quotation; a new one that has no name yet by its place."""
	return row.name or f"new-{row.idx}"


def _family(quotation: Document) -> list[str]:
	"""It and those that it amends."""
	family, name = [quotation.name], quotation.amended_from
	while name and name not in family:
		family.append(name)
		name = frappe.db.get_value("Quotation", name, "amended_from")
	return family


def _is_choice(row: Document) -> bool:
	return bool((row.get("runbook_option_group") or "").strip() or cint(row.get("runbook_add_on")))


def _line(row: Document) -> Line:
	about = strip_html(row.description or "").strip()
	return Line(
		row=row_key(row),
		item=row.item_code or "",
		name=row.item_name or row.item_code or "",
		qty=_number(row.qty),
		uom=row.uom or "",
		rate=_number(row.rate),
		amount=_number(row.amount),
		about="" if about == (row.item_name or "") else about,
		group=(row.get("runbook_option_group") or "").strip(),
		add_on=bool(cint(row.get("runbook_add_on"))),
		chosen=bool(cint(row.get("runbook_chosen"))) or not _is_choice(row),
	)


def _tax_amount(row: Document) -> float:
	amount: float = row.tax_amount_after_discount_amount or row.tax_amount or 0
	return amount


def _number(value: object) -> Decimal:
	return round(Decimal(str(value or 0)), 6)
