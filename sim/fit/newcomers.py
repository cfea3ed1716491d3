"""What people who have still to come bring: deals that they would create, on top of those of who is there.

A ramped rep of a team creates so many deals a month as those of the last year did; a newcomer a share of it by months
of tenure. Teams lean on each other as far as they are alike, and each newcomer is a person of chance. What becomes of a
deal goes by the laws of all, bent by what the team has of its own: pace, odds and amounts.

The level of creation is that of the people who are there, with its trend. Where the last year's trend was heads that
were added, newcomers who merely keep it up are counted in it already, and add nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sim.calendar import DAYS_PER_MONTH, MONTHS_PER_YEAR
from sim.crm.opportunities import NONE, Named, Opportunities, Roster
from sim.fit.groups import Groups, fit_groups
from sim.fit.hazards import Hazards
from sim.fit.months import QUARTER, Months, faded
from sim.fit.pooled import Factors, fit_factors
from sim.fit.ramp import TENURED, RepMonths
from sim.fit.ramping import Ramping, at_work

Curves = Callable[[np.random.Generator, int], np.ndarray]  # (n, TENURED + 1) shares of the tenured level
TEAM = "team"
_THOUGHT_OF = 0.5  # deals that a team is thought to have created besides its own, where it has created none
_TYPICAL = 200  # draws of which the mean is a typical ramp


@dataclass(frozen=True)
class Volume:
    """Deals a month of ramped reps: ``done`` deals in ``worked`` months of full work by rep, and the ``team`` of each,
    shape (reps,). ``people`` tells how far reps differ.
    """

    done: np.ndarray
    worked: np.ndarray
    team: np.ndarray
    teams: int
    people: Factors

    def point(self) -> np.ndarray:
        """Deals a month, shape (teams,)."""
        return self._by_team(np.ones((1, len(self.done))), 1 / self._alike())[0]

    def draws(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Shape (n, teams): of crews that might as well have been hired (Rubin, Annals of Statistics 9, 1981)."""
        return self._by_team(rng.standard_exponential((n, len(self.done))), 1 / self._alike())

    def _alike(self) -> float:
        """How far teams differ, as a variance of factors."""
        done, worked = (np.bincount(self.team, one, self.teams) for one in (self.done, self.worked))
        return fit_factors(done, worked * done.sum() / worked.sum()).spread() ** 2

    def _by_team(self, weights: np.ndarray, alike: float) -> np.ndarray:
        member = (self.team[:, None] == np.arange(self.teams)).astype(float)
        done, worked = weights @ (self.done[:, None] * member), weights @ (self.worked[:, None] * member)
        of_all = (done.sum(axis=1, keepdims=True) + _THOUGHT_OF) / (worked.sum(axis=1, keepdims=True) + _THOUGHT_OF)
        found: np.ndarray = of_all * (done + alike) / (of_all * worked + alike)
        return found


@dataclass(frozen=True)
class Newcomers:
    """People who start on the days ``start``, each in a ``team``, shape (heads,). ``kept_up`` are ramped heads of
    each team in each month ahead, shape (months, teams), that the trend of creation has already.
    """

    start: np.ndarray
    team: np.ndarray
    volume: Volume
    groups: Groups
    curves: Curves
    kept_up: np.ndarray
    ramping: Ramping | None = None

    def ramped(self, curves: np.ndarray, days: np.ndarray) -> np.ndarray:
        """Ramped heads by team on each day, shape (draws, days, teams), each head as one."""
        found = np.zeros((len(curves), len(days), self.volume.teams))
        for start, team in zip(self.start, self.team, strict=True):
            found[:, :, team] += at_work(curves, days - start)
        return found

    def on_top(self, curves: np.ndarray, days: np.ndarray, month_of: np.ndarray) -> np.ndarray:
        """The share of them that the trend does not have already, on each day; shape (draws, days, teams), or of all
        teams together, (draws, days, 1), where it is known who else ramps.
        """
        heads = self.ramped(curves, days)
        if self.ramping is None:
            return np.clip(1 - self.kept_up[month_of] / np.maximum(heads, 1e-9), 0.0, 1.0)
        weight = self.volume.point()
        of_each = heads @ weight
        added = of_each + self.ramping.more(curves, days, weight) - (self.kept_up @ weight)[month_of]
        for team, gap in self.ramping.gaps(curves, days):
            of_each += weight[team] * gap
        return np.clip(added / np.maximum(of_each, 1e-9), 0.0, 1.0)[:, :, None]

    def created(
        self, rng: np.random.Generator, n: int, days: np.ndarray, month_of: np.ndarray, weekdays: np.ndarray
    ) -> np.ndarray:
        """Deals that they create on each day, int, shape (n, days, teams)."""
        curves, a_month = self.curves(rng, n), self.volume.draws(rng, n)
        like = self.volume.people.spread() ** -2
        own = rng.gamma(like, 1 / like, (n, len(self.start)))
        expected = np.zeros((n, len(days), self.volume.teams))
        for head, (start, team) in enumerate(zip(self.start, self.team, strict=True)):
            expected[:, :, team] += own[:, head, None] * at_work(curves, days - start)
        if self.ramping is not None:
            for team, gap in self.ramping.gaps(curves, days):
                expected[:, :, team] += rng.gamma(like, 1 / like, (n, 1)) * gap
        expected *= (a_month / DAYS_PER_MONTH)[:, None] * self.on_top(curves, days, month_of)
        return rng.poisson(expected * weekdays[(days - 1) % 7][:, None])


def newcomers(
    deals: Opportunities,
    people: Roster,
    work: RepMonths,
    team_of: np.ndarray,
    start: np.ndarray,
    team: np.ndarray,
    curves: Curves,
    hazards: Hazards,
    months_ahead: int,
    leave: float | None = None,
    trend: float = 1.0,
) -> Newcomers:
    """Learns what newcomers bring from who was there in the last year. Raises ValueError where nobody was.

    Args:
        work: deals created by people (``rep_months``); team_of: the team of each of ``people``, -1 for none.
        start, team: of each newcomer; curves: draws of the ramp.
        leave: the chance of people to leave a day, for those who still ramp to count; None for newcomers alone.
        trend: how far what is said has the trend of creation; simple forecasts have none.
    """
    typical = curves(np.random.default_rng(1), _TYPICAL).mean(axis=0)
    teams = int(max(team_of.max(initial=NONE), team.max(initial=NONE))) + 1
    recent = (work.month >= len(work.months) - MONTHS_PER_YEAR) & (team_of[work.who] != NONE)
    full = work.there * typical[np.minimum(work.tenure, TENURED)]
    done, worked = (np.bincount(work.who[recent], one[recent], len(team_of)) for one in (work.done, full))
    there = np.flatnonzero(worked > 0)
    if not len(there):
        raise ValueError("hires: nobody like them, with a day of the start, was there in the last year")
    rate = (done[there].sum() + _THOUGHT_OF) / (worked[there].sum() + _THOUGHT_OF)
    volume = Volume(
        done[there], worked[there], team_of[there], teams, fit_factors(done[there], rate * worked[there])
    )  # fmt: skip
    ahead = Months.between(deals.as_of + 1, deals.as_of + 1, months_ahead - 1)
    growth = _growth(people, team_of, teams, typical, deals.as_of)
    carried, ramping = faded(np.arange(1, len(ahead) + 1)), None
    if leave is not None:
        ramping = Ramping.of(people, team_of, leave, deals.as_of)
        carried = trend * (carried + QUARTER / 2)  # the level is that of a quarter, whose middle is long past
    kept_up = np.outer(carried, growth)
    return Newcomers(start, team, volume, _groups(deals, people, team_of, teams, hazards), curves, kept_up, ramping)


def _growth(people: Roster, team_of: np.ndarray, teams: int, typical: np.ndarray, as_of: int) -> np.ndarray:
    """Ramped heads added a month, net of those who left, over the last year; by team, not below 0."""
    heads = np.zeros((2, teams))
    for place, day in enumerate((as_of - round(MONTHS_PER_YEAR * DAYS_PER_MONTH), as_of)):
        there = (team_of != NONE) & (people.start <= day) & ((people.end == NONE) | (people.end > day))
        since = np.where(people.start == NONE, TENURED * DAYS_PER_MONTH, day - people.start)
        np.add.at(heads[place], team_of[there], at_work(typical[None], since)[0][there])
    return np.maximum(heads[1] - heads[0], 0.0) / MONTHS_PER_YEAR


def _groups(deals: Opportunities, people: Roster, team_of: np.ndarray, teams: int, hazards: Hazards) -> Groups:
    """What becomes of deals, by the team of their owner."""
    of_owner = {name: int(team) for name, team in zip(people.owner, team_of, strict=True) if team != NONE}
    codes = np.array([*(of_owner.get(name, NONE) for name in deals.owner.names), NONE], np.int32)
    column = Named(codes[deals.owner.codes], tuple(f"{TEAM} {one}" for one in range(teams)))
    return replace(fit_groups(replace(deals, segment=column), "segment", hazards), by=TEAM)
