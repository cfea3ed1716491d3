"""Fair timing: rivals take turns within a round, and the median round counts."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

Job = Callable[[int], object]  # runs the replication of that number


def interleaved(jobs: Mapping[str, Job], replications: Mapping[str, int], rounds: int) -> dict[str, float]:
    """Median seconds a replication of each job.

    Args:
        replications: how many each job runs in one round.
    """
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(rounds):
        for name, job in jobs.items():
            count = replications[name]
            begun = time.perf_counter()
            for replication in range(turn * count, (turn + 1) * count):
                job(replication)
            seconds[name].append((time.perf_counter() - begun) / count)
    return {name: statistics.median(taken) for name, taken in seconds.items()}
