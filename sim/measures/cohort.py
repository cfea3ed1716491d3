"""The cohort win rate: of the deals created in a period, the share that is won in the end, as far as it can be seen.

Deals still open at the horizon are censored. Leaving them out would count quick deals only (wins and losses do not
take equally long), counting them as lost would be worse. So: the Aalen-Johansen incidence of wins by deal age, in
weekly steps with the actuarial half week for censored deals. What is still open at the greatest age seen is split as
what has ended; where that would be more than half of the cohort the rate is undefined.

Source: Aalen and Johansen, "An empirical transition matrix for nonhomogeneous Markov chains based on censored
observations", Scandinavian Journal of Statistics 5 (1978); Kalbfleisch and Prentice, "The Statistical Analysis of
Failure Time Data", section 8.2.
"""

from __future__ import annotations

import numpy as np

from sim import ledger as tables
from sim.calendar import DAYS_PER_WEEK
from sim.ledger import Ledger
from sim.measures.periods import QUARTER, TOTAL, YEAR
from sim.measures.sums import Frame, Sums

STEP_DAYS = DAYS_PER_WEEK
MOST_UNSEEN = 0.5
_WON, _ENDED, _CENSORED = range(3)


def cohort_counts(frame: Frame, ledger: Ledger, code: np.ndarray) -> np.ndarray:
    """How deals created in the run ended, by quarter of creation and age.

    Args:
        code: cell x sources + source of each deal.

    Returns: shape (cells, sources, quarters, outcomes, age steps); outcomes are won, ended otherwise, censored.
    """
    deals, calendar = ledger.deals, frame.periods.calendar
    created = deals["created_day"]
    kept = np.flatnonzero((created >= 0.0) & (created < calendar.horizon) & ~deals["opening"])
    created, closed, state = created[kept], deals["closed_day"][kept], deals["state"][kept]
    ended = closed < calendar.horizon
    outcome = np.where(ended, np.where(state == tables.WON, _WON, _ENDED), _CENSORED)
    step = ((np.minimum(closed, calendar.horizon) - created) / STEP_DAYS).astype(np.int64)
    steps = int(calendar.horizon / STEP_DAYS) + 1
    quarters = int(calendar.quarter_of_month[-1]) + 1
    quarter = calendar.quarter_of_month[frame.periods.month_index(created)]
    index = ((code[kept] * quarters + quarter) * 3 + outcome) * steps + step
    shape = (frame.groups.count_cells, len(frame.groups.sources), quarters, 3, steps)
    return np.bincount(index, minlength=int(np.prod(shape))).astype(float).reshape(shape)


def add_cohort(sums: Sums, counts: np.ndarray) -> None:
    """Put the cohort win rate into the sums of the cell or source family; months stay undefined."""
    if sums.family == "cell":
        groups = np.tensordot(sums.frame.cells_in_groups, counts.sum(axis=1), axes=1)
    else:
        groups = counts.sum(axis=0)
    longer = np.tensordot(groups, sums.frame.periods.quarters, axes=([1], [1])).transpose(0, 3, 1, 2)
    periods = sums.frame.periods
    rate = np.full((len(groups), len(periods.labels)), np.nan)
    rate[:, periods.of_kind(QUARTER)] = win_incidence(groups)
    rate[:, periods.of_kind(YEAR).start : periods.of_kind(TOTAL).stop] = win_incidence(longer)
    sums.by_period["win_rate_cohort"] = rate


def win_incidence(counts: np.ndarray) -> np.ndarray:
    """Share won in the end.

    Args:
        counts: shape (..., 3, age steps): won, ended otherwise, censored.

    Returns: shape (...), NaN where nothing was created or more than half is unseen.
    """
    won, ended, censored = counts[..., _WON, :], counts[..., _ENDED, :], counts[..., _CENSORED, :]
    leaving = won + ended + censored
    at_risk = leaving[..., ::-1].cumsum(axis=-1)[..., ::-1] - 0.5 * censored
    # Nobody at risk: nobody leaves, and the hazards below are 0.
    at_risk = np.maximum(at_risk, 0.5)
    still_open = np.cumprod(1.0 - (won + ended) / at_risk, axis=-1)
    before = np.concatenate([np.ones_like(still_open[..., :1]), still_open[..., :-1]], axis=-1)
    incidence = (before * won / at_risk).sum(axis=-1)
    unseen = still_open[..., -1]
    return np.where(unseen <= MOST_UNSEEN, incidence / np.maximum(1.0 - unseen, 1e-12), np.nan)
