"""The payout curve of a component: what attainment pays, in units of base rate x quota.

``P(x) = s0 x + sum ds_k (x - b_k)+ + sum B_j 1[x >= t_j]``: straight lines with kinks (tiers, decelerators, caps) and
jumps (thresholds, retroactive tiers, lump sums).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.scenario.pay import PERIOD_MONTHS, Component


@dataclass(frozen=True)
class Steps:
    """Tiers as they pay: multiples of the base rate from attainments on, and what catches up on the way.

    ``catch_up`` is in units of base rate x quota. The first tier begins at 0.
    """

    from_attainment: np.ndarray
    multiplier: np.ndarray
    catch_up_at: np.ndarray
    catch_up: np.ndarray


@dataclass(frozen=True)
class Curve:
    """P(x). ``slope`` is s0; ``breaks`` b_k and ``slope_changes`` ds_k; ``jump_at`` t_j and ``jumps`` B_j."""

    slope: float
    breaks: np.ndarray
    slope_changes: np.ndarray
    jump_at: np.ndarray
    jumps: np.ndarray
    period_months: int

    @property
    def is_linear(self) -> bool:
        return not len(self.breaks) and not len(self.jumps)

    def __call__(self, attainment: np.ndarray) -> np.ndarray:
        """P at attainments of any shape."""
        x = np.asarray(attainment, float)[..., None]
        kinks = np.sum(self.slope_changes * np.maximum(x - self.breaks, 0.0), axis=-1)
        return self.slope * x[..., 0] + kinks + np.sum(self.jumps * (x >= self.jump_at), axis=-1)


def steps(component: Component) -> Steps:
    """A component's tiers, threshold and cap as steps."""
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
    catch_ups = [(at, jump) for at, jump in catch_ups if jump != 0.0]
    at, jump = np.array(catch_ups, float).reshape(-1, 2).T
    return Steps(np.array(starts, float), np.array(rates, float), at, jump)


def curve(component: Component, target_pay_usd: float, variable_usd: float) -> Curve:
    """The payout curve of a component.

    Args:
        target_pay_usd: base rate x whole quota of a period, in USD; only lump sums ask for it.
        variable_usd: the component's target variable in a period, the same where the base rate is made from it.
    """
    found = steps(component)
    change = np.diff(found.multiplier)
    kinks = change != 0.0
    lump_sums = [
        (bonus.usd if bonus.usd is not None else (bonus.share_of_target or 0.0) * variable_usd) / target_pay_usd
        if target_pay_usd > 0
        else 0.0
        for bonus in component.bonuses
    ]
    return Curve(
        slope=float(found.multiplier[0]),
        breaks=found.from_attainment[1:][kinks],
        slope_changes=change[kinks],
        jump_at=np.concatenate([found.catch_up_at, [bonus.at_attainment for bonus in component.bonuses]]),
        jumps=np.concatenate([found.catch_up, lump_sums]),
        period_months=PERIOD_MONTHS[component.period],
    )


def _integral(starts: list[float], rates: list[float], up_to: float) -> float:
    """What marginal tiers pay up to an attainment."""
    edges = [*(start for start in starts if start < up_to), up_to]
    return sum((high - low) * rate for (low, high), rate in zip(pairwise(edges), rates, strict=False))
