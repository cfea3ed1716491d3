"""Base sums by group and period: what measures are expressions over."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.measures.groups import Groups
from sim.measures.periods import Periods


@dataclass(frozen=True)
class Frame:
    """Where sums are put: the groups and periods of a scenario, apart from its numbers."""

    groups: Groups
    periods: Periods

    @cached_property
    def cells_in_groups(self) -> np.ndarray:
        return self.groups.cells_in_groups()


@dataclass(frozen=True)
class Cube:
    """Named quantities by cell, by one further axis, and by month."""

    names: tuple[str, ...]
    values: np.ndarray  # shape (quantities, cells, length of the axis, months); behind the last name stands none
    axis: str = "none"  # role, source, stage; none where there is but one place


class Sums:
    """The base sums of one family of groups. G groups, M months, T periods."""

    def __init__(self, frame: Frame, family: str, cubes: list[Cube]):
        self.frame = frame
        self.family = family
        self.by_month: dict[str, np.ndarray] = {}  # each shape (G, M)
        self.by_period: dict[str, np.ndarray] = {}  # each shape (G, T)
        for cube in cubes:
            if family == "cell" and cube.axis != "stage":  # stages break down states that the whole holds too
                self._add(cube.names, frame.cells_in_groups @ cube.values.sum(axis=2))
            elif cube.axis == family:
                by_name = np.zeros((len(cube.names), len(frame.groups.names(family)), frame.periods.count_months))
                by_name[:, : cube.values.shape[2]] = cube.values.sum(axis=1)
                self._add(cube.names, by_name)

    def _add(self, names: tuple[str, ...], monthly: np.ndarray) -> None:
        self.by_month.update(zip(names, monthly, strict=True))
        self.by_period.update(zip(names, monthly @ self.frame.periods.months.T, strict=True))

    def __getitem__(self, name: str) -> np.ndarray:
        """A flow summed over each period; shape (G, T)."""
        return self.by_period[name]

    def at_start(self, name: str) -> np.ndarray:
        """A state at each period's first instant; shape (G, T)."""
        return self.by_month[name][:, self.frame.periods.first_month]

    def at_end(self, name: str) -> np.ndarray:
        """A balance, kept for each month's end, at each period's end; shape (G, T)."""
        return self.by_month[name][:, self.frame.periods.last_month]

    def average(self, name: str) -> np.ndarray:
        """The time average of something kept as a sum of days; shape (G, T)."""
        return self.by_period[name] / self.frame.periods.days

    def month_mean(self, name: str) -> np.ndarray:
        """The mean over the first instants of a period's months; shape (G, T)."""
        return self.by_period[name] / self.frame.periods.months.sum(axis=1)


def positive(values: np.ndarray) -> np.ndarray:
    """A denominator: undefined where nothing is left to divide by."""
    return np.where(values > 0.0, values, np.nan)


def wide(codes: np.ndarray) -> np.ndarray:
    """Codes as 64-bit integers. The ledger keeps them in 8 or 16 bits, too few for a product with numbers of cells."""
    return codes.astype(np.int64)


def days_between(frame: Frame, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Days of [first, last) in each month; shape (n, M)."""
    edges = frame.periods.calendar.month_starts
    first = np.minimum(first, edges[-1])[:, None]
    last = np.maximum(np.minimum(last, edges[-1])[:, None], first)
    return np.diff(np.clip(edges[None, :], first, last), axis=1)


def add_up(
    frame: Frame, quantities: int, along: int, index: np.ndarray, weights: np.ndarray | None = None
) -> np.ndarray:
    """Add up rows into a cube.

    Args:
        along: length of the cube's further axis.
        index: for each row ((quantity x cells + cell) x along + place on the further axis) x months + month.
        weights: what each row adds; 1 when left out.

    Returns: shape (quantities, cells, along, months).
    """
    shape = (quantities, frame.groups.count_cells, along, frame.periods.count_months)
    size = int(np.prod(shape))
    return np.bincount(index, weights, minlength=size).astype(float, copy=False).reshape(shape)


def by_month(frame: Frame, cell: np.ndarray, month: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Rows counted, or what each of them adds, by their cells and months; shape (1, cells, 1, months)."""
    return add_up(frame, 1, 1, cell * frame.periods.count_months + month, weights)
