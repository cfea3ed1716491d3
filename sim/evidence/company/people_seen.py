"""What the file shows of sellers beside what was fitted: newcomers, how much sellers differ, and who stays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.calendar import DAYS_PER_YEAR
from sim.crm.opportunities import NONE
from sim.evidence.company.company import Company
from sim.evidence.company.people import STEP_MONTHS, STEPS
from sim.evidence.company.sellers import sellers_on
from sim.results.percentiles import percentiles

_YEARS, _MARKS, _DRAWS = 4, 24, 200
_BINS = np.array([0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5])  # the last one with all above
_CHANCE = 4000  # made-up sellers


@dataclass(frozen=True)
class RampSeen:
    """Deals of newcomers over the usual number by step of tenure: fitted, shape (3, STEPS), as ``percentiles`` has
    them; played, shape (STEPS,), NaN where hardly any were hired; and the shares of the scenario, shape (STEPS,).
    """

    months: tuple[str, ...]
    fitted: np.ndarray
    played: np.ndarray
    shares: np.ndarray


@dataclass(frozen=True)
class Differ:
    """Wins of sellers over the usual number: shares of sellers in bins, seen, and as the fit makes them with the chance
    of so few wins; shape (bins,) each.
    """

    edges: np.ndarray
    seen: np.ndarray
    fitted: np.ndarray


@dataclass(frozen=True)
class Staying:
    """The share of people still there so many days after their start: seen, shape (days,), and fitted, (3, days)."""

    days: np.ndarray
    seen: np.ndarray
    fitted: np.ndarray


def ramp_seen(company: Company) -> RampSeen | None:
    """None where the ramp is base's."""
    if company.people.ramp is None or company.ramp is None:
        return None
    months = tuple(f"{STEP_MONTHS * step + 1} to {STEP_MONTHS * (step + 1)}" for step in range(STEPS))
    played = np.full(STEPS, np.nan) if company.ramp_played is None else company.ramp_played
    return RampSeen(months, percentiles(company.people.ramp), played, company.ramp)


def differ(company: Company) -> Differ | None:
    """None where the spread is base's."""
    spread = company.people.spread
    if spread is None:
        return None
    rng = np.random.default_rng(2)
    sigma = rng.choice(spread.sigma_log, _CHANCE)
    factor = np.exp(sigma * rng.standard_normal(_CHANCE) - 0.5 * sigma**2)
    usual = rng.choice(spread.usual, _CHANCE)
    made = rng.poisson(factor * usual) / usual
    seen, fitted = (np.histogram(np.minimum(one, _BINS[-1] - 1e-9), _BINS)[0] / len(one) for one in (spread.each, made))
    return Differ(_BINS, seen, fitted)


def staying(company: Company) -> Staying | None:
    """None where exits are not told by tenure. Source: Kaplan and Meier, JASA 53 (1958), with left truncation."""
    found, roster = company.exits.by_tenure, company.export.roster
    if found is None or roster is None:
        return None
    people = sellers_on(roster, company.export.opportunities)
    known = people.start != NONE
    start, end = people.start[known], people.end[known]
    left = (end != NONE) & (end <= company.as_of)
    until = np.where(left, end, company.as_of) - start
    enters = np.maximum(found.known_from - start, 0)
    last = int(_YEARS * DAYS_PER_YEAR)
    ages = np.arange(last + 1)
    counts = until >= enters
    enters, until, left = enters[counts], until[counts], left[counts]
    there = np.searchsorted(np.sort(enters), ages, "right") - np.searchsorted(np.sort(until), ages, "left")
    gone = np.bincount(np.minimum(until[left], last + 1), minlength=last + 2)[: last + 1]
    share = np.cumprod(1 - gone / np.maximum(there, 1))
    days = np.linspace(1, last, _MARKS).astype(int)
    return Staying(days, share[days], percentiles(found.staying(np.random.default_rng(3), _DRAWS, days)))
