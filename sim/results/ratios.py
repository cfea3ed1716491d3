"""Ratios of means over replications, with intervals; which measures have one, they declare themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from sim.measures.catalogue import MEASURES
from sim.measures.kpis import Rows
from sim.results.estimates import Difference, Estimates, Summary, by_draw, within


def with_ratios(summary: Summary, values: np.ndarray, rows: Rows, draws: np.ndarray) -> Summary:
    """A summary with the ratio of means of every row whose measure declares its parts.

    Args:
        values: shape (replications, rows). draws: shape (replications,).
    """
    found = Estimates(*(one.copy() for one in (summary.ratio_of_means, summary.ratio_low, summary.ratio_high)))
    for columns, parts, of in _ratios(rows):
        told = ratio_of_means([values[:, part] for part in parts], of, draws)
        found.mean[columns], found.low[columns], found.high[columns] = told.mean, told.low, told.high
    return replace(summary, ratio_of_means=found.mean, ratio_low=found.low, ratio_high=found.high)


def with_ratio_differences(
    difference: Difference, rows: Rows, a: tuple[np.ndarray, np.ndarray], b: tuple[np.ndarray, np.ndarray],
    draws: np.ndarray,
) -> Difference:  # fmt: skip
    """A difference with that of the ratios of means, plan b less plan a under the same luck.

    Args:
        rows: that both plans have. a, b: values, shape (replications, rows of the plan), and where ``rows`` stand.
    """
    names = ("ratio_difference", "ratio_difference_low", "ratio_difference_high")
    found = Estimates(*(getattr(difference, name).copy() for name in names))
    for columns, parts, of in _ratios(rows):
        both = [values[:, places[part]] for values, places in (a, b) for part in parts]
        told = ratio_of_means(both, _less(of, len(parts)), draws)
        found.mean[columns], found.low[columns], found.high[columns] = told.mean, told.low, told.high
    return replace(difference, **dict(zip(names, (found.mean, found.low, found.high), strict=True)))


def _less(of: Callable[..., np.ndarray], count: int) -> Callable[..., np.ndarray]:
    return lambda *parts: of(*parts[count:]) - of(*parts[:count])


def ratio_of_means(parts: Sequence[np.ndarray], of: Callable[..., np.ndarray], draws: np.ndarray) -> Estimates:
    """A function of means over replications with a 95 % interval: a jackknife that leaves out each draw in turn.

    A replication counts where all parts are defined. The interval is Student's t over the draws, and has no ends from
    one alone.

    Args:
        parts: one a part, each of shape (replications, columns). draws: shape (replications,).
    """
    defined = np.all([~np.isnan(part) for part in parts], axis=0)
    count = by_draw(defined.astype(float), draws)
    sums = [by_draw(np.where(defined, part, 0.0), draws) for part in parts]
    with np.errstate(invalid="ignore", divide="ignore"):
        whole = of(*(one.sum(axis=0) / count.sum(axis=0) for one in sums))
        rest = count.sum(axis=0) - count
        without = of(*((one.sum(axis=0) - one) / rest for one in sums))
        there = count > 0
        units = there.sum(axis=0)
        mean = np.where(there, without, 0.0).sum(axis=0) / units
        apart = np.where(there, (without - mean) ** 2, 0.0).sum(axis=0)
        error = np.sqrt(apart * (units - 1) / units)
        return Estimates(whole, *within(whole, units, error))


def _ratios(rows: Rows) -> Iterator[tuple[np.ndarray, list[np.ndarray], Callable[..., np.ndarray]]]:
    """For each ratio its columns, where each of its parts stands in the table for them, and how it follows."""
    codes = {measure.name: code for code, measure in enumerate(MEASURES)}
    where = {code: np.flatnonzero(rows.measure == code) for code in np.unique(rows.measure).tolist()}
    for code, measure in enumerate(MEASURES):
        if measure.of_parts is None or code not in where:
            continue
        columns = where[code]
        places = [_places(rows, columns, where.get(codes[part], np.array([], int))) for part in measure.of_parts.parts]
        kept = np.all([place >= 0 for place in places], axis=0)
        if kept.any():
            yield columns[kept], [place[kept] for place in places], measure.of_parts.of


def _places(rows: Rows, columns: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Where the same group and period stand ``among`` other rows; -1 where they do not."""
    keys = np.stack([rows.group_kind, rows.group, rows.period])
    place_of = {tuple(key): int(place) for key, place in zip(keys[:, among].T.tolist(), among, strict=True)}
    return np.array([place_of.get(tuple(key), -1) for key in keys[:, columns].T.tolist()])
