"""Judged numbers that decide how a scenario behaves: each with its value, its source or "judged", and what it does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.evidence.published.section import Grid, Section
from sim.experiment.play import Progress
from sim.experiment.settings import RunSettings
from sim.scenario.load import ScenarioSource
from sim.scenario.numbers import ANY_NAME, Judged, judged
from sim.scenario.quantities import Dated
from sim.scenario.scenario import Scenario


def values(one: Judged, source: ScenarioSource) -> list[str]:
    """What a scenario has there, one text for each name under a star, equal ones once; empty if there is none."""
    found: Iterator[Any]
    if one.key.startswith("uncertainties."):
        unknown = source.uncertainties.get(one.key.partition(".")[2])
        found = iter(() if unknown is None else (unknown,))
    else:
        found = _under(source.at_central(), one.key.split("."))
    return list(dict.fromkeys(_text(value) for value in found))


def judged_section(source: ScenarioSource, _: RunSettings, __: Progress | None = None) -> Section:
    """The section of the page."""
    rows = [
        (f"`{one.key}`", "; ".join(values(one, source)), one.meaning, one.source, one.evidence, one.does)
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
    if first == ANY_NAME:
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
