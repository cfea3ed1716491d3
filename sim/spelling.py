"""Names in errors: the valid one that is nearest to what was given, and those that there are; and how many."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any


def did_you_mean(given: Any, names: Iterable[Any]) -> str:
    """A sentence with the nearest valid name, with a blank before it; empty where none is near."""
    by_text = {str(name).lower(): str(name) for name in names}
    near = get_close_matches(str(given).lower(), by_text, n=1, cutoff=0.6)
    return f' Did you mean "{by_text[near[0]]}"?' if near else ""


def listed(names: Iterable[Any], most: int = 30) -> str:
    """Names with commas, cut off when there are very many."""
    texts = [str(name) for name in names]
    return ", ".join(texts[:most]) + (f" and {len(texts) - most} more" if len(texts) > most else "") or "none"


def counted(count: int, one: str) -> str:
    """``1 deal``, ``3 deals``."""
    return f"{count} {one}{'' if count == 1 else 's'}"
