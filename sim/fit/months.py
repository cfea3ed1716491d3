"""Calendar months as columns of a table, what weekdays weigh, and how far levels move from month to month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import ndtri

from sim.calendar import first_of_month

_DAYS_AS_USUAL = 40.0  # events as on other weekdays that every weekday is thought to have had besides its own
YEAR, QUARTER = 12, 3


@dataclass(frozen=True)
class Months:
    """Whole calendar months one after the other; ``starts`` has their first days and the day after, shape (n + 1,)."""

    starts: np.ndarray

    @classmethod
    def between(cls, first: int, last: int, ahead: int = 0) -> Months:
        """The months of the days first to last (ordinals), and ``ahead`` more."""
        start, end = date.fromordinal(first), date.fromordinal(last)
        months = range(start.year * YEAR + start.month - 1, end.year * YEAR + end.month + ahead + 1)
        return cls(np.array([first_of_month(month).toordinal() for month in months]))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def of(self, days: np.ndarray) -> np.ndarray:
        """The column of each day, -1 before the first month."""
        return np.searchsorted(self.starts, days, side="right") - 1

    def numbers(self) -> np.ndarray:
        """Month of the year, 0 to 11, shape (n,)."""
        return np.array([date.fromordinal(int(day)).month - 1 for day in self.starts[:-1]])


def weekday_weights(days: np.ndarray, first: int, last: int) -> np.ndarray:
    """What a day weighs by its weekday (Monday first), shape (7,), mean 1, from events on ``days`` in first to last."""
    events = np.bincount((days - 1) % 7, minlength=7) + 1e-9
    chances = np.bincount((np.arange(first, last + 1) - 1) % 7, minlength=7)
    usual = _DAYS_AS_USUAL * max(chances.sum(), 1) / max(len(days), 1)
    weights = (events + _DAYS_AS_USUAL) / (chances + usual)
    return weights / weights.mean()


def weighed_days(weights: np.ndarray, first: int, last: int) -> np.ndarray:
    """Weights of all days before each of the days first to last + 1, summed up from ``first``; shape (days + 1,)."""
    return np.concatenate([[0.0], np.cumsum(weights[(np.arange(first, last + 1) - 1) % 7])])


@dataclass(frozen=True)
class MonthPrior:
    """Log levels of months: one that wanders and comes back, a trend that fades, season, and months of their own.

    ``seen`` of the ``numbers`` (month of the year, shape (months,)) lie in the past. The season of the year is asked
    for only where more than a year is seen. That months of a quarter may differ is thought of from the first month on:
    one that was high may be so again in three months. Typical moves are laid down once, for every company: half normals
    with the scales below.
    """

    numbers: np.ndarray
    seen: int
    level: float = 0.3
    slope: float = 0.04  # a month
    season: float = 0.25
    pull: float = 0.25
    own: float = 0.15
    settings: int = 6

    def covariance(self, unit: np.ndarray) -> np.ndarray:
        """Shape (months, months), for settings in the unit cube, shape (6,)."""
        level, slope, season, pull, own = (
            scale * ndtri(0.5 + 0.5 * share)
            for scale, share in zip((self.level, self.slope, self.season, self.pull, self.own), unit[:5], strict=True)
        )
        length = 3.0 * 12.0 ** unit[5]  # months after which a level is forgotten by two thirds: 3 to 36
        months = np.arange(len(self.numbers))
        found = level**2 * np.exp(-np.abs(months[:, None] - months) / length)
        trend = np.where(months < self.seen, np.maximum(months - self.seen + 1, -YEAR), faded(months - self.seen + 1))
        found += slope**2 * np.outer(trend, trend)
        if self.seen > YEAR:
            found += season**2 * (self.numbers[:, None] == self.numbers)
        found += pull**2 * (self.numbers[:, None] % QUARTER == self.numbers % QUARTER)
        return found + own**2 * np.eye(len(months))


def faded(ahead: np.ndarray, keeps: float = 0.8) -> np.ndarray:
    """Months of full trend that a damped one makes (Gardner and McKenzie, Management Science 31, 1985)."""
    return keeps * (1 - keeps ** np.maximum(ahead, 0)) / (1 - keeps)
