"""Precision: how closely a run knows what it was asked for, at a look, and how many replications would do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from sim.results.criterion import MEASURE_OF, Criterion
from sim.results.estimates import Estimate, paired
from sim.results.looks import mean_at, percentile_at, share_at, share_difference_at
from sim.results.verdict import Played, usd_criterion, with_kept

PrecisionOf = Literal["mean", "odds", "p10", "p50", "p90"]
PERCENTILES: dict[str, float] = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
PRECISIONS: tuple[PrecisionOf, ...] = get_args(PrecisionOf)


@dataclass(frozen=True)
class Precision:
    """What is known at a look.

    ``asked`` and ``within`` are in dollars, of odds in points: how far the widest interval goes to either side. NaN
    where the replications cannot tell. ``measure`` is what the mean or the percentile is of. ``compared`` says whether
    it is of each plan's difference from the first; else it is of each plan by itself.
    """

    of: PrecisionOf
    measure: str
    compared: bool
    asked: float
    within: float
    replications: int
    most: int

    @property
    def reached(self) -> bool:
        """Whether all intervals are as short as asked."""
        return self.within <= self.asked

    @property
    def needed(self) -> int | None:
        """About how many replications would do, as errors fall with their root; None where that is not known."""
        if not math.isfinite(self.within):
            return None
        needed = self.replications * (self.within / self.asked) ** 2
        return math.ceil(float(f"{needed:.2g}"))


def precision(
    played: Sequence[Played], draws: np.ndarray, of: PrecisionOf, asked: float, criterion: Criterion, most: int
) -> Precision:
    """What the replications so far know of all plans; the first is what the others are held against.

    Args:
        draws: shape (replications,), which draw of the uncertainties each replication belongs to.
        criterion: by which means are asked; value where it is odds. most: as many replications as may be played.
    """
    totals = [with_kept(one.totals) for one in played]
    first, others = totals[0], totals[1:]
    rivals = max(len(others), 1)
    measure, scale = MEASURE_OF["odds"] if of == "odds" else "bookings", 1.0
    found: list[Estimate]
    if of == "mean":
        measure = MEASURE_OF[usd_criterion(played, criterion)]
        columns = [paired(first[measure], other[measure]) for other in others] or [first[measure]]
        found = [mean_at(one, draws, rivals) for one in columns]
    elif of == "odds":
        scale = 100.0
        signs = [other[measure] - first[measure] for other in others]
        found = [share_difference_at(one, draws, rivals) for one in signs] or [share_at(first[measure], draws)]
    else:
        found = [percentile_at(one[measure], PERCENTILES[of], len(totals)) for one in totals]
    within = max(scale * one.reach for one in found) if not any(math.isnan(one.reach) for one in found) else math.nan
    compared = bool(others) and of in ("mean", "odds")
    return Precision(of, measure, compared, asked, within, len(draws), most)
