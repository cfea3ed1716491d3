"""Numbers so near to 0 that they only look like one: they make times and sums of any size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.scenario.errors import Path, Problem, shown

LEAST = 1e-9


def near_zero(raw: Any) -> list[Problem]:
    """Every number of a scenario, as written, that is not 0 and nearer to it than ``LEAST``."""
    return [
        Problem(path, f"{shown(number)} is nearer to 0 than any number here; write 0, or 0.000000001 or more.")
        for path, number in _numbers(raw, ())
        if 0.0 < abs(number) < LEAST
    ]


def _numbers(node: Any, path: Path) -> Iterator[tuple[Path, float]]:
    if isinstance(node, dict):
        for key, below in node.items():
            yield from _numbers(below, (*path, key))
    elif isinstance(node, list):
        for index, below in enumerate(node):
            yield from _numbers(below, (*path, index))
    elif isinstance(node, float):
        yield path, node
