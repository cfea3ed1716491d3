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
from sim.results.percentiles import SHARES, percentiles
from sim.results.shares import share_interval
from sim.results.verdict import Played
from sim.rules.target import reached

FEWEST_DRAWS = 60
FEWEST_A_CIRCUMSTANCE = 4  # draws for each, so that the line has enough left to judge itself by
FEWEST_EITHER_WAY = 5  # replications that meet the target, and that miss it; of fewer the spread is not known
FOLDS = 10
LEVELS = 200  # amounts that stand for all predictions of a line
AMOUNTS = 41  # at which the share below is worked out around a percentile; straight lines between
ERRORS_AROUND = 4.5  # how far around
BEYOND = np.array([0.25, 0.5, 1.0, 2.0, 4.0])  # and past these, in spreads, where nobody may have been
CENT = 0.01  # dollars by which a target that is missed is missed at the least


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

    ``statistic`` is mean, p10, p50 or p90, or ``ODDS`` of what is true or not.
    """

    plan: str
    measure: str
    statistic: str
    plain: Estimate
    sharper: Sharper


def held(one: Played, met: np.ndarray, others: np.ndarray, draws: np.ndarray) -> list[Held]:
    """A plan's bookings and its odds of the target over the whole run; none where there are too few replications.

    Args:
        met: circumstances less their true means, shape (replications, columns). draws: shape (replications,).
        others: circumstances that nobody played, shape (sample, columns).
    """
    booked = one.totals["bookings"]
    if not enough(met, draws) or not np.isfinite(booked).all() or np.ptp(booked) == 0.0:
        return []
    plain = summarize(booked[:, None], draws)
    reach = float(student(len(np.unique(draws))))
    found = [Held(one.name, "bookings", "mean", _plain(plain.mean, plain.se_mean, reach), mean(booked, met, draws))]
    below = Below(booked, met, others, draws)
    for name, share in zip(PERCENTILES, SHARES, strict=True):
        alone = _plain(getattr(plain, name), getattr(plain, f"se_{name}"), reach)
        found.append(Held(one.name, "bookings", name, alone, below.percentile(share)))
    target = one.totals.get("target")
    if target is not None and np.isfinite(target).all():
        is_met = reached(booked, target)
        if min(is_met.sum(), (~is_met).sum()) < FEWEST_EITHER_WAY:
            return found
        alone = share_of(is_met[:, None].astype(float), draws).of(0)
        over = np.where(is_met, np.maximum(booked - target, 0.0), np.minimum(booked - target, -CENT))
        found.append(Held(one.name, HITS_TARGET, ODDS, alone, Below(over, met, others, draws).share(0.0)))
    return found


def _plain(middle: np.ndarray, error: np.ndarray, reach: float) -> Estimate:
    return Estimate(float(middle[0]), float(middle[0] - reach * error[0]), float(middle[0] + reach * error[0]))


def enough(met: np.ndarray, draws: np.ndarray) -> bool:
    """Whether there are circumstances, and draws enough to know what they do."""
    units, columns = len(np.unique(draws)), met.shape[1]
    return columns > 0 and units >= max(FEWEST_DRAWS, FEWEST_A_CIRCUMSTANCE * (columns + 1))


def mean(values: np.ndarray, met: np.ndarray, draws: np.ndarray) -> Sharper:
    """The mean over all luck.

    Args:
        values: shape (replications,). met: circumstances less their true means, shape (replications, columns).
        draws: shape (replications,), replications of one draw are one unit.
    """
    found, error, freedom, rest = _at_truth(values, met, draws)
    reach = float(student(freedom + 1)) * error
    return Sharper(Estimate(found, found - reach, found + reach), _explained(values, rest, met.shape[1]))


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
        return Sharper(Estimate(found, float(low[0]), float(high[0])), _explained(reached, rest))

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
        return Sharper(Estimate(middle, low, high), _explained(below[:, at], rest[:, at]))

    def _luck(self, amount: float) -> np.ndarray:
        """By how much likelier what a replication met makes it to stay below an amount than all luck does."""
        chance = ndtr((amount - self._predicted) / self._spread[self._fold])
        return chance - ndtr((amount - self._all) / self._spread[:, None]).mean(axis=1)[self._fold]


def _crossed(amounts: np.ndarray, shares: np.ndarray, share: float) -> float:
    """The amount at which shares, which rise but for chance, reach one; NaN where they do not do so here."""
    rising = (np.maximum.accumulate(shares) + np.minimum.accumulate(shares[::-1])[::-1]) / 2
    return float(np.interp(share, rising, amounts)) if rising[0] <= share <= rising[-1] else np.nan


def _explained(values: np.ndarray, rest: np.ndarray, columns: int = 0) -> float:
    """Which part of the variance is not left over, of the line's columns apart."""
    spread, kept = values.var(ddof=1), rest.var() * len(rest) / max(len(rest) - 1 - columns, 1)
    return max(1 - float(kept / spread), 0.0) if spread > 0 else np.nan


def _line(values: np.ndarray, met: np.ndarray) -> tuple[np.ndarray, float]:
    """The straight line through what was met, its height first, and the spread around it."""
    rows = np.column_stack([np.ones(len(met)), met])
    line, _, rank, _ = np.linalg.lstsq(rows, values, rcond=None)
    rest = values - rows @ line
    return line, float(np.sqrt((rest**2).sum() / max(len(values) - rank, 1)))


def _at_truth(values: np.ndarray, met: np.ndarray, draws: np.ndarray) -> tuple[float, float, int, np.ndarray]:
    """The height of the line where circumstances are as on average, its error, degrees of freedom, what is left over.

    What is left over is divided by what leverage leaves of it, so that errors are right on average where every draw is
    as uncertain; replications of one draw are taken together.
    """
    rows = np.column_stack([np.ones(len(met)), met])
    weights = np.linalg.pinv(rows)  # shape (columns + 1, replications)
    line = weights @ values
    rest = values - rows @ line
    unit = np.unique(draws, return_inverse=True)[1]
    order, count = np.argsort(unit, kind="stable"), np.bincount(unit)
    sums = np.zeros(len(count))
    for size in np.unique(count):
        members = order[np.isin(unit[order], np.flatnonzero(count == size))].reshape(-1, size)
        left = np.eye(size) - rows[members] @ weights.T[members].transpose(0, 2, 1)
        much, way = np.linalg.eigh((left + left.transpose(0, 2, 1)) / 2)
        root = np.where(much > 1e-9, much, np.inf) ** -0.5
        mended = np.einsum("uij,uj,ukj,uk->ui", way, root, way, rest[members])
        sums[count == size] = (weights[0, members] * mended).sum(axis=1)
    freedom = max(len(count) - rows.shape[1], 1)
    return float(line[0]), float(np.sqrt((sums**2).sum())), freedom, rest
