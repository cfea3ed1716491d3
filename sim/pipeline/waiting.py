"""Waiting: the days on which nobody works on a lead or deal, whatever for. They cool the buyer, by one rule.

A lead waits until somebody takes it; a deal while its buyer is quiet, while it has no rep, while it is in line for a
solution engineer (SE), and while its rep has no hours at all, so that the work clock stands still. A wait that goes
over into another is one wait. Work that is only slow is no waiting: overload has a penalty of its own.
"""

from __future__ import annotations

import numpy as np

from sim import ledger
from sim.compiled import inlined


@inlined
def begin_wait(deal, day):
    """Nobody works on a deal from now on. One that waits already goes on waiting."""
    if deal["waits_since"] == np.inf:
        deal["waits_since"] = day


@inlined
def end_wait(deal, day):
    """Work on a deal begins, or begins again."""
    if deal["waits_since"] < np.inf:
        deal["waited_days"] += day - deal["waits_since"]
        deal["waits_since"] = np.inf


@inlined
def count_standstill(seat, deal):
    """Add the days in which the seat's clock stood still since the deal was put on it, or since they were added."""
    deal["waited_days"] += seat["still_days"] - deal["still_before"]
    deal["still_before"] = seat["still_days"]


@inlined
def days_waited(state, d):
    """Days that a deal has waited in all its waits that are over, up to the instant to which its seat was brought."""
    deal = state.deals[d]
    if deal["state"] == ledger.WORKING:
        return deal["waited_days"] + (state.seats[deal["seat"]]["still_days"] - deal["still_before"])
    return deal["waited_days"]
