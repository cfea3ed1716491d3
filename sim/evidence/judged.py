"""The judged numbers that decide how a scenario behaves: each with its value, its source or "judged", and what it does.

Columns of ``judged.csv``: key in the scenario, a star for every name in its place; meaning; source, empty where none is
known; evidence; does, the behaviour that hangs on it. Values are read from the scenario.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.evidence.section import Grid, Section
from sim.experiment.settings import RunSettings
from sim.scenario.load import ScenarioSource
from sim.scenario.quantities import Dated
from sim.scenario.scenario import Scenario

FILE = Path(__file__).with_name("judged.csv")
EVERY = "*"


@dataclass(frozen=True)
class Judged:
    """A number of the scenario that somebody set, by a source or without one."""

    key: str
    meaning: str
    source: str
    evidence: str
    does: str

    def values(self, source: ScenarioSource) -> list[str]:
        """What the scenario has there, one text for each name under a star, equal ones once; empty if there is none."""
        found: Iterator[Any]
        if self.key.startswith("uncertainties."):
            one = source.uncertainties.get(self.key.partition(".")[2])
            found = iter(() if one is None else (one,))
        else:
            found = _under(source.at_central(), self.key.split("."))
        return list(dict.fromkeys(_text(value) for value in found))


@lru_cache(maxsize=1)
def judged() -> tuple[Judged, ...]:
    """All judged numbers, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(Judged(**row) for row in csv.DictReader(lines))


def judged_section(source: ScenarioSource, _: RunSettings) -> Section:
    """The section of the page."""
    rows = [
        (f"`{one.key}`", "; ".join(one.values(source)), one.meaning, one.source, one.evidence, one.does)
        for one in judged()
    ]
    return Section(
        "Judged numbers",
        (
            f"Numbers of `{source.name}` that decide a behaviour and that no source gives outright: their value, what"
            " is known, and what hangs on them. Where a source is named, it bounds the number or gives its sign."
            " Numbers that a source does give are in `salesim plausibility`.",
        ),
        (),
        Grid((("number", "value", "what it is", "source", "evidence", "what it does"), *rows)),
    )


def _under(place: Scenario | Any, words: list[str]) -> Iterator[Any]:
    """Every value under a path; nothing where a star's name has no such key."""
    if not words:
        if place is not None:
            yield place
        return
    first, rest = words[0], words[1:]
    inside: list[Any] = []
    if first == EVERY:
        inside = list(place.values()) if isinstance(place, dict) else []
    elif isinstance(place, dict):
        inside = [place[first]] if first in place else []
    elif hasattr(place, first):
        inside = [getattr(place, first)]
    for one in inside:
        yield from _under(one, rest)


def _text(value: Any) -> str:
    if isinstance(value, Dated):
        changes = "".join(f", {level:g} from {day}" for day, level in sorted(value.changes.items()))
        return f"{value.start:g}{changes}"
    if hasattr(value, "model_dump"):
        said = value.model_dump(mode="json", exclude={"kind", "meaning", "source"}, exclude_none=True)
        return ", ".join(f"{name} {level}" for name, level in said.items())
    return f"{value:g}" if isinstance(value, float | int) else str(value)
