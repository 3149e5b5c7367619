"""`./runbook import-salon`: hands the folder to the app's own import command on a site."""

import argparse
from pathlib import Path

from tooling import bench, checkout
from tooling.doctor import DEFAULT_SITE, sites_with_app
from tooling.places import short_hash
from tooling.shell import Trouble, home_of, stream, user_name


def main(words: list[str]) -> int:
	parser = argparse.ArgumentParser(
		prog="./runbook import-salon",
		description="Import a salon's files (services, staff, clients, bookings, receipts). Nothing is half done; a "
		"second run changes nothing.",
	)
	parser.add_argument("folder", metavar="DIR", help="folder of the CSV files")
	parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
	parser.add_argument("--skip-bad-rows", action="store_true", help="import the rest when rows are wrong")
	parser.add_argument("--as-of", metavar="YYYY-MM-DD", help="bookings after this day are still to come")
	parser.add_argument("--company", help="the company (default: the site's)")
	parser.add_argument("--site", help="the site (default: the one that has the app)")
	parser.add_argument("--bench", metavar="PATH", help="the bench to use")
	options = parser.parse_args(words)
	folder = Path(options.folder).resolve()
	if not folder.is_dir():
		raise Trouble(f"{folder} is not a folder.", "Name the folder that holds the salon's CSV files.")
	found = bench.find(options.bench)
	if not found:
		raise Trouble(
			"No bench found in the usual places.", "Make one with ./runbook up, or name it with --bench."
		)
	if found.user != user_name():
		copy = home_of(found.user) / ".cache/runbook-ops/salon" / short_hash(str(folder))
		checkout.copy_folder(folder, copy, str(found.python), found.user)
		folder = copy
	command = found.helper("--site", options.site or default_site(found), "import-salon")
	return stream([*command, folder, *_options(options)], found.environment(), found.sites, user=found.user)


def _options(given: argparse.Namespace) -> list[str]:
	flags = [
		flag for flag, on in (("--dry-run", given.dry_run), ("--skip-bad-rows", given.skip_bad_rows)) if on
	]
	for option, value in (("--as-of", given.as_of), ("--company", given.company)):
		flags += [option, value] if value else []
	return flags


def default_site(found: bench.Bench) -> str:
	"""The site of `up`, else the only one that has the app."""
	names = sites_with_app(found)
	if DEFAULT_SITE in names:
		return DEFAULT_SITE
	if len(names) == 1:
		return names[0]
	remedy = "Name it with --site." if names else "Make one with ./runbook up, or name it with --site."
	raise Trouble(f"{len(names) or 'No'} sites have Runbook Ops installed.", remedy)
