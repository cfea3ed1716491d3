"""The laws mixed with the simple forecasts: a share of the futures that are told are those of simple forecasts.

With nothing known, each simple forecast and the laws count alike; what is known by a cut moves the share to that under
which the mixture would have erred least. A future is whole: its months and parts are put in the order of the laws'
draws, so that what comes together in them does so in all, parts add up to totals, and months to the quarter, whose own
simple forecast is met halfway, by how sure it is.

Sources: Hall and Mitchell, International Journal of Forecasting 23 (2007), for weights by past scores; Clark and
others, Journal of Hydrometeorology 5 (2004), for the order of draws; Wickramasuriya, Athanasopoulos and Hyndman,
Journal of the American Statistical Association 114 (2019), for what makes months and quarters agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.evidence.backtest.cells import ALL_PARTS, MONTHS_OF_QUARTER, QUARTER, TOTAL, Cell, month
from sim.evidence.backtest.pool import POOL
from sim.evidence.backtest.scores import crps
from sim.fit.outlook import MEASURES

EVEN = len(POOL) / (len(POOL) + 1)  # the share of simple forecasts where nothing is known: each counts as the laws do
THOUGHT_OF = 2.0  # earlier outcomes that speak for it
_APART = (5**0.5 - 1) / 2  # steps so long, modulo 1, fall evenly wherever one stops
_TINY = 1e-12

WINS = MEASURES[0]

Simple = Mapping[tuple[str, str, str], np.ndarray]


def blended(samples: np.ndarray, simple: Simple, of_pool: float) -> np.ndarray:
    """Samples of which a share ``of_pool`` are futures by simple forecasts; shape (draws, months, measures, parts).

    Args:
        samples: of ``Outlook.samples``; where no simple forecast can be made they stay as they are.
        simple: those of the pool, by horizon, measure and part, as ``pool_samples`` has them under POOLED.
    """
    is_simple = (np.arange(len(samples)) + 0.5) * _APART % 1.0 < of_pool
    found = samples.copy()
    for measure, name in enumerate(MEASURES):
        found[is_simple, :, measure] = _futures(samples[:, :, measure], simple, name)[is_simple]
    return found


def _futures(ours: np.ndarray, simple: Simple, measure: str) -> np.ndarray:
    """Futures by simple forecasts in the order of ours, shape (draws, months, parts); ours where there are none."""
    found, made = ours.copy(), set()
    for at in range(ours.shape[1]):
        each = [simple.get((month(at + 1), measure, part)) for part in ALL_PARTS]
        known = [one for one in each if one is not None and np.isfinite(one).all()]
        if len(known) == len(each) and np.isfinite(ours[:, at]).all():
            total, *parts = map(_in_order, known, (ours[:, at].sum(axis=1), *ours[:, at].T))
            found[:, at] = _adding_up(np.column_stack(parts), total, measure)
            made.add(at)
    whole = simple.get((QUARTER, measure, TOTAL))
    if whole is None or not np.isfinite(whole).all() or not made.issuperset(range(MONTHS_OF_QUARTER)):
        return found
    whole = _in_order(whole, ours[:, :MONTHS_OF_QUARTER].sum(axis=(1, 2)))
    totals = found[:, :MONTHS_OF_QUARTER].sum(axis=2)
    unsure = _spread(totals) ** 2
    missing = whole - totals.sum(axis=1)
    agreed = np.maximum(totals + np.outer(missing, unsure / max(unsure.sum() + _spread(whole) ** 2, _TINY)), 0.0)
    for at in range(MONTHS_OF_QUARTER):
        found[:, at] = _adding_up(found[:, at], agreed[:, at], measure)
    return found


def _spread(values: np.ndarray) -> np.ndarray:
    """Mean distance from the mean, along the first axis: a few far draws do not make it."""
    found: np.ndarray = np.abs(values - values.mean(axis=0)).mean(axis=0)
    return found


def _in_order(values: np.ndarray, of: np.ndarray) -> np.ndarray:
    """The values, the lowest where the other is lowest, and so on; as many as the other has."""
    spaced = ((np.arange(len(of)) + 0.5) * len(values) / len(of)).astype(int)
    found = np.empty(len(of))
    found[np.argsort(of, kind="stable")] = np.sort(values)[spaced]
    return found


def _adding_up(parts: np.ndarray, total: np.ndarray, measure: str) -> np.ndarray:
    """Parts, shape (draws, parts), scaled to a total, shape (draws,), and wins whole; where all are 0 it falls to the
    last.
    """
    whole = parts.sum(axis=1)
    total = np.round(total) if measure == WINS else total
    found = parts * (total / np.maximum(whole, _TINY))[:, None]
    if measure == WINS:
        found = np.round(found)
    found[:, -1] = total - found[:, :-1].sum(axis=1)
    return found


def share_of_pool(ours: Sequence[Cell], pool: Mapping[tuple, Cell]) -> float:
    """The share that simple forecasts have earned, 0 to 1, from cells whose outcome is known, and theirs by key.

    The error of a mixture is a square function of the share; each outcome counts by the mean of both errors.
    """
    slope = curve = 0.0
    for cell in ours:
        if cell.key in pool:
            a, b = cell.samples, pool[cell.key].samples
            mine, theirs, both = (crps(one, cell.actual) for one in (a, b, np.concatenate([a, _in_order(b, a)])))
            usual = max((mine + theirs) / 2, 1e-300)
            apart = max(4 * (usual - both), 0.0)
            slope += (mine - theirs + apart) / usual
            curve += 2 * apart / usual
    return float(np.clip((slope + 2 * THOUGHT_OF * EVEN) / (curve + 2 * THOUGHT_OF), 0.0, 1.0))
