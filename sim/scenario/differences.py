"""What two scenarios say differently, number by number, whatever their files look like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.scenario.errors import Path
from sim.scenario.load import ScenarioSource
from sim.scenario.reading.references import is_reference

NOT_SAID = object()  # what a scenario does not say
WORDS = ("name", "question", "kind")  # say nothing of how a plan plays


@dataclass(frozen=True)
class Change:
    """One number or text at a ``place``; ``before`` or ``after`` is NOT_SAID where only the other scenario has it.

    A number that hangs on an uncertainty is its reference, such as ``{"uncertain": "lead_volume", "times": 246}``.
    """

    place: Path
    before: Any
    after: Any


def changes(a: ScenarioSource, b: ScenarioSource) -> list[Change]:
    """What b says otherwise than a, defaults included, in the order of the schema."""
    one, other = (_as_played(source) for source in (a, b))
    return list(_changes(one, other, ()))


def _as_played(source: ScenarioSource) -> dict[str, Any]:
    """Every number with its default; where it hangs on an uncertainty, the reference in its place."""
    said: dict[str, Any] = source.at_central().model_dump(mode="json", exclude=set(WORDS))
    for reference in source.references:
        *way, last = reference.path
        node, raw = said, source.raw
        for key in way:
            node, raw = node[key], raw[key]
        node[last] = raw[last]
    return said


def _changes(one: Any, other: Any, place: Path) -> Iterator[Change]:
    if isinstance(one, dict) and isinstance(other, dict) and not is_reference(one) and not is_reference(other):
        for key in dict.fromkeys((*one, *other)):
            yield from _changes(one.get(key, NOT_SAID), other.get(key, NOT_SAID), (*place, key))
    elif one is NOT_SAID or other is NOT_SAID or one != other:
        yield Change(place, one, other)
