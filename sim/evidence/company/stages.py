"""Stages that nobody sees, which make deals close at the ages at which a file's deals close.

A file without stages tells at which age deals are won and lost, and the two differ.

- Where losses come early, a deal passes an early and a late stage, each with lognormal days and odds of its own: losses
  of the early stage, and losses and wins at the sum of both. The five numbers are those under which the ages fitted are
  the likeliest (the least Kullback-Leibler divergence).
- Where the ages have another shape, there is one stage with the days of the wins as a table; losses come at the same
  ages, or a number of days later, for which the deal is quiet.

Of these the one is taken whose ages are nearest to those fitted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.signal import fftconvolve
from scipy.special import ndtr

EARLY, LATE, OPEN_STAGE = "early", "late", "open"
TABLE_DAYS = 40  # that stand for the days of a table, equally likely
_PLAIN_IS_ENOUGH = 1.25  # times as far off as a table: two lognormal stages, which are told in a line
_QUIET_DAYS = (0, 10, 20, 30, 45, 60, 80, 100, 130, 160, 200, 250, 300, 365)
_LEAST_SPREAD, _MOST_SPREAD = 0.2, 2.5  # of log days
_FLOOR = 1e-9
_OLDER_THAN_ALL = 1e-6
_NEAR = 0.02  # of the mean age: nearer makes no difference


class Where(NamedTuple):
    """Of a deal that is open at an age: chances to be in the late stage and to be quiet, and mean ages at which it came
    into the late stage and went quiet.
    """

    late: float
    quiet: float
    entered: float
    quiet_since: float


@dataclass(frozen=True)
class OneStage:
    """One stage with a table of days; ``chances`` of each whole day, shape (days,). A deal that fails is quiet for
    ``quiet_days`` before it is closed, or, with a share of ``never``, for good.
    """

    chances: np.ndarray
    advance: np.ndarray  # shape (1,)
    never: float
    quiet_days: int
    names: tuple[str, ...] = (OPEN_STAGE,)

    @property
    def mean_days(self) -> np.ndarray:
        return np.array([self.chances @ (np.arange(len(self.chances)) + 0.5)])

    def table(self) -> np.ndarray:
        """TABLE_DAYS days, equally likely."""
        upto = np.cumsum(self.chances) / self.chances.sum()
        return np.searchsorted(upto, (np.arange(TABLE_DAYS) + 0.5) / TABLE_DAYS) + 0.5

    def closes(self, size: int) -> tuple[np.ndarray, np.ndarray]:
        """As of TwoStages."""
        days = np.zeros(size)
        days[: len(self.chances)] = self.chances[:size]
        fails = np.zeros(size)
        fails[self.quiet_days :] = days[: size - self.quiet_days]
        return self.advance[0] * days, (1 - self.advance[0]) * fails

    def where(self, age: int) -> Where:
        """As of TwoStages."""
        days = np.zeros(age + 1)
        days[: len(self.chances)] = self.chances[: age + 1]
        ended = np.arange(age + 1)
        still = self.never + (1 - self.never) * (ended > age - self.quiet_days)
        quiet = (1 - self.advance[0]) * days * still
        early = max(1 - days.sum(), 0.0)
        if early + quiet.sum() < _OLDER_THAN_ALL:
            return Where(0.0, 1.0, 0.0, max(age - self.quiet_days / 2, 0.0))
        return Where(
            0.0, float(quiet.sum() / (early + quiet.sum())), 0.0, float(quiet @ ended / max(quiet.sum(), _FLOOR))
        )


@dataclass(frozen=True)
class TwoStages:
    """Mean days, spread of log days and odds to move on of both stages, shape (2,); of the failures in the early one
    and in the late one a share of ``never`` goes quiet for good.
    """

    mean_days: np.ndarray
    sigma_log: np.ndarray
    advance: np.ndarray
    never: float
    quiet_days: int = 0
    names: tuple[str, ...] = (EARLY, LATE)

    def days(self, size: int) -> np.ndarray:
        """Chances that each stage takes so many whole days, shape (2, size)."""
        return np.stack([_days(*one, size) for one in zip(self.mean_days, self.sigma_log, strict=True)])

    def closes(self, size: int) -> tuple[np.ndarray, np.ndarray]:
        """Chances to be won and to fail at each age, shape (size,), of a deal."""
        first, second = self.days(size)
        both = fftconvolve(first, second)[:size].clip(0.0)
        on, won = self.advance
        return on * won * both, (1 - on) * first + on * (1 - won) * both

    def where(self, age: int) -> Where:
        """Where a deal of an age is."""
        first, second = self.days(age + 1)
        left = 1 - np.cumsum(second)[::-1]  # by day of entry, chance that the late stage goes on
        late = self.advance[0] * first * left
        early = max(1 - first.sum(), 0.0)
        quiet = self.never * self.closes(age + 1)[1]
        all_open = early + late.sum() + quiet.sum() + _FLOOR
        entered, since = (float(one @ np.arange(age + 1) / max(one.sum(), _FLOOR)) for one in (late, quiet))
        return Where(float(late.sum() / all_open), float(quiet.sum() / all_open), entered, since)


def _days(mean: float, sigma: float, size: int) -> np.ndarray:
    """Lognormal days, cut into whole ones."""
    marks = np.arange(1, size + 1)
    below = ndtr((np.log(marks) - np.log(mean) + 0.5 * sigma**2) / sigma)
    return np.diff(below, prepend=0.0)


Stages = OneStage | TwoStages


def stages_of(won: np.ndarray, lost: np.ndarray, never: float) -> Stages:
    """The stages for chances to be won and lost at each age, shape (ages,), and to stay open for good."""
    two = two_stages(won, lost, 0.0)
    share = won.sum() / (won.sum() + lost.sum())
    tables = [OneStage(won / won.sum(), np.array([share]), 0.0, quiet) for quiet in _QUIET_DAYS if quiet < len(won)]
    if never > 0.0:  # who is quiet is so for good: quiet days would be those of others
        tables = tables[:1]
    one = min(tables, key=lambda each: _apart(each, won, lost))
    if _apart(two, won, lost) <= _PLAIN_IS_ENOUGH * _apart(one, won, lost) + _NEAR:
        return _with_never(two, share, never)
    won_of_all = share * (1 - never)
    return OneStage(one.chances, np.array([won_of_all]), min(never / max(1 - won_of_all, _FLOOR), 1.0), one.quiet_days)


def _apart(stages: Stages, won: np.ndarray, lost: np.ndarray) -> float:
    """How far the ages at closes lie from those fitted: the area between the shares closed by each age, over the mean
    age. Of wins it counts twice, for they bring the money.
    """
    ages, far = np.arange(len(won)) + 0.5, 0.0
    for weight, one, made in zip((2, 1), (won, lost), stages.closes(len(won)), strict=True):
        one, made = one / max(one.sum(), _FLOOR), made / max(made.sum(), _FLOOR)
        far += weight / 3 * float(np.abs(np.cumsum(one - made)).sum() / max(one @ ages, _FLOOR))
    return far


def two_stages(won: np.ndarray, lost: np.ndarray, never: float) -> TwoStages:
    """The stages for chances to be won and lost at each age, shape (ages,), and to stay open for good."""
    size, share = len(won), won.sum() / (won.sum() + lost.sum())
    wins, losses = (np.maximum(one, 0.0) / (won.sum() + lost.sum()) for one in (won, lost))

    def stages(x: np.ndarray) -> TwoStages:
        sigma = _LEAST_SPREAD + (_MOST_SPREAD - _LEAST_SPREAD) * ndtr(x[2:4])
        on = share + (1 - share) * ndtr(x[4])  # so that both stages together win what is won
        return TwoStages(np.exp(np.clip(x[:2], -1.0, 8.0)), sigma, np.array([on, share / on]), 0.0)

    def against(x: np.ndarray) -> float:
        made_won, made_lost = stages(x).closes(size)
        return float(-wins @ np.log(made_won + _FLOOR) - losses @ np.log(made_lost + _FLOOR))

    ages = np.arange(size) + 0.5
    of_wins = max(float(wins @ ages / wins.sum()), 1.0)
    of_losses = float(losses @ ages / losses.sum()) if losses.sum() > 0 else of_wins
    starts = [
        np.array([np.log(max(part * of_wins, 0.5)), np.log(max((1 - part) * of_wins, 0.5)), -0.5, -0.5, on])
        for part, on in ((min(max(of_losses / of_wins, 0.1), 0.9), -0.5), (0.15, 1.5), (0.6, 0.0))
    ]
    found = min((minimize(against, x, method="Nelder-Mead", options={"maxiter": 500}) for x in starts),
                key=lambda one: one.fun)  # fmt: skip
    best = stages(found.x)
    return _with_never(best, share, never)


def _with_never(stages: TwoStages, share: float, never: float) -> TwoStages:
    """The same where some of those that fail stay open: fewer are won, and the failures of both stages keep apart."""
    if never <= 0.0:
        return stages
    early = (1 - stages.advance[0]) / max(1 - share, _FLOOR)
    won = share * (1 - never)
    on = 1 - early * (1 - won)
    quiet = min(never / max(1 - won, _FLOOR), 1.0)
    return TwoStages(stages.mean_days, stages.sigma_log, np.array([on, won / on]), quiet)
