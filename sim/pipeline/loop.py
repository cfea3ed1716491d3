"""The loop: every pipeline event before an instant, one function a kind, dispatched in one place.

Order of events: by time; at one time seats before streams before the calendar, each by number.
"""

from __future__ import annotations

import numpy as np

from sim import ledger, luck
from sim.compiled import compiled, inlined
from sim.pipeline.clocks import is_open, put_in_calendar, same_time_next_open_day, take_from_calendar
from sim.pipeline.closing import lose_cooled
from sim.pipeline.deals import end_patience, end_stage, end_stall, new_lead, open_deal
from sim.pipeline.leads import go_stale
from sim.pipeline.renewals import customer_event
from sim.pipeline.seats import retime, run_on, take_first_off_clock
from sim.pipeline.streams import lead_arrives
from sim.pipeline.tables import (
    ARR_MOVES,
    CALENDAR,
    CONTRACTS,
    COOLING,
    COUNTERS,
    CREDITS,
    CUSTOMERS,
    DEALS,
    MOST_ROWS,
    MOVES,
    WAITS,
)
from sim.pipeline.territory import find_account, is_finite

DONE, NEED_ROOM, OVERDRAWN = 0, 1, 2  # what ``advance`` answers


@compiled
def advance(until, state):
    """Handle every pipeline event with time < until; answers DONE, or NEED_ROOM when an array is nearly full.

    Where ``knobs.checks_room`` is set, OVERDRAWN once an event has written more rows than room is made for.
    """
    heap, time = state.heap, state.time
    seats = len(state.seats)
    streams = len(state.streams)
    checks_room = state.knobs[0]["checks_room"]
    ahead = 0
    while True:
        clock = heap[0]
        day = time[clock]
        if day >= until:
            return DONE
        if ahead == 0:
            ahead = events_ahead(state)
            if ahead <= 0:
                return NEED_ROOM
        ahead -= 1
        if checks_room:
            note_counts(state)
        if clock < seats:
            seat_event(state, clock, day)
        elif clock < seats + streams:
            lead_arrives(state, clock - seats, day)
        else:
            calendar_event(state, day)
        if checks_room and is_overdrawn(state):
            return OVERDRAWN


@compiled
def note_counts(state):
    """Note how many rows are in use before an event."""
    for k in range(COUNTERS):
        state.counted[k] = state.count[k]


@compiled
def is_overdrawn(state):
    """Whether the last event wrote more rows than room is made for."""
    over = 0
    for k in range(COUNTERS):
        over = max(over, state.count[k] - state.counted[k] - MOST_ROWS[k])
    return over > 0


@inlined
def events_ahead(state):
    """How many events there is room for, whatever they write; 0 or less when a table is nearly full."""
    count = state.count
    ahead = len(state.deals) - 1 - count[DEALS]
    ahead = min(ahead, (len(state.moves) - 1 - count[MOVES]) // MOST_ROWS[MOVES])
    ahead = min(ahead, len(state.credits) - 1 - count[CREDITS])
    ahead = min(ahead, (len(state.waits) - 1 - count[WAITS]) // MOST_ROWS[WAITS])
    ahead = min(ahead, (len(state.calendar_day) - 1 - count[CALENDAR]) // MOST_ROWS[CALENDAR])
    ahead = min(ahead, len(state.customers) - 1 - count[CUSTOMERS])
    ahead = min(ahead, (len(state.contracts) - 1 - count[CONTRACTS]) // MOST_ROWS[CONTRACTS])
    ahead = min(ahead, (len(state.arr_moves) - 1 - count[ARR_MOVES]) // MOST_ROWS[ARR_MOVES])
    return min(ahead, (len(state.cooling) - 1 - count[COOLING]) // MOST_ROWS[COOLING])


@inlined
def seat_event(state, i, day):
    """A stage ends, or the seat finds a deal by itself."""
    run_on(state, i, day)
    if state.seats[i]["due_is_deal"]:
        d = take_first_off_clock(state, i)
        if is_open(state, day):
            end_stage(state, d, day)
        else:
            state.deals[d]["state"] = ledger.DEFERRED
            put_in_calendar(state, d, same_time_next_open_day(state, day))
    else:
        find_deal(state, i, day)
    retime(state, i)


@inlined
def find_deal(state, i, day):
    """The next self-sourced deal of a seat's holder."""
    seat = state.seats[i]
    knobs = state.knobs[0]
    seat["sourced"] += 1
    count = np.uint64(seat["sourced"])
    a, b, _, _ = luck.philox(count, seat["entity"], luck.DEAL_SOURCED, np.uint64(0), knobs["key0"], knobs["key1"])
    seat["budget"] = luck.exponential(a)
    if not find_account(state, seat["cell"], seat["source"], day, b):
        return
    d = new_lead(state, luck.child(seat["entity"], count), seat["cell"], seat["source"], day, False)
    state.deals[d]["has_account"] = is_finite(state, seat["cell"])
    open_deal(state, d, i, day)


@compiled
def calendar_event(state, day):
    """A dated deal comes due; entries that were overtaken by events are passed over."""
    d = take_from_calendar(state)
    if d < 0:
        customer_event(state, -1 - d, day)
        return
    deal = state.deals[d]
    if deal["due"] != day:
        return
    if deal["state"] == ledger.WAITING:
        go_stale(state, d, day)
        return
    i = deal["seat"]
    run_on(state, i, day)
    if deal["state"] == ledger.DEFERRED:
        deal["due"] = np.inf
        if deal["cools"]:
            lose_cooled(state, d, day)
        else:
            end_stage(state, d, day)
    elif deal["state"] == ledger.QUEUED:
        end_patience(state, d, day)
    else:
        end_stall(state, d, day)
    retime(state, i)
