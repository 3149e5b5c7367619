"""How the answer to a question of a chain is named in conditions: `answer.<code of the step that asks>`."""

PREFIX = "answer."


def is_answer(fact: str) -> bool:
	"""Whether a name is that of an answer; which questions there are, the chain knows."""
	return fact.startswith(PREFIX)
