"""Counts in a table, each Poisson with the rate exp(row + column): smooth rows, smooth columns, and what is ahead.

Rows are ages or a single one, columns are months, also those still ahead. Both have Gaussian priors whose settings
(how far levels move, how smooth ages are) are not chosen: many are tried, and each counts by how well it explains the
counts. So few counts lean on the prior, and many speak for themselves.

Source: Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006), chapter 3.4 (Laplace's approximation
and its evidence); Rue, Martino and Chopin, JRSS B 71 (2009), for the mixture over settings;
Veach and Guibas, SIGGRAPH (1995), for the weights of samples from two laws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from scipy.linalg import block_diag, cho_factor, cho_solve, solve_triangular
from scipy.special import gammaln, ndtr, ndtri
from scipy.stats import norm, qmc

SETTINGS_TRIED = 64
_STEPS = 40
_SOFTER = 3.0  # how much less than its due the evidence counts while the region of good settings is looked for
_LARGEST = 30.0  # of a log rate against the mean: beyond it nothing but overflow


class Prior(Protocol):
    """A Gaussian prior of one side of the table, by settings."""

    @property
    def settings(self) -> int:
        """How many numbers set it."""

    def covariance(self, unit: np.ndarray) -> np.ndarray:
        """Covariance of the log rates for settings in the unit cube, shape (settings,); shape (size, size)."""


@dataclass(frozen=True)
class Rates:
    """What the counts say: a mixture of Gaussians over settings of the priors."""

    mean: float  # log rate around which the priors stand
    rows: int
    weights: np.ndarray  # of settings, shape (settings,), sums to 1
    modes: np.ndarray  # shape (settings, rows + columns)
    spreads: np.ndarray  # Gaussian draws are mode + spread @ normal, shape (settings, rows + columns, same)
    likeness: float = 0.0  # of a table around others: how far it goes along with them, were they known
    leaning: float = 0.0  # and as far as they are: the part of what is said of it that is theirs

    def point(self) -> tuple[np.ndarray, np.ndarray]:
        """Log rates of rows, shape (rows,), and what columns add, shape (columns,): their means."""
        middle = self.weights @ self.modes
        return self.mean + middle[: self.rows], middle[self.rows :]

    def draws(self, rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Draws of the parameters: log rates of rows, shape (n, rows), and of columns, shape (n, columns)."""
        counts = rng.multinomial(n, self.weights)
        drawn = [
            mode + rng.standard_normal((count, len(mode))) @ spread.T
            for mode, spread, count in zip(self.modes, self.spreads, counts, strict=True)
            if count
        ]
        mixed = rng.permutation(np.concatenate(drawn))
        return self.mean + mixed[:, : self.rows], mixed[:, self.rows :]

    def covariance(self) -> np.ndarray:
        """What is not known, of rows and columns together; shape (rows + columns, same)."""
        apart = self.modes - self.weights @ self.modes
        within = np.einsum("k,kij,klj->il", self.weights, self.spreads, self.spreads)
        return within + np.einsum("k,ki,kj->ij", self.weights, apart, apart)


@dataclass(frozen=True)
class Around:
    """What is thought of a table before its counts: log rates of rows and what columns add, and how well they are
    known, shape (rows + columns, same). The priors are of what the table has of its own beyond these, and ask for one
    setting more: how far its columns go along.
    """

    rows: np.ndarray
    columns: np.ndarray
    covariance: np.ndarray

    def along(self, share: float) -> tuple[np.ndarray, np.ndarray]:
        """Means, shape (rows + columns,), and their covariance, where columns go along as far as this."""
        scale = np.concatenate([np.ones(len(self.rows)), np.full(len(self.columns), share)])
        return np.concatenate([self.rows, self.columns]) * scale, self.covariance * np.outer(scale, scale)


@dataclass(frozen=True)
class Table:
    """Counts, shape (rows, columns known), given exposures of that shape; cells without exposure say nothing.

    ``columns`` may go on beyond the columns known: these are what is ahead. The priors stand around the mean rate with
    half a count in ``thought`` exposure more, which only the smallest files feel; or ``around`` what others tell.
    """

    counts: np.ndarray
    exposure: np.ndarray
    rows: Prior
    columns: Prior
    thought: float
    around: Around | None = None

    @property
    def mean(self) -> float:
        """Log rate around which the priors stand."""
        if self.around is not None:
            return 0.0
        told = self.exposure > 0
        return float(np.log((self.counts[told].sum() + 0.5) / (self.exposure.sum() + self.thought)))

    @property
    def settings(self) -> int:
        return self.rows.settings + self.columns.settings + (self.around is not None)

    def explained(self, unit: np.ndarray) -> _Explained:
        """What one setting of the unit cube, shape (settings,), makes of the table."""
        mark = self.rows.settings
        sides = self.rows.covariance(unit[:mark]), self.columns.covariance(unit[mark : mark + self.columns.settings])
        counts = np.where(self.exposure > 0, self.counts, 0.0)
        if self.around is None:
            halves = [np.linalg.cholesky(side + 1e-8 * np.eye(len(side))) for side in sides]
            return _laplace(counts, self.exposure, self.mean, block_diag(*halves))
        means, unknown = self.around.along(float(unit[-1]))
        own = block_diag(*sides) + 1e-8 * np.eye(len(means))
        n_rows, known = counts.shape
        thought = self.exposure * np.exp(means[:n_rows, None] + means[None, n_rows : n_rows + known])
        return _laplace(counts, thought, 0.0, np.linalg.cholesky(own + unknown)).moved(means, own, own + unknown)


@dataclass(frozen=True)
class _Explained:
    """Log evidence, mode and spread of one setting; ``cells`` are the counts expected. ``likeness`` is the part of a
    move of all others that the table goes along with, the others known; ``leaning`` the same as far as they are.
    """

    evidence: float
    mode: np.ndarray
    spread: np.ndarray
    cells: np.ndarray
    likeness: float = 0.0
    leaning: float = 0.0

    def moved(self, means: np.ndarray, own: np.ndarray, prior: np.ndarray) -> _Explained:
        n_rows, known = self.cells.shape
        told = np.zeros_like(own)
        by_row, by_column = np.arange(n_rows), np.arange(n_rows, n_rows + known)
        told[by_row, by_row], told[by_column, by_column] = self.cells.sum(axis=1), self.cells.sum(axis=0)
        told[:n_rows, n_rows : n_rows + known] = self.cells
        told[n_rows : n_rows + known, :n_rows] = self.cells.T
        all_rows = np.append(np.ones(n_rows), np.zeros(len(own) - n_rows))
        due = np.append(self.cells.sum(axis=1), np.append(self.cells.sum(axis=0), np.zeros(len(own) - n_rows - known)))
        due /= max(self.cells.sum(), 1e-12)
        likeness, leaning = (
            float(due @ np.linalg.solve(np.eye(len(own)) + one @ told, all_rows)) for one in (own, prior)
        )
        return replace(self, mode=self.mode + means, likeness=likeness, leaning=leaning)


def fit_rates(counts: np.ndarray, exposure: np.ndarray, rows: Prior, columns: Prior, thought: float) -> Rates:
    """Fits one table by itself, as of Table."""
    return fit_alike([Table(counts, exposure, rows, columns, thought)])[0]


def fit_alike(tables: Sequence[Table]) -> list[Rates]:
    """Fits tables whose priors have the same settings: each counts by how well it explains all of them.

    Where they stand around each other, one of them is told by all others, so that one less counts.
    """
    settings = ndtri(qmc.Halton(tables[0].settings, seed=7).random(SETTINGS_TRIED))
    found = [[one.explained(ndtr(setting)) for one in tables] for setting in settings[: SETTINGS_TRIED // 2]]
    # The second half is tried where the first explained most: an importance sample from both laws in equal parts.
    best = _evidence(found)
    near = np.exp((best - best.max()) / _SOFTER)
    center = near @ settings[: len(found)] / near.sum()
    apart = settings[: len(found)] - center
    spread = 1.2 * np.sqrt((near @ apart**2 / near.sum() + 0.05) / 1.05)
    settings[len(found) :] = center + spread * settings[len(found) :]
    found += [[one.explained(ndtr(setting)) for one in tables] for setting in settings[len(found) :]]
    priors = norm.logpdf(settings).sum(axis=1)
    tried = np.logaddexp(priors, norm.logpdf(settings, center, spread).sum(axis=1)) - np.log(2)
    evidence = _evidence(found) + priors - tried
    weights = np.exp(evidence - evidence.max())
    weights /= weights.sum()
    return [
        Rates(
            table.mean,
            len(table.counts),
            weights,
            np.array([one.mode for one in each]),
            np.array([one.spread for one in each]),
            float(weights @ [one.likeness for one in each]),
            float(weights @ [one.leaning for one in each]),
        )
        for table, each in zip(tables, zip(*found, strict=True), strict=True)
    ]


def _evidence(found: Sequence[Sequence[_Explained]]) -> np.ndarray:
    """Log evidence by setting, over all tables."""
    tables = len(found[0])
    counted = max(tables - 1, 1) / tables
    return counted * np.array([sum(one.evidence for one in each) for each in found])


def _laplace(counts: np.ndarray, exposure: np.ndarray, mean: float, half: np.ndarray) -> _Explained:
    """One setting, whose prior has the root ``half``, by Newton steps on what that makes of unit normals."""
    n_rows, known = counts.shape
    of_counts = np.zeros(len(half))
    of_counts[:n_rows] = counts.sum(axis=1)
    of_counts[n_rows : n_rows + known] = counts.sum(axis=0)

    def expected(z: np.ndarray) -> tuple[float, np.ndarray]:
        x = half @ z
        rate = np.clip(x[:n_rows, None] + x[None, n_rows : n_rows + known], -_LARGEST, _LARGEST)
        cells = exposure * np.exp(mean + rate)
        return float(of_counts @ x - cells.sum() - 0.5 * z @ z), cells

    def curvature(cells: np.ndarray) -> np.ndarray:
        table = np.zeros_like(half)
        by_row, by_column = np.arange(n_rows), np.arange(n_rows, n_rows + known)
        table[by_row, by_row], table[by_column, by_column] = cells.sum(axis=1), cells.sum(axis=0)
        table[:n_rows, n_rows : n_rows + known] = cells
        table[n_rows : n_rows + known, :n_rows] = cells.T
        return np.eye(len(half)) + half.T @ table @ half

    z = np.zeros(len(half))
    value, cells = expected(z)
    for _ in range(_STEPS):
        of_cells = np.zeros(len(half))
        of_cells[:n_rows], of_cells[n_rows : n_rows + known] = cells.sum(axis=1), cells.sum(axis=0)
        slope = half.T @ (of_counts - of_cells) - z
        step = cho_solve(cho_factor(curvature(cells), lower=True), slope)
        length = 1.0
        while (tried := expected(z + length * step))[0] < value and length > 1e-6:
            length /= 2
        gained, z = tried[0] - value, z + length * step
        value, cells = tried
        if gained < 1e-7:
            break
    lower = np.linalg.cholesky(curvature(cells))
    constant = float((counts * (mean + np.log(np.maximum(exposure, 1e-12))) - gammaln(counts + 1)).sum())
    spread = half @ solve_triangular(lower, np.eye(len(half)), lower=True).T
    return _Explained(value + constant - float(np.log(np.diag(lower)).sum()), half @ z, spread, cells)
