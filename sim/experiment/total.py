"""Totals: what a play comes to for everybody over the whole run, by the few measures that decisions hang on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.calendar import Calendar
from sim.ledger import Ledger
from sim.measures import kpis
from sim.results.judged_by import MEASURED, with_kept
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Totals:
    """The numbers of measures, in their order, shape (measures,); NaN where one is undefined."""

    measures: tuple[str, ...] = MEASURED

    def __call__(self, scenario: Scenario, calendar: Calendar, ledger: Ledger) -> np.ndarray:
        layout = kpis.by_month_and_segment(scenario, calendar, self.measures)
        places = [layout.rows.total_place(measure) for measure in self.measures]
        values = layout.values(ledger)
        return np.array([np.nan if place is None else values[place] for place in places])


def totals_of(values: np.ndarray, measures: Sequence[str] = MEASURED) -> dict[str, np.ndarray]:
    """What ``Totals`` measured of some replications, and bookings less cost, by measure; shape (replications,) each.

    Args:
        values: shape (replications, measures). measures: that it was told to.
    """
    return with_kept({measure: values[:, place] for place, measure in enumerate(measures)})
