"""The installed base of the first day: customers in the middle of their terms, and whose the open expansions are."""

from __future__ import annotations

import math

import numpy as np

from sim import ledger, luck
from sim.compiled import compiled, inlined
from sim.pipeline.cells import RACE
from sim.pipeline.clocks import months_after, months_since
from sim.pipeline.customers import (
    count_terms,
    date_growth,
    date_next,
    expansion_size,
    move_arr,
    new_customer,
    segment_of,
    take_step,
    write_contract,
)
from sim.pipeline.deals import set_amount
from sim.pipeline.renewals import run_for_customer, stands_empty
from sim.pipeline.segments import size_by_law
from sim.pipeline.tables import CUSTOMERS, NOBODY
from sim.rules.amounts import whole_cents

# What a customer of the first day has been through, in the order of customers.
PAST = np.dtype([
    ("since_day", "f8"),  # when it signed
    ("term_start", "f8"),
    ("deal_usd", "f8"),  # ARR to which its first deal grows
    ("lived", "f8"),  # by what renewals and expansions before the present term multiplied it
    ("expansion_day", "f8"), ("expansion_share", "f8"),  # of the present term; never, if there was none
    ("bought_more", "?"),  # in a term before
], align=True)  # fmt: skip


@compiled
def seed_customers(state, day, entity, cell, count):
    """Put a cell's customers in place, cell by cell in their order. ``open_books`` tells what terms they are in."""
    segment = state.cell_segment[cell]
    for n in range(count):
        name = luck.child(entity, np.uint64(n))
        c = new_customer(state, name, cell, NOBODY, NOBODY, NOBODY, NOBODY, day)
        scale = state.renewal[segment]["opening_scale"]
        state.customers[c]["arr_usd"] = size_by_law(state, name, segment, scale, 1.0, 0.0)


@compiled
def remember(state, past, day):
    """Who signs after ``day``, in the history that is played, asks for nothing before; ARR is that of the first day.

    Args:
        past: ``PAST``, shape (customers,).
    """
    for c in range(state.count[CUSTOMERS]):
        customer, row = state.customers[c], past[c]
        customer["since_day"] = row["since_day"]
        customer["arr_usd"] = arr_today(state, c, row)
        if row["since_day"] > day:
            state.customer_day[c] = row["since_day"]
            state.customer_budget[c] = np.inf


@inlined
def arr_today(state, c, past):
    """What a customer pays on the first day, to about a cent."""
    terms = state.renewal[segment_of(state, c)]
    made = terms["growth_steps"]
    if terms["growth_months"] > 0.0:
        made = min(made, math.floor(months_since(state, past["since_day"], 0.0) / terms["growth_months"]))
    part = terms["starts_at"] + (1.0 - terms["starts_at"]) * made / terms["growth_steps"]
    more = past["expansion_share"] if past["expansion_day"] < 0.0 else 0.0
    return past["deal_usd"] * part * past["lived"] * (1.0 + more)


@compiled
def open_books(state, day, seller_since, past, sells_new):
    """The first day: each customer is somewhere in a term, and belongs to a seller.

    Who has lost a seller within the term may be lost at its renewal, as peers' customers are. So the first year loses
    as many as any other. Where all seats of a cell stand empty, or nobody is at work, its
    customers have no seller until a plan's organization hands them on.

    Args:
        seller_since: the day on which the holder of each seat came, shape (seats,). past: ``PAST``, (customers,).
        sells_new: the source from which most new customers of each cell come, (cells,).
    """
    for c in range(state.count[CUSTOMERS]):
        customer = state.customers[c]
        terms = state.renewal[segment_of(state, c)]
        customer["handed_on"] = 1
        seat, lost_day = keeper_today(state, c, seller_since, past[c], sells_new[state.customer_cell[c]], day)
        if seat != NOBODY:
            customer["seat"] = seat
            customer["holder"] = state.seats[seat]["holder"]
            if lost_day > past[c]["term_start"]:
                customer["extra_loss"] = terms["lost_to_peer"]
        elif stands_empty(state, state.customer_cell[c]):
            customer["extra_loss"] = terms["lost_to_newcomer"]
        start_book(state, c, day, past[c])


@compiled
def keeper_today(state, c, seller_since, past, source, day):
    """Who has a customer on the first day, and when it last lost a seller; never, as far as one knows: minus infinity.

    Somebody who takes new business has it, unless they came later than the customer or it has bought more since: then
    it is with those who take expansions, where there are any.
    """
    seat = run_for_customer(state, c, source, RACE)
    passed = -np.inf  # when it went to those who take expansions
    lost = -np.inf
    if seat != NOBODY:
        if past["expansion_day"] < day:
            passed = past["expansion_day"]
        if past["bought_more"]:
            passed = past["term_start"]
        elif seller_since[seat] > past["since_day"]:
            passed = lost = seller_since[seat]
        if passed == -np.inf:
            return seat, lost
    keeper = NOBODY
    if state.knobs[0]["expansion"] != NOBODY:
        keeper = run_for_customer(state, c, state.knobs[0]["expansion"], RACE)
    if keeper == NOBODY:
        keeper = seat if seat != NOBODY else run_for_customer(state, c, NOBODY, RACE)
    if keeper != NOBODY and seller_since[keeper] > max(passed, past["since_day"]):
        lost = seller_since[keeper]
    return keeper, lost


@compiled
def start_book(state, c, day, past):
    """The contracts that a customer of the first day is in: its term, and what was added to it since the term began."""
    customer = state.customers[c]
    terms = state.renewal[segment_of(state, c)]
    start = past["term_start"]
    # Pasts are told in days of an average month; the contract is for so many months of the calendar.
    end = min(start + terms["days"], months_after(state, day, terms["months"]))
    arr = whole_cents(terms["starts_at"] * past["deal_usd"])
    customer["growth_left_usd"] = max(whole_cents(past["deal_usd"] - arr), 0.0)
    customer["growth_steps"] = terms["growth_steps"] if customer["growth_left_usd"] > 0.0 else 0
    date_growth(state, c)
    while customer["growth_day"] <= start:
        arr = whole_cents(arr + take_step(state, c))
    arr = whole_cents(arr * past["lived"])
    count_terms(state, c, end, 0.0)
    signed = months_after(state, end, -terms["months"])
    write_contract(state, c, NOBODY, ledger.OPENING_TERM, signed, end, arr)
    while customer["growth_day"] < day:
        since = customer["growth_day"]
        step = take_step(state, c)
        write_contract(state, c, NOBODY, ledger.GROWTH_TERM, since, end, step)
        arr = whole_cents(arr + step)
    if past["expansion_day"] < day:
        more = whole_cents(past["expansion_share"] * arr)
        write_contract(state, c, NOBODY, ledger.EXPANSION_TERM, past["expansion_day"], end, more)
        arr = whole_cents(arr + more)
    customer["arr_usd"] = 0.0
    move_arr(state, c, day, ledger.ARR_OPENING, ledger.OWN_COURSE, arr)
    date_next(state, c)


@compiled
def give_to_a_customer(state, d, bias, day):
    """An expansion that is open on ``day`` is some customer's of its cell who has signed by then; there must be one.

    Args:
        bias: 0 where each is as likely; else the elasticity of days to size: then large ones are found more often, as
            their deals take longer. Customers are proposed until one is taken.
    """
    deal = state.deals[d]
    knobs = state.knobs[0]
    here = state.cell_customers[deal["cell"]]
    first = 0
    for cell in range(deal["cell"]):
        first += state.cell_customers[cell]
    largest = 0.0
    if bias > 0.0:
        for c in range(first, first + here):
            largest = max(largest, state.customers[c]["arr_usd"])
    proposal = np.uint64(0)
    while True:
        a, b, _, _ = luck.philox(
            proposal, deal["entity"], luck.EXPANSION_SEEDED, np.uint64(0), knobs["key0"], knobs["key1"]
        )
        deal["customer"] = first + min(int(luck.uniform(a) * here), here - 1)
        arr = state.customers[deal["customer"]]["arr_usd"]
        if state.customers[deal["customer"]]["since_day"] > day:
            proposal += np.uint64(1)
            continue
        if not largest > 0.0 or luck.uniform(b) < (arr / largest) ** bias:
            break
        proposal += np.uint64(1)
    set_amount(state, d, expansion_size(state, d, bias))
