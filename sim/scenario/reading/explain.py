"""Pydantic's findings, said in the user's words and at the user's keys."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from sim.scenario.errors import Path, Problem, shown
from sim.scenario.schema.node import SchemaNode
from sim.spelling import did_you_mean, listed

EXPECTED = {
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "a group of keys",
    "model_type": "a group of keys",
    "model_attributes_type": "a group of keys",
    "dataclass_type": "a group of keys",
}
OUT_OF_RANGE = {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}


def explain(error: ValidationError, model: type[BaseModel], data: Any, above: Path = ()) -> list[Problem]:
    """Every finding as a path and a sentence, in the order of the data.

    ``above`` is the path, in the model and the data, of the part that was validated.
    """
    found = [_explain_one({**finding, "loc": (*above, *finding["loc"])}, model, data) for finding in error.errors()]
    return list(dict.fromkeys(found))


def _explain_one(finding: dict[str, Any], model: type[BaseModel], data: Any) -> Problem:
    kind, place = finding["type"], tuple(finding["loc"])
    path, shape, value, parent = _walk(place, model, data, is_missing=kind == "missing")
    if kind == "extra_forbidden":
        return Problem(path, _unknown_key(path[-1], parent))
    if kind == "missing":
        return Problem(path, _missing(path, shape, data))
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return Problem((*path, "kind"), _wrong_kind(kind, value, shape))
    if kind in OUT_OF_RANGE:
        return Problem(path, f"{shown(value)} is out of range; allowed is {shape.range_text(value)}.")
    if kind in EXPECTED:
        return Problem(path, f"expected {EXPECTED[kind]}; got {shown(value)}.{_hint(kind, value)}")
    if kind == "literal_error":
        allowed = shape.node.get("enum") or [shape.node.get("const")]
        return Problem(
            path, f"{shown(value)} is not allowed; choose one of {listed(allowed)}.{did_you_mean(value, allowed)}"
        )
    if kind in ("string_too_short", "string_too_long"):
        return Problem(path, "is empty." if not value else f"has {len(value)} letters, too many.")
    if kind in ("too_short", "too_long"):
        return Problem(path, _wrong_length(shape, value))
    if kind == "finite_number":
        return Problem(path, f"{shown(value)} is not a finite number.")
    if kind == "value_error":
        return Problem(path, _sentence(str(finding["ctx"]["error"])))
    return Problem(path, _sentence(f"{shown(value)} is not allowed: {finding['msg']}"))


def _walk(place: Path, model: type[BaseModel], data: Any, is_missing: bool) -> tuple[Path, SchemaNode, Any, SchemaNode]:
    """From pydantic's location to the user's path, and the shape, the value and the parent's shape there.

    Pydantic names union branches and the inside of dated values in its locations; what is not in the data is left out.
    """
    path: Path = ()
    shape = parent = SchemaNode.of(model)
    value = data
    for position, item in enumerate(place):
        shape = shape.chosen(value)
        in_data = item in value if isinstance(value, dict) else isinstance(value, list) and isinstance(item, int)
        if in_data:
            parent, shape, value, path = shape, shape.child(item), value[item], (*path, item)
        elif is_missing and position == len(place) - 1:
            parent, shape, value, path = shape, shape.child(item), None, (*path, item)
    if not isinstance(value, dict):
        shape = shape.undated()
    return path, shape, value, parent


def _unknown_key(key: Any, parent: SchemaNode) -> str:
    return f"unknown key.{did_you_mean(key, parent.keys)} Allowed here: {listed(parent.keys)}."


def _missing(path: Path, shape: SchemaNode, data: Any) -> str:
    """A key that must be there. If its group was misspelled, say so: a typing error makes a new, empty group."""
    meaning = str(shape.node.get("description", "")).split("\n", 1)[0].rstrip(".")
    text = f"is missing{f' ({meaning})' if meaning else ''}."
    group = data
    for item in path[:-2]:
        group = group[item]
    if len(path) == 1:
        text += " A plan that changes another begins with: defaults: [base, _self_]"
    if len(path) > 1 and isinstance(group, dict):
        hint = did_you_mean(path[-2], (name for name in group if name != path[-2]))
        text += hint.replace("Did you mean", f'If "{path[-2]}" is misspelled, did you mean') if hint else ""
    return text


def _wrong_kind(finding: str, value: Any, shape: SchemaNode) -> str:
    if finding == "union_tag_not_found":
        return f"is missing; the kinds are {listed(shape.kinds)}."
    given = value.get("kind") if isinstance(value, dict) else value
    return f"{shown(given)} is not a kind; the kinds are {listed(shape.kinds)}.{did_you_mean(given, shape.kinds)}"


def _wrong_length(shape: SchemaNode, value: Any) -> str:
    is_list = isinstance(value, list)
    least = shape.node.get("minItems" if is_list else "minProperties", 0)
    most = shape.node.get("maxItems" if is_list else "maxProperties")
    wanted = f"{least}" if least == most else f"{least} or more" if most is None else f"{least} to {most}"
    return f"has {len(value)} {'values' if is_list else 'names'}; {wanted} {'are' if wanted != '1' else 'is'} needed."


def _hint(finding: str, value: Any) -> str:
    if isinstance(value, list):
        return " To play each value as a plan of its own, write sweep. before the key: compare sweep.KEY=[...]."
    if isinstance(value, bool) and finding != "bool_type":
        return " (YAML reads a bare yes, no, on or off as true or false; a word needs quotes.)"
    if isinstance(value, str) and finding in ("float_type", "int_type") and any(digit.isdigit() for digit in value):
        return " Write it without quotes, thousands separators, or signs such as % and $."
    return ""


def _sentence(text: str) -> str:
    text = text.removeprefix("Value error, ")
    return text if text.endswith((".", "?")) else text + "."
