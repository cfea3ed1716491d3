"""How a newcomer's work grows to that of those who are there long: wins, deals created or money by month of tenure.

The work of a rep in a month is a level of the rep's own, times the month's, times the ramp of the tenure. Levels lean
on all where little is seen of somebody, so that a ramp is learned from those who are still on it, too. Sums of money
count for as many events as their spread is worth. What is not known is told by other crews that might as well have been
hired: each draw gives every rep a weight of chance.

Source: McCullagh and Nelder, "Generalized Linear Models" (1989), chapter 9 (quasi-likelihood); Rubin, Annals of
Statistics 9 (1981), for weights of chance; Barlow and others, "Statistical Inference under Order Restrictions" (1972),
for curves that only rise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from sim.crm.opportunities import NONE, WON, Opportunities, Roster
from sim.fit.months import Months
from sim.fit.pooled import fit_factors

TENURED = 12  # months after which nobody is on a ramp any more
_BANDS = np.array([0, 1, 2, 3, 4, 5, 6, 6, 7, 7, 7, 7, 8])  # of each month of tenure: later ones are told together
_MIDDLES = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.5, 9.5, 12.0])  # of bands, months of tenure
_LEAST_SEEN = 1.0  # month of a rep in a band, for it to tell anything
HALF, FULL = 0.5, 0.9  # of the tenured level
WORK = ("wins", "created")
_EARLY = 6  # months
_FEWEST_MONTHS, _FEWEST_PEOPLE = 24, 6  # of rep-months and reps, early and tenured: below, nothing is said
_WIDEST = 5.0  # months between the ends of the 80% interval of months lost, which companies' own ramps differ by twice
_ROUNDS = 8
_AS_USUAL = 5.0  # units of work as in other months, that every month is thought to have had besides its own
_DRAWS = 200


@dataclass(frozen=True)
class RepMonths:
    """One row a rep and month, shape (rows,) each: who, months of tenure, column of ``months``, share of the month that
    the rep was there, and what was done (not below 0).
    """

    who: np.ndarray
    tenure: np.ndarray
    month: np.ndarray
    there: np.ndarray
    done: np.ndarray
    months: Months


@dataclass(frozen=True)
class Ramp:
    """Work by month of tenure, as shares of the tenured level. ``why_not`` says why it is not identifiable, "" if it
    is; where it is not, a published ramp has to do.

    ``done`` has the work of each rep by tenure and month, as events; ``there`` the months that the rep was there; shape
    (reps, bands of tenure, months). ``alike`` is how many events all reps are thought to have had besides their own.
    """

    why_not: str
    done: np.ndarray
    there: np.ndarray
    alike: float

    def draws(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Curves that rise, to 1 at TENURED; shape (n, TENURED + 1). They are straight over months that nobody
        was seen in. Raises ValueError where there is none.
        """
        if self.why_not:
            raise ValueError(self.why_not)
        weights = rng.standard_exponential((n, len(self.done)))
        by_tenure, _, _ = _explained(self.done, self.there, weights, self.alike)
        seen = self.there.sum(axis=(0, 2))
        told = seen >= _LEAST_SEEN
        if not told.all():
            by_tenure = np.array([np.interp(_MIDDLES, _MIDDLES[told], one[told]) for one in by_tenure])
        there = seen + 0.01
        risen = np.array([isotonic_regression(one, weights=there).x for one in by_tenure])[:, _BANDS]
        return np.minimum(risen / np.maximum(risen[:, -1:], 1e-9), 1.0)


def months_lost(curves: np.ndarray) -> np.ndarray:
    """Months of full work that a ramp costs, by curve."""
    return np.sum(1.0 - curves, axis=1)


def months_to(curves: np.ndarray, share: float) -> np.ndarray:
    """The first month of tenure, from 0, with at least a share of the tenured level, by curve."""
    return np.argmax(curves >= share, axis=1)


def rep_months(people: Roster, deals: Opportunities, work: str, first: int) -> RepMonths:
    """The wins or deals created of everybody with a start on the roster, by month from the day ``first`` on.

    Raises ValueError for other work than WORK.
    """
    if work not in WORK:
        raise ValueError(f"work is {work!r}; allowed are {', '.join(WORK)}")
    months = Months.between(first, deals.as_of)
    low, high = months.starts[:-1], np.minimum(months.starts[1:], deals.as_of + 1)
    end = np.where(people.end == NONE, deals.as_of + 1, people.end)
    days = np.minimum(high, end[:, None]) - np.maximum(np.maximum(low, first), people.start[:, None])
    days = np.where(people.start[:, None] == NONE, 0, np.maximum(days, 0))
    code = {name: place for place, name in enumerate(deals.owner.names)}
    mine = np.array([code.get(name, NONE) for name in people.owner])
    day = deals.created if work == "created" else deals.closed
    counts = (day >= first) & ((deals.outcome == WON) | (work == "created")) & deals.owner.known
    done = np.zeros((len(deals.owner.names) + 1, len(months)))
    np.add.at(done, (deals.owner.codes[counts], months.of(day[counts])), 1.0)
    done[-1] = 0.0  # those who own no deal
    who, month = np.nonzero(days)
    came = Months.between(min(int(people.start.min(initial=first, where=people.start != NONE)), first), deals.as_of)
    tenure = (came.of(months.starts[month]) - came.of(people.start[who])).astype(np.int64)
    there = days[who, month] / np.diff(months.starts)[month]
    return RepMonths(who, tenure, month, there, done[mine[who], month], months)


def fit_ramp(work: RepMonths) -> Ramp:
    """The ramp of rep-months, or why there is none."""
    tenure = np.minimum(work.tenure, TENURED)
    done, there = np.zeros((2, int(work.who.max(initial=-1)) + 1, _BANDS[-1] + 1, len(work.months)))
    np.add.at(done, (work.who, _BANDS[tenure], work.month), work.done)
    np.add.at(there, (work.who, _BANDS[tenure], work.month), work.there)
    for rows, name in ((tenure < _EARLY, f"in their first {_EARLY} months"), (tenure == TENURED, "of a year or more")):
        people, seen = len(np.unique(work.who[rows])), work.there[rows].sum()
        if people < _FEWEST_PEOPLE or seen < _FEWEST_MONTHS:
            return Ramp(f"{people} people {name} were seen, for {seen:.0f} months in all", done, there, 0.0)
    if not work.done[tenure == TENURED].sum() > 0:
        return Ramp("nothing was done by people of a year or more", done, there, 0.0)
    fitted = _with_levels(done, there)
    low, _, high = middle(months_lost(fitted.draws(np.random.default_rng(1), _DRAWS)))
    if high - low > _WIDEST:
        return Ramp(f"the months that it costs could be {low:.1f} as well as {high:.1f}", done, there, 0.0)
    return fitted


def _with_levels(done: np.ndarray, there: np.ndarray) -> Ramp:
    """How alike reps are, and how much work counts as one event, found in turns with the ramp and the months."""
    everybody, spare = np.ones((1, len(done))), max(int(np.count_nonzero(there)) - len(done), 1)
    unit: float = done.sum() / np.count_nonzero(done)
    alike = 1.0
    for _ in range(_ROUNDS):
        by_tenure, by_month, level = (one[0] for one in _explained(done / unit, there, everybody, alike))
        usual = there * np.outer(by_tenure, by_month)
        factors = fit_factors(done.sum(axis=(1, 2)) / unit, usual.sum(axis=(1, 2)))
        alike = factors.spread() ** -2
        expected = unit * usual * level[:, None, None] + 1e-12
        apart = np.sum((done - expected) ** 2 / expected, where=there > 0)
        unit = max(float(apart) / spare, 1e-9)
    return Ramp("", done / unit, there, alike)


def _explained(
    done: np.ndarray, there: np.ndarray, weights: np.ndarray, alike: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Factors by tenure (draws, tenures), by month (draws, months) and by rep (draws, reps) whose product explains what
    was done, where reps count by ``weights``, shape (draws, reps).
    """
    draws, reps = weights.shape
    shape = done.shape[1:]
    by_rep = done.sum(axis=(1, 2))
    cells = there.reshape(reps, -1)
    level, by_month = np.ones((draws, reps)), np.ones((draws, shape[1]))
    all_done = np.tensordot(weights, done, 1)
    for _ in range(_ROUNDS):
        usual = ((weights * level) @ cells).reshape(draws, *shape)
        by_tenure = all_done.sum(axis=2) / np.maximum((usual * by_month[:, None]).sum(axis=2), 1e-9)
        expected = (usual * by_tenure[:, :, None]).sum(axis=1)
        by_month = (all_done.sum(axis=1) + _AS_USUAL) / (expected + _AS_USUAL)
        of_each = (by_tenure[:, :, None] * by_month[:, None]).reshape(draws, -1) @ cells.T
        level = (alike + by_rep) / (alike + of_each)
    return by_tenure, by_month, level


def middle(values: np.ndarray) -> tuple[float, float, float]:
    """10th, 50th and 90th percentile of draws."""
    low, half, high = np.quantile(values, (0.1, 0.5, 0.9))
    return float(low), float(half), float(high)
