"""The installed base as the organization sees it: who serves it, and what it asks for in the coming week."""

from __future__ import annotations

import numpy as np

from sim.calendar import DAYS_PER_WEEK, MONTHS_PER_YEAR, Calendar
from sim.org.state.conditions import Conditions
from sim.org.state.cover import opening_teams, others_stand_in
from sim.org.state.seating import Seating
from sim.pipeline.engine import Pipeline
from sim.pipeline.sources import expansion_source
from sim.pipeline.tables import NOBODY
from sim.rules.renewal import add_load, fill_loads
from sim.scenario.codebook import Codebook
from sim.scenario.scenario import Scenario


class InstalledBase:
    """Sets once a week what acts on renewals and how fast customers ask for more. Cells are segment times regions."""

    def __init__(self, seating: Seating, calendar: Calendar, conditions: Conditions):
        scenario = seating.scenario
        self._conditions = conditions
        self._shape = (len(scenario.world.segments), len(scenario.world.regions))
        self.kept = any(segment.contracts is not None for segment in scenario.world.segments.values())
        self.source = expansion_source(scenario)
        self._loads = np.zeros(self._shape)
        self._wishes = wishes_per_day(scenario, calendar)
        self._place_servers(seating)
        self._others = _others_serve(seating.scenario, self._shape)
        self._somebodys = any(role.duty == "serves" for role in scenario.world.roles.values())
        rules = [segment.contracts for segment in scenario.world.segments.values()]
        self._logit_per_doubling = np.array([rule.load_logit if rule else 0.0 for rule in rules])

    def _place_servers(self, seating: Seating) -> None:
        """Whose duty it is to serve, and where. A head is worth the accounts it serves against the best role's."""
        accounts = accounts_per_head(seating.scenario)  # shape (roles, segments)
        self._reference = accounts.max(axis=0)
        seats = [(i, seat) for i, seat in enumerate(seating.seats) if seating.duties[i] == "serves"]
        own = [(i, seat) for i, seat in seats if seat.segment != NOBODY]
        self._own = np.array([i for i, _ in own], int)
        self._own_cell = np.array([seating.cell(seat) for _, seat in own], int)
        self._own_worth = np.array([accounts[s.role, s.segment] / self._reference[s.segment] for _, s in own])
        self._shared = np.array([i for i, seat in seats if seat.segment == NOBODY], int)
        self._shared_region = np.array([seat.region for _, seat in seats if seat.segment == NOBODY], int)

    def start_week(self, pipeline: Pipeline, day: float, output: np.ndarray) -> None:
        """The weekly tick; ``output`` is each seat's part of full output."""
        if not self.kept:
            return
        renewal = self.renewal_logit(pipeline.state.cell_customers, output)
        pipeline.plan_customers(day, day + DAYS_PER_WEEK, renewal, self.expansion_per_day())

    def renewal_logit(self, customers: np.ndarray, output: np.ndarray) -> np.ndarray:
        """Log-odds that load and market add to renewals, by cell, of so many customers."""
        renewal = self._conditions.renewal_logit.copy()
        if self._somebodys:
            self._weigh(customers, output)
            add_load(renewal.reshape(self._shape), self._loads, self._logit_per_doubling)
        return renewal

    def expansion_per_day(self) -> np.ndarray:
        """Expansion opportunities of one customer a working day, by cell."""
        if self.source == NOBODY:
            return np.zeros(self._shape).ravel()
        return self._wishes * self._conditions.leads[:, self.source] * self._conditions.expansion

    def _weigh(self, customers: np.ndarray, output: np.ndarray) -> None:
        """Find the load of those who serve customers, by cell."""
        own = np.bincount(self._own_cell, output[self._own] * self._own_worth, len(customers))
        shared = np.bincount(self._shared_region, output[self._shared], self._shape[1])
        self._others &= (own == 0.0).reshape(self._shape) & (shared == 0.0)
        fill_loads(self._loads, customers.reshape(self._shape), self._reference, own.reshape(self._shape), shared)
        self._loads[self._others] = 1.0  # they keep up with it


def _others_serve(scenario: Scenario, shape: tuple[int, int]) -> np.ndarray:
    """Where people outside the scenario serve customers on the first day, shape (segments, regions)."""
    codes, served = Codebook.of(scenario), np.full(shape, not others_stand_in(scenario, "serves"))
    for team in opening_teams(scenario, "serves"):
        segment = slice(None) if team.segment is None else codes.segment(team.segment)
        served[segment, codes.regions.index(team.region)] = True
    return ~served


def accounts_per_head(scenario: Scenario) -> np.ndarray:
    """Customers that one ramped person of each role serves well, shape (roles, segments); infinite where unlimited."""
    rows = np.array(
        [
            [role.accounts_per_head.get(s, 0.0) for s in scenario.world.segments]
            for role in scenario.world.roles.values()
        ]
    )
    rows[:, rows.max(axis=0) == 0.0] = np.inf
    return rows


def wishes_per_day(scenario: Scenario, calendar: Calendar) -> float:
    """Expansion opportunities that one customer makes a working day, before the market."""
    yearly = sum(source.wishes_per_customer for source in scenario.world.sources.values())
    return yearly / MONTHS_PER_YEAR / calendar.working_days_per_month
