"""Core tests run without Frappe, whatever is installed."""

import pytest


@pytest.mark.parametrize("name", ["frappe", "frappe.utils", "erpnext", "requests", "redis"])
def test_frappe_cannot_be_imported(name):
	with pytest.raises(ModuleNotFoundError, match="run without it"):
		__import__(name)
