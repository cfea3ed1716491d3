"""The stages that deals pass in a scenario: those of a history, or some that nobody sees.

With a history, stages are the company's own, each with the lognormal days and odds of its moves; where deals that fail
are closed later than they were worked on, all of them are quiet for a number of days first.

A file without one tells at which age deals are won and lost, and the two differ.

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
from scipy.special import expit, ndtr

from sim.fit.stage_laws import StageLaws

EARLY, LATE, OPEN_STAGE = "early", "late", "open"
TABLE_DAYS = 40  # that stand for the days of a table, equally likely
_PLAIN_IS_ENOUGH = 1.25  # times as far off as a table: two lognormal stages, which are told in a line
_QUIET_DAYS = (0, 10, 20, 30, 45, 60, 80, 100, 130, 160, 200, 250, 300, 365)
_LEAST_SPREAD, _MOST_SPREAD = 0.2, 2.5  # of log days
_FLOOR = 1e-9
_OLDER_THAN_ALL = 1e-6
_NEAR = 0.02  # of the mean age: nearer makes no difference
_IN_TIME = 0.9  # of deals, that stages of a history close within the ages of the file
_FAR = 0.3  # further off than this, stages of a history do not tell when deals close


class Where(NamedTuple):
    """Of a deal that is open at an age: chances to be at work in each stage, shape (stages,), and to be quiet, and mean
    ages at which it came into each and went quiet.
    """

    stages: np.ndarray
    quiet: float
    entered: np.ndarray
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
            return Where(np.zeros(1), 1.0, np.zeros(1), max(age - self.quiet_days / 2, 0.0))
        is_quiet = float(quiet.sum() / (early + quiet.sum()))
        return Where(np.array([1 - is_quiet]), is_quiet, np.zeros(1), float(quiet @ ended / max(quiet.sum(), _FLOOR)))

    def soon(self, place: int, had: float, within: int) -> float:
        """As of Staged."""
        upto = np.cumsum(self.chances)
        first, last = min(int(had), len(upto) - 1), min(int(had) + within, len(upto) - 1)
        return float(self.advance[0] * (upto[last] - upto[first]) / max(upto[-1] - upto[first], _FLOOR))


@dataclass(frozen=True)
class Staged:
    """Stages one after the other: mean days, spread of log days and odds to move on of each, shape (stages,). Of the
    failures a share of ``never`` goes quiet for good, or all of them for ``quiet_days``, after which they are closed.
    """

    mean_days: np.ndarray
    sigma_log: np.ndarray
    advance: np.ndarray
    never: float
    quiet_days: int = 0
    names: tuple[str, ...] = (EARLY, LATE)

    def days(self, size: int) -> np.ndarray:
        """Chances that each stage takes so many whole days, shape (stages, size)."""
        return np.stack([_days(*one, size) for one in zip(self.mean_days, self.sigma_log, strict=True)])

    def closes(self, size: int) -> tuple[np.ndarray, np.ndarray]:
        """Chances to be won and to fail at each age, shape (size,), of a deal."""
        there, ended = np.ones(1), np.zeros(size)
        for days, on in zip(self.days(size), self.advance, strict=True):
            over = fftconvolve(there, days)[:size].clip(0.0)
            ended += (1 - on) * over
            there = on * over
        failed = np.zeros(size)
        failed[self.quiet_days :] = ended[: size - self.quiet_days]
        return there, failed

    def where(self, age: int) -> Where:
        """Where a deal of an age is."""
        upto, parts, entered, ages = np.ones(1), [], [], np.arange(age + 1)
        quiet = np.zeros(age + 1)
        for days, on in zip(self.days(age + 1), self.advance, strict=True):
            arrives = np.zeros(age + 1)
            arrives[: len(upto)] = upto[: age + 1]
            left = 1 - np.cumsum(days)[::-1]  # by day of entry, chance that the stage goes on
            still = arrives * left
            parts.append(float(still.sum()))
            entered.append(float(still @ ages / max(still.sum(), _FLOOR)))
            over = fftconvolve(arrives, days)[: age + 1].clip(0.0)
            quiet += (1 - on) * over
            upto = on * over
        quiet = quiet * (self.never + (1 - self.never) * (ages > age - self.quiet_days))
        if not self.quiet_days:
            quiet = quiet * (self.never > 0)
        everywhere = sum(parts) + quiet.sum()
        if everywhere < _OLDER_THAN_ALL:
            last = np.append(np.zeros(len(parts) - 1), 1.0)
            return Where(last, 0.0, np.array(entered), float(age))
        since = float(quiet @ ages / max(quiet.sum(), _FLOOR))
        return Where(np.array(parts) / everywhere, float(quiet.sum() / everywhere), np.array(entered), since)

    def soon(self, place: int, had: float, within: int) -> float:
        """Chance that a deal at work in a stage for ``had`` days is won in so many more."""
        size = int(had) + within + 1
        days = self.days(size)
        first = days[place, int(had) :] / max(1 - days[place, : int(had)].sum(), _FLOOR)
        chance = self.advance[place] * first[:within]
        for later in range(place + 1, len(self.advance)):
            chance = self.advance[later] * fftconvolve(chance, days[later, :within])[:within].clip(0.0)
        return float(chance.sum())

    def failed_share(self, place: int, had: float) -> float:
        """Chance that an open deal that came into a stage ``had`` days ago has failed and is quiet by now."""
        days = self.days(int(had) + 1)[place]
        ended = (1 - self.advance[place]) * days
        quiet = ended[max(int(had) - self.quiet_days, 0) :].sum() if self.quiet_days else self.never * ended.sum()
        return float(quiet / max(quiet + 1 - days.sum(), _FLOOR))


def _days(mean: float, sigma: float, size: int) -> np.ndarray:
    """Lognormal days, cut into whole ones."""
    marks = np.arange(1, size + 1)
    below = ndtr((np.log(marks) - np.log(mean) + 0.5 * sigma**2) / sigma)
    return np.diff(below, prepend=0.0)


Stages = OneStage | Staged


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


def stages_of_history(laws: StageLaws, won: np.ndarray, lost: np.ndarray, never: float) -> Staged | None:
    """The stages of a history, with the odds under which so many are won; None where they close at other ages than the
    deals of the file, by more than _FAR of the mean age, or hold many for longer than any deal of the file was open, as
    a stage does in which deals are parked.
    """
    share = won.sum() / (won.sum() + lost.sum()) * (1 - never)
    made = []
    for quiet in _QUIET_DAYS if never <= 0.0 else _QUIET_DAYS[:1]:
        one = laws.with_losses_later(quiet) if quiet else laws
        if one is not None and quiet < len(won):
            on = shifted(one.advance[None], np.array([share]))[0]
            gone = min(never / max(1 - share, _FLOOR), 1.0)
            made.append(Staged(one.mean_days, one.sigma_log, on, gone, quiet, one.names))
    made = [one for one in made if sum(each.sum() for each in one.closes(len(won))) > _IN_TIME * (1 - never)]
    if not made:
        return None
    best = min(made, key=lambda each: _apart(each, won, lost))
    return best if _apart(best, won, lost) <= _FAR else None


def shifted(shares: np.ndarray, product: np.ndarray) -> np.ndarray:
    """Shares, shape (draws, stages), their log-odds shifted alike, so that they multiply to ``product``, (draws,)."""
    logits = np.log(shares / (1 - shares))
    low, high = np.full((2, len(shares), 1), 20.0)
    low = -low
    for _ in range(60):
        middle = 0.5 * (low + high)
        above = expit(logits + middle).prod(axis=1, keepdims=True) > product[:, None]
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return expit(logits + low)


def _apart(stages: Stages, won: np.ndarray, lost: np.ndarray) -> float:
    """How far the ages at closes lie from those fitted: the area between the shares closed by each age, over the mean
    age. Of wins it counts twice, for they bring the money.
    """
    ages, far = np.arange(len(won)) + 0.5, 0.0
    for weight, one, made in zip((2, 1), (won, lost), stages.closes(len(won)), strict=True):
        one, made = one / max(one.sum(), _FLOOR), made / max(made.sum(), _FLOOR)
        far += weight / 3 * float(np.abs(np.cumsum(one - made)).sum() / max(one @ ages, _FLOOR))
    return far


def two_stages(won: np.ndarray, lost: np.ndarray, never: float) -> Staged:
    """The stages for chances to be won and lost at each age, shape (ages,), and to stay open for good."""
    size, share = len(won), won.sum() / (won.sum() + lost.sum())
    wins, losses = (np.maximum(one, 0.0) / (won.sum() + lost.sum()) for one in (won, lost))

    def stages(x: np.ndarray) -> Staged:
        sigma = _LEAST_SPREAD + (_MOST_SPREAD - _LEAST_SPREAD) * ndtr(x[2:4])
        on = share + (1 - share) * ndtr(x[4])  # so that both stages together win what is won
        return Staged(np.exp(np.clip(x[:2], -1.0, 8.0)), sigma, np.array([on, share / on]), 0.0)

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


def _with_never(stages: Staged, share: float, never: float) -> Staged:
    """The same where some of those that fail stay open: fewer are won, and the failures of both stages keep apart."""
    if never <= 0.0:
        return stages
    early = (1 - stages.advance[0]) / max(1 - share, _FLOOR)
    won = share * (1 - never)
    on = 1 - early * (1 - won)
    quiet = min(never / max(1 - won, _FLOOR), 1.0)
    return Staged(stages.mean_days, stages.sigma_log, np.array([on, won / on]), quiet)
