"""Several differences at once: how far their intervals must reach so that all of them hold.

One of many plans looks good by chance alone, so an interval for each plan by itself is too short. Plans under the same
luck differ from the reference by much the same amounts, so intervals that hold for independent plans are too long. The
bootstrap of the largest error tells how long they must be: draws are played anew out of those that were seen, and it
counts how many of its own errors the farthest of the differences lies from what was seen.

Source: Romano and Wolf, "Exact and approximate stepdown methods for multiple hypothesis testing", JASA 100 (2005);
Hall, "Theoretical comparison of bootstrap confidence intervals", Annals of Statistics 16 (1988), for the errors.
"""

from __future__ import annotations

import numpy as np

from sim.results.estimates import CONFIDENCE, by_draw, student

RESAMPLES = 2000
MOST_UNITS = 400  # more draws are taken together: their sums are near normal anyhow
SEED = 20261129  # of the bootstrap, so that the same run is judged alike wherever it is judged


def errors_of_all(differences: np.ndarray, draws: np.ndarray) -> float:
    """How many standard errors 95 % intervals of all columns must reach to hold at once; never fewer than for one.

    A column that never varies needs none, and draws in which a difference is undefined are left out.

    Args:
        differences: shape (replications, plans), each plan's number less the reference's under the same luck.
        draws: shape (replications,).
    """
    units = _units(differences, draws)
    one = float(student(len(units)))
    units = units[:, np.ptp(units, axis=0) > 0] if len(units) > 1 else units[:, :0]
    if units.shape[1] < 2:
        return one
    units = (units - units.mean(axis=0)) / units.std(axis=0, ddof=1)
    count = len(units)
    chosen = np.random.default_rng(SEED).integers(count, size=(RESAMPLES, count))
    farthest = np.zeros(RESAMPLES)
    for column in units.T:  # numpy's own sums: the same bytes for any number of threads
        again = column[chosen]
        mean, spread = again.mean(axis=1), again.std(axis=1, ddof=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            errors = np.where(spread > 0, np.abs(mean) * np.sqrt(count) / spread, np.inf)
        farthest = np.maximum(farthest, errors)
    return max(one, float(np.quantile(farthest, CONFIDENCE, method="higher")))


def widening(differences: np.ndarray, draws: np.ndarray, yes_no: bool) -> float:
    """By how much 95 % intervals of all columns must grow to hold at once; 1 for one column.

    What is true or not differs in few replications, too few to be played anew: there it is Bonferroni's rule.

    Args:
        differences, draws: as of ``errors_of_all``. yes_no: whether the columns tell apart what is true or not.
    """
    units, plans = len(np.unique(draws)), max(differences.shape[1], 1)
    reach = float(student(units, plans)) if yes_no else errors_of_all(differences, draws)
    return reach / float(student(units))


def _units(differences: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Each draw's mean difference, or of draws taken together where there are many; shape (units, plans)."""
    defined = ~np.isnan(differences).any(axis=1)
    values, of_draw = differences[defined], draws[defined]
    together = np.unique(of_draw, return_inverse=True)[1] % MOST_UNITS if len(of_draw) else of_draw
    ones = np.ones((len(together), 1))
    return by_draw(values, together) / by_draw(ones, together)
