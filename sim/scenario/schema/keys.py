"""Keys: every key that a scenario may give, with unit, range, default and meaning, read off the models."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from sim.scenario.numbers import ANY_INDEX, ANY_NAME, fields, scalar
from sim.scenario.quantities import Noun
from sim.scenario.reading.complete import DATED
from sim.scenario.schema.node import JsonNode, SchemaNode

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
    """Every key of a scenario, in the order of the nouns."""
    for one in fields():
        if one.at[:2] == ("opening", LEAF) and len(one.at) > 2:
            continue
        form = one.at[-2] if len(one.at) > 1 else ""
        path = tuple(NAME if key == ANY_NAME else key for key in one.at if key != ANY_INDEX and key[:1] != "<")
        default = "required" if one.required else _default(one.node, one.noun, path[-1])
        kind = form[1:-1] if form.startswith("<") else ""
        yield Key(path, kind, one.unit, _allowed(one.shape), default, one.meaning)


def _allowed(shape: SchemaNode) -> str:
    one, _ = scalar(shape)
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
