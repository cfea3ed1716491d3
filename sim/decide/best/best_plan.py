"""The best plan: the search from the first plan tried to one that is confirmed, or to the knowledge that there is none.

It knows nothing of scenarios: plans are points, and who plays them is given to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sim.decide.best.confirm import PLANS, Look, confirm, margin_of
from sim.decide.best.explore import Effort, explore, nearest_of, polish
from sim.decide.best.tried import AS_IS, Goal, Play, Point, Score, Tried

CHEAPER = 0.005  # of all cost: by so much a plan must be cheaper than one that is confirmed to be worth another look


@dataclass(frozen=True)
class BestPlan:
    """What a search came to. ``chosen`` is confirmed; where there is none, ``nearest`` came nearest."""

    goal: Goal
    tried: Tried
    chosen: Point | None
    nearest: Score
    looks: tuple[Look, ...]
    full: int  # replications of a plan that was not left before

    @property
    def scores(self) -> list[Score]:
        """All plans that were tried, the cheapest first."""
        return sorted(self.tried.scores(), key=lambda one: (one.cost.mean, one.point))

    @property
    def confirmed(self) -> Look | None:
        """The look that confirmed the chosen plan."""
        return next((one for one in self.looks if one.passed and one.point == self.chosen), None)

    @property
    def is_within_reach(self) -> bool:
        """Whether any plan seemed to do, so that one was looked at under fresh luck."""
        return bool(self.looks)


@dataclass(frozen=True)
class Steps:
    """Whoever tells how far the search is."""

    trying: Callable[[int, int], None] = lambda done, of: None
    doing: Callable[[str], None] = lambda what: None


def best_plan(
    sizes: Sequence[int], begin: Sequence[Point], play: Play, goal: Goal, effort: Effort, most_fresh: int, seed: int,
    steps: Steps | None = None,
) -> BestPlan:  # fmt: skip
    """Search for the best plan and confirm it.

    Args:
        sizes: how many values each lever has. begin: plans to try first. play: plays points under common luck.
        most_fresh: replications under fresh luck of each plan that is looked at.
    """
    steps = steps or Steps()
    tried = Tried(play, goal)
    tried.extend([AS_IS], effort.known)
    margin = margin_of(goal, 0, most_fresh)
    explore(sizes, begin, tried, margin, effort, seed, steps.trying)
    looks: list[Look] = []
    chosen: Score | None = None
    for plan in range(len(PLANS)):
        margin = margin_of(goal, plan, most_fresh)
        polish(sizes, tried, margin, effort, steps.doing)
        candidate = _next(tried, margin, effort, chosen, looks)
        if candidate is None:
            break
        steps.doing(f"plan {plan + 1} of {len(PLANS)} at most under fresh luck, up to {most_fresh} replications")
        looks += confirm(candidate.point, plan, tried, most_fresh)
        if looks[-1].passed:
            chosen = tried.score(candidate.point)
            if not goal.is_cheapest:
                break
    if chosen is not None:
        tried.extend([chosen.point], min(effort.told, effort.known))
    return BestPlan(goal, tried, chosen.point if chosen else None, nearest_of(tried, margin), tuple(looks), effort.full)


def _next(tried: Tried, margin: float, effort: Effort, chosen: Score | None, looks: Sequence[Look]) -> Score | None:
    """The plan to look at next; None where no look is worth it.

    The best that has the margin, or else the one that misses it least, if it seems to do without; once one is
    confirmed, only what is clearly cheaper.
    """
    goal, looked = tried.goal, {one.point for one in looks}
    others = [one for one in tried.scores(effort.full) if one.lacks(goal) <= 0 and one.point not in looked]
    if chosen is not None:
        saved = CHEAPER * tried.outcomes[AS_IS].cost.mean()
        others = [one for one in others if one.lacks(goal, margin) <= 0 and one.cost.mean < chosen.cost.mean - saved]
    return min(others, key=lambda one: one.rank(goal, margin), default=None)
