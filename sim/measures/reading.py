"""What sums are read from: a scenario's numbers and the ledger of one replication. What several need is made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from sim.calendar import Calendar
from sim.ledger import Ledger
from sim.measures.sums import Frame
from sim.scenario.scenario import Scenario

Made = TypeVar("Made")


@dataclass(frozen=True)
class Given:
    """A scenario and where its sums are put: the same for all its replications."""

    frame: Frame
    scenario: Scenario
    _made: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False)

    @property
    def calendar(self) -> Calendar:
        return self.frame.periods.calendar

    def once(self, make: Callable[[Given], Made]) -> Made:
        """What a function makes of the scenario; worked out when first asked for."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]


@dataclass(frozen=True)
class Reading:
    """One replication's ledger beside what was given."""

    given: Given
    ledger: Ledger
    _made: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False)
    _cells: dict[str, np.ndarray] = field(default_factory=dict, repr=False)

    @property
    def frame(self) -> Frame:
        return self.given.frame

    @property
    def scenario(self) -> Scenario:
        return self.given.scenario

    def once(self, make: Callable[[Reading], Made]) -> Made:
        """What a function makes of the ledger; worked out when first asked for."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]

    def cells(self, table: str) -> np.ndarray:
        """The cell of each row of one of the ledger's tables; shape (rows,)."""
        if table not in self._cells:
            rows = getattr(self.ledger, table)
            self._cells[table] = self.frame.groups.cell(rows["segment"], rows["region"])
        return self._cells[table]

    def within_run(self, day: np.ndarray) -> np.ndarray:
        """Which days are of the run: neither before its first day nor from the horizon on."""
        return (day >= 0.0) & (day < self.given.calendar.horizon)
