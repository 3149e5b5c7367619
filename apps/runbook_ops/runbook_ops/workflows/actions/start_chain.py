"""Start another chain about the same record."""

from collections.abc import Mapping

from frappe import _

from ..chain_starts import start_chain as start
from .context import Context, Result


def start_chain(context: Context, arguments: Mapping[str, object]) -> Result:
	"""Plan its run in this transaction; raises ChainRefused when it can't be started."""
	chain = str(arguments["chain"])
	run = start(context.held.run, chain, context.held.key)
	return Result(_("{0} started").format(chain), ("Chain Run", run) if run else None)
