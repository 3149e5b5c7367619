"""A business.yaml that is wrong is refused with its file, its place and a remedy, everything at once."""

from dataclasses import replace

import pytest
import yaml

from runbook_ops.chain_library import read_library
from runbook_ops.core.chains.spec import Event
from runbook_ops.rehearsal.business import parse_business, read_business
from runbook_ops.rehearsal.reading import InputProblems


def refused(act):
	with pytest.raises(InputProblems) as found:
		act()
	return {(problem.where, problem.text) for problem in found.value.problems}


def one(data, where):
	found = refused(lambda: parse_business(data))
	texts = [text for place, text in found if place == where]
	assert texts, found
	return texts[0]


@pytest.mark.parametrize(
	("change", "where", "says"),
	[
		(lambda d: d.pop("company"), "company", "missing"),
		(lambda d: d.update(zone="Mars/Base"), "zone", "no time zone Mars/Base"),
		(lambda d: d.update(zone="../etc/passwd"), "zone", "no time zone"),
		(lambda d: d.update(colour="red"), "colour", "no such field"),
		(lambda d: d.pop("services"), "services", "must be a list"),
		(lambda d: d.update(resources={}), "resources", "must be a list"),
		(lambda d: d.update(team=[]), "team", "must be a list"),
		(lambda d: d["services"].append("x"), "services[2]", "not a mapping"),
		(lambda d: d["services"][0].pop("duration_minutes"), "services[0].duration_minutes", "from 1 to"),
		(
			lambda d: d["services"][0].update(duration_minutes=99999),
			"services[0].duration_minutes",
			"from 1 to",
		),
		(lambda d: d["services"][0].update(duration_minutes=0), "services[0].duration_minutes", "at least 1"),
		(
			lambda d: d["services"][0].update(duration_minutes="long"),
			"services[0].duration_minutes",
			"whole number",
		),
		(
			lambda d: d["services"][0].update(duration_minutes=True),
			"services[0].duration_minutes",
			"whole number",
		),
		(lambda d: d["services"][0].update(price="dear"), "services[0].price", "not a number"),
		(lambda d: d["services"][0].update(price=-1), "services[0].price", "not a number"),
		(lambda d: d["services"][0].update(price="NaN"), "services[0].price", "not a number"),
		(lambda d: d["services"][0].update(active="perhaps"), "services[0].active", "true or false"),
		(lambda d: d["services"][0].update(duraton=5), "services[0].duraton", "no such field"),
		(lambda d: d["services"][0].update(chain="gone"), "services[0].chain", "no chain gone"),
		(
			lambda d: d["services"][0].update(requirements=[{"kind": "Robot"}]),
			"services[0].requirements[0].kind",
			"Robot",
		),
		(
			lambda d: d["services"][0].update(requirements=[{"kind": "Person", "resource": "Zed"}]),
			"services[0].requirements[0].resource",
			"no resource Zed",
		),
		(
			lambda d: d["services"][1]["materials"][0].update(item="GOLD"),
			"services[1].materials[0].item",
			"no GOLD",
		),
		(lambda d: d["services"].append(dict(d["services"][0])), "services[2]", "twice"),
		(
			lambda d: d["resources"][0].update(hours={"Funday": "09:00-17:00"}),
			"resources[0].hours.Funday",
			"not a day",
		),
		(
			lambda d: d["resources"][0].update(hours={"Monday": "9 to 5"}),
			"resources[0].hours.Monday",
			"09:00-17:00",
		),
		(lambda d: d["resources"][0].update(hours="always"), "resources[0].hours", "Monday-Friday"),
		(lambda d: d["resources"][0].pop("hours"), "resources[0].hours", "never open"),
		(lambda d: d["resources"][0].update(members=["Nobody"]), "resources[0].members", "Nobody"),
		(lambda d: d["resources"][0].update(holidays=["soon"]), "resources[0].holidays", "2026-12-25"),
		(
			lambda d: d["resources"][0].update(time_off=[{"from": "2026-01-02 08:00"}]),
			"resources[0].time_off[0]",
			"later to",
		),
		(lambda d: d["stock"][0].update(lead_days=-1), "stock[0].lead_days", "at least 0"),
		(lambda d: d.update(chains="mine"), "chains", "library or a list"),
		(lambda d: d.update(chains=["gone.yaml"]), "", "can't be read"),
	],
)
def test_a_business_that_is_wrong(shop_data, change, where, says):
	change(shop_data)
	text = one(shop_data, where)
	assert says in text.replace("08:00", "09:00")
	assert text.endswith(".")


def test_everything_is_named_at_once(shop_data):
	shop_data.update(zone="x", colour="red")
	shop_data["services"][0].update(price="dear", duration_minutes=-1)
	assert len(refused(lambda: parse_business(shop_data))) >= 4


@pytest.mark.parametrize("data", [None, [], "x", 5])
def test_data_that_is_no_business(data):
	assert refused(lambda: parse_business(data))


@pytest.mark.parametrize(
	("text", "where"),
	[
		("company: [", "line"),
		("company: a: b", "line 1"),
		("\tcompany: x", "line 1"),
		("company: !!python/object/apply:os.system [ls]", "line 1"),
		("holidays: [2026-02-30]", ""),
		("[" * 5000, ""),
	],
)
def test_text_that_is_no_yaml(tmp_path, text, where):
	path = tmp_path / "shop.yaml"
	path.write_text(text)
	((place, words),) = refused(lambda: read_business(path))
	assert place.startswith(where)
	assert words.endswith(".")


def test_files_that_cannot_be_read(tmp_path):
	assert "Check the path" in str(refused(lambda: read_business(tmp_path / "gone.yaml")))
	(tmp_path / "latin.yaml").write_bytes("company: Café".encode("latin-1"))
	assert "UTF-8" in str(refused(lambda: read_business(tmp_path / "latin.yaml")))


CYCLE = {
	"code": "own",
	"title": "Own",
	"trigger": "booking_confirmed",
	"steps": [
		{"code": "a", "action": "create_job", "after": ["b"]},
		{"code": "b", "action": "dance", "after": ["a"]},
		{"code": "c", "action": "send_message", "settings": {"subject": "{{ nonsense }}", "body": "b"}},
	],
}


@pytest.mark.parametrize("in_file", [False, True])
def test_a_chain_of_ones_own_that_is_wrong_names_the_step(shop_data, tmp_path, in_file):
	(tmp_path / "own.yaml").write_text(yaml.safe_dump(CYCLE))
	shop_data["chains"] = ["own.yaml" if in_file else CYCLE]
	found = refused(lambda: parse_business(shop_data, folder=tmp_path))
	places = {where.partition(".")[2] if not in_file else where.partition(").")[2] for where, _ in found}
	assert places == {"a.after", "b.action", "c.settings.subject"}


def test_a_chain_of_ones_own_takes_the_librarys_place(shop_data):
	own = {**CYCLE, "code": "service_visit", "steps": [{"code": "a", "action": "create_job"}]}
	business = parse_business({**shop_data, "chains": [own]})
	lengths = {spec.code: len(spec.steps) for spec in business.chains}
	assert set(lengths) == {spec.code for spec in read_library()} and lengths["service_visit"] == 1


def test_what_the_library_ships_switched_off_runs_for_services_that_name_it(shop_data):
	business = parse_business(shop_data)
	(service,) = list(business.services.values())[:1]
	codes = [spec.code for spec in business.chains_for(Event.BOOKING_CONFIRMED, service)]
	assert codes == ["service_visit"]
	named = replace(service, chain="salon_visit")
	assert [spec.code for spec in business.chains_for(Event.BOOKING_CONFIRMED, named)] == ["salon_visit"]
