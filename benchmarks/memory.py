"""Memory: the peak of a worker process that runs replications of the base scenario."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

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
    """Peak resident memory of this process.

    Linux tells it in its status file; ``getrusage`` would begin there with the peak of the process that started this
    one. Elsewhere it counts in kilobytes, on macOS in bytes.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 2**10
    units = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / units


if __name__ == "__main__":
    play = base_replication()
    for number in range(REPLICATIONS):
        play(number)
    print(peak_mb())
