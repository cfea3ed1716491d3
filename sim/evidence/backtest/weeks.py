"""How soon a quarter is known: what it will have brought, said after each second of its weeks.

The forecast of a quarter's total is what has closed in it already and, from the laws, what is left. Beside it stands
its pace: what has closed, divided by the share of days that are over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from sim.calendar import MONTHS_PER_QUARTER
from sim.crm.errors import ExportError
from sim.crm.reading import Export
from sim.evidence.backtest.came import closed_between, earlier, months_after
from sim.evidence.backtest.cells import Cell
from sim.evidence.backtest.cuts import cuts, last_month_end
from sim.evidence.backtest.frozen import frozen
from sim.evidence.backtest.scores import can_be_scored, percentile, scored
from sim.fit.outlook import MEASURES, outlook

MOST_QUARTERS, EVERY, LAST_WEEK = 4, 2, 12
THIS_QUARTER, TOTAL = "this quarter", "total"


@dataclass(frozen=True)
class Week:
    """The quarter that begins after the day ``begins``, as said after so many of its weeks, and what came; of wins and
    bookings a cell each. ``pace`` is what has closed by then at its pace, shape (measures,), NaN at the beginning."""

    begins: int
    week: int
    cells: list[Cell]
    pace: np.ndarray


@dataclass(frozen=True)
class WeekRow:
    """All quarters tried, after so many weeks: how many, how many of their 80% ranges held, the mean distance of the
    middle and of the pace from what came, and the mean width of the ranges, as shares of what came."""

    measure: str
    week: int
    quarters: int
    held: int
    off: float
    pace_off: float
    width: float


def quarters(export: Export) -> list[int]:
    """The evenings before the latest calendar quarters that are seen whole and bear a cut, at most MOST_QUARTERS."""
    found = list[int]()
    day = earlier(last_month_end(export.opportunities.as_of), MONTHS_PER_QUARTER)
    while day >= export.opportunities.created.min() and len(found) < MOST_QUARTERS:
        if _begins_a_quarter(day):
            try:
                found += cuts(export, MONTHS_PER_QUARTER, [day])
            except ExportError:
                break
        day = earlier(day, 1)
    return found[::-1]


def weekly(export: Export, draws: int, seed: int, progress: Callable[[int, int], None] | None = None) -> list[Week]:
    """Every second week of the quarters that a file bears; none where it bears none."""
    asked = [(begins, week) for begins in quarters(export) for week in range(0, LAST_WEEK + 1, EVERY)]
    told = []
    for at, (begins, week) in enumerate(asked):
        if progress:
            progress(at, len(asked))
        told.append(week_told(export, begins, week, draws, seed))
    return told


def week_told(export: Export, begins: int, week: int, draws: int, seed: int) -> Week:
    """One quarter, which begins after the evening ``begins``, as said after so many weeks of it (0 to LAST_WEEK)."""
    starts = months_after(begins, MONTHS_PER_QUARTER)
    cut = begins + 7 * week
    left = int(np.sum(starts[1:] > cut + 1))
    then = frozen(export, cut)
    samples = outlook(then, left, draws, seed).samples.sum(axis=(1, 3))  # draws, measures
    whole = closed_between(export.opportunities, begins, int(starts[-1]))
    so_far = closed_between(then, begins, cut + 1)
    pace = so_far * (starts[-1] - starts[0]) / (cut - begins) if week else np.full(len(MEASURES), np.nan)
    cells = [
        Cell(cut, THIS_QUARTER, measure, TOTAL, so_far[at] + samples[:, at], float(whole[at]))
        for at, measure in enumerate(MEASURES)
    ]
    return Week(begins, week, cells, pace)


def by_week(told: Iterable[Week], seed: int = 1) -> Iterator[WeekRow]:
    """One row a measure and week, over all quarters; what came to nothing does not count."""
    told = list(told)
    for at, measure in enumerate(MEASURES):
        for week in sorted({one.week for one in told}):
            kept = [(one.cells[at], one.pace[at]) for one in told if one.week == week]
            kept = [(cell, pace) for cell, pace in kept if can_be_scored(cell) and cell.actual > 0]
            if not kept:
                continue
            held = sum(score.held80 for score in scored([cell for cell, _ in kept], seed))
            low, middle, high = np.array(
                [percentile(cell.samples, np.array([0.1, 0.5, 0.9])) / cell.actual for cell, _ in kept]
            ).T
            paces = np.array([pace / cell.actual for cell, pace in kept])
            off, pace_off = (float(np.abs(one - 1).mean()) for one in (middle, paces))
            yield WeekRow(measure, week, len(kept), held, off, pace_off, float((high - low).mean()))


def _begins_a_quarter(day: int) -> bool:
    """Whether the day after is the first of January, April, July or October."""
    first = date.fromordinal(day + 1)
    return first.day == 1 and (first.month - 1) % MONTHS_PER_QUARTER == 0
