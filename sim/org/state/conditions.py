"""Conditions: what the market does to everybody now, regime, common factor and shocks taken together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.calendar import DAYS_PER_WEEK, Calendar
from sim.org.state.seating import Seating
from sim.pipeline.sources import self_source
from sim.pipeline.tables import NOBODY
from sim.rules.shock import strength
from sim.scenario.market import CommonFactor, Regime
from sim.scenario.shocks import ON_LOG_ODDS, ON_PEOPLE, ON_SOURCES, Shock


@dataclass(frozen=True)
class Reach:
    """Where one shock acts, a part of an array, and how much at full strength."""

    array: np.ndarray
    where: np.ndarray  # booleans of the array's shape
    full: float
    adds: bool  # log-odds add up, multipliers multiply

    def act(self, strength: float) -> None:
        if self.adds:
            self.array[self.where] += strength * self.full
        else:
            self.array[self.where] *= self.full**strength


class Conditions:
    """Multipliers, neutral at 1, and log-odds, neutral at 0. Others hold on to the arrays, which change in place.

    ``leads``, ``logit``, ``cycle`` and ``size`` have shape (cells, sources); ``renewal_logit`` and ``expansion``
    (cells,); ``exits``, ``recruiting``, ``ramp`` and ``sourcing``, which is leads as sellers find them, (seats,).
    """

    def __init__(self, seating: Seating, calendar: Calendar, roster: np.ndarray):
        """The first regime, no common factor, no shock: so it is in the history before the first day."""
        world = seating.scenario.world
        cells = seating.codes.cells
        self.leads, self.cycle, self.size = np.ones((3, cells, len(world.sources)))
        self.logit = np.zeros((cells, len(world.sources)))
        self.renewal_logit, self.expansion = np.zeros(cells), np.ones(cells)
        self.exits, self.recruiting, self.sourcing, self.ramp = np.ones((4, len(roster)))
        self._cell, self._own = roster["cell"], self_source(seating.scenario)
        self._factor = world.market.common_factor
        shocks = list(world.shocks.values())
        self._reaches = [self._reach(shock, seating, roster) for shock in shocks]
        ticks = np.arange(0.0, calendar.horizon, DAYS_PER_WEEK)
        self._by_week = np.array([strength(shock, ticks, calendar) for shock in shocks])
        self._strengths = np.zeros(len(shocks))
        self.turn(world.market.regimes[world.market.first_regime], None)

    def turn(self, regime: Regime, level: float | None) -> None:
        """A month begins: its regime, and the common factor's level in its own standard deviations, None for off."""
        self._regime, self._level = regime, level
        self._meet()

    def tick(self, day: float) -> bool:
        """A week begins: shocks take the strength of this day, none before day 0. Answers whether anything changed."""
        if not self._reaches or day < 0.0:
            return False
        strengths = self._by_week[:, int(day // DAYS_PER_WEEK)]
        if np.array_equal(strengths, self._strengths):
            return False
        self._strengths = strengths
        self._meet()
        return True

    def _meet(self) -> None:
        """Fill the arrays anew."""
        regime = self._regime
        leads, logit = (1.0, 0.0) if self._level is None else factor_now(self._factor, self._level)
        self.leads[:] = regime.leads_multiplier * leads
        self.logit[:] = regime.logit + logit
        self.cycle[:] = regime.cycle_multiplier
        self.size[:] = regime.size_multiplier
        self.exits[:] = regime.exits_multiplier
        self.recruiting[:] = regime.recruiting_multiplier
        self.ramp[:] = 1.0
        self.renewal_logit[:] = regime.renewal_logit
        self.expansion[:] = 1.0
        for reach, now in zip(self._reaches, self._strengths, strict=True):
            if now != 0.0:
                reach.act(float(now))
        if self._own != NOBODY:
            self.sourcing[:] = np.where(self._cell == NOBODY, 1.0, self.leads[self._cell, self._own])

    def _reach(self, shock: Shock, seating: Seating, roster: np.ndarray) -> Reach:
        codes = seating.codes
        array = {
            "leads": self.leads, "odds": self.logit, "cycle": self.cycle, "size": self.size, "exits": self.exits,
            "recruiting": self.recruiting, "ramp": self.ramp, "renewals": self.renewal_logit,
            "expansion": self.expansion,
        }[shock.acts_on]  # fmt: skip
        by_seat = shock.acts_on in ON_PEOPLE
        segment, region = (roster["segment"], roster["region"]) if by_seat else codes.of_cells
        where: np.ndarray = np.ones(len(segment), bool)
        if shock.segment is not None:
            where &= segment == codes.segment(shock.segment)
        if shock.region is not None:
            where &= region == codes.regions.index(shock.region)
        if shock.role is not None:
            where &= roster["role"] == codes.roles.index(shock.role)
        if shock.acts_on in ON_SOURCES:
            named = [shock.source in (None, name) for name in codes.sources]
            where = np.outer(where, named)
        adds = shock.acts_on in ON_LOG_ODDS
        full = shock.logit if adds else shock.multiplier
        assert full is not None, "the model asks for one of the two"
        return Reach(array, where, full, adds)


def factor_now(factor: CommonFactor, level: float) -> tuple[float, float]:
    """The common factor's multiplier of leads, whose long-run mean is 1, and the log-odds that it adds."""
    sigma = factor.leads_sigma_log
    return float(np.exp(sigma * level - 0.5 * sigma**2)), factor.odds_sigma_logit * level
