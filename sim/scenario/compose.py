"""Joins a YAML file with those it builds on and with overrides from the command line, by Hydra's compose API.

Hydra only joins: nothing is ever instantiated from a file that a consultant edits.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_dir
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.scenario.errors import ScenarioError, dotted, shown

_FOREIGN = ("hydra", "defaults")
REFERENCE = "${"
MOST_LETTERS = 20_000  # of one override
MOST_BRACKETS = 12  # one within the other, in an override
THOUSANDS = re.compile(r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
SEPARATED = re.compile(r"(?<![0-9,\[])[0-9]{1,3}(,[0-9]{3})+(?![0-9])")
PARSER_WORDS = ("no viable alternative", "token recognition", "mismatched input", "extraneous input", "missing ")


def join(path: Path, overrides: Sequence[str] = (), folders: Sequence[Path] = (), label: str = "") -> dict[str, Any]:
    """The joined mapping of a file, with interpolations resolved.

    ``folders`` are searched for what the file builds on, after its own. Raises ScenarioError.
    """
    added = [_as_addition(text) for text in overrides]
    search = ",".join(_quoted(f"file://{folder.as_posix()}") for folder in folders if folder.is_dir())
    try:
        with warnings.catch_warnings(), initialize_config_dir(str(path.parent), version_base="1.3"):
            # Leaving out _self_ means what it says: the file comes last.
            warnings.simplefilter("ignore", UserWarning)
            joined = compose(path.stem, overrides=[*added, f"hydra.searchpath=[{search}]"])
        raw = OmegaConf.to_container(joined, resolve=True)
    except (HydraException, OmegaConfBaseException, ValueError, RecursionError) as problem:
        is_override = any(text.lstrip("+~") in str(problem) for text in added)
        place = "command line" if is_override else label or path.name
        raise ScenarioError(f"{place}: {_reason(problem)}") from None
    if not isinstance(raw, dict):
        raise ScenarioError(f"{label or path.name}: the top level must be keys with values.")
    for override in map(parse_override, overrides):
        if not override.is_delete():
            _refuse_empty_group(override.value(), override_path(override), raw)
    return {str(key): value for key, value in raw.items()}


def _refuse_empty_group(given: Any, path: tuple[str, ...], joined: Any) -> None:
    """An empty group joined to a full one would change nothing, in silence. Raises ScenarioError."""
    if not isinstance(given, dict):
        return
    there = joined
    for key in path:
        there = there.get(key) if isinstance(there, dict) else None
    if given:
        for key, below in given.items():
            _refuse_empty_group(below, (*path, str(key)), joined)
    elif isinstance(there, dict) and there:
        key = dotted(path)
        advice = f"To take the group away, write ~{key}"
        if path[:2] == ("levers", "requisitions"):
            advice += " (or set count=0 of a requisition)"
        raise ScenarioError(
            f"command line: {key}: an empty group {{}} changes nothing, because groups are joined. {advice}."
        )


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


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


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
