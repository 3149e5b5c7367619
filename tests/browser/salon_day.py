"""A believable day of a salon, for the board to show: people with their skills and hours, rooms, visits in every state."""

from tests import factories
from tests.factories import day, weekly_hours

from runbook_ops.core.timeline import to_minutes
from runbook_ops.site_time import from_site
from runbook_ops.store import claims

AHEAD = 3
PEOPLE = {
	"Amara Osei": ("09:00", "18:00", ("Colour", "Cut")),
	"Bruno Keller": ("09:00", "17:00", ("Cut",)),
	"Chiara Rossi": ("10:00", "19:00", ("Colour", "Cut")),
	"Dmitri Volkov": ("08:30", "16:30", ("Massage",)),
	"Eun-ji Park": ("09:00", "18:00", ("Nails",)),
	"Farah Haddad": ("11:00", "19:00", ("Cut", "Nails")),
}
ROOMS = ("Quiet Room", "Colour Bar")
SERVICES = {
	"Hair cut": (45, 0, 10, "Cut"),
	"Full colour": (120, 0, 15, "Colour"),
	"Blow-dry": (30, 0, 0, "Cut"),
	"Deep tissue massage": (60, 10, 15, "Massage"),
	"Manicure": (40, 0, 5, "Nails"),
}
VISITS = (
	("Amara Osei", "Full colour", "09:00", "Nadia Brandt"),
	("Amara Osei", "Hair cut", "11:30", "Oliver Lindqvist"),
	("Amara Osei", "Full colour", "14:00", "Priya Raman"),
	("Bruno Keller", "Hair cut", "09:15", "Quentin Moreau"),
	("Bruno Keller", "Blow-dry", "10:30", "Rosa Delgado"),
	("Bruno Keller", "Hair cut", "11:15", "Sam Whitaker"),
	("Bruno Keller", "Hair cut", "14:30", "Tomás Ibarra"),
	("Chiara Rossi", "Full colour", "10:00", "Ulla Hansen"),
	("Chiara Rossi", "Hair cut", "13:30", "Victor Chen"),
	("Chiara Rossi", "Blow-dry", "15:00", "Wanda Novak"),
	("Chiara Rossi", "Full colour", "16:00", "Ximena Ortiz"),
	("Dmitri Volkov", "Deep tissue massage", "08:45", "Yusuf Demir"),
	("Dmitri Volkov", "Deep tissue massage", "10:30", "Zoe Papadakis"),
	("Dmitri Volkov", "Deep tissue massage", "13:30", "Anton Berg"),
	("Eun-ji Park", "Manicure", "09:30", "Beatriz Silva"),
	("Eun-ji Park", "Manicure", "10:30", "Carmen Vega"),
	("Eun-ji Park", "Manicure", "13:00", "Dora Kovacs"),
	("Eun-ji Park", "Manicure", "15:30", "Elias Maurer"),
	("Farah Haddad", "Hair cut", "11:00", "Freya Dahl"),
	("Farah Haddad", "Manicure", "12:15", "Gina Moretti"),
	("Farah Haddad", "Blow-dry", "16:30", "Hugo Laurent"),
)
WAITING = (("Full colour", "12:00", "Ines Castro"), ("Manicure", "17:00", "Jonas Weber"))


def make_salon_day() -> dict[str, str]:
	"""The day, three days ahead; gives the customer's name -> the booking's number."""
	for skill in ("Colour", "Cut", "Massage", "Nails"):
		factories.skill(skill)
	for name, (opens, closes, skills) in PEOPLE.items():
		factories.person(resource_name=name, hours=weekly_hours(opens, closes), skills=skills)
	for room in ROOMS:
		factories.room(resource_name=room, hours=weekly_hours("08:00", "20:00"))
	for name, (minutes, before, after, skill) in SERVICES.items():
		needs = [{"kind": "Person", "skill": skill}]
		if skill == "Massage":
			needs.append({"kind": "Room", "resource": "Quiet Room"})
		factories.bookable_service(
			minutes,
			service_name=name,
			needs=needs,
			buffer_before_minutes=before,
			buffer_after_minutes=after,
		)
	booked = {customer: _visit(*visit, customer) for *visit, customer in VISITS}
	for service, at, customer in WAITING:
		one = factories.booking(
			"Requested", day(AHEAD, at), service, [], customer=factories.customer(customer_name=customer)
		)
		booked[customer] = one.name
	factories.time_off("Bruno Keller", day(AHEAD, "12:30"), day(AHEAD, "13:30"), reason="Dentist")
	factories.time_off("Eun-ji Park", day(AHEAD, "11:30"), day(AHEAD, "12:15"), reason="Lunch")
	_held("Farah Haddad", "Hair cut", "14:00", 45)
	return booked


def _visit(person: str, service: str, at: str, customer: str) -> str:
	team = [person, "Quiet Room"] if "massage" in service else [person]
	who = factories.customer(customer_name=customer)
	return factories.booking("Confirmed", day(AHEAD, at), service, team, customer=who).name


def _held(person: str, service: str, at: str, minutes: int) -> None:
	hold = factories.insert("Slot Hold", service=service, status="Held")
	start = to_minutes(from_site(day(AHEAD, at)))
	claims.lock_resources([person])
	claims.take(hold.name, [person], start, start + minutes)
