"""A plan's figures through the reference, which was played far more often: few pairs tell much where luck is shared.

Plans under the same luck differ by nearly the same in every replication. So each pair is carried along a line to every
replication of the reference: what the line says the plan comes to there, and what was left over in the pair.
All of that together is how the plan would come out in as many replications. The error has three sources, added up by
draw: what is left over in the pairs, the line's slopes, and the reference's own number of replications.

The line is straight. Where a plan moves the good or the bad replications otherwise than those between, it is off; so
either fifth is tried for a bend. Where there clearly is one the line is bent there, the interval is wider for not
knowing its shape, and the figure is provisional.

Source: double sampling, Cochran, "Sampling Techniques" (1977), chapter 12; leftovers carried along: Chambers and
Dunstan, "Estimating distribution functions from survey data", Biometrika 73 (1986). Intervals of percentiles: Woodruff,
"Confidence intervals for medians and other position measures", JASA 47 (1952).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.results.criterion import HITS_TARGET
from sim.results.estimates import ROUNDING, Estimate, student
from sim.results.line import Line, fitted
from sim.results.percentiles import SHARES, percentiles
from sim.results.shares import share_interval
from sim.results.sharper import ODDS, PERCENTILES, Held, Sharper, beyond_target, counted, explained
from sim.results.verdict import Played

FEWEST_PAIRS = 12  # draws; of fewer nothing is told
ENOUGH_PAIRS = 30  # draws; of fewer a bend would not be seen
TAIL = 0.2  # the share of the reference's replications in either tail, where the line may bend
FEWEST_IN_A_TAIL = 4  # pairs
RIVALS_OF_A_BEND = 10  # so that a straight line is taken for bent, either way, 1 time in 100
HALVINGS = 32
BENT, FEW = "bent", "few"  # why a figure is provisional: a bend that clearly is there, pairs too few to see one


def held_through(one: Played, reference: Played, draws: np.ndarray) -> list[Held]:
    """A plan's bookings and its odds of the target over the whole run, through the reference.

    None where there are too few pairs, or bookings never differ.

    Args:
        one: the plan, shape (pairs,) each. reference: in all its replications, of which the first are the pairs.
        draws: which draw each replication of the reference belongs to, shape (replications,).
    """
    booked, every = one.totals["bookings"], reference.totals["bookings"]
    pairs = len(booked)
    if len(np.unique(draws[:pairs])) < FEWEST_PAIRS or min(np.ptp(booked), np.ptp(every[:pairs])) == 0.0:
        return []
    alone, by_line = counted(one, draws[:pairs]), Through(booked, every, draws)
    found = {"mean": (by_line, by_line.mean())}
    for name, share in zip(PERCENTILES, SHARES, strict=True):
        found[name] = (by_line, by_line.percentile(share))
    if ODDS in alone and "target" in reference.totals and np.isfinite(reference.totals["target"]).all():
        of_target = Through(beyond_target(one), beyond_target(reference), draws)
        found[ODDS] = (of_target, of_target.share(0.0))
    return [
        Held(
            one.name, HITS_TARGET if name == ODDS else "bookings", name, alone[name],
            Sharper(estimate, line.explained), reference.name, line.provisional,
        )
        for name, (line, estimate) in found.items()
    ]  # fmt: skip


def held_itself(one: Played, reference: Played, draws: np.ndarray) -> list[Held]:
    """The reference's own figures, as its pairs have them and as all its replications do.

    Args: as of ``held_through``, the reference for both.
    """
    alone = counted(one, draws[: len(one.totals["bookings"])])
    return [
        Held(
            one.name, HITS_TARGET if name == ODDS else "bookings", name, alone[name],
            Sharper(estimate, np.nan), one.name,
        )
        for name, estimate in counted(reference, draws).items() if name in alone
    ]  # fmt: skip


class Through:
    """A quantity of a plan in all replications of the reference, by the pairs of the two.

    ``provisional`` is ``BENT``, ``FEW`` or nothing; ``explained`` which part of the quantity's variance the line has.
    """

    def __init__(self, values: np.ndarray, every: np.ndarray, draws: np.ndarray):
        """
        Args:
            values: the plan's number in the pairs, shape (pairs,).
            every: the reference's in all its replications, of which the first are the pairs, shape (replications,).
            draws: which draw each of those belongs to, shape (replications,).
        """
        pairs = len(values)
        straight = ((every - every.mean()) / max(float(every.std()), np.finfo(float).tiny))[:, None]
        bends = _bends(straight[:, 0])
        tried = (bends[:pairs] != 0.0).sum(axis=0) >= FEWEST_IN_A_TAIL
        bent = np.hstack([straight, (bends - bends.mean(axis=0))[:, tried]])
        line = fitted(values, bent[:pairs], draws[:pairs])
        is_bent = bool(_clear(line)[1:].any())
        self._along = Along(fitted(values, straight[:pairs], draws[:pairs]), straight, draws)
        self._straight = self._along if is_bent else None  # what the bend is held against
        if is_bent:
            self._along = Along(line, bent, draws)
        is_few = line.units < ENOUGH_PAIRS or not tried.all()
        self.provisional = BENT if is_bent else FEW if is_few else ""
        self.explained = explained(values, self._along.line.rest, len(self._along.line.found) - 1)

    def mean(self) -> Estimate:
        """The mean over all luck."""
        return self._told(lambda along: along.mean())

    def share(self, amount: float) -> Estimate:
        """The share of all luck in which the quantity is at least an amount."""
        found = self._told(lambda along: along.share(amount))
        return Estimate(found.mean, max(found.low, 0.0), min(found.high, 1.0))

    def percentile(self, share: float) -> Estimate:
        """The amount below which a share of all luck lies; its interval is where that share cannot be ruled out."""
        return self._told(lambda along: along.percentile(share))

    def _told(self, figure: Callable[[Along], Estimate]) -> Estimate:
        """A figure; where the line is bent its shape is known as closely as half of what the bend changes."""
        found = figure(self._along)
        if self._straight is None:
            return found
        shape = abs(found.mean - figure(self._straight).mean) / 2
        return Estimate(found.mean, found.low - shape, found.high + shape)


class Along:
    """A quantity of a plan in all replications of the reference, along one line."""

    def __init__(self, line: Line, columns: np.ndarray, draws: np.ndarray):
        """
        Args:
            line: through the pairs. columns: what it is a line of, less its mean, in all replications of the
                reference, of which the first are the pairs, shape (replications, columns).
            draws: which draw each of those belongs to, shape (replications,).
        """
        self.line, self._columns = line, columns
        self._unit = np.unique(draws, return_inverse=True)[1]
        self._reach = float(student(line.freedom + 1))
        self._carried = _Carried.along(line, columns)
        self._steps = line.errors()[1:]  # each slope moved by its own error, either way, to see what it does
        self._beside = [
            tuple(_Carried.along(line, columns, way * step) for way in (1, -1)) for step in np.diag(self._steps)
        ]

    def mean(self) -> Estimate:
        """As of ``Through``."""
        found, each = self.line.found[0], self._columns @ self.line.found[1:]
        error = self._error(self.line.weights[0] * self.line.mended, each)
        return Estimate(float(found), float(found - self._reach * error), float(found + self._reach * error))

    def share(self, amount: float) -> Estimate:
        """As of ``Through``."""
        below, error = self._below(amount)
        share, units = 1 - below, int(self._unit.max()) + 1
        # As many replications as the error is worth, so that the interval is as honest near 0 and 1 as a count's.
        apart = max(share * (1 - share), 1 / units)
        worth = min(apart / error**2, len(self._unit)) if error > 0 else units
        low, high = share_interval(np.array([share]), np.array([worth]), self._reach)
        return Estimate(share, float(low[0]), float(high[0]))

    def percentile(self, share: float) -> Estimate:
        """As of ``Through``: a straight line between two of as many amounts as the reference has replications."""
        (least, most), last = self._carried.ends, len(self._columns) - 1
        place = int(share * last)
        lower, upper = self._at(place), self._at(min(place + 1, last))
        middle = lower + (share * last - place) * (upper - lower)
        low = _crossed(lambda amount: self._end(amount, 1) - share, least, middle)
        return Estimate(middle, low, _crossed(lambda amount: self._end(amount, -1) - share, middle, most))

    def _at(self, place: int) -> float:
        """The amount at a place among as many as the reference has replications, by size from 0."""
        share = (place + 0.5) / len(self._columns)
        return _crossed(lambda amount: self._carried.below(amount) - share, *self._carried.ends)

    def _end(self, amount: float, way: int) -> float:
        below, error = self._below(amount)
        return below + way * self._reach * error

    def _below(self, amount: float) -> tuple[float, float]:
        """The share of all luck that is below an amount, and its error."""
        found = self._carried.below(amount)
        by_pair, each = self._carried.of_pairs(amount) - found, self._carried.of_every(amount)
        pairs = by_pair / len(by_pair) * np.sqrt(self.line.units / self.line.freedom)
        for step, weights, (more, less) in zip(self._steps, self.line.weights[1:], self._beside, strict=True):
            if step > 0:
                steep = (more.below(amount) - less.below(amount)) / (2 * step)
                pairs = pairs + steep * weights * self.line.mended
        return found, self._error(pairs, each)

    def _error(self, pairs: np.ndarray, each: np.ndarray) -> float:
        """The error of a figure, by draw.

        Args:
            pairs: what each pair moves it by, shape (pairs,). each: what the plan comes to by the line in each
                replication of the reference, of which the figure is the mean, shape (replications,).
        """
        count = self._unit.max() + 1
        by_draw = np.bincount(self._unit, each - each.mean()) / len(each) * np.sqrt(count / max(count - 1, 1))
        return float(np.sqrt(((by_draw + np.bincount(self._unit[: len(pairs)], pairs, count)) ** 2).sum()))


@dataclass(frozen=True)
class _Carried:
    """Leftovers of the pairs and, for every replication of the reference, the line: any of those with any of these.

    Both as they stand, and in order of size.
    """

    rest: np.ndarray
    rest_in_order: np.ndarray
    every: np.ndarray
    every_in_order: np.ndarray

    @classmethod
    def along(cls, line: Line, columns: np.ndarray, step: np.ndarray | float = 0.0) -> _Carried:
        """Carried along a line whose slopes are changed by a step."""
        slopes = line.found[1:] + step
        rest = line.found[0] + line.mended - line.mended.mean() - columns[: len(line.rest)] @ (slopes - line.found[1:])
        every = columns @ slopes
        return cls(rest, np.sort(rest), every, np.sort(every))

    @property
    def ends(self) -> tuple[float, float]:
        """Amounts below which there is nothing, and everything."""
        least, most = self.rest_in_order[0] + self.every_in_order[0], self.rest_in_order[-1] + self.every_in_order[-1]
        beyond = 1e-9 * max(abs(least), abs(most), 1.0)
        return float(least - beyond), float(most + beyond)

    def below(self, amount: float) -> float:
        """The share of all of them together that is below an amount."""
        return float(self.of_pairs(amount).mean())

    def of_pairs(self, amount: float) -> np.ndarray:
        """That share for each pair, shape (pairs,)."""
        return np.searchsorted(self.every_in_order, amount - self.rest) / len(self.every)

    def of_every(self, amount: float) -> np.ndarray:
        """That share for each replication of the reference, shape (replications,)."""
        return np.searchsorted(self.rest_in_order, amount - self.every) / len(self.rest)


def _bends(every: np.ndarray) -> np.ndarray:
    """How far each replication of the reference lies in its lower and its upper tail, shape (replications, 2)."""
    low, high = percentiles(every[:, None], (TAIL, 1 - TAIL))[:, 0]
    return np.column_stack([np.minimum(every - low, 0.0), np.maximum(every - high, 0.0)])


def _clear(line: Line) -> np.ndarray:
    """Which slopes are clearly different from nothing, by the larger of two errors; shape (columns,)."""
    spread = np.sqrt((line.rest**2).sum() / max(len(line.rest) - len(line.found), 1))
    error = np.maximum(line.errors(), spread * np.linalg.norm(line.weights, axis=1))
    least = ROUNDING * np.abs(line.found).max()
    return np.abs(line.found[1:]) > np.maximum(student(line.freedom + 1, RIVALS_OF_A_BEND) * error[1:], least)


def _crossed(short: Callable[[float], float], low: float, high: float) -> float:
    """The amount at which a number goes from below zero to above; found by halving."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if short(middle) < 0 else (low, middle)
    return (low + high) / 2
