"""Timing: at a period's end a rep may pull deals into it at a discount, or leave what would close to the next one.

Deals are moved only as far as this period's pay gains more than the next one's expected pay loses. The next period is
valued by the closed form of ``sim/rules/payout.py`` as a whole, not by its slope.
"""

from __future__ import annotations

import numpy as np

from sim.compiled import compiled, inlined
from sim.rules.effort import salience, spread
from sim.rules.payout import expected, paid, slope_at

BUYER_TERMS = np.dtype([
    ("least_discount", "f8"), ("discount_per_week", "f8"), ("most_discount", "f8"),
    ("hassle_share", "f8"),  # of a moved deal's amount, in units of the base rate
    ("push_share", "f8"),  # of movable deals that can also wait
    ("lost_share", "f8"),  # of deals pushed out that are lost
    ("sight_weeks", "f8"),  # how far ahead a rep sees deals close
], align=True)  # fmt: skip


def buyer_terms(
    least_discount: float = 0.08,
    discount_per_week: float = 0.02,
    most_discount: float = 0.30,
    hassle_share: float = 0.02,
    push_share: float = 0.5,
    lost_share: float = 0.10,
    sight_weeks: float = 8.0,
) -> np.ndarray:
    """One row of ``BUYER_TERMS``, shape (1,).

    The defaults are judged: those with which the leakage of Larkin (2014) is met.
    """
    row = np.zeros(1, BUYER_TERMS)
    row[0] = least_discount, discount_per_week, most_discount, hassle_share, push_share, lost_share, sight_weeks
    return row


@inlined
def discount(terms, weeks_early):
    """The discount that a buyer asks for signing so many weeks early.

    Judged: linear in weeks. That buyers are paid to sign early is from Oyer (1998) and Larkin (2014).
    """
    return terms["least_discount"] + terms["discount_per_week"] * weeks_early


@compiled
def next_period_gain(habits, curve, quota, pace, variance, change):
    """What a change of the next period's sales, in US dollars, adds to its expected pay, in units of r dollars.

    Our own: expected pay, pulled by a judged salience.
    """
    weeks = curve["period_weeks"]
    pull = salience(habits, weeks)
    mean = pace * weeks / quota
    sd = spread(habits, weeks, pace, variance, quota)
    whole = expected(curve, mean + change / quota, sd) - expected(curve, mean, sd)
    return quota * (pull * whole + (1.0 - pull) * slope_at(curve, 0.0) * change / quota)


@compiled
def gain(habits, terms, plan, ends, sold, quota, pace, variance, now, later, moved):
    """What moving deals adds to pay, in units of r dollars.

    Args:
        plan: rows of ``CURVE``, shape (components,). ends: whether each component's period ends now.
        sold, quota: US dollars of each component's period, all that closes by itself counted.
        now, later: what this period and the next win or lose, US dollars. moved: amount of the deals moved.

    By definition of pay; the hassle is judged.
    """
    total = -terms["hassle_share"] * moved
    for c in range(len(plan)):
        if ends[c] and plan[c]["period_weeks"] > 0.0 and quota[c] > 0.0:
            before, after = sold[c] / quota[c], (sold[c] + now) / quota[c]
            total += (paid(plan[c], after) - paid(plan[c], before)) * quota[c]
            total += next_period_gain(habits, plan[c], quota[c], pace, variance, later)
    return total


@compiled
def deals_to_pull(habits, terms, plan, ends, sold, quota, pace, variance, amount, weeks_early, count):
    """How many of the visible deals, soonest first, to pull in, and what that adds to pay.

    Args: as of ``gain``; amount, weeks_early: of each deal, the first ``count``.

    Judged: greedy, soonest first; that reps do so is from Oyer (1998).
    """
    best, best_gain = 0, 0.0
    full = 0.0
    net = 0.0
    for k in range(count):
        full += amount[k]
        net += amount[k] * (1.0 - discount(terms, weeks_early[k]))
        found = gain(habits, terms, plan, ends, sold, quota, pace, variance, net, -full, full)
        if found > best_gain:
            best, best_gain = k + 1, found
    return best, best_gain


@compiled
def deals_to_push(habits, terms, plan, ends, sold, quota, pace, variance, amount, count):
    """How many of the deals about to close, largest first, to push out, and what that adds to pay.

    ``sold`` holds them. Args: as of ``gain``; amount: of each deal, the first ``count``, in falling order.

    Judged: greedy, largest first; that reps do so is from Oyer (1998).
    """
    best, best_gain = 0, 0.0
    full = 0.0
    for k in range(count):
        full += amount[k]
        later = full * (1.0 - terms["lost_share"])
        found = gain(habits, terms, plan, ends, sold, quota, pace, variance, -full, later, full)
        if found > best_gain:
            best, best_gain = k + 1, found
    return best, best_gain
