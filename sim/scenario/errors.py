"""Errors for the person who wrote the YAML: where it is, what was given, what is allowed, what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sim.spelling import did_you_mean, listed

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
