"""Numbers: every number that a scenario may give, with unit, range, meaning and who says it, from one walk.

The page of keys, the tests that move every number and whoever varies each of them draw on these. Keys are written as
``world.sources.*<inbound>.by_month[]``: a star for a name of the author's own, the kind of a form, brackets for a list.
``judged.csv`` says of base's numbers that decide how it behaves where they are from: key, a star for every name in its
place; meaning; source, empty where none is known; evidence; does, the behaviour that hangs on it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as File
from typing import Any, NamedTuple

from sim.scenario.errors import Path
from sim.scenario.scenario import Scenario
from sim.scenario.schema.node import JsonNode, SchemaNode

ANY_NAME, ANY_INDEX = "*", "[]"
ABOUT_NUMBERS = "uncertainties"  # numbers about numbers
JUDGED = File(__file__).with_name("judged.csv")
UNITS = [
    (r"usd_per_year", "US dollars a year"),
    (r"usd_per_month", "US dollars a month"),
    (r"usd_per_quarter", "US dollars a quarter"),
    (r"usd_per_head_per_month", "US dollars a head and month"),
    (r"usd_per_head_per_year", "US dollars a head and year"),
    (r"usd_per_hire", "US dollars a hire"),
    (r"usd_per_head$|usd_per_deal", "US dollars each"),
    (r"(^|_)usd$|prices_usd|mean_arr_usd", "US dollars"),
    (r"usd_per$", "US dollars a unit"),
    (r"hours_per_week", "hours a week"),
    (r"logit_per_month", "log-odds a month"),
    (r"(leads|opportunities)_per_month", "a month"),
    (r"days_per_year", "days a year"),
    (r"(_|^)per_week", "a week"),
    (r"(_|^)per_month", "a month"),
    (r"(_|^)per_year", "a year"),
    (r"(_|^)per_head", "a head"),
    (r"(_|^)days$|^days_", "days"),
    (r"(_|^)months$", "months"),
    (r"(_|^)weeks$", "weeks"),
    (r"(_|^)years$", "years"),
    (r"multiplier", "multiple"),
    (r"logit", "log-odds"),
    (r"share|shares", "share, 0.1 for 10%"),
    (r"attainment", "attainment, 1 at quota"),
    (r"_date$|^on_date$", "date"),
]


class Field(NamedTuple):
    """A key of the schema. ``at`` has a star for a free name, ``[]`` for a list's items and ``<kind>`` for a form."""

    at: tuple[str, ...]
    shape: SchemaNode
    node: JsonNode  # as the noun has it: with default and description
    noun: str
    required: bool

    @property
    def unit(self) -> str:
        """The unit of a number, which its key tells; empty for what is none, or a mere count."""
        if scalar(self.shape)[0].node.get("type") not in ("number", "integer"):
            return ""
        return next((unit for pattern, unit in UNITS if re.search(pattern, self.at[-1])), "")

    @property
    def meaning(self) -> str:
        return " ".join(str(self.node.get("description") or self.shape.node.get("description") or "").split())


class Number(NamedTuple):
    """A number that a scenario may give. It lies from ``least`` to ``most``; None where nothing bounds it."""

    key: str
    unit: str
    least: float | None
    most: float | None
    is_whole: bool
    meaning: str

    def allows(self, value: float) -> bool:
        """Whether a value lies within the range."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


class Given(NamedTuple):
    """A number as a scenario gives it: the key that it belongs to, and where it stands."""

    key: str
    place: Path


@dataclass(frozen=True)
class Judged:
    """A number of base that somebody set, by a source or without one."""

    key: str
    meaning: str
    source: str
    evidence: str
    does: str

    def is_of(self, place: Path) -> bool:
        """Whether it is about the number at a place, or about those at it."""
        words = self.key.split(".")
        return len(words) <= len(place) and all(w in (ANY_NAME, str(p)) for w, p in zip(words, place, strict=False))


def fields(shape: SchemaNode | None = None, at: tuple[str, ...] = ()) -> Iterator[Field]:
    """Every key of a scenario, in the order of the nouns. What may be dated is one value."""
    shape = shape or SchemaNode.of(Scenario)
    for kind in shape.kinds:
        yield from fields(shape.chosen({"kind": kind}), (*at, f"<{kind}>"))
    if shape.kinds or shape.is_dated:
        return
    required = shape.node.get("required", ())
    for key, node in shape.node.get("properties", {}).items():
        child = SchemaNode(shape.root, node)
        yield Field((*at, key), child, node, str(shape.node.get("title")), key in required)
        yield from _below(child, (*at, key))


def _below(shape: SchemaNode, at: tuple[str, ...]) -> Iterator[Field]:
    """What stands below a key: a group of the layout, names of the author's own, or the items of a list."""
    if shape.names_are_free:
        yield from _below(shape.child(ANY_NAME), (*at, ANY_NAME))
    elif shape.node.get("type") == "array":
        yield from _below(shape.child(0), (*at, ANY_INDEX))
    elif shape.is_group:
        yield from fields(shape, at)


def scalar(shape: SchemaNode) -> tuple[SchemaNode, tuple[str, ...]]:
    """One value of a table, a list or a dated lever, and the way to it."""
    way: tuple[str, ...] = ()
    while True:
        if shape.names_are_free:
            shape, way = shape.child(ANY_NAME), (*way, ANY_NAME)
        elif shape.node.get("type") == "array":
            shape, way = shape.child(0), (*way, ANY_INDEX)
        elif shape.is_dated:
            shape = shape.undated()
        else:
            return shape, way


@lru_cache(maxsize=1)
def numbers() -> dict[str, Number]:
    """Every number that a scenario may give, by key; those of its uncertainties are numbers about numbers, and not."""
    found: dict[str, Number] = {}
    for one in fields():
        shape, way = scalar(one.shape)
        if one.at[0] != ABOUT_NUMBERS and shape.node.get("type") in ("number", "integer"):
            node, key = shape.node, _written((*one.at, *way))
            least, most = (node.get(name, node.get(other)) for name, other in (
                ("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"),
            ))  # fmt: skip
            found[key] = Number(key, one.unit, least, most, node["type"] == "integer", one.meaning)
    return found


def _written(at: tuple[str, ...]) -> str:
    text = ".".join(at)
    return text.replace(".<", "<").replace(f".{ANY_INDEX}", ANY_INDEX)


def given_numbers(data: Any, shape: SchemaNode | None = None, key: str = "", place: Path = ()) -> Iterator[Given]:
    """Every number of a scenario as it is dumped, in its order; each belongs to one of ``numbers``."""
    shape = shape or SchemaNode.of(Scenario)
    if shape.is_dated and isinstance(data, dict):
        yield from given_numbers(data["start"], shape.undated(), key, (*place, "start"))
        for day, value in data.get("changes", {}).items():
            yield from given_numbers(value, shape.undated(), key, (*place, "changes", day))
        return
    if shape.kinds and data is not None:
        shape, key = shape.chosen(data), f"{key}<{data.get('kind')}>"
    if isinstance(data, dict):
        for name, value in data.items():
            below = f"{key}.{name if name in shape.keys else ANY_NAME}" if key else name
            if below != ABOUT_NUMBERS:
                yield from given_numbers(value, shape.child(name), below, (*place, name))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from given_numbers(value, shape.child(index), f"{key}{ANY_INDEX}", (*place, index))
    elif is_number(data):
        yield Given(key, place)


def is_number(data: Any) -> bool:
    return isinstance(data, int | float) and not isinstance(data, bool)


@lru_cache(maxsize=1)
def judged() -> tuple[Judged, ...]:
    """What is said of base's numbers, in the order of the file."""
    with JUDGED.open(encoding="utf-8", newline="") as lines:
        return tuple(Judged(**row) for row in csv.DictReader(lines))


def who_says(place: Path) -> Judged | None:
    """Where base's number at a place is from; None where that is not written down."""
    return next((one for one in judged() if one.is_of(place)), None)
