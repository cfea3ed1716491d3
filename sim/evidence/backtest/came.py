"""What came: wins and bookings by month after a day, of deals open that evening and of later ones."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date

import numpy as np

from sim.calendar import MONTHS_PER_YEAR
from sim.crm.opportunities import WON, Opportunities
from sim.evidence.backtest.cells import MONTHS_OF_QUARTER, QUARTER, month
from sim.fit.months import Months
from sim.fit.outlook import MEASURES, PARTS


def months_after(cutoff: int, months: int) -> np.ndarray:
    """First days of the months after a day and the day after them, shape (months + 1,), as ``Outlook.starts``."""
    ahead = Months.between(cutoff + 1, cutoff + 1, months - 1)
    return np.append(cutoff + 1, ahead.starts[1:])


def horizons(months: int) -> dict[str, tuple[int, int]]:
    """Every horizon's months ahead, from the first to before the last: month1 is (0, 1), the quarter (0, 3)."""
    spans = {month(at + 1): (at, at + 1) for at in range(months)}
    return spans | ({QUARTER: (0, MONTHS_OF_QUARTER)} if months >= MONTHS_OF_QUARTER else {})


def closed_between(deals: Opportunities, begins: int, end: int) -> np.ndarray:
    """Wins and bookings after the evening ``begins`` and before the day ``end``, shape (measures,); zeros where
    there is no day.
    """
    if end <= begins + 1:
        return np.zeros(len(MEASURES))
    found: np.ndarray = came(deals, begins, np.array([begins + 1, end])).sum(axis=(0, 2))
    return found


def came(deals: Opportunities, cutoff: int, starts: Sequence[int] | np.ndarray) -> np.ndarray:
    """Wins and bookings between the days ``starts``, shape (periods, measures, parts).

    A win without an amount books the mean of the others in its cell, or of the file where there is none. Bookings are
    NaN where no win of the file has an amount.
    """
    won = (deals.outcome == WON) & (deals.closed >= starts[0]) & (deals.closed < starts[-1])
    period = np.searchsorted(starts, deals.closed[won], side="right") - 1
    cell = period * len(PARTS) + (deals.created[won] > cutoff)
    amount = deals.amount[won]
    shape = len(starts) - 1, len(PARTS)
    found = np.empty((shape[0], len(MEASURES), shape[1]))
    found[:, 0] = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    known = np.isfinite(amount)
    size = found[:, 0].size
    sums, counts = np.bincount(cell[known], amount[known], size), np.bincount(cell[known], minlength=size)
    all_amounts = deals.amount[(deals.outcome == WON) & np.isfinite(deals.amount)]
    usual = all_amounts.mean() if len(all_amounts) else np.nan
    mean = np.where(counts > 0, sums / np.maximum(counts, 1), usual)
    found[:, 1] = sums.reshape(shape) + (found[:, 0] - counts.reshape(shape)) * mean.reshape(shape)
    return found


def earlier(day: int, months: int) -> int:
    """The same day so many months before; a month's last day stays one."""
    now = date.fromordinal(day)
    at = now.year * MONTHS_PER_YEAR + now.month - 1 - months
    year, number = divmod(at, MONTHS_PER_YEAR)
    last = calendar.monthrange(year, number + 1)[1]
    is_last = now.day == calendar.monthrange(now.year, now.month)[1]
    return date(year, number + 1, last if is_last else min(now.day, last)).toordinal()
