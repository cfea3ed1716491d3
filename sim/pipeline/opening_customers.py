"""The installed base that a company's own records name: each customer with the term it is in."""

from __future__ import annotations

import numpy as np

from sim import ledger
from sim.compiled import compiled
from sim.pipeline.cells import RACE
from sim.pipeline.clocks import months_after, months_since
from sim.pipeline.customers import count_terms, date_next, move_arr, new_customer, segment_of, write_contract
from sim.pipeline.renewals import run_for_customer, stands_empty
from sim.pipeline.tables import NOBODY

OPENING_CUSTOMER = np.dtype([
    ("entity", "u8"), ("cell", "i8"), ("seat", "i8"),
    ("seller_left", "i8"),  # within the term: 1 yes, 0 no, -1 as the seats tell
    ("arr_usd", "f8"), ("start_day", "f8"), ("end_day", "f8"),
], align=True)  # fmt: skip


@compiled
def place_customers(state, customers, day):
    """Put customers in place, so that their expansions can be under way; rows in the order of cells."""
    for n in range(len(customers)):
        given = customers[n]
        c = new_customer(state, given["entity"], given["cell"], NOBODY, NOBODY, NOBODY, NOBODY, day)
        state.customers[c]["arr_usd"] = given["arr_usd"]


@compiled
def open_recorded_books(state, customers, day, seller_since):
    """The first day: each customer is in its own term and belongs to its seller.

    One without a seller goes to a peer, if there is one. Whoever lost their seller within the term, as the records or
    the seats tell, may be lost at the renewal, as elsewhere.

    Args:
        customers: the rows that were put in place. seller_since: the day on which each seat's holder came, (seats,).
    """
    for c in range(len(customers)):
        given, customer = customers[c], state.customers[c]
        terms = state.renewal[segment_of(state, c)]
        seat = given["seat"]
        customer["handed_on"] = 1
        if seat == NOBODY:
            seat = run_for_customer(state, c, NOBODY, RACE)
            if seat == NOBODY and stands_empty(state, given["cell"]):
                customer["extra_loss"] = terms["lost_to_newcomer"]
            elif given["seller_left"] == 1:
                customer["extra_loss"] = terms["lost_to_peer"]
        elif not state.seats[seat]["held"]:
            customer["extra_loss"] = terms["lost_to_newcomer"]
        elif given["seller_left"] == 1 or (given["seller_left"] < 0 and seller_since[seat] > given["start_day"]):
            customer["extra_loss"] = terms["lost_to_peer"]
        if seat != NOBODY:
            customer["seat"] = seat
            customer["holder"] = state.seats[seat]["holder"]
        start_given_book(state, c, day, given["start_day"], given["end_day"])


@compiled
def start_given_book(state, c, day, term_start, term_end):
    """A customer of the records with its ARR: the term it is in, and the opening row of its ARR."""
    customer = state.customers[c]
    arr = customer["arr_usd"]
    customer["since_day"] = term_start
    anchor, months = term_end, 0.0
    whole = np.round(months_since(state, term_start, term_end))
    if months_after(state, term_start, whole) == term_end:  # of 31 January, though it ends on the last of February
        anchor, months = term_start, whole
    count_terms(state, c, anchor, months)
    customer["arr_usd"] = 0.0
    write_contract(state, c, NOBODY, ledger.OPENING_TERM, term_start, term_end, arr)
    move_arr(state, c, day, ledger.ARR_OPENING, ledger.OWN_COURSE, arr)
    date_next(state, c)
