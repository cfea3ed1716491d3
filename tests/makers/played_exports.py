"""The export of made-up deals as a CSV, and the same with another future."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from sim.crm.dates import iso
from sim.crm.opportunities import OPEN, WON, Opportunities
from tests.makers.known_laws import played

HEADING = ("opportunity_id", "owner", "product", "created_date", "close_date", "outcome", "amount")
OUTCOMES = ("Open", "Won", "Lost")
Row = list[str]
CUT = date(2017, 8, 31)
DAY = CUT.toordinal()


def rows_of(deals: Opportunities) -> list[Row]:
    """A row a deal; owners and products go around."""
    return [
        [
            str(deals.ids[at]), f"Rep {at % 5}", f"Product {at % 3}", iso(deals.created[at]),
            "" if deals.outcome[at] == OPEN else iso(deals.closed[at]), OUTCOMES[deals.outcome[at]],
            f"{deals.amount[at]:.2f}" if deals.outcome[at] == WON else "",
        ]
        for at in range(len(deals))
    ]  # fmt: skip


def played_rows() -> list[Row]:
    """Three hundred days of deals, of which some months lie after CUT."""
    return rows_of(played(np.random.default_rng(3), 300, 2.0, 0.005, 0.015))


def written(path: Path, rows: list[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADING, *rows])
    return path


def with_another_future(rows: list[Row], cut: date, rng: np.random.Generator) -> list[Row]:
    """The same until the evening of ``cut``. Then all open deals close, most on one day of tidying, for other money and
    by other people; other deals are created, of a product that was not there, and the file ends elsewhere.
    """
    found = []
    for name, _, product, created, closed, *rest in rows:
        if date.fromisoformat(created) > cut:
            continue
        if closed and date.fromisoformat(closed) <= cut:
            found.append([name, _, product, created, closed, *rest])
            continue
        when = (cut + timedelta(days=int(rng.choice([1, *[40] * 30, 70])))).isoformat()
        outcome = str(rng.choice(["Won", "Lost"]))
        found.append([name, "Somebody else", product, created, when, outcome, "77777"])
    for at in range(150):
        when = (cut + timedelta(days=1 + at)).isoformat()
        found.append([f"new{at}", "Newcomer", "A new product", when, when, "Won", "123456"])
    return found
