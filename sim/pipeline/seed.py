"""Seed: put the long-run pipeline of a flow of opportunities in place, as if it had always been running.

With Poisson arrivals the open deals of each stage are Poisson with mean rate times time in it, whatever the
duration law, and the stage somebody is found in is length-biased (M/G/infinity): where large deals take longer, those
found at work are larger than others. That is exact while nobody is overloaded; the warm-up settles what remains.
"""

from __future__ import annotations

import math

import numpy as np

from sim import ledger, luck
from sim.compiled import compiled, inlined
from sim.pipeline.cells import race
from sim.pipeline.deals import be_quiet, draw_size, new_lead, set_amount
from sim.pipeline.forecast import expect_close
from sim.pipeline.installed_base import give_to_a_customer
from sim.pipeline.pools import start_attempt
from sim.pipeline.seats import link, retime
from sim.pipeline.stages import EXPONENTIAL, FIXED, STAGE_STRIDE, TABLE, cycle_of, draw_stage, stage_days
from sim.pipeline.tables import NOBODY, OPEN
from sim.pipeline.territory import is_finite, take_account

_SEEDED = np.uint64(1) << np.uint64(62)  # seeded deals are named apart from those found later


@compiled
def poisson(mean, word):
    """A Poisson number from one uniform, by inversion; the mean is split so that exp(-mean) stays above 0."""
    u = luck.uniform(word)
    if mean > 200.0:
        return max(0, round(mean + math.sqrt(mean) * _normal_quantile(u)))
    term = math.exp(-mean)
    total = term
    count = 0
    while u > total and count < 1000:
        count += 1
        term *= mean / count
        total += term
    return count


@compiled
def _normal_quantile(u):
    """Standard normal quantile by bisection on erfc; only for large means, where speed does not matter."""
    low, high = -9.0, 9.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if 0.5 * math.erfc(-middle / math.sqrt(2.0)) < u:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@compiled
def seed(state, day, entity, cell, source, owner, rate, attempts, stalls, days, never_days, back_days):
    """Seed the open deals of one flow.

    Args:
        entity: the name of the flow. owner: the seat that holds them, or NOBODY to let the cell's seats race.
        rate: opportunities a calendar day. The rest as in ``sim.rules.flow.Flow``.
    """
    knobs = state.knobs[0]
    segment = state.cell_segment[cell]
    never = state.segments[segment]["never_revives"]
    made = 0
    for k in range(state.segments[segment]["stages"]):
        for j in range(attempts.shape[1]):
            index = np.uint64(STAGE_STRIDE * k + j)
            a, b, c, _ = luck.philox(index, entity, luck.DEAL_OPENING, np.uint64(0), knobs["key0"], knobs["key1"])
            working = poisson(rate * attempts[k, j] * days[k], a)
            gone_quiet = poisson(rate * stalls[k, j] * never * never_days, b)
            quiet = poisson(rate * stalls[k, j] * (1.0 - never) * back_days, c)
            for n in range(working + gone_quiet + quiet):
                made += 1
                name = luck.child(entity, _SEEDED + np.uint64(made))
                i = owner
                if i == NOBODY:
                    i = race(state, name, cell, source, luck.LEAD_ROUTED, True)
                if i == NOBODY:
                    continue
                d = new_lead(state, name, cell, source, day, False)
                bias = state.segments[segment]["elasticity"] if n < working else 0.0
                if source == knobs["expansion"]:
                    give_to_a_customer(state, d, bias, day)
                elif bias > 0.0:
                    set_amount(state, d, draw_size(state, name, cell, segment, source, bias))
                if n < working:
                    place_working(state, d, i, k, j, day, attempts)
                else:
                    place_quiet(state, d, i, k, j, day, n < working + gone_quiet, never_days, attempts)
    return made


@compiled
def place_working(state, d, i, stage, attempt, day, attempts):
    """A deal found at work in a stage: time since it began and time left share one length-biased duration."""
    deal = state.deals[d]
    deal["stage"], deal["attempt"], deal["state"] = stage, attempt, ledger.WORKING
    draw_stage(state, d)
    gone, left = split_duration(state, d)
    place(state, d, i, day, gone, attempts)
    start_attempt(state, d, day, left)
    retime(state, i)


@compiled
def split_duration(state, d):
    """Days gone and days left of the stage in which a deal is found."""
    deal = state.deals[d]
    knobs = state.knobs[0]
    stage = state.stages[deal["segment"], deal["stage"]]
    a, b, c, _ = luck.philox(
        np.uint64(0), deal["entity"], luck.DEAL_OPENING, np.uint64(1), knobs["key0"], knobs["key1"]
    )
    cycle = cycle_of(state, deal)
    if stage["law"] == EXPONENTIAL:
        return stage["mean_days"] * luck.exponential(a) * cycle, stage["mean_days"] * luck.exponential(b) * cycle
    whole = stage["mean_days"]
    if stage["law"] == TABLE:
        whole = biased_length(state, deal, luck.uniform(a))
    elif stage["law"] != FIXED:
        whole = math.exp(stage["mu"] + stage["sigma"] ** 2 + stage["sigma"] * luck.normal(a, b))
    part = luck.uniform(c)
    return whole * part * cycle, whole * (1.0 - part) * cycle


@compiled
def biased_length(state, deal, u):
    """A tabled duration, each as likely as its weight times its length; ``u`` is uniform."""
    segment, k = deal["segment"], deal["stage"]
    wanted = u * state.stages[segment, k]["mean_days"]
    reached, before = 0.0, 0.0
    n = 0
    while True:
        days, weight = state.lengths[segment, k, n]
        reached += days * (weight - before)
        before = weight
        if reached > wanted or n == state.stages[segment, k]["lengths"] - 1:
            return days
        n += 1


@compiled
def place_quiet(state, d, i, stage, attempt, day, never_back, never_days, attempts):
    """A deal found quiet after an attempt; whether it ever comes back is known."""
    deal = state.deals[d]
    knobs = state.knobs[0]
    rule = state.segments[deal["segment"]]
    a, b, _, _ = luck.philox(
        np.uint64(0), deal["entity"], luck.DEAL_OPENING, np.uint64(2), knobs["key0"], knobs["key1"]
    )
    deal["stage"], deal["attempt"] = stage, attempt + 1
    if never_back:
        gone, back = luck.uniform(a) * never_days, np.inf
    else:
        mean = rule["stall_mean_days"]
        gone = days_before_back(rule, luck.uniform(a))
        back = day + mean * luck.exponential(b)
    place(state, d, i, day, gone, attempts)
    be_quiet(state, d, day - gone, back)


@inlined
def days_before_back(rule, u):
    """Days of a stall that ended before the deal was closed; ``u`` is uniform."""
    mean = rule["stall_mean_days"]
    return -mean * math.log1p(-u * -math.expm1(-rule["close_after_days"] / mean))


@inlined
def tries_before(state, d, k, attempts):
    """How often a deal found further on has stalled in its k-th stage: the present one's are known, others drawn."""
    deal = state.deals[d]
    if k == deal["stage"]:
        return deal["attempt"]
    knobs = state.knobs[0]
    a, _, _, _ = luck.philox(
        np.uint64(k), deal["entity"], luck.OPENING_WAIT, np.uint64(0), knobs["key0"], knobs["key1"]
    )
    left = luck.uniform(a) * attempts[k].sum()
    j = 0
    while j < attempts.shape[1] - 1 and left > attempts[k, j]:
        left -= attempts[k, j]
        j += 1
    return j


@compiled
def days_before(state, d, k, attempts):
    """Days that a seeded deal has spent in its k-th stage before now, in tries that are over and quiet between them.

    The quiet ones are added to what it has waited; a present stall, which is not over, is no part of either.
    """
    deal = state.deals[d]
    knobs = state.knobs[0]
    rule = state.segments[deal["segment"]]
    stalls = tries_before(state, d, k, attempts)
    quiet = deal["state"] != ledger.WORKING and k == deal["stage"]
    tries = stalls if k == deal["stage"] else stalls + 1
    past = 0.0
    for j in range(tries):
        index = np.uint64(STAGE_STRIDE * k + j)
        _, b, c, _ = luck.philox(index, deal["entity"], luck.DEAL_STAGE, np.uint64(0), knobs["key0"], knobs["key1"])
        past += stage_days(state, deal["segment"], k, b, c) * cycle_of(state, deal)
    for j in range(1, stalls + (0 if quiet else 1)):
        index = np.uint64(STAGE_STRIDE * k + j)
        a, _, _, _ = luck.philox(index, deal["entity"], luck.DEAL_STALL, np.uint64(0), knobs["key0"], knobs["key1"])
        days = days_before_back(rule, luck.uniform(a))
        past += days
        deal["waited_days"] += days
    return past


@compiled
def place(state, d, i, day, gone, attempts):
    """Link a seeded deal to its seat and date it back by what it has been through."""
    deal = state.deals[d]
    segment = deal["segment"]
    past = gone
    for k in range(deal["stage"] + 1):
        past += days_before(state, d, k, attempts)
    deal["arrived_day"] = day - past
    deal["created_day"] = day - past
    deal["entered_day"] = day - gone
    deal["opening"] = True
    if is_finite(state, deal["cell"]) and deal["source"] != state.knobs[0]["expansion"]:
        deal["has_account"] = take_account(state, deal["cell"], False, day, np.uint64(0))
    state.count[OPEN] += 1
    link(state, d, i)
    expect_close(state, d, day - gone)
    push = state.segments[segment]["push_days"]
    while deal["forecast_close_day"] < day:
        deal["forecast_close_day"] += push
        deal["slips"] += 1
