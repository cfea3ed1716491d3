"""The JSON Schema of a scenario file, for editors.

It differs from the models' own schema as a file differs from a scenario: a file may build on others and give only what
it changes, take away by null or replace a group whole, a number may be uncertain, and a lever may be one value or
values from dates on.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from sim.scenario.reading.references import MOST
from sim.scenario.reading.removal import REPLACE
from sim.scenario.scenario import Scenario
from sim.scenario.schema.node import JsonNode
from sim.scenario.uncertainty import Uncertainty

REFERENCE: JsonNode = {
    "type": "object",
    "title": "Reference",
    "description": "a number that is uncertain: times x the uncertainty + plus",
    "properties": {
        "uncertain": {"type": "string", "description": "the name of an uncertainty"},
        "times": {"type": "number", "minimum": -MOST, "maximum": MOST, "default": 1},
        "plus": {"type": "number", "minimum": -MOST, "maximum": MOST, "default": 0},
    },
    "required": ["uncertain"],
    "additionalProperties": False,
}
DEFAULTS: JsonNode = {
    "type": "array",
    "items": {"type": "string"},
    "description": "the scenarios that this one changes, in order; _self_ stands for this file",
}
REPLACING: JsonNode = {
    "type": "boolean",
    "const": True,
    "description": "true: the group replaces the one it changes, whole",
}
NOTHING: JsonNode = {"type": "null"}
DATE = r"^\d{4}-\d{2}-\d{2}$"


def editor_schema() -> JsonNode:
    """The schema of a file that is a scenario or a diff on one."""
    schema = Scenario.model_json_schema()
    # Uncertainties are made of plain numbers: they do not refer to one another.
    certain = set(TypeAdapter(Uncertainty).json_schema()["$defs"])
    definitions = {name: _loosened(node, name not in certain) for name, node in schema.pop("$defs").items()}
    loose = _loosened(schema, True)
    del loose["properties"][REPLACE]
    loose["properties"] = {"question": loose["properties"].pop("question"), "defaults": DEFAULTS, **loose["properties"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **loose,
        "title": "A salesim scenario",
        "$defs": {**definitions, "Reference": REFERENCE, "Replacing": REPLACING},
    }


def _loosened(node: Any, may_be_uncertain: bool) -> Any:
    """A part of the schema with nothing required, numbers open to references, and dated values as a person writes."""
    if isinstance(node, list):
        return [_loosened(item, may_be_uncertain) for item in node]
    if not isinstance(node, dict):
        return node
    if set(node.get("properties", ())) == {"start", "changes"}:
        return _dated(node, may_be_uncertain)
    loose: JsonNode = {}
    for key, value in node.items():
        if key in ("required", "discriminator"):
            continue
        if key == "properties":
            loose[key] = {name: _loosened(below, may_be_uncertain) for name, below in value.items()}
        elif key in ("default", "enum", "const"):
            loose[key] = value
        elif key == "oneOf":
            # A diff need not repeat the kind, and without it several branches may fit.
            loose["anyOf"] = _loosened(value, may_be_uncertain)
        else:
            loose[key] = _loosened(value, may_be_uncertain)
    if may_be_uncertain and node.get("type") in ("number", "integer"):
        return _or_reference(loose)
    return _open_to_removal(loose) if loose.get("type") == "object" else loose


def _open_to_removal(group: JsonNode) -> JsonNode:
    """A group that may replace another, and whose names and groups null may take away."""
    if isinstance(group.get("additionalProperties"), dict):
        group["additionalProperties"] = _or_nothing(group["additionalProperties"])
    known = {
        key: _or_nothing(below) if _is_group(below) else below for key, below in group.get("properties", {}).items()
    }
    return {**group, "properties": {**known, REPLACE: {"$ref": "#/$defs/Replacing"}}}


def _is_group(node: JsonNode) -> bool:
    return node.get("type") == "object" or "$ref" in node


def _or_nothing(node: JsonNode) -> JsonNode:
    choices = node.get("anyOf", [node])
    rest = {key: value for key, value in node.items() if key != "anyOf"} if "anyOf" in node else {}
    return {**rest, "anyOf": [*choices, *([] if NOTHING in choices else [NOTHING])]}


def _or_reference(number: JsonNode) -> JsonNode:
    kept: JsonNode = {key: number.pop(key) for key in ("title", "description", "default") if key in number}
    return {**kept, "anyOf": [number, {"$ref": "#/$defs/Reference"}]}


def _dated(node: JsonNode, may_be_uncertain: bool) -> JsonNode:
    value = _loosened(node["properties"]["start"], may_be_uncertain)
    value.pop("title", None)
    return {
        "title": node.get("title", ""),
        "description": "one value, or start: the value on the first day, and dates with the value from then on",
        "anyOf": [
            value,
            {
                "type": "object",
                "properties": {"start": value},
                "patternProperties": {DATE: value},
                "additionalProperties": False,
            },
        ],
    }
