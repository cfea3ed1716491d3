"""Confirm: play the plan that a search likes best again, under luck that the search has not seen.

The best of many plans is partly the luckiest, so what the search saw of it proves nothing. Every time that somebody
looks at fresh replications and may say yes there is a chance to say yes wrongly. These chances add up, whatever the
plans are and however they were chosen, so each look gets its part of one chance in twenty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from sim.decide.best.tried import AS_IS, NOTHING, Goal, Outcome, Point, Tried, added
from sim.results.estimates import CONFIDENCE, UNKNOWN, Estimate
from sim.results.shares import surely_above

ERROR = 1 - CONFIDENCE  # of all looks together
PLANS = (0.5, 0.25, 0.125, 0.125)  # each plan's part of it
STAGES = ((0.25, 0.1), (0.5, 0.2), (1.0, 0.7))  # looks: after which part of the replications, with which part of that
GIVES_UP = 1.64  # errors above what was seen from which on a plan that still falls short is given up
FRESH = 1_000_000  # the first replication that no search sees


@dataclass(frozen=True)
class Look:
    """One look at fresh replications of a plan. Of odds ``surely`` is what they are above; of a budget what the added
    cost is below."""

    point: Point
    plan: int  # which of the plans that were looked at, from 0
    replications: int
    met: int
    cost: Estimate  # against the plan as it is under the same fresh luck, which is played for a budget only
    worth: Estimate
    surely: float
    passed: bool


def margin_of(goal: Goal, plan: int, most: int) -> float:
    """How much more than the odds asked for a plan should have, so that it is confirmed five times in six."""
    if goal.target_odds is None:
        return 0.0
    spread = np.sqrt(goal.target_odds * (1 - goal.target_odds) / most)
    return float((_errors(plan) + 1) * spread)


def _errors(plan: int) -> float:
    return float(-ndtri(ERROR * PLANS[plan] * STAGES[-1][1]))


def confirm(point: Point, plan: int, tried: Tried, most: int) -> Iterator[Look]:
    """Play a plan under luck of its own, in stages, until it passes, is given up or has had ``most`` replications."""
    goal = tried.goal
    start, have = FRESH + plan * most, 0
    seen, base = NOTHING, NOTHING
    for part, share in STAGES:
        until = max(2, round(part * most))
        if until <= have:
            continue
        numbers = range(start + have, start + until)
        if goal.is_cheapest:
            (more,) = tried.play([point], numbers)
        else:
            more, as_is = tried.play([point, AS_IS], numbers)
            base = base.and_then(as_is)
        seen, have = seen.and_then(more), until
        tried.fresh[point] = seen
        look = _look(point, plan, seen, base, goal, ERROR * PLANS[plan] * share)
        yield look
        if look.passed or _is_given_up(look, goal, most):
            return


def _look(point: Point, plan: int, seen: Outcome, base: Outcome, goal: Goal, error: float) -> Look:
    n, met = len(seen), int((seen.margin >= 0).sum())
    if goal.target_odds is not None:
        surely = surely_above(met, n, error)
        return Look(point, plan, n, met, UNKNOWN, UNKNOWN, surely, surely >= goal.target_odds)
    assert goal.added_usd is not None
    cost, worth = added(base.cost, seen.cost), added(base.worth, seen.worth)
    # The interval reaches 95% both ways; it is stretched to what this look may be wrong by, on one side.
    surely = cost.mean + cost.reach * float(ndtri(1 - error) / ndtri(0.5 + CONFIDENCE / 2))
    return Look(point, plan, n, met, cost, worth, surely, surely <= goal.added_usd)


def _is_given_up(look: Look, goal: Goal, most: int) -> bool:
    """Whether more replications will hardly bring it through. That may stop a plan but never confirms one."""
    if goal.target_odds is None:
        return False
    p = goal.target_odds
    needed = p + _errors(look.plan) * np.sqrt(p * (1 - p) / most)
    return look.met / look.replications + GIVES_UP * np.sqrt(p * (1 - p) / look.replications) < needed
