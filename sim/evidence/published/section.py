"""A section of the validation page: one subject, with its checks of ours against what is published."""

from __future__ import annotations

from dataclasses import dataclass

ERRORS = 3.0  # standard errors within which two numbers agree


@dataclass(frozen=True)
class Check:
    """One claim with its published figure and ours, both in ``unit``: share, or any other word.

    ``published`` and ``error`` are NaN where there is none; ``holds`` says whether ours is as claimed.
    """

    claim: str
    published: float
    source: str
    ours: float
    error: float
    holds: bool
    reading: str
    unit: str = "share"


@dataclass(frozen=True)
class Grid:
    """A table of text, the first row its columns' names."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """One subject: paragraphs that say what is asked and how, the checks, and a table that shows more."""

    title: str
    about: tuple[str, ...]
    checks: tuple[Check, ...]
    grid: Grid | None = None
    after: tuple[str, ...] = ()


def agrees(ours: float, wanted: float, error: float) -> str:
    """How far ours is from what is published, in words."""
    away = (ours - wanted) / error if error > 0 else 0.0
    if abs(away) <= ERRORS:
        return f"agrees: {abs(away):.1f} standard errors away"
    return f"{'above' if away > 0 else 'below'} what is published by {abs(away):.1f} standard errors"


def percent(value: float, error: float) -> str:
    """A share with its standard error, in percent."""
    return f"{value:.1%} ± {100 * error:.1f}"
