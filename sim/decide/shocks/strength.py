"""Strength: a shock's file with all that it changes 0, 1, 2 ... times as strong as written.

As in ``sim.scenario.shocks``, at strength s a multiplier acts as its power s and log-odds act s times. People who leave
on a date are s times as many. What else a file may change has no neutral value, so it cannot be scaled.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, NamedTuple

from sim.scenario.errors import Path, dotted
from sim.scenario.numbers import is_number
from sim.scenario.reading.document import Document

MOST_STRENGTH = 4.0
MOST_MULTIPLIER, MOST_LOGIT = 10.0, 10.0  # what a scenario may give
TABLES = (("world", "shocks"), ("levers", "departures"))
_ABOUT = ("name", "question", "kind", "defaults")


class _Scaling(NamedTuple):
    at: Callable[[float, float], float]  # of the value and the strength
    most: Callable[[float], float]  # the strength that the value allows


_SCALINGS = {
    "multiplier": _Scaling(
        lambda value, s: min(value**s, MOST_MULTIPLIER),  # rounding may carry it past its bound
        lambda value: math.log(MOST_MULTIPLIER) / math.log(value) if value > 1 else math.inf,
    ),
    "logit": _Scaling(lambda value, s: value * s, lambda value: MOST_LOGIT / abs(value) if value else math.inf),
    "count": _Scaling(lambda value, s: math.floor(value * s + 0.5), lambda value: math.inf),
    "share": _Scaling(lambda value, s: min(1.0, value * s), lambda value: 1.0 / value if value else math.inf),
}


def leaves(document: Document) -> list[Path]:
    """The keys to which a file gives values."""
    keys = [path for path in document.lines if path[0] not in _ABOUT]
    above = {path[:depth] for path in keys for depth in range(1, len(path))}
    return [path for path in keys if path not in above]


def why_not(documents: Sequence[Document]) -> str:
    """Why a shock cannot be scaled, in words; empty where it can."""
    for document in documents:
        for path in leaves(document):
            if path[:2] not in TABLES:
                return f"it changes {dotted(path)}, which has no strength"
        for group in _entries(document.raw):
            if not isinstance(group, dict) or not any(is_number(group.get(key)) for key in _SCALINGS):
                return "it does not say how strong it is"
            if group.get("multiplier") == 0:
                return "it stops something altogether"
    return ""


def most_strength(documents: Sequence[Document]) -> float:
    """The greatest strength that is tried: as far as what it changes may go."""
    allowed = [
        _SCALINGS[key].most(group[key])
        for document in documents
        for group in _entries(document.raw)
        for key in _SCALINGS
        if is_number(group.get(key))
    ]
    return min((MOST_STRENGTH, *allowed))


def scaled(document: Document, strength: float) -> Document:
    """The file at a strength; as it is at 1."""
    if strength == 1.0:
        return document
    raw = deepcopy(document.raw)
    for group in _entries(raw):
        for key, scaling in _SCALINGS.items():
            if is_number(group.get(key)):
                group[key] = scaling.at(group[key], strength)
    return replace(document, raw=raw)


def _entries(raw: dict[str, Any]) -> Iterator[Any]:
    """The shocks and departures of a file."""
    for above, table in TABLES:
        yield from ((raw.get(above) or {}).get(table) or {}).values()
