"""Vintages: when the terms began that customers are in, given how many there are and how many are won a day.

Terms begin at a rate s(t): with a new customer, or with a renewal one term after the last: s(t) = n + r s(t - L). Where
n is the same for all time, the smooth solution is s(-u) = s0 exp(k u) - n (exp(k u) - 1) / (1 - r), k = -ln(r) / L. The
customers of the first day are those whose terms began within L, which gives s0. So a base smaller than its sellers
could keep, n L / (1 - r), has been growing towards that, a larger one shrinking, and it goes on as it did.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

_LEAST_KEPT = 1e-4  # a share below this leaves nobody in a second term
_NOBODY_LEAVES = 1e-7  # where a smaller share than this is lost, the limit of r = 1 is taken
_STEPS = 512  # of the table in which dates are looked up
_HALVINGS = 60
MOST_TERMS = 40  # a customer who was never seen to sign is taken to be in this one


@dataclass(frozen=True)
class Vintages:
    """Terms by when they began, days before the first one. Arrays keep the shape of ``days_ago``."""

    now_per_day: float  # terms that begin on the first day, s0
    new_per_day: float  # of them those of new customers, n
    renew_share: float  # r
    term_days: float  # L

    def per_day(self, days_ago: np.ndarray | float) -> np.ndarray:
        """Terms that began a day. Our own, derived from the definitions here."""
        return np.maximum(self.now_per_day * np.exp(self._fall * days_ago) - self.new_per_day * self._lead(days_ago), 0)

    def within(self, days_ago: np.ndarray | float) -> np.ndarray:
        """Terms that began since then; not meant for days before all began.

        Our own, derived from the definitions here.
        """
        k, u = self._fall, np.asarray(days_ago, float)
        grown = np.expm1(k * u) / k if k > 0.0 else u
        lead = 0.5 * u * u / self.term_days if k == 0.0 else (grown - u) / (1.0 - self._kept)
        return self.now_per_day * grown - self.new_per_day * lead

    @property
    def first_day(self) -> float:
        """How long ago the first of these terms began: a whole term, or less where the company is younger.

        Our own, derived from the definitions here.
        """
        if self.now_per_day >= self.new_per_day:
            return self.term_days
        part = self.now_per_day / self.new_per_day
        if self._fall == 0.0:
            return part * self.term_days
        return min(-math.log1p(-part * (1.0 - self._kept)) / self._fall, self.term_days)

    def begun(self, chances: np.ndarray) -> np.ndarray:
        """How many days ago terms began, drawn by uniform numbers. Our own, derived from the definitions here."""
        days = np.linspace(0.0, self.first_day, _STEPS + 1)
        share = np.maximum.accumulate(self.within(days))
        return np.interp(chances * share[-1], share, days)

    def number(self, days_ago: np.ndarray, chances: np.ndarray) -> np.ndarray:
        """Which of its customer's terms each is, from 1, drawn by uniform numbers.

        It is the first with chance n / s, and among the first j with chance (n / s)(1 - r^j) / (1 - r).

        Our own, derived from the definitions here.
        """
        new, r = self.new_per_day, self._kept
        if new <= 0.0:
            return np.full(np.shape(days_ago), MOST_TERMS)
        reached = chances * self.per_day(days_ago) / new
        if self._fall == 0.0:
            count = reached
        else:
            left = np.maximum(1.0 - reached * (1.0 - r), 1e-300)
            count = np.log(left) / math.log(r)
        return np.clip(np.ceil(count), 1, MOST_TERMS).astype(np.int64)

    @property
    def _kept(self) -> float:
        return min(max(self.renew_share, _LEAST_KEPT), 1.0)

    @property
    def _fall(self) -> float:
        """k, a day; 0 where nobody leaves."""
        return 0.0 if 1.0 - self._kept < _NOBODY_LEAVES else -math.log(self._kept) / self.term_days

    def _lead(self, days_ago: np.ndarray | float) -> np.ndarray:
        """(exp(k u) - 1) / (1 - r)."""
        if self._fall == 0.0:
            return np.asarray(days_ago) / self.term_days
        return np.expm1(self._fall * np.asarray(days_ago)) / (1.0 - self._kept)


def vintages(customers: float, new_per_day: float, renew_share: float, term_days: float) -> Vintages:
    """The vintages of a base.

    Args:
        customers: on the first day. new_per_day: customers won a day for as long as the past matters.
        renew_share: of customers at a term's end. term_days: length of a term.

    Our own, derived from the definitions here.
    """
    still = Vintages(0.0, new_per_day, renew_share, term_days)
    one = Vintages(1.0, 0.0, renew_share, term_days)
    now = (customers - float(still.within(term_days))) / float(one.within(term_days))
    if now < new_per_day:
        now = _young(customers, new_per_day, renew_share, term_days)
    return Vintages(now, new_per_day, renew_share, term_days)


def _young(customers: float, new_per_day: float, renew_share: float, term_days: float) -> float:
    """The present rate where the oldest customer is younger than a term."""
    low, high = 0.0, new_per_day
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        found = Vintages(middle, new_per_day, renew_share, term_days)
        if float(found.within(found.first_day)) < customers:
            low = middle
        else:
            high = middle
    return high
