"""Seats: bring one to an instant, find its next event, and keep its deals."""

from __future__ import annotations

import numpy as np

from sim import ledger
from sim.calendar import DAYS_PER_WEEK, HISTORY_DAYS
from sim.compiled import compiled, inlined
from sim.pipeline.clocks import day_when_worked, meld, set_time, worked_at
from sim.pipeline.ground import Ground
from sim.pipeline.sources import self_source
from sim.pipeline.tables import NOBODY, Field, front
from sim.pipeline.waiting import count_standstill, end_wait

SEAT = np.dtype([
    ("entity", "u8"), ("holder", "i4"), ("held", "?"), ("cell", "i8"), ("segment", "i8"), ("source", "i8"),
    ("takes", "i8"),  # one bit a source whose deals may come to this seat
    ("day", "f8"), ("worked", "f8"),  # how far this seat was brought, in calendar days and on the working clock
    ("clock", "f8"), ("speed", "f8"),  # the work clock: the days of work done on each of its deals
    ("still_days", "f8"),  # days in which the work clock stood still, with deals on it
    ("hours", "f8"), ("demand", "f8"),  # hours a week: to give, and asked for by working deals
    ("root", "i8"), ("first", "i8"),  # heap of working deals by clock; list of all its open deals
    ("due_is_deal", "?"),
    ("budget", "f8"), ("rate", "f8"), ("rate_per_hour", "f8"), ("sourced", "i8"),  # self-sourcing, a working day
    ("logit", "f8"), ("overload", "f8"),
    ("early", "f8"),  # part of the time to a deal's close by which its forecast date falls short
    ("hours_used", "f8"), ("hours_held", "f8"),
], align=True)  # fmt: skip


def _seats(ground: Ground) -> np.ndarray:
    seats = np.zeros(len(ground.seats), SEAT)
    seats["root"] = NOBODY
    seats["first"] = NOBODY
    seats["holder"] = NOBODY
    seats["speed"] = 1.0
    seats["day"] = -HISTORY_DAYS
    seats["source"] = self_source(ground.scenario)
    for name in ("entity", "cell", "segment", "takes"):
        seats[name] = [getattr(place, name) for place in ground.seats]
    return seats


FIELDS = {"seats": Field(SEAT, 1, _seats, front("cell", "segment", "source"))}


@inlined
def run_on(state, i, day):
    """Bring a seat to an instant: its work clock, its sourcing budget and its hours."""
    seat = state.seats[i]
    days = day - seat["day"]
    if days > 0.0:
        seat["clock"] += days * seat["speed"]
        if seat["speed"] == 0.0:
            seat["still_days"] += days
        seat["hours_held"] += seat["hours"] * days / DAYS_PER_WEEK
        seat["hours_used"] += min(seat["demand"], seat["hours"]) * days / DAYS_PER_WEEK
        seat["day"] = day
        worked = worked_at(state, day)
        seat["budget"] -= (worked - seat["worked"]) * seat["rate"]
        seat["worked"] = worked


@inlined
def retime(state, i):
    """Find the seat's next event: the end of its next stage, or its next self-sourced deal."""
    seat = state.seats[i]
    if state.knobs[0]["attention"] and seat["demand"] > seat["hours"]:
        seat["speed"] = seat["hours"] / seat["demand"]
    else:
        seat["speed"] = 1.0
    day = np.inf
    seat["due_is_deal"] = False
    if seat["rate"] > 0.0:
        day = max(seat["day"], day_when_worked(state, seat["worked"] + max(seat["budget"], 0.0) / seat["rate"]))
    if seat["root"] != NOBODY and seat["speed"] > 0.0:
        work = max(state.deals[seat["root"]]["clock_end"] - seat["clock"], 0.0)
        ends = seat["day"] + work / seat["speed"]
        if ends <= day:
            day = ends
            seat["due_is_deal"] = True
    set_time(state, i, day)


@inlined
def spare_hours(state, i):
    """Hours a week that a seat has free for new deals."""
    seat = state.seats[i]
    if not seat["held"]:
        return 0.0
    if not state.knobs[0]["attention"]:
        return seat["hours"]
    return max(seat["hours"] - seat["demand"], 0.0)


@inlined
def hours_asked(state, deal):
    """Hours a week that a working deal asks for in its stage; none once its buyer has agreed."""
    if deal["agreed"]:
        return 0.0
    return state.stages[deal["segment"], deal["stage"]]["hours"] * state.sources[deal["source"]]["hours"]


@inlined
def link(state, d, i):
    """Add a deal to the list of a seat's open deals."""
    seat = state.seats[i]
    deal = state.deals[d]
    deal["seat"] = i
    deal["holder"] = seat["holder"]
    deal["previous"] = NOBODY
    deal["next"] = seat["first"]
    if seat["first"] != NOBODY:
        state.deals[seat["first"]]["previous"] = d
    seat["first"] = d


@inlined
def unlink(state, d):
    """Take a deal off the list of its seat's open deals."""
    deal = state.deals[d]
    if deal["previous"] != NOBODY:
        state.deals[deal["previous"]]["next"] = deal["next"]
    else:
        state.seats[deal["seat"]]["first"] = deal["next"]
    if deal["next"] != NOBODY:
        state.deals[deal["next"]]["previous"] = deal["previous"]
    deal["next"] = NOBODY
    deal["previous"] = NOBODY


@inlined
def put_on_clock(state, d, work_days):
    """Start work on a deal: it ends when the seat's work clock has run for ``work_days``."""
    deal = state.deals[d]
    seat = state.seats[deal["seat"]]
    end_wait(deal, seat["day"])
    deal["still_before"] = seat["still_days"]
    deal["clock_end"] = seat["clock"] + work_days
    deal["left"] = NOBODY
    deal["right"] = NOBODY
    seat["root"] = meld(state.deals, seat["root"], d)
    seat["demand"] += hours_asked(state, deal)


@inlined
def take_first_off_clock(state, i):
    """Remove the deal whose stage ends next from a seat's clock; it goes on asking for hours until it is moved."""
    seat = state.seats[i]
    d = seat["root"]
    deal = state.deals[d]
    seat["clock"] = max(seat["clock"], deal["clock_end"])
    count_standstill(seat, deal)
    seat["root"] = meld(state.deals, deal["left"], deal["right"])
    deal["left"] = NOBODY
    deal["right"] = NOBODY
    return d


@compiled
def take_off_clock(state, d):
    """Remove a working deal from its seat's clock, wherever it stands there."""
    seat = state.seats[state.deals[d]["seat"]]
    count_standstill(seat, state.deals[d])
    seat["root"] = NOBODY
    other = seat["first"]
    while other != NOBODY:
        deal = state.deals[other]
        if other != d and deal["state"] == ledger.WORKING:
            deal["left"] = NOBODY
            deal["right"] = NOBODY
            seat["root"] = meld(state.deals, seat["root"], other)
        other = deal["next"]


@inlined
def ask_no_more(state, d):
    """A deal that stops being worked frees its hours."""
    deal = state.deals[d]
    seat = state.seats[deal["seat"]]
    seat["demand"] = max(seat["demand"] - hours_asked(state, deal), 0.0)
