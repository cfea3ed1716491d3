"""The benchmark compares like with like: the C loop and the engine agree on what happens in the matched workload."""

from __future__ import annotations

import math
import shutil

import numpy as np
import pytest

from benchmarks import matched
from benchmarks.bare_loop import BareLoop
from benchmarks.workload import Outcome, Workload

REPLICATIONS = 60


def standard_errors_apart(ours: list[Outcome], theirs: list[Outcome], field: str) -> float:
    a, b = (np.array([getattr(outcome, field) for outcome in side]) for side in (ours, theirs))
    return abs(a.mean() - b.mean()) / math.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
def test_engine_and_bare_loop_agree():
    scenario, load, bare = matched.matched_scenario(), Workload(), BareLoop()
    ours = [matched.ours(scenario, r) for r in range(REPLICATIONS)]
    theirs = [bare.replicate(load, r) for r in range(REPLICATIONS)]
    assert standard_errors_apart(ours, theirs, "events") < 4
    assert standard_errors_apart(ours, theirs, "bookings_usd") < 4
