"""Value: what a dollar a year under contract brings after the horizon, discounted, where customers may not renew.

Times are years after the horizon. A dollar at time t is worth v(t) = (1 + discount)^-t, and counts in the window from 0
to ``years`` only. All functions work on arrays of one shape, one entry a contract or deal.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

_HARDLY = 1e-9  # of a term: a rise so close to a term's end counts as on it


class Window(NamedTuple):
    """How long and at what discount what comes after the horizon counts."""

    years: float
    discount_per_year: float

    @property
    def force(self) -> float:
        """The discount as a rate: ln(1 + discount). By definition."""
        return math.log1p(self.discount_per_year)

    def worth(self, time: np.ndarray) -> np.ndarray:
        """v(t). By definition."""
        return np.exp(-self.force * time)


def discounted_years(window: Window, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """What a dollar a year from ``start`` to ``end`` is worth: the integral of v over the part in the window.

    By definition.
    """
    start = np.clip(start, 0.0, window.years)
    end = np.maximum(np.clip(end, 0.0, window.years), start)
    if window.force == 0.0:
        return end - start
    return (window.worth(start) - window.worth(end)) / window.force


def later_terms(window: Window, first: np.ndarray, term: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """What a dollar a year is worth that begins at ``first`` and of which a part ``keep`` stays at each term's end.

    The sum over k = 0, 1, ... of keep^k x the discounted years from first + k term to first + (k + 1) term: a geometric
    sum over the terms that end within the window, and the part of one that does not.

    By definition.
    """
    whole = np.floor(np.maximum(window.years - first, 0.0) / term + _HARDLY)
    ratio = keep * window.worth(term)
    alike = np.abs(1.0 - ratio) < 1e-12
    terms = np.where(alike, whole, (1.0 - np.power(ratio, whole)) / np.where(alike, 1.0, 1.0 - ratio))
    one_term = window.worth(first) * discounted_years(Window(np.inf, window.discount_per_year), 0.0 * term, term)
    last = first + whole * term
    return one_term * terms + np.power(keep, whole) * discounted_years(window, last, last + term)


def kept_years(
    window: Window, start: np.ndarray, term_end: np.ndarray, term: np.ndarray, first_keep: np.ndarray, keep: np.ndarray
) -> np.ndarray:
    """What a dollar a year from ``start`` is worth of which ``first_keep`` stays at ``term_end`` and ``keep`` later.

    By definition.
    """
    return discounted_years(window, start, term_end) + first_keep * later_terms(window, term_end, term, keep)


def rise_years(
    window: Window, day: np.ndarray, term_end: np.ndarray, term: np.ndarray, first_stay: np.ndarray, stay: np.ndarray,
    amount: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """What a dollar a year is worth by which a customer rises on a day, if it is still one.

    Args:
        day: of the rise. term_end: of the term in force at the horizon, before or after it; each later one takes
            ``term``.
        first_stay, stay: chance to renew at ``term_end``, and at each later end.
        amount: mean factor on the amount of who renews.

    By definition.
    """
    renewals = _renewals_before(day, term_end, term)
    next_stay = np.where(renewals > 0.0, stay, first_stay)
    end = term_end + renewals * term
    there = still_there(day, term_end, term, first_stay, stay)
    return there * kept_years(window, day, end, term, next_stay * amount, stay * amount)


def still_there(
    day: np.ndarray, term_end: np.ndarray, term: np.ndarray, first_stay: np.ndarray, stay: np.ndarray
) -> np.ndarray:
    """Chance that a customer of the horizon is still one on a day; arguments as in ``rise_years``. By definition."""
    renewals = _renewals_before(day, term_end, term)
    return np.where(renewals > 0.0, first_stay * np.power(stay, np.maximum(renewals - 1.0, 0.0)), 1.0)


def _renewals_before(day: np.ndarray, term_end: np.ndarray, term: np.ndarray) -> np.ndarray:
    return np.maximum(np.ceil((day - term_end) / term - _HARDLY), 0.0)
