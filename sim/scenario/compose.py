"""Joins a YAML file with those it builds on and with overrides from the command line, by Hydra's compose API.

Hydra only joins: nothing is ever instantiated from a file that a consultant edits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_dir
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.scenario.errors import ScenarioError, shown

_FOREIGN = ("hydra", "defaults")


def join(path: Path, overrides: Sequence[str] = (), folders: Sequence[Path] = (), label: str = "") -> dict[str, Any]:
    """The joined mapping of a file, with interpolations resolved.

    ``folders`` are searched for what the file builds on, after its own. Raises ScenarioError.
    """
    added = [_as_addition(text) for text in overrides]
    search = ",".join(_quoted(f"file://{folder.as_posix()}") for folder in folders)
    try:
        with initialize_config_dir(str(path.parent), version_base="1.3"):
            joined = compose(path.stem, overrides=[*added, f"hydra.searchpath=[{search}]"])
        raw = OmegaConf.to_container(joined, resolve=True)
    except (HydraException, OmegaConfBaseException, ValueError, RecursionError) as problem:
        raise ScenarioError(f"{label or path.name}: {_reason(problem)}") from None
    if not isinstance(raw, dict):
        raise ScenarioError(f"{label or path.name}: the top level must be keys with values.")
    return raw


def parse_override(text: str) -> Override:
    """One ``key=value`` word. Raises ScenarioError if it is none."""
    try:
        override = OverridesParser.create().parse_override(text)
    except (HydraException, ValueError, RecursionError) as problem:
        if "=" not in text:
            raise ScenarioError(f'"{text}" is not of the form key=value.') from None
        raise ScenarioError(f"{shown(text)} cannot be read as key=value: {_reason(problem)}") from None
    if override.is_sweep_override():
        raise ScenarioError(
            f'"{text}" gives several values. One value a key; a list needs brackets: {text.replace("=", "=[", 1)}]'
        )
    if override.package is not None or override.key_or_group.split(".")[0] in _FOREIGN or "/" in override.key_or_group:
        raise ScenarioError(f'"{override.get_key_element()}" is not a key of a scenario.')
    return override


def override_path(override: Override) -> tuple[str, ...]:
    """The path of the key that an override sets."""
    return tuple(re.split(r"\.", override.key_or_group))


def _as_addition(text: str) -> str:
    """Sets a key whether or not the file has it: what exists is for the schema to say, with its hints."""
    override = parse_override(text)
    return text if override.is_delete() else "++" + text.lstrip("+")


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _reason(problem: Exception) -> str:
    """The first line of a library's message: the rest repeats the words or speaks of its own classes."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    text = lines[0] if lines else type(problem).__name__
    return text if text.endswith(".") else text + "."
