"""Pools of solution engineers (SEs): places for the deals that need one, and a queue: first come, first served.

A deal holds its place until the attempt ends or its rep leaves. A deal that waits asks for no hours; it is closed as
stale after as many days as an orphan. Places that a leaving SE took away are not freed: their deals go on.
"""

from __future__ import annotations

import numpy as np

from sim import ledger
from sim.compiled import compiled, inlined
from sim.pipeline.clocks import put_in_calendar
from sim.pipeline.moves import write_move
from sim.pipeline.seats import put_on_clock, retime, run_on
from sim.pipeline.tables import NOBODY, WAITS


@inlined
def start_attempt(state, d, day, work_days):
    """Begin or resume work on a deal's stage: at once, or when an SE is free. Its seat must be brought to ``day``."""
    deal = state.deals[d]
    if state.stages[deal["segment"], deal["stage"]]["needs_se"]:
        ask_engineer(state, d, day, work_days)
    else:
        deal["state"] = ledger.WORKING
        put_on_clock(state, d, work_days)


@compiled
def ask_engineer(state, d, day, work_days):
    """A deal takes a free place of its cell's pool, or joins the pool's queue."""
    deal = state.deals[d]
    p = state.cell_pool[deal["cell"]]
    pool = state.pools[p]
    deal["pool"] = p
    deal["asked_day"] = day
    deal["due"] = np.inf
    if pool["busy"] < pool["capacity"]:
        engage(state, d, day)
        put_on_clock(state, d, work_days)
        return
    deal["state"] = ledger.QUEUED
    deal["remaining"] = work_days
    deal["revives"] = False
    deal["left"] = pool["last"]
    deal["right"] = NOBODY
    if pool["last"] != NOBODY:
        state.deals[pool["last"]]["right"] = d
    else:
        pool["first"] = d
    pool["last"] = d
    write_move(state, day, d, ledger.SE_WAIT)
    after = state.segments[deal["segment"]]["close_after_days"]
    if after < np.inf:
        put_in_calendar(state, d, day + after)


@compiled
def leave_queue(state, d):
    """A deal stops waiting for an SE."""
    deal = state.deals[d]
    pool = state.pools[deal["pool"]]
    if deal["left"] != NOBODY:
        state.deals[deal["left"]]["right"] = deal["right"]
    else:
        pool["first"] = deal["right"]
    if deal["right"] != NOBODY:
        state.deals[deal["right"]]["left"] = deal["left"]
    else:
        pool["last"] = deal["left"]
    deal["left"] = NOBODY
    deal["right"] = NOBODY
    deal["due"] = np.inf


@compiled
def engage(state, d, day):
    """A deal takes a place; how long it waited is written down, also when it did not."""
    deal = state.deals[d]
    bring_pool(state, deal["pool"], day)
    state.pools[deal["pool"]]["busy"] += 1
    deal["has_se"] = True
    deal["state"] = ledger.WORKING
    row = state.waits[state.count[WAITS]]
    row["day"] = day
    row["deal"] = d
    row["pool"] = deal["pool"]
    row["days"] = day - deal["asked_day"]
    state.count[WAITS] += 1


@compiled
def release_engineer(state, d, day):
    """A deal gives its place back; who waits longest starts in this very instant."""
    deal = state.deals[d]
    bring_pool(state, deal["pool"], day)
    state.pools[deal["pool"]]["busy"] -= 1
    deal["has_se"] = False
    serve_queue(state, deal["pool"], day)


@compiled
def serve_queue(state, p, day):
    """Deals that wait for an SE start while there are free places."""
    pool = state.pools[p]
    while pool["busy"] < pool["capacity"] and pool["first"] != NOBODY:
        d = pool["first"]
        i = state.deals[d]["seat"]
        leave_queue(state, d)
        run_on(state, i, day)
        engage(state, d, day)
        write_move(state, day, d, ledger.SE_START)
        put_on_clock(state, d, state.deals[d]["remaining"])
        retime(state, i)


@compiled
def set_capacity(state, p, day, capacity):
    """Set how many deals a pool may have in work at once."""
    bring_pool(state, p, day)
    state.pools[p]["capacity"] = capacity
    serve_queue(state, p, day)


@inlined
def bring_pool(state, p, day):
    """Bring a pool's sums of places up to an instant. Places in use past the capacity count as held."""
    pool = state.pools[p]
    days = day - pool["day"]
    pool["busy_days"] += pool["busy"] * days
    pool["place_days"] += max(pool["capacity"], pool["busy"]) * days
    pool["day"] = day
