"""A company's own files for the tests: a few sellers and deals on the base scenario, and ways to write them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.records.account import Account
from sim.records.customers import Customers
from sim.records.files import CompanyFiles, Stamp
from sim.records.known import Known
from sim.records.pipeline import Deals
from sim.records.reading import read, read_customers_of, read_pipeline_of, seats_of
from sim.scenario.load import ScenarioSource, load, load_source
from sim.scenario.reading.company_files import known_of

ROSTER = [
    {"name": "Ann Lee", "role": "ae", "segment": "smb", "region": "east", "start_date": "2025-03-01"},
    {"name": "Bo Diaz", "role": "ae", "segment": "smb", "region": "west", "start_date": "2026-10-01"},
    {"name": "Cy Ito", "role": "sdr", "segment": "smb", "region": "east", "start_date": "2026-01-15"},
    {"name": "Di Roy", "role": "recruiter", "segment": "", "region": "east", "start_date": "2020-01-01"},
    {"name": "Ed Fox", "role": "recruiter", "segment": "", "region": "west", "start_date": "2020-01-01"},
]
DEAL = {
    "id": "D-1", "owner": "Ann Lee", "segment": "smb", "region": "east", "source": "inbound", "stage": "proposal",
    "created_date": "2026-11-02", "stage_entered_date": "2026-12-14", "forecast_close_date": "2027-02-01",
    "amount_usd": "12500.00",
}  # fmt: skip
CUSTOMER = {
    "id": "C-1", "owner": "Ann Lee", "segment": "smb", "region": "east", "arr_usd": "24000", "term_start": "2026-04-01",
    "term_end": "2027-04-01",
}  # fmt: skip

Row = dict[str, Any]


def deals(count: int = 3) -> list[Row]:
    """Sound deals, each with an id and an amount of its own."""
    return [{**DEAL, "id": f"D-{k + 1}", "amount_usd": f"{1000 * (k + 1)}.25"} for k in range(count)]


def write(path: Path, rows: Sequence[Row], columns: Sequence[str] | None = None) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns or list(dict.fromkeys(key for row in rows for key in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


def scenario(folder: Path, **tables: Sequence[Row]) -> Path:
    """A scenario on base with these files: ``roster=``, ``pipeline=``, ``customers=``, each a list of rows."""
    for kind, rows in tables.items():
        write(folder / f"{kind}.csv", rows)
    files = ", ".join(f"{kind}: {kind}.csv" for kind in tables)
    path = folder / "ours.yaml"
    path.write_text(
        f"question: What do our files bring?\ndefaults: [base, _self_]\nopening:\n  past_seat_years: 0\n"
        f"  files: {{{files}}}\n"
        "levers:\n  target: {usd_per_year: {smb: 900000}}\n",
        encoding="utf-8",
    )
    return path


def found(folder: Path, **tables: Sequence[Row]) -> CompanyFiles:
    """The files alone, held against base, without a scenario of their own; the roster is ``ROSTER`` unless given."""
    tables = {"roster": ROSTER, **tables}
    return found_at({kind: write(folder / f"{kind}.csv", rows) for kind, rows in tables.items()})


def found_at(paths: dict[str, Path]) -> CompanyFiles:
    return CompanyFiles(_known(), tuple((kind, Stamp.of(path)) for kind, path in paths.items()), ())


def accounts_of(files: CompanyFiles) -> tuple[Account, ...]:
    return read(files).accounts


def deals_of(files: CompanyFiles) -> Deals:
    return read_pipeline_of(files, seats_of(files))


def customers_of(files: CompanyFiles) -> Customers:
    return read_customers_of(files, seats_of(files))


@lru_cache
def _known() -> Known:
    return known_of(load("base"))


def source(folder: Path, **tables: Sequence[Row]) -> ScenarioSource:
    return load_source(str(scenario(folder, **tables)))
