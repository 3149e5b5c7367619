"""The plain form of a plan and the rule that it stands for; what a change from one day on makes of it."""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta, tzinfo
from enum import StrEnum

from .recurrence import LONGEST_INTERVAL, MOST_VISITS, WEEKDAY_CODES, Rule, check_first_day, parse_rule
from .refusal import Refusal


class Frequency(StrEnum):
	DAILY = "Daily"
	WEEKLY = "Weekly"
	MONTHLY_WEEKDAY = "Monthly on a weekday"
	MONTHLY_DAY = "Monthly on a day"
	YEARLY = "Yearly"
	OWN = "Own rule"


class Ends(StrEnum):
	NEVER = "Never"
	ON_A_DAY = "On a day"
	AFTER_VISITS = "After so many visits"


class ShortMonths(StrEnum):
	"""What happens on the 29th to 31st in a month that has no such day."""

	LAST_DAY = "Use the last day"
	LEAVE_OUT = "Leave out"


NTH = {"First": 1, "Second": 2, "Third": 3, "Fourth": 4, "Last": -1}
SHORTEST_MONTH = 28


@dataclass(frozen=True)
class PlanForm:
	"""What the owner fills in; `weekdays` are codes such as MO, `wall` and `zone` say when a day's visit starts."""

	frequency: str
	first_day: date
	wall: time
	zone: tzinfo
	every: int = 1
	weekdays: tuple[str, ...] = ()
	nth: str = ""
	short_months: str = ShortMonths.LAST_DAY
	own_rule: str = ""
	ends: str = Ends.NEVER
	ends_on: date | None = None
	visits: int | None = None


def rule_of(form: PlanForm) -> Rule | Refusal:
	"""The rule of a form, or the field that keeps it from having one."""
	rule = _own_rule(form) if form.frequency == Frequency.OWN else _plain_rule(form)
	if isinstance(rule, Refusal):
		return rule
	ended = _with_end(rule, form)
	if isinstance(ended, Refusal):
		return ended
	return check_first_day(ended, form.first_day) or ended


def read_weekdays(text: str | None) -> tuple[str, ...]:
	"""The weekday codes in a text such as `MO,TH`, as they are written and each once; `rule_of` judges them."""
	return tuple(dict.fromkeys(code for code in (text or "").upper().replace(" ", "").split(",") if code))


def ended_before(form: PlanForm, day: date) -> PlanForm:
	"""The same form with its last visit before a day."""
	return replace(
		form,
		own_rule=_endless(form.own_rule),
		ends=Ends.ON_A_DAY,
		ends_on=day - timedelta(days=1),
		visits=None,
	)


def continued_from(form: PlanForm, day: date, rule: Rule, made: int) -> PlanForm:
	"""The same form from a day on; of a number of visits those remain that were not `made` before it."""
	left = None if rule.count is None else rule.count - made
	changed = replace(form, first_day=day)
	if left is None:
		return changed
	return replace(changed, own_rule=_endless(form.own_rule), ends=Ends.AFTER_VISITS, visits=left)


def shifted(form: PlanForm, old: date, new: date) -> PlanForm | Refusal:
	"""The form for visits that are like the one that moved from `old` to `new`: its weekday, its day of the month."""
	if old == new or form.frequency == Frequency.DAILY:
		return form
	if form.frequency == Frequency.OWN:
		return Refusal("plan_own_rule_shift", "rrule", {"rule": form.own_rule})
	if form.frequency == Frequency.WEEKLY:
		given = form.weekdays or (WEEKDAY_CODES[form.first_day.weekday()],)
		swapped = [_code(new) if code == _code(old) else code for code in given]
		return replace(form, weekdays=tuple(dict.fromkeys(swapped)))
	if form.frequency == Frequency.MONTHLY_WEEKDAY:
		which = (new.day - 1) // 7 + 1
		last = (new + timedelta(days=7)).month != new.month
		nth = "Last" if which > 4 or (last and form.nth == "Last") else list(NTH)[which - 1]
		return replace(form, weekdays=(_code(new),), nth=nth)
	return replace(form, first_day=new)


def same_rhythm(one: PlanForm, other: PlanForm) -> bool:
	"""Whether the visits of two forms come as often as each other, so that each has its counterpart."""
	if Frequency.OWN in (one.frequency, other.frequency):
		return one.frequency == other.frequency and _endless(one.own_rule) == _endless(other.own_rule)
	pace = [(form.frequency, form.every or 1, max(len(form.weekdays), 1)) for form in (one, other)]
	return pace[0] == pace[1]


def _code(day: date) -> str:
	return WEEKDAY_CODES[day.weekday()]


def _endless(own_rule: str) -> str:
	return ";".join(
		part for part in own_rule.split(";") if not part.strip().upper().startswith(("COUNT=", "UNTIL="))
	)


def _own_rule(form: PlanForm) -> Rule | Refusal:
	rule = parse_rule(form.own_rule, form.wall, form.zone)
	if isinstance(rule, Rule) and form.ends != Ends.NEVER and (rule.count or rule.until):
		return Refusal("plan_ends_twice", "ends", {"ends": form.ends})
	return rule


def _plain_rule(form: PlanForm) -> Rule | Refusal:
	if form.frequency not in set(Frequency):
		values = {"field": "Repeats", "value": form.frequency, "known": ", ".join(Frequency)}
		return Refusal("choice_unknown", "frequency", values)
	every = form.every or 1
	if not 1 <= every <= LONGEST_INTERVAL:
		return Refusal("plan_every", "every", {"value": every, "most": LONGEST_INTERVAL})
	unknown = [code for code in form.weekdays if code not in WEEKDAY_CODES]
	if unknown:
		return Refusal(
			"plan_rule_weekday", "weekdays", {"value": unknown[0], "known": ", ".join(WEEKDAY_CODES)}
		)
	codes = form.weekdays or (_code(form.first_day),)
	weekdays = sorted(WEEKDAY_CODES.index(code) for code in codes)
	if form.frequency == Frequency.DAILY:
		return Rule("DAILY", every)
	if form.frequency == Frequency.WEEKLY:
		return Rule("WEEKLY", every, tuple((0, day) for day in weekdays))
	if form.frequency == Frequency.MONTHLY_WEEKDAY:
		if form.nth not in NTH:
			return Refusal("plan_nth", "nth", {"known": ", ".join(NTH)})
		return Rule("MONTHLY", every, tuple((NTH[form.nth], day) for day in weekdays))
	months = (form.first_day.month,) if form.frequency == Frequency.YEARLY else ()
	return _on_a_day("YEARLY" if months else "MONTHLY", every, form, months)


def _on_a_day(freq: str, every: int, form: PlanForm, months: tuple[int, ...]) -> Rule:
	day = form.first_day.day
	shortest = months != () and form.first_day.month != 2
	if day <= SHORTEST_MONTH or shortest or form.short_months == ShortMonths.LEAVE_OUT:
		return Rule(freq, every, month_days=(day,), months=months)
	days = tuple(range(SHORTEST_MONTH, day + 1))
	return Rule(freq, every, month_days=days, months=months, positions=(-1,))


def _with_end(rule: Rule, form: PlanForm) -> Rule | Refusal:
	if form.ends not in set(Ends):
		values = {"field": "Ends", "value": form.ends, "known": ", ".join(Ends)}
		return Refusal("choice_unknown", "ends", values)
	if form.ends == Ends.ON_A_DAY:
		if form.ends_on is None:
			return Refusal("plan_no_last_day", "ends_on")
		return replace(rule, until=form.ends_on)
	if form.ends == Ends.AFTER_VISITS:
		if form.visits is None or not 1 <= form.visits <= MOST_VISITS:
			return Refusal("plan_visits", "visits", {"value": form.visits or 0, "most": MOST_VISITS})
		return replace(rule, count=form.visits)
	return rule
