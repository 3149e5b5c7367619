"""A run's steps packed away and read again."""

from datetime import datetime

from runbook_ops.core.chains.archive import pack_run, unpack_run

STEP = {
	"step_run": "s1",
	"step_code": "reminder",
	"title": "Remind",
	"action": "send_message",
	"state": "Done",
}


def test_what_the_story_needs_comes_back_and_nothing_else_is_kept():
	step = {
		**STEP,
		"due_at": datetime.fromisoformat("2025-06-01 09:00"),
		"attempts": 1,
		"effect": "r.0.reminder",
		"payload": "long",
	}
	tries = {
		"s1": [
			{
				"outcome": "Failed",
				"ended_at": datetime.fromisoformat("2025-06-01 09:00"),
				"answer": "451",
				"worker": "w",
			}
		]
	}
	text = pack_run([step, {**STEP, "step_run": "s2", "state": "Skipped", "reason": "ill"}], tries)
	first, second = unpack_run(text)
	assert (first["due_at"], first["effect"], first["attempts"]) == ("2025-06-01 09:00:00", "r.0.reminder", 1)
	assert first["tries"] == [{"outcome": "Failed", "ended_at": "2025-06-01 09:00:00", "answer": "451"}]
	assert (second["reason"], second["effect"], second["tries"]) == ("ill", None, [])
	assert "payload" not in text and "worker" not in text
