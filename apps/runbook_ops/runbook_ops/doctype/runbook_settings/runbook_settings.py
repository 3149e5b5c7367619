"""What applies to the whole console."""

from frappe.model.document import Document

from runbook_ops.operations.check_outside import check_settings
from runbook_ops.operations.check_receivable import check_charge_rule
from runbook_ops.operations.lay_out_bill import check_tax_templates


class RunbookSettings(Document):
	def validate(self):
		check_settings(self)
		check_charge_rule(self)
		check_tax_templates(self)
