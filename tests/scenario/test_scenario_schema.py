"""The schema that editors use: it is fresh, knows what a file may hold, and lets every shipped file pass."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.app.schema import page
from sim.cli import main
from sim.scenario.reading.document import read_document
from sim.scenario.reading.folders import shipped
from sim.scenario.schema.editor import editor_schema
from sim.scenario.schema.keys import keys, keys_page
from tests.makers.made_pages import made_page

SCHEMA = editor_schema()
FILES = sorted(shipped("scenarios").glob("*.yaml"))
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "number": (int, float),
    "integer": (int,),
}
UNDERSTOOD = {
    "$ref", "anyOf", "type", "const", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "properties", "patternProperties", "additionalProperties", "required", "items", "minItems", "maxItems",
    "minProperties", "maxProperties", "minLength", "maxLength",
}  # fmt: skip
SAYS_NOTHING = {"title", "description", "default", "format", "$schema", "$defs"}


def fits(node: dict[str, Any], data: Any) -> bool:
    """Whether data fit a part of the schema: the words of JSON Schema that ours uses, and an error for any other."""
    assert set(node) <= UNDERSTOOD | SAYS_NOTHING, set(node)
    if "$ref" in node:
        return fits(SCHEMA["$defs"][node["$ref"].rsplit("/", 1)[-1]], data)
    if "anyOf" in node and not any(fits(choice, data) for choice in node["anyOf"]):
        return False
    kind = node.get("type")
    if kind and (not isinstance(data, TYPES[kind]) or (isinstance(data, bool) and kind != "boolean")):
        return False
    if data not in node.get("enum", [data]) or data != node.get("const", data):
        return False
    if isinstance(data, dict):
        return _group_fits(node, data)
    if isinstance(data, list):
        sized = node.get("minItems", 0) <= len(data) <= node.get("maxItems", len(data))
        return sized and all(fits(node.get("items", {}), item) for item in data)
    if isinstance(data, int | float) and not isinstance(data, bool):
        inside = node.get("minimum", data) <= data <= node.get("maximum", data)
        return inside and node.get("exclusiveMinimum", data - 1) < data < node.get("exclusiveMaximum", data + 1)
    return not isinstance(data, str) or len(data) >= node.get("minLength", 0)


def _group_fits(node: dict[str, Any], data: dict[str, Any]) -> bool:
    if not set(node.get("required", ())) <= set(data):
        return False
    for key, value in data.items():
        below = node.get("properties", {}).get(key)
        if below is None:
            patterns = node.get("patternProperties", {}).items()
            below = next((part for pattern, part in patterns if re.search(pattern, key)), None)
        if below is None:
            below = node.get("additionalProperties", True)
        if below is False or (isinstance(below, dict) and not fits(below, value)):
            return False
    return True


def test_the_schema_is_fresh_where_it_is_and_no_part_of_a_commit() -> None:
    assert made_page("docs/scenario.schema.json") in (None, page()), "run: make docs"
    assert json.loads(page()) == SCHEMA


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_file_fits_and_points_to_the_schema(path: Path) -> None:
    assert fits(SCHEMA, read_document(path, path.name).raw)
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../docs/scenario.schema.json"


FITTING = [
    "levers: {coverage: {target_ratio: 3}}",
    "levers: {coverage: {target_ratio: null}}",
    "levers: {coverage: {target_ratio: {start: 3, '2027-07-01': {uncertain: a}}}}",
    "levers: {backfill: {enabled: {start: true, '2027-07-01': false}}}",
    "world: {roles: {ae: {ramp: {months: 3}}}}",
    "world: {costs: {benefits_share: {uncertain: a, times: 2, plus: 1}}}",
    "uncertainties: {a: {kind: pert, low: 1, mode: 2, high: 3}}",
    "uncertainties: {a: null}",
    "world: {segments: {enterprise: null, smb: {stages: {discovery: null}}}, behaviour: null}",
    "opening: {teams: {_replace_: true, a: {role: ae, region: east, seats: 1}}}",
]
UNFITTING = [
    "levres: {}",
    "levers: {coverage: {target_ratoi: 3}}",
    "levers: {coverage: {target_ratio: three}}",
    "levers: {coverage: {target_ratio: {begin: 3}}}",
    "levers: {backfill: {enabled: 1}}",
    "world: {roles: {ae: {ramp: {moths: 3}}}}",
    "world: {costs: {benefits_share: 1.5}}",
    "world: {costs: {benefits_share: {uncertain: a, tims: 2}}}",
    "uncertainties: {a: {kind: pert, low: {uncertain: b}}}",
    "uncertainties: {a: {kind: part}}",
    "defaults: base",
    "world: {segments: {smb: {push_days: null}}}",
    "opening: {teams: {_replace_: false}}",
]


@pytest.mark.parametrize("text", FITTING)
def test_what_a_diff_may_hold_fits(text: str) -> None:
    assert fits(SCHEMA, yaml.safe_load(text))


@pytest.mark.parametrize("text", UNFITTING)
def test_what_it_may_not_hold_does_not_fit(text: str) -> None:
    assert not fits(SCHEMA, yaml.safe_load(text))


def test_every_key_says_what_it_is() -> None:
    """Every noun and every key has a meaning; a bare number has its unit in its name or its meaning."""
    undescribed = [name for name, node in SCHEMA["$defs"].items() if not node.get("description")]
    assert undescribed == []
    listed = list(keys())
    assert len(listed) > 400
    assert [".".join(key.path) for key in listed if not key.meaning] == []
    assert [".".join(key.path) for key in listed if not key.allowed or not key.default] == []


def test_the_list_of_keys_is_fresh(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert made_page("docs/keys.md") in (None, keys_page()), "run: make docs"
    assert main(["schema", f"out={tmp_path / 'keys.md'}"]) == 0
    assert (tmp_path / "keys.md").read_text(encoding="utf-8") == keys_page()
    hours = next(key for key in keys() if key.path[-1] == "selling_hours_per_week")
    assert (hours.unit, hours.allowed, hours.default) == ("hours a week", "0.5 to 80", "30")
    weekdays = next(key for key in keys() if key.path[-1] == "closed_weekdays")
    assert (weekdays.allowed, weekdays.default) == ("list: 0 to 6 whole", "[5, 6]")


def test_a_kind_that_must_be_given_shows_no_default() -> None:
    assert {key.default for key in keys() if key.path[-1] == "kind" and len(key.path) > 1} == {"required"}
