"""The first plan, played further than the others, and the others' figures through it (``sim.results.mapped``)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.experiment.plan import Asked, Plan, draw_of
from sim.experiment.settings import RunSettings
from sim.experiment.total import Totals, totals_of
from sim.results.mapped import held_itself, held_through
from sim.results.sharper import Held
from sim.results.verdict import Played

TOLD = ("bookings", "target")


def further_of_the_first(plan: Plan, settings: RunSettings) -> list[Asked]:
    """The replications of the first plan that are played beyond those of all plans, by their totals; none unless asked.

    They are measured as a search measures its plans, so that what either keeps serves the other.
    """
    asked = settings.reference_replications
    return [] if asked is None else [Asked(plan, Totals(), range(settings.replications, asked))]


def through_the_first(played: Sequence[Played], further: np.ndarray, settings: RunSettings) -> list[Held]:
    """The first plan's figures from all its replications, then the others' through it.

    Args:
        played: the plans in the replications of all, the first one first.
        further: what ``Totals`` measured of the first one beyond them, shape (replications, measures).
    """
    pairs, more = played[0], totals_of(further)
    totals = {one: np.concatenate([pairs.totals[one], more[one]]) for one in TOLD if one in pairs.totals}
    first = Played(pairs.name, pairs.kind, totals)
    draws = np.asarray(draw_of(np.arange(len(totals["bookings"])), settings))
    found = held_itself(pairs, first, draws)
    for other in played[1:]:
        found += held_through(other, first, draws)
    return found
