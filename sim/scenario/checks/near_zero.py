"""Numbers so near to 0 that they only look like one: they make times and sums of any size."""

from __future__ import annotations

from typing import Any

from sim.scenario.errors import Problem, shown
from sim.scenario.reading.references import found_in

LEAST = 1e-9


def near_zero(raw: Any) -> list[Problem]:
    """Every number of a scenario, as written, that is not 0 and nearer to it than ``LEAST``."""
    return [
        Problem(path, f"{shown(number)} is nearer to 0 than any number here; write 0, or 0.000000001 or more.")
        for path, number in found_in(raw, _is_tiny)
    ]


def _is_tiny(node: Any) -> bool:
    return isinstance(node, float) and 0.0 < abs(node) < LEAST
