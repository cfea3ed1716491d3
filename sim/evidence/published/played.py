"""One replication that was played, with its measures: what the outputs beside benchmarks are worked out from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.calendar import Calendar
from sim.ledger import Ledger
from sim.measures.catalogue import MEASURES
from sim.measures.groups import GROUP_KINDS
from sim.measures.kpis import KpiLayout
from sim.measures.periods import PERIOD_KINDS
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Played:
    """One replication with its KPI table."""

    layout: KpiLayout
    ledger: Ledger

    @property
    def scenario(self) -> Scenario:
        return self.layout.scenario

    @property
    def calendar(self) -> Calendar:
        return self.layout.calendar

    @cached_property
    def _values(self) -> np.ndarray:
        return self.layout.values(self.ledger)

    def kpi(self, measure: str, group_kind: str = "all", group: str = "all", period_kind: str = "total") -> np.ndarray:
        """A measure's value in each period of a kind."""
        rows = self.layout.rows
        here = rows.measure == next(code for code, one in enumerate(MEASURES) if one.name == measure)
        here &= rows.period_kind == PERIOD_KINDS.index(period_kind)
        here &= rows.group_kind == GROUP_KINDS.index(group_kind)
        here &= rows.group == rows.group_names.index(group)
        return self._values[here]


def kpi(played: Played, measure: str, group_kind: str = "all", group: str = "all") -> float:
    """A measure over the whole run."""
    return float(played.kpi(measure, group_kind, group)[0])


def yearly(played: Played, measure: str) -> float:
    """The mean over fiscal years of a measure of each year."""
    return mean(played.kpi(measure, period_kind="year"))


def mean(values: np.ndarray) -> float:
    """The mean of what is defined; NaN where nothing is."""
    defined = values[~np.isnan(values.astype(float))]
    return float(defined.mean()) if len(defined) else np.nan


def mean_ratio(above: np.ndarray, below: np.ndarray) -> float:
    """The mean of above / below, entry by entry; where nothing stands below there is no ratio."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return mean(above / below)
