"""What is mended or set aside in the rows of an export: one rule a function, and each counts its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sim.crm.dates import iso
from sim.crm.opportunities import NONE, OPEN, WON
from sim.crm.report import Rows
from sim.crm.table import Distinct

NEGLIGIBLE = 1.0  # amounts up to it are typed to get past a form
SHOWN = 12  # months, in one line
BENDS = 0.01  # of closed deals without a date: fewer change nothing


@dataclass
class Draft:
    """A file's rows while they are mended, shape (rows,) each; as in ``Opportunities``."""

    created: np.ndarray
    closed: np.ndarray
    expected: np.ndarray
    outcome: np.ndarray
    amount: np.ndarray


def empty_rows(rows: Rows) -> None:
    """Rows without anything in them."""
    filled = np.zeros(len(rows.table), bool)
    for column in rows.table.columns:
        filled |= _filled(column)
    rows.set_aside(~filled, "the row is empty")


def copies(rows: Rows, ids: pa.ChunkedArray, edited: np.ndarray | None) -> None:
    """Rows of one id: alike ones count once; of those that differ the last one by time of edit, else in the file."""
    distinct = Distinct.of(ids)
    counts = np.bincount(distinct.codes, minlength=len(distinct.texts))
    counts[[place for place, text in enumerate(distinct.texts) if not text]] = 0
    several = np.flatnonzero((counts[distinct.codes] > 1) & rows.used)
    several = several[np.argsort(distinct.codes[several], kind="stable")]
    same, earlier = np.zeros(len(rows.table), bool), np.zeros(len(rows.table), bool)
    if not len(several):
        return
    cells = list(zip(*(column.take(pa.array(several)).to_pylist() for column in rows.table.columns), strict=True))
    starts = np.flatnonzero(np.r_[True, np.diff(distinct.codes[several]) != 0])
    for start, end in zip(starts, [*starts[1:], len(several)], strict=True):
        _mark(several[start:end], cells[start:end], edited, same, earlier)
    rows.set_aside(same, "a copy of another row")
    rows.set_aside(earlier, "an earlier version of a deal that stands in another row")


def _mark(group: np.ndarray, cells: list, edited: np.ndarray | None, same: np.ndarray, earlier: np.ndarray) -> None:
    first: dict[tuple, int] = {}
    for row, text in zip(group, cells, strict=True):
        same[row] = text in first
        first.setdefault(text, row)
    left = np.array(sorted(first.values()))
    last = left[-1] if edited is None else max(left, key=lambda row: (np.nan_to_num(edited[row], nan=-1.0), row))
    earlier[left[left != last]] = True


def no_creation(rows: Rows, draft: Draft, unreadable: np.ndarray) -> None:
    """Deals whose age is not known."""
    rows.set_aside(unreadable, "the creation date cannot be read")
    rows.set_aside(draft.created == NONE, "no creation date")


def undated_closes(rows: Rows, draft: Draft, unreadable: np.ndarray) -> None:
    """Won or lost, nobody knows when. What is left is bent where their share changes over time, so it is told."""
    undated = (draft.outcome != OPEN) & (draft.closed == NONE) & rows.used
    rows.set_aside(undated & unreadable, "won or lost, and the close date cannot be read")
    rows.set_aside(undated & (draft.outcome == WON), "won without a close date")
    rows.set_aside(undated, "lost without a close date")
    done = (draft.outcome != OPEN) & (rows.used | undated)
    if undated.sum() > BENDS * done.sum():
        rows.note(f"closed deals without a close date, by month of creation: {_by_month(draft.created, undated, done)}")


def _by_month(days: np.ndarray, some: np.ndarray, of: np.ndarray) -> str:
    months = np.array([date.fromordinal(int(day)).strftime("%Y-%m") for day in np.unique(days[of])])
    month_of = months[np.searchsorted(np.unique(days[of]), days[of])]
    names, counts = np.unique(month_of, return_counts=True)
    shares = [float(some[of][month_of == name].sum() / count) for name, count in zip(names, counts, strict=True)]
    shown = [f"{name} {share:.0%}" for name, share in zip(names, shares, strict=True)][-SHOWN:]
    return ", ".join(shown)


def open_deals_dates(rows: Rows, draft: Draft) -> None:
    """The close date of an open deal is the one that is expected."""
    moved = (draft.outcome == OPEN) & (draft.closed != NONE)
    own = draft.expected == NONE
    draft.expected = np.where(moved & own, draft.closed, draft.expected)
    draft.closed = np.where(moved, NONE, draft.closed)
    count = int((moved & own & rows.used).sum())
    if count:
        rows.note(f"{count:,} open deals have a close date, which is read as the one expected")


def closed_before_created(rows: Rows, draft: Draft) -> None:
    """Deals entered after they were closed: they count on the day of their creation."""
    early = (draft.closed != NONE) & (draft.closed < draft.created)
    draft.closed = np.where(early, draft.created, draft.closed)
    rows.mend(early, "closed before it was created: counts on the day of creation")


def after_export(rows: Rows, draft: Draft, as_of: int) -> None:
    """What lies after the day of the export: creations are set aside, closes are open again."""
    rows.set_aside(draft.created > as_of, f"created after {iso(as_of)}, the day of the export")
    later = (draft.closed != NONE) & (draft.closed > as_of)
    rows.mend(later, f"closed after {iso(as_of)}, the day of the export: counts as open")
    draft.expected = np.where(later & (draft.expected == NONE), draft.closed, draft.expected)
    draft.outcome = np.where(later, OPEN, draft.outcome).astype(np.int8)
    draft.closed = np.where(later, NONE, draft.closed)


def amounts_that_say_nothing(rows: Rows, draft: Draft, unreadable: np.ndarray, converted: np.ndarray) -> None:
    """Amounts of 0, of 1 and below 0 are typed to get past a form; they count as unknown."""
    rows.mend(converted, "the amount was converted")
    rows.mend(unreadable, "the amount cannot be read: counts as unknown")
    rules: tuple[tuple[str, Callable[[np.ndarray], np.ndarray]], ...] = (
        ("an amount of 0 counts as unknown", lambda amount: amount == 0),
        ("an amount below 0 counts as unknown", lambda amount: amount < 0),
        (
            f"an amount of {NEGLIGIBLE:g} or less counts as unknown",
            lambda amount: (amount > 0) & (amount <= NEGLIGIBLE),
        ),
    )
    silent = np.zeros(len(draft.amount), bool)
    for text, applies in rules:
        found = applies(draft.amount)
        rows.mend(found, text)
        silent |= found
    draft.amount = np.where(silent, np.nan, draft.amount)


def _filled(column: pa.ChunkedArray) -> np.ndarray:
    lengths = pc.utf8_length(pc.utf8_trim_whitespace(column))
    return np.asarray(pc.greater(lengths, 0).to_numpy())
