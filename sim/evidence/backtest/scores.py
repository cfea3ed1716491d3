"""How good samples are, once it is known what came: CRPS, pinball, ranges, and where the outcome lies among samples.

Sources: Gneiting and Raftery, JASA 102 (2007), equation 21, for the continuous ranked probability score of samples, and
section 6.1 for the pinball loss; Czado, Gneiting and Held, Biometrics 65 (2009), for the place of a count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sim.evidence.backtest.cells import Cell

RANGES = (0.5, 0.8, 0.95)
SHARES = (0.1, 0.5, 0.9)  # of the pinball losses


@dataclass(frozen=True)
class Score:
    """One cell's scores: ``held`` by range of RANGES, ``place`` from 0 to 1, ``pinball`` by share of SHARES."""

    crps: float
    held: tuple[bool, ...]
    place: float
    pinball: tuple[float, ...]

    @property
    def held80(self) -> bool:
        """Whether the 80% range held the outcome."""
        return self.held[RANGES.index(0.8)]


def crps(samples: np.ndarray, came: float) -> float:
    """Mean distance of samples from what came, less half their mean distance from each other; in their unit."""
    ordered, n = np.sort(samples), len(samples)
    apart = np.sum((2 * np.arange(1, n + 1) - n - 1) * ordered) / n**2
    return float(np.abs(ordered - came).mean() - apart)


def percentile(samples: np.ndarray, share: float | np.ndarray) -> np.ndarray:
    """Values below which these shares of the samples lie; of counts they are counts where they fall on one."""
    return np.quantile(samples, share)


def interval(samples: np.ndarray, share: float) -> tuple[float, float]:
    """The middle range with this share of the samples."""
    low, high = percentile(samples, np.round([0.5 - share / 2, 0.5 + share / 2], 12))
    return float(low), float(high)


def pinball(samples: np.ndarray, came: float, share: float) -> float:
    """Loss of a percentile: each unit above what came costs 1 - share, each below it share."""
    gap = came - float(percentile(samples, share))
    return gap * share if gap >= 0 else -gap * (1 - share)


def place(samples: np.ndarray, came: float, luck: float) -> float:
    """The share of samples below what came; of those equal to it, the share ``luck`` counts as below.

    With uniform luck it is uniform where a forecast is right, also for counts.
    """
    return float(np.mean(samples < came) + luck * np.mean(samples == came))


def score(cell: Cell, luck: float = 0.5) -> Score:
    """The scores of a cell whose outcome is known. Raises ValueError where it, or a sample, is not."""
    if not (np.isfinite(cell.actual) and np.isfinite(cell.samples).all()):
        raise ValueError(f"{cell.key} cannot be scored: not all of it is known")
    bounds = [interval(cell.samples, share) for share in RANGES]
    return Score(
        crps(cell.samples, cell.actual),
        tuple(bool(low <= cell.actual <= high) for low, high in bounds),
        place(cell.samples, cell.actual, luck),
        tuple(pinball(cell.samples, cell.actual, share) for share in SHARES),
    )


def can_be_scored(cell: Cell) -> bool:
    """Whether what came and all samples are known."""
    return bool(np.isfinite(cell.actual) and np.isfinite(cell.samples).all())


def scored(cells: Iterable[Cell], seed: int = 1) -> list[Score]:
    """Scores in the order of the cells, with luck of a fixed seed."""
    cells = list(cells)
    lucks = np.random.default_rng([seed, 314]).random(len(cells))
    return [score(cell, float(luck)) for cell, luck in zip(cells, lucks, strict=True)]
