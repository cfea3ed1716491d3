"""Sensitivity: what each uncertainty and each driver of a plan moves, in dollars, under the same luck.

An uncertainty is set to its P10 and to its P90 and held against itself at its central value; a driver at 10% less and
10% more is held against the plan as it is. All else is *drawn as ever*: the effect is the mean over what else we do not
know, not that of a single state of the world that never comes. What is varied is the same in a replication and in its
partner, and so is the luck, so differences are far sharper than either number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.decide.assumptions.drivers import DRIVERS, STEP, Driver, moved
from sim.decide.varied import Variations
from sim.experiment.plan import Asked, Plan, draw_of
from sim.experiment.play import Player
from sim.experiment.settings import RunSettings
from sim.experiment.total import Totals, totals_of
from sim.results.estimates import Estimate
from sim.results.gap import NO_GAP, USD, Gap, gap_between
from sim.results.judged_by import worth_of
from sim.scenario.errors import ScenarioError
from sim.scenario.load import ScenarioSource

LOW, HIGH = 0.1, 0.9
End = Literal["low", "middle", "high"]
ENDS: tuple[End, End] = ("low", "high")
PLAYS = Totals()


@dataclass(frozen=True)
class Side:
    """One end of a bar: where the number is put, and what that changes."""

    at: float  # the value of an uncertainty, or the factor of a driver
    worth: Gap
    bookings: Gap


NO_SIDE = Side(np.nan, NO_GAP, NO_GAP)


@dataclass(frozen=True)
class Bar:
    """An uncertainty or a driver, and what its two ends change. ``whole`` is the high end less the low one."""

    name: str
    label: str
    low: Side
    high: Side
    whole: Gap
    whole_bookings: Gap
    driver: Driver | None = None

    @property
    def size(self) -> float:
        """How far it moves the worth from one end to the other."""
        return abs(self.whole.mean) if np.isfinite(self.whole.mean) else 0.0

    @property
    def clear(self) -> bool:
        """Whether it can be told from zero that it moves the worth."""
        return self.whole.clear

    @property
    def sign(self) -> int:
        """1 where more of a driver is what a leader would want, or where that depends; -1 where it is less."""
        return -1 if self.driver is not None and self.driver.better == "less" else 1

    @property
    def step_worth(self) -> Estimate:
        """What one step of a driver for the better is worth: half of what lies between its ends, both steps' mean.

        It is known about twice as well as either step, and the same where the effect is a straight line.
        """
        ends = sorted(self.sign * end / 2 for end in (self.whole.low, self.whole.high))
        return Estimate(self.sign * self.whole.mean / 2, *ends)


@dataclass(frozen=True)
class Sensitivity:
    """The bars, the longest first."""

    name: str
    worth: str  # the measure that bars are in: value, or bookings less cost where nothing is billed
    mean_worth: float
    mean_bookings: float
    replications: int
    months: int
    bars: tuple[Bar, ...]
    left_out: tuple[str, ...]  # ends that make no scenario, in words


@dataclass(frozen=True)
class _End:
    """A scenario to be played: an end of a bar or what it is held against."""

    bar: str
    end: End
    at: float
    source: ScenarioSource


def sensitivity(source: ScenarioSource, more: Sequence[Driver], settings: RunSettings, player: Player) -> Sensitivity:
    """Plays the plan with each number at both its ends. Raises ScenarioError for a draw that makes no scenario."""
    variations = Variations.of(source)
    drivers = {one.name: one for one in (*DRIVERS, *more)}
    ends, left_out = _ends(variations, tuple(drivers.values()))
    numbers = range(settings.replications)
    asked = [Asked(Plan.of(one, settings), PLAYS, numbers) for one in (source, *(end.source for end in ends))]
    totals = [totals_of(values) for values in player.values(asked)]
    worth = worth_of(totals)
    draws = np.asarray(draw_of(np.arange(len(numbers)), settings))
    played = _Played(dict(zip([(end.bar, end.end) for end in ends], totals[1:], strict=True)), worth, draws)
    at = {(end.bar, end.end): end.at for end in ends}
    unsure = [played.bar(name, name, at, played.totals[name, "middle"]) for name in used(source)]
    known = [name for name in drivers if (name, "low") in at or (name, "high") in at]
    driven = [played.bar(name, drivers[name].label, at, totals[0], drivers[name]) for name in known]
    bars = sorted([*unsure, *driven], key=lambda bar: -bar.size)
    return Sensitivity(
        source.name, worth, float(np.nanmean(totals[0][worth])), float(np.nanmean(totals[0]["bookings"])),
        settings.replications, settings.months, tuple(bars), tuple(left_out),
    )  # fmt: skip


def used(source: ScenarioSource) -> list[str]:
    """The uncertainties on which a number of the scenario hangs."""
    used = {reference.name for reference in source.references}
    return [name for name in source.uncertainties if name in used]


def _ends(variations: Variations, drivers: Sequence[Driver]) -> tuple[list[_End], list[str]]:
    """All that is to be played beside the plan itself, and in words what cannot be."""
    ends: list[_End] = []
    left_out: list[str] = []
    for name in used(variations.source):
        one = variations.source.uncertainties[name]
        places: dict[End, float] = {"low": one.value(LOW), "middle": one.central(), "high": one.value(HIGH)}
        ends += [_End(name, end, at, variations.pinned(name, at)) for end, at in places.items()]
    for driver in drivers:
        steps: list[tuple[End, float, str]] = [("low", 1 - STEP, driver.less), ("high", 1 + STEP, driver.more)]
        for end, factor, word in steps:
            try:
                varied = moved(driver, factor, variations)
                if varied is not None:
                    varied.at_central()
                    ends.append(_End(driver.name, end, factor, varied))
            except ScenarioError as impossible:
                left_out.append(f"{driver.label}, {STEP:.0%} {word}: {impossible.problems[0]}")
    return ends, left_out


@dataclass(frozen=True)
class _Played:
    """The totals of every end, by bar and end."""

    totals: Mapping[tuple[str, End], Mapping[str, np.ndarray]]
    worth: str
    draws: np.ndarray

    def bar(
        self, name: str, label: str, at: Mapping[tuple[str, End], float], middle: Mapping[str, np.ndarray],
        driver: Driver | None = None,
    ) -> Bar:  # fmt: skip
        """A bar whose ends are held against ``middle``."""
        low, high = (
            Side(at[name, end], self._gap(middle, self.totals[name, end], self.worth),
                 self._gap(middle, self.totals[name, end], "bookings")) if (name, end) in at else NO_SIDE
            for end in ENDS
        )  # fmt: skip
        whole, bookings = NO_GAP, NO_GAP
        if (name, "low") in at and (name, "high") in at:
            first, last = self.totals[name, "low"], self.totals[name, "high"]
            whole, bookings = self._gap(first, last, self.worth), self._gap(first, last, "bookings")
        return Bar(name, label, low, high, whole, bookings, driver)

    def _gap(self, a: Mapping[str, np.ndarray], b: Mapping[str, np.ndarray], measure: str) -> Gap:
        return gap_between(a[measure], b[measure], self.draws, USD)
