"""What people had committed for the running quarter, beside what was said here: both known on the same evening.

A commit is what the quarter has won by then and all that is open in category commit with a close date in the quarter;
the best case adds the categories between commit and the open pipeline. It needs a history that has categories and close
dates as of each change: a file shows them as last edited.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from sim.calendar import MONTHS_PER_QUARTER
from sim.crm.categories import BEST_CASE, COMMIT, is_one_of
from sim.crm.opportunities import OPEN, Opportunities
from sim.crm.reading import Export
from sim.evidence.backtest.came import closed_between, months_after
from sim.evidence.backtest.cells import TOTAL, Cell, month
from sim.evidence.backtest.scores import percentile
from sim.fit.outlook import MEASURES


@dataclass(frozen=True)
class Commit:
    """One cut: the calendar quarter that the day after ``cutoff`` lies in, from ``first`` to ``last``. In bookings:
    ``won`` by then, the ``commit`` and the ``best`` case, NaN where no deal is in such a category, the middle that was
    said here as ``ours``, and what ``came``. ``unknown`` deals in commit have no amount, and count as 0.
    """

    cutoff: int
    first: int
    last: int
    won: float
    commit: float
    best: float
    ours: float
    came: float
    unknown: int

    @property
    def off(self) -> float:
        """How far the commit was from what came."""
        return abs(self.commit - self.came)

    @property
    def ours_off(self) -> float:
        """How far the middle that was said here was from it."""
        return abs(self.ours - self.came)


def commit_of(then: Opportunities, cells: Sequence[Cell], months: int) -> Commit | None:
    """The commit at a cut; None where nothing had a category or a close date then, bookings are not known, or the
    quarter ends after the ``months`` that are said.

    Args:
        then: deals as known that evening; cells: what was said, with what came.
    """
    left = MONTHS_PER_QUARTER - (date.fromordinal(then.as_of + 1).month - 1) % MONTHS_PER_QUARTER
    is_open = then.outcome == OPEN
    if left > months or not (is_open & then.category.known & (then.expected > 0)).any():
        return None
    last = int(months_after(then.as_of, left)[-1]) - 1
    running = date.fromordinal(last).replace(day=1)
    first = running.replace(month=running.month - MONTHS_PER_QUARTER + 1).toordinal()
    won = float(closed_between(then, first - 1, then.as_of + 1)[MEASURES.index("bookings")])
    names = [month(at + 1) for at in range(left)]
    said = [cell for cell in cells if (cell.measure, cell.part) == ("bookings", TOTAL) and cell.horizon in names]
    ahead = np.sum([cell.samples for cell in said], axis=0)
    came = won + sum(cell.actual for cell in said)
    if not (np.isfinite(ahead).all() and np.isfinite(came)):
        return None
    due = is_open & (then.expected >= first) & (then.expected <= last)
    sure, likely = (due & is_one_of(then.category, which) for which in (COMMIT, BEST_CASE))
    commit = won + float(np.nansum(then.amount[sure]))
    has_best = is_one_of(then.category, BEST_CASE).any()
    best = commit + float(np.nansum(then.amount[likely])) if has_best else np.nan
    ours = won + float(percentile(ahead, 0.5))
    return Commit(then.as_of, first, last, won, commit, best, ours, came, int(np.isnan(then.amount[sure]).sum()))


NOT_DATED, NOT_THERE, NOT_IN_TIME = "as last edited", "not there", "not in time"


def why_unscored(export: Export, scored: Sequence[Commit]) -> str:
    """Why no commit could be scored; empty if some were."""
    if scored:
        return ""
    if export.views is not None and export.views.category is not None and export.views.expected is not None:
        return NOT_IN_TIME
    return NOT_DATED if export.opportunities.category.names else NOT_THERE


@dataclass(frozen=True)
class Beside:
    """All commits of a back-test, beside ours: mean distances from what came, how often what came lay below the commit,
    above the best case (None where there is none), and how often ours was nearer.
    """

    dates: int
    off: float
    ours_off: float
    below: int
    above_best: int | None
    nearer: int


def beside(scored: Sequence[Commit]) -> Beside | None:
    """None where there is none."""
    if not scored:
        return None
    return Beside(
        len(scored),
        float(np.mean([one.off for one in scored])),
        float(np.mean([one.ours_off for one in scored])),
        sum(one.came < one.commit for one in scored),
        sum(one.came > one.best for one in scored) if np.isfinite([one.best for one in scored]).any() else None,
        sum(one.ours_off < one.off for one in scored),
    )
