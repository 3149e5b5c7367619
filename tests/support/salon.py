"""The salon's files, which stay out of the repository, and a small salon made up for tests."""

import csv
import os
from decimal import Decimal
from pathlib import Path

import pytest

REAL = Path(__file__).parents[3] / "shared" / "data" / "salon"

SMALL = {
	"service_listing.csv": """IsActive,Code,Desc,Cate,Price,Cost
TRUE,CUT,Women's hair cut,STYLE,80,5
TRUE,DYE,color full color,COLOR,0,10
FALSE,CON,Consultation,MISC,0,0
""",
	"product_listing.csv": """IsActive,Code,Description,Supplier,Brand,Category,Price,On Hand,Minimum,Maximum,Cost,COG,YTD,Package
TRUE,SHAMPOO,"Shampoo, mild",VENUS,AG,RETAIL,30,2,2,2,12.50,0,27,FALSE
""",
	"future_bookings.csv": """Code,Staff,Service,Date,Time,TimeInt
ANN01,JO,CUT,03/14/2018,10:00:00 AM,600
BEA01,JO,CUT,03/14/2018,11:00:00 AM,660
ANN01,KIM,DYE,03/15/2018,3:50:00 PM,950
,JO,CUT,03/16/2018,9:00:00 AM,540
""",
	"client_cancellations.csv": """Cancel Date,Code,Service,Staff,Booking Date,Canceled By,Days
03/10/2018,CIA01,CUT,JO,03/20/2018,ADMIN,10
""",
	"no_show_report.csv": """Date,Code,Service,Staff
03/14/2018,BEA01,CUT,JO
""",
	"receipt_transactions.csv": """Receipt,Date,Description,Client,Staff,Quantity,Amount,GST,PST
1,03/14/2018,Women's hair cut,ANN01,JO,1,80,4,6.4
1,03/14/2018,"Shampoo, mild",DOT01,KIM,2,54.99,2.7495,4.3992
2,03/15/2018,Color full color,ANN01,KIM,-1,-20,-1,-1.6
""",
}


def real_salon() -> Path:
	"""The folder of the real salon. Without it a test is skipped, and fails in CI."""
	if REAL.is_dir():
		return REAL
	missing = f"The salon's files are not in {REAL}."
	if os.environ.get("CI"):
		pytest.fail(missing)
	return pytest.skip(missing)


def small_salon(**changed: str | bytes | None) -> dict[str, bytes]:
	"""The small salon's files by name; a changed one is named without its ending, None takes it away."""
	files: dict[str, str | bytes | None] = dict(SMALL)
	files.update({f"{name}.csv": text for name, text in changed.items()})
	return {
		name: text.encode() if isinstance(text, str) else text
		for name, text in files.items()
		if text is not None
	}


def with_row(name: str, row: str, text: str) -> dict[str, bytes]:
	"""The small salon with one line of a file replaced: `row` is what the line begins with."""
	lines = SMALL[f"{name}.csv"].splitlines()
	assert sum(line.startswith(row) for line in lines) == 1
	return small_salon(**{name: "\n".join(text if line.startswith(row) else line for line in lines)})


def own_sums(folder: Path) -> dict[str, Decimal]:
	"""The real receipts' sums by column, read with nothing but the csv module."""
	with (folder / "receipt_transactions.csv").open(newline="") as file:
		rows = list(csv.DictReader(file))
	return {
		column: sum((Decimal(row[column]) for row in rows), Decimal(0))
		for column in ("Quantity", "Amount", "GST", "PST")
	}


def row_count(folder: Path, name: str) -> int:
	"""Data rows of a real file."""
	with (folder / f"{name}.csv").open(newline="") as file:
		return sum(1 for _row in csv.DictReader(file))
