"""Totals: what a play comes to for everybody over the whole run, by the few measures that decisions hang on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.calendar import Calendar
from sim.ledger import Ledger
from sim.measures import kpis
from sim.results.criterion import WITHOUT_BILLING
from sim.results.verdict import MEASURED
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Totals:
    """The numbers of ``MEASURED``, in its order, shape (measures,); NaN where one is undefined."""

    def __call__(self, scenario: Scenario, calendar: Calendar, ledger: Ledger) -> np.ndarray:
        layout = kpis.by_month_and_segment(scenario, calendar, MEASURED)
        places = [layout.rows.total_place(measure) for measure in MEASURED]
        values = layout.values(ledger)
        return np.array([np.nan if place is None else values[place] for place in places])


def totals_of(values: np.ndarray) -> dict[str, np.ndarray]:
    """What ``Totals`` measured of some replications, by measure; shape (replications,) each.

    Args:
        values: shape (replications, measures).
    """
    return {measure: values[:, place] for place, measure in enumerate(MEASURED)}


def worth_of(all_totals: Sequence[dict[str, np.ndarray]]) -> str:
    """The measure that plans are worth by: value, or where nothing is billed bookings less cost, which is added."""
    for totals in all_totals:
        totals[WITHOUT_BILLING] = totals["bookings"] - totals["cost"]
    is_known = all(np.isfinite(one["value"]).any() for one in all_totals)
    return "value" if is_known and any(np.any(one["value"]) for one in all_totals) else WITHOUT_BILLING
