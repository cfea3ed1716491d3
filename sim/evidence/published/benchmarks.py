"""Published benchmarks, read from ``benchmarks.csv``, and what counts as inside one.

Columns of the file: quantity, segment, low, typical, high, unit, year, source; evidence (read in the source, secondary
where a second source quotes it, mixed, weak or unverified); kind; measured_as, what exactly ours is; ours, the function
of ``sim.evidence.published.model_values`` with its arguments that computes it; why_outside, the reason where ours is
outside.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("benchmarks.csv")
KINDS = {
    "output": "computed from replications",
    "input": "given in the scenario",
    "later": "not computed here",
}
ONE_NUMBER_REACH = 0.25  # where only a typical value is published, so far on either side of it counts as inside


@dataclass(frozen=True)
class Benchmark:
    """One published number. ``low``, ``typical`` and ``high`` are NaN where not published, or no single number."""

    quantity: str
    segment: str
    low: float
    typical: float
    high: float
    typical_text: str  # as in the file: a ramp is several numbers, joined by semicolons
    unit: str
    year: str
    source: str
    evidence: str
    kind: str
    measured_as: str
    ours: str
    why_outside: str

    @property
    def name(self) -> str:
        """Quantity and segment, which together are unique."""
        return self.quantity if self.segment == "all" else f"{self.quantity}, {self.segment}"

    @property
    def bounds(self) -> tuple[float, float]:
        """What counts as inside: low to high; a side that is not published lies a quarter from the typical value."""
        low = (1.0 - ONE_NUMBER_REACH) * self.typical if math.isnan(self.low) else self.low
        high = (1.0 + ONE_NUMBER_REACH) * self.typical if math.isnan(self.high) else self.high
        return low, high

    def holds(self, value: float, leeway: float = 0.0) -> bool:
        """Whether a value is inside, give or take ``leeway``. Nothing is inside where no number is published."""
        low, high = self.bounds
        return low - leeway <= value <= high + leeway


@lru_cache(maxsize=1)
def benchmarks() -> tuple[Benchmark, ...]:
    """All published numbers, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(_benchmark(row) for row in csv.DictReader(lines))


def _benchmark(row: dict[str, str]) -> Benchmark:
    numbers = {name: _number(row[name]) for name in ("low", "typical", "high")}
    return Benchmark(typical_text=row["typical"], **{**row, **numbers})  # type: ignore[arg-type]


def _number(cell: str) -> float:
    return math.nan if not cell or ";" in cell else float(cell)
