"""Win rates and cycles: which deals are won, how long that takes, and the flow that the two make.

The cohort win rate is the share that is won in the end of the deals created in a period, as far as it can be seen.
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
from sim.measures.bookings import deal_code
from sim.measures.chapter import Chapter
from sim.measures.means import over
from sim.measures.measure import BY_SOURCE, DETAIL, MINOR, QUARTERLY, Measure
from sim.measures.periods import QUARTER, TOTAL, YEAR
from sim.measures.reading import Reading
from sim.measures.sums import Sums

STEP_DAYS = DAYS_PER_WEEK
MOST_UNSEEN = 0.5
_WON, _ENDED, _CENSORED = range(3)
_BROAD = over("wins", "wins", "losses", "no_decisions")


def _cohorts(reading: Reading) -> np.ndarray:
    """How deals created in the run ended, by quarter of creation and age.

    Returns: shape (cells, sources, quarters, outcomes, age steps); outcomes are won, ended otherwise, censored.
    """
    frame, deals, calendar = reading.frame, reading.ledger.deals, reading.given.calendar
    created = deals["created_day"]
    kept = np.flatnonzero(reading.within_run(created) & ~deals["opening"])
    created, closed, state = created[kept], deals["closed_day"][kept], deals["state"][kept]
    ended = closed < calendar.horizon
    outcome = np.where(ended, np.where(state == tables.WON, _WON, _ENDED), _CENSORED)
    step = ((np.minimum(closed, calendar.horizon) - created) / STEP_DAYS).astype(np.int64)
    steps = int(calendar.horizon / STEP_DAYS) + 1
    quarters = int(calendar.quarter_of_month[-1]) + 1
    quarter = calendar.quarter_of_month[frame.periods.month_index(created)]
    index = ((reading.once(deal_code)[kept] * quarters + quarter) * 3 + outcome) * steps + step
    shape = (frame.groups.count_cells, len(frame.groups.sources), quarters, 3, steps)
    return np.bincount(index, minlength=int(np.prod(shape))).astype(float).reshape(shape)


def _add_cohort(sums: Sums, reading: Reading) -> None:
    """Put the cohort win rate into the sums of the cell or source family; months stay undefined."""
    counts = reading.once(_cohorts)
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


def _sales_velocity(sums: Sums) -> np.ndarray:
    win_rate = _BROAD.of(*(sums[part] for part in _BROAD.parts))
    average_deal = sums["bookings"] / sums["wins"]
    cycle_days = sums["wins_days"] / sums["wins"]
    return sums.month_mean("open deals") * win_rate * average_deal / cycle_days


MEASURES = (
    Measure(
        "win_rate_narrow", "Win rate, of won and lost",
        "share", "ratio", "Wins among the deals that somebody won.", "wins / (wins + losses)",
        over("wins", "wins", "losses"), MINOR | BY_SOURCE, better="more",
    ),
    Measure(
        "win_rate_broad", "Win rate, of all closed", "share", "ratio", "Wins among all deals that ended.",
        "wins / (wins + losses + no decisions)", _BROAD, DETAIL | BY_SOURCE, better="more",
    ),
    Measure(
        "win_rate_cohort", "Win rate, of created so far", "share", "ratio",
        "Of the deals created in the period, the share that is won in the end, whenever that is.",
        "Aalen-Johansen incidence of wins by deal age in weeks, deals open at the horizon censored; what is still open"
        " at the greatest age seen is split as what has ended; undefined where that is more than half",
        lambda s: s.by_period["win_rate_cohort"],
        DETAIL | BY_SOURCE | QUARTERLY, better="more",
    ),
    Measure(
        "cycle_days_won", "Days to win", "days", "ratio", "Days from creation to win, for deals won in the period.",
        "sum of days from creation to win / wins", lambda s: s["wins_days"] / s["wins"], DETAIL | BY_SOURCE,
        better="less",
    ),
    Measure(
        "cycle_days_lost", "Days to lose", "days", "ratio", "Days from creation to loss, for deals lost in the period.",
        "sum of days from creation to loss / losses (no decisions are not losses)",
        lambda s: s["losses_days"] / s["losses"], MINOR | BY_SOURCE,
    ),
    Measure(
        "slips", "Close dates pushed",
        "deals", "flow", "Times that a forecast close date passed and was pushed.", "count of slips by day",
        lambda s: s["slips"], MINOR,
    ),
    Measure(
        "average_deal", "Average deal", "USD", "ratio", "Average value of a deal won.", "bookings / wins",
        over("bookings", "wins"), DETAIL | BY_SOURCE,
    ),
    Measure(
        "sales_velocity", "Sales velocity, by the textbook's formula", "USD/day", "ratio",
        "The textbook's flow of the open pipeline at the period's rates; not bookings a day, and below them where deals"
        " that are won take longer than the others, as they mostly do.",
        "open opportunities (mean over month starts) x win_rate_broad x average_deal / cycle_days_won; leaves out that"
        " deals lost or ended without decision are open for fewer days: with the mean days of all deals that end it"
        " would be bookings a day, as long as pipeline neither grows nor shrinks",
        _sales_velocity, MINOR, better="more",
    ),
)  # fmt: skip

CHAPTER = Chapter("Win rates and cycles", MEASURES, beyond_sums={_add_cohort: ("cell", "source")})
