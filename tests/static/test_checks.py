"""Every machine check finds nothing in this checkout."""

from pathlib import Path

import pytest
from tests.static.checks import CHECKS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", CHECKS)
def test_finds_nothing(name):
	findings = CHECKS[name](ROOT)
	assert not findings, f"{name}:\n" + "\n".join(findings)
