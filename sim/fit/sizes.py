"""Large deals and small ones: open deals of a known amount close at the pace and the odds of deals of their size.

Large deals take longer, so that those open now are larger than those that are won. Whoever lets each of them book its
amount with the odds of all says too much. Deals fall into bands by amount; what each band won and lost, beside what the
ages and months of its deals explain, bends the hazards of its open deals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.crm.opportunities import LOST, OPEN, WON, Opportunities
from sim.fit.hazards import Hazards, closes_by_deal
from sim.fit.pooled import Closing, fit_closing

BANDS = 4  # with as many closed deals each
_FEWEST = 30  # deals won and lost with an amount, below which sizes say nothing
_AS_KNOWN = 0.8  # of the share of wins with an amount, which lost and open deals must have, too


@dataclass(frozen=True)
class Sizes:
    """``codes`` has the band of each deal, shape (deals,), the last code for no known amount; ``closing`` what deals of
    each band won and lost.
    """

    codes: np.ndarray
    closing: Closing

    def factors(self, rng: np.random.Generator, n: int, months: int) -> np.ndarray:
        """Factors on the hazards of winning and losing, as of ``Stages.factors``: the same in all months."""
        drawn = self.closing.factors(rng, n)
        return np.broadcast_to(drawn[..., None], (*drawn.shape, months))


def fit_sizes(deals: Opportunities, hazards: Hazards) -> Sizes | None:
    """What sizes say; None where few deals have closed, or where amounts come with the close or with a win."""
    known = np.isfinite(deals.amount) & (np.nan_to_num(deals.amount) > 0)
    of_each = {kind: known[deals.outcome == kind] for kind in (OPEN, WON, LOST)}
    if any(of_each[kind].sum() < _FEWEST for kind in (WON, LOST)) or not of_each[OPEN].any():
        return None
    usual = of_each[WON].mean()
    if any(of_each[kind].mean() < _AS_KNOWN * usual for kind in (LOST, OPEN)):
        return None
    closed = np.sort(deals.amount[known & (deals.outcome != OPEN)])
    edges = closed[[len(closed) * band // BANDS for band in range(1, BANDS)]]
    codes = np.where(known, np.searchsorted(edges, deals.amount, side="right"), BANDS)
    seen, expected = (
        np.stack([np.bincount(codes, kind, BANDS + 1) for kind in both]) for both in closes_by_deal(deals, hazards)
    )
    # The hazards' own level stays as it is: bands only differ from each other.
    expected *= (seen.sum(axis=1) / np.maximum(expected.sum(axis=1), 1e-9))[:, None]
    return Sizes(codes, fit_closing(seen, expected))
