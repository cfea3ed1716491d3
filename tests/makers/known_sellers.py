"""Sellers of known ramp and ability, with the deals that are created under their names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.crm.opportunities import LOST, NONE, OPEN, WON, Named, Opportunities, Roster
from tests.makers.known_laws import AS_OF, deals
from tests.makers.known_people import work_of


def sold(rng, roster: Roster, curve, a_month, volume, odds, won_share, days, close_days=40.0) -> Opportunities:
    """Deals of the last ``days`` by these people: ``a_month`` times the ramp ``curve`` and a level whose log has the
    spread ``volume``. Of a seller's deals ``won_share`` are won, times a factor whose log has the spread ``odds``.
    """
    work = work_of(rng, roster, curve, a_month, volume, days)
    count = work.done.astype(int)
    who, month = np.repeat(work.who, count), np.repeat(work.month, count)
    end = np.where(roster.end == NONE, AS_OF + 1, roster.end)
    low = np.maximum(work.months.starts[month], roster.start[who])
    high = np.minimum(np.minimum(work.months.starts[month + 1], AS_OF + 1), end[who])
    created = low + np.floor(rng.random(len(who)) * np.maximum(high - low, 1)).astype(int) - AS_OF
    closed = created + np.floor(rng.exponential(close_days, len(who))).astype(int)
    factor = np.exp(odds * rng.standard_normal(len(roster.owner)) - odds**2 / 2)
    won = rng.random(len(who)) < np.minimum(won_share * factor[who], 0.95)
    outcome = np.where(closed > 0, OPEN, np.where(won, WON, LOST))
    whole = deals(created, closed, outcome, known_from=-days + 1, born_from=-days + 1)
    return replace(whole, owner=Named(who.astype(np.int32), roster.owner))
