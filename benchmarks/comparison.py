"""Comparison: the product's main job, by its own command, with 1,000 replications on two workers."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.table import Row, bounded

PART = "comparison"
REPLICATIONS = 1000
WORKERS = 2
BOUND_SECONDS = 120.0


def measure() -> list[Row]:
    seconds = compare(REPLICATIONS)
    title = f"three plans, {REPLICATIONS:,} replications, {WORKERS} workers, start-up and report included"
    return [bounded(PART, title, seconds, BOUND_SECONDS, "{:.0f} s")]


def compare(replications: int) -> float:
    """Seconds that ``salesim compare`` takes. Raises ``CalledProcessError`` when it fails."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            str(Path(sys.executable).with_name("salesim")), "compare", "scenarios=[base,hire_early,hire_late]",
            f"run.replications={replications}", f"run.n_jobs={WORKERS}", f"run.results_folder={folder}",
        ]  # fmt: skip
        begun = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - begun
