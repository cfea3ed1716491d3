"""Given: put the open deals in place that a company's own records name, each with the time that it has left."""

from __future__ import annotations

import math

import numpy as np

from sim import ledger, luck
from sim.compiled import compiled
from sim.pipeline.cells import race
from sim.pipeline.clocks import put_in_calendar, same_time_next_open_day
from sim.pipeline.deals import be_quiet, new_lead, orphan, set_amount
from sim.pipeline.forecast import expect_close
from sim.pipeline.installed_base import give_to_a_customer
from sim.pipeline.pools import date_patience, engage, go_without, leave_queue, start_attempt
from sim.pipeline.seats import hours_asked, link, put_on_clock, retime
from sim.pipeline.seed import split_duration
from sim.pipeline.stages import EXPONENTIAL, FIXED, TABLE, cycle_of, draw_stage
from sim.pipeline.tables import NOBODY, OPEN
from sim.pipeline.territory import is_finite, take_account

OPENING_DEAL = np.dtype([
    ("entity", "u8"), ("seat", "i8"), ("waits", "?"),  # waits: nobody has it, it is to be handed on
    ("cell", "i8"), ("source", "i8"), ("stage", "i8"), ("attempt", "i8"),
    ("created_day", "f8"), ("entered_day", "f8"),  # entered_day NaN: unknown
    ("quiet_day", "f8"),  # since when the buyer has been quiet; NaN for a deal in work
    ("forecast_close_day", "f8"),  # NaN: unknown
    ("amount_usd", "f8"), ("quiet_before_days", "f8"), ("times_reassigned", "i8"),
    ("customer", "i8"),  # whose expansion it is; NOBODY: a new customer's, or unknown
], align=True)  # fmt: skip

_FURTHEST = 12.0  # standard deviations, and halvings that find a place among them to 1e-11
_HALVINGS = 40


@compiled
def place_opening_deals(state, deals, day):
    """Put deals in place, in their order.

    One without a seat runs the keyed race among its cell's sellers; one that waits lies on the list of the seat that
    won, until it is handed on.

    Args:
        deals: ``OPENING_DEAL``. Seats hold whoever is there on ``day`` and their hours.
    """
    for n in range(len(deals)):
        told = deals[n]
        d = new_lead(state, told["entity"], told["cell"], told["source"], day, False)
        deal = state.deals[d]
        deal["stage"], deal["attempt"] = told["stage"], told["attempt"]
        belong(state, d, told["customer"], day)
        if told["amount_usd"] > 0.0:  # else unknown, and drawn as for any deal
            set_amount(state, d, told["amount_usd"])
        deal["arrived_day"], deal["created_day"] = told["created_day"], told["created_day"]
        deal["waited_days"], deal["reassigned"] = told["quiet_before_days"], told["times_reassigned"]
        deal["opening"] = True
        state.count[OPEN] += 1
        i = seat_for(state, told)
        link(state, d, i)
        if told["waits"]:
            deal["holder"] = NOBODY
        entered, left = time_in_stage(state, d, told["entered_day"], day)
        deal["entered_day"] = entered
        if not math.isnan(told["quiet_day"]):
            go_quiet(state, d, told["quiet_day"], day)
        elif told["waits"] or not state.seats[i]["held"]:
            orphan(state, d, day, max(left, 0.0))
        elif left < 0.0:
            defer(state, d, day + left, day)
        else:
            start_attempt(state, d, day, left)
            if deal["state"] == ledger.QUEUED:
                wait_on(state, d, entered, left, day)
        date_close(state, d, told["forecast_close_day"], entered, day)
        retime(state, i)


@compiled
def wait_on(state, d, entered, left, day):
    """A deal of the first day has no SE: it has waited in line since it entered its stage, and nobody has worked on it.

    Where patience has ended since, it is at work without one.
    """
    deal = state.deals[d]
    if entered + state.knobs[0]["patience_days"] < day:
        leave_queue(state, d)
        go_without(state, d, day)
        put_on_clock(state, d, left)
        return
    deal["remaining"], deal["asked_day"] = draw_stage(state, d), entered
    deal["waited_days"] = max(deal["waited_days"], day - entered)
    if state.knobs[0]["patience_days"] < np.inf:
        # One that has waited for longer than deals are kept is closed on the first day.
        date_patience(state, d, max(entered, day - state.segments[deal["segment"]]["close_after_days"]))


@compiled
def belong(state, d, customer, day):
    """An expansion is some customer's; a deal of anybody else holds an account where those are finite."""
    deal = state.deals[d]
    if deal["source"] == state.knobs[0]["expansion"]:
        if customer == NOBODY and state.cell_customers[deal["cell"]] > 0:
            give_to_a_customer(state, d, 0.0, day)
        else:
            deal["customer"] = customer
    elif is_finite(state, deal["cell"]):
        deal["has_account"] = take_account(state, deal["cell"], False, day, np.uint64(0))


@compiled
def seat_for(state, told):
    """The seat on whose list a deal lies: its own, or the one that wins the race; the cell's first if all are empty."""
    i = told["seat"]
    if i == NOBODY:
        i = race(state, told["entity"], told["cell"], told["source"], luck.FILE_DEAL, True)
    if i == NOBODY:
        i = state.cell_seat[state.cell_first[told["cell"]]]
    return i


@compiled
def defer(state, d, ended, day):
    """The work of a deal's stage ended on a closed day just before: it waits for the next open one, with its SE."""
    deal = state.deals[d]
    if state.stages[deal["segment"], deal["stage"]]["needs_se"]:
        deal["pool"], deal["asked_day"] = state.cell_pool[deal["cell"]], ended
        if state.pools[deal["pool"]]["busy"] < state.pools[deal["pool"]]["capacity"]:
            engage(state, d, day)
    deal["state"] = ledger.DEFERRED
    state.seats[deal["seat"]]["demand"] += hours_asked(state, deal)
    put_in_calendar(state, d, same_time_next_open_day(state, ended))


@compiled
def since_last_open(state, day):
    """Days from the end of the last open day to an instant; 0 on a day after an open one."""
    whole = np.floor(day)
    index = int(whole - state.knobs[0]["origin"])
    closed = 0
    while closed < index and state.open_days[index - closed - 1] == 0.0:
        closed += 1
    return closed + (day - whole)


@compiled
def time_in_stage(state, d, entered, day):
    """The day on which a deal entered its stage, and the days of work left there given those it has had.

    Stages end on open days only. So all that is known is that it had not ended by the last of them; what ended on
    the closed days since has less than none left. Where the day of entry is unknown both are drawn as for a deal
    found at random.
    """
    draw_stage(state, d)  # keeps the luck of the attempt's outcome
    if math.isnan(entered):
        gone, left = split_duration(state, d)
        return max(day - gone, state.deals[d]["created_day"]), left
    deal = state.deals[d]
    knobs = state.knobs[0]
    word, _, _, _ = luck.philox(
        np.uint64(0), deal["entity"], luck.FILE_DEAL, np.uint64(1), knobs["key0"], knobs["key1"]
    )
    cycle = cycle_of(state, deal)
    blind = min(since_last_open(state, day), day - entered)
    age = (day - blind - entered) / cycle
    return entered, days_left(state, deal["segment"], deal["stage"], age, luck.uniform(word)) * cycle - blind


@compiled
def days_left(state, segment, k, age, u):
    """Days left of an attempt at a segment's k-th stage that has lasted for ``age`` days; ``u`` is uniform.

    The quantile of the stage's law beyond that age. An age that the law does not reach leaves none.
    """
    stage = state.stages[segment, k]
    if stage["law"] == EXPONENTIAL:
        return -stage["mean_days"] * math.log(u)
    if stage["law"] == TABLE:
        return days_left_of_table(state, segment, k, age, u)
    if stage["law"] == FIXED or stage["sigma"] == 0.0:
        return max(stage["mean_days"] - age, 0.0)
    if age <= 0.0:
        z = upper_quantile(u, -_FURTHEST)
    else:
        reached = (math.log(age) - stage["mu"]) / stage["sigma"]
        z = upper_quantile(u * upper_tail(reached), reached)
    return max(math.exp(stage["mu"] + stage["sigma"] * z) - age, 0.0)


@compiled
def upper_tail(z):
    """The chance that a standard normal number lies above ``z``."""
    return 0.5 * math.erfc(z / math.sqrt(2.0))


@compiled
def upper_quantile(tail, least):
    """The number above which a standard normal one lies with chance ``tail``, known to be ``least`` or more."""
    low, high = least, max(least, 0.0) + _FURTHEST
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if upper_tail(middle) > tail:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@compiled
def days_left_of_table(state, segment, k, age, u):
    """The same for a tabled law: among the observed days above ``age``, each as likely as its weight.

    The days need not be in order.
    """
    count = state.stages[segment, k]["lengths"]
    beyond = 0.0
    before = 0.0
    for n in range(count):
        if state.lengths[segment, k, n, 0] > age:
            beyond += state.lengths[segment, k, n, 1] - before
        before = state.lengths[segment, k, n, 1]
    wanted = u * beyond
    before = 0.0
    reached = 0.0
    left = 0.0
    for n in range(count):
        if state.lengths[segment, k, n, 0] > age and reached < wanted:
            reached += state.lengths[segment, k, n, 1] - before
            left = state.lengths[segment, k, n, 0] - age
        before = state.lengths[segment, k, n, 1]
    return left


@compiled
def go_quiet(state, d, since, day):
    """A deal that has been quiet since some day: it never comes back the likelier, the longer it has been."""
    deal = state.deals[d]
    knobs = state.knobs[0]
    rule = state.segments[deal["segment"]]
    a, b, _, _ = luck.philox(np.uint64(0), deal["entity"], luck.FILE_DEAL, np.uint64(2), knobs["key0"], knobs["key1"])
    never = rule["never_revives"]
    seen = day - min(since_last_open(state, day), day - since)  # quiet deals come back on open days only
    still = (1.0 - never) * math.exp(-(seen - since) / rule["stall_mean_days"])
    back = seen + rule["stall_mean_days"] * luck.exponential(a)
    if back < day:
        back = same_time_next_open_day(state, back)
    if luck.uniform(b) * (never + still) < never:
        back = np.inf
    # One quiet for longer than deals are kept is closed on the first day.
    be_quiet(state, d, max(since, day - rule["close_after_days"]), back)
    deal["waits_since"] = since


@compiled
def date_close(state, d, forecast, entered, day):
    """Give a deal its forecast close date: the one given, else the median of what remains; pushed when passed."""
    deal = state.deals[d]
    deal["forecast_close_day"] = forecast
    if math.isnan(forecast):
        expect_close(state, d, entered)
    push = state.segments[deal["segment"]]["push_days"]
    while deal["forecast_close_day"] < day:
        deal["forecast_close_day"] += push
        deal["slips"] += 1
