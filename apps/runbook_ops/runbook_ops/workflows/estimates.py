"""What an estimate's answer means for the chains that remind of it: they are over."""

from frappe.model.document import Document

from ..core.chains.spec import Event
from ..core.estimates import OPEN_STATES
from ..store import chain_runs
from ..store.chain_versions import load_spec
from ..store.estimates import STATE
from .doorbell import ring_after_commit
from .triggers import end_all


def estimate_changed(quotation: Document) -> None:
	"""End the runs that began when the estimate was sent or viewed, as soon as it waits for no answer any more."""
	before, state = quotation.get_doc_before_save(), quotation.get(STATE)
	if not before or before.get(STATE) not in OPEN_STATES or state in OPEN_STATES:
		return
	runs = [run for run in chain_runs.open_runs_about(quotation.doctype, quotation.name) if _reminds(run)]
	if runs:
		end_all(runs, "estimate_over_now", {"state": state})
		ring_after_commit()


def _reminds(run: chain_runs.Run) -> bool:
	spec = load_spec(run.version)
	about = spec.trigger is Event.RECORD_CHANGED and spec.details.field == STATE
	return about and spec.details.to_value in OPEN_STATES
