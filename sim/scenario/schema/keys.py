"""Keys: every key that a scenario may give, with unit, range, default and meaning, read off the models."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from sim.scenario.quantities import Noun
from sim.scenario.reading.complete import DATED
from sim.scenario.scenario import Scenario
from sim.scenario.schema.node import JsonNode, SchemaNode

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
INTRODUCTION = """\
# Keys of a scenario

Made by `salesim schema out=docs/keys.md`. How files are joined, and what null does, is in
[Writing a scenario](scenarios.md); what the numbers do is in [the model](model.md).

NAME stands for a name of your own. *by name* is a table with a row for each name; *list* is a list, which is replaced
whole; *may be dated* is one value, or `{start: 1, 2027-07-01: 2}`. A number may be `{uncertain: NAME, times: 1}`.
Where *or null* is allowed, null is a value; elsewhere it takes a name or a group away."""
LEAF = "levers"  # below opening: the same keys as the levers'
NAME = "NAME"


class Key(NamedTuple):
    """One key. ``path`` has NAME where the author chooses the name; ``kind`` is the form that it belongs to, if any."""

    path: tuple[str, ...]
    kind: str
    unit: str
    allowed: str
    default: str
    meaning: str


def keys() -> Iterator[Key]:
    """Every key of a scenario, in the order of the models."""
    schema = Scenario.model_json_schema()
    yield from _below(SchemaNode(schema, schema), (), "")


def _below(shape: SchemaNode, path: tuple[str, ...], kind: str) -> Iterator[Key]:
    if path == ("opening", LEAF, NAME):
        return
    for name in shape.kinds:
        yield from _below(shape.chosen({"kind": name}), path, name)
    if shape.kinds:
        return
    required = shape.node.get("required", ())
    for key, node in shape.node.get("properties", {}).items():
        if shape.is_dated:
            return
        child = SchemaNode(shape.root, node)
        default = "required" if key in required else _default(node, str(shape.node.get("title")), key)
        yield Key((*path, key), kind, _unit(key, child), _allowed(child), default, _meaning(node, child))
        if (*path, key) != ("opening", LEAF):
            yield from _inside(child, (*path, key), kind)


def _inside(shape: SchemaNode, path: tuple[str, ...], kind: str) -> Iterator[Key]:
    """What stands below a key: a group of the layout, names of the author's own, or the items of a list."""
    if shape.names_are_free:
        yield from _inside(SchemaNode(shape.root, shape.node["additionalProperties"]), (*path, NAME), kind)
    elif shape.node.get("type") == "array":
        yield from _inside(shape.child(0), path, kind)
    elif shape.is_group:
        yield from _below(shape, path, "")


def _unit(key: str, shape: SchemaNode) -> str:
    if _scalar(shape).node.get("type") not in ("number", "integer"):
        return ""
    return next((unit for pattern, unit in UNITS if re.search(pattern, key)), "")


def _scalar(shape: SchemaNode) -> SchemaNode:
    """The shape of one value of a table, a list or a dated lever."""
    while True:
        if shape.names_are_free:
            shape = SchemaNode(shape.root, shape.node["additionalProperties"])
        elif shape.node.get("type") == "array":
            shape = shape.child(0)
        elif shape.is_dated:
            shape = shape.undated()
        else:
            return shape


def _allowed(shape: SchemaNode) -> str:
    one = _scalar(shape)
    node, kind = one.node, one.node.get("type")
    if "enum" in node or "const" in node:
        text = ", ".join(map(str, node.get("enum", [node.get("const")])))
    elif one.is_group:
        text = "group"
    elif kind in ("number", "integer"):
        text = one.range_text(1e15).replace("1e+12", "1 trillion") or "any"
        text += " whole" if kind == "integer" else ""
    else:
        text = {"boolean": "true or false", "string": "date" if node.get("format") == "date" else "text"}.get(
            str(kind), ""
        )
    if shape.names_are_free:
        text = f"by name: {text}"
    elif shape.node.get("type") == "array":
        text = f"list: {text}"
    elif shape.is_dated:
        text += ", may be dated"
    return text + (" or null" if shape.may_be_null and text else "null" if shape.may_be_null else "")


def _default(node: JsonNode, noun: str, key: str) -> str:
    """What holds unless given. A default that is made anew each time is not in the schema, so the model is asked."""
    default = (
        node["default"]
        if "default" in node
        else _nouns()[noun].model_fields[key].get_default(call_default_factory=True)
    )
    if isinstance(default, dict) and set(default) == DATED:
        default = default["start"]
    if isinstance(default, list) and default and not isinstance(default[0], int | float | str):
        return "as its keys"
    if isinstance(default, list):
        return f"[{', '.join(map(_plain, default))}]"
    if isinstance(default, dict):
        return "as its keys" if default else "empty"
    return _plain(default)


@lru_cache(maxsize=1)
def _nouns() -> dict[str, type[Noun]]:
    """The models of a scenario, by name."""
    found: list[type[Noun]] = [Noun]
    for noun in found:
        found += noun.__subclasses__()
    return {noun.__name__: noun for noun in found}


def _plain(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _meaning(node: JsonNode, shape: SchemaNode) -> str:
    text = str(node.get("description") or shape.node.get("description") or "")
    return " ".join(text.split())


def keys_page() -> str:
    """The list of keys as a page in Markdown, a table for each group."""
    groups: dict[tuple[str, str], list[Key]] = {}
    for key in keys():
        groups.setdefault((".".join(key.path[:-1]), key.kind), []).append(key)
    tables = ["\n".join(_table(path, kind, rows)) for (path, kind), rows in groups.items()]
    return "\n\n".join([INTRODUCTION, *tables]) + "\n"


def _table(path: str, kind: str, rows: list[Key]) -> Iterator[str]:
    yield f"## {path or 'The file'}" + (f" (kind: {kind})" if kind else "")
    yield ""
    yield "| key | unit | allowed | default | meaning |"
    yield "|---|---|---|---|---|"
    for key in rows:
        meaning = key.meaning.replace("|", "\\|")
        yield f"| `{key.path[-1]}` | {key.unit} | {key.allowed} | {key.default} | {meaning} |"
