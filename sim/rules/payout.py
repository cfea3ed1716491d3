"""Payout: the one curve of what a component of a pay plan pays by attainment, and the readings of it.

Pay is counted in units of r x quota, with r the base rate: a straight line of slope 1 pays the base rate on every
dollar. A curve is ``s x + sum d_k (x - b_k)+ + sum B_j 1[x >= t_j]`` of attainment x: straight lines that bend where
tiers, decelerators and caps begin, and jumps at thresholds, retroactive tiers and lump sums. It is read as what is
*paid* at an attainment that is known, as what pay is *expected* while sales are uncertain, and tier by tier, as
statements are. With x normal every expectation has a closed form: that of a censored normal number (Tobin, 1958).
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
    ("bonuses", "i8"), ("bonus_at", "f8", MOST_BONUSES), ("bonus", "f8", MOST_BONUSES),  # jumps; catch-ups come first
    ("catch_ups", "i8"),
    # Tier by tier: from where on each holds, and the slope there, also of one that pays as the one before.
    ("tiers", "i8"), ("tier_at", "f8", MOST_BENDS + 1), ("multiplier", "f8", MOST_BENDS + 1),
], align=True)  # fmt: skip

_SURE = 8.0  # standard deviations from which a normal chance counts as 0 or 1; what is left out is below 1e-15


def payout_curve(
    tiers: Sequence[tuple[float, float]],
    catch_ups: Sequence[tuple[float, float]] = (),
    lump_sums: Sequence[tuple[float, float]] = (),
    period_weeks: float = 0.0,
) -> np.ndarray:
    """One component as a row of ``CURVE``, shape (1,); by definition of the curve.

    Args:
        tiers: attainment from which a slope holds, and that slope; in rising order, the first from 0.
        catch_ups, lump_sums: attainment at which something is paid at once, and how much in units of r x quota.
    Raises:
        ValueError: more bends or jumps than a curve holds.
    """
    slopes = [slope for _, slope in tiers]
    bends = [
        (at, slope - before) for (at, slope), before in zip(tiers[1:], slopes[:-1], strict=True) if slope != before
    ]
    jumps = [*catch_ups, *lump_sums]
    if len(tiers) > MOST_BENDS + 1 or len(jumps) > MOST_BONUSES:
        raise ValueError(f"a payout curve has at most {MOST_BENDS} bends and {MOST_BONUSES} bonuses")
    row = np.zeros(1, CURVE)
    row["period_weeks"], row["slope"], row["catch_ups"] = period_weeks, slopes[0], len(catch_ups)
    for name, at, what, pairs in (
        ("tiers", "tier_at", "multiplier", tiers), ("bends", "bend_at", "bend", bends),
        ("bonuses", "bonus_at", "bonus", jumps),
    ):  # fmt: skip
        row[name] = len(pairs)
        for k, pair in enumerate(pairs):
            row[at][0, k], row[what][0, k] = pair
    return row


def curve(
    period_weeks: float,
    tiers: Sequence[tuple[float, float]] = ((0.0, 1.0),),
    bonuses: Sequence[tuple[float, float]] = (),
    cap: float | None = None,
) -> np.ndarray:
    """``payout_curve`` as plans are spoken of; by definition.

    Args:
        tiers: attainment from which a slope holds, and that slope; attainment below the first earns nothing.
        bonuses: attainment at which a lump sum is earned, and the sum in units of r x quota.
        cap: attainment from which nothing more is earned.
    """
    steps = sorted(tiers)
    if not steps or steps[0][0] > 0.0:
        steps = [(0.0, 0.0), *steps]
    if cap is not None:
        steps = [*(step for step in steps if step[0] < cap), (cap, 0.0)]
    return payout_curve(steps, lump_sums=sorted(bonuses), period_weeks=period_weeks)


def weighed(curve: np.ndarray, weight: float, period_weeks: float) -> np.ndarray:
    """A curve in units of another rate, for a period of so many weeks; shape (1,), by definition."""
    row = curve.copy()
    for name in ("slope", "bend", "bonus", "multiplier"):
        row[name] = weight * curve[name]
    row["period_weeks"] = period_weeks
    return row


def tiers_of(curve: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Attainments from which tiers hold, and the slope in each; by definition."""
    count = int(curve["tiers"][0])
    return curve["tier_at"][0, :count], curve["multiplier"][0, :count]


def bends_of(curve: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Attainments at which the slope changes, and by how much; by definition."""
    count = int(curve["bends"][0])
    return curve["bend_at"][0, :count], curve["bend"][0, :count]


def jumps_of(curve: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Attainments at which something is paid at once, and how much; catch-ups come first; by definition."""
    count = int(curve["bonuses"][0])
    return curve["bonus_at"][0, :count], curve["bonus"][0, :count]


def catch_ups_of(curve: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Those of the jumps that pay what a threshold or a lower tier kept back; by definition."""
    count = int(curve["catch_ups"][0])
    return curve["bonus_at"][0, :count], curve["bonus"][0, :count]


def paid_at(curve: np.ndarray, attainment: np.ndarray | float) -> np.ndarray:
    """``paid`` at attainments of any shape; by definition of the curve."""
    (bend_at, bend), (jump_at, jump) = bends_of(curve), jumps_of(curve)
    x = np.asarray(attainment, float)[..., None]
    kinks = np.sum(bend * np.maximum(x - bend_at, 0.0), axis=-1)
    return np.asarray(curve["slope"][0] * x[..., 0] + kinks + np.sum(jump * (x >= jump_at), axis=-1))


@inlined
def is_linear(curve):
    """Whether a curve neither bends nor jumps. By definition."""
    return curve["bends"] == 0 and curve["bonuses"] == 0


@inlined
def below(z):
    """The chance that a standard normal number is below z. By definition."""
    return 0.5 * math.erfc(-0.7071067811865476 * z)


@inlined
def density(z):
    """The standard normal density. By definition."""
    return 0.3989422804014327 * math.exp(-0.5 * z * z)


@compiled
def paid(curve, attainment):
    """Pay at an attainment that is known. By definition."""
    pay = curve["slope"] * attainment
    for k in range(curve["bends"]):
        pay += curve["bend"][k] * max(attainment - curve["bend_at"][k], 0.0)
    for j in range(curve["bonuses"]):
        if attainment >= curve["bonus_at"][j]:
            pay += curve["bonus"][j]
    return pay


@inlined
def slope_at(curve, attainment):
    """What the next dollar earns at an attainment that is known. By definition."""
    slope = curve["slope"]
    for k in range(curve["bends"]):
        if attainment >= curve["bend_at"][k]:
            slope += curve["bend"][k]
    return slope


@inlined
def expected(curve, mean, sd):
    """Expected pay while attainment is normal with this mean and standard deviation.

    By definition: the mean of a censored normal number, as in Tobin (1958).
    """
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
    """How expected pay answers to the mean, where the standard deviation moves with it by ``sd_slope``.

    By definition: the derivative of ``expected``.
    """
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

    By definition.
    """
    lost = 0.0
    for k in range(curve["bends"]):
        lost += curve["bend"][k] * curve["bend_at"][k] * below((mean - curve["bend_at"][k]) / sd)
    for j in range(curve["bonuses"]):
        z = (mean - curve["bonus_at"][j]) / sd
        lost -= curve["bonus"][j] * (below(z) - curve["bonus_at"][j] / sd * density(z))
    return lost
