"""Deals played one by one, so that their wins and bookings can be told by group.

A deal's win and its loss come at the age at which the hazards summed up reach a drawn level; the earlier one counts.
Source: Prentice and others, Biometrics 34 (1978), for competing risks as the first of several times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.crm.opportunities import NONE, Opportunities
from sim.fit.amount_law import AmountDraws
from sim.fit.groups import Groups
from sim.fit.hazards import Hazards, ages_ahead
from sim.fit.stages import StageDraws
from sim.fit.wins import Wins, added_up


@dataclass(frozen=True)
class GroupDraws:
    """Parameters of groups, drawn: factors on wins and losses (draws, 2, groups), shares of creation (draws, months,
    groups), mean scores of amounts (draws, groups) or None.
    """

    of: Groups
    factors: np.ndarray
    shares: np.ndarray
    scores: np.ndarray | None

    @classmethod
    def drawn(cls, groups: Groups, rng: np.random.Generator, n: int, months: int) -> GroupDraws:
        """n draws, for so many months ahead."""
        scores = None if groups.amounts is None else groups.amounts.draws(rng, n)
        return cls(groups, groups.factors(rng, n), groups.volume.draws(rng, n, months), scores)

    def owners(self, rng: np.random.Generator, draw: np.ndarray, month: np.ndarray) -> np.ndarray:
        """The groups of new deals of a draw and month, shape (deals,)."""
        upto = np.cumsum(self.shares, axis=2)
        rows = draw * upto.shape[1] + month
        return np.minimum(_first_above(upto.reshape(-1, upto.shape[2]), rows, rng.random(len(rows))), upto.shape[2] - 1)

    def amounts(
        self, rng: np.random.Generator, paid: AmountDraws, draw: np.ndarray, group: np.ndarray, code: np.ndarray
    ) -> np.ndarray:
        """Amounts of wins, shape (wins,). Where ``code`` tells the component of the law (it is not -1), it tells all;
        else large and small amounts fall to groups by their scores, beside as many wins of the past, so that a group
        that counts for more than it used to moves the sum.
        """
        amounts = np.empty(len(draw))
        told, rest = np.flatnonzero(code >= 0), np.flatnonzero(code < 0)
        amounts[told] = paid.sample(rng, draw[told], code[told])
        law = self.of.amounts
        if law is None or self.scores is None:
            amounts[rest] = paid.sample(rng, draw[rest])
            return amounts
        draws = np.tile(draw[rest], 2)
        past = rng.choice(len(law.count), len(rest), p=law.count / law.count.sum())
        groups = np.concatenate([group[rest], past])
        scores = self.scores[draws, groups] + law.within * rng.standard_normal(len(draws))
        made = paid.sample(rng, draws)
        ranked = np.empty(len(draws))
        ranked[np.lexsort((scores, draws))] = made[np.lexsort((made, draws))]
        amounts[rest] = ranked[: len(rest)]
        return amounts


@dataclass(frozen=True)
class OneByOne:
    """Plays deals over days, each with what its group has of its own. ``month_of`` has the month of each day, shape
    (days,), ``group`` the group of each open deal.
    """

    hazards: Hazards
    month_of: np.ndarray
    months: int
    paid: AmountDraws | None
    rng: np.random.Generator
    stage: StageDraws
    drawn: GroupDraws
    group: np.ndarray

    def open_deals(
        self, hazards: np.ndarray, pulls: np.ndarray, deals: Opportunities, first: int
    ) -> tuple[np.ndarray, Wins]:
        """Wins and bookings of deals open now, shape (draws, months, measures, groups), and each win, its deal among
        these. ``hazards`` (draws, 2, bands), ``pulls`` (draws, 2, days), of the draws from ``first`` on.
        """
        ages, where, alike = ages_ahead(deals, pulls.shape[2], self.stage.codes)
        draw = np.repeat(np.arange(len(hazards)), len(deals))
        deal = np.tile(np.arange(len(deals)), len(hazards))
        code = self._code(self.group[deal])
        if self.paid is not None and self.paid.law.by:
            code = getattr(deals, self.paid.law.by).codes[deal]
        daily = self.hazards.daily(hazards, pulls, ages)
        self.stage.pull(daily, where, first, self.month_of)
        won, month, amount = self._won(daily, ages, draw, alike[deal], self.group[deal], code, first)
        amount = np.where(np.isfinite(deals.amount[deal[won]]), deals.amount[deal[won]], amount)
        sums = self._sums(draw[won], month, amount, self.group[deal[won]], len(hazards))
        return sums, Wins(draw[won] + first, deal[won], month, amount)

    def new_deals(self, hazards: np.ndarray, pulls: np.ndarray, created: np.ndarray, first: int) -> np.ndarray:
        """Wins and bookings of deals created on each day, ``created`` (draws, days), in the shape of open ones."""
        draws, days = created.shape
        draw, day = (np.repeat(one, created.ravel()) for one in np.divmod(np.arange(draws * days), days))
        return self._new(
            hazards, pulls, draw, day, self.drawn.owners(self.rng, draw + first, self.month_of[day]), first
        )

    def new_by_group(self, hazards: np.ndarray, pulls: np.ndarray, created: np.ndarray, first: int) -> np.ndarray:
        """The same of deals whose group is told, ``created`` (draws, days, groups)."""
        _, days, groups = created.shape
        row, group = (np.repeat(one, created.ravel()) for one in np.divmod(np.arange(created.size), groups))
        return self._new(hazards, pulls, row // days, row % days, group, first)

    def _new(
        self, hazards: np.ndarray, pulls: np.ndarray, draw: np.ndarray, day: np.ndarray, group: np.ndarray, first: int
    ) -> np.ndarray:
        days = pulls.shape[2]
        ages = np.arange(days) - np.arange(days)[:, None]
        daily = self.hazards.daily(hazards, pulls, ages)
        won, month, amount = self._won(daily, ages, draw, day, group, self._code(group), first)
        return self._sums(draw[won], month, amount, group[won], len(hazards))

    def _code(self, group: np.ndarray) -> np.ndarray:
        """The component of the law of amounts as far as the group tells it, else -1."""
        if self.paid is None or self.paid.law.by != self.drawn.of.by:
            return np.full(len(group), NONE)
        return np.where(group < len(self.paid.law.wins), group, NONE)

    def _won(
        self,
        daily: np.ndarray,
        ages: np.ndarray,
        draw: np.ndarray,
        row: np.ndarray,
        group: np.ndarray,
        code: np.ndarray,
        first: int,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Which deals are won, in which month, and what they book. A deal has its ``draw`` and its ``row`` of ``daily``
        and ``ages``."""
        draws, _, rows, days = daily.shape
        line = np.moveaxis(daily, 1, 0).reshape(2, draws * rows, days)
        day = win_days(line, draw * rows + row, self.drawn.factors[draw + first, :, group].T, self.rng)
        won = np.flatnonzero(day < days)
        amount = np.full(len(won), np.nan)
        if self.paid is not None:
            amount = self.drawn.amounts(self.rng, self.paid, draw[won] + first, group[won], code[won])
            if self.paid.by_age is not None:
                amount *= self.paid.by_age.factors(draw[won] + first, ages[row[won], day[won]])
        return won, self.month_of[day[won]], amount

    def _sums(
        self, draw: np.ndarray, month: np.ndarray, amount: np.ndarray, group: np.ndarray, draws: int
    ) -> np.ndarray:
        return added_up(draw, month, amount, (draws, self.months), group, len(self.drawn.of.names))


def win_days(hazards: np.ndarray, rows: np.ndarray, factors: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The day on which each deal is won, counted from 0; as many as there are days if it is not.

    Args:
        hazards: chances a day, shape (2, rows, days); rows: of each deal, shape (deals,); factors: shape (2, deals).
    """
    upto = np.cumsum(hazards, axis=2)
    level = rng.standard_exponential(factors.shape) / np.maximum(factors, 1e-12)
    won, lost = (_first_above(upto[kind], rows, level[kind]) for kind in range(2))
    days = hazards.shape[2]
    same = np.flatnonzero((won == lost) & (won < days))  # who comes first within the day
    place = rows[same], won[same]
    into = [(level[kind][same] - upto[kind][place]) / np.maximum(hazards[kind][place], 1e-300) for kind in range(2)]
    first = won < lost
    first[same] = into[0] < into[1]
    return np.where(first, won, days)


def _first_above(upto: np.ndarray, rows: np.ndarray, level: np.ndarray) -> np.ndarray:
    """The first column of each row of ``upto``, which rises, that is above the level; their number if none is."""
    columns = upto.shape[1]
    apart = float(upto.max(initial=0.0)) + 1.0
    line = (upto + apart * np.arange(len(upto))[:, None]).ravel()
    return np.searchsorted(line, np.minimum(level, apart - 0.5) + apart * rows, side="right") - columns * rows
