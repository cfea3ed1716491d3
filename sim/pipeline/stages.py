"""Stages: how long one attempt at a stage takes, what it asks for, and how it may end."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim import luck
from sim.compiled import inlined
from sim.pipeline.ground import Ground
from sim.pipeline.tables import NUMBER, Field
from sim.rules.odds import log_odds
from sim.scenario.deals import Stage

# Laws of a stage's duration.
LOGNORMAL, EXPONENTIAL, FIXED, TABLE = range(4)
LAWS = {"lognormal": LOGNORMAL, "exponential": EXPONENTIAL, "fixed": FIXED, "table": TABLE}

STAGE_STRIDE = 16  # attempts at a stage have their own luck; a stage has fewer than 16

STAGE = np.dtype([
    ("law", "i4"), ("lengths", "i4"), ("mean_days", "f8"), ("mu", "f8"), ("sigma", "f8"),
    ("logit", "f8"), ("lost", "f8"), ("no_decision", "f8"), ("hours", "f8"), ("attempts", "i4"), ("needs_se", "?"),
    ("median_remaining_days", "f8"),
], align=True)  # fmt: skip


def _stages(ground: Ground) -> np.ndarray:
    segments = ground.scenario.world.segments
    rows = np.zeros((len(segments), ground.most_stages), STAGE)
    for s, segment in enumerate(segments.values()):
        stages = list(segment.stages.values())
        for k, stage in enumerate(stages):
            law = stage.duration
            sigma = law.sigma_log if law.law == "lognormal" else 0.0
            row = rows[s, k]
            row["law"] = LAWS[law.law]
            row["mean_days"] = law.average_days
            row["mu"] = math.log(law.average_days) - 0.5 * sigma**2 if law.law == "lognormal" else 0.0
            row["lengths"] = len(law.days or ())
            row["sigma"] = sigma
            row["logit"] = log_odds(stage.advance_share)
            row["lost"] = stage.lost_share
            row["no_decision"] = stage.no_decision_share
            row["hours"] = stage.hours_per_week
            row["attempts"] = stage.attempts
            row["needs_se"] = stage.needs_se
            row["median_remaining_days"] = median_days(stages[k:])
    return rows


def median_days(stages: Sequence[Stage]) -> float:
    """Median of the days that several stages take together: the lognormal with their mean and variance."""
    mean = sum(s.duration.average_days for s in stages)
    variance = sum(s.duration.variance_days2 for s in stages)
    return mean**2 / math.sqrt(mean**2 + variance) if mean > 0 else 0.0


def _lengths(ground: Ground) -> np.ndarray:
    """Observed days with their cumulative weight; 0 where a law has none."""
    segments = ground.scenario.world.segments
    laws = [[stage.duration for stage in segment.stages.values()] for segment in segments.values()]
    longest = max((len(law.days or ()) for row in laws for law in row), default=0)
    rows = np.zeros((len(segments), ground.most_stages, max(longest, 1), 2))
    for s, row in enumerate(laws):
        for k, law in enumerate(row):
            if law.days is not None and law.weights is not None:
                rows[s, k, : len(law.days), 0] = law.days
                rows[s, k, : len(law.days), 1] = np.cumsum(law.weights) / sum(law.weights)
    return rows


FIELDS = {
    "stages": Field(STAGE, 2, _stages),  # shape (segments, most stages)
    "lengths": Field(NUMBER, 4, _lengths),  # days and cumulative weight, shape (segments, stages, most days, 2)
}


@inlined
def draw_stage(state, d):
    """Draw one attempt at the deal's stage: keeps its outcome's luck, returns its work in days."""
    deal = state.deals[d]
    knobs = state.knobs[0]
    index = np.uint64(deal["stage"] * STAGE_STRIDE + deal["attempt"])
    a, b, c, _ = luck.philox(index, deal["entity"], luck.DEAL_STAGE, np.uint64(0), knobs["key0"], knobs["key1"])
    deal["luck"] = luck.uniform(a)
    return stage_days(state, deal["segment"], deal["stage"], b, c) * cycle_of(state, deal)


@inlined
def stage_days(state, segment, k, word_a, word_b):
    """Days of one attempt at a segment's k-th stage, before the multipliers of source and market."""
    stage = state.stages[segment, k]
    if stage["law"] == FIXED:
        return stage["mean_days"]
    if stage["law"] == EXPONENTIAL:
        return stage["mean_days"] * luck.exponential(word_a)
    if stage["law"] == TABLE:
        u = luck.uniform(word_a)
        n = 0
        while n < stage["lengths"] - 1 and u > state.lengths[segment, k, n, 1]:
            n += 1
        return state.lengths[segment, k, n, 0]
    return math.exp(stage["mu"] + stage["sigma"] * luck.normal(word_a, word_b))


@inlined
def cycle_of(state, deal):
    """By what the days in every stage of a deal are multiplied: its source, the market, its size."""
    by_source = state.sources[deal["source"]]["cycle"]
    return by_source * state.market[deal["cell"], deal["source"]]["cycle"] * deal["size_cycle"]
