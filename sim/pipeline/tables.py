"""The pipeline's arrays: what a seat, a stream of leads and a deal are to the compiled loop.

Whatever is passed on between compiled functions has one width, so that each is compiled once.
"""

from __future__ import annotations

import numpy as np

NOBODY = -1
ALL_SOURCES = -1  # every bit of a seat's mask of sources

# Laws of a stage's duration.
LOGNORMAL, EXPONENTIAL, FIXED, TABLE = range(4)
LAWS = {"lognormal": LOGNORMAL, "exponential": EXPONENTIAL, "fixed": FIXED, "table": TABLE}

# Ways to route a lead and to hand on an orphaned deal.
RACE, ROUND_ROBIN, LEAST_LOADED = 0, 1, 2
ROUTINGS = {"race": RACE, "round_robin": ROUND_ROBIN, "least_loaded": LEAST_LOADED}

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

STREAM = np.dtype([
    ("entity", "u8"), ("cell", "i8"), ("source", "i8"), ("worked", "f8"),
    ("budget", "f8"), ("rate", "f8"),  # leads a working day
    ("count", "i8"), ("boost", "f8"),  # how far the coverage policy pushes it; 1 is not at all
], align=True)  # fmt: skip

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

STAGE = np.dtype([
    ("law", "i4"), ("lengths", "i4"), ("mean_days", "f8"), ("mu", "f8"), ("sigma", "f8"),
    ("logit", "f8"), ("lost", "f8"), ("no_decision", "f8"), ("hours", "f8"), ("attempts", "i4"), ("needs_se", "?"),
    ("median_remaining_days", "f8"),
], align=True)  # fmt: skip

SEGMENT = np.dtype([
    ("stages", "i4"), ("mean_usd", "f8"), ("size_sigma", "f8"), ("prices", "i4"),  # 0 prices: lognormal
    ("stall_mean_days", "f8"), ("never_revives", "f8"), ("close_after_days", "f8"),
    ("cooling_logit", "f8"),  # log-odds that a day of waiting costs
    ("push_days", "f8"),
    ("deadline_share", "f8"), ("deadline_days", "f8"),  # of buyers who sign at the month's end, and how near it is
    ("elasticity", "f8"), ("usual_usd", "f8"),  # of days to size, and the size of a deal that takes its stages' days
    ("small_usd", "f8"),  # deals below it go on without an SE when none is free
], align=True)  # fmt: skip

SOURCE = np.dtype([
    ("logit", "f8"), ("cycle", "f8"), ("size", "f8"), ("hours", "f8"), ("marginal_logit", "f8"), ("stale_days", "f8"),
    ("share_of_arr", "f8"), ("arr_sigma", "f8"),  # of an expansion; 0 for other sources
    ("searches", "?"),  # somebody looks for accounts; else they come by themselves
], align=True)  # fmt: skip

# A pool of SEs for one cell, or for all cells of a region that have none of their own.
POOL = np.dtype([
    ("capacity", "i8"), ("busy", "i8"),  # deals that may be in work at once, and that are
    ("first", "i8"), ("last", "i8"),  # the queue
    ("day", "f8"), ("busy_days", "f8"), ("place_days", "f8"),  # sums up to ``day``
], align=True)  # fmt: skip

# The accounts of a cell; ``accounts``, all there are, is negative where they are endless.
TERRITORY = np.dtype([
    ("accounts", "i8"), ("free", "i8"), ("worked", "i8"), ("cooling", "i8"), ("customers", "i8"),
    ("taken", "i8"),  # since the month began
], align=True)  # fmt: skip

COOLING_OFF = np.dtype([("day", "f8"), ("cell", "i8"), ("accounts", "i8")], align=True)  # until when

MARKET = np.dtype([("logit", "f8"), ("cycle", "f8"), ("size", "f8")], align=True)

KNOBS = np.dtype([
    ("key0", "u8"), ("key1", "u8"), ("attention", "?"), ("overload_logit", "f8"), ("overload_memory_weeks", "f8"),
    ("orphan_logit", "f8"), ("routing", "i4"), ("most_hours", "f8"),  # most_hours: no seat has had more
    ("origin", "f8"),  # origin: the first day of the calendar's tables
    ("expansion", "i8"),  # the source of expansions; NOBODY when there is none
    ("signs", "?"),  # whether wins make customers; not in the history before the first day
    ("cooling_days", "f8"),
    ("largest_first", "?"), ("patience_days", "f8"), ("without_logit", "f8"),  # of those who wait for an SE
    ("week_end", "f8"),  # up to which customers' events are dated
    ("first_ordinal", "i8"), ("equal_months", "?"),  # of the calendar, for months_later
], align=True)  # fmt: skip

# How customers of a segment stay. ``keeps`` is false for one-off business.
RENEWAL = np.dtype([
    ("keeps", "?"), ("months", "f8"), ("days", "f8"), ("renew_logit", "f8"), ("contract", "f8"), ("contract_by", "f8"),
    ("uplift", "f8"), ("uplift_by", "f8"),
    ("starts_at", "f8"), ("growth_steps", "i8"), ("growth_months", "f8"),  # of one step
    ("lost_to_peer", "f8"), ("lost_to_newcomer", "f8"), ("opening_scale", "f8"),  # mean ARR over that of a deal
], align=True)  # fmt: skip

# What the weekly tick needs of a customer lies in arrays of its own: customer_day, customer_budget, customer_cell.
CUSTOMER = np.dtype([
    ("entity", "u8"), ("deal", "i8"), ("source", "i8"), ("seat", "i8"), ("holder", "i8"),
    ("since_day", "f8"), ("left_day", "f8"), ("arr_usd", "f8"),
    ("anchor_day", "f8"), ("term_months", "f8"),  # from which its terms count, and the months to the last one's end
    ("term_end", "f8"), ("renewals", "i8"),
    ("growth_day", "f8"), ("growth_left_usd", "f8"), ("growth_steps", "i8"),  # a slow start's next step
    ("expands_day", "f8"), ("expansions", "i8"),  # the next expansion, once it is dated
    ("extra_loss", "f8"), ("handed_on", "i8"),  # chance to be lost at the next renewal because the seller left
], align=True)  # fmt: skip

# Places in State.count.
(
    DEALS, MOVES, CREDITS, CALENDAR, WAITING_LEADS, OPEN, WAITS, CUSTOMERS, CONTRACTS, ARR_MOVES, COOLING,
    COOLED,
) = range(12)  # fmt: skip
COUNTERS = 12

# What ``advance`` answers.
DONE, NEED_ROOM = 0, 1
