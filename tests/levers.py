"""Every number of the schema, and every number of a scenario with the key of the schema that it belongs to."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from sim.scenario.checks.crosscheck import crosscheck
from sim.scenario.scenario import Scenario
from sim.scenario.schema.node import SchemaNode

Place = tuple[Any, ...]
ANY_NAME, ANY_INDEX = "*", "[]"


def schema_keys(shape: SchemaNode | None = None, key: str = "") -> Iterator[str]:
    """Every key that holds a number, such as ``world.sources.*<inbound>.logit``: free names are stars."""
    shape = (shape or SchemaNode.of(Scenario)).undated()
    if shape.kinds:
        for kind in shape.kinds:
            yield from schema_keys(shape.chosen({"kind": kind}), f"{key}<{kind}>")
    elif shape.keys:
        for name in shape.keys:
            if not (key == "" and name == "uncertainties"):  # they are numbers about numbers; see the test of their own
                yield from schema_keys(shape.child(name), f"{key}.{name}" if key else name)
    elif shape.names_are_free:
        yield from schema_keys(shape.child(ANY_NAME), f"{key}.{ANY_NAME}")
    elif shape.node.get("type") == "array":
        yield from schema_keys(shape.child(0), f"{key}{ANY_INDEX}")
    elif shape.node.get("type") in ("number", "integer"):
        yield key


def numbers_of(
    data: Any, shape: SchemaNode | None = None, key: str = "", place: Place = ()
) -> Iterator[tuple[str, Place]]:
    """Every number of a scenario as it is dumped: the schema's key that it belongs to, and where it stands."""
    shape = shape or SchemaNode.of(Scenario)
    if shape.is_dated:
        yield from _numbers_of_dated(data, shape, key, place)
        return
    if shape.kinds and data is not None:
        shape, key = shape.chosen(data), f"{key}<{data.get('kind')}>"
    if isinstance(data, dict):
        for name, value in data.items():
            below = f"{key}.{name if name in shape.keys else ANY_NAME}" if key else name
            if below != "uncertainties":
                yield from numbers_of(value, shape.child(name), below, (*place, name))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from numbers_of(value, shape.child(index), f"{key}{ANY_INDEX}", (*place, index))
    elif is_number(data):
        yield key, place


def _numbers_of_dated(data: dict[str, Any], shape: SchemaNode, key: str, place: Place) -> Iterator[tuple[str, Place]]:
    if data is None:
        return
    yield from numbers_of(data["start"], shape.undated(), key, (*place, "start"))
    for day, value in data.get("changes", {}).items():
        yield from numbers_of(value, shape.undated(), key, (*place, "changes", day))


def is_number(data: Any) -> bool:
    return isinstance(data, int | float) and not isinstance(data, bool)


def moves(data: dict[str, Any], place: Place) -> Iterator[Scenario]:
    """The scenario with one number a fifth higher, or a fifth lower; what is 0 takes a few other values.

    Where the number alone cannot move, because several must add up to 1, another one beside it makes way.
    """
    value = _at(data, place)
    if isinstance(value, int):
        step = max(1, round(abs(value) * 0.2))
        others = (value + step, value - step)
    else:
        others = (value * 1.2, value * 0.8) if value else (0.2, 1.0, 30.0, 1e6)
    for other in others:
        scenario = _valid(_with(data, {place: other}))
        if scenario is not None:
            yield scenario
            continue
        for sibling, beside in _beside(data, place):
            scenario = _valid(_with(data, {place: other, sibling: beside - (other - value)}))
            if scenario is not None:
                yield scenario
                break


def _at(data: Any, place: Place) -> Any:
    for item in place:
        data = data[item]
    return data


def _with(data: dict[str, Any], values: dict[Place, Any]) -> dict[str, Any]:
    changed = copy.deepcopy(data)
    for place, value in values.items():
        _at(changed, place[:-1])[place[-1]] = value
    return changed


def _beside(data: dict[str, Any], place: Place) -> Iterator[tuple[Place, float]]:
    """Other numbers of the same group, then the number of the same name in the groups beside it."""
    parent = _at(data, place[:-1])
    items = enumerate(parent) if isinstance(parent, list) else parent.items()
    for name, value in items:
        if name != place[-1] and is_number(value):
            yield (*place[:-1], name), value
    groups = _at(data, place[:-2])
    for name, group in groups.items() if isinstance(groups, dict) else ():
        if name != place[-2] and isinstance(group, dict) and is_number(group.get(place[-1])):
            yield (*place[:-2], name, place[-1]), group[place[-1]]


def _valid(data: dict[str, Any]) -> Scenario | None:
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError:
        return None
    return None if crosscheck(scenario) else scenario
