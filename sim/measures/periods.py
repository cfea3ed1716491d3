"""Periods: the run's months, fiscal quarters, fiscal years and total, in this order, and how months make them up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.calendar import Calendar

PERIOD_KINDS = ("month", "quarter", "year", "total")
MONTH, QUARTER, YEAR, TOTAL = range(4)


@dataclass(frozen=True)
class Periods:
    """The periods of a run. T periods, M months, Q quarters."""

    calendar: Calendar
    labels: tuple[str, ...]  # T names: 2027-01, 2027-Q1, 2027, total
    kinds: np.ndarray  # shape (T,), places in PERIOD_KINDS
    months: np.ndarray  # shape (T, M), 1.0 where the month belongs to the period
    quarters: np.ndarray  # shape (years and total, Q), 1.0 where the quarter belongs to it
    first_month: np.ndarray  # shape (T,)
    last_month: np.ndarray  # shape (T,)
    days: np.ndarray  # shape (T,), length in calendar days
    month_of_day: np.ndarray  # shape (horizon days + 1,), month of each day

    @property
    def count_months(self) -> int:
        return self.months.shape[1]

    @property
    def days_per_year(self) -> float:
        return self.calendar.days_per_year

    def of_kind(self, kind: int) -> slice:
        """Where the periods of one kind stand on the period axis."""
        places = np.flatnonzero(self.kinds == kind)
        return slice(int(places[0]), int(places[-1]) + 1)

    def month_index(self, day: np.ndarray) -> np.ndarray:
        """Month of each instant in [0, horizon)."""
        return self.month_of_day[day.astype(np.int64)]

    def of_months_and_quarters(self, by_month: np.ndarray, by_quarter: np.ndarray) -> np.ndarray:
        """One number a period: months and quarters as given, years and the total undefined; shape (groups, T)."""
        longer = np.full((len(by_month), len(self.labels) - by_month.shape[1] - by_quarter.shape[1]), np.nan)
        return np.concatenate([by_month, by_quarter, longer], axis=1)

    def with_means(self, by_month: np.ndarray, by_quarter: np.ndarray) -> np.ndarray:
        """One number a period: months and quarters as given, years and the total the mean of their defined quarters.

        Args:
            by_month: shape (groups, M); by_quarter: shape (groups, Q), NaN where undefined.

        Returns: shape (groups, T).
        """
        defined = ~np.isnan(by_quarter)
        means = (np.where(defined, by_quarter, 0.0) @ self.quarters.T) / (defined @ self.quarters.T)
        return np.concatenate([by_month, by_quarter, means], axis=1)


def periods_of(calendar: Calendar) -> Periods:
    """All periods of a calendar's run."""
    months = np.eye(calendar.months)
    quarters = _membership(calendar.quarter_of_month)
    years = _membership(calendar.year_of_month)
    matrix = np.concatenate([months, quarters, years, np.ones((1, calendar.months))])
    first_of_quarter = quarters.argmax(axis=1)
    return Periods(
        calendar=calendar,
        labels=(*calendar.month_labels, *calendar.quarter_labels, *calendar.year_labels, "total"),
        kinds=np.repeat([MONTH, QUARTER, YEAR, TOTAL], [len(months), len(quarters), len(years), 1]),
        months=matrix,
        quarters=np.concatenate([years[:, first_of_quarter], np.ones((1, len(quarters)))]),
        first_month=matrix.argmax(axis=1),
        last_month=(matrix * np.arange(calendar.months)).argmax(axis=1),
        days=matrix @ np.diff(calendar.month_starts),
        month_of_day=np.repeat(np.arange(calendar.months), np.diff(calendar.month_starts).astype(int)),
    )


def _membership(codes: np.ndarray) -> np.ndarray:
    """1.0 where month j has code i; shape (codes, months)."""
    return (np.arange(codes.max() + 1)[:, None] == codes[None, :]).astype(float)
