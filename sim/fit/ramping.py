"""People who are there and still ramp: what they add to the level that creation has had lately.

The level is that of the last quarter, when newcomers were at a low share of their work. Who is there goes on ramping,
some leave and are replaced by newcomers: in a steady company the two cancel. With a constant chance to leave, the seat
of somebody has after a time t the share ``e^(-at) r(tenure + t) + K(t)``, where the first term is whoever sits there
and ``K(t)``, the sum of ``a e^(-au) r(u)`` up to t, is whoever may have come since (renewal theory: Cox, 1962).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.calendar import DAYS_PER_MONTH
from sim.crm.opportunities import NONE, Roster
from sim.fit.months import QUARTER
from sim.fit.ramp import TENURED

LEVEL_DAYS = round(QUARTER * DAYS_PER_MONTH)  # by which the level of creation is told
_LONG = round((TENURED + 1) * DAYS_PER_MONTH)  # of tenure: nobody ramps any more


def at_work(curves: np.ndarray, tenure: np.ndarray) -> np.ndarray:
    """Shares of full work after so many days, 0 before the first; shape (draws, days)."""
    month = np.clip(tenure / DAYS_PER_MONTH, 0, TENURED).astype(np.int64)
    return np.where(tenure >= 0, curves[:, month], 0.0)


@dataclass(frozen=True)
class Ramping:
    """People of the last quarter: ``start`` and ``end`` int64, each in a ``team``, shape (people,); starts long ago
    where they are not known, ends far ahead of those who are there. ``leave`` is the chance to leave a day.
    """

    start: np.ndarray
    end: np.ndarray
    team: np.ndarray
    leave: float
    as_of: int

    @classmethod
    def of(cls, people: Roster, team_of: np.ndarray, leave: float, as_of: int) -> Ramping:
        """Those of a roster who have a team and were there in the last quarter."""
        start = np.where(people.start == NONE, as_of - 10 * _LONG, people.start)
        end = np.where(people.end == NONE, as_of + 10 * _LONG, people.end)
        there = (team_of != NONE) & (start <= as_of) & (end > as_of + 1 - LEVEL_DAYS)
        return cls(start[there], end[there], team_of[there], leave, as_of)

    @property
    def here(self) -> np.ndarray:
        """Who is there on the evening of ``as_of``, bool."""
        found: np.ndarray = self.end > self.as_of
        return found

    @property
    def still(self) -> np.ndarray:
        """Who of them is below full ramp, as far as it can last, bool."""
        found: np.ndarray = self.here & (self.as_of - self.start < TENURED * DAYS_PER_MONTH)
        return found

    def lately(self, curves: np.ndarray) -> np.ndarray:
        """Mean share of everybody in the days of the level, shape (draws, people)."""
        days = np.arange(self.as_of + 1 - LEVEL_DAYS, self.as_of + 1)
        found = np.zeros((len(curves), len(self.start)))
        for person, (start, end) in enumerate(zip(self.start, self.end, strict=True)):
            there = days < end
            if self.as_of - start > _LONG + LEVEL_DAYS:
                found[:, person] = there.mean()
            else:
                found[:, person] = (at_work(curves, days - start) * there).mean(axis=1)
        return found

    def gaps(self, curves: np.ndarray, days: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
        """Of each who still ramps: the team, and by how much the share on ``days`` is above that of late, shape (draws,
        days).
        """
        before = self.lately(curves)
        for one in np.flatnonzero(self.still):
            share = at_work(curves, days - self.start[one])
            yield int(self.team[one]), np.maximum(share - before[:, one, None], 0.0)

    def more(self, curves: np.ndarray, days: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """Ramped heads on ``days``, which follow ``as_of`` one by one, above those of late, with leavers replaced;
        each weighs as its team does, shape (teams,). Not below 0; shape (draws, days).
        """
        ahead = days - self.as_of
        stays = np.exp(-self.leave * ahead)
        come = self.leave * np.exp(-self.leave * np.arange(len(days))) * at_work(curves, np.arange(len(days)))
        replaced = np.cumsum(come, axis=1)
        each = weight[self.team]
        settled = self.here & ~self.still
        found = each[self.here].sum() * replaced + each[settled].sum() * stays
        for one in np.flatnonzero(self.still):
            found += each[one] * stays * at_work(curves, days - self.start[one])
        return np.maximum(found - (self.lately(curves) @ each)[:, None], 0.0)
