"""What cannot be drawn or told says so in its place, with its reason; the rest of the report is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Made = TypeVar("Made")


class Undrawable(Exception):
    """A run has nothing for a part of the report. Its text is the reason, for the reader."""


def made_or_told(make: Callable[[], Made], tell: Callable[[str], Made]) -> Made:
    """A part of the report, or where it cannot be made what tells the reason instead.

    A disk that is full or a machine without memory is not a part's own: OSError and MemoryError are raised on.
    """
    try:
        return make()
    except (OSError, MemoryError):
        raise
    except Exception as problem:
        return tell(reason_of(problem))


def reason_of(problem: Exception) -> str:
    """Why a part could not be made, as one line: a sentence for the reader, or what the code stumbled over."""
    said = " ".join(str(problem).split())
    return said if isinstance(problem, Undrawable) else f"{type(problem).__name__}: {said}" if said else repr(problem)
