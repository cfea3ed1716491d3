"""Since when a file can be trusted: days of mass edits, closes that were never recorded, the day of the export."""

from __future__ import annotations

import calendar
from datetime import date

import numpy as np
from scipy.special import pdtrc

from sim.calendar import DAYS_PER_WEEK
from sim.crm.opportunities import NONE

LONG_GAP = 180  # days: what lies beyond such a gap, and is less than STRAY of all, is a slip of the pen
STRAY = 0.01
RECENT = 100  # days of stamps that say how often they come
SILENT_GAPS = 10.0  # so many usual gaps without a stamp are not to be believed: chance is exp(-10)
CROWD = 20  # closes
CHANCE = 1e-6
# Times a usual day's closes, and what age of deals, in usual ages, makes such a day one of mass edits: a busy day must
# close deals much older than usual, a flood none that are fresh.
CROWDS = ((3.0, 2.0), (10.0, 0.5))
FRESH = 30  # days: deals below it are not tidied away
MONTH_END = 3  # days that are compared with each other only
AROUND = 182  # days on either side that a day is compared with
WHOLE_BASE = 0.2  # of all closes so far on one day: the whole base was touched
MISSED = 10.0  # closes expected and none there: chance is exp(-10)


def day_of_export(stamped: np.ndarray, closed: np.ndarray) -> int:
    """The latest day that rows know.

    Args:
        stamped: int64 days that the system wrote, of creation and edit; single ones far beyond all others are slips.
        closed: days that people typed; who wins a deal may leave its close date in the future. A few that lie further
            after the last stamp than a time without any is to be believed do not count.
    """
    ordered = np.sort(stamped)
    for gap in np.flatnonzero(np.diff(ordered) > LONG_GAP):
        if len(ordered) - gap - 1 < STRAY * len(ordered):
            ordered = ordered[: gap + 1]
            break
    latest, recent = int(ordered[-1]), ordered[-RECENT:]
    reach = max(DAYS_PER_WEEK, SILENT_GAPS * (latest - int(recent[0])) / len(recent))
    beyond = closed > latest + reach
    if beyond.sum() < STRAY * len(closed):
        closed = closed[~beyond]
    return int(closed.max(initial=latest))


def first_day(created: np.ndarray) -> int:
    """The first day of creation, but for single deals long before all others."""
    ordered = np.sort(created)
    gaps = np.flatnonzero(np.diff(ordered) > LONG_GAP)
    early = [gap for gap in gaps if gap + 1 < STRAY * len(ordered)]
    return int(ordered[early[-1] + 1]) if early else int(ordered[0])


def bulk_days(created: np.ndarray, closed: np.ndarray) -> list[int]:
    """Days of mass edits: a crowd of closes, far more than such a day's usual, of deals that are not fresh.

    ``closed`` has no open deal.
    """
    if not len(closed):
        return []
    first, ages = int(closed.min()), closed - created
    counts, usual_age = np.bincount(closed - first), _usual_age(ages, closed)
    ends = np.array([_is_month_end(first + place) for place in range(len(counts))], bool)

    def edited(place: int) -> bool:
        usual, age = 1.0 + _usual(counts, ends, place), np.median(ages[closed == first + place])
        return age >= FRESH and any(
            age >= older * usual_age and pdtrc(counts[place] - 1, times * usual) < CHANCE for times, older in CROWDS
        )

    return [first + int(place) for place in np.flatnonzero(counts >= CROWD) if edited(int(place))]


def _usual_age(ages: np.ndarray, closed: np.ndarray) -> float:
    """The median age at the close, each day counted once: one clean-up must not make its own ages the usual ones."""
    order = np.argsort(closed, kind="stable")
    starts = np.flatnonzero(np.diff(closed[order], prepend=-1))
    return float(np.median([np.median(part) for part in np.split(ages[order], starts[1:])]))


def _usual(counts: np.ndarray, ends: np.ndarray, place: int) -> float:
    """The closes of like days within half a year: the median of the same weekday; of a month's last days the most of
    any, for quarter ends come every three months, and what they bring is selling."""
    near = np.arange(max(0, place - AROUND), min(len(counts), place + AROUND + 1))
    near = near[near != place]
    if ends[place]:
        return float(counts[near[ends[near]]].max(initial=0))
    alike = near[((near - place) % 7 == 0) & ~ends[near]]
    return float(np.median(counts[alike])) if len(alike) else 0.0


def _is_month_end(number: int) -> bool:
    day = date.fromordinal(number)
    return day.day > calendar.monthrange(day.year, day.month)[1] - MONTH_END


def closes_known_from(created: np.ndarray, closed: np.ndarray, bulk: list[int]) -> tuple[int, int, str]:
    """``closes_known_from`` and ``created_known_from`` as the data tell, and why; "" where all is known.

    Args:
        created, closed: int64 of all deals, ``closed`` -1 while open.
    """
    start = first_day(created)
    done = closed != NONE
    touched = [day for day in bulk if (closed == day).sum() > WHOLE_BASE * (done & (closed <= day)).sum()]
    first_close = int(closed[done].min()) if done.any() else start
    missed = _missed(created, closed, first_close) if first_close > start else 0.0
    born = first_close if missed > MISSED else start
    if touched:
        return touched[-1] + 1, born, "the whole base was touched the day before, so earlier closes only say by then"
    if missed > MISSED:
        return born, born, f"no close is recorded before, where about {missed:,.0f} are to be expected"
    return start, start, ""


def _missed(created: np.ndarray, closed: np.ndarray, first_close: int) -> float:
    """Closes to be expected before the first one, as deals created after it close; a cautious count, for of those some
    are still open."""
    later = created >= first_close
    cycles = np.sort((closed - created)[later & (closed != NONE)])
    waited = first_close - 1 - created[created < first_close]
    return float(np.searchsorted(cycles, waited, side="right").sum() / max(1, later.sum()))


def starts_empty(created: np.ndarray, start: int, as_of: int) -> bool:
    """Whether creation begins at its usual level on the first day: what is won then climbs without any growth."""
    days = as_of - start + 1
    if days < 120:
        return False
    early = ((created >= start) & (created < start + 60)).sum() / 60
    usual = (created >= start).sum() / days
    return bool(early > 0.3 * usual and not (created < start).any())
