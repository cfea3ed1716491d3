"""Errors for the person who wrote the YAML: where it is, what was given, what is allowed, what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

MOST_SHOWN = 5

Path = tuple[Any, ...]


class UserError(Exception):
    """Something the user can mend. Its text is the whole message."""


class ScenarioError(UserError):
    """A scenario that cannot be read or does not make sense.

    ``str()`` is one line a problem, at most five, and a count of the rest.
    """

    def __init__(self, problems: str | Sequence[str]) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        shown = list(self.problems[:MOST_SHOWN])
        if len(self.problems) > MOST_SHOWN:
            shown.append(f"... and {len(self.problems) - MOST_SHOWN} more problems")
        super().__init__("\n".join(shown))


class Problem(NamedTuple):
    """What is wrong at one key."""

    path: Path
    text: str


class UnknownName(Problem):
    """A name that does not exist; ``what`` is the noun that it should be one of."""

    what: str
    given: str


def dotted(path: Path) -> str:
    """A key's path as one would type it: ``world.market.by_month[2]``."""
    text = ""
    for item in path:
        text += f"[{item}]" if isinstance(item, int) else f".{item}" if text else str(item)
    return text


def did_you_mean(given: Any, names: Iterable[Any]) -> str:
    """A sentence with the nearest valid name, with a blank before it; empty where none is near."""
    by_text = {str(name).lower(): str(name) for name in names}
    near = get_close_matches(str(given).lower(), by_text, n=1, cutoff=0.6)
    return f' Did you mean "{by_text[near[0]]}"?' if near else ""


def listed(names: Iterable[Any], most: int = 30) -> str:
    """Names with commas, cut off when there are very many."""
    texts = [str(name) for name in names]
    return ", ".join(texts[:most]) + (f" and {len(texts) - most} more" if len(texts) > most else "") or "none"


def shown(value: Any) -> str:
    """A value as the user would know it from the YAML, cut to a readable length."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..."'
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, int) and abs(value) >= 10**15:
        return f"{'-' if value < 0 else ''}a whole number of {len(str(abs(value)))} digits"
    return repr(value)


def unknown(path: Path, given: Any, what: str, names: Iterable[str]) -> UnknownName:
    """The problem of a name that is none of those that exist."""
    names = list(names)
    text = f"{shown(given)} is no {what}.{did_you_mean(given, names)} The {what}s are {listed(names)}."
    problem = UnknownName(path, text)
    problem.what, problem.given = what, str(given)
    return problem
