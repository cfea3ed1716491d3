"""The laws mixed with the simple forecasts, by weights that only earlier misses set.

With nothing known, both count alike; what is known by a cut moves the weight to whichever erred less. Months and parts
are mixed each by itself and put back in the order of the laws' draws, so that a draw stays one future: parts add up to
totals, and months to quarters.

Sources: Bates and Granger, Operational Research Quarterly 20 (1969), weights by the squares of errors; Clark and
others, Journal of Hydrometeorology 5 (2004), for the order of draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.evidence.backtest.cells import Cell, month
from sim.evidence.backtest.scores import crps
from sim.fit.outlook import MEASURES, PARTS

EVEN = 0.5  # the share of simple forecasts where nothing is known of either
THOUGHT_OF = 8.0  # earlier outcomes at which both erred alike


def blended(samples: np.ndarray, simple: Mapping[tuple[str, str, str], np.ndarray], of_pool: float) -> np.ndarray:
    """Samples with a share ``of_pool`` of the simple forecasts; shape (draws, months, measures, parts), as given.

    Args:
        samples: of ``Outlook.samples``; where no simple forecast can be made they stay as they are.
        simple: those of the pool, by horizon, measure and part, as ``pool_samples`` has them under POOLED.
    """
    months = samples.shape[1]
    found = samples.copy()
    for at in range(months):
        for measure, name in enumerate(MEASURES):
            for part, named in enumerate(PARTS):
                others = simple.get((month(at + 1), name, named))
                if others is not None and np.isfinite(others).all():
                    found[:, at, measure, part] = mixed(samples[:, at, measure, part], others, of_pool)
    return found


def mixed(ours: np.ndarray, others: np.ndarray, share: float) -> np.ndarray:
    """As many samples as ours, of which a share are others; in the order of ours. Unknown ones leave ours alone."""
    if not np.isfinite(ours).all():
        return ours
    count = round(share * len(ours))
    together = np.sort(np.concatenate([_thinned(ours, len(ours) - count), _thinned(others, count)]))
    found = np.empty(len(ours))
    found[np.argsort(ours, kind="stable")] = together
    return found


def _thinned(samples: np.ndarray, count: int) -> np.ndarray:
    """So many of the samples, evenly from low to high."""
    return np.sort(samples)[((np.arange(count) + 0.5) * len(samples) / max(count, 1)).astype(int)]


def share_of_pool(ours: Sequence[Cell], pool: Mapping[tuple, Cell]) -> float:
    """The share that simple forecasts have earned, 0 to 1, from cells whose outcome is known, and theirs by key."""
    errors = [(crps(cell.samples, cell.actual), pool[cell.key]) for cell in ours if cell.key in pool]
    parts = [error / max(error + crps(other.samples, other.actual), 1e-300) for error, other in errors]
    mine = (sum(parts) + EVEN * THOUGHT_OF) / (len(parts) + THOUGHT_OF)
    return mine**2 / (mine**2 + (1 - mine) ** 2)
