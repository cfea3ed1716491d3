"""Memory: the peak of a worker process that runs replications of the base scenario."""

from __future__ import annotations

import resource
import subprocess
import sys

from benchmarks.full import base_replication
from benchmarks.table import Row, bounded

PART = "memory"
REPLICATIONS = 50
BOUND_MB = 500.0


def measure() -> list[Row]:
    worker = subprocess.run([sys.executable, "-m", "benchmarks.memory"], capture_output=True, text=True, check=True)
    title = f"peak of a worker after {REPLICATIONS} replications of the base scenario"
    return [bounded(PART, title, float(worker.stdout), BOUND_MB, "{:.0f} MB")]


def peak_mb() -> float:
    """Peak resident memory of this process; the system counts in kilobytes, or in bytes on macOS."""
    units = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / units


if __name__ == "__main__":
    replicate = base_replication()
    for replication in range(REPLICATIONS):
        replicate(replication)
    print(peak_mb())
