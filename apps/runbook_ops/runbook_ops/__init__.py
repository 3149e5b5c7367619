"""Runbook Ops: the operations console of a service business, an app for Frappe and ERPNext."""

import sys

__version__ = "0.1.0"

# Frappe resolves the module "Runbook Ops" to runbook_ops.runbook_ops; the doctypes live one level higher.
sys.modules.setdefault(f"{__name__}.{__name__}", sys.modules[__name__])
