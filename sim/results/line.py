"""A straight line through replications, with what is left over mended for the line's having been fitted to it.

What is left over is divided by what leverage leaves of it, so that errors are right on average where every draw is as
uncertain; replications of one draw are taken together.

Source: Bell and McCaffrey, "Bias reduction in standard errors for linear regression with multi-stage samples", Survey
Methodology 28 (2002).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Line:
    """The line's height where all columns are nothing, then its slopes: ``weights`` times what it was fitted to.

    ``weights`` have shape (columns + 1, replications), ``rest`` and ``mended`` (replications,), ``unit`` numbers the
    draw of each replication.
    """

    weights: np.ndarray
    found: np.ndarray
    rest: np.ndarray
    mended: np.ndarray
    unit: np.ndarray

    @property
    def units(self) -> int:
        """How many draws there are."""
        return int(self.unit.max()) + 1

    @property
    def freedom(self) -> int:
        """How many draws are left to tell errors by."""
        return max(self.units - len(self.found), 1)

    def errors(self) -> np.ndarray:
        """The standard errors of height and slopes, shape (columns + 1,)."""
        return np.sqrt([(np.bincount(self.unit, one * self.mended) ** 2).sum() for one in self.weights])


def fitted(values: np.ndarray, columns: np.ndarray, draws: np.ndarray) -> Line:
    """The line of least squares.

    Args:
        values: shape (replications,). columns: shape (replications, columns). draws: shape (replications,).
    """
    rows = np.column_stack([np.ones(len(columns)), columns])
    weights = np.linalg.pinv(rows)
    line = weights @ values
    rest = values - rows @ line
    unit = np.unique(draws, return_inverse=True)[1]
    order, count = np.argsort(unit, kind="stable"), np.bincount(unit)
    mended = np.empty(len(values))
    for size in np.unique(count):
        members = order[np.isin(unit[order], np.flatnonzero(count == size))].reshape(-1, size)
        left = np.eye(size) - rows[members] @ weights.T[members].transpose(0, 2, 1)
        much, way = np.linalg.eigh((left + left.transpose(0, 2, 1)) / 2)
        root = np.where(much > 1e-9, much, np.inf) ** -0.5
        mended[members] = np.einsum("uij,uj,ukj,uk->ui", way, root, way, rest[members])
    return Line(weights, line, rest, mended, unit)
