"""Sources: what a deal has from where it came."""

from __future__ import annotations

import numpy as np

from sim.pipeline.ground import Ground
from sim.pipeline.tables import NOBODY, Field
from sim.scenario.scenario import Scenario

SOURCE = np.dtype([
    ("logit", "f8"), ("cycle", "f8"), ("size", "f8"), ("hours", "f8"), ("marginal_logit", "f8"), ("stale_days", "f8"),
    ("share_of_arr", "f8"), ("arr_sigma", "f8"),  # of an expansion; 0 for other sources
    ("searches", "?"),  # somebody looks for accounts; else they come by themselves
], align=True)  # fmt: skip


def _sources(ground: Ground) -> np.ndarray:
    sources = ground.scenario.world.sources
    rows = np.zeros(len(sources), SOURCE)
    for row, source in zip(rows, sources.values(), strict=True):
        row["logit"] = source.logit
        row["cycle"] = source.cycle_multiplier
        row["size"] = source.size_multiplier
        row["hours"] = source.hours_multiplier
        row["searches"] = source.searches
        row["marginal_logit"] = source.pushed_logit
        row["stale_days"] = source.patience_days
        row["share_of_arr"], row["arr_sigma"] = source.size_of_arr
    return rows


FIELDS = {"sources": Field(SOURCE, 1, _sources)}


def self_source(scenario: Scenario) -> int:
    """The code of the source that sellers fill themselves; NOBODY when there is none."""
    for code, source in enumerate(scenario.world.sources.values()):
        if source.of_sellers:
            return code
    return NOBODY


def expansion_source(scenario: Scenario) -> int:
    """The code of the source that the installed base fills; NOBODY when there is none."""
    for code, source in enumerate(scenario.world.sources.values()):
        if source.of_customers:
            return code
    return NOBODY
