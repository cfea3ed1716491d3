"""Two stages that make deals close at the ages at which a file's deals close.

A file without stages tells at which age deals are won and lost, and the two differ: losses come early, wins late, or
the other way round. A deal that passes an early and a late stage, each with lognormal days and odds of its own, has
both: losses of the early stage, and losses and wins at the sum of both. The five numbers are those under which the
ages fitted are the likeliest (the least Kullback-Leibler divergence).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.signal import fftconvolve
from scipy.special import ndtr

EARLY, LATE = "early", "late"
_LEAST_SPREAD, _MOST_SPREAD = 0.2, 2.5  # of log days
_FLOOR = 1e-9


@dataclass(frozen=True)
class TwoStages:
    """Mean days, spread of log days and odds to move on of both stages, shape (2,); of the failures in the early one
    and in the late one a share of ``never`` goes quiet for good.
    """

    mean_days: np.ndarray
    sigma_log: np.ndarray
    advance: np.ndarray
    never: float

    def days(self, size: int) -> np.ndarray:
        """Chances that each stage takes so many whole days, shape (2, size)."""
        return np.stack([_days(*one, size) for one in zip(self.mean_days, self.sigma_log, strict=True)])

    def closes(self, size: int) -> tuple[np.ndarray, np.ndarray]:
        """Chances to be won and to fail at each age, shape (size,), of a deal."""
        first, second = self.days(size)
        both = fftconvolve(first, second)[:size].clip(0.0)
        on, won = self.advance
        return on * won * both, (1 - on) * first + on * (1 - won) * both

    def where(self, age: int) -> tuple[float, float, float]:
        """Of a deal that is open at an age: chances to be in the late stage and to be quiet for good, and the mean day
        on which it came into the late stage.
        """
        first, second = self.days(age + 1)
        left = 1 - np.cumsum(second)[::-1]  # by day of entry, chance that the late stage goes on
        late = self.advance[0] * first * left
        early = max(1 - first.sum(), 0.0)
        quiet = self.never * self.closes(age + 1)[1].sum()
        all_open = early + late.sum() + quiet + _FLOOR
        entered = float(late @ np.arange(age + 1) / max(late.sum(), _FLOOR))
        return float(late.sum() / all_open), float(quiet / all_open), entered


def _days(mean: float, sigma: float, size: int) -> np.ndarray:
    """Lognormal days, cut into whole ones."""
    marks = np.arange(1, size + 1)
    below = ndtr((np.log(marks) - np.log(mean) + 0.5 * sigma**2) / sigma)
    return np.diff(below, prepend=0.0)


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
