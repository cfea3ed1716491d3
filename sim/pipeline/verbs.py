"""What the organization may do to the pipeline: a few verbs, each at an instant to which the loop was advanced.

Rates and hours hold from one weekly tick to the next: a seat that fills up within the week goes on sourcing until
the week ends, as a rep who planned the week would.
"""

from __future__ import annotations

import numpy as np

from sim import ledger, luck
from sim.compiled import compiled, inlined
from sim.pipeline.cells import RACE, in_turn, race
from sim.pipeline.clocks import set_time
from sim.pipeline.deals import is_open_deal, orphan
from sim.pipeline.forecast import settle_slips
from sim.pipeline.leads import route_waiting
from sim.pipeline.moves import write_move
from sim.pipeline.pools import bring_pool, start_attempt
from sim.pipeline.seats import ask_no_more, link, retime, run_on, spare_hours, take_off_clock, unlink
from sim.pipeline.streams import retime_stream, set_rate
from sim.pipeline.tables import CALENDAR, DEALS, NOBODY
from sim.pipeline.waiting import count_standstill

MOST_OVERLOAD = 3.0  # hours asked for over hours there are, less 1; what lies beyond costs no further odds
MOST_PUSHES = 1e6  # of one deal, in counting them

# Rows of a snapshot by cell.
OPEN_DEALS, OPEN_USD, DATED_IN_MONTH_USD, DATED_IN_QUARTER_USD = range(4)


@compiled
def fill(state, i, day, entity, holder, logit):
    """Somebody takes a seat: their own luck, their own odds; hours come with ``set_hours``."""
    run_on(state, i, day)
    knobs = state.knobs[0]
    seat = state.seats[i]
    seat["entity"] = entity
    if state.seat_at[i] != NOBODY:
        state.entities[state.seat_at[i]] = entity
    seat["holder"] = holder
    seat["held"] = True
    seat["logit"] = logit
    seat["overload"] = 0.0
    seat["sourced"] = 0
    a, _, _, _ = luck.philox(np.uint64(0), entity, luck.DEAL_SOURCED, np.uint64(0), knobs["key0"], knobs["key1"])
    seat["budget"] = luck.exponential(a)
    retime(state, i)


@compiled
def set_hours(state, i, day, hours, rate_per_hour):
    """Set the hours a week that a seat has, and the deals a working day that an hour a week of spare time finds."""
    run_on(state, i, day)
    seat = state.seats[i]
    seat["hours"] = hours
    state.knobs[0]["most_hours"] = max(state.knobs[0]["most_hours"], hours)
    seat["rate_per_hour"] = rate_per_hour
    seat["rate"] = rate_per_hour * spare_hours(state, i)
    retime(state, i)


@inlined
def has_no_rep(state, d):
    """Whether an open deal belongs to somebody who left; quiet deals are not orphaned, but have no rep either."""
    deal = state.deals[d]
    seat = state.seats[deal["seat"]]
    return deal["state"] == ledger.ORPHANED or not seat["held"] or deal["holder"] != seat["holder"]


@compiled
def vacate(state, i, day):
    """Somebody leaves a seat: all their open deals lose their rep; quiet ones stay quiet. Answers how many.

    Deals of an earlier holder that nobody has taken over yet have no rep to lose.
    """
    run_on(state, i, day)
    seat = state.seats[i]
    seat["hours"] = 0.0
    seat["rate"] = 0.0
    seat["rate_per_hour"] = 0.0
    count = leave_queues(state, i, day)
    d = seat["first"]
    while d != NOBODY:
        deal = state.deals[d]
        if not has_no_rep(state, d):
            write_move(state, day, d, ledger.ORPHAN)
            if deal["state"] == ledger.WORKING:
                count_standstill(seat, deal)
                orphan(state, d, day, max(deal["clock_end"] - seat["clock"], 0.0))
            elif deal["state"] == ledger.DEFERRED:
                orphan(state, d, day, 0.0)
            count += 1
        d = deal["next"]
    seat["held"] = False
    seat["root"] = NOBODY
    seat["demand"] = 0.0
    retime(state, i)
    return count


@compiled
def leave_queues(state, i, day):
    """The leaver's deals that wait for an SE stop waiting first, so that none gets the place of another."""
    count = 0
    d = state.seats[i]["first"]
    while d != NOBODY:
        deal = state.deals[d]
        if deal["state"] == ledger.QUEUED:
            write_move(state, day, d, ledger.ORPHAN)
            orphan(state, d, day, deal["remaining"])
            count += 1
        d = deal["next"]
    return count


@compiled
def hand_over(state, d, i, day):
    """Seat i takes over a deal that lost its rep."""
    deal = state.deals[d]
    run_on(state, i, day)
    unlink(state, d)
    deal["reassigned"] += 1
    link(state, d, i)
    write_move(state, day, d, ledger.REASSIGNED)
    if deal["state"] == ledger.ORPHANED:
        deal["due"] = np.inf
        start_attempt(state, d, day, deal["remaining"])
    retime(state, i)


@compiled
def hand_to_cells(state, cell, gaining, reached, share, day):
    """Hand a share of a cell's open deals to sellers of other cells; answers how many found one.

    Args:
        gaining: the other cells. reached: the cumulative part of the deals that goes to each.
    """
    knobs = state.knobs[0]
    count = 0
    for d in range(state.count[DEALS]):
        deal = state.deals[d]
        if deal["cell"] != cell or not is_open_deal(deal):
            continue
        a, b, _, _ = luck.philox(np.uint64(0), deal["entity"], luck.RECARVE, np.uint64(0), knobs["key0"], knobs["key1"])
        if luck.uniform(a) >= share:
            continue
        k = 0
        while k < len(gaining) - 1 and luck.uniform(b) > reached[k]:
            k += 1
        taker = race(state, deal["entity"], gaining[k], deal["source"], luck.DEAL_REASSIGNED, True)
        if taker != NOBODY:
            change_cell(state, d, gaining[k], day)
            hand_over(state, d, taker, day)
            count += 1
    return count


@compiled
def change_cell(state, d, cell, day):
    """An open deal leaves its seat's hands, if it is worked there, and its account goes to another cell."""
    deal = state.deals[d]
    i = deal["seat"]
    run_on(state, i, day)
    if deal["state"] == ledger.WORKING:
        ask_no_more(state, d)
        take_off_clock(state, d)
        orphan(state, d, day, max(deal["clock_end"] - state.seats[i]["clock"], 0.0))
    elif deal["state"] == ledger.DEFERRED:
        ask_no_more(state, d)
        orphan(state, d, day, 0.0)
    elif deal["state"] == ledger.QUEUED:
        orphan(state, d, day, deal["remaining"])
    retime(state, i)
    if deal["has_account"]:
        for here, change in ((state.territory[deal["cell"]], -1), (state.territory[cell], 1)):
            here["accounts"] += change
            here["worked"] += change
    deal["logit"] += state.cell_logit[cell] - state.cell_logit[deal["cell"]]
    deal["cell"] = cell


@compiled
def count_without_rep(state, i, holder):
    """Open deals that a former holder of a seat left."""
    count = 0
    d = state.seats[i]["first"]
    while d != NOBODY:
        if state.deals[d]["holder"] == holder and has_no_rep(state, d):
            count += 1
        d = state.deals[d]["next"]
    return count


@compiled
def reassign(state, i, holder, day, routing):
    """Hand on the deals that a former holder of a seat left. ``routing`` NOBODY: to the seat's new holder only."""
    d = state.seats[i]["first"]
    while d != NOBODY:
        after = state.deals[d]["next"]
        if state.deals[d]["holder"] == holder and has_no_rep(state, d):
            taker = taker_of(state, d, i, routing)
            if taker != NOBODY:
                hand_over(state, d, taker, day)
        d = after


@compiled
def taker_of(state, d, i, routing):
    """Who takes over a deal that seat i's former holder left."""
    if routing == NOBODY:
        return i if state.seats[i]["held"] else NOBODY
    cell, source = state.deals[d]["cell"], state.deals[d]["source"]
    if routing == RACE:
        return race(state, state.deals[d]["entity"], cell, source, luck.DEAL_REASSIGNED, True)
    return in_turn(state, cell, source, routing, True)


@compiled
def start_week(state, day, hours, rate_per_hour, logit, stream_rate, stream_boost):
    """The weekly tick: overload remembered, hours, odds and rates set, waiting leads offered again."""
    memory = state.knobs[0]["overload_memory_weeks"]
    for i in range(len(state.seats)):
        seat = state.seats[i]
        if not seat["held"]:
            continue
        run_on(state, i, day)
        excess = 0.0
        if state.knobs[0]["attention"] and seat["hours"] > 0.0:
            excess = max(seat["demand"] / seat["hours"] - 1.0, 0.0)
        seat["overload"] += (min(excess, MOST_OVERLOAD) - seat["overload"]) / memory
        seat["logit"] = logit[i]
        set_hours(state, i, day, hours[i], rate_per_hour[i])
    for s in range(len(state.streams)):
        set_rate(state, s, day, stream_rate[s], stream_boost[s])
    route_waiting(state, day)


@compiled
def refresh_clocks(state):
    """Find every clock's next event anew."""
    for i in range(len(state.seats)):
        retime(state, i)
    for s in range(len(state.streams)):
        retime_stream(state, s)
    first = state.calendar_day[0] if state.count[CALENDAR] > 0 else np.inf
    set_time(state, len(state.heap) - 1, first)


@compiled
def bring_all(state, day):
    """Bring every seat and pool to an instant, so that its sums are up to date."""
    for i in range(len(state.seats)):
        run_on(state, i, day)
    for p in range(len(state.pools)):
        bring_pool(state, p, day)


@compiled
def count_pushes(state, day):
    """How often forecast dates would be pushed were they all settled at an instant: the moves that writes."""
    pushes = 0
    for d in range(state.count[DEALS]):
        deal = state.deals[d]
        if is_open_deal(deal) and deal["forecast_close_day"] < day:
            passed = (day - deal["forecast_close_day"]) / state.segments[deal["segment"]]["push_days"]
            pushes += 2 + int(min(passed, MOST_PUSHES))
    return pushes


@compiled
def snapshot(state, day, month_end, quarter_end, by_stage, by_cell, waiting):
    """Count the open pipeline at an instant, after pushing the forecast dates that have passed.

    Args:
        by_stage: filled, shape (cells, stages, 2): open deals and their US dollars.
        by_cell: filled, shape (cells, 4): as above over stages, and US dollars dated before the two ends.
        waiting: filled, shape (cells,): leads that nobody could take.
    """
    by_stage[:] = 0.0
    by_cell[:] = 0.0
    waiting[:] = 0.0
    for d in range(state.count[DEALS]):
        deal = state.deals[d]
        cell = deal["cell"]
        if deal["state"] == ledger.WAITING:
            waiting[cell] += 1.0
        elif is_open_deal(deal):
            settle_slips(state, d, day)
            by_stage[cell, deal["stage"], 0] += 1.0
            by_stage[cell, deal["stage"], 1] += deal["amount_usd"]
            by_cell[cell, OPEN_DEALS] += 1.0
            by_cell[cell, OPEN_USD] += deal["amount_usd"]
            if deal["forecast_close_day"] < month_end:
                by_cell[cell, DATED_IN_MONTH_USD] += deal["amount_usd"]
            if deal["forecast_close_day"] < quarter_end:
                by_cell[cell, DATED_IN_QUARTER_USD] += deal["amount_usd"]
