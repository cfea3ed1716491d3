"""Fair timing: rivals take turns in short rounds, and medians over the rounds count.

Processor time is measured, not the clock on the wall: all rivals run in one thread, and other programs that want the
same core would otherwise count as theirs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

Job = Callable[[int], object]  # runs the replication of that number


@dataclass(frozen=True)
class Rounds:
    """Seconds a replication by job, each of shape (rounds,)."""

    seconds: Mapping[str, np.ndarray]

    def ms(self, job: str) -> float:
        """Median milliseconds a replication."""
        return 1e3 * float(np.median(self.seconds[job]))

    def ratio(self, job: str, rival: str) -> float:
        """Median over rounds of a job's time over its rival's in the same round."""
        return float(np.median(self.seconds[job] / self.seconds[rival]))


def interleaved(jobs: Mapping[str, Job], replications: Mapping[str, int], rounds: int) -> Rounds:
    """Run all jobs in turn, round after round.

    Args:
        replications: how many each job runs in one round.
    """
    for job in jobs.values():
        job(0)  # compile, and fill caches
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(rounds):
        for name, job in jobs.items():
            count = replications[name]
            begun = time.process_time()
            for replication in range(turn * count, (turn + 1) * count):
                job(replication)
            seconds[name].append((time.process_time() - begun) / count)
    return Rounds({name: np.array(taken) for name, taken in seconds.items()})
