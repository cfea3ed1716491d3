"""Stress: plans under shocks, all under the same luck. What each shock costs each plan, and whether the choice turns.

The choice is the verdict's on the plans without a shock. It turns where under a shock another plan is clearly ahead of
the chosen one by the criterion. Its intervals hold for all shocks and plans at once, or one of many would seem to turn
it by chance alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.decide.shocks.shock import Shock
from sim.experiment.plan import Asked, Plan, draw_of
from sim.experiment.play import Player
from sim.experiment.settings import RunSettings
from sim.experiment.total import Totals, totals_of
from sim.results.criterion import HITS_TARGET, WITHOUT_BILLING, Criterion, scale_of
from sim.results.estimates import Estimate, moments, paired, share_of
from sim.results.gap import Gap, gap_between
from sim.results.judged_by import FEWEST_REPLICATIONS, measured_for
from sim.results.percentiles import percentiles
from sim.results.simultaneous import widening
from sim.results.verdict import Horizon, Played, Verdict, judge
from sim.scenario.load import ScenarioSource

NO_SHOCK = ""
TOLD_USD = ("bookings", "cost", "contribution", "value", WITHOUT_BILLING)  # what a shock is said to change, beside odds
Values = Mapping[str, np.ndarray]  # by measure, shape (replications,) each
Hit = Mapping[tuple[str, str], ScenarioSource]  # by plan and shock


@dataclass(frozen=True)
class Cell:
    """A plan under a shock, or under none. ``gaps`` and ``p10_change`` are against the same plan under none."""

    plan: str
    shock: str
    means: Mapping[str, float]
    odds: Estimate
    bookings_p10: float
    gaps: Mapping[str, Gap]
    p10_change: float


@dataclass(frozen=True)
class Weakness:
    """The shock that costs a plan most; None where none can be told to cost it anything.

    ``level``: those that cannot be told from it, the costliest first.
    """

    plan: str
    shock: str | None
    level: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """What becomes of the choice under a shock. ``margins``: each other plan less the chosen one, by the criterion."""

    shock: str
    margins: Mapping[str, Gap]

    @property
    def best(self) -> str | None:
        """The plan that comes nearest to the chosen one, or farthest ahead of it."""
        return max(self.margins, key=self._advantage, default=None)

    @property
    def turns_to(self) -> str | None:
        """The plan that is clearly ahead of the chosen one; None where none is."""
        ahead = [name for name, gap in self.margins.items() if gap.ahead]
        return max(ahead, key=self._advantage, default=None)

    @property
    def holds(self) -> bool:
        """Whether the chosen plan is clearly ahead of every other."""
        return all(gap.behind for gap in self.margins.values())

    def _advantage(self, name: str) -> float:
        return self.margins[name].advantage.mean


@dataclass(frozen=True)
class Stress:
    """Plans under shocks. ``worth`` is the measure that what shocks take is told in: the verdict's, of how much."""

    plans: tuple[str, ...]
    shocks: tuple[str, ...]
    verdict: Verdict
    worth: str
    cells: Mapping[tuple[str, str], Cell]  # by plan and shock
    choices: Mapping[str, Choice]  # by shock, none among them; intervals hold for all shocks at once
    alone: Mapping[str, Choice]  # by shock; intervals hold for each shock by itself
    weaknesses: tuple[Weakness, ...]
    months: int

    @property
    def replications(self) -> int:
        return self.verdict.replications

    @property
    def pick(self) -> str:
        """The plan that is chosen under no shock."""
        return self.verdict.pick or self.verdict.reference

    @property
    def enough(self) -> bool:
        """Whether there are replications enough to choose by."""
        return self.replications >= FEWEST_REPLICATIONS

    @property
    def rivals(self) -> tuple[str, ...]:
        """The plans that were not chosen."""
        return tuple(name for name in self.plans if name != self.pick)

    def of(self, kind: Literal["turns", "holds", "untold"]) -> tuple[Choice, ...]:
        """The shocks under which the choice turns, clearly holds, or cannot be told; none in too small a run."""
        mine = [self.choices[shock] for shock in self.shocks if self.enough and self.rivals]
        return tuple(one for one in mine if _becomes(one) == kind)


def _becomes(choice: Choice) -> str:
    return "turns" if choice.turns_to else "holds" if choice.holds else "untold"


def laid(plans: Sequence[ScenarioSource], shocks: Sequence[Shock]) -> Hit:
    """Every plan under no shock and under each. Raises UserError for a shock that cannot befall a plan."""
    calm = {(plan.name, NO_SHOCK): plan for plan in plans}
    return calm | {(plan.name, shock.name): shock.over(plan) for shock in shocks for plan in plans}


def stress(hit: Hit, settings: RunSettings, player: Player) -> Stress:
    """Plays plans under shocks. Raises ScenarioError for a draw that makes no scenario."""
    totals = dict(zip(hit, play(list(hit.values()), settings, player), strict=True))
    plans, shocks = (list(dict.fromkeys(names)) for names in zip(*hit, strict=True))
    shocks.remove(NO_SHOCK)
    value = hit[plans[0], NO_SHOCK].at_central().world.value
    draws = np.asarray(draw_of(np.arange(settings.replications), settings))
    horizon = Horizon(settings.months / 12, value.years, value.discount_per_year)
    return told(totals, plans, shocks, draws, settings.ranked_by, horizon)


def play(sources: Sequence[ScenarioSource], settings: RunSettings, player: Player) -> list[Values]:
    """What scenarios come to in every replication, by measure, bookings less cost among them."""
    measures = measured_for(settings.ranked_by)
    asked = [Asked(Plan.of(source, settings), Totals(measures), range(settings.replications)) for source in sources]
    return [totals_of(values, measures) for values in player.values(asked)]


def told(
    totals: Mapping[tuple[str, str], Values],
    plans: Sequence[str],
    shocks: Sequence[str],
    draws: np.ndarray,
    asked: Criterion,
    horizon: Horizon,
) -> Stress:
    """What the totals of plans under shocks, by plan and shock, say.

    Args:
        draws: shape (replications,), which draw of the uncertainties each replication belongs to.
    """
    verdict = judge([Played(name, "plan", totals[name, NO_SHOCK]) for name in plans], draws, asked, horizon)
    worth = verdict.risk_criterion.measure
    pick, measure = verdict.pick or verdict.reference, verdict.criterion.measure
    cells = {key: _cell(*key, totals, worth, draws) for key in totals}
    weaknesses = tuple(_weakness(name, shocks, cells, totals, worth, draws) for name in plans)
    rivals = [name for name in plans if name != pick]
    calm = margins({NO_SHOCK: {name: totals[name, NO_SHOCK] for name in plans}}, pick, rivals, measure, draws)
    hit = {shock: {name: totals[name, shock] for name in plans} for shock in shocks}
    choices = calm | margins(hit, pick, rivals, measure, draws)
    alone = calm | {shock: margins({shock: of}, pick, rivals, measure, draws)[shock] for shock, of in hit.items()}
    months = round(horizon.played_years * 12)
    return Stress(tuple(plans), tuple(shocks), verdict, worth, cells, choices, alone, weaknesses, months)


def margins(
    totals: Mapping[str, Mapping[str, Values]], pick: str, rivals: Sequence[str], measure: str, draws: np.ndarray
) -> dict[str, Choice]:
    """What becomes of the choice under each of some shocks; ``totals`` by shock and plan. Intervals hold at once."""
    if not rivals:
        return {shock: Choice(shock, {}) for shock in totals}
    columns = [paired(of[pick][measure], of[name][measure]) for of in totals.values() for name in rivals]
    scale = scale_of(measure)
    wider = widening(np.array(columns).T, draws, scale.yes_no)
    return {
        shock: Choice(
            shock,
            {name: gap_between(of[pick][measure], of[name][measure], draws, scale, wider) for name in rivals},
        )
        for shock, of in totals.items()
    }


def _cell(plan: str, shock: str, totals: Mapping[tuple[str, str], Values], worth: str, draws: np.ndarray) -> Cell:
    mine, calm = totals[plan, shock], totals[plan, NO_SHOCK]
    gaps = {}
    if shock != NO_SHOCK:
        told = dict.fromkeys((*TOLD_USD, HITS_TARGET, worth))
        gaps = {one: gap_between(calm[one], mine[one], draws, scale_of(one)) for one in told}
    p10, calm_p10 = (float(percentiles(one["bookings"][:, None], (0.1,))[0, 0]) for one in (mine, calm))
    means = {measure: float(moments(values[:, None])[1][0]) for measure, values in mine.items()}
    return Cell(plan, shock, means, share_of(mine[HITS_TARGET][:, None], draws).of(0), p10, gaps, p10 - calm_p10)


def _weakness(
    plan: str,
    shocks: Sequence[str],
    cells: Mapping[tuple[str, str], Cell],
    totals: Mapping[tuple[str, str], Values],
    worth: str,
    draws: np.ndarray,
) -> Weakness:
    """Of the shocks that clearly cost something, the one that costs most on average."""
    gains = {shock: cells[plan, shock].gaps[worth].advantage for shock in shocks}
    costly = sorted((s for s in shocks if gains[s].clear and gains[s].mean < 0), key=lambda s: gains[s].mean)
    if not costly:
        return Weakness(plan, None, ())
    worst, *others = costly
    of_worst = totals[plan, worst][worth]
    columns = [paired(of_worst, totals[plan, other][worth]) for other in others]
    scale = scale_of(worth)
    wider = widening(np.array(columns).reshape(len(others), -1).T, draws, scale.yes_no) if others else 1.0
    apart = {one: gap_between(of_worst, totals[plan, one][worth], draws, scale, wider) for one in others}
    return Weakness(plan, worst, tuple(one for one in others if not apart[one].clear_among_all))
