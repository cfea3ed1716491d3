"""How far segments lean on each other, and their draws put together: what one has of the others moves with theirs.

Draws of a segment go together already. Between segments they are put into an order by which those that hardly differ
are high or low in the same row, each by as much as it goes along with the others (Iman and Conover, Communications in
Statistics B 11, 1982). No segment's own draws change by that, only which rows they stand in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sim.evidence.company.learn import DRAWS, OwnStages, Segment


def of_closes(segment: Segment) -> float:
    """The part of what is said of how a segment's deals close that is the others', 0 to 1."""
    return segment.fits.hazards.leaning


def of_amounts(segment: Segment) -> float:
    """The part of its wins' typical amount that is the others'."""
    law = segment.fits.amounts
    return 0.0 if law is None or law.borrowed is None else 1.0 - law.borrowed.own


def together(segments: Sequence[Segment], seed: int) -> list[Segment]:
    """The segments with their draws in an order that goes together; one by itself stays as it is."""
    if len(segments) == 1:
        return list(segments)
    rng = np.random.default_rng((seed, 6))
    closing, paying = rng.standard_normal((2, DRAWS))
    found = []
    for one in segments:
        rows = _order(one.won, closing, one.fits.hazards.likeness, rng)
        paid = _order(one.amount, paying, of_amounts(one), rng)
        found.append(
            replace(
                one, created=one.created[rows], won=one.won[rows], cycle=one.cycle[rows], amount=one.amount[paid],
                own=None if one.own is None else _in(one.own, rows),
            )
        )  # fmt: skip
    return found


def _order(draws: np.ndarray, common: np.ndarray, alike: float, rng: np.random.Generator) -> np.ndarray:
    """Rows in which draws go up with a score, of which a part is what all segments have in common."""
    score = np.sqrt(alike) * common + np.sqrt(1 - alike) * rng.standard_normal(len(draws))
    return np.argsort(draws, kind="stable")[np.argsort(np.argsort(score))]


def _in(own: OwnStages, rows: np.ndarray) -> OwnStages:
    return replace(
        own, days=own.days[rows], moved_on=own.moved_on[rows], odds=own.odds[rows], pace=own.pace[rows]
    )  # fmt: skip
