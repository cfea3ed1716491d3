"""What sellers choose, as compiled loops over seats: effort each week, and which deals to move at a period's end."""

from __future__ import annotations

import numpy as np

from sim import luck
from sim.compiled import compiled, inlined
from sim.ledger import PULLED_IN, PUSHED_OUT
from sim.pipeline import closing
from sim.pipeline.clocks import is_open, same_time_next_open_day
from sim.pipeline.seats import run_on
from sim.pipeline.tables import NOBODY
from sim.rules import effort, timing

_WEEK = 7.0

# What a seller knows of their pay: one row a seat. NOBODY as plan: nothing to respond to.
STANDING = np.dtype([
    ("plan", "i8"), ("pace_usd", "f8"), ("variance", "f8"),  # US dollars a week at effort 1, and its variance
    ("lag_weeks", "f8"), ("volume_share", "f8"), ("answer", "f8"),  # the stages' sum of 1 - p
    ("effort", "f8"), ("past", "f8"), ("wanted", "f8"), ("worth", "f8"), ("ratchet", "f8"),
], align=True)  # fmt: skip


@compiled
def choose_week(
    day, habits, plans, weeks_left, standing, sold, quota, weight, next_slope, roster, hours, logit, rows
):  # fmt: skip
    """Everybody's effort for the week; hours and odds answer to it as they do to ability. Answers how many chose.

    Args:
        plans: rows of ``CURVE``, shape (plans, components). weeks_left: of the same shape.
        sold, quota: US dollars by seat and component. weight: of the quota's ratchet.
        next_slope: scratch, shape (components,). rows: of ``ledger.EFFORTS``, filled.
    """
    count = 0
    kept = habits["inertia_share"]
    for i in range(len(standing)):
        me = standing[i]
        p = me["plan"]
        if p == NOBODY or not roster[i]["held"] or not me["pace_usd"] > 0.0:
            continue
        for c in range(plans.shape[1]):
            next_slope[c] = 0.0
            if plans[p, c]["period_weeks"] > 0.0 and quota[i, c] > 0.0:
                next_slope[c] = effort.next_period_slope(
                    habits, plans[p, c], quota[i, c], me["pace_usd"], me["variance"]
                )
        me["ratchet"] = 0.0
        if weight > 0.0:
            me["ratchet"] = effort.ratchet_cost(habits, plans[p], quota[i], weight, me["pace_usd"], me["variance"])
        me["wanted"], me["worth"] = effort.choose(
            habits, plans[p], sold[i], quota[i], weeks_left[p], next_slope, me["ratchet"], me["pace_usd"],
            me["variance"], me["lag_weeks"], 1.0 - me["volume_share"], me["past"],
        )  # fmt: skip
        me["effort"] = kept * me["effort"] + (1.0 - kept) * me["wanted"]
        me["past"] += (me["effort"] - me["past"]) / max(me["lag_weeks"], 1.0)
        exert(standing, i, hours, logit)
        row = rows[count]
        count += 1
        row["day"], row["seat"], row["holder"] = day, i, roster[i]["holder"]
        row["effort"], row["wanted"], row["worth"] = me["effort"], me["wanted"], me["worth"]
        row["ratchet"], row["weeks_left"] = me["ratchet"], weeks_left[p, 0]
        row["attainment"] = sold[i, 0] / quota[i, 0] if quota[i, 0] > 0.0 else -1.0
    return count


@compiled
def exert(standing, i, hours, logit):
    """A seller's hours and odds answer to their effort as they do to ability."""
    me = standing[i]
    hours[i] *= me["effort"] ** me["volume_share"]
    if me["answer"] > 0.0:
        logit[i] += (1.0 - me["volume_share"]) * np.log(me["effort"]) / me["answer"]


@compiled
def end_period(
    state, day, period_end, pulling, habits, terms, plans, ends, standing, sold, quota, movable, amount, when, place,
    counted, rows,
):  # fmt: skip
    """Everybody whose pay period ends decides what to sign early (pulling) or to put off; answers how many moved.

    Args:
        period_end: the instant at which the period ends. ends: by plan and component.
        movable: share of deals by segment. amount, when, place: scratch, as many as there are open deals.
        counted: scratch, shape (components,). rows: of ``ledger.TIMINGS``, filled; gains at a usual rate of 1.
    """
    moved = 0
    for i in range(len(standing)):
        me = standing[i]
        p = me["plan"]
        if p == NOBODY or not me["pace_usd"] > 0.0 or not any_ends(ends, p):
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
                row["kind"], row["planned_day"] = PULLED_IN, day + _WEEK * when[k]
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
            early = (closes - day) / _WEEK
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
