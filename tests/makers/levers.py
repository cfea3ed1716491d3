"""Scenarios with one number moved, and another beside it where they must add up."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from sim.scenario.checks.crosscheck import crosscheck
from sim.scenario.numbers import is_number
from sim.scenario.scenario import Scenario

Place = tuple[Any, ...]


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
