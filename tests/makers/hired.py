"""Sellers of whom some come later and ramp by a known line: their deals, and the roster that goes with them."""

from __future__ import annotations

import numpy as np

from sim.calendar import DAYS_PER_MONTH
from sim.crm.opportunities import NONE, Named, Opportunities, Roster
from tests.makers.known_laws import AS_OF, Rep, sold_by

RAMP_MONTHS = 11  # until full work, on a straight line: what is published costs as much


def crew(rng, days: int, reps: list[Rep], segments: tuple[str, ...] = ("west",)) -> tuple[Opportunities, Roster]:
    """Deals of reps; who starts within the time creates deals by the line. Reps go round the segments."""
    deals = sold_by(rng, days, reps)
    start = np.array([AS_OF + max(rep.start, -5000) for rep in reps])
    tenure = (deals.created - start[deals.owner.codes]) / DAYS_PER_MONTH
    deals = deals[rng.random(len(deals)) < (tenure + 0.5) / RAMP_MONTHS]
    segment = Named.of([segments[place % len(segments)] for place in range(len(reps))])
    role = Named.of(["AE"] * len(reps))
    end = np.full(len(reps), NONE, np.int64)
    return deals, Roster(deals.owner.names, start, end, role, segment, Named.nobody(len(reps)))
