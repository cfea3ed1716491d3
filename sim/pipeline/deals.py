"""Deals: created, worked stage by stage, stalled, revived, won, lost, or ended without a decision."""

from __future__ import annotations

import numpy as np

from sim import ledger, luck
from sim.compiled import compiled, inlined
from sim.pipeline.clocks import is_open, put_in_calendar, same_time_next_open_day
from sim.pipeline.customers import customer_left, keep_customer
from sim.pipeline.forecast import expect_close, settle_slips
from sim.pipeline.moves import write_move
from sim.pipeline.pools import go_without, leave_queue, release_engineer, start_attempt, write_wait
from sim.pipeline.rows import next_row
from sim.pipeline.seats import ask_no_more, link, put_on_clock, unlink
from sim.pipeline.segments import size_by_law
from sim.pipeline.signing import agree, signing_day
from sim.pipeline.stages import STAGE_STRIDE, draw_stage
from sim.pipeline.tables import CREDITS, DEALS, NOBODY, OPEN, growing
from sim.pipeline.territory import give_back
from sim.pipeline.waiting import begin_wait, days_waited
from sim.rules.odds import chance

DEAL = np.dtype([
    ("entity", "u8"), ("clock_end", "f8"),
    ("left", "i8"), ("right", "i8"),  # its place in the seat's heap; while it waits for an SE, in the pool's queue
    ("next", "i8"), ("previous", "i8"),  # its place in the seat's list of open deals
    ("seat", "i8"), ("holder", "i4"), ("cell", "i8"), ("segment", "i8"), ("source", "i8"),
    ("stage", "i8"), ("attempt", "i8"), ("state", "i4"), ("revives", "?"),
    ("luck", "f8"),  # the uniform number that decides this attempt
    ("remaining", "f8"),  # work left in the stage while orphaned or waiting for an SE, in days
    ("pool", "i8"), ("has_se", "?"), ("asked_day", "f8"),  # the pool that it asked for an SE, and when
    ("alone", "?"),  # this attempt goes on without the SE that its stage needs
    ("due", "f8"),  # its valid entry in the calendar; NEVER when none
    ("logit", "f8"),
    ("waits_since", "f8"), ("waited_days", "f8"),  # see ``sim.pipeline.waiting``; NEVER while it does not wait
    ("still_before", "f8"),  # its seat's still_days when it was put on the clock
    ("arrived_day", "f8"), ("created_day", "f8"), ("entered_day", "f8"),  # entered_day: this try at its stage
    ("closed_day", "f8"), ("forecast_close_day", "f8"),
    ("amount_usd", "f8"), ("size_cycle", "f8"),  # by what its size multiplies the days in each stage
    ("slips", "i4"), ("reassigned", "i4"), ("marginal", "?"), ("opening", "?"),
    ("customer", "i8"),  # whose expansion it is; NOBODY: a new customer's
    ("has_account", "?"),  # whether it holds an account of a finite territory
    ("put_off", "?"), ("cools", "?"),  # by its rep; and so that it is lost when it comes due
    ("agreed", "?"),  # its buyer has decided, and signs when it comes due
], align=True)  # fmt: skip

FIELDS = {
    "deals": growing(DEAL, DEALS),
    "credits": growing(ledger.CREDITS, CREDITS),
}


@inlined
def new_lead(state, entity, cell, source, day, marginal):
    """Write the record of a lead; its size is decided here and never again. Returns its number."""
    d = next_row(state, DEALS, len(state.deals))
    deal = state.deals[d]
    deal["entity"] = entity
    deal["clock_end"] = 0.0
    deal["left"] = NOBODY
    deal["right"] = NOBODY
    deal["next"] = NOBODY
    deal["previous"] = NOBODY
    deal["seat"] = NOBODY
    deal["holder"] = NOBODY
    deal["cell"] = cell
    deal["segment"] = state.cell_segment[cell]
    deal["source"] = source
    deal["stage"] = 0
    deal["attempt"] = 0
    deal["state"] = ledger.WAITING
    deal["revives"] = False
    deal["luck"] = 0.0
    deal["remaining"] = 0.0
    deal["pool"] = NOBODY
    deal["has_se"] = False
    deal["asked_day"] = 0.0
    deal["due"] = np.inf
    deal["alone"] = False
    deal["waits_since"] = np.inf
    deal["waited_days"] = 0.0
    deal["still_before"] = 0.0
    deal["arrived_day"] = day
    deal["created_day"] = np.inf
    deal["entered_day"] = day
    deal["closed_day"] = np.inf
    deal["forecast_close_day"] = np.inf
    deal["slips"] = 0
    deal["reassigned"] = 0
    deal["marginal"] = marginal
    deal["opening"] = False
    deal["customer"] = NOBODY
    deal["has_account"] = False
    deal["put_off"] = False
    deal["cools"] = False
    deal["agreed"] = False
    deal["logit"] = state.sources[source]["logit"] + state.cell_logit[cell]
    if marginal:
        deal["logit"] += state.sources[source]["marginal_logit"]
    set_amount(state, d, draw_size(state, entity, cell, deal["segment"], source, 0.0))
    return d


@inlined
def set_amount(state, d, usd):
    """Give a deal its size, and with it how much longer or shorter than usual its stages take."""
    deal = state.deals[d]
    deal["amount_usd"] = usd
    rule = state.segments[deal["segment"]]
    deal["size_cycle"] = 1.0
    if rule["elasticity"] > 0.0:
        deal["size_cycle"] = (max(usd, 0.01) / rule["usual_usd"]) ** rule["elasticity"]


@inlined
def draw_size(state, entity, cell, segment, source, bias):
    """First-year value of a deal in US dollars, to the cent."""
    return size_by_law(state, entity, segment, state.sources[source]["size"], state.market[cell, source]["size"], bias)


@inlined
def open_deal(state, d, i, day):
    """A lead becomes an opportunity in the hands of seat i, which must have been brought to ``day``."""
    deal = state.deals[d]
    deal["created_day"] = day
    deal["entered_day"] = day
    deal["due"] = np.inf
    state.count[OPEN] += 1
    link(state, d, i)
    expect_close(state, d, day)
    write_move(state, day, d, ledger.CREATED)
    start_attempt(state, d, day, draw_stage(state, d))


@inlined
def odds_of(state, d):
    """The chance that the attempt now ending moves the deal on: all that acts on odds, added as log-odds."""
    deal = state.deals[d]
    segment = deal["segment"]
    seat = state.seats[deal["seat"]]
    logit = state.stages[segment, deal["stage"]]["logit"] + deal["logit"]
    logit += state.market[deal["cell"], deal["source"]]["logit"]
    logit += seat["logit"] - state.knobs[0]["overload_logit"] * seat["overload"]
    logit -= state.segments[segment]["cooling_logit"] * days_waited(state, d)
    if deal["alone"]:
        logit += state.knobs[0]["without_logit"]
    if deal["reassigned"] > 0:
        logit += state.knobs[0]["orphan_logit"]
    return chance(logit)


@inlined
def end_stage(state, d, day):
    """An attempt at a stage ends on an open day: the deal moves on, is won, is lost, fades or stalls."""
    deal = state.deals[d]
    segment = deal["segment"]
    settle_slips(state, d, day)
    stage = state.stages[segment, deal["stage"]]
    moves_on = odds_of(state, d)
    ask_no_more(state, d)
    if deal["has_se"]:
        release_engineer(state, d, day)
    if customer_left(state, d):
        close_deal(state, d, day, ledger.LOST, ledger.LOSS)
        return
    if deal["agreed"] or deal["luck"] < moves_on:
        if deal["stage"] == state.segments[segment]["stages"] - 1:
            signs = day if deal["agreed"] else signing_day(state, d, day)
            if signs > day:
                agree(state, d, signs)
            else:
                close_deal(state, d, day, ledger.WON, ledger.WIN)
        else:
            deal["stage"] += 1
            deal["attempt"] = 0
            deal["entered_day"] = day
            expect_close(state, d, day)
            write_move(state, day, d, ledger.ADVANCED)
            start_attempt(state, d, day, draw_stage(state, d))
        return
    how = (deal["luck"] - moves_on) / (1.0 - moves_on)
    if how < stage["lost"]:
        close_deal(state, d, day, ledger.LOST, ledger.LOSS)
    elif how < stage["lost"] + stage["no_decision"] or deal["attempt"] + 1 >= stage["attempts"]:
        close_deal(state, d, day, ledger.NO_DECISION, ledger.GAVE_UP)
    else:
        stall(state, d, day)


@compiled
def stall(state, d, day):
    """A deal goes quiet: it asks for no hours until it comes back or is closed as no decision."""
    deal = state.deals[d]
    knobs = state.knobs[0]
    rule = state.segments[deal["segment"]]
    deal["attempt"] += 1
    index = np.uint64(deal["stage"] * STAGE_STRIDE + deal["attempt"])
    a, b, _, _ = luck.philox(index, deal["entity"], luck.DEAL_STALL, np.uint64(0), knobs["key0"], knobs["key1"])
    back = day + rule["stall_mean_days"] * luck.exponential(a)
    if luck.uniform(b) < rule["never_revives"]:
        back = np.inf
    be_quiet(state, d, day, back)
    write_move(state, day, d, ledger.STALL)


@compiled
def be_quiet(state, d, since, back):
    """A stall that began at ``since`` ends at ``back``, unless the deal is closed as stale before."""
    deal = state.deals[d]
    gives_up = since + state.segments[deal["segment"]]["close_after_days"]
    deal["state"] = ledger.STALLED
    begin_wait(deal, since)
    deal["revives"] = back < gives_up
    deal["due"] = np.inf
    if min(back, gives_up) < np.inf:
        put_in_calendar(state, d, min(back, gives_up))


@compiled
def end_stall(state, d, day):
    """A quiet deal comes back to its stage for another attempt, or is closed, as one without a rep for too long is."""
    deal = state.deals[d]
    if not deal["revives"]:
        settle_slips(state, d, day)
        close_deal(state, d, day, ledger.NO_DECISION, ledger.GAVE_UP)
        return
    if not is_open(state, day):
        put_in_calendar(state, d, same_time_next_open_day(state, day))
        return
    deal["entered_day"] = day
    deal["due"] = np.inf
    write_move(state, day, d, ledger.REVIVED)
    work = draw_stage(state, d)
    seat = state.seats[deal["seat"]]
    if seat["held"] and seat["holder"] == deal["holder"]:
        start_attempt(state, d, day, work)
    else:
        orphan(state, d, day, work)


@compiled
def end_patience(state, d, day):
    """A deal has been in line for an SE for too long: its rep goes on without one, or it is closed as stale."""
    deal = state.deals[d]
    if not deal["revives"]:
        leave_queue(state, d)
        write_wait(state, d, day, ledger.GONE_STALE)
        settle_slips(state, d, day)
        close_deal(state, d, day, ledger.NO_DECISION, ledger.GAVE_UP)
    elif not is_open(state, day):
        put_in_calendar(state, d, same_time_next_open_day(state, day))
    else:
        leave_queue(state, d)
        go_without(state, d, day)
        put_on_clock(state, d, deal["remaining"])


@compiled
def orphan(state, d, day, work_left):
    """A deal has lost its rep: it waits on the list of the seat until somebody takes it."""
    deal = state.deals[d]
    if deal["state"] == ledger.QUEUED:
        leave_queue(state, d)
        write_wait(state, d, day, ledger.REP_LEFT)
    deal["state"] = ledger.ORPHANED
    begin_wait(deal, day)
    deal["remaining"] = work_left
    deal["put_off"] = False
    deal["cools"] = False
    deal["agreed"] = False
    if deal["has_se"]:
        release_engineer(state, d, day)
    deal["revives"] = False
    after = state.segments[deal["segment"]]["close_after_days"]
    if after < np.inf:
        put_in_calendar(state, d, day + after)
    else:
        deal["due"] = np.inf


@inlined
def close_deal(state, d, day, end, move):
    """A deal leaves the pipeline; a win is credited to its seat."""
    deal = state.deals[d]
    deal["state"] = end
    deal["closed_day"] = day
    deal["due"] = np.inf
    write_move(state, day, d, move)
    if end == ledger.WON:
        row = state.credits[next_row(state, CREDITS, len(state.credits))]
        row["day"] = day
        row["deal"] = d
        row["seat"] = deal["seat"]
        row["holder"] = deal["holder"]
        row["share"] = 1.0
        row["amount_usd"] = deal["amount_usd"]
        keep_customer(state, d, day)
    state.count[OPEN] -= 1
    unlink(state, d)
    if deal["has_account"]:
        give_back(state, d, day)


@inlined
def is_open_deal(deal):
    """Whether a deal is in the pipeline: no lead any more, and not closed."""
    return ledger.WORKING <= deal["state"] <= ledger.ORPHANED or deal["state"] == ledger.QUEUED
