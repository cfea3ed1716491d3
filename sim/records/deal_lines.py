"""Lines of one deal or customer: rows of one id that differ in amount and owner only add up to one.

Some systems write a row for each product of a deal, or for each seller who shares its credit. Its amount is their sum,
in whole cents; it belongs to the owner of most of it, for a deal has one seller here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sim.records.cells import person, unguarded
from sim.records.columns import Columns
from sim.records.layout import CURRENCY, OWNER, Layout

ADDED_UP = "one of several lines of one id; their amounts add up"
OF_ANOTHER = "line of another owner; its credit is set aside, and the whole counts for the owner of most of it"


@dataclass(frozen=True)
class Line:
    """One row: its line number, its cells as written and in the order of the layout, and its amount in cents.

    ``mends``: how the amount was mended.
    """

    number: int
    row: Sequence[str]
    cells: tuple[str, ...]
    cents: int
    mends: tuple[str, ...] = ()


@dataclass
class Gathered:
    """The lines of one id, until the last of them has come."""

    to_come: int
    lines: list[Line] = field(default_factory=list)


def whole(lines: Sequence[Line], layout: Layout, columns: Columns) -> tuple[tuple[str, ...], str]:
    """The cells of all lines as one row, in US dollars, and its owner as a person's name."""
    at_owner, at_dollars = layout.columns.index(OWNER), layout.columns.index(layout.dollars)
    owned: dict[str, int] = defaultdict(int)
    written: dict[str, str] = {}
    for line in lines:
        text = line.cells[at_owner]
        if text.strip():
            owned[owner_of(line, layout)] += line.cents
            written.setdefault(owner_of(line, layout), text)
    owner = max(owned, key=lambda name: owned[name], default="")  # of equal ones the first
    cells = list(lines[0].cells)
    cells[at_owner] = written.get(owner, "")
    cells[at_dollars] = columns.written(layout.dollars, sum(line.cents for line in lines))
    cells[layout.columns.index(CURRENCY)] = ""
    return tuple(cells), owner


def owner_of(line: Line, layout: Layout) -> str:
    """A line's owner as a person's name, however it is spelled; empty for none."""
    return person(unguarded(line.cells[layout.columns.index(OWNER)]))


def mends_of(line: Line, layout: Layout, owner: str) -> list[str]:
    """What became of one line of a deal that is its ``owner``'s."""
    of_another = [OF_ANOTHER] if owner_of(line, layout) not in ("", owner) else []
    return [*line.mends, ADDED_UP, *of_another]
