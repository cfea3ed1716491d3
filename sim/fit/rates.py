"""Counts in a table, each Poisson with the rate exp(row + column): smooth rows, smooth columns, and what is ahead.

Rows are ages or a single one, columns are months, also those still ahead. Both have Gaussian priors whose settings
(how far levels move, how smooth ages are) are not chosen: many are tried, and each counts by how well it explains the
counts. So few counts lean on the prior, and many speak for themselves.

Source: Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006), chapter 3.4 (Laplace's approximation
and its evidence); Rue, Martino and Chopin, JRSS B 71 (2009), for the mixture over settings;
Veach and Guibas, SIGGRAPH (1995), for the weights of samples from two laws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve_triangular
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


def fit_rates(counts: np.ndarray, exposure: np.ndarray, rows: Prior, columns: Prior, thought: float) -> Rates:
    """Fits counts, shape (rows, columns known), given exposures of that shape; cells without exposure say nothing.

    ``columns`` may go on beyond the columns known: these are what is ahead. The priors stand around the mean rate with
    half a count in ``thought`` exposure more, which only the smallest files feel.
    """
    told = exposure > 0
    mean = float(np.log((counts[told].sum() + 0.5) / (exposure.sum() + thought)))
    dimensions = rows.settings + columns.settings
    settings = ndtri(qmc.Halton(dimensions, seed=7).random(SETTINGS_TRIED))
    found = [_explained(counts, exposure, mean, rows, columns, setting) for setting in settings[: SETTINGS_TRIED // 2]]
    # The second half is tried where the first explained most: an importance sample from both laws in equal parts.
    best = np.array([one[0] for one in found])
    near = np.exp((best - best.max()) / _SOFTER)
    center = near @ settings[: len(found)] / near.sum()
    apart = settings[: len(found)] - center
    spread = 1.2 * np.sqrt((near @ apart**2 / near.sum() + 0.05) / 1.05)
    settings[len(found) :] = center + spread * settings[len(found) :]
    found += [_explained(counts, exposure, mean, rows, columns, setting) for setting in settings[len(found) :]]
    priors = norm.logpdf(settings).sum(axis=1)
    tried = np.logaddexp(priors, norm.logpdf(settings, center, spread).sum(axis=1)) - np.log(2)
    evidence = np.array([one[0] for one in found]) + priors - tried
    weights = np.exp(evidence - evidence.max())
    return Rates(
        mean,
        len(counts),
        weights / weights.sum(),
        np.array([one[1] for one in found]),
        np.array([one[2] for one in found]),
    )


def _explained(
    counts: np.ndarray, exposure: np.ndarray, mean: float, rows: Prior, columns: Prior, setting: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Log evidence, mode and spread of one setting, given as unit normals."""
    unit = ndtr(setting)
    sides = rows.covariance(unit[: rows.settings]), columns.covariance(unit[rows.settings :])
    halves = [np.linalg.cholesky(side + 1e-8 * np.eye(len(side))) for side in sides]
    return _laplace(np.where(exposure > 0, counts, 0.0), exposure, mean, halves)


def _laplace(
    counts: np.ndarray, exposure: np.ndarray, mean: float, halves: list[np.ndarray]
) -> tuple[float, np.ndarray, np.ndarray]:
    """Log evidence, mode and spread of one setting, by Newton steps on what the priors make of unit normals."""
    n_rows, known = counts.shape
    n_columns = len(halves[1])
    half = np.zeros((n_rows + n_columns, n_rows + n_columns))
    half[:n_rows, :n_rows], half[n_rows:, n_rows:] = halves
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
    return value + constant - float(np.log(np.diag(lower)).sum()), half @ z, spread
