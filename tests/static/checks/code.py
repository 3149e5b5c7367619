"""The house's own rules for the app's Python, read from the syntax tree; Frappe is not needed."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.static.checks.source import APP, Module, calls, dotted, functions, is_text, keyword, modules

Finding = tuple[ast.AST, str]
Rule = Callable[[Module], Iterator[Finding]]

TRANSACTIONS = {
	"workflows/pump.py": "the pump's loop owns its transactions",
	"workflows/engine.py": "each step is a transaction of its own",
	"workflows/waitlist.py": "each freed slot is a transaction of its own",
	"workflows/mailing.py": "each message is written down in a transaction of its own",
	"workflows/endings.py": "each step is a transaction of its own",
	"workflows/outages.py": "a provider that works again is a transaction of its own",
	"workflows/timed_triggers.py": "each chain's look at the clock is a transaction of its own",
	"workflows/conflicts.py": "what the database undid begins anew",
	"workflows/archive.py": "each batch of old runs is a transaction of its own",
	"store/leases.py": "a lease counts once others see it",
	"demo/make.py": "the demo is made from the command line, and its workers must see it",
	"commands.py": "a command of the bench ends its own transaction",
	"api/retry.py": "a request that the database undid starts anew",
	"api/guests.py": "a request is counted whatever becomes of it, and a refused one leaves nothing behind",
}
"""Who may commit or roll back whole: everybody else works in the caller's transaction."""

REVIEWED_SQL = {
	("permissions.py", "own_bookings"): "Frappe takes conditions as text; the user is escaped",
	("permissions.py", "_crews_of"): "Frappe takes conditions as text; the user is escaped",
	("store/holds.py", "_one"): "its callers pass fixed text",
	("store/leases.py", "_lockable"): "its two callers pass fixed text",
	("store/archive.py", "_write"): "a placeholder a run",
	("store/reconciliation.py", "look"): "constants of the module",
	("store/breakers.py", "_changed"): "its callers pass fixed text",
	("store/chain_runs.py", "_locked"): "its callers pass fixed text",
	("store/chain_runs.py", "locked_states_of"): "a constant, for the newest rows",
	("store/chain_runs.py", "set_state"): "column names are the keywords of our own calls",
	("store/chain_runs.py", "set_run"): "column names are the keywords of our own calls",
	("store/chain_runs.py", "plan_waiting"): "a placeholder a step",
	(
		"store/replans.py",
		"replan_steps",
	): "columns and the rule for known names are constants, each value has a placeholder",
	("store/chain_health.py", "load_doubtful_steps"): "one of two fixed texts",
	("store/chain_health.py", "count_by_state"): "one of two fixed texts",
	("store/claims.py", "busy_intervals"): "one of two fixed texts",
	("store/stamps.py", "touch"): "a constant with a placeholder for each value",
	(
		"store/resource_rows.py",
		"read_resources",
	): "constants of the module, those of HR where its tables exist",
	("store/busy_time.py", "_read"): "one of two constants of the module",
	("store/feeds.py", "_rows"): "its callers fill constants of the module with each other",
	("store/feeds.py", "_absences"): "one of two fixed texts",
	("store/tasks.py", "_close"): "its callers name one of two columns",
	("store/waitlist.py", "lock_freed"): "a constant of the module",
	("store/waitlist.py", "_offers"): "its three callers pass fixed text",
	("store/owed.py", "lock_owed"): "a constant, for the newest rows",
	("store/packages.py", "lock_package"): "a constant, for the newest rows",
	("store/packages.py", "save_holding"): "a constant, for the newest rows",
	("store/packages.py", "usage_with_key"): "a constant, for the newest rows",
	("store/effects.py", "begin_if_unchanged"): "columns are constants, each value has a placeholder",
	("store/one_trip.py", "carry_out"): "its callers pass what `insert_statement` makes",
	(
		"store/one_trip.py",
		"commit_with",
	): "its callers pass reviewed statements, each value has a placeholder",
	("store/rows.py", "insert_rows"): "what `insert_statement` makes, for the newest rows",
	(
		"store/rows.py",
		"insert_statement",
	): "table and columns come from constants, each value has a placeholder",
	("store/rows.py", "read_json"): "the queries are constants of the modules that call it",
	("store/stories.py", "_put_away"): "its two callers fill a constant with fixed text",
	("store/stories.py", "_told"): "its two callers fill a constant with fixed text",
}
"""SQL that is put together in code, and why no value of a record or request can get into its text."""

ENTRY_POINTS = {"api", "doc_events", "doctype", "jobs", "page", "report", "web_form", "www"}
GUESTS: dict[str, str] = {
	"api/public.py:catalogue": "what is sold online, as on a shop's door",
	"api/public.py:open_days": "how many times are open, no names of customers",
	"api/public.py:open_slots": "when is open and with whom",
	"api/public.py:hold": "keeps a time for minutes, with limits by address, slot and day",
	"api/public.py:book": "needs a hold; makes or matches a customer and tells nothing of one",
	"api/public.py:wait": "adds a name to the waitlist, with limits by address and contact; tells nothing of anybody",
	"api/public.py:visit": "needs a signed link; shows that visit only",
	"api/health.py:pulse": "needs the key of the health address; says whether steps are being worked",
	"api/estimates.py:total": "needs a signed link; what that estimate comes to with a choice",
	"api/estimates.py:approve": "needs a signed link; signs that estimate, once",
	"api/estimates.py:decline": "needs a signed link; declines that estimate only",
	"api/waitlist.py:answer": "needs a signed link; takes or leaves that offer only",
	"api/pay_links.py:begin": "needs a signed link; begins the payment that it asks for",
	"api/pay_links.py:look": "needs a signed link; shows that invoice or deposit only",
	"api/pay_links.py:picture": "needs a signed link; only pictures that staff marked as for the customer, made anew and small",
	"api/pay_links.py:stripe_event": "needs Stripe's signature; what it says is read from Stripe itself",
	"api/public.py:change_visit": "needs a signed link; moves or cancels inside the policy",
}
"""Functions that anybody on the internet may call, and why."""

EVALUATING = {"eval", "exec", "safe_eval", "safe_exec", "render_template", "get_safe_globals"}
WRITING = {"cancel", "db_set", "delete", "delete_doc", "insert", "save", "set_value", "submit"}
LISTS = {"frappe.get_all", "frappe.get_list", "frappe.db.get_all", "frappe.db.get_list"}


def transactions(module: Module) -> Iterator[Finding]:
	"""Nobody commits or rolls back another's transaction."""
	for call in calls(module.tree):
		name = dotted(call.func)
		whole = name == "frappe.db.commit" or (name == "frappe.db.rollback" and not call.keywords)
		if whole and module.path not in TRANSACTIONS:
			yield call, f"{name}: the caller's transaction is not ours to end (see TRANSACTIONS)"


def sendmail_now(module: Module) -> Iterator[Finding]:
	"""Mail that goes out at once goes out even when the transaction is undone."""
	for call in calls(module.tree):
		if dotted(call.func).endswith("sendmail") and keyword(call, "now") is not None:
			yield call, "sendmail(now=): send after the commit, as an effect of a step"


def evaluation(module: Module) -> Iterator[Finding]:
	"""No text of a record runs as code or as one of Frappe's templates."""
	for call in calls(module.tree):
		if dotted(call.func).rpartition(".")[2] in EVALUATING:
			yield call, f"{dotted(call.func)}: use core.chains.template or core.chains.condition"


def whitelisted_shape(module: Module) -> Iterator[Finding]:
	"""A whitelisted function is fully annotated and documented, and says which methods may call it."""
	for function, decorator in _whitelisted(module):
		if not ast.get_docstring(function):
			yield function, f"{function.name}: no docstring"
		yield from _annotations(function)
		methods = keyword(decorator, "methods") if isinstance(decorator, ast.Call) else None
		if methods is None:
			yield function, f'{function.name}: name its methods, methods=["POST"] for a write'
		elif "GET" in ast.unparse(methods) and _writes(function):
			yield function, f"{function.name}: it writes, so POST only"
		guest = keyword(decorator, "allow_guest") if isinstance(decorator, ast.Call) else None
		if guest is not None and f"{module.path}:{function.name}" not in GUESTS:
			yield function, f"{function.name}: open to guests and not on the list GUESTS"


def whitelisted_permission(module: Module) -> Iterator[Finding]:
	"""A whitelisted function checks permission before anything else; it may load what it checks."""
	for function, _ in _whitelisted(module):
		body = function.body[1:] if ast.get_docstring(function) else function.body
		if not _guarded(body):
			yield function, f"{function.name}: no permission check before anything else"


def postponed_annotations(module: Module) -> Iterator[Finding]:
	"""Frappe checks arguments by their annotations, and can't when these are text."""
	if not any(_whitelisted(module)):
		return
	for node in module.tree.body:
		if isinstance(node, ast.ImportFrom) and node.module == "__future__":
			yield node, "from __future__ import annotations switches the argument checks off"


def ignored_permissions(module: Module) -> Iterator[Finding]:
	"""Entry points act as the user that called."""
	if module.top not in ENTRY_POINTS:
		return
	for node in ast.walk(module.tree):
		if isinstance(node, ast.keyword) and node.arg == "ignore_permissions":
			yield node.value, "ignore_permissions in an entry point"
		if isinstance(node, ast.Attribute) and node.attr == "ignore_permissions":
			yield node, "ignore_permissions in an entry point"


def built_sql(module: Module) -> Iterator[Finding]:
	"""SQL is text in the source; what is put together needs a line in REVIEWED_SQL."""
	for function in functions(module.tree):
		built = [call for call in calls(function) if _is_sql(call) and not _fixed(call, function)]
		if built and (module.path, function.name) not in REVIEWED_SQL:
			yield built[0], f"{function.name}: SQL built from strings"
	for number, line in enumerate(module.text.splitlines(), start=1):
		if "noqa: S608" in line and not _reviewed(module, number):
			yield ast.Pass(lineno=number), "noqa: S608 without a line in REVIEWED_SQL"


def list_queries(module: Module) -> Iterator[Finding]:
	"""What version 16 refuses, and an order that each version would choose for itself."""
	for call in calls(module.tree):
		if dotted(call.func) not in LISTS:
			continue
		order = keyword(call, "order_by")
		if order is None and not any(word.arg is None for word in call.keywords):
			yield call, "no order_by: versions 15 and 16 differ in the order they choose"
		fields = keyword(call, "fields") or (call.args[1] if len(call.args) > 1 else None)
		for name, value in (("fields", fields), ("order_by", order), ("group_by", keyword(call, "group_by"))):
			if value is not None and any("(" in text for text in _texts(value)):
				yield call, f"a function in {name}: version 16 refuses it; use frappe.qb"


def translations(module: Module) -> Iterator[Finding]:
	"""Translated text is one literal, looked up when it is shown."""
	late = {id(node) for function in functions(module.tree) for node in ast.walk(function)}
	for call in calls(module.tree):
		if dotted(call.func) not in ("_", "frappe._") or not call.args:
			continue
		text = call.args[0]
		formatted = isinstance(text, ast.Call) and dotted(text.func).endswith(".format")
		if formatted or isinstance(text, ast.JoinedStr | ast.BinOp):
			yield call, "_() takes one literal; format the translated text"
		if id(call) not in late:
			yield call, "_() at import: nobody's language is known yet"


def swallowed(module: Module) -> Iterator[Finding]:
	"""No broad exception is caught and forgotten."""
	for node in ast.walk(module.tree):
		if not isinstance(node, ast.ExceptHandler):
			continue
		broad = node.type is None or dotted(node.type) in ("Exception", "BaseException")
		if broad and all(isinstance(step, ast.Pass | ast.Continue) or is_text(step) for step in node.body):
			yield node, "an exception is swallowed"


def first_sentence(module: Module) -> Iterator[Finding]:
	"""A module begins with one sentence that says what it is for."""
	if module.tree.body and not ast.get_docstring(module.tree):
		yield module.tree.body[0], "the module does not say what it is for"


def _whitelisted(module: Module) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, ast.expr]]:
	for function in functions(module.tree):
		for decorator in function.decorator_list:
			called = decorator.func if isinstance(decorator, ast.Call) else decorator
			if dotted(called) in ("frappe.whitelist", "whitelist"):
				yield function, decorator


def _annotations(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Finding]:
	given = function.args
	for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs):
		kind = argument.annotation and ast.unparse(argument.annotation)
		if kind is None:
			yield function, f"{function.name}: {argument.arg} has no annotation"
		elif kind.partition("[")[0] in ("dict", "list", "tuple"):
			yield function, f"{function.name}: {argument.arg} comes as JSON text: annotate str | {kind}"
		elif "Literal" in kind:
			yield function, f"{function.name}: {argument.arg} is a Literal, which version 15 does not check"
	if given.vararg or given.kwarg:
		yield function, f"{function.name}: name each argument"
	if function.returns is None:
		yield function, f"{function.name}: no return annotation"


def _writes(function: ast.AST) -> bool:
	retried = any(dotted(decorator) == "retried" for decorator in getattr(function, "decorator_list", ()))
	return retried or any(dotted(call.func).rpartition(".")[2] in WRITING for call in calls(function))


def _guarded(body: list[ast.stmt]) -> bool:
	for step in body:
		if isinstance(step, ast.Expr) and isinstance(step.value, ast.Call) and _checks(step.value):
			return True
		if isinstance(step, ast.If) and not any(calls(step.test)) and _guarded(step.body):
			if step.orelse:
				return _guarded(step.orelse)
		elif not _loads(step):
			return False
	return False


def _checks(call: ast.Call) -> bool:
	name = dotted(call.func).rpartition(".")[2]
	if name == "has_permission":
		throw = keyword(call, "throw")
		return isinstance(throw, ast.Constant) and throw.value is True
	return name == "check_permission" or name.startswith("_may_")


def _loads(step: ast.stmt) -> bool:
	value = step.value if isinstance(step, ast.Assign) else None
	return isinstance(value, ast.Call) and dotted(value.func) in ("frappe.get_doc", "frappe.get_cached_doc")


def _is_sql(call: ast.Call) -> bool:
	return dotted(call.func) in ("frappe.db.sql", "frappe.db.sql_list", "frappe.db.multisql")


def _fixed(call: ast.Call, function: ast.AST) -> bool:
	"""Whether the text of a query stands in the source: literals, a module's constants, a choice of these, a name for one, `on_newest` of one."""
	query = call.args[0] if call.args else keyword(call, "query")
	if not isinstance(query, ast.Name):
		return _stands(query)
	known = [
		node.value
		for node in ast.walk(function)
		if isinstance(node, ast.Assign) and any(dotted(target) == query.id for target in node.targets)
	]
	return _stands(query) or (bool(known) and all(map(_stands, known)))


def _stands(text: ast.AST | None) -> bool:
	if isinstance(text, ast.Name):
		return text.id.isupper()
	if isinstance(text, ast.Call) and dotted(text.func) == "on_newest" and text.args:
		return _stands(text.args[0])
	if isinstance(text, ast.IfExp):
		return _stands(text.body) and _stands(text.orelse)
	if isinstance(text, ast.BinOp):
		return _stands(text.left) and _stands(text.right)
	if isinstance(text, ast.JoinedStr):
		return all(map(_stands, text.values))
	return _stands(text.value) if isinstance(text, ast.FormattedValue) else is_text(text)


def _reviewed(module: Module, line: int) -> bool:
	return any(
		function.lineno <= line <= (function.end_lineno or 0) and (module.path, function.name) in REVIEWED_SQL
		for function in functions(module.tree)
	)


def _texts(value: ast.AST) -> list[str]:
	return [node.value for node in ast.walk(value) if isinstance(node, ast.Constant) and is_text(node)]


RULES: dict[str, Rule] = {
	"transactions": transactions,
	"sendmail now": sendmail_now,
	"evaluation": evaluation,
	"whitelisted shape": whitelisted_shape,
	"whitelisted permission": whitelisted_permission,
	"postponed annotations": postponed_annotations,
	"ignored permissions": ignored_permissions,
	"built SQL": built_sql,
	"list queries": list_queries,
	"translations": translations,
	"swallowed exceptions": swallowed,
	"first sentence": first_sentence,
}


def _check(rule: Rule) -> Callable[[Path], list[str]]:
	def check(root: Path) -> list[str]:
		return [
			f"{APP}/{module.path}:{getattr(node, 'lineno', 1)}: {text}"
			for module in modules(root)
			for node, text in rule(module)
		]

	return check


def stale_reviews(root: Path) -> list[str]:
	"""What is allowed by name is still there, or the list allows what nobody has looked at."""
	known = {module.path: module for module in modules(root)}
	gone = [path for path in TRANSACTIONS if path not in known]
	for path, name in REVIEWED_SQL:
		module = known.get(path)
		if module is None or name not in [function.name for function in functions(module.tree)]:
			gone.append(f"{path}:{name}")
	return [f"{name} is on a list in tests/static/checks/code.py and not in the tree" for name in gone]


CHECKS = {**{name: _check(rule) for name, rule in RULES.items()}, "stale reviews": stale_reviews}
