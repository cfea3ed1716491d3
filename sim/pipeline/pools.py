"""Pools of solution engineers (SEs): places for the deals that need one, and a line of those that wait.

A deal holds its place until the attempt ends or its rep leaves. A deal that waits asks for no hours; its rep goes on
without an SE when patience ends, or it is closed as stale after as many days as an orphan. Places that a leaving SE
took away are not freed: their deals go on.
"""

from __future__ import annotations

import numpy as np

from sim import ledger
from sim.calendar import HISTORY_DAYS
from sim.compiled import compiled, inlined
from sim.pipeline.clocks import put_in_calendar
from sim.pipeline.ground import Ground
from sim.pipeline.moves import write_move
from sim.pipeline.rows import next_row
from sim.pipeline.seats import put_on_clock, retime, run_on
from sim.pipeline.tables import INDEX, NOBODY, WAITS, Field, growing, whole
from sim.pipeline.waiting import begin_wait

# A pool of SEs for one cell, or for all cells of a region that have none of their own.
POOL = np.dtype([
    ("capacity", "i8"), ("busy", "i8"),  # deals that may be in work at once, and that are
    ("first", "i8"), ("last", "i8"),  # the queue
    ("day", "f8"), ("busy_days", "f8"), ("place_days", "f8"),  # sums up to ``day``
], align=True)  # fmt: skip


def _pools(ground: Ground) -> np.ndarray:
    """Pools without SEs: the cells', then the regions'."""
    pools = np.zeros(ground.cells + len(ground.scenario.world.regions), POOL)
    pools["first"] = pools["last"] = NOBODY
    pools["day"] = -HISTORY_DAYS
    return pools


def _cell_pool(ground: Ground) -> np.ndarray:
    world = ground.scenario.world
    return ground.cells + np.tile(np.arange(len(world.regions)), len(world.segments))


FIELDS = {
    "pools": Field(POOL, 1, _pools, whole),  # one a cell, then one a region
    "cell_pool": Field(INDEX, 1, _cell_pool, whole),  # the pool whose SEs serve the cell
    "waits": growing(ledger.WAITS, WAITS),
}


@inlined
def start_attempt(state, d, day, work_days):
    """Begin or resume work on a deal's stage: at once, or when an SE is free. Its seat must be brought to ``day``."""
    deal = state.deals[d]
    deal["alone"] = False
    if state.stages[deal["segment"], deal["stage"]]["needs_se"]:
        ask_engineer(state, d, day, work_days)
    else:
        deal["state"] = ledger.WORKING
        put_on_clock(state, d, work_days)


@compiled
def ask_engineer(state, d, day, work_days):
    """A deal takes a free place of its cell's pool, or joins the pool's line; a small one goes on without."""
    deal = state.deals[d]
    p = state.cell_pool[deal["cell"]]
    pool = state.pools[p]
    deal["pool"] = p
    deal["asked_day"] = day
    deal["due"] = np.inf
    if pool["busy"] < pool["capacity"]:
        engage(state, d, day)
        put_on_clock(state, d, work_days)
    elif state.knobs[0]["patience_days"] < np.inf and deal["amount_usd"] < state.segments[deal["segment"]]["small_usd"]:
        go_without(state, d, day)
        put_on_clock(state, d, work_days)
    else:
        deal["state"] = ledger.QUEUED
        deal["remaining"] = work_days
        begin_wait(deal, day)
        join_queue(state, d)
        write_move(state, day, d, ledger.SE_WAIT)
        date_patience(state, d, day)


@inlined
def join_queue(state, d):
    """A deal joins its pool's line: at the end, or where the largest come first behind those that are no smaller."""
    deal = state.deals[d]
    pool = state.pools[deal["pool"]]
    before = pool["last"]
    if state.knobs[0]["largest_first"]:
        while before != NOBODY and state.deals[before]["amount_usd"] < deal["amount_usd"]:
            before = state.deals[before]["left"]
    after = pool["first"] if before == NOBODY else state.deals[before]["right"]
    deal["left"] = before
    deal["right"] = after
    if before != NOBODY:
        state.deals[before]["right"] = d
    else:
        pool["first"] = d
    if after != NOBODY:
        state.deals[after]["left"] = d
    else:
        pool["last"] = d


@inlined
def date_patience(state, d, asked):
    """Date the end of a wait for an SE that began at ``asked``: the rep goes on without, or the deal goes stale."""
    deal = state.deals[d]
    stale = asked + state.segments[deal["segment"]]["close_after_days"]
    alone = asked + state.knobs[0]["patience_days"]
    deal["revives"] = alone <= stale
    if min(alone, stale) < np.inf:
        put_in_calendar(state, d, min(alone, stale))


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
    write_wait(state, d, day, ledger.SE_CAME)


@inlined
def go_without(state, d, day):
    """A rep makes an attempt without the SE that its stage needs; it is still to be put on the clock."""
    deal = state.deals[d]
    deal["alone"] = True
    deal["state"] = ledger.WORKING
    write_wait(state, d, day, ledger.WENT_WITHOUT)
    write_move(state, day, d, ledger.SE_WITHOUT)


@inlined
def write_wait(state, d, day, ended):
    """Write down how long a deal that asked for an SE has waited, and how that ended."""
    row = state.waits[next_row(state, WAITS, len(state.waits))]
    deal = state.deals[d]
    row["day"] = day
    row["deal"] = d
    row["pool"] = deal["pool"]
    row["days"] = day - deal["asked_day"]
    row["ended"] = ended


@compiled
def release_engineer(state, d, day):
    """A deal gives its place back; who is first in line starts in this very instant."""
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
