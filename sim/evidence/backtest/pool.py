"""A fixed pool of simple forecasts, in equal parts, with errors as large as their own past misses.

They use the same frozen deals as ours. Each is a point with a normal error, whose spread is not known: what chance
alone makes of such a number counts as two misses, and every earlier miss that was known by the cut as one. So it is
Student's law that is said, the wider the fewer the misses. No forecast is picked because it did well. Sources: the
naive and seasonal ones of Hyndman and Athanasopoulos, "Forecasting" (2021), chapter 5.2; equal weights: Clemen,
International Journal of Forecasting 5 (1989); the law: Gelman and others, "Bayesian Data Analysis" (2013), chapter 3.2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.calendar import MONTHS_PER_YEAR
from sim.crm.opportunities import OPEN, WON, Opportunities
from sim.evidence.backtest.came import came, earlier, horizons, months_after
from sim.evidence.backtest.cells import ALL_PARTS
from sim.fit.creation import known_from
from sim.fit.outlook import MEASURES, PARTS

POOLED = "pool"
MOST_MISSES = 12
LEAST_DAYS_SEEN = 14  # of a period that was seen in part, for it to count by its days
_CHANCE_COUNTS = 2.0  # misses
_SNAPSHOTS = 3  # of open deals, for roll rates
_AGES = np.array([0, 31, 92, 183, 366])  # first days of the bands of age
_FINE_AGES = np.array([0, 1, 3, 7, 14, 31, 61, 92, 135, 183, 274, 366, 548, 731])
_OLDEST = 4 * 366
_CREATION_DAYS = 92


@dataclass(frozen=True)
class Naive:
    """A simple forecast: ``point(past, ago, span)`` answers wins and bookings by part, shape (measures, parts), as it
    would have been made ``ago`` months before the cut for the months ``span`` ahead; NaN where it cannot be made."""

    name: str
    point: Callable[[Past, int, tuple[int, int]], np.ndarray]


class Past:
    """What the frozen deals tell of earlier periods; ``ago`` counts months back from the cut."""

    def __init__(self, deals: Opportunities, months: int):
        self.deals, self.months = deals, months
        self.first = max(deals.closes_known_from, int(deals.created.min(initial=deals.as_of)))
        self.created_from = known_from(deals)
        self._seen: dict[int, np.ndarray] = {}
        won = (deals.outcome == WON) & (deals.closed >= self.first) & np.isfinite(deals.amount)
        self.amounts = deals.amount[won]

    def cut(self, ago: int) -> int:
        """The day so many months before the cut."""
        return earlier(self.deals.as_of, ago)

    def seen(self, ago: int, span: tuple[int, int]) -> np.ndarray:
        """Wins and bookings by part in the months ``span`` after an earlier cut, shape (measures, parts).

        A period of which a part was seen counts by its days; NaN where fewer than LEAST_DAYS_SEEN were.
        """
        if ago not in self._seen:
            cut = self.cut(ago)
            known = self.deals[self.deals.closed >= self.first]
            self._seen[ago] = came(known, cut, months_after(cut, self.months))
        starts = months_after(self.cut(ago), self.months)
        begin, end = int(starts[span[0]]), int(starts[span[1]])
        days = end - max(begin, self.first)
        if days < min(LEAST_DAYS_SEEN, end - begin) or end - 1 > self.deals.as_of:
            return np.full((len(MEASURES), len(PARTS)), np.nan)
        return self._seen[ago][span[0] : span[1]].sum(axis=0) * (end - begin) / days

    def mean_seen(self, agos: list[int], span: tuple[int, int]) -> np.ndarray:
        """The mean over several earlier cuts of those seen."""
        found = np.array([self.seen(ago, span) for ago in agos])
        told = np.isfinite(found[:, 0, 0])
        return found[told].mean(axis=0) if told.any() else found[0]

    def open_ages(self, ago: int) -> tuple[np.ndarray, np.ndarray]:
        """Ages of the deals open at an earlier cut, and the days on which they were won, -1 if not by now."""
        cut, deals = self.cut(ago), self.deals
        there = (deals.created <= cut) & ((deals.outcome == OPEN) | (deals.closed > cut))
        won = np.where(deals.outcome[there] == WON, deals.closed[there], -1)
        return cut - deals.created[there], won

    def with_bookings(self, wins: np.ndarray) -> np.ndarray:
        """Wins by part and what they bring at the mean amount so far, shape (measures, parts)."""
        mean = self.amounts.mean() if len(self.amounts) else np.nan
        return np.stack([wins, wins * mean])


def last_period(past: Past, ago: int, span: tuple[int, int]) -> np.ndarray:
    """As in the last period of the same length."""
    return past.seen(ago + span[1], span)


def trailing_three(past: Past, ago: int, span: tuple[int, int]) -> np.ndarray:
    """The mean of the last three periods, begun a month apart."""
    return past.mean_seen([ago + span[1] + back for back in range(3)], span)


def last_quarter(past: Past, ago: int, span: tuple[int, int]) -> np.ndarray:
    """As three months before the period."""
    return past.seen(ago + max(3, span[1]), span)


def last_year(past: Past, ago: int, span: tuple[int, int]) -> np.ndarray:
    """As a year before the period."""
    return past.seen(ago + MONTHS_PER_YEAR, span)


def roll_rates(past: Past, ago: int, span: tuple[int, int]) -> np.ndarray:
    """Open deals by age, at the rates at which those of earlier snapshots were won; new ones as lately."""
    counts, wins = np.zeros((2, len(_AGES)))
    for back in range(_SNAPSHOTS):
        before = ago + span[1] + back
        if past.cut(before) < past.first - 1:
            break
        starts = months_after(past.cut(before), past.months)
        ages, won = past.open_ages(before)
        band = np.searchsorted(_AGES, ages, side="right") - 1
        counts += np.bincount(band, minlength=len(_AGES))
        won_then = (won >= starts[span[0]]) & (won < starts[span[1]])
        wins += np.bincount(band[won_then], minlength=len(_AGES))
    if not counts.any():
        return np.full((len(MEASURES), len(PARTS)), np.nan)
    ages, _ = past.open_ages(ago)
    now = np.bincount(np.searchsorted(_AGES, ages, side="right") - 1, minlength=len(_AGES))
    new = trailing_three(past, ago, span)[0, 1]
    return past.with_bookings(np.array([now @ (wins / np.maximum(counts, 1)), new]))


def age_hazards(past: Past, ago: int, span: tuple[int, int]) -> np.ndarray:
    """Every day's chances by age alone, all months alike, and creation as in the last three months."""
    cut, deals = past.cut(ago), past.deals
    if cut - past.first < LEAST_DAYS_SEEN:
        return np.full((len(MEASURES), len(PARTS)), np.nan)
    closed = np.where((deals.outcome == OPEN) | (deals.closed > cut), cut + 1, deals.closed)
    enters = np.maximum(np.maximum(deals.created, past.first), np.where(
        deals.created < deals.created_known_from, deals.created_known_from, 0))  # fmt: skip
    there = (deals.created <= cut) & (enters <= closed) & ~(deals.bulk & (closed <= cut))
    born, enters, closed, won = deals.created[there], enters[there], closed[there], deals.outcome[there] == WON
    lives = np.append(_FINE_AGES[1:], _OLDEST + 10**5)
    at_risk = np.clip((closed - born)[:, None], _FINE_AGES, lives) - np.clip(
        (enters - born)[:, None], _FINE_AGES, lives
    )
    exposure = at_risk.sum(axis=0) + 1e-9
    ended = closed <= cut
    band = np.searchsorted(_FINE_AGES, closed - born, side="right") - 1
    daily = np.stack([
        np.bincount(band[ended & kind], minlength=len(_FINE_AGES)) / np.maximum(exposure, 1.0) for kind in (won, ~won)
    ])  # fmt: skip
    ages = np.arange(_OLDEST + 400 * (1 + past.months // MONTHS_PER_YEAR))
    hazard = np.minimum(daily[:, np.searchsorted(_FINE_AGES, ages, side="right") - 1], 0.5)
    alive = np.exp(-np.concatenate([[0.0], np.cumsum(hazard.sum(axis=0))]))
    upto = np.concatenate([[0.0], np.cumsum(alive[:-1] * hazard[0])])
    starts = months_after(cut, past.months) - cut - 1
    begin, end = int(starts[span[0]]), int(starts[span[1]])
    age = np.minimum(past.open_ages(ago)[0] + 1, _OLDEST)
    opened = np.sum((upto[age + end] - upto[age + begin]) / np.maximum(alive[age], 1e-12))
    lately = max(past.created_from, cut - _CREATION_DAYS + 1)
    a_day = ((deals.created >= lately) & (deals.created <= cut)).sum() / max(cut - lately + 1, 1)
    days = np.arange(end)
    new = a_day * np.sum(upto[end - days] - upto[np.maximum(begin - days, 0)])
    return past.with_bookings(np.array([opened, new]))


POOL = (
    Naive("last period", last_period),
    Naive("mean of trailing three", trailing_three),
    Naive("same period of last quarter", last_quarter),
    Naive("same period of last year", last_year),
    Naive("roll rates", roll_rates),
    Naive("age hazards", age_hazards),
)


def pool_samples(
    deals: Opportunities, months: int, draws: int, seed: int
) -> dict[str, dict[tuple[str, str, str], np.ndarray]]:
    """Samples of each forecast that can be made, by name and then by horizon, measure and part; shape (draws,) each.

    ``POOLED`` has them all in equal parts.
    """
    past = Past(deals, months)
    rng = np.random.default_rng([seed, deals.as_of])
    found: dict[str, dict[tuple[str, str, str], np.ndarray]] = {POOLED: {}}
    for horizon, span in horizons(months).items():
        each = {}
        for one in POOL:
            point = one.point(past, 0, span)
            if np.isfinite(point[0]).all():
                each[one.name] = _around(past, one, point, span, draws, rng)
        if each:
            share = np.arange(draws) % len(each)
            stacked = np.stack(list(each.values()))  # forecasts, draws, measures, total and parts
            each[POOLED] = stacked[share, np.arange(draws)]
        for name, samples in each.items():
            for at, measure in enumerate(MEASURES):
                for column, part in enumerate(ALL_PARTS):
                    found.setdefault(name, {})[horizon, measure, part] = samples[:, at, column]
    return found


def _around(
    past: Past, one: Naive, point: np.ndarray, span: tuple[int, int], draws: int, rng: np.random.Generator
) -> np.ndarray:
    """Samples around a point, shape (draws, measures, 1 + parts): the total first."""
    misses = []
    for ago in range(span[1], span[1] + MOST_MISSES):
        if past.cut(ago) < past.first:
            break
        missed = past.seen(ago, span) - one.point(past, ago, span)
        if np.isfinite(missed[0]).all():
            misses.append(_with_total(missed))
    center = _with_total(point)
    squares = np.mean(past.amounts**2) if len(past.amounts) else np.nan
    chance = np.maximum(center[0], 0.5) * np.array([1.0, squares])[:, None]
    spread = np.sqrt((_CHANCE_COUNTS * chance + np.sum(np.square(misses), axis=0)) / (_CHANCE_COUNTS + len(misses)))
    apart = rng.standard_t(_CHANCE_COUNTS + len(misses), (draws, *center.shape))
    samples = np.maximum(center + spread * apart, 0.0)
    samples[:, 0] = np.round(samples[:, 0])
    return samples


def _with_total(parts: np.ndarray) -> np.ndarray:
    """Shape (measures, 1 + parts)."""
    return np.concatenate([parts.sum(axis=1, keepdims=True), parts], axis=1)
