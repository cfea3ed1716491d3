"""What is published, or what a sales leader would expect, of every shipped scenario against base.

Columns of ``expectations.csv``: scenario; measure; low and high, between which the difference should lie, as a share of
what base has (of the odds: as a difference of shares), open where empty; source, or "judged" with the reason. Written
before looking at what comes out, so that the simulation can be wrong.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("expectations.csv")
INSIDE, OUTSIDE, NOISE = "inside", "outside", "within noise"


@dataclass(frozen=True)
class Expectation:
    """Between what two differences a scenario's should lie; infinite where open."""

    scenario: str
    measure: str
    low: float
    high: float
    source: str

    @property
    def is_signed(self) -> bool:
        """Whether only more, or only less, than base has is expected."""
        return self.low >= 0.0 or self.high <= 0.0

    def verdict(self, low_end: float, high_end: float) -> str:
        """Whether an interval of the difference lies inside, outside, or across a bound, so that chance hides it."""
        if self.low <= low_end and high_end <= self.high:
            return INSIDE
        if high_end < self.low or low_end > self.high:
            return OUTSIDE
        return NOISE

    def is_told(self, low_end: float, high_end: float) -> bool:
        """Whether an interval has the sign expected, beyond chance, or is inside where none is; and is not outside."""
        if not self.is_signed:
            return self.verdict(low_end, high_end) == INSIDE
        has_sign = low_end > 0.0 if self.low >= 0.0 else high_end < 0.0
        return has_sign and self.verdict(low_end, high_end) != OUTSIDE


@lru_cache(maxsize=1)
def expectations() -> tuple[Expectation, ...]:
    """All expectations, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Expectation(row["scenario"], row["measure"], _end(row["low"], -1.0), _end(row["high"], 1.0), row["source"])
            for row in csv.DictReader(lines)
        )


def _end(cell: str, side: float) -> float:
    return float(cell) if cell else side * math.inf
