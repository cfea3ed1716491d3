"""One more head of each role, as one_more_head.csv has it: what it brings, and which surely earns its cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.results.estimates import Estimate
from sim.results.layout import LAST_YEAR, WHOLE_RUN

WORTH = ("value", "contribution", "bookings_less_cost")  # the first known is what a head is worth


@dataclass(frozen=True)
class OneMoreHead:
    """One role in one segment; dollars a year over the run's last 12 months, but ``worth`` over the whole run."""

    role: str
    segment: str  # empty for a role that serves all segments
    bookings: Estimate
    cost: Estimate
    worth: Estimate
    worth_measure: str
    whole_run: Estimate  # bookings a year
    average: float  # bookings a year of the average head of the role; NaN where none are its own
    heads: float  # seats filled, of one


def one_more_heads(table: pd.DataFrame) -> list[OneMoreHead]:
    """Every role and segment of one_more_head.csv, in its order; none where none was played."""
    return [
        _read(str(role), str(segment), rows.set_index(["quantity", "period"]))
        for (role, segment), rows in table.groupby(["role", "segment"], sort=False)
    ]


def _read(role: str, segment: str, rows: pd.DataFrame) -> OneMoreHead:
    def of(quantity: str, period: str) -> Estimate:
        row: Any = rows.loc[(quantity, period)]
        return Estimate(float(row["mean"]), float(row["ci_low"]), float(row["ci_high"]))

    worth = next(name for name in WORTH if (name, WHOLE_RUN) in rows.index)
    return OneMoreHead(
        role, segment, of("bookings", LAST_YEAR), of("cost", LAST_YEAR), of(worth, WHOLE_RUN), worth,
        of("bookings", WHOLE_RUN), of("average_bookings", LAST_YEAR).mean, of("heads", LAST_YEAR).mean,
    )  # fmt: skip


def most_for_its_cost(found: Sequence[OneMoreHead]) -> OneMoreHead | None:
    """The head that books the most above its cost, of those whose bookings are surely above it; None of none."""
    paying = [one for one in found if one.bookings.low > one.cost.mean]
    return max(paying, key=lambda one: one.bookings.mean - one.cost.mean, default=None)
