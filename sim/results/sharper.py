"""Sharper estimates from the same replications, which happened to meet a better or worse world than on average.

What each replication met is known, and so is how such circumstances spread over all luck. A straight line from the
circumstances to a plan's bookings says how far the replications are off for having met what they met; the rest is what
plain estimates are made of (control variates). For odds and percentiles the line's prediction is turned into the chance
to stay below an amount, by replications other than those that it is held against, so that no line judges itself.

Source: Lavenberg and Welch, "A perspective on the use of control variables to increase the efficiency of Monte Carlo
simulations", Management Science 27 (1981). Errors: Bell and McCaffrey, "Bias reduction in standard errors for linear
regression with multi-stage samples", Survey Methodology 28 (2002). Intervals of percentiles: Woodruff, "Confidence
intervals for medians and other position measures", JASA 47 (1952).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from sim.results.criterion import HITS_TARGET
from sim.results.estimates import UNKNOWN, Estimate, mean_error, share_of, student, summarize
from sim.results.line import fitted
from sim.results.percentiles import SHARES, percentiles
from sim.results.shares import share_interval
from sim.results.verdict import Played
from sim.rules.target import beyond, reached

FEWEST_DRAWS = 60
FEWEST_A_CIRCUMSTANCE = 4  # draws for each, so that the line has enough left to judge itself by
FEWEST_EITHER_WAY = 5  # replications that meet the target, and that miss it; of fewer the spread is not known
FOLDS = 10
LEVELS = 200  # amounts that stand for all predictions of a line
AMOUNTS = 41  # at which the share below is worked out around a percentile; straight lines between
ERRORS_AROUND = 4.5  # how far around
BEYOND = np.array([0.25, 0.5, 1.0, 2.0, 4.0])  # and past these, in spreads, where nobody may have been


PERCENTILES = ("p10", "p50", "p90")  # the shares of ``percentiles``, as files name them
ODDS = "odds"  # the statistic of whether the target is met


@dataclass(frozen=True)
class Sharper:
    """An estimate with its 95 % interval, and which part of the variance of the quantity circumstances explain."""

    estimate: Estimate
    explained: float


@dataclass(frozen=True)
class Held:
    """One figure of a plan: as its replications have it, and held against what they met.

    ``statistic`` is mean, p10, p50 or p90, or ``ODDS`` of what is true or not. ``through`` names the plan that was
    played far more often, where the figure is through that (``sim.results.mapped``), and ``provisional`` says why it
    may be off, if it may.
    """

    plan: str
    measure: str
    statistic: str
    plain: Estimate
    sharper: Sharper
    through: str = ""
    provisional: str = ""


def held(one: Played, met: np.ndarray, others: np.ndarray, draws: np.ndarray) -> list[Held]:
    """A plan's bookings and its odds of the target over the whole run; none where there are too few replications.

    Args:
        met: circumstances less their true means, shape (replications, columns). draws: shape (replications,).
        others: circumstances that nobody played, shape (sample, columns).
    """
    booked = one.totals["bookings"]
    if not enough(met, draws) or not np.isfinite(booked).all() or np.ptp(booked) == 0.0:
        return []
    alone, below = counted(one, draws), Below(booked, met, others, draws)
    found = [Held(one.name, "bookings", "mean", alone["mean"], mean(booked, met, draws))]
    for name, share in zip(PERCENTILES, SHARES, strict=True):
        found.append(Held(one.name, "bookings", name, alone[name], below.percentile(share)))
    if ODDS in alone:
        over = beyond_target(one)
        if min((over >= 0).sum(), (over < 0).sum()) < FEWEST_EITHER_WAY:
            return found
        found.append(Held(one.name, HITS_TARGET, ODDS, alone[ODDS], Below(over, met, others, draws).share(0.0)))
    return found


def counted(one: Played, draws: np.ndarray) -> dict[str, Estimate]:
    """A plan's bookings and odds as its replications have them, by statistic; no odds of a plan without a target."""
    booked = one.totals["bookings"]
    plain, reach = summarize(booked[:, None], draws), float(student(len(np.unique(draws))))
    found = {}
    for name in ("mean", *PERCENTILES):
        middle, error = float(getattr(plain, name)[0]), float(getattr(plain, f"se_{name}")[0])
        found[name] = Estimate(middle, middle - reach * error, middle + reach * error)
    target = one.totals.get("target")
    if target is not None and np.isfinite(target).all():
        found[ODDS] = share_of(reached(booked, target)[:, None].astype(float), draws).of(0)
    return found


def beyond_target(one: Played) -> np.ndarray:
    """By how much each replication's bookings are above the target, below zero where they miss it."""
    return beyond(one.totals["bookings"], one.totals["target"])


def enough(met: np.ndarray, draws: np.ndarray) -> bool:
    """Whether there are circumstances, and draws enough to know what they do."""
    columns = met.shape[1]
    return columns > 0 and len(np.unique(draws)) >= fewest(columns)


def fewest(columns: int) -> int:
    """Of how many draws it can be known what so many circumstances do."""
    return max(FEWEST_DRAWS, FEWEST_A_CIRCUMSTANCE * (columns + 1))


def mean(values: np.ndarray, met: np.ndarray, draws: np.ndarray) -> Sharper:
    """The mean over all luck.

    Args:
        values: shape (replications,). met: circumstances less their true means, shape (replications, columns).
        draws: shape (replications,), replications of one draw are one unit.
    """
    line = fitted(values, met, draws)
    found, reach = float(line.found[0]), float(student(line.freedom + 1) * line.errors()[0])
    return Sharper(Estimate(found, found - reach, found + reach), explained(values, line.rest, met.shape[1]))


class Below:
    """The share of all luck in which a quantity is below an amount, as sharply as circumstances tell it."""

    def __init__(self, values: np.ndarray, met: np.ndarray, others: np.ndarray, draws: np.ndarray):
        """
        Args:
            values, met, draws: as of ``mean``. others: circumstances that nobody played, shape (sample, columns).
        """
        self._values, self._draws = values, draws
        self._fold = np.unique(draws, return_inverse=True)[1] % FOLDS
        self._predicted = np.empty(len(values))
        self._all, self._spread = np.empty((FOLDS, LEVELS)), np.empty(FOLDS)
        for fold in range(FOLDS):
            here = self._fold == fold
            line, self._spread[fold] = _line(values[~here], met[~here])
            self._predicted[here] = line[0] + met[here] @ line[1:]
            levels = np.sort(line[0] + others @ line[1:])
            self._all[fold] = levels[: len(levels) // LEVELS * LEVELS].reshape(LEVELS, -1).mean(axis=1)

    def share(self, amount: float) -> Sharper:
        """The share of all luck in which the quantity is at least an amount."""
        reached = (self._values >= amount).astype(float)
        rest = reached + self._luck(amount)
        found = min(max(float(rest.mean()), 0.0), 1.0)
        units, error = mean_error(rest[:, None], self._draws)
        # As many replications as the error is worth, so that the interval is as honest near 0 and 1 as a count's.
        apart = max(found * (1 - found), reached.mean() * (1 - reached.mean()), 1 / len(rest))
        low, high = share_interval(np.array([found]), apart / error**2, student(units))
        return Sharper(Estimate(found, float(low[0]), float(high[0])), explained(reached, rest))

    def percentile(self, share: float) -> Sharper:
        """The amount below which a share of all luck lies; its interval is where that share cannot be ruled out."""
        around = ERRORS_AROUND * np.sqrt(share * (1 - share) / len(np.unique(self._draws))) + 1 / len(self._values)
        shares = np.clip(share + around * np.linspace(-1, 1, AMOUNTS), 0.0, 1.0)
        amounts = np.unique(percentiles(self._values[:, None], shares)[:, 0])
        if len(amounts) < 2:
            return Sharper(UNKNOWN, np.nan)
        beyond = self._spread.max() * BEYOND
        amounts = np.concatenate([amounts[0] - beyond[::-1], amounts, amounts[-1] + beyond])
        below = (self._values[:, None] < amounts) + 0.5 * (self._values[:, None] == amounts)
        rest = below - np.column_stack([self._luck(amount) for amount in amounts])
        found = rest.mean(axis=0)
        units, error = mean_error(rest, self._draws)
        reach = student(units) * error
        middle, low, high = (_crossed(amounts, at, share) for at in (found, found + reach, found - reach))
        at = int(np.argmin(abs(found - share)))
        return Sharper(Estimate(middle, low, high), explained(below[:, at], rest[:, at]))

    def _luck(self, amount: float) -> np.ndarray:
        """By how much likelier what a replication met makes it to stay below an amount than all luck does."""
        chance = ndtr((amount - self._predicted) / self._spread[self._fold])
        return chance - ndtr((amount - self._all) / self._spread[:, None]).mean(axis=1)[self._fold]


def _crossed(amounts: np.ndarray, shares: np.ndarray, share: float) -> float:
    """The amount at which shares, which rise but for chance, reach one; NaN where they do not do so here."""
    rising = (np.maximum.accumulate(shares) + np.minimum.accumulate(shares[::-1])[::-1]) / 2
    return float(np.interp(share, rising, amounts)) if rising[0] <= share <= rising[-1] else np.nan


def explained(values: np.ndarray, rest: np.ndarray, columns: int = 0) -> float:
    """Which part of the variance is not left over, but for what as many columns as the line has fit by chance."""
    spread, kept = values.var(ddof=1), rest.var() * len(rest) / max(len(rest) - 1 - columns, 1)
    return max(1 - float(kept / spread), 0.0) if spread > 0 else np.nan


def _line(values: np.ndarray, met: np.ndarray) -> tuple[np.ndarray, float]:
    """The straight line through what was met, its height first, and the spread around it."""
    rows = np.column_stack([np.ones(len(met)), met])
    line, _, rank, _ = np.linalg.lstsq(rows, values, rcond=None)
    rest = values - rows @ line
    return line, float(np.sqrt((rest**2).sum() / max(len(values) - rank, 1)))
