"""A YAML file as it was written: read strictly, with the line of every key.

YAML guesses: ``12:30`` becomes 750, ``010`` becomes 8, a key given twice keeps its last value. What a person could
not have meant is an error with its line here, before anything is joined.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from sim.scenario.errors import ScenarioError, dotted

PLAIN_TAGS = {
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp", "merge")
}
BASE_SIXTY = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")
LEADING_ZERO = re.compile(r"[-+]?0[0-9_]+")
NOT_FINITE = re.compile(r"[-+]?\.(inf|nan)", re.IGNORECASE)
THREE_DIGITS = re.compile(r"[0-9]{3}")
MOST_DIGITS = 400
MOST_BYTES = 500_000  # of a file
MOST_NODES = 20_000  # of a file, each copy of an anchor counted
MOST_DEPTH = 40


@dataclass
class Document:
    """One scenario file. ``lines`` has the line on which each key stands, by the key's path."""

    path: Path
    label: str
    text: str
    raw: dict[str, Any] = field(default_factory=dict)
    lines: dict[tuple[Any, ...], int] = field(default_factory=dict)
    nodes: int = 0  # values seen so far, each copy of an anchor counted

    @property
    def defaults(self) -> list[str]:
        """The names of the scenarios that this one builds on, in order. Raises ScenarioError if they are no names."""
        given = self.raw.get("defaults") or []
        if not isinstance(given, list) or not all(isinstance(name, str) and name for name in given):
            raise self.error(("defaults",), "expected a list of scenario names, such as [base, _self_].")
        if "_self_" in given[:-1]:
            raise self.error(("defaults",), "_self_ must come last: a file changes what it builds on.")
        return [name.removesuffix(".yaml") for name in given if name != "_self_"]

    def error(self, path: tuple[Any, ...], text: str, line: int | None = None) -> ScenarioError:
        line = line or self.lines.get(path)
        place = f"{self.label}:{line}" if line else self.label
        return ScenarioError(f"{place}: {dotted(path)}: {text}" if path else f"{place}: {text}")


def read_document(path: Path, label: str) -> Document:
    """Reads a YAML file whose top level is a group of keys; not to be changed. Raises ScenarioError."""
    return _read(path, label, _text_of(path, label))


@lru_cache(64)
def _read(path: Path, label: str, text: str) -> Document:
    """Most scenarios build on the same few files, so what was read is kept."""
    document = Document(path, label, text)
    try:
        loader = _WithoutDates(document.text)
        node = loader.get_single_node()
        if node is None:
            raise document.error((), "the file is empty.")
        if not isinstance(node, yaml.MappingNode):
            raise document.error(
                (), "the top level must be keys with values, such as question: and levers:.", _line(node)
            )
        _inspect(node, (), document, ())
        document.raw = loader.construct_document(node)
        if "hydra" in document.raw:
            # It would steer the library that joins the files.
            raise document.error(("hydra",), "unknown key.")
    except yaml.MarkedYAMLError as problem:
        raise _syntax_error(document, problem) from None
    except yaml.YAMLError as problem:
        raise document.error((), f"this is not YAML: {str(problem).splitlines()[0]}.") from None
    except RecursionError:
        raise document.error((), "groups are nested too deeply.") from None
    return document


class _WithoutDates(yaml.SafeLoader):
    """Leaves dates as text, as the scenario's own reader does."""


_WithoutDates.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _text_of(path: Path, label: str) -> str:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise ScenarioError(f"{label}: the file has {size:,} bytes; a scenario has at most {MOST_BYTES:,}.")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ScenarioError(f"{label}: the file is not text in UTF-8; save it as UTF-8.") from None
    except OSError as problem:
        raise ScenarioError(f"{label}: the file cannot be read: {problem.strerror}.") from None


def _syntax_error(document: Document, problem: yaml.MarkedYAMLError) -> ScenarioError:
    mark = problem.problem_mark or problem.context_mark
    line = mark.line + 1 if mark else None
    if "'\\t'" in (problem.problem or ""):
        return document.error((), "a tab stands where spaces are needed.", line)
    if "but found another document" in (problem.problem or ""):
        return document.error((), "a second document begins here (---); one file is one scenario.", line)
    return document.error((), f"this is not YAML: {problem.problem or problem.context}.", line)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _inspect(node: yaml.Node, path: tuple[Any, ...], document: Document, above: tuple[int, ...]) -> None:
    """Walks the file's nodes; raises at the first thing a person cannot have meant."""
    document.nodes += 1
    if document.nodes > MOST_NODES:
        raise document.error(
            path, f"the file has more than {MOST_NODES:,} values, what anchors repeat counted.", _line(node)
        )
    if len(above) > MOST_DEPTH:
        raise document.error(path[:3], f"groups are nested more than {MOST_DEPTH} deep.", _line(node))
    if id(node) in above:
        raise document.error(path, "an anchor refers to itself.", _line(node))
    if node.tag not in PLAIN_TAGS:
        raise document.error(
            path, f"the tag {node.tag.replace('tag:yaml.org,2002:', '!!')} is not used here.", _line(node)
        )
    if isinstance(node, yaml.ScalarNode):
        _inspect_scalar(node, path, document)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _inspect(item, (*path, index), document, (*above, id(node)))
    elif isinstance(node, yaml.MappingNode):
        _inspect_mapping(node, path, document, above)


def _inspect_mapping(node: yaml.MappingNode, path: tuple[Any, ...], document: Document, above: tuple[int, ...]) -> None:
    first_lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        line = _line(key_node)
        if key_node.tag.endswith(":merge"):
            _inspect(value_node, path, document, (*above, id(node)))
            continue
        if not isinstance(key_node, yaml.ScalarNode):
            raise document.error(path, "a key must be a single word.", line)
        key = key_node.value
        if THREE_DIGITS.fullmatch(key) and value_node.value == "":
            raise document.error((*path, *list(first_lines)[-1:]), "write a number without thousands separators.", line)
        if not key_node.tag.endswith((":str", ":timestamp")):
            raise document.error(
                (*path, key), f'YAML does not read the key {key or "null"} as text; write it as "{key}".', line
            )
        if key in first_lines:
            raise document.error((*path, key), f"given twice, first on line {first_lines[key]}.", line)
        first_lines[key] = line
        document.lines[(*path, key)] = line
        _inspect(value_node, (*path, key), document, (*above, id(node)))


def _inspect_scalar(node: yaml.ScalarNode, path: tuple[Any, ...], document: Document) -> None:
    text = node.value
    if "${" in text:
        raise document.error(path, "${...} is not allowed; write the value itself.", _line(node))
    if node.style is not None:
        return
    if BASE_SIXTY.fullmatch(text) and node.tag.endswith((":int", ":float")):
        raise document.error(
            path, f'YAML reads {text} as a number in base sixty; write "{text}" in quotes.', _line(node)
        )
    if LEADING_ZERO.fullmatch(text):
        raise document.error(
            path, f"YAML reads {text} as a number in base eight; leave out the leading zero.", _line(node)
        )
    if NOT_FINITE.fullmatch(text):
        raise document.error(path, f"{text} is not a finite number.", _line(node))
    if node.tag.endswith(":int") and len(text) > MOST_DIGITS:
        raise document.error(path, f"a number of {len(text)} digits is too large.", _line(node))
