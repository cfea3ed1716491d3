"""Hires that are planned: a small file with a line for each start, or those of the roster who have still to come.

It is the user's own plan and no export, so nothing in it is mended or set aside: what cannot be read is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.crm.dates import iso, read_dates
from sim.crm.errors import ExportError
from sim.crm.files import read_table
from sim.crm.headings import HIRES, places
from sim.crm.mapping import Told
from sim.crm.names import fold
from sim.crm.opportunities import NONE, Named, Roster
from sim.crm.table import Distinct, Table
from sim.spelling import did_you_mean, listed

MOST_HEADS = 10_000


@dataclass(frozen=True)
class Hires:
    """People who start after the day of the export, one row a head, shape (heads,) each: ``start`` int64, and their
    role and segment as the roster has them, where they are said.
    """

    start: np.ndarray
    role: Named
    segment: Named

    def __len__(self) -> int:
        return len(self.start)


def still_to_come(people: Roster, as_of: int) -> Hires:
    """Those of a roster who start after a day."""
    later = people.start > as_of
    return Hires(people.start[later], people.role[later], people.segment[later])


def read_hires(path: Path, told: Told, as_of: int, people: Roster | None) -> Hires:
    """Read the file. Raises ExportError: a column is missing, a cell cannot be read, a start lies not after ``as_of``,
    or a role or segment is none of the roster's.
    """
    table = read_table(path)
    if table.broken:
        raise ExportError(f"{table.name} row {table.broken[0][0]} has more or fewer cells than the heading.")
    at = places(HIRES, table, told.headings.get(HIRES.name, {}))
    heading = table.heading[at["start"]]
    start = read_dates(table.name, {heading: table.columns[at["start"]]}, told.dates)[heading].days
    _refuse(table, at["start"], start == NONE, "write a day as 2027-01-31")
    passed = f"lies not after {iso(as_of)}, the day of the export: whoever is there then is in the deals already"
    _refuse(table, at["start"], start <= as_of, passed)
    count = np.ones(len(table), np.int64)
    if "count" in at:
        cells = Distinct.of(table.columns[at["count"]])
        numbers = [int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0 for text in cells.texts]
        count = np.array(numbers, np.int64)[cells.codes]
        _refuse(table, at["count"], (count < 1) | (count > MOST_HEADS), f"allowed are 1 to {MOST_HEADS:,}")
        if count.sum() > MOST_HEADS:
            raise ExportError(f"{table.name} has {count.sum():,} hires; at most {MOST_HEADS:,} are allowed.")
    role, segment = (
        _named(table, at, name, None if people is None else getattr(people, name)) for name in ("role", "segment")
    )
    heads = np.repeat(np.arange(len(table)), count)
    return Hires(start[heads], role[heads], segment[heads])


def _named(table: Table, at: dict[str, int], name: str, known: Named | None) -> Named:
    """A column, spelled as the roster spells it."""
    if name not in at:
        return Named.nobody(len(table))
    cells = Distinct.of(table.columns[at[name]])
    empty = np.array([not text for text in cells.texts], bool)[cells.codes]
    if not empty.all():
        _refuse(table, at[name], empty, "say it in all rows, or in none")
    if not known or not known.names:
        return Named.of(np.array(cells.texts, object)[cells.codes])
    spelled = {fold(one): one for one in known.names}
    texts = np.array([spelled.get(fold(text), "") if text else "" for text in cells.texts], object)
    missing = np.array([bool(text) for text in cells.texts], bool) & (texts == "")
    _refuse(
        table, at[name], missing[cells.codes], lambda text: f"nobody on the roster has that {name}."
        f"{did_you_mean(text, known.names)} There are {listed(known.names)}",
    )  # fmt: skip
    return Named.of(texts[cells.codes])


def _refuse(table: Table, place: int, which: np.ndarray, why: str | Callable[[str], str]) -> None:
    """Raises ExportError for the first of these rows."""
    if which.any():
        row = int(np.argmax(which))
        given = table.columns[place][row].as_py()
        told = why if isinstance(why, str) else why(given)
        raise ExportError(f'{table.name} row {table.numbers[row]}: {table.heading[place]} is "{given}"; {told}.')
