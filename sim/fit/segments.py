"""Laws of segments, each leaning on all the others as far as they are alike.

Hazards by age and month stand around those of all other deals; how far segments go their own ways is not chosen but
counts by how well it explains all of them (empirical Bayes: Efron and Morris, JASA 70, 1975). So a segment of few deals
has the others' hazards, bent by what it shows, and one of many deals its own. The law of all others' amounts, moved, is
one of those that compete. How many deals a segment gets is its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.crm.opportunities import WON, Opportunities
from sim.fit.amounts import Elsewhere, fit_amounts, paid
from sim.fit.creation import fit_creation
from sim.fit.hazards import fit_hazards, fit_hazards_alike
from sim.fit.outlook import Fits, fit_laws
from sim.fit.pooled import fit_ranks

_MANY = 5000  # wins: a segment of as many speaks for itself, and as many tell the law of all others' amounts

_OWN = 0.9  # of what a segment's amounts differ by: where more is its own, so is its law


def fit_segments(deals: Opportunities, segments: Sequence[np.ndarray], months: int = 3) -> list[Fits]:
    """All laws of each segment, the rows of which are bool, shape (deals,); months as of ``fit_laws``.

    Of one segment these are the laws of its deals by themselves. Raises ValueError as fit_hazards does.
    """
    groups = [deals[rows] for rows in segments]
    if len(groups) == 1:
        return [fit_laws(groups[0], months)]
    hazards = fit_hazards_alike(groups, months, [fit_hazards(deals[~rows], months) for rows in segments])
    amounts = [
        fit_amounts(group, elsewhere)
        for group, elsewhere in zip(groups, _elsewhere(deals, groups, segments), strict=True)
    ]
    return [
        Fits(hazard, fit_creation(group, months), amount)
        for hazard, group, amount in zip(hazards, groups, amounts, strict=True)
    ]


def _elsewhere(
    deals: Opportunities, groups: Sequence[Opportunities], segments: Sequence[np.ndarray]
) -> list[Elsewhere | None]:
    """What others' amounts tell of each segment; None where no other has any, or its own are many or another kind."""
    known = [group.amount[paid(group)[0]] for group in groups]
    count = [len(amounts) for amounts in known]
    own, sd = fit_ranks(np.concatenate(known), np.repeat(np.arange(len(groups)), count), len(groups)).own()
    found: list[Elsewhere | None] = []
    for place, rows in enumerate(segments):
        wins = np.flatnonzero(~rows & (deals.outcome == WON))
        others = deals[wins[:: max(len(wins) // _MANY, 1)]]
        law = fit_amounts(others) if 0 < count[place] < _MANY and own[place] < _OWN else None
        if law is None:
            found.append(None)
            continue
        logs = np.log(others.amount[paid(others)[0]])
        found.append(Elsewhere(law, float(logs.mean()), len(logs), float(own[place]), float(sd[place])))
    return found
