"""Commands of the bench: `bench --site SITE import-salon FOLDER`."""

import sys
from datetime import datetime, time
from decimal import Decimal

import click
import frappe
from frappe.commands import get_site, pass_context
from frappe.utils import get_bench_relative_path
from frappe.utils.synchronization import LockTimeoutError, filelock

from runbook_ops.core.imports.report import problem_lines, table_lines
from runbook_ops.operations.import_salon import Figure, ImportResult, import_salon
from runbook_ops.site_time import from_site


@click.command("import-salon")
@click.argument("folder")
@click.option("--dry-run", is_flag=True, help="Do everything, undo it, and say what would be new.")
@click.option("--skip-bad-rows", is_flag=True, help="Import the good rows although there are bad ones.")
@click.option(
	"--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day of the export: later bookings are to come."
)
@click.option("--company", help="Whose bookings these are, if not the default company's.")
@click.option("--user", default="Administrator", show_default=True, help="In whose name to import.")
@pass_context
def import_salon_command(context, folder, dry_run, skip_bad_rows, as_of, company, user):
	"""Import a salon's six CSV files from FOLDER. Safe to repeat: what is there already stays as it is."""
	frappe.init(site=get_site(context))
	frappe.connect()
	try:
		frappe.set_user(user)
		with filelock("runbook_import_salon", timeout=2):
			result = import_salon(
				get_bench_relative_path(folder),
				dry_run=dry_run,
				skip_bad_rows=skip_bad_rows,
				as_of=from_site(datetime.combine(as_of, time(23, 59))) if as_of else None,
				company=company,
				progress=_say,
			)
			if not result.refused and not dry_run:
				frappe.db.commit()
		_report(result)
	except LockTimeoutError:
		sys.exit("Another import is running on this site. Wait for its end and try again.")
	except frappe.PermissionError as error:
		sys.exit(str(error))
	finally:
		frappe.destroy()
	sys.exit(1 if result.refused else 0)


def _say(what: str, count: int, seconds: float) -> None:
	click.echo(f"  {what:<20}{count:>7}{seconds:>8.1f} s")


def _report(result: ImportResult) -> None:
	for line in problem_lines(result.problems):
		click.echo(line)
	if result.refused:
		click.secho("Refused: nothing was imported. Mend the rows above and import again.", fg="red")
		return
	click.echo("")
	made = "would be new" if result.dry_run else "new"
	rows = [(step.what, step.in_files, step.new, step.unchanged) for step in result.steps]
	for line in table_lines(("", "in files", made, "unchanged"), rows):
		click.echo(line)
	click.echo("")
	for line in table_lines(("", "files", "site", ""), [_beside(figure) for figure in result.figures]):
		click.echo(line)
	ending = {
		(True, False): "Dry run: nothing was written.",
		(True, True): "Dry run: nothing was written.",
		(False, False): "All of it was there already: nothing was changed.",
		(False, True): "Imported.",
	}[result.dry_run, bool(result.new)]
	click.echo(f"\n{ending} {result.seconds:.1f} s.")


def _beside(figure: Figure) -> tuple[str, int | Decimal, int | Decimal, str]:
	same = "equal" if figure.in_files == figure.on_site else f"differs by {figure.on_site - figure.in_files}"
	return figure.what, figure.in_files, figure.on_site, same


commands = [import_salon_command]
