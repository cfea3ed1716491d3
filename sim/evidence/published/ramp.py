"""The months that a newcomer's ramp costs: as a company's files show them, else as published, with the source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.evidence.published.benchmarks import benchmarks
from sim.fit.ramp import FULL, HALF, TENURED, Ramp, middle, months_lost, months_to

QUANTITY = "ramp_months"
_DRAWS = 1000


@dataclass(frozen=True)
class RampCost:
    """Months of full work that a ramp costs: 80% lie between ``low`` and ``high`` where ``own``, the company's; else
    the range of what is published. ``said`` is a plain sentence with the source or the reason.
    """

    low: float
    typical: float
    high: float
    own: bool
    said: str


def ramp_cost(ramp: Ramp, seed: int = 1) -> RampCost:
    """The ramp's cost where it is identifiable, else the published one."""
    if ramp.why_not:
        known = next(one for one in benchmarks() if one.quantity == QUANTITY)
        said = (
            f"The ramp cannot be told from these files: {ramp.why_not}. Taken instead, as published: "
            f"{known.typical:g} {known.unit} of full work ({known.low:g} to {known.high:g}; {known.source}, "
            f"{known.year})."
        )
        return RampCost(known.low, known.typical, known.high, False, said)
    curves = ramp.draws(np.random.default_rng(seed), _DRAWS)
    low, typical, high = middle(months_lost(curves))
    half, full = (middle(months_to(curves, share)) for share in (HALF, FULL))
    said = (
        f"A newcomer's ramp costs {typical:.1f} months of full work (most likely {low:.1f} to {high:.1f}). "
        f"Half of the usual level comes in month {half[1] + 1:.0f}, {FULL:.0%} of it in month {full[1] + 1:.0f} "
        f"({full[0] + 1:.0f} to {full[2] + 1:.0f})."
    )
    return RampCost(low, typical, high, True, said)


def ramp_curves(ramp: Ramp) -> Callable[[np.random.Generator, int], np.ndarray]:
    """Draws of the curve, shape (n, TENURED + 1), as of ``Ramp.draws``: the company's own where it is identifiable,
    else straight lines that cost what is published.
    """
    if not ramp.why_not:
        return ramp.draws
    cost = ramp_cost(ramp)

    def lines(rng: np.random.Generator, n: int) -> np.ndarray:
        lost = rng.triangular(cost.low, cost.typical, cost.high, n)
        risen = np.minimum((np.arange(TENURED + 1) + 0.5) / (2 * lost[:, None]), 1.0)
        risen[:, -1] = 1.0
        return risen

    return lines
