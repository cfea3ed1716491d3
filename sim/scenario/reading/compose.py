"""Joins a scenario's files, the most basic first, and overrides from the command line, these by Hydra's compose API.

Groups are joined key by key, anything else replaces what is below. Nothing is ever instantiated from a file that a
consultant edits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from hydra import compose, initialize
from hydra.core.config_store import ConfigStore
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.scenario.errors import ScenarioError, dotted, shown
from sim.scenario.reading.document import Document
from sim.spelling import did_you_mean

_NOTHING = "nothing"  # the name under which Hydra finds what overrides are added to
_FOREIGN = ("hydra", "defaults")
REFERENCE = "${"
MOST_LETTERS = 20_000  # of one override
MOST_BRACKETS = 12  # one within the other, in an override
THOUSANDS = re.compile(r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
SEPARATED = re.compile(r"(?<![0-9,\[])[0-9]{1,3}(,[0-9]{3})+(?![0-9])")
PARSER_WORDS = ("no viable alternative", "token recognition", "mismatched input", "extraneous input", "missing ")


def join(documents: Sequence[Document], overrides: Sequence[str] = ()) -> dict[str, Any]:
    """The joined mapping of a scenario's files, the most basic first, and of overrides. Raises ScenarioError.

    What a null takes away and a group that replaces another whole are still in it.
    """
    joined: dict[str, Any] = {}
    for document in documents:
        own = {key: value for key, value in document.raw.items() if key != "defaults"}
        joined = _over(own, joined, (), document)
    read = [parse_override(text) for text in overrides]
    added = [_as_addition(text) for text, override in zip(overrides, read, strict=True) if not override.is_delete()]
    joined = _over(_composed(added), joined, (), None)
    for override in read:
        if override.is_delete():
            _delete(override_path(override), joined)
    return joined


def _composed(added: Sequence[str]) -> dict[str, Any]:
    """The groups that overrides make by themselves. Raises ScenarioError."""
    if not added:
        return {}
    ConfigStore.instance().store(name=_NOTHING, node={})
    try:
        with initialize(config_path=None, version_base="1.3"):
            raw = OmegaConf.to_container(compose(_NOTHING, overrides=list(added)), resolve=True)
    except (HydraException, OmegaConfBaseException, ValueError, RecursionError) as problem:
        raise ScenarioError(f"command line: {_reason(problem)}") from None
    assert isinstance(raw, dict)
    return {str(key): value for key, value in raw.items()}


def _over(
    given: dict[str, Any], below: dict[str, Any], path: tuple[str, ...], layer: Document | None
) -> dict[str, Any]:
    """A group over the one that it is joined to. ``layer``: the file that gives it; None for the command line."""
    joined = dict(below)
    for key, value in given.items():
        there, at = below.get(key), (*path, str(key))
        if isinstance(value, dict) and isinstance(there, dict) and there:
            if not value:
                raise _empty_group(at, layer)
            joined[str(key)] = _over(value, there, at, layer)
        else:
            joined[str(key)] = deepcopy(value)
    return joined


def _empty_group(path: tuple[str, ...], layer: Document | None) -> ScenarioError:
    """An empty group joined to a full one would change nothing, in silence."""
    text = "an empty group {} changes nothing, because groups are joined. "
    if layer is not None:
        text += f"{path[-1]}: null takes the group away; _replace_: true in it replaces it whole."
        return layer.error(path, text)
    key = dotted(path)
    text += f"{key}=null takes the group away; {key}={{_replace_: true, ...}} replaces it whole."
    return ScenarioError(f"command line: {key}: {text}")


def _delete(path: tuple[str, ...], joined: dict[str, Any]) -> None:
    """Takes a key away, as ``~key`` asks. Raises ScenarioError where it is not there."""
    group: Any = joined
    for key in path[:-1]:
        group = group.get(key) if isinstance(group, dict) else None
    if not isinstance(group, dict) or path[-1] not in group:
        names = group if isinstance(group, dict) else ()
        hint = did_you_mean(path[-1], names)
        raise ScenarioError(f"command line: {dotted(path)}: ~ takes it away, but it is not there.{hint}")
    del group[path[-1]]


def parse_override(text: str) -> Override:
    """One ``key=value`` word. Raises ScenarioError if it is none."""
    if len(text) > MOST_LETTERS:
        raise ScenarioError(f"{shown(text)} has {len(text):,} letters; at most {MOST_LETTERS:,} are allowed.")
    key, equals, value = text.partition("=")
    if max(value.count("["), value.count("{")) > MOST_BRACKETS and _depth(value) > MOST_BRACKETS:
        raise ScenarioError(f"{shown(text)} is nested more than {MOST_BRACKETS} deep.")
    if not equals and not text.startswith("~"):
        raise ScenarioError(f'"{text}" is not of the form key=value.')
    if not key.strip("+~"):
        raise ScenarioError(f'"{text}" has no key before the equals sign.')
    if key != key.strip() or value != value.lstrip():
        raise ScenarioError(f"{shown(text)} cannot be read as key=value: leave no spaces around =.")
    if REFERENCE in value:
        raise ScenarioError(f"command line: {key.lstrip('+~')}: ${{...}} is not allowed here; write the value itself.")
    try:
        override = OverridesParser.create().parse_override(_nested(text))
    except (HydraException, ValueError, RecursionError) as problem:
        raise ScenarioError(f"{shown(text)} cannot be read as key=value: {_unreadable(value, problem)}") from None
    if override.is_sweep_override():
        if THOUSANDS.fullmatch(value):
            raise ScenarioError(
                f'"{text}": write a number without thousands separators: {key}={value.replace(",", "")}'
            )
        raise ScenarioError(
            f'"{text}" gives several values. One value a key; a list needs brackets: {text.replace("=", "=[", 1)}]'
        )
    if override.package is not None or override.key_or_group.split(".")[0] in _FOREIGN or "/" in override.key_or_group:
        raise ScenarioError(f'"{key.lstrip("+~")}" is not a key that can be set here.')
    return override


def check_given_once(texts: Sequence[str]) -> None:
    """Words of a command line give each key once. Raises ScenarioError."""
    keys = [dotted(override_path(parse_override(text))) for text in texts]
    twice = next((key for number, key in enumerate(keys) if key in keys[:number]), None)
    if twice:
        raise ScenarioError(f"command line: {twice}: is given twice; give one of the two.")


def _depth(value: str) -> int:
    """How many brackets are open at once at most."""
    depth = deepest = 0
    for letter in value:
        depth += (letter in "[{") - (letter in "]}")
        deepest = max(deepest, depth)
    return deepest


def _unreadable(value: str, problem: Exception) -> str:
    """Why a value cannot be read, in plain words where the cause is plain."""
    if SEPARATED.search(value):
        return "write numbers without thousands separators, such as 16000000."
    for opening, closing in ("[]", "{}", "()"):
        if value.count(opening) != value.count(closing):
            return f"the brackets {opening} and {closing} do not match."
    for quote in ("'", '"'):
        if value.count(quote) % 2:
            return f"the quote {quote} is not closed."
    if str(problem).lstrip().startswith(PARSER_WORDS):
        return "its value is not one word, number, [list] or {group: of keys}; text with other signs needs quotes."
    return _reason(problem)


def override_path(override: Override) -> tuple[str, ...]:
    """The path of the key that an override sets."""
    return tuple(override.key_or_group.split("."))


def _nested(text: str) -> str:
    """``a.2027-07-01=3`` as ``a={2027-07-01: 3}``: Hydra takes no key that begins with a digit."""
    key, equals, value = text.partition("=")
    words = key.split(".")
    first = next((place for place, word in enumerate(words) if place and word[:1].isdigit()), None)
    if first is None or not equals:
        return text
    for word in reversed(words[first:]):
        value = f"{{{word}: {value}}}"
    return f"{'.'.join(words[:first])}={value}"


def _as_addition(text: str) -> str:
    """Sets a key whether or not the file has it: what exists is for the schema to say, with its hints."""
    override = parse_override(text)
    return text if override.is_delete() else "++" + _nested(text).lstrip("+")


def _reason(problem: Exception) -> str:
    """A library's message on one line, without the lines that speak of its own classes."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    text = lines[0] if lines else type(problem).__name__
    if text.startswith("Error merging override ") and problem.__cause__ is not None:
        text = (
            f"{text.removeprefix('Error merging override ++')} does not fit what is there: {_first(problem.__cause__)}"
        )
    text = text.replace("DictConfig", "a group of keys").replace("ListConfig", "a list")
    return text if text.endswith(".") else text + "."


def _first(problem: BaseException) -> str:
    return str(problem).strip().split("\n", 1)[0]
