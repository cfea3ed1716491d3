"""Leads: they arrive in streams, find a seat with hours to spare, or wait and go stale."""

from __future__ import annotations

import math

import numpy as np

from sim import ledger, luck
from sim.compiled import compiled, inlined
from sim.pipeline.clocks import day_when_worked, put_in_calendar, set_time
from sim.pipeline.customers import customer_left
from sim.pipeline.deals import new_lead, open_deal
from sim.pipeline.moves import write_move
from sim.pipeline.rows import next_row
from sim.pipeline.seats import retime, run_on, spare_hours
from sim.pipeline.tables import LEAST_LOADED, NOBODY, RACE, WAITING_LEADS
from sim.pipeline.territory import find_account, give_back, is_finite
from sim.pipeline.waiting import begin_wait

_LEAST_PART_OF_HOURS = 0.02
_ALMOST_TWO_TO_64 = 18446744073709500000.0  # a little less, so that no winner is passed over by rounding


@compiled
def retime_stream(state, s):
    """Find the next arrival of a stream."""
    stream = state.streams[s]
    day = np.inf
    if stream["rate"] > 0.0:
        day = day_when_worked(state, stream["worked"] + max(stream["budget"], 0.0) / stream["rate"])
    set_time(state, len(state.seats) + s, day)


@compiled
def lead_arrives(state, s, day):
    """The next lead of a stream: written down, routed or left waiting; then the next gap is drawn."""
    stream = state.streams[s]
    knobs = state.knobs[0]
    stream["worked"] += max(stream["budget"], 0.0) / stream["rate"]
    stream["count"] += 1
    count = np.uint64(stream["count"])
    a, b, c, _ = luck.philox(count, stream["entity"], luck.LEAD_ARRIVED, np.uint64(0), knobs["key0"], knobs["key1"])
    stream["budget"] = luck.exponential(a)
    marginal = luck.uniform(b) * stream["boost"] > 1.0
    retime_stream(state, s)
    if not find_account(state, stream["cell"], stream["source"], day, c):
        return
    d = new_lead(state, luck.child(stream["entity"], count), stream["cell"], stream["source"], day, marginal)
    state.deals[d]["has_account"] = is_finite(state, stream["cell"])
    offer(state, d, day)


@compiled
def offer(state, d, day):
    """A new lead goes to a seat, or waits and may go stale."""
    if not give_to_a_seat(state, d, day):
        state.waiting[next_row(state, WAITING_LEADS, len(state.waiting))] = d
        begin_wait(state.deals[d], day)
        write_move(state, day, d, ledger.LEAD_WAITED)
        put_in_calendar(state, d, day + state.sources[state.deals[d]["source"]]["stale_days"])


@compiled
def give_to_a_seat(state, d, day):
    """Route a lead to a seat that has hours to spare; answers whether one had."""
    routing = state.knobs[0]["routing"]
    cell, source = state.deals[d]["cell"], state.deals[d]["source"]
    if routing == RACE:
        i = race(state, state.deals[d]["entity"], cell, source, luck.LEAD_ROUTED, False)
    else:
        i = in_turn(state, cell, source, routing, False)
    if i == NOBODY:
        return False
    run_on(state, i, day)
    open_deal(state, d, i, day)
    retime(state, i)
    return True


@compiled
def race(state, entity, cell, source, purpose, must_take):
    """The keyed race: each seat draws Exp(lead, seat)/weight, the lowest takes it; the weight is its spare hours.

    A seat's draw mixes the lead's one Philox word with the seat's name. Who cannot win even with the most hours
    that anybody has is passed over before any logarithm, so long cells cost little.
    """
    knobs = state.knobs[0]
    word, _, _, _ = luck.philox(np.uint64(0), entity, purpose, np.uint64(0), knobs["key0"], knobs["key1"])
    first = state.cell_first[cell]
    entities = state.entities[first : state.cell_first[cell + 1]]
    words = state.race_words
    for k in range(len(entities)):  # a loop of its own: it is done several seats at a time
        words[k] = luck.child(word, entities[k])
    best = NOBODY
    lowest = np.inf
    hopeless = np.uint64(0)  # words below this one cannot win
    for k in range(len(entities)):
        if words[k] < hopeless:
            continue
        i = state.cell_seat[first + k]
        weight = weight_of(state, i, source, must_take)
        if weight <= 0.0:
            continue
        score = -math.log(luck.uniform(words[k])) / weight
        if score < lowest:
            lowest = score
            best = i
            hopeless = np.uint64(math.exp(-lowest * knobs["most_hours"]) * _ALMOST_TWO_TO_64)
    return best


@inlined
def weight_of(state, i, source, must_take):
    """Hours a week with which a seat runs for a deal; none for a source that it does not take. NOBODY is any source.

    A lead goes to spare hours only. An orphaned deal must be taken by somebody, so for it a seat without spare hours
    still runs with a small part of its hours.
    """
    if source != NOBODY and not (state.seats[i]["takes"] >> source) & 1:
        return 0.0
    spare = spare_hours(state, i)
    if must_take and state.seats[i]["held"]:
        return max(spare, _LEAST_PART_OF_HOURS * state.seats[i]["hours"])
    return spare


@compiled
def in_turn(state, cell, source, routing, must_take):
    """Round-robin or least-loaded, among the seats that may have the deal."""
    first = state.cell_first[cell]
    size = state.cell_first[cell + 1] - first
    best = NOBODY
    least = np.inf
    for step in range(size):
        k = (state.cell_turn[cell] + step) % size
        i = state.cell_seat[first + k]
        if weight_of(state, i, source, must_take) <= 0.0:
            continue
        if routing != LEAST_LOADED:
            state.cell_turn[cell] = (k + 1) % size
            return i
        load = state.seats[i]["demand"] / state.seats[i]["hours"]
        if load < least:
            least = load
            best = i
    return best


@compiled
def route_waiting(state, day):
    """Offer every waiting lead again; keeps those that still find nobody."""
    kept = 0
    for k in range(state.count[WAITING_LEADS]):
        d = state.waiting[k]
        if state.deals[d]["state"] != ledger.WAITING:
            continue
        if customer_left(state, d):
            go_stale(state, d, day)
        elif not give_to_a_seat(state, d, day):
            state.waiting[kept] = d
            kept += 1
    state.count[WAITING_LEADS] = kept


@compiled
def go_stale(state, d, day):
    """A lead that nobody took in time is lost."""
    deal = state.deals[d]
    deal["state"] = ledger.STALE
    deal["closed_day"] = day
    deal["due"] = np.inf
    write_move(state, day, d, ledger.LEAD_STALE)
    if deal["has_account"]:
        give_back(state, d, day)
