"""Effort: how hard a rep works this week, given a pay plan and where they stand in its periods.

Effort 1 is what a straight plan at the base rate buys. A rep weighs expected pay (``sim/rules/payout.py``) against the
effort's own cost, e^(1 + 1/eta)/(1 + 1/eta), and an intrinsic share of motives that no plan moves. A far deadline pulls
less; a quota that will rise with sales holds back. Each component of a plan has its own landing weeks, what is under
way is as uncertain as what is still to come, and derivatives are closed forms.
"""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import compiled, inlined
from sim.rules.payout import about, expected_slope, is_linear, lost_to_quota, slope_at

NODES = 25  # of the grid on which effort is searched

HABITS = np.dtype([
    ("elasticity", "f8"),  # eta: of effort to what a dollar pays
    ("intrinsic_share", "f8"),  # phi: motives that no plan moves
    ("fading_per_week", "f8"),  # rho: how a far deadline pulls less
    ("belief_cv", "f8"),  # how unsure reps are of their own pace
    ("horizon_weeks", "f8"),  # H: how far ahead effort is planned
    ("inertia_share", "f8"),  # of last week's effort that is kept
    ("next_period_weight", "f8"),  # beta: a period later
    ("foresight_share", "f8"),  # of the ratchet that reps see
    ("least", "f8"), ("most", "f8"), ("cost", "f8", NODES),  # the grid, and effort's cost on it
], align=True)  # fmt: skip


def habits(
    elasticity: float = 0.25,
    intrinsic_share: float = 0.4,
    fading_per_week: float = 0.1,
    belief_cv: float = 0.1,
    horizon_weeks: float = 8.0,
    inertia_share: float = 0.5,
    next_period_weight: float = 0.9,
    foresight_share: float = 0.25,
    least: float = 0.3,
    most: float = 1.8,
) -> np.ndarray:
    """One row of ``HABITS``, shape (1,), with effort's cost on the grid.

    The defaults are judged: those with which Larkin (2014), Misra and Nair (2011) and others are met by sign.
    """
    row = np.zeros(1, HABITS)
    row[0] = (
        elasticity, intrinsic_share, fading_per_week, belief_cv, horizon_weeks, inertia_share, next_period_weight,
        foresight_share, least, most, np.zeros(NODES),
    )  # fmt: skip
    if elasticity > 0.0:
        power = 1.0 + 1.0 / elasticity
        with np.errstate(over="ignore"):
            row["cost"][0] = np.linspace(least, most, NODES) ** power / power
    return row


@inlined
def salience(habits, weeks_left):
    """The pull of a deadline, 1 in its last week and less before. Judged: hyperbolic in weeks."""
    return 1.0 / (1.0 + habits["fading_per_week"] * max(weeks_left - 1.0, 0.0))


@inlined
def spread(habits, weeks, pace, variance, quota):
    """Standard deviation of attainment from sales over some weeks: chance, and doubt about one's own pace.

    By definition: variances of independent parts add; the floor is our own.
    """
    doubt = habits["belief_cv"] * pace * weeks
    return math.sqrt(variance * weeks + doubt * doubt + 1e-9 * quota * quota) / quota


@inlined
def weeks_landing(weeks, before_end, lag_weeks, at_once):
    """Of the next ``weeks`` of effort, how many weeks' worth of sales land in a period ending in ``before_end``.

    Judged: one lag, and a share at once.
    """
    return at_once * weeks + (1.0 - at_once) * min(weeks, max(before_end - lag_weeks, 0.0))


@compiled
def next_period_slope(habits, curve, quota, pace, variance):
    """What a dollar that lands in the next period is worth, seen from now.

    Our own: expected pay, pulled by a judged salience.
    """
    weeks = curve["period_weeks"]
    first = slope_at(curve, 0.0)
    if is_linear(curve):
        return first
    sd = spread(habits, weeks, pace, variance, quota)
    return first + salience(habits, weeks) * (expected_slope(curve, pace * weeks / quota, sd, 0.0) - first)


@compiled
def ratchet_cost(habits, plan, quota, weight, pace, variance):
    """What a dollar sold costs in later pay, where quotas follow sales with a weight.

    The discounted sum of a target that moves by a weight, as in Weitzman (1980); the foresight is judged.
    """
    if weight == 0.0:
        return 0.0
    lost = 0.0
    for c in range(len(plan)):
        weeks = plan[c]["period_weeks"]
        if weeks > 0.0:
            sd = spread(habits, weeks, pace, variance, quota[c])
            lost += lost_to_quota(plan[c], pace * weeks / quota[c], sd)
    beta = habits["next_period_weight"]
    return habits["foresight_share"] * beta * weight / (1.0 - beta * (1.0 - weight)) * lost


@inlined
def effort_at(habits, marginal):
    """The effort at which its marginal cost is what a dollar earns: ((1 - phi) m + phi)^eta.

    By definition of an isoelastic cost, which is judged.
    """
    phi = habits["intrinsic_share"]
    return max((1.0 - phi) * marginal + phi, 1e-9) ** habits["elasticity"]


@compiled
def is_straight(plan):
    """Whether no component of a plan bends or has a bonus. By definition."""
    straight = True
    for c in range(len(plan)):
        straight = straight and is_linear(plan[c])
    return straight


@inlined
def weeks_at(effort, left, ahead, lag_weeks, at_once, past):
    """Weeks' worth of sales still to land in a period when an effort is kept up for the weeks ahead.

    Judged, see ``weeks_landing``.
    """
    mine = weeks_landing(ahead, left, lag_weeks, at_once)
    rest = weeks_landing(left, left, lag_weeks, at_once) - mine
    return mine * effort + rest + (1.0 - at_once) * min(left, lag_weeks) * past


@inlined
def counts(curve, quota):
    """Whether a component has something to go by. By definition."""
    return curve["period_weeks"] > 0.0 and quota > 0.0


@compiled
def value(habits, plan, sold, quota, weeks_left, next_slope, pace, variance, ahead, lag_weeks, at_once, past, effort):
    """Expected pay at an effort kept up for the weeks ahead, a dollar of usual sales in them.

    Our own: the closed form of expected pay, a judged salience.
    """
    total = 0.0
    for c in range(len(plan)):
        left = weeks_left[c]
        if counts(plan[c], quota[c]):
            weeks = weeks_at(effort, left, ahead, lag_weeks, at_once, past)
            mean = (sold[c] + pace * weeks) / quota[c]
            sd = spread(habits, weeks, pace, variance, quota[c])
            pull = salience(habits, left)
            now = slope_at(plan[c], sold[c] / quota[c])
            total += (pull * about(plan[c], mean, sd) + (1.0 - pull) * now * mean) * quota[c] / (ahead * pace)
            total += (1.0 - weeks_landing(ahead, left, lag_weeks, at_once) / ahead) * next_slope[c] * effort
    return total


@compiled
def worth(habits, plan, sold, quota, weeks_left, next_slope, pace, variance, ahead, lag_weeks, at_once, past, effort):
    """What a dollar more of sales is worth at an effort: the slope of ``value``.

    By definition: the slope of ``value``.
    """
    slope = 0.0
    doubt = habits["belief_cv"] * pace
    for c in range(len(plan)):
        left = weeks_left[c]
        if counts(plan[c], quota[c]):
            weeks = weeks_at(effort, left, ahead, lag_weeks, at_once, past)
            mean = (sold[c] + pace * weeks) / quota[c]
            sd = spread(habits, weeks, pace, variance, quota[c])
            sd_slope = (variance + 2.0 * doubt * doubt * weeks) / (2.0 * sd * quota[c] * pace)
            pull = salience(habits, left)
            now = slope_at(plan[c], sold[c] / quota[c])
            share = weeks_landing(ahead, left, lag_weeks, at_once) / ahead
            slope += share * (pull * expected_slope(plan[c], mean, sd, sd_slope) + (1.0 - pull) * now)
            slope += (1.0 - share) * next_slope[c]
    return slope


@compiled
def choose(
    habits, plan, sold, quota, weeks_left, next_slope, ratchet, pace, variance, lag_weeks, at_once, past
):  # fmt: skip
    """The effort that a rep settles on for the week, from ``least`` to ``most``, and what a dollar more is worth.

    The worth of a dollar is in units of the base rate: 1 is what a straight plan at that rate pays.

    Args:
        plan: rows of ``CURVE``, shape (components,); so are the next four.
        sold, quota: US dollars in each component's current period. A component without quota counts
            for nothing; with none that counts there is nothing to go by, and effort is 1.
        weeks_left: to the end of each component's period.
        next_slope: from ``next_period_slope``. ratchet: from ``ratchet_cost``.
        pace: US dollars a week at effort 1. variance: of a week's sales, in squared US dollars.
        lag_weeks: from effort to sales, all but the share ``at_once``. past: usual effort of the weeks gone by.

    Judged: a rep who maximizes pay less the cost of effort, as those of Misra and Nair (2011) do.
    """
    if habits["elasticity"] == 0.0 or not pace > 0.0:
        return 1.0, 1.0
    least, most = habits["least"], habits["most"]
    if is_straight(plan):
        flat = 0.0
        for c in range(len(plan)):
            flat += plan[c]["slope"]
        return min(max(effort_at(habits, flat - ratchet), least), most), flat - ratchet
    ahead, known = habits["horizon_weeks"], False
    for c in range(len(plan)):
        if counts(plan[c], quota[c]):
            ahead, known = min(ahead, weeks_left[c]), True
    if not known:
        return 1.0, 1.0
    ahead = max(ahead, 1e-3)
    phi, step = habits["intrinsic_share"], (most - least) / (NODES - 1)
    best, coarse, best_net = 0, 0, -np.inf
    for turn in range(NODES // 2 + 3):  # every other node, then the two beside the best of them
        node = 2 * turn
        if turn > NODES // 2:
            node = coarse - 1 if turn == NODES // 2 + 1 else coarse + 1
        if node < 0 or node >= NODES:
            continue
        e = least + step * node
        pay = value(
            habits, plan, sold, quota, weeks_left, next_slope, pace, variance, ahead, lag_weeks, at_once, past, e
        )
        net = (1.0 - phi) * (pay - ratchet * e) + phi * e - habits["cost"][node]
        if net > best_net:
            best, best_net = node, net
            coarse = node if turn <= NODES // 2 else coarse
    e = least + step * best
    marginal = worth(
        habits, plan, sold, quota, weeks_left, next_slope, pace, variance, ahead, lag_weeks, at_once, past, e
    )
    lower, upper = least + step * max(best - 1, 0), least + step * min(best + 1, NODES - 1)
    if marginal < 0.0:  # close to a cap the normal law takes spread for a loss, but pay never falls with sales
        marginal, lower, upper = 0.0, least, most
    marginal -= ratchet
    return min(max(effort_at(habits, marginal), lower), upper), marginal
