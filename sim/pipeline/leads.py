"""Leads: they find a seat with hours to spare, or wait and go stale."""

from __future__ import annotations

import numpy as np

from sim import ledger, luck
from sim.compiled import compiled
from sim.pipeline.cells import RACE, in_turn, race
from sim.pipeline.clocks import put_in_calendar
from sim.pipeline.customers import customer_left
from sim.pipeline.deals import open_deal
from sim.pipeline.moves import write_move
from sim.pipeline.rows import next_row
from sim.pipeline.seats import retime, run_on
from sim.pipeline.tables import INDEX, NOBODY, WAITING_LEADS, growing
from sim.pipeline.territory import give_back
from sim.pipeline.waiting import begin_wait

FIELDS = {"waiting": growing(INDEX, WAITING_LEADS)}  # leads that nobody could take


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
