"""Customers: signed by a win, raised by an expansion, each with the contracts and the moves of its ARR.

A customer belongs to the seat and holder that won the last deal with it, until somebody takes it over.
"""

from __future__ import annotations

import math

import numpy as np

from sim import ledger, luck
from sim.compiled import compiled, inlined
from sim.pipeline.clocks import day_when_worked, enter, months_after, months_since, worked_at
from sim.pipeline.ground import Ground
from sim.pipeline.rows import next_row
from sim.pipeline.tables import ARR_MOVES, CONTRACTS, CUSTOMERS, INDEX, NOBODY, NUMBER, Field, growing, whole
from sim.rules.amounts import whole_cents

# What the weekly tick needs of a customer lies in arrays of its own: customer_day, customer_budget, customer_cell.
CUSTOMER = np.dtype([
    ("entity", "u8"), ("deal", "i8"), ("source", "i8"), ("seat", "i8"), ("holder", "i8"),
    ("since_day", "f8"), ("left_day", "f8"), ("arr_usd", "f8"),
    ("anchor_day", "f8"), ("term_months", "f8"),  # from which its terms count, and the months to the last one's end
    ("term_end_day", "f8"), ("renewals", "i8"),
    ("growth_day", "f8"), ("growth_left_usd", "f8"), ("growth_steps", "i8"),  # a slow start's next step
    ("expands_day", "f8"), ("expansions", "i8"),  # the next expansion, once it is dated
    ("extra_loss", "f8"), ("handed_on", "i8"),  # chance to be lost at the next renewal because the seller left
], align=True)  # fmt: skip


def _room(ground: Ground) -> int:
    return ground.room_for_customers


FIELDS = {
    "customers": growing(CUSTOMER, CUSTOMERS, _room),
    # Its next dated event: a term's end or a step of growth; NEVER once it left.
    "customer_day": growing(NUMBER, CUSTOMERS, _room),
    # Unit exponential left to spend until it may expand; NEVER when dated.
    "customer_budget": growing(NUMBER, CUSTOMERS, _room),
    "customer_cell": growing(INDEX, CUSTOMERS, _room),
    "contracts": growing(ledger.CONTRACTS, CONTRACTS, lambda ground: 2 * ground.room_for_customers),
    "arr_moves": growing(ledger.ARR_MOVES, ARR_MOVES, lambda ground: 2 * ground.room_for_customers),
    "cell_customers": Field(INDEX, 1, lambda ground: np.zeros(ground.cells, np.int64), whole),  # how many there are now
    # Log-odds of renewal this week: load and market.
    "cell_renewal": Field(NUMBER, 1, lambda ground: np.zeros(ground.cells)),
    # Expansion opportunities of one customer a working day.
    "cell_expansion": Field(NUMBER, 1, lambda ground: np.zeros(ground.cells)),
}


@inlined
def segment_of(state, c):
    return state.cell_segment[state.customer_cell[c]]


@inlined
def is_gone(state, c):
    return state.customers[c]["left_day"] < np.inf


@inlined
def customer_left(state, d):
    """Whether a deal is an expansion of somebody who is no customer any more."""
    c = state.deals[d]["customer"]
    return c != NOBODY and is_gone(state, c)


@compiled
def write_contract(state, c, deal, kind, start, end, arr):
    row = state.contracts[next_row(state, CONTRACTS, len(state.contracts))]
    customer = state.customers[c]
    segment = segment_of(state, c)
    row["customer"] = c
    row["deal"] = deal
    row["kind"] = kind
    row["segment"] = segment
    row["region"] = region_of(state, c)
    row["source"] = customer["source"]
    row["seat"] = customer["seat"]
    row["holder"] = customer["holder"]
    row["start_day"] = start
    row["end_day"] = end
    row["arr_usd"] = arr
    # What begins whole months from the anchor, as renewals do, keeps to its day of the month; the rest to its own.
    row["anchor_day"] = start
    if start != customer["anchor_day"]:
        whole = np.round(months_since(state, customer["anchor_day"], start))
        if months_after(state, customer["anchor_day"], whole) == start:
            row["anchor_day"] = customer["anchor_day"]


@inlined
def count_terms(state, c, anchor, months):
    """A customer's terms count from an anchor, and the last ends so many months after it: the day never drifts."""
    customer = state.customers[c]
    customer["anchor_day"] = anchor
    customer["term_months"] = months
    customer["term_end_day"] = months_after(state, anchor, months)


@inlined
def date_growth(state, c):
    """Date a slow start's next step, counted from the day on which the customer signed; never, if none is left."""
    customer = state.customers[c]
    terms = state.renewal[segment_of(state, c)]
    customer["growth_day"] = np.inf
    if customer["growth_steps"] > 0:
        steps = terms["growth_steps"] - customer["growth_steps"] + 1
        customer["growth_day"] = months_after(state, customer["since_day"], steps * terms["growth_months"])


@inlined
def take_step(state, c):
    """A slow start's next step, with the day of the one after it; answers how much it brought."""
    customer = state.customers[c]
    step = whole_cents(customer["growth_left_usd"] / customer["growth_steps"])
    customer["growth_left_usd"] = whole_cents(customer["growth_left_usd"] - step)
    customer["growth_steps"] -= 1
    date_growth(state, c)
    return step


@inlined
def region_of(state, c):
    cell = state.customer_cell[c]
    regions = len(state.cell_segment) // len(state.segments)
    return cell - regions * state.cell_segment[cell]


@compiled
def move_arr(state, c, day, kind, cause, amount):
    """Change a customer's ARR, which is kept to the cent, and write it down."""
    customer = state.customers[c]
    customer["arr_usd"] = whole_cents(customer["arr_usd"] + amount)
    row = state.arr_moves[next_row(state, ARR_MOVES, len(state.arr_moves))]
    row["day"] = day
    row["customer"] = c
    row["kind"] = kind
    row["cause"] = cause
    row["segment"] = segment_of(state, c)
    row["region"] = region_of(state, c)
    row["source"] = customer["source"]
    row["seat"] = customer["seat"]
    row["amount_usd"] = amount


@compiled
def new_customer(state, entity, cell, source, deal, seat, holder, day):
    """Write the record of a customer without ARR and without a term yet; returns its number."""
    c = next_row(state, CUSTOMERS, len(state.customers))
    knobs = state.knobs[0]
    customer = state.customers[c]
    customer["entity"] = entity
    customer["deal"] = deal
    customer["source"] = source
    customer["seat"] = seat
    customer["holder"] = holder
    customer["since_day"] = day
    customer["left_day"] = np.inf
    customer["arr_usd"] = 0.0
    customer["anchor_day"] = day
    customer["term_months"] = 0.0
    customer["term_end_day"] = np.inf
    customer["renewals"] = 0
    customer["growth_day"] = np.inf
    customer["growth_left_usd"] = 0.0
    customer["growth_steps"] = 0
    customer["expands_day"] = np.inf
    customer["expansions"] = 0
    customer["extra_loss"] = 0.0
    customer["handed_on"] = 0
    a, _, _, _ = luck.philox(np.uint64(0), entity, luck.CUSTOMER_EXPANDS, np.uint64(0), knobs["key0"], knobs["key1"])
    state.customer_budget[c] = luck.exponential(a)
    state.customer_cell[c] = cell
    state.customer_day[c] = np.inf
    state.cell_customers[cell] += 1
    return c


@compiled
def keep_customer(state, d, day):
    """A deal is won: it makes a new customer, or raises the one whose expansion it is."""
    if state.knobs[0]["signs"] and state.renewal[state.deals[d]["segment"]]["keeps"]:
        if state.deals[d]["customer"] == NOBODY:
            sign(state, d, day)
        else:
            expand(state, d, day)


@compiled
def sign(state, d, day):
    """A new customer: its first term begins with the win, at the deal's amount or a part that grows to it."""
    deal = state.deals[d]
    terms = state.renewal[deal["segment"]]
    c = new_customer(state, deal["entity"], deal["cell"], deal["source"], d, deal["seat"], deal["holder"], day)
    customer = state.customers[c]
    arr = whole_cents(terms["starts_at"] * deal["amount_usd"])
    count_terms(state, c, day, terms["months"])
    if arr < deal["amount_usd"]:
        customer["growth_left_usd"] = whole_cents(deal["amount_usd"] - arr)
        customer["growth_steps"] = terms["growth_steps"]
        date_growth(state, c)
    write_contract(state, c, d, ledger.NEW_TERM, day, customer["term_end_day"], arr)
    move_arr(state, c, day, ledger.ARR_NEW, ledger.OWN_COURSE, arr)
    date_next(state, c)
    date_expansion(state, c, worked_at(state, day))


@compiled
def expand(state, d, day):
    """An expansion is won: until the term's end it runs beside the term, then it is part of it."""
    deal = state.deals[d]
    c = deal["customer"]
    customer = state.customers[c]
    customer["seat"] = deal["seat"]
    customer["holder"] = deal["holder"]
    write_contract(state, c, d, ledger.EXPANSION_TERM, day, customer["term_end_day"], deal["amount_usd"])
    move_arr(state, c, day, ledger.ARR_EXPANSION, ledger.OWN_COURSE, deal["amount_usd"])


@inlined
def date_next(state, c):
    """Find a customer's next dated event; if it falls in this week it goes into the calendar at once."""
    customer = state.customers[c]
    day = min(customer["term_end_day"], customer["growth_day"])
    state.customer_day[c] = day
    if day < state.knobs[0]["week_end"]:
        enter(state, -1 - c, day)


@compiled
def date_expansion(state, c, worked):
    """Spend a customer's budget from a working time to the week's end; date the expansion that falls in it."""
    rate = state.cell_expansion[state.customer_cell[c]]
    cost = rate * max(worked_at(state, state.knobs[0]["week_end"]) - worked, 0.0)
    if not state.customer_budget[c] < cost:
        state.customer_budget[c] -= cost
        return
    day = day_when_worked(state, worked + max(state.customer_budget[c], 0.0) / rate)
    state.customers[c]["expands_day"] = day
    state.customer_budget[c] = np.inf
    enter(state, -1 - c, day)


@inlined
def expansion_size(state, d, bias):
    """First-year value of an expansion: a share of what its customer pays now. ``bias`` as in ``size_by_law``."""
    deal = state.deals[d]
    knobs = state.knobs[0]
    source = state.sources[deal["source"]]
    a, b, _, _ = luck.philox(np.uint64(0), deal["entity"], luck.DEAL_SIZE, np.uint64(0), knobs["key0"], knobs["key1"])
    sigma = source["arr_sigma"]
    part = source["share_of_arr"] * math.exp(sigma * luck.normal(a, b) - 0.5 * sigma * sigma + bias * sigma * sigma)
    market = state.market[deal["cell"], deal["source"]]["size"]
    return whole_cents(state.customers[deal["customer"]]["arr_usd"] * part * source["size"] * market)
