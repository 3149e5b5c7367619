"""The house's machine checks: each takes the root of a checkout and gives its findings, none when all is well."""

from collections.abc import Callable
from pathlib import Path

from tests.static.checks import code, doctypes, paths, reasons, tools, tree

Check = Callable[[Path], list[str]]

CHECKS: dict[str, Check] = {
	**tools.CHECKS,
	**code.CHECKS,
	**paths.CHECKS,
	**doctypes.CHECKS,
	**reasons.CHECKS,
	**tree.CHECKS,
}
