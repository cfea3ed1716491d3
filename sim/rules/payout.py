"""Payout: what a component of a pay plan pays by attainment, and what it is expected to pay while sales are uncertain.

Pay is counted in units of r x quota, with r the base rate: a straight line of slope 1 pays the base rate on every
dollar. A curve is ``s x + sum d_k (x - b_k)+ + sum B_j 1[x >= t_j]`` of attainment x; a cap or a decelerator is a bend
downward. With x normal every expectation has a closed form.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.compiled import compiled, inlined

MOST_BENDS, MOST_BONUSES = 24, 44  # as many as the pay plans of a scenario can make

CURVE = np.dtype([
    ("period_weeks", "f8"),  # length of the period over which attainment is counted; 0 where there is no component
    ("slope", "f8"),  # of the first dollar
    ("bends", "i8"), ("bend_at", "f8", MOST_BENDS), ("bend", "f8", MOST_BENDS),  # change of slope at an attainment
    ("bonuses", "i8"), ("bonus_at", "f8", MOST_BONUSES), ("bonus", "f8", MOST_BONUSES),  # lump sums
], align=True)  # fmt: skip

_SURE = 8.0  # standard deviations from which a normal chance counts as 0 or 1; what is left out is below 1e-15


def curve(
    period_weeks: float,
    tiers: Sequence[tuple[float, float]] = ((0.0, 1.0),),
    bonuses: Sequence[tuple[float, float]] = (),
    cap: float | None = None,
) -> np.ndarray:
    """One component as a row of ``CURVE``, shape (1,).

    Args:
        tiers: attainment from which a slope holds, and that slope; attainment below the first earns nothing.
        bonuses: attainment at which a lump sum is earned, and the sum in units of r x quota.
        cap: attainment from which nothing more is earned.
    Raises:
        ValueError: more bends or bonuses than a curve holds.
    """
    steps = sorted(tiers)
    if cap is not None:
        steps = [*(step for step in steps if step[0] < cap), (cap, 0.0)]
    row = np.zeros(1, CURVE)
    slope = steps[0][1] if steps and steps[0][0] <= 0.0 else 0.0
    row["period_weeks"], row["slope"] = period_weeks, slope
    bends = []
    for at, level in steps:
        if at > 0.0 and level != slope:
            bends.append((at, level - slope))
            slope = level
    if len(bends) > MOST_BENDS or len(bonuses) > MOST_BONUSES:
        raise ValueError(f"a payout curve has at most {MOST_BENDS} bends and {MOST_BONUSES} bonuses")
    row["bends"], row["bonuses"] = len(bends), len(bonuses)
    for k, (at, change) in enumerate(bends):
        row["bend_at"][0, k], row["bend"][0, k] = at, change
    for k, (at, amount) in enumerate(sorted(bonuses)):
        row["bonus_at"][0, k], row["bonus"][0, k] = at, amount
    return row


@inlined
def is_linear(curve):
    return curve["bends"] == 0 and curve["bonuses"] == 0


@inlined
def below(z):
    """The chance that a standard normal number is below z."""
    return 0.5 * math.erfc(-0.7071067811865476 * z)


@inlined
def density(z):
    """The standard normal density."""
    return 0.3989422804014327 * math.exp(-0.5 * z * z)


@compiled
def paid(curve, attainment):
    """Pay at an attainment that is known."""
    pay = curve["slope"] * attainment
    for k in range(curve["bends"]):
        pay += curve["bend"][k] * max(attainment - curve["bend_at"][k], 0.0)
    for j in range(curve["bonuses"]):
        if attainment >= curve["bonus_at"][j]:
            pay += curve["bonus"][j]
    return pay


@inlined
def slope_at(curve, attainment):
    """What the next dollar earns at an attainment that is known."""
    slope = curve["slope"]
    for k in range(curve["bends"]):
        if attainment >= curve["bend_at"][k]:
            slope += curve["bend"][k]
    return slope


@inlined
def expected(curve, mean, sd):
    """Expected pay while attainment is normal with this mean and standard deviation."""
    pay = curve["slope"] * mean
    for k in range(curve["bends"]):
        z = (mean - curve["bend_at"][k]) / sd
        if z > _SURE:
            pay += curve["bend"][k] * (mean - curve["bend_at"][k])
        elif z > -_SURE:
            pay += curve["bend"][k] * sd * (z * below(z) + density(z))
    for j in range(curve["bonuses"]):
        z = (mean - curve["bonus_at"][j]) / sd
        if z > _SURE:
            pay += curve["bonus"][j]
        elif z > -_SURE:
            pay += curve["bonus"][j] * below(z)
    return pay


@inlined
def about(curve, mean, sd):
    """``expected`` to seven digits and several times as fast, to search with.

    The normal chance is Hastings' polynomial, 26.2.17 in Abramowitz and Stegun (1964).
    """
    pay = curve["slope"] * mean
    for k in range(curve["bends"]):
        over = mean - curve["bend_at"][k]
        z = over / sd
        if z > _SURE:
            pay += curve["bend"][k] * over
        elif z > -_SURE:
            high = density(z)
            pay += curve["bend"][k] * (over * _below(z, high) + sd * high)
    for j in range(curve["bonuses"]):
        z = (mean - curve["bonus_at"][j]) / sd
        if z > _SURE:
            pay += curve["bonus"][j]
        elif z > -_SURE:
            pay += curve["bonus"][j] * _below(z, density(z))
    return pay


@inlined
def _below(z, density):
    t = 1.0 / (1.0 + 0.2316419 * abs(z))
    series = 0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))
    above = density * t * series
    return 1.0 - above if z >= 0.0 else above


@inlined
def expected_slope(curve, mean, sd, sd_slope):
    """How expected pay answers to the mean, where the standard deviation moves with it by ``sd_slope``."""
    slope = curve["slope"]
    for k in range(curve["bends"]):
        z = (mean - curve["bend_at"][k]) / sd
        if z > _SURE:
            slope += curve["bend"][k]
        elif z > -_SURE:
            slope += curve["bend"][k] * (below(z) + sd_slope * density(z))
    for j in range(curve["bonuses"]):
        z = (mean - curve["bonus_at"][j]) / sd
        if abs(z) < _SURE:
            slope += curve["bonus"][j] * density(z) / sd * (1.0 - z * sd_slope)
    return slope


@inlined
def lost_to_quota(curve, mean, sd):
    """What a quota higher by one dollar takes from expected pay, in units of r dollars, sales in dollars as they are.

    The derivative of -Q E[P(x/Q)] by Q; nothing for a straight line.
    """
    lost = 0.0
    for k in range(curve["bends"]):
        lost += curve["bend"][k] * curve["bend_at"][k] * below((mean - curve["bend_at"][k]) / sd)
    for j in range(curve["bonuses"]):
        z = (mean - curve["bonus_at"][j]) / sd
        lost -= curve["bonus"][j] * (below(z) - curve["bonus_at"][j] / sd * density(z))
    return lost
