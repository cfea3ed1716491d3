"""Records: what a company's files say of the first day, as rows and arrays in the order in which they are played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.records.customers import Customers
from sim.records.files import CompanyFiles
from sim.records.pipeline import Deals
from sim.records.roster import NOBODY, SeatRecord

Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Records:
    """What was read. It goes with a scenario to whoever plays it, so it holds nothing else.

    Two are equal where they were read from the same bytes, held against the same.

    Attributes:
        files: that were read. seats: of the first day, in order; the roster's where there is one.
        deals: columns of ``pipeline.FIELDS``, all of one length; those with an owner come first, for they take hours,
            and in order of entry, for SEs serve so. ``customer`` is a place in ``customers``; NOBODY for none that is
            known. None where no pipeline was given.
        customers: columns of ``customers.FIELDS``, all of one length, by segment and region. None where none was given.
    """

    files: CompanyFiles
    seats: Sequence[SeatRecord] = field(compare=False)
    deals: Columns | None = field(default=None, compare=False)
    customers: Columns | None = field(default=None, compare=False)

    def has(self, kind: str) -> bool:
        """Whether the first day's roster, pipeline or customers come from a file."""
        return kind in self.files.stamps


def in_playing_order(
    files: CompanyFiles, seats: Sequence[SeatRecord], deals: Deals | None, customers: Customers | None
) -> Records:
    """What was read of each file, together."""
    base = None if customers is None else _by_place(customers.columns)
    return Records(files, tuple(seats), None if deals is None else _by_owner(deals.columns, base), base)


def _by_owner(columns: Columns, customers: Columns | None) -> Columns:
    found = {**columns, "customer": _places_of(columns["customer"], customers)}
    return _sorted(found, np.lexsort((found["entered_day"], found["seat"] == NOBODY)))


def _by_place(columns: Columns) -> Columns:
    return _sorted(dict(columns), np.lexsort((columns["region"], columns["segment"])))


def _sorted(columns: Columns, order: np.ndarray) -> Columns:
    """The columns in an order. They are sorted where they stand, one at a time: files may have millions of rows."""
    for column in columns.values():
        column[:] = column[order]
    return columns


def _places_of(names: np.ndarray, customers: Columns | None) -> np.ndarray:
    """The customers that expansions name, by place; NOBODY where none that is known is named."""
    if customers is None or not len(customers["entity"]):
        return np.full(len(names), NOBODY)
    known = customers["entity"]
    order = np.argsort(known)
    place = np.minimum(np.searchsorted(known[order], names), len(known) - 1)
    return np.where(known[order][place] == names, order[place], NOBODY)
