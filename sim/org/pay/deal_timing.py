"""Deal timing: at a pay period's end each seller decides which late deals to sign early or to put off."""

from __future__ import annotations

import numpy as np

from sim import luck
from sim.calendar import DAYS_PER_WEEK
from sim.compiled import compiled, inlined
from sim.ledger import PULLED_IN, PUSHED_OUT
from sim.pipeline import closing
from sim.pipeline.clocks import is_open, same_time_next_open_day
from sim.pipeline.seats import run_on
from sim.pipeline.tables import NOBODY
from sim.rules import timing


@compiled
def end_period(
    state, day, period_end, pulling, habits, terms, plans, ends, position, sold, quota, movable, roster, amount, when,
    place, counted, rows,
):  # fmt: skip
    """Everybody whose pay period ends decides what to sign early (pulling) or to put off; answers how many moved.

    Args:
        period_end: the instant at which the period ends. ends: by plan and component.
        movable: share of deals by segment. roster: ``ROSTER``; who is on leave moves nothing.
        amount, when, place: scratch, as many as there are open deals.
        counted: scratch, shape (components,). rows: of ``ledger.TIMINGS``, filled; gains at a usual rate of 1.
    """
    moved = 0
    for i in range(len(position)):
        me = position[i]
        p = me["plan"]
        if p == NOBODY or not me["pace_usd"] > 0.0 or roster[i]["away"] or not any_ends(ends, p):
            continue
        run_on(state, i, day)
        count, by_itself = look(state, i, day, period_end, pulling, terms, movable, amount, when, place)
        if count == 0:
            continue
        for c in range(plans.shape[1]):
            counted[c] = sold[i, c] + by_itself
        if pulling:
            best, gain = timing.deals_to_pull(
                habits, terms, plans[p], ends[p], counted, quota[i], me["pace_usd"], me["variance"], amount, when, count
            )
        else:
            best, gain = timing.deals_to_push(
                habits, terms, plans[p], ends[p], counted, quota[i], me["pace_usd"], me["variance"], amount, count
            )
        for k in range(best):
            row = rows[moved]
            moved += 1
            d = place[k]
            row["day"], row["deal"], row["seat"], row["holder"] = day, d, i, state.seats[i]["holder"]
            row["together"], row["gain_usd"] = best, gain
            row["sold_usd"], row["quota_usd"] = counted[0], quota[i, 0]
            row["amount_usd"] = amount[k]
            if pulling:
                row["kind"], row["planned_day"] = PULLED_IN, day + DAYS_PER_WEEK * when[k]
                row["discount_usd"] = closing.pull_in(state, d, day, timing.discount(terms, when[k]))
            else:
                later = period_end + (when[k] - day)
                if not is_open(state, later):
                    later = same_time_next_open_day(state, later)
                _, _, u = ease(state, d)
                row["kind"], row["planned_day"], row["until_day"] = PUSHED_OUT, when[k], later
                row["lost"] = u < terms["lost_share"]
                closing.push_out(state, d, later, row["lost"])
    return moved


@inlined
def any_ends(ends, p):
    found = False
    for c in range(ends.shape[1]):
        found = found or ends[p, c]
    return found


@inlined
def ease(state, d):
    """Three uniform numbers of a deal: how easily it is signed early, put off, and kept when put off."""
    knobs = state.knobs[0]
    entity = state.deals[d]["entity"]
    a, b, c, _ = luck.philox(np.uint64(0), entity, luck.DEAL_TIMING, np.uint64(0), knobs["key0"], knobs["key1"])
    return luck.uniform(a), luck.uniform(b), luck.uniform(c)


@compiled
def look(state, i, day, period_end, pulling, terms, movable, amount, when, place):
    """A rep goes through their late deals: how many can be moved, and the US dollars that close by themselves.

    Fills amount, when and place. To pull: weeks early, soonest first. To push: the closing day, largest first.
    """
    count, by_itself = 0, 0.0
    d = state.seats[i]["first"]
    while d != NOBODY:
        deal = state.deals[d]
        if closing.will_be_won(state, d):
            closes = closing.closing_day(state, d)
            early = (closes - day) / DAYS_PER_WEEK
            easy, easy_later, _ = ease(state, d)
            share = movable[deal["segment"]]
            takes = False
            if closes < period_end:
                by_itself += deal["amount_usd"]
                takes = not pulling and easy_later < share * terms["push_share"]
            elif pulling and early <= terms["sight_weeks"]:
                takes = easy < share and timing.discount(terms, early) <= terms["most_discount"]
            if takes:
                k = count
                while k > 0 and comes_before(pulling, early, deal["amount_usd"], when[k - 1], amount[k - 1]):
                    amount[k], when[k], place[k] = amount[k - 1], when[k - 1], place[k - 1]
                    k -= 1
                amount[k], place[k] = deal["amount_usd"], d
                when[k] = early if pulling else closes
                count += 1
        d = deal["next"]
    return count, by_itself


@inlined
def comes_before(pulling, early, amount, other_early, other_amount):
    return early < other_early if pulling else amount > other_amount
