"""Precision: how closely a run knows what it was asked for, at a look, and how many replications would do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from sim.results.criterion import HITS_TARGET, Criterion
from sim.results.estimates import Estimate, paired
from sim.results.judged_by import JudgedBy, with_kept
from sim.results.looks import looks, mean_at, percentile_at, share_at, share_difference_at
from sim.results.selection import select
from sim.results.verdict import Played

PrecisionOf = Literal["mean", "odds", "p10", "p50", "p90", "best"]
PERCENTILES: dict[str, float] = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
PRECISIONS: tuple[PrecisionOf, ...] = get_args(PrecisionOf)


@dataclass(frozen=True)
class Precision:
    """What is known at a look.

    ``asked`` and ``within`` are in the measure's unit, of shares in points: how far the widest interval goes to either
    side. NaN where the replications cannot tell. ``measure`` is what is known. ``compared`` says whether it is of each
    plan's difference from the first; else it is of each plan by itself. ``left``: the plans of which one is the best,
    or at most ``asked`` short of it, where that was asked; the best mean first. ``needed``: about how many replications
    would do; None where that is not known.
    """

    of: PrecisionOf
    measure: str
    compared: bool
    asked: float
    within: float
    replications: int
    most: int
    needed: int | None
    left: tuple[str, ...] = ()

    @property
    def reached(self) -> bool:
        """Whether all is known as closely as asked."""
        return len(self.left) == 1 if self.of == "best" else self.within <= self.asked


def precision(
    played: Sequence[Played], draws: np.ndarray, of: PrecisionOf, asked: float, criterion: Criterion, most: int
) -> Precision:
    """What the replications so far know of all plans; the first is what the others are held against.

    Args:
        draws: shape (replications,), which draw of the uncertainties each replication belongs to.
        criterion: by which means are asked; worth where it is yes or no. most: as many replications as may be played.
    """
    if of == "best":
        return _best(played, draws, asked, criterion, most)
    totals = [with_kept(one.totals) for one in played]
    first, others = totals[0], totals[1:]
    rivals = max(len(others), 1)
    measure, scale = HITS_TARGET if of == "odds" else "bookings", 1.0
    found: list[Estimate]
    if of == "mean":
        by = JudgedBy.of(totals, criterion).by_amount
        measure, scale = by.measure, _said_in(by)
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
    # Errors fall with the root of the replications.
    needed = _rounded(len(draws) * (within / asked) ** 2) if math.isfinite(within) else None
    return Precision(of, measure, compared, asked, within, len(draws), most, needed)


def _best(played: Sequence[Played], draws: np.ndarray, asked: float, criterion: Criterion, most: int) -> Precision:
    """Which plans may be the best; weather does not compete."""
    plans = [one for one in played if one.kind == "plan"] or list(played[:1])
    by = JudgedBy.of([with_kept(one.totals) for one in played], criterion).by_amount
    values = by.merit(np.array([with_kept(one.totals)[by.measure] for one in plans]).T)
    lucks = round(len(draws) / len(np.unique(draws)))
    ends = [end for end in looks(most, lucks) if end < len(draws)]
    found = select(values, draws, asked / _said_in(by), [*ends, len(draws)])
    left = tuple(plans[at].name for at in found.left)
    return Precision("best", by.measure, False, asked, math.nan, len(draws), most, _rounded(found.needed * lucks), left)


def _said_in(by: Criterion) -> float:
    """How many of what is asked in make one of the measure's unit: shares are asked in points."""
    return 100.0 if by.format == "percent" else 1.0


def _rounded(count: float) -> int:
    """A number of replications as it is said: two digits of it."""
    return math.ceil(float(f"{count:.2g}"))
