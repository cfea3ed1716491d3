"""Search: the best plan of a scenario over its levers, played, confirmed and with the deadlines of its requisitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.decide.best.best_plan import BestPlan, Steps, best_plan
from sim.decide.best.deadline import PAIRS, Deadline, deadlines
from sim.decide.best.explore import Effort
from sim.decide.best.playing import Playing
from sim.decide.best.space import Space
from sim.decide.best.tried import AS_IS, Goal, Outcome, Point, added
from sim.decide.best.wanted import Wanted
from sim.experiment.play import Player
from sim.experiment.settings import RunSettings
from sim.scenario.errors import UserError
from sim.scenario.load import ScenarioSource


@dataclass(frozen=True)
class Found:
    """What a search came to. ``as_is`` is the plan that it began with, in all its replications."""

    name: str
    worth: str
    months: int
    seed: int
    space: Space
    best: BestPlan
    as_is: Outcome
    chosen: ScenarioSource | None  # a scenario that can be run
    deadlines: tuple[Deadline, ...]
    plays: int
    fresh: int


def search(space: Space, wanted: Wanted, settings: RunSettings, player: Player, steps: Steps) -> Found:
    """Play and choose. Raises UserError for a budget below what is committed, ScenarioError for an impossible draw."""
    playing = Playing(settings, player)

    def play(points: Sequence[Point], numbers: range) -> list[Outcome]:
        return playing.outcomes(points, [space.plan(one) for one in points], numbers)

    effort = Effort(known=settings.replications, trials=wanted.trials)
    effort = replace(effort, first=min(effort.first, effort.known), full=min(effort.full, effort.known))
    steps.doing(f"the plan as it is, {effort.known} replications")
    (as_is,) = play([AS_IS], range(effort.known))
    goal = _goal(wanted, as_is, space, playing, effort)
    best = best_plan(space.sizes, space.begin, play, goal, effort, wanted.fresh, settings.seed, steps)
    chosen, until = None, []
    if best.chosen is not None:
        chosen = space.plan(best.chosen).renamed(f"{space.source.name}_best", _question(space, wanted), "plan")
        if wanted.with_deadlines:
            steps.doing("until when each requisition may wait")
            pairs = min(PAIRS, effort.known)
            best.tried.extend([best.chosen], pairs)

            def play_sources(names: Sequence[str], sources: Sequence[ScenarioSource], count: int) -> list[Outcome]:
                return playing.outcomes(names, sources, range(min(count, pairs)))

            until = deadlines(
                chosen, best.tried.outcomes[best.chosen], best.tried.fresh[best.chosen], goal, settings.months,
                play_sources,
            )  # fmt: skip
    return Found(
        space.source.name, playing.worth, settings.months, settings.seed, space, best, as_is, chosen, tuple(until),
        playing.plays, wanted.fresh,
    )  # fmt: skip


def _goal(wanted: Wanted, as_is: Outcome, space: Space, playing: Playing, effort: Effort) -> Goal:
    """The goal; a budget as what may be added to the plan as it is.

    Raises UserError for a budget below what is committed.
    """
    if wanted.budget_usd is None:
        return Goal(target_odds=wanted.target_odds)
    costs = float(as_is.cost.mean())
    may_add = wanted.budget_usd if wanted.on_top else wanted.budget_usd - costs
    (least,) = playing.outcomes([space.thrifty], [space.plan(space.thrifty)], range(effort.first))
    saved = added(as_is.cost[: len(least)], least.cost)
    if may_add < min(saved.mean, 0.0):
        sign = "+" if wanted.on_top else ""
        raise UserError(
            f"search.budget_usd={sign}{wanted.budget_usd:.10g}: is below what is committed: {space.source.name} costs"
            f" ${costs:,.0f}, and ${costs + min(saved.mean, 0.0):,.0f} with every lever where it spends least."
        )
    return Goal(added_usd=may_add)


def _question(space: Space, wanted: Wanted) -> str:
    begun = f"beginning with {space.source.name}"
    if wanted.target_odds is not None:
        return f"What is the cheapest plan that meets its target {wanted.target_odds:.0%} of the time, {begun}?"
    return f"What is worth most within the budget, {begun}?"
