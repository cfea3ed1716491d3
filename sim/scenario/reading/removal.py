"""Removal: what a later layer takes away from those it builds on, by ``null`` or by ``_replace_: true`` in a group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sim.scenario.errors import Path, Problem, UnknownName, shown
from sim.scenario.reading.origin import COMMAND_LINE, Origin
from sim.scenario.schema.node import SchemaNode
from sim.spelling import did_you_mean

REPLACE = "_replace_"
TABLES_BY = ("segment", "region", "role", "source")  # nouns by whose names tables have rows
NOUNS: dict[str, Path] = {
    "segment": ("world", "segments"),
    "region": ("world", "regions"),
    "role": ("world", "roles"),
    "source": ("world", "sources"),
    "pay plan": ("levers", "pay", "plans"),
}


class Removed(NamedTuple):
    """A key that was taken away: its path, the layer that did it, and where that says so."""

    path: Path
    layer: int
    place: str


def take_away(raw: dict[str, Any], shape: SchemaNode, origin: Origin) -> tuple[list[Removed], list[Problem]]:
    """Takes out of a joined scenario, in place, what a null or a replacing group takes away, and says what is wrong.

    A null takes away a name of the author's own choice, and a group of keys, so that what holds unless given holds
    again. Where a value may be null, null is that value. A plain value cannot be taken away, only replaced.
    """
    removed: list[Removed] = []
    problems: list[Problem] = []
    _replace(raw, origin, (), removed, problems)
    _take(raw, shape, origin, (), removed, problems)
    for path in origin.deleted:
        removed.append(Removed(path, len(origin.documents), COMMAND_LINE))
    return removed, problems


def _replace(raw: dict[str, Any], origin: Origin, path: Path, removed: list[Removed], problems: list[Problem]) -> None:
    """Leaves of each replacing group, and of the groups in it, only what its layer and later ones wrote."""
    given = raw.pop(REPLACE, None)
    at = (*path, REPLACE)
    if given is not None and given is not True:
        problems.append(Problem(at, f"expected true; got {shown(given)}. It replaces a group whole."))
    elif given is True and not path:
        problems.append(Problem(at, "a whole scenario is not replaced; leave out defaults to begin from nothing."))
    elif given is True:
        _keep_from(raw, origin, path, Removed(at, origin.layer(at), origin.place(at)), removed)
    for key, value in raw.items():
        if isinstance(value, dict):
            _replace(value, origin, (*path, key), removed, problems)


def _keep_from(raw: dict[str, Any], origin: Origin, path: Path, by: Removed, removed: list[Removed]) -> None:
    for key in list(raw):
        if key == REPLACE:
            continue
        at = (*path, key)
        if origin.layer(at) < by.layer:
            del raw[key]
            origin.gone[at] = by.place
            removed.append(Removed(at, by.layer, by.place))
        elif isinstance(raw[key], dict):
            _keep_from(raw[key], origin, at, by, removed)


def _take(
    raw: dict[str, Any], shape: SchemaNode, origin: Origin, path: Path, removed: list[Removed], problems: list[Problem]
) -> None:
    shape = shape.chosen(raw)
    for key in list(raw):
        below, at = shape.child(key), (*path, key)
        if isinstance(raw[key], dict):
            _take(raw[key], below, origin, at, removed, problems)
        elif raw[key] is None and _may_go(shape, key, below):
            del raw[key]
            layer = origin.layer(at)
            removed.append(Removed(at, layer, origin.place(at)))
            if (shape.names_are_free or shape.is_dated) and not origin.is_written_below(at, layer):
                names = origin.names_below(path, layer)
                problems.append(Problem(at, f"null takes it away, but it is not there.{did_you_mean(key, names)}"))


def _may_go(parent: SchemaNode, key: str, shape: SchemaNode) -> bool:
    """Whether null takes a key away. Where null is a value, and for a plain value, it does not."""
    if parent.is_dated:
        return key != "start"
    return not shape.may_be_null and (parent.names_are_free or shape.is_group)


def rows_of(removed: Sequence[Removed], problems: Sequence[Problem], origin: Origin) -> Iterator[Path]:
    """The rows, in tables by name, of what was taken away, written before it was: they go with it."""
    for problem in problems:
        if isinstance(problem, UnknownName) and problem.what in TABLES_BY and problem.path[-1] == problem.given:
            gone = _gone(removed, problem)
            if gone is not None and origin.layer(problem.path) < gone.layer:
                yield problem.path


def told(removed: Sequence[Removed], problem: Problem) -> Problem:
    """A problem with a name that does not exist says where it was taken away."""
    if not isinstance(problem, UnknownName) or (gone := _gone(removed, problem)) is None:
        return problem
    return Problem(problem.path, f"{shown(problem.given)} is taken away ({gone.place}), but still meant here.")


def _gone(removed: Sequence[Removed], problem: UnknownName) -> Removed | None:
    if problem.what not in NOUNS:
        return None
    path = (*NOUNS[problem.what], problem.given)
    by = [one for one in removed if path[: len(one.path)] == one.path]
    return max(by, key=lambda one: one.layer, default=None)
