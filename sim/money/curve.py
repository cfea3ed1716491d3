"""The payout curve of a component of a pay plan: its tiers, threshold, cap and lump sums, for ``rules.payout``.

Made from the plan's words by definition: a threshold pays nothing below it and may catch up from the first dollar;
retroactive tiers pay a higher rate on all that was sold, so their start is a jump; a cap is a slope of nothing.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from sim.rules.payout import payout_curve
from sim.scenario.pay import Component


def curve(component: Component, target_pay_usd: float | None = None, variable_usd: float = 0.0) -> np.ndarray:
    """The payout curve of a component: a row of ``rules.payout.CURVE``, in units of base rate x quota; shape (1,).

    Args:
        target_pay_usd: base rate x whole quota of a period, in USD; only lump sums ask for it, and are left out
            without one.
        variable_usd: the component's target variable in a period, the same where the base rate is made from it.

    By definition.
    """
    tiers, catch_ups = _tiers(component)
    lump_sums = []
    for bonus in component.bonuses if target_pay_usd is not None else ():
        usd = bonus.usd if bonus.usd is not None else (bonus.share_of_target or 0.0) * variable_usd
        lump_sums.append((bonus.at_attainment, usd / target_pay_usd if target_pay_usd else 0.0))
    return payout_curve(tiers, catch_ups, lump_sums)


def _tiers(component: Component) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Tiers with threshold and cap: attainments with multiples of the base rate; and what catches up on the way."""
    starts = [tier.from_attainment for tier in component.tiers]
    rates = [tier.multiplier for tier in component.tiers]
    catch_ups: list[tuple[float, float]] = []
    if component.tier_form == "retroactive":
        catch_ups = [(starts[k], (rates[k] - rates[k - 1]) * starts[k]) for k in range(1, len(starts))]
    floor = component.threshold_attainment
    if floor > 0:
        below = _integral(starts, rates, floor) + sum(jump for at, jump in catch_ups if at <= floor)
        catch_ups = [(at, jump) for at, jump in catch_ups if at > floor]
        if component.threshold_pays == "from_first_dollar":
            catch_ups.insert(0, (floor, below))
        at_floor = [rate for start, rate in zip(starts, rates, strict=True) if start <= floor][-1]
        later = [(start, rate) for start, rate in zip(starts, rates, strict=True) if start > floor]
        starts, rates = [0.0, floor, *(s for s, _ in later)], [0.0, at_floor, *(r for _, r in later)]
    if component.cap_attainment is not None:
        starts, rates = [*starts, component.cap_attainment], [*rates, 0.0]
    return list(zip(starts, rates, strict=True)), [(at, jump) for at, jump in catch_ups if jump != 0.0]


def _integral(starts: list[float], rates: list[float], up_to: float) -> float:
    """What marginal tiers pay up to an attainment."""
    edges = [*(start for start in starts if start < up_to), up_to]
    return sum((high - low) * rate for (low, high), rate in zip(pairwise(edges), rates, strict=False))
