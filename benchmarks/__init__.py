"""How fast are the things that people wait for? One module a question, `python -m benchmarks` asks them all."""

import sys
from pathlib import Path
from types import ModuleType

# The benchmarks use the tests' factories. Bench's Python has other packages of the name `tests`, so name ours.
_tests = ModuleType("tests")
_tests.__path__ = [str(Path(__file__).resolve().parent.parent / "tests")]
sys.modules.setdefault("tests", _tests)
