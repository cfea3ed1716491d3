"""A scenario as written, completed by what holds unless given, so that it can be read and run again by itself."""

from __future__ import annotations

from typing import Any

from sim.scenario.reading.references import is_reference

DATED = {"start", "changes"}


def completed(given: Any, full: Any) -> Any:
    """What was written, first and as it was written, and of the whole scenario what it does not say.

    Args:
        given: a part of a scenario as joined, references to uncertainties kept.
        full: the same part, validated, as plain groups, lists and values.
    """
    if isinstance(given, dict) and isinstance(full, dict) and not is_reference(given) and set(full) != DATED:
        rest = {key: _as_written(value) for key, value in full.items() if key not in given}
        return {key: completed(value, full.get(key)) for key, value in given.items()} | rest
    if isinstance(given, list) and isinstance(full, list) and len(given) == len(full):
        return [completed(*pair) for pair in zip(given, full, strict=True)]
    return given


def _as_written(full: Any) -> Any:
    """A value as a person writes it: a dated one as one value, or with its dates beside the start."""
    if not isinstance(full, dict):
        return full
    if set(full) == DATED:
        return {"start": full["start"], **full["changes"]} if full["changes"] else full["start"]
    return {key: _as_written(value) for key, value in full.items()}
