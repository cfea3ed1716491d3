"""How fast deals are won and lost by their age, and how that moves from month to month.

Wins and losses compete day by day. The chance a day is constant within bands of age that widen with age, and smooth
from band to band. A deal counts from the day on which the file would have shown its close (left truncation) to its
close or the day of the export (censoring). A close on a day of mass edits happened at some day up to it: its days are
weighed by the hazards found so far (Dempster, Laird and Rubin, JRSS B 39, 1977).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.crm.opportunities import LOST, OPEN, WON, Opportunities
from sim.fit.ages import AgePrior, OwnAges
from sim.fit.months import MonthPrior, Months, weekday_weights
from sim.fit.rates import Around, Rates, Table, fit_alike
from sim.fit.spells import Spells, days_at_risk, ending, tables

KINDS = (WON, LOST)
WINDOW_DAYS = 3 * 365  # older than this, closes say little of today
_WIDER = 1.3  # each band of age is wider than the last by this
_THOUGHT_DAYS = 100.0  # at risk, in which half a close is thought of before any is seen
_MASS_EDIT_DAYS = 12  # days that stand for all on which a deal may have closed before a mass edit
_MASS_EDIT_ROUNDS = 3
_ROUGH_AGE = 0.03  # open deals whose ages differ by less than this share count as one age
_TELLS_OF_ALL = 5.0  # closes that should have been seen, had old deals gone on closing, for none to say never


@dataclass(frozen=True)
class Hazards:
    """Competing hazards of a file; ``kinds`` are WON, LOST in this order.

    ``edges`` are the first ages of the bands in days, shape (bands,), the last one open; ``months`` are the columns of
    the rates, those ahead included; ``weekdays`` weigh days, shape (2, 7). ``never`` is the share of deals that never
    close, NaN where the file does not tell; ``last_close`` the greatest age at a close.
    """

    edges: np.ndarray
    months: Months
    seen: int  # months that are not ahead
    weekdays: np.ndarray
    rates: tuple[Rates, Rates]
    closes: np.ndarray  # wins and losses that were counted, shape (2,)
    last_close: int
    tells_never: bool

    def draws(self, rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Hazards a day by band, shape (n, 2, bands), and factors of months, shape (n, 2, months), whose mean over the
        months seen is 1.
        """
        drawn = [rates.draws(rng, n) for rates in self.rates]
        ages, levels = (np.exp(np.stack(sides, axis=1)) for sides in zip(*drawn, strict=True))
        usual = levels[:, :, : self.seen].mean(axis=2, keepdims=True)
        return ages * usual, levels / usual

    def by_age(self, hazards: np.ndarray, ages: np.ndarray) -> np.ndarray:
        """Hazards a day at these ages, from those of bands; shape (..., ages)."""
        return hazards[..., np.searchsorted(self.edges, ages, side="right") - 1]

    def around(self, kind: int, edges: np.ndarray, months: Months) -> Around:
        """What these say of deals with bands and months of their own, of KINDS[kind]."""
        row = np.searchsorted(self.edges, edges, side="right") - 1
        column = np.maximum(self.months.of(months.starts[:-1]), 0)
        ages, levels = self.rates[kind].point()
        both = np.append(row, len(ages) + column)
        return Around(ages[row], levels[column], self.rates[kind].covariance()[np.ix_(both, both)])

    @property
    def leaning(self) -> float:
        """The part of what these say that is of others, around which they were fitted; 0 without."""
        return float(np.average([one.leaning for one in self.rates], weights=self.closes + 1e-9))

    @property
    def likeness(self) -> float:
        """How far these would go along with a move of the others, were those known; 0 without."""
        return float(np.average([one.likeness for one in self.rates], weights=self.closes + 1e-9))

    def daily(self, hazards: np.ndarray, pulls: np.ndarray, ages: np.ndarray) -> np.ndarray:
        """Hazards of wins and losses on each day, shape (draws, 2, ages, days).

        ``hazards`` (draws, 2, bands) and ``pulls`` (draws, 2, days); ``ages`` on each day, shape (ages, days), are
        below 0 where the deal is not there yet.
        """
        return self.by_age(hazards, np.maximum(ages, 0)) * pulls[:, :, None, :] * (ages >= 0)

    def shares(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Draws of the shares won, lost and never closed of all deals at usual months, shape (n, 3).

        Never is what has not closed at the greatest age of a close; NaN, and so the others as seen by then, where the
        file does not tell (``tells_never``).
        """
        hazards, _ = self.draws(rng, n)
        daily = self.by_age(hazards, np.arange(self.last_close + 1))
        both = daily.sum(axis=1)
        alive = np.exp(-np.cumsum(both, axis=1) + both)
        closed = alive * -np.expm1(-both)
        won, lost = (np.sum(closed * daily[:, kind] / both, axis=1) for kind in range(2))
        return np.stack([won, lost, 1 - won - lost if self.tells_never else np.full(n, np.nan)], axis=1)


def ages_ahead(deals: Opportunities, days: int, stage: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ages of open deals on the days ahead, those alike in age and ``stage`` told once: shape (rows, days), a deal of
    each row, shape (rows,), and the row of each deal, shape (deals,).
    """
    age = deals.as_of + 1 - deals.created
    rough = np.round(np.log(age) / _ROUGH_AGE).astype(np.int64)
    _, where, alike = np.unique(rough * (stage.max(initial=0) + 1) + stage, return_index=True, return_inverse=True)
    return age[where][:, None] + np.arange(days), where, alike


def bands(oldest: int) -> np.ndarray:
    """First ages of the bands for deals up to this age, days, shape (bands,)."""
    edges = [0]
    while edges[-1] <= oldest and edges[-1] < 3000:
        edges.append(max(edges[-1] + 1, round(edges[-1] * _WIDER)))
    return np.array(edges)


def fit_hazards(deals: Opportunities, months_ahead: int = 3) -> Hazards:
    """Fits wins and losses by age and month. Raises ValueError where no deal was ever at risk in sight of the file."""
    return fit_hazards_alike([deals], months_ahead)[0]


def fit_hazards_alike(
    groups: Sequence[Opportunities], months_ahead: int, others: Sequence[Hazards | None] = (None,)
) -> list[Hazards]:
    """Fits groups of deals of one file, each around the hazards of all ``others``, those fitted to what is not in it;
    around nothing where they are None. Raises ValueError as fit_hazards does.
    """
    seen = [_Seen.of(deals, months_ahead) for deals in groups]
    found = _fitted(seen, [one.sure for one in seen], others)
    for _ in range(_MASS_EDIT_ROUNDS if any(one.bulk.any() for one in seen) else 0):
        found = _fitted(seen, [one.spread(rates) for one, (rates, _, _) in zip(seen, found, strict=True)], others)
    return [one.hazards(*each, other) for one, each, other in zip(seen, found, others, strict=True)]


_Fitted = tuple[tuple[Rates, Rates], np.ndarray, np.ndarray]  # rates, counts and exposure


def _fitted(seen: Sequence[_Seen], rows: Sequence[Spells], others: Sequence[Hazards | None]) -> list[_Fitted]:
    tables = [one.tables(spells) for one, spells in zip(seen, rows, strict=True)]
    kinds = [
        fit_alike([one.table(kind, *each, other) for one, each, other in zip(seen, tables, others, strict=True)])
        for kind in range(len(KINDS))
    ]
    return [((won, lost), *each) for won, lost, each in zip(*kinds, tables, strict=True)]


@dataclass(frozen=True)
class _Seen:
    """Deals while the file would have shown their close, and in what bands and months."""

    deals: Opportunities
    whole: Spells
    bulk: np.ndarray
    edges: np.ndarray
    months: Months
    ahead: int
    weekdays: np.ndarray

    @classmethod
    def of(cls, deals: Opportunities, ahead: int) -> _Seen:
        whole, bulk = _in_sight(deals)
        first = int(whole.enters.min())
        weekdays = [weekday_weights(whole.leaves[(whole.outcome == kind) & ~bulk], first, deals.as_of)
                    for kind in KINDS]  # fmt: skip
        edges = bands(int((whole.leaves - whole.created).max()))
        months = Months.between(first, deals.as_of, ahead)
        return cls(deals, whole, bulk, edges, months, ahead, np.stack(weekdays))

    @property
    def sure(self) -> Spells:
        """Without mass edits, where there is anything else."""
        return self.whole[~self.bulk] if (~self.bulk).any() else self.whole

    def spread(self, rates: tuple[Rates, ...]) -> Spells:
        return _spread(self.whole, self.bulk, self.edges, self.months, rates) if self.bulk.any() else self.sure

    def tables(self, rows: Spells) -> tuple[np.ndarray, np.ndarray]:
        return tables(rows, KINDS, self.edges, self.months, self.weekdays, self.deals.as_of)

    def table(self, kind: int, counts: np.ndarray, exposure: np.ndarray, other: Hazards | None) -> Table:
        at, numbers, known = np.log(self.edges + 1.0), self.months.numbers(), len(self.months) - self.ahead
        levels = MonthPrior(numbers, known)
        if other is None:
            return Table(counts[kind], exposure[kind], AgePrior(at), levels, _THOUGHT_DAYS)
        around = other.around(kind, self.edges, self.months)
        return Table(counts[kind], exposure[kind], OwnAges(at), levels, _THOUGHT_DAYS, around)

    def hazards(
        self, rates: tuple[Rates, Rates], counts: np.ndarray, exposure: np.ndarray, other: Hazards | None
    ) -> Hazards:
        outcome = self.whole.outcome
        last = int((self.whole.leaves - self.whole.created)[(outcome != OPEN) & ~self.bulk].max(initial=0))
        never = _old_deals_never_close(counts.sum(axis=(0, 2)), exposure[0].sum(axis=1), self.edges, last)
        if other is not None and not never:  # too few to tell: up to which age they close is as of the others
            last, never = max(last, other.last_close), other.tells_never and last <= other.last_close
        closed = np.array([np.sum(outcome == kind) for kind in KINDS])
        known = len(self.months) - self.ahead
        return Hazards(self.edges, self.months, known, self.weekdays, rates, closed, last, never)


def closes_by_month(deals: Opportunities, hazards: Hazards) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """By month of ``hazards``, which are those fitted to the same deals: wins and losses seen, and as many as the
    hazards of all expect of a deal; shape (2, deals) each. Both are 0 for deals out of the file's sight.
    """
    rows, bulk = _in_sight(deals)
    if bulk.any():
        rows = _spread(rows, bulk, hazards.edges, hazards.months, hazards.rates)
    points = (one.point() for one in hazards.rates)
    rates = np.stack([np.exp(ages[:, None] + levels) for ages, levels in points])
    closed, band, month = ending(rows, hazards.edges, hazards.months)
    half = 0.5 * hazards.weekdays[:, (rows.leaves[closed] - 1) % 7] * rates[:, band, month]
    for column, here, days in days_at_risk(rows, hazards.edges, hazards.months, hazards.weekdays, deals.as_of):
        expected, seen = np.zeros((2, 2, len(rows.of)))
        expected[:, here] = np.einsum("krb,kb->kr", days, rates[:, :, column])
        now = closed[month == column]
        expected[:, now] -= half[:, month == column]
        for kind, outcome in enumerate(KINDS):
            seen[kind, now] = rows.outcome[now] == outcome
        yield tuple(  # type: ignore[misc]
            np.stack([np.bincount(rows.of, rows.share * one, len(deals)) for one in both]) for both in (seen, expected)
        )


def closes_by_deal(deals: Opportunities, hazards: Hazards) -> tuple[np.ndarray, np.ndarray]:
    """``closes_by_month`` of all months. Over all deals both agree, so that groups of deals can be held against each
    other whatever their ages and months.
    """
    seen, expected = np.zeros((2, 2, len(deals)))
    for happened, thought in closes_by_month(deals, hazards):
        seen += happened
        expected += thought
    return seen, expected * (seen.sum(axis=1) / np.maximum(expected.sum(axis=1), 1e-12))[:, None]


def _in_sight(deals: Opportunities) -> tuple[Spells, np.ndarray]:
    """Deals while the file would have shown their close, and which were closed by mass edits. Raises ValueError."""
    first = max(deals.closes_known_from, deals.as_of - WINDOW_DAYS)
    enters = np.maximum(np.maximum(deals.created, first), 0)
    enters = np.where(deals.created < deals.created_known_from, np.maximum(enters, deals.created_known_from), enters)
    leaves = np.where(deals.outcome == OPEN, deals.as_of, deals.closed)
    at_risk = np.flatnonzero((enters <= leaves) & ((deals.outcome == OPEN) | (deals.closed >= first)))
    if not len(at_risk):
        raise ValueError("no deal was open on a day whose closes are known")
    at, share = at_risk, np.ones(len(at_risk))
    return Spells(at, deals.created[at], enters[at], leaves[at], deals.outcome[at], share), deals.bulk[at]


def _spread(rows: Spells, bulk: np.ndarray, edges: np.ndarray, months: Months, found: tuple[Rates, ...]) -> Spells:
    """Deals of mass edits over the days on which they may have closed, by the hazards found so far."""
    kept, edited = np.flatnonzero(~bulk), np.flatnonzero(bulk)
    off = np.arange(len(edited))[:, None] * 0.618034 % 1.0  # so that deals do not all fall on the same few ages
    share_of_way = (np.arange(_MASS_EDIT_DAYS) + off) / _MASS_EDIT_DAYS
    born, enters, leaves = rows.created[edited, None], rows.enters[edited, None], rows.leaves[edited, None]
    edits = np.append(np.iinfo(np.int64).min // 2, np.unique(leaves))  # what one edit let stand was not closed by then
    enters = np.maximum(enters, edits[np.searchsorted(edits, leaves) - 1] + 1)
    days = enters + np.floor(share_of_way * (leaves - enters + 1)).astype(np.int64)
    band, month = np.searchsorted(edges, days - born, side="right") - 1, months.of(days)
    hazards = np.stack([np.exp(ages[band] + levels[month]) for ages, levels in (one.point() for one in found)])
    step = (leaves - enters + 1) / _MASS_EDIT_DAYS
    before = np.cumsum(hazards.sum(axis=0) * step, axis=1) - hazards.sum(axis=0) * step
    own = np.where(rows.outcome[edited, None] == WON, hazards[0], hazards[1])
    weight = own * np.exp(-before)
    weight /= weight.sum(axis=1, keepdims=True)

    def both(column: np.ndarray) -> np.ndarray:
        return np.concatenate([column[kept], np.repeat(column[edited], _MASS_EDIT_DAYS)])

    return Spells(
        both(rows.of),
        both(rows.created),
        both(rows.enters),
        np.concatenate([rows.leaves[kept], days.ravel()]),
        both(rows.outcome),
        np.concatenate([rows.share[kept], weight.ravel()]),
    )


def _old_deals_never_close(closes: np.ndarray, exposure: np.ndarray, edges: np.ndarray, last: int) -> bool:
    """Whether so many days beyond the oldest close passed without one that the deals left are never closed.

    Had the last fifth of closes gone on at their pace, several would have been seen: the likelihood of none is below
    exp(-5). The maximum of the likelihood of a cure fraction then has no close there (Taylor, Biometrics 51, 1995).
    """
    beyond = edges > last
    late = np.cumsum(closes[::-1])[::-1] <= max(0.2 * closes.sum(), 1.0)
    late &= ~beyond
    pace = closes[late].sum() / max(exposure[late].sum(), 1e-9)
    return bool(pace * exposure[beyond].sum() > _TELLS_OF_ALL)
