"""Segments: how large their deals are, how they stall, and by when their buyers sign."""

from __future__ import annotations

import math

import numpy as np

from sim import luck
from sim.compiled import inlined
from sim.pipeline.ground import Ground
from sim.pipeline.tables import NUMBER, Field
from sim.rules.amounts import whole_cents
from sim.scenario.deals import LognormalSize

SEGMENT = np.dtype([
    ("stages", "i4"), ("mean_usd", "f8"), ("size_sigma", "f8"), ("prices", "i4"),  # 0 prices: lognormal
    ("stall_mean_days", "f8"), ("never_revives", "f8"), ("close_after_days", "f8"),
    ("cooling_logit", "f8"),  # log-odds that a day of waiting costs
    ("push_days", "f8"),
    ("deadline_share", "f8"), ("deadline_days", "f8"),  # of buyers who sign at the month's end, and how near it is
    ("elasticity", "f8"), ("usual_usd", "f8"),  # of days to size, and the size of a deal that takes its stages' days
    ("small_usd", "f8"),  # deals below it go on without an SE when none is free
], align=True)  # fmt: skip


def _segments(ground: Ground) -> np.ndarray:
    world = ground.scenario.world
    rows = np.zeros(len(world.segments), SEGMENT)
    for row, segment in zip(rows, world.segments.values(), strict=True):
        size = segment.deal_size
        row["stages"] = len(segment.stages)
        row["size_sigma"] = size.sigma_log
        row["mean_usd"] = size.mean_usd if isinstance(size, LognormalSize) else 0.0
        row["prices"] = 0 if isinstance(size, LognormalSize) else len(size.prices_usd)
        row["stall_mean_days"] = segment.stalls.mean_days
        row["never_revives"] = segment.stalls.never_revives_share
        row["cooling_logit"] = segment.stalls.odds_decay_logit_per_month / ground.calendar.days_per_month
        after = segment.stalls.close_after_days
        row["close_after_days"] = np.inf if after is None else after
        row["push_days"] = segment.push_days
        if segment.buyers_deadlines is not None:
            row["deadline_share"] = segment.buyers_deadlines.share
            row["deadline_days"] = segment.buyers_deadlines.within_days
        row["elasticity"], row["usual_usd"] = segment.cycle_elasticity_to_size, segment.usual_usd
        row["small_usd"] = world.engineering.small_below_share * size.average_usd
    return rows


def _prices(ground: Ground) -> np.ndarray:
    segments = ground.scenario.world.segments
    lists = [{} if isinstance(s.deal_size, LognormalSize) else s.deal_size.prices_usd for s in segments.values()]
    rows = np.zeros((len(segments), max(1, *(len(p) for p in lists)) if lists else 1, 3))
    for s, segment in enumerate(segments.values()):
        size = segment.deal_size
        if isinstance(size, LognormalSize):
            continue
        weights = np.array([size.weights[name] for name in size.prices_usd])
        rows[s, : len(weights), 0] = list(size.prices_usd.values())
        rows[s, : len(weights), 1] = np.cumsum(weights) / weights.sum()
        at_work = weights * rows[s, : len(weights), 0] ** segment.cycle_elasticity_to_size
        rows[s, : len(weights), 2] = np.cumsum(at_work) / at_work.sum()
    return rows


FIELDS = {
    "segments": Field(SEGMENT, 1, _segments),
    "prices": Field(NUMBER, 3, _prices),  # price, cumulative weight, the same of deals at work; (segments, prices, 3)
}


@inlined
def size_by_law(state, entity, segment, by_source, by_market, bias):
    """A size drawn by the segment's law, times two multipliers, to the cent.

    Args:
        bias: 0, or the segment's elasticity of days to size: then a size is as likely as its days at work are long.
    """
    knobs = state.knobs[0]
    a, b, c, _ = luck.philox(np.uint64(0), entity, luck.DEAL_SIZE, np.uint64(0), knobs["key0"], knobs["key1"])
    rule = state.segments[segment]
    mean = rule["mean_usd"]
    if rule["prices"] > 0:
        u = luck.uniform(c)
        item = 0
        column = 1 if bias == 0.0 else 2
        while item < rule["prices"] - 1 and u > state.prices[segment, item, column]:
            item += 1
        mean = state.prices[segment, item, 0]
    sigma = rule["size_sigma"]
    size = mean * by_source * by_market
    if sigma > 0.0:
        size *= math.exp(sigma * luck.normal(a, b) - 0.5 * sigma * sigma + bias * sigma * sigma)
    return whole_cents(size)
