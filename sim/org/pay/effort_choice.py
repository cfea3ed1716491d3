"""Effort choice: each week every seller decides how hard to work; the week's hours and odds follow."""

from __future__ import annotations

import numpy as np

from sim.compiled import compiled
from sim.pipeline.tables import NOBODY
from sim.rules import effort


@compiled
def choose_week(
    day, habits, plans, weeks_left, position, sold, quota, weight, next_slope, roster, hours, logit, rows
):  # fmt: skip
    """Everybody's effort for the week; hours and odds answer to it as they do to ability. Answers how many chose.

    Args:
        plans: rows of ``CURVE``, shape (plans, components). weeks_left: of the same shape.
        sold, quota: US dollars by seat and component. weight: of the quota's ratchet.
        next_slope: scratch, shape (components,). rows: of ``ledger.EFFORTS``, filled.
    """
    count = 0
    kept = habits["inertia_share"]
    for i in range(len(position)):
        me = position[i]
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
        exert(position, i, hours, logit)
        row = rows[count]
        count += 1
        row["day"], row["seat"], row["holder"] = day, i, roster[i]["holder"]
        row["effort"], row["wanted"], row["worth"] = me["effort"], me["wanted"], me["worth"]
        row["ratchet"], row["weeks_left"] = me["ratchet"], weeks_left[p, 0]
        row["attainment"] = sold[i, 0] / quota[i, 0] if quota[i, 0] > 0.0 else -1.0
    return count


@compiled
def exert(position, i, hours, logit):
    """A seller's hours and odds answer to their effort as they do to ability."""
    me = position[i]
    hours[i] *= me["effort"] ** me["volume_share"]
    if me["answer"] > 0.0:
        logit[i] += (1.0 - me["volume_share"]) * np.log(me["effort"]) / me["answer"]
