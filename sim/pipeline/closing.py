"""Closing: what a rep may do with deals in their last stage: sign one now at a discount, or leave it for later.

A rep sees the deals that will be won soon; they are what sales calls commit. The engine knows because their luck is
drawn, and because hours and odds hold from one weekly tick to the next.
"""

from __future__ import annotations

import numpy as np

from sim import ledger
from sim.compiled import compiled, inlined
from sim.pipeline.clocks import is_open, meld, put_in_calendar, same_time_next_open_day
from sim.pipeline.customers import customer_left
from sim.pipeline.deals import close_deal, odds_of
from sim.pipeline.forecast import settle_slips
from sim.pipeline.pools import release_engineer
from sim.pipeline.seats import ask_no_more, retime
from sim.pipeline.signing import signing_day
from sim.pipeline.tables import NOBODY
from sim.pipeline.waiting import count_standstill
from sim.rules.amounts import whole_cents


@inlined
def will_be_won(state, d):
    """Whether the attempt that a deal is in ends in a win, as hours and odds are now. Nobody sees one put off."""
    deal = state.deals[d]
    if (deal["state"] != ledger.WORKING and deal["state"] != ledger.DEFERRED) or customer_left(state, d):
        return False
    last = state.segments[deal["segment"]]["stages"] - 1
    if deal["stage"] != last or deal["put_off"]:
        return False
    return deal["agreed"] or deal["luck"] < odds_of(state, d)


@inlined
def closing_day(state, d):
    """When a deal that will be won is signed, as its seat works now; the seat must have been brought to the instant."""
    deal = state.deals[d]
    if deal["agreed"]:
        return deal["due"]
    if deal["state"] == ledger.DEFERRED:
        return signing_day(state, d, deal["due"])
    seat = state.seats[deal["seat"]]
    if seat["speed"] <= 0.0:
        return np.inf
    day = seat["day"] + max(deal["clock_end"] - seat["clock"], 0.0) / seat["speed"]
    return signing_day(state, d, day if is_open(state, day) else same_time_next_open_day(state, day))


@compiled
def pull_in(state, d, day, discount):
    """Sign a deal now for less; answers the US dollars given away, in whole cents."""
    deal = state.deals[d]
    given = whole_cents(deal["amount_usd"] * discount)
    deal["amount_usd"] = whole_cents(deal["amount_usd"] - given)
    settle_slips(state, d, day)
    end_work(state, d, day)
    close_deal(state, d, day, ledger.WON, ledger.WIN)
    rebuild(state, deal["seat"])
    return given


@compiled
def push_out(state, d, until, cools):
    """Put off a deal's close to an instant on an open day. ``cools``: the buyer will not wait, and it is lost then."""
    deal = state.deals[d]
    if deal["state"] == ledger.WORKING:
        count_standstill(state.seats[deal["seat"]], deal)
    deal["state"] = ledger.DEFERRED
    deal["put_off"] = True
    deal["cools"] = cools
    put_in_calendar(state, d, until)
    deal["forecast_close_day"] = max(deal["forecast_close_day"], until)
    rebuild(state, deal["seat"])


@compiled
def lose_cooled(state, d, day):
    """A deal that was left for later is lost."""
    settle_slips(state, d, day)
    end_work(state, d, day)
    close_deal(state, d, day, ledger.LOST, ledger.LOSS)


@inlined
def end_work(state, d, day):
    """Free the hours of a deal, and its SE."""
    ask_no_more(state, d)
    if state.deals[d]["has_se"]:
        release_engineer(state, d, day)


@compiled
def rebuild(state, i):
    """Put a seat's working deals on its clock anew, after one was taken off from among them."""
    root = NOBODY
    d = state.seats[i]["first"]
    while d != NOBODY:
        deal = state.deals[d]
        if deal["state"] == ledger.WORKING:
            deal["left"] = NOBODY
            deal["right"] = NOBODY
            root = meld(state.deals, root, d)
        d = deal["next"]
    state.seats[i]["root"] = root
    retime(state, i)
