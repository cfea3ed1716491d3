"""The chance of each open deal to be won from where it stands, were the market neutral from now on.

It knows what anybody could know: stage, attempt, rep, waiting so far. It does not look at the luck that is drawn for
the attempt under way. All that is to come acts on one number x, the log-odds that a deal has in every stage beside the
stage's own: so the chance is a table over x by stage and attempt, filled from the last stage backwards.
"""

from __future__ import annotations

import math

import numpy as np

from sim import ledger
from sim.compiled import compiled, inlined
from sim.pipeline.customers import customer_left
from sim.pipeline.deals import is_open_deal
from sim.pipeline.state import State
from sim.pipeline.tables import DEALS
from sim.pipeline.verbs import bring_all, has_no_rep
from sim.pipeline.waiting import days_waited
from sim.rules.odds import chance

LEAST_LOGIT, STEP_LOGIT, POINTS = -10.0, 0.08, 251  # the table's x; a straight line between errs by 2e-4 or less
MOST_EXPONENT = 700.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)
NODES, WEIGHTS = 0.5 * (_NODES + 1.0), 0.5 * _WEIGHTS  # of a mean over (0, 1)


def win_chances(state: State, day: float) -> np.ndarray:
    """Chance to be won of each deal at an instant; 0 for leads and deals that are closed. Shape (deals,)."""
    bring_all(state, day)
    out = np.zeros(int(state.count[DEALS]))
    shape = (len(state.segments), state.stages.shape[1], int(state.stages["attempts"].max()) + 1, POINTS)
    served, unserved = np.zeros(shape), np.zeros(shape)  # without SEs
    fill_table(state, served, True, NODES, WEIGHTS)
    if state.stages["needs_se"].any() and (state.pools["capacity"] == 0).any():
        fill_table(state, unserved, False, NODES, WEIGHTS)
    else:
        unserved = served
    fill_chances(state, day, served, unserved, NODES, WEIGHTS, out)
    return out


@compiled
def fill_table(state, table, served, nodes, weights):
    """Fill the chance to be won at the start of an attempt, shape (segments, stages, attempts, POINTS).

    Args:
        served: whether solution engineers (SEs) are there for the stages that need one.
    """
    for s in range(len(state.segments)):
        rule = state.segments[s]
        for k in range(rule["stages"] - 1, -1, -1):
            stage = state.stages[s, k]
            for attempt in range(stage["attempts"] - 1, -1, -1):
                for g in range(POINTS):
                    x = LEAST_LOGIT + g * STEP_LOGIT
                    onward = 1.0
                    if k < rule["stages"] - 1:
                        onward = table[s, k + 1, 0, g]
                    alone = stage["needs_se"] and not served
                    table[s, k, attempt, g] = won_from(
                        state, s, k, attempt, x, alone, onward, table[s, k, attempt + 1], nodes, weights
                    )


@inlined
def won_from(state, s, k, attempt, x, alone, onward, next_try, nodes, weights):
    """Chance to be won of a deal at work on an attempt: it moves on, or stalls and comes back.

    Args:
        onward: chance to be won of who moves on. next_try: of who comes back, by x.
    """
    stage = state.stages[s, k]
    logit = stage["logit"] + x
    if alone:
        if not state.knobs[0]["patience_days"] < np.inf:
            return 0.0
        logit += state.knobs[0]["without_logit"]
    moves_on = chance(logit)
    won = moves_on * onward
    stalls = (1.0 - moves_on) * (1.0 - stage["lost"] - stage["no_decision"])
    if stalls > 0.0 and attempt + 1 < stage["attempts"]:
        won += stalls * won_after_stall(state, s, x, 0.0, next_try, nodes, weights)
    return won


@inlined
def won_after_stall(state, s, x, quiet_days, next_try, nodes, weights):
    """Chance to be won of a deal that has been quiet for some days; each day costs log-odds until it comes back.

    The longer it has been quiet, the likelier it is one that never comes back.
    """
    rule = state.segments[s]
    mean, never = rule["stall_mean_days"], rule["never_revives"]
    left = rule["close_after_days"] - quiet_days
    if left <= 0.0:
        return 0.0
    still_may = 1.0
    if never > 0.0:
        still_may = (1.0 - never) / (1.0 - never + never * math.exp(min(quiet_days / mean, MOST_EXPONENT)))
    in_time = 1.0 - math.exp(-left / mean)
    won = 0.0
    for i in range(len(nodes)):
        days = quiet_days - mean * math.log(1.0 - nodes[i] * in_time)
        won += weights[i] * read_off(next_try, x - rule["cooling_logit"] * days)
    return still_may * in_time * won


@inlined
def read_off(by_logit, x):
    """A row of the table at x, by a straight line between its points."""
    at = min(max((x - LEAST_LOGIT) / STEP_LOGIT, 0.0), POINTS - 1.0)
    g = min(int(at), POINTS - 2)
    return by_logit[g] + (at - g) * (by_logit[g + 1] - by_logit[g])


@inlined
def lasting_logit(state, d):
    """The log-odds that act on all stages that a deal has left, for waits that are over; see ``deals.odds_of``.

    Whoever has no rep is taken to be handed on to an average one.
    """
    deal = state.deals[d]
    seat = state.seats[deal["seat"]]
    x = deal["logit"] - state.segments[deal["segment"]]["cooling_logit"] * days_waited(state, d)
    alone = deal["state"] == ledger.ORPHANED or has_no_rep(state, d)
    if not alone:
        x += seat["logit"] - state.knobs[0]["overload_logit"] * seat["overload"]
    if alone or deal["reassigned"] > 0:
        x += state.knobs[0]["orphan_logit"]
    return x


@compiled
def fill_chances(state, day, served, unserved, nodes, weights, out):
    """Write each open deal's chance to be won; what its buyer or its rep has decided already counts as done."""
    for d in range(len(out)):
        deal = state.deals[d]
        if not is_open_deal(deal) or deal["cools"] or customer_left(state, d):
            continue
        if deal["agreed"] or deal["put_off"]:
            out[d] = 1.0
            continue
        s, k, attempt = deal["segment"], deal["stage"], deal["attempt"]
        table = served
        if state.pools[state.cell_pool[deal["cell"]]]["capacity"] == 0:
            table = unserved
        x = lasting_logit(state, d)
        waits = max(day - deal["waits_since"], 0.0)
        if deal["state"] == ledger.STALLED:
            out[d] = won_after_stall(state, s, x, waits, table[s, k, attempt], nodes, weights)
        elif deal["state"] == ledger.WORKING and deal["alone"]:
            onward = 1.0 if k == state.segments[s]["stages"] - 1 else read_off(table[s, k + 1, 0], x)
            out[d] = won_from(state, s, k, attempt, x, True, onward, table[s, k, attempt + 1], nodes, weights)
        else:
            out[d] = read_off(table[s, k, attempt], x - state.segments[s]["cooling_logit"] * waits)
