"""Signing: some buyers who have decided wait for the last open day of their month, as their own deadlines are there."""

from __future__ import annotations

import numpy as np

from sim import ledger, luck
from sim.compiled import compiled, inlined
from sim.pipeline.clocks import put_in_calendar, row_of_day
from sim.pipeline.tables import NOBODY


@inlined
def signing_day(state, d, day):
    """When the buyer signs whose last stage ends in a win at an instant of an open day: then, or at the month's end.

    At the same time of day on the month's last open day, so that signatures do not pile up at one instant. Whom the rep
    has put off before does not wait again.
    """
    deal = state.deals[d]
    rule = state.segments[deal["segment"]]
    if rule["deadline_share"] == 0.0 or deal["put_off"]:
        return day
    knobs = state.knobs[0]
    whole = np.floor(day)
    index = row_of_day(state, day)
    if index == NOBODY:
        return day
    last = state.last_open_days[index]
    if not 0.0 < last - whole <= rule["deadline_days"]:
        return day
    a, _, _, _ = luck.philox(
        np.uint64(0), deal["entity"], luck.BUYER_DEADLINE, np.uint64(0), knobs["key0"], knobs["key1"]
    )
    return last + (day - whole) if luck.uniform(a) < rule["deadline_share"] else day


@compiled
def agree(state, d, signs):
    """A buyer has decided, and signs on a day to come: the deal asks for no hours, and its close is dated."""
    deal = state.deals[d]
    deal["state"] = ledger.DEFERRED
    deal["agreed"] = True
    deal["forecast_close_day"] = signs
    put_in_calendar(state, d, signs)
