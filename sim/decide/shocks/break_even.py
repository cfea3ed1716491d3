"""Break-even: how strong a shock must be before the choice turns, by halving, under the same luck.

At strength 0 there is no shock, at 1 it is as written. It is looked for where the mean of the best other plan passes
that of the chosen one; the plays tell it only within a range, from where the two can no longer be told apart to where
the other is clearly ahead. One turn is found where there are several.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.decide.shocks.shock import Shock
from sim.decide.shocks.strength import most_strength, why_not
from sim.decide.shocks.stress import NO_SHOCK, Choice, Stress, margins, play
from sim.experiment.plan import draw_of
from sim.experiment.play import Player
from sim.experiment.settings import RunSettings
from sim.scenario.load import ScenarioSource

HALVINGS = 4


@dataclass(frozen=True)
class Tried:
    """A strength, and there how far the best other plan is ahead, with an interval that holds for all plans."""

    strength: float
    rival: str
    mean: float
    low: float
    high: float


Measure = Callable[[Mapping[str, float]], Mapping[str, Tried]]  # of strengths by shock, all played at once


@dataclass(frozen=True)
class BreakEven:
    """Where a shock turns the choice. ``why_not``: why that cannot be asked; empty where it can.

    ``tried`` is in order of strength, from none to the greatest.
    """

    shock: str
    tried: tuple[Tried, ...] = ()
    why_not: str = ""

    @property
    def most(self) -> float:
        """The greatest strength tried; NaN where none was."""
        return self.tried[-1].strength if self.tried else np.nan

    @property
    def rival(self) -> str | None:
        """The plan that it turns to; None where it does not turn."""
        return next((one.rival for one in self.tried if one.mean > 0), None)

    @property
    def holds(self) -> bool:
        """Whether the chosen plan is clearly ahead at every strength that was tried."""
        return all(one.high < 0 for one in self.tried)

    @property
    def at(self) -> float:
        """The strength at which the means are equal; NaN where the choice holds throughout."""
        return _crossing(self.tried, lambda one: one.mean)

    @property
    def low(self) -> float:
        """The strength from which on the two can no longer be told apart; NaN where they always can."""
        return _crossing(self.tried, lambda one: one.high)

    @property
    def high(self) -> float:
        """The strength from which on the other plan is clearly ahead; NaN where it never is."""
        return _crossing(self.tried, lambda one: one.low)


def _crossing(tried: Sequence[Tried], of: Callable[[Tried], float]) -> float:
    """Where a line through what was tried first rises above zero; NaN where it stays below."""
    if tried and of(tried[0]) > 0:
        return tried[0].strength
    for below, above in pairwise(tried):
        if of(below) <= 0 < of(above):
            part = -of(below) / (of(above) - of(below))
            return below.strength + part * (above.strength - below.strength)
    return np.nan


def search(known: Mapping[str, Sequence[Tried]], most: Mapping[str, float], measure: Measure) -> dict[str, BreakEven]:
    """Halves, for all shocks at once, the strengths between which each turns the choice.

    Args:
        known: by shock what was tried already, from none on. most: by shock the greatest strength to try.
    """
    tried = {shock: {one.strength: one for one in mine} for shock, mine in known.items()}
    wanted = {shock: most[shock] for shock in known if most[shock] not in tried[shock]}
    for _ in range(HALVINGS + 1):
        for shock, one in (measure(wanted) if wanted else {}).items():
            tried[shock][one.strength] = one
        wanted = {shock: at for shock, mine in tried.items() if (at := _between(mine)) is not None}
    return {shock: BreakEven(shock, tuple(mine[s] for s in sorted(mine))) for shock, mine in tried.items()}


def _between(tried: Mapping[float, Tried]) -> float | None:
    """The middle of the strengths between which the choice turns; None where it does not."""
    for low, high in pairwise(sorted(tried)):
        if tried[low].mean <= 0 < tried[high].mean:
            return (low + high) / 2
    return None


def break_even(
    found: Stress, plans: Sequence[ScenarioSource], shocks: Sequence[Shock], settings: RunSettings, player: Player
) -> list[BreakEven]:
    """Plays the plans under shocks of other strengths, as far as ranges allow, and says where each turns the choice."""
    reasons = {shock.name: why_not(shock.documents) for shock in shocks}
    scalable = {shock.name: shock for shock in shocks if not reasons[shock.name]}
    calm = _tried(found.choices[NO_SHOCK], 0.0)
    known = {name: [calm, _tried(found.alone[name], 1.0)] for name in scalable}
    most = {name: most_strength(shock.documents) for name, shock in scalable.items()}
    done = search(known, most, _Playing(found, plans, scalable, settings, player))
    return [done.get(name) or BreakEven(name, why_not=reason) for name, reason in reasons.items()]


@dataclass(frozen=True)
class _Playing:
    """Plays every plan under some shocks at some strengths."""

    found: Stress
    plans: Sequence[ScenarioSource]
    shocks: Mapping[str, Shock]
    settings: RunSettings
    player: Player

    def __call__(self, strengths: Mapping[str, float]) -> dict[str, Tried]:
        hit = [self.shocks[shock].over(plan, at) for shock, at in strengths.items() for plan in self.plans]
        values = iter(play(hit, self.settings, self.player))
        played = {shock: {plan.name: next(values) for plan in self.plans} for shock in strengths}
        rivals = [plan.name for plan in self.plans if plan.name != self.found.pick]
        draws = np.asarray(draw_of(np.arange(self.settings.replications), self.settings))
        measure = self.found.verdict.criterion.measure
        return {
            shock: _tried(margins({shock: of}, self.found.pick, rivals, measure, draws)[shock], strengths[shock])
            for shock, of in played.items()
        }


def _tried(choice: Choice, strength: float) -> Tried:
    best = choice.best
    assert best is not None, "there is another plan"
    gap = choice.margins[best].advantage
    low, high = (gap.mean + gap.wider * (end - gap.mean) for end in (gap.low, gap.high))
    return Tried(strength, best, gap.mean, low, high)
