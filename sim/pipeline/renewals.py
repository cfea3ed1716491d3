"""Renewals: what falls to customers by itself: a term's end, a step of growth, a wish for more; and lost sellers.

The weekly tick dates what falls in the coming week; each event then happens at its exact instant in the loop.
"""

from __future__ import annotations

import numpy as np

from sim import ledger, luck
from sim.compiled import compiled, inlined
from sim.pipeline.cells import RACE, in_turn, race
from sim.pipeline.clocks import enter, worked_at
from sim.pipeline.customers import (
    count_terms,
    date_expansion,
    date_next,
    expansion_size,
    is_gone,
    move_arr,
    segment_of,
    take_step,
    write_contract,
)
from sim.pipeline.deals import new_lead, set_amount
from sim.pipeline.leads import offer
from sim.pipeline.tables import CUSTOMERS, NOBODY
from sim.pipeline.territory import lose_customers
from sim.rules.amounts import whole_cents
from sim.rules.odds import chance


@compiled
def plan_customers(state, day, week_end):
    """The weekly tick: date what falls to customers before ``week_end``, at the rates set for the week."""
    state.knobs[0]["week_end"] = week_end
    worked = worked_at(state, day)
    days = worked_at(state, week_end) - worked
    for c in range(state.count[CUSTOMERS]):
        if state.customer_day[c] < week_end:
            enter(state, -1 - c, state.customer_day[c])
        cost = state.cell_expansion[state.customer_cell[c]] * days
        if state.customer_budget[c] < cost:
            date_expansion(state, c, worked)
        else:
            state.customer_budget[c] -= cost


@compiled
def customer_event(state, c, day):
    """What is dated for a customer happens; entries of one who has left are passed over."""
    customer = state.customers[c]
    if is_gone(state, c):
        return
    if customer["since_day"] == day:
        begin(state, c, day)
    if customer["expands_day"] == day:
        wish_for_more(state, c, day)
    if customer["growth_day"] == day:
        grow(state, c, day)
    if customer["term_end_day"] == day:
        end_term(state, c, day)


@compiled
def begin(state, c, day):
    """A customer of the first day signs in the history before it: from now on it may ask for more."""
    knobs = state.knobs[0]
    entity = state.customers[c]["entity"]
    a, _, _, _ = luck.philox(np.uint64(0), entity, luck.CUSTOMER_EXPANDS, np.uint64(0), knobs["key0"], knobs["key1"])
    state.customer_budget[c] = luck.exponential(a)
    date_next(state, c)
    date_expansion(state, c, worked_at(state, day))


@compiled
def wish_for_more(state, c, day):
    """A customer would buy more: an opportunity for those who take expansions; then the next gap is drawn."""
    customer = state.customers[c]
    knobs = state.knobs[0]
    customer["expansions"] += 1
    customer["expands_day"] = np.inf
    count = np.uint64(customer["expansions"])
    entity = customer["entity"]
    a, _, _, _ = luck.philox(count, entity, luck.CUSTOMER_EXPANDS, np.uint64(0), knobs["key0"], knobs["key1"])
    state.customer_budget[c] = luck.exponential(a)
    date_expansion(state, c, worked_at(state, day))
    d = new_lead(state, luck.child(entity, count), state.customer_cell[c], knobs["expansion"], day, False)
    state.deals[d]["customer"] = c
    set_amount(state, d, expansion_size(state, d, 0.0))
    offer(state, d, day)


@compiled
def grow(state, c, day):
    """A slow start's next step; the last one brings exactly what is left."""
    customer = state.customers[c]
    step = take_step(state, c)
    if day < customer["term_end_day"]:
        write_contract(state, c, customer["deal"], ledger.GROWTH_TERM, day, customer["term_end_day"], step)
    move_arr(state, c, day, ledger.ARR_GROWTH, ledger.OWN_COURSE, step)
    date_next(state, c)


@compiled
def end_term(state, c, day):
    """A term ends: the customer leaves, or renews for as much, less or more.

    One uniform number decides whether it stays, so that load, market and a lost seller shift the same luck; a
    second one decides for how much.
    """
    customer = state.customers[c]
    knobs = state.knobs[0]
    cell = state.customer_cell[c]
    terms = state.renewal[segment_of(state, c)]
    index = np.uint64(customer["renewals"])
    a, b, _, _ = luck.philox(index, customer["entity"], luck.RENEWAL, np.uint64(0), knobs["key0"], knobs["key1"])
    stays = luck.uniform(a)
    likely = chance(terms["renew_logit"] + state.cell_renewal[cell])
    if stays >= likely - customer["extra_loss"]:
        lose_customer(state, c, day, ledger.SELLER_LEFT if stays < likely else ledger.OWN_COURSE)
        return
    customer["renewals"] += 1
    customer["extra_loss"] = 0.0
    count_terms(state, c, customer["anchor_day"], customer["term_months"] + terms["months"])
    how = luck.uniform(b)
    arr = customer["arr_usd"]
    if how < terms["contract"] and terms["contract_by"] > 0.0:
        move_arr(state, c, day, ledger.ARR_CONTRACTION, ledger.OWN_COURSE, -whole_cents(arr * terms["contract_by"]))
    elif how >= 1.0 - terms["uplift"] and terms["uplift_by"] > 0.0:
        move_arr(state, c, day, ledger.ARR_UPLIFT, ledger.OWN_COURSE, whole_cents(arr * terms["uplift_by"]))
    write_contract(state, c, NOBODY, ledger.RENEWAL_TERM, day, customer["term_end_day"], customer["arr_usd"])
    date_next(state, c)


@inlined
def lose_customer(state, c, day, cause):
    """A customer leaves; its open expansions are lost at their next step."""
    move_arr(state, c, day, ledger.ARR_CHURN, cause, -state.customers[c]["arr_usd"])
    state.customers[c]["left_day"] = day
    lose_customers(state, state.customer_cell[c], 1, day)
    state.customer_day[c] = np.inf
    state.customer_budget[c] = np.inf
    state.cell_customers[state.customer_cell[c]] -= 1


@compiled
def stands_empty(state, cell):
    """Whether a cell has seats of sellers, and nobody sits in any of them."""
    seats = state.cell_seat[state.cell_first[cell] : state.cell_first[cell + 1]]
    for i in seats:
        if state.seats[i]["held"]:
            return False
    return len(seats) > 0


@compiled
def park_customers(state, cell, i):
    """A cell's customers whom nobody has wait with seat i until they are handed on."""
    for c in range(state.count[CUSTOMERS]):
        if state.customer_cell[c] == cell and state.customers[c]["seat"] == NOBODY:
            state.customers[c]["seat"] = i


@inlined
def has_no_seller(state, c):
    """Whether a customer's seller has left and nobody has taken over."""
    customer = state.customers[c]
    seat = state.seats[customer["seat"]]
    return not is_gone(state, c) and (not seat["held"] or seat["holder"] != customer["holder"])


@compiled
def lose_seller(state, i):
    """Whoever holds seat i is about to leave it: their customers may be lost at the next renewal."""
    seat = state.seats[i]
    for c in range(state.count[CUSTOMERS]):
        customer = state.customers[c]
        if customer["seat"] == i and customer["holder"] == seat["holder"] and not is_gone(state, c):
            extra = state.renewal[segment_of(state, c)]["lost_to_newcomer"]
            customer["extra_loss"] = max(customer["extra_loss"], extra)


@compiled
def count_customers_without_seller(state, i, holder):
    """Customers that a former holder of a seat left."""
    count = 0
    for c in range(state.count[CUSTOMERS]):
        if is_left_by(state, c, i, holder):
            count += 1
    return count


@inlined
def is_left_by(state, c, i, holder):
    customer = state.customers[c]
    return customer["seat"] == i and customer["holder"] == holder and has_no_seller(state, c)


@compiled
def hand_on_customers(state, i, holder, routing):
    """Hand on the customers that a holder of a seat left, like deals; a peer keeps more of them than a newcomer."""
    for c in range(state.count[CUSTOMERS]):
        customer = state.customers[c]
        if not is_left_by(state, c, i, holder):
            continue
        taker = keeper_of(state, c, i, routing)
        if taker == NOBODY:
            continue
        customer["seat"] = taker
        customer["holder"] = state.seats[taker]["holder"]
        customer["handed_on"] += 1
        if taker != i and customer["extra_loss"] > 0.0:
            customer["extra_loss"] = state.renewal[segment_of(state, c)]["lost_to_peer"]


@compiled
def keeper_of(state, c, i, routing):
    """Who takes over a customer: those who sell expansions where there are any, else any seller there."""
    if routing == NOBODY:
        return i if state.seats[i]["held"] else NOBODY
    taker = NOBODY
    if state.knobs[0]["expansion"] != NOBODY:
        taker = run_for_customer(state, c, state.knobs[0]["expansion"], routing)
    if taker == NOBODY:
        taker = run_for_customer(state, c, NOBODY, routing)
    return taker


@inlined
def run_for_customer(state, c, source, routing):
    customer = state.customers[c]
    if routing == RACE:
        name = luck.child(customer["entity"], np.uint64(customer["handed_on"]))
        return race(state, name, state.customer_cell[c], source, luck.CUSTOMER_HANDED, True)
    return in_turn(state, state.customer_cell[c], source, routing, True)
