"""Market: what the times do to deals, by cell and source; the organization sets it."""

from __future__ import annotations

import numpy as np

from sim.pipeline.ground import Ground
from sim.pipeline.tables import Field, whole

MARKET = np.dtype([("logit", "f8"), ("cycle", "f8"), ("size", "f8")], align=True)


def _market(ground: Ground) -> np.ndarray:
    return np.full((ground.cells, len(ground.scenario.world.sources)), np.array((0.0, 1.0, 1.0), MARKET))


FIELDS = {"market": Field(MARKET, 2, _market, whole)}  # shape (cells, sources)
