"""What is played: a plan, which is a scenario and how it is drawn, and an observer, which says what is measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from sim.calendar import Calendar
from sim.experiment.settings import RunSettings
from sim.ledger import Ledger
from sim.measures import kpis
from sim.measures.kpis import Rows
from sim.scenario.load import ScenarioSource
from sim.scenario.reading.origin import Origin
from sim.scenario.scenario import Scenario


def draw_of(numbers: np.ndarray | int, settings: RunSettings) -> np.ndarray | int:
    """Which draw of the uncertainties each replication belongs to."""
    return numbers // settings.lucks_per_draw


@dataclass(frozen=True, eq=False)
class Plan:
    """A scenario, for how many months it is played, under which luck, and how its uncertainties are drawn.

    Replication k has luck k and draw k // lucks_per_draw in every plan, whoever plays it and beside which others.
    ``change`` is a function of a module that changes each scenario once it is drawn.
    """

    source: ScenarioSource
    months: int
    seed: int
    lucks_per_draw: int = 1
    uncertain: bool = True
    change: Callable[[Scenario], Scenario] | None = None

    @classmethod
    def of(cls, source: ScenarioSource, settings: RunSettings) -> Plan:
        """The plan as a run with these settings plays it."""
        return cls(source, settings.months, settings.seed, settings.lucks_per_draw, settings.uncertain)

    def scenario(self, number: int) -> Scenario:
        """The scenario of one replication. Raises ScenarioError for an impossible draw."""
        drawn = (
            self.source.at_draw(self.seed, number // self.lucks_per_draw)
            if self.uncertain
            else self.source.at_central()
        )
        return drawn if self.change is None else self.change(drawn)

    def lean(self) -> Plan:
        """The plan without what only its author needs: where each key was written, and what can be made again."""
        bare = replace(self.source, question="", origin=Origin("", (), ()), removed=(), _central=None)
        return replace(self, source=bare)


class Observer(Protocol):
    """What is measured of one play: an array of one shape for all replications of a plan, float64.

    An observer is a frozen dataclass of a module: workers get it, and its fields tell it from others in what is kept.
    """

    def __call__(self, scenario: Scenario, calendar: Calendar, ledger: Ledger) -> np.ndarray: ...


@dataclass(frozen=True)
class KpiTable:
    """The KPI table of a run, shape (rows,)."""

    most_rows: int = kpis.MOST_ROWS

    def __call__(self, scenario: Scenario, calendar: Calendar, ledger: Ledger) -> np.ndarray:
        return kpis.table(scenario, calendar, self.most_rows).values(ledger)

    def rows(self, plan: Plan) -> Rows:
        """What the rows are. No draw changes them."""
        scenario = plan.source.at_central()
        return kpis.table(scenario, scenario.calendar(plan.months), self.most_rows).rows


@dataclass(frozen=True)
class Asked:
    """Some replications of a plan, and what is measured of them. ``numbers`` go up; some may be left out."""

    plan: Plan
    observer: Observer
    numbers: Sequence[int]
