"""Bounds: each one that a field declares is enforced, and stands in the schema that editors use."""

from __future__ import annotations

import ast
import importlib
import inspect
import math
import pkgutil
from typing import Any

import pytest
from pydantic import ValidationError

import sim.scenario
from sim.scenario.quantities import Noun
from sim.scenario.schema.editor import editor_schema

BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}


def _nouns() -> list[type[Noun]]:
    for module in pkgutil.iter_modules(sim.scenario.__path__, "sim.scenario."):
        importlib.import_module(module.name)
    found: list[type[Noun]] = []
    waiting = list(Noun.__subclasses__())
    while waiting:
        noun = waiting.pop()
        waiting += noun.__subclasses__()
        if noun.__module__.startswith("sim.") and "[" not in noun.__name__:
            found.append(noun)
    return sorted(set(found), key=lambda noun: (noun.__module__, noun.__name__))


def _declared(noun: type[Noun]) -> list[tuple[str, str, float]]:
    """Field, bound and limit as they stand in a class's own text: ``x: Days = Field(ge=7)`` and its kin."""
    (body,) = ast.parse(inspect.getsource(noun)).body
    assert isinstance(body, ast.ClassDef)
    found = []
    for line in body.body:
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and isinstance(line.value, ast.Call):
            for word in line.value.keywords:
                if word.arg in BOUNDS:
                    found.append((line.target.id, word.arg, float(ast.literal_eval(word.value))))
    return found


DECLARED = [(noun, *one) for noun in _nouns() for one in _declared(noun)]


def _first_outside(bound: str, limit: float, is_whole: bool) -> float:
    if bound in ("gt", "lt"):
        return int(limit) if is_whole else limit
    if is_whole:
        return int(limit) + (1 if bound == "le" else -1)
    return math.nextafter(limit, math.inf if bound == "le" else -math.inf)


def _numbers(node: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts of a field's schema that are bare numbers."""
    if node.get("type") in ("number", "integer"):
        return [node]
    return [choice for choice in node.get("anyOf", ()) if choice.get("type") in ("number", "integer")]


def _all_numbers(node: Any, path: str) -> list[tuple[str, dict[str, Any]]]:
    if isinstance(node, list):
        return [one for k, item in enumerate(node) for one in _all_numbers(item, f"{path}/{k}")]
    if not isinstance(node, dict):
        return []
    own = [(path, node)] if node.get("type") in ("number", "integer") else []
    return own + [one for key, below in node.items() for one in _all_numbers(below, f"{path}/{key}")]


def test_every_number_has_a_range_with_two_ends() -> None:
    """And none comes as near to 0 as it likes: what must be above 0 has a least value."""
    numbers = _all_numbers(editor_schema(), "")
    assert len(numbers) > 200
    assert [path for path, node in numbers if "minimum" not in node] == []
    assert [path for path, node in numbers if "maximum" not in node and "exclusiveMaximum" not in node] == []
    assert [path for path, node in numbers if node.get("maximum", 0) > 1e12] == []


def test_there_are_bounds_to_look_at() -> None:
    assert len(DECLARED) > 100


@pytest.mark.parametrize(("noun", "field", "bound", "limit"), DECLARED, ids=lambda one: getattr(one, "__name__", one))
def test_what_lies_outside_a_declared_bound_is_refused(noun: type[Noun], field: str, bound: str, limit: float) -> None:
    (number,) = _numbers(noun.model_json_schema()["properties"][field])
    given = _first_outside(bound, limit, number["type"] == "integer")
    with pytest.raises(ValidationError) as refused:
        noun.model_validate({field: given})
    kinds = {error["type"] for error in refused.value.errors() if error["loc"][:1] == (field,)}
    assert kinds & {"greater_than_equal", "greater_than", "less_than_equal", "less_than"}


@pytest.mark.parametrize(("noun", "field", "bound", "limit"), DECLARED, ids=lambda one: getattr(one, "__name__", one))
def test_a_declared_bound_stands_in_the_schema(noun: type[Noun], field: str, bound: str, limit: float) -> None:
    (number,) = _numbers(noun.model_json_schema()["properties"][field])
    assert number[BOUNDS[bound]] == limit
    opposite = {"ge": "gt", "gt": "ge", "le": "lt", "lt": "le"}[bound]
    assert BOUNDS[opposite] not in number
