"""The installed base of the first day: customers in the middle of their terms, and whose the open expansions are."""

from __future__ import annotations

import numpy as np

from sim import ledger, luck
from sim.compiled import compiled
from sim.pipeline.customers import date_next, expansion_size, move_arr, new_customer, segment_of, write_contract
from sim.pipeline.deals import set_amount, size_by_law
from sim.pipeline.renewals import run_for_customer, stands_empty
from sim.pipeline.tables import CUSTOMERS, NOBODY, RACE


@compiled
def seed_customers(state, day, entity, cell, count):
    """Put a cell's customers in place, cell by cell in their order. Their terms begin with ``open_books``."""
    segment = state.cell_segment[cell]
    for n in range(count):
        name = luck.child(entity, np.uint64(n))
        c = new_customer(state, name, cell, NOBODY, NOBODY, NOBODY, NOBODY, day)
        scale = state.renewal[segment]["opening_scale"]
        state.customers[c]["arr_usd"] = size_by_law(state, name, segment, scale, 1.0, 0.0)


@compiled
def open_books(state, day, seller_since):
    """The first day: each customer is somewhere in a term, any day of it equally likely, and belongs to a seller.

    Whose seller has come within the term lost another one before: it may be lost at its renewal, as peers' customers
    are. So the first year loses as many as any other. Where all seats of a cell stand empty, or nobody is at work, its
    customers have no seller until a plan's organization hands them on.

    Args:
        seller_since: the day on which the holder of each seat came, shape (seats,).
    """
    knobs = state.knobs[0]
    for c in range(state.count[CUSTOMERS]):
        customer = state.customers[c]
        name = customer["entity"]
        a, _, _, _ = luck.philox(np.uint64(0), name, luck.CUSTOMER_OPENING, np.uint64(0), knobs["key0"], knobs["key1"])
        days = state.renewal[segment_of(state, c)]["days"]
        term_start = day + luck.uniform(a) * days - days
        seat = run_for_customer(state, c, NOBODY, RACE)
        customer["handed_on"] = 1
        if seat != NOBODY:
            customer["seat"] = seat
            customer["holder"] = state.seats[seat]["holder"]
            if seller_since[seat] > term_start:
                customer["extra_loss"] = state.renewal[segment_of(state, c)]["lost_to_peer"]
        elif stands_empty(state, state.customer_cell[c]):
            customer["extra_loss"] = state.renewal[segment_of(state, c)]["lost_to_newcomer"]
        start_book(state, c, day, term_start, term_start + days)


@compiled
def start_book(state, c, day, term_start, term_end):
    """A customer of the first day with its ARR: the term it is in, and the opening row of its ARR."""
    customer = state.customers[c]
    arr = customer["arr_usd"]
    customer["since_day"] = term_start
    customer["term_end"] = term_end
    customer["arr_usd"] = 0.0
    write_contract(state, c, NOBODY, ledger.OPENING_TERM, term_start, customer["term_end"], arr)
    move_arr(state, c, day, ledger.ARR_OPENING, ledger.OWN_COURSE, arr)
    date_next(state, c)


@compiled
def give_to_a_customer(state, d, bias):
    """An expansion that is open on the first day is some customer's of its cell.

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
        if not largest > 0.0 or luck.uniform(b) < (arr / largest) ** bias:
            break
        proposal += np.uint64(1)
    set_amount(state, d, expansion_size(state, d, bias))
