"""Who owns a piece of work."""

from runbook_ops.core.routing import Person, choose_owner


def test_the_owner_is_the_preferred_then_the_least_loaded_then_the_fallback():
	people = [Person("b", open_tasks=1), Person("a", open_tasks=1), Person("c", open_tasks=4)]
	assert choose_owner(("x", "c"), people, "boss") == "c"
	assert choose_owner(("x",), people, "boss") == "a"
	assert choose_owner(("off",), [Person("off", enabled=False)], "boss") == "boss"
	assert choose_owner((), [], "boss") == "boss"
