"""How much wider ranges must be, learned from earlier misses alone.

Each earlier outcome lay within a range stretched by some factor around its middle. The factor that would have held the
promised share of them, with one outcome more thought of outside, is taken where it is above 1.

Source: Romano, Patterson and Candes, "Conformalized quantile regression", NeurIPS (2019), scaled ranges.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from sim.evidence.backtest.cells import Cell
from sim.evidence.backtest.scores import interval, percentile

PROMISED = 0.8
LEAST_OUTCOMES = 8  # earlier outcomes, below which nothing is widened
MOST = 4.0


def widening(earlier: Iterable[Cell]) -> float:
    """The factor for later ranges, at least 1: from cells whose outcome was known by then."""
    needed = np.sort([_needed(cell) for cell in earlier])
    if len(needed) < LEAST_OUTCOMES:
        return 1.0
    at = int(np.ceil(PROMISED * (len(needed) + 1))) - 1
    return float(np.clip(needed[min(at, len(needed) - 1)], 1.0, MOST))


def widened(cell: Cell, factor: float) -> Cell:
    """The cell with samples stretched around their middle; none falls below 0."""
    return replace(cell, samples=stretched(cell.samples, factor))


def stretched(samples: np.ndarray, factor: float) -> np.ndarray:
    """Samples (along the first axis) moved away from their middle by a factor; none falls below 0."""
    if factor == 1.0:
        return samples
    middle = np.median(samples, axis=0)
    return np.maximum(middle + factor * (samples - middle), 0.0)


def _needed(cell: Cell) -> float:
    """The factor with which the 80% range just holds the outcome."""
    low, high = interval(cell.samples, PROMISED)
    middle = float(percentile(cell.samples, 0.5))
    off = cell.actual - middle
    reach = high - middle if off >= 0 else middle - low
    return 0.0 if off == 0 else abs(off) / reach if reach > 0 else np.inf


def learned(cells: Sequence[Cell], known_by: dict[tuple[int, str], int]) -> dict[int, float]:
    """The factor at each cutoff, from the outcomes that were known on its evening.

    Args:
        known_by: the day on whose evening a cutoff's horizon was over.
    """
    return {
        cut: widening(cell for cell in cells if known_by[cell.cutoff, cell.horizon] <= cut)
        for cut in sorted({cell.cutoff for cell in cells})
    }
