"""Streams: leads that come at a rate, each stream to one cell."""

from __future__ import annotations

import numpy as np

from sim import luck
from sim.compiled import compiled
from sim.pipeline.clocks import day_when_worked, set_time, worked_at
from sim.pipeline.deals import new_lead
from sim.pipeline.ground import Ground
from sim.pipeline.leads import offer
from sim.pipeline.tables import Field, front
from sim.pipeline.territory import find_account, is_finite

STREAM = np.dtype([
    ("entity", "u8"), ("cell", "i8"), ("source", "i8"), ("worked", "f8"),
    ("budget", "f8"), ("rate", "f8"),  # leads a working day
    ("count", "i8"), ("boost", "f8"),  # how far the coverage policy pushes it; 1 is not at all
], align=True)  # fmt: skip


def _streams(ground: Ground) -> np.ndarray:
    streams = np.zeros(len(ground.streams), STREAM)
    streams["boost"] = 1.0
    for name in ("entity", "cell", "source"):
        streams[name] = [getattr(place, name) for place in ground.streams]
    return streams


FIELDS = {"streams": Field(STREAM, 1, _streams, front("cell", "source", "boost"))}


@compiled
def retime_stream(state, s):
    """Find the next arrival of a stream."""
    stream = state.streams[s]
    day = np.inf
    if stream["rate"] > 0.0:
        day = day_when_worked(state, stream["worked"] + max(stream["budget"], 0.0) / stream["rate"])
    set_time(state, len(state.seats) + s, day)


@compiled
def lead_arrives(state, s, day):
    """The next lead of a stream: written down, routed or left waiting; then the next gap is drawn."""
    stream = state.streams[s]
    knobs = state.knobs[0]
    stream["worked"] += max(stream["budget"], 0.0) / stream["rate"]
    stream["count"] += 1
    count = np.uint64(stream["count"])
    a, b, c, _ = luck.philox(count, stream["entity"], luck.LEAD_ARRIVED, np.uint64(0), knobs["key0"], knobs["key1"])
    stream["budget"] = luck.exponential(a)
    marginal = luck.uniform(b) * stream["boost"] > 1.0
    retime_stream(state, s)
    if not find_account(state, stream["cell"], stream["source"], day, c):
        return
    d = new_lead(state, luck.child(stream["entity"], count), stream["cell"], stream["source"], day, marginal)
    state.deals[d]["has_account"] = is_finite(state, stream["cell"])
    offer(state, d, day)


@compiled
def staff_stream(state, s, day, entity):
    """A prospector takes over a stream, or its own luck begins; the rate comes with ``set_rate``."""
    knobs = state.knobs[0]
    stream = state.streams[s]
    stream["entity"] = entity
    stream["count"] = 0
    stream["rate"] = 0.0
    stream["worked"] = worked_at(state, day)
    a, _, _, _ = luck.philox(np.uint64(0), entity, luck.LEAD_ARRIVED, np.uint64(0), knobs["key0"], knobs["key1"])
    stream["budget"] = luck.exponential(a)
    retime_stream(state, s)


@compiled
def set_rate(state, s, day, rate, boost):
    """Set a stream's leads a working day. What was spent of the gap to the next lead stays spent."""
    stream = state.streams[s]
    worked = worked_at(state, day)
    stream["budget"] -= (worked - stream["worked"]) * stream["rate"]
    stream["worked"] = worked
    stream["rate"] = rate
    stream["boost"] = boost
    retime_stream(state, s)
