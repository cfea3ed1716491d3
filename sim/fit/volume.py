"""Whose the deals of the coming months will be: shares of creation by group, recent months first.

A group's deals are counted with less weight the older they are; how fast the past is forgotten, how uneven months are,
how much groups are alike and how often somebody new comes is not chosen: many settings are tried, and each counts by
how well it foretold every month seen from those before it.

Source: Smith and Miller, JRSS B 48 (1986), for rates that are forgotten at a pace; Schmittlein, Morrison and Colombo,
Management Science 33 (1987), for telling from silence who is still there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from scipy.special import gammaln

from sim.fit.months import Months

WINDOW_MONTHS = 24
_KEEPS = (0.3, 0.5, 0.7, 0.85, 0.95)  # of the past's weight, a month
_EVENNESS = (0.03, 0.1, 0.3, 0.6, 0.999)  # of what is known of shares, how much holds in a single month
_NEW = (0.0005, 0.003, 0.01, 0.04)  # share of deals a month that go to somebody not seen before
_ALIKE = (0.1, 1.0, 5.0, 20.0)  # deals that every group is thought to have had besides its own
_USUAL = np.log([1.0, 2.0, 4.0, 6.0, 6.0])  # shares that hold are more usual: what is thought of the first two
_LEAVES = 0.03  # chance a month to stop for good
_SETTINGS = np.array(list(product(_KEEPS, _EVENNESS, _NEW, _ALIKE)))
_QUIET = 2  # months without a deal: who had none since then has stopped, as far as settings are concerned
_LEAST = 1e-6
_BEFOREHAND = np.repeat(np.add.outer(_USUAL, _USUAL).ravel(), len(_NEW) * len(_ALIKE))


@dataclass(frozen=True)
class Volume:
    """What is known of shares of creation: for each setting the deals that count, shape (settings, groups), and the
    chance of each group to be there still, shape (settings, groups).
    """

    count: np.ndarray
    there: np.ndarray
    weights: np.ndarray  # of the settings, shape (settings,), sums to 1

    def without(self, gone: np.ndarray) -> Volume:
        """The same once these groups are known to be gone, bool, shape (groups,)."""
        return replace(self, there=np.where(gone, 0.0, self.there))

    def point(self) -> np.ndarray:
        """Shares of the next month by group and, last, of somebody new; shape (groups + 1,)."""
        known = (self.count + _SETTINGS[:, 3:]) * self.there
        known = np.append(known, _SETTINGS[:, 2:3] * known.sum(axis=1, keepdims=True) + _LEAST, axis=1)
        return self.weights @ (known / known.sum(axis=1, keepdims=True))

    def draws(self, rng: np.random.Generator, n: int, months: int) -> np.ndarray:
        """Shares by month ahead, shape (n, months, groups + 1), the last somebody's not seen before."""
        setting = rng.choice(len(_SETTINGS), n, p=self.weights)
        keeps, even, new, alike = _SETTINGS[setting].T[:, :, None]
        known = (self.count[setting] + alike) * (rng.random((n, self.count.shape[1])) < self.there[setting])
        mass = known.sum(axis=1, keepdims=True)
        known = np.append(known, np.zeros((n, 1)), axis=1)
        rate = rng.gamma(known)
        shares = np.empty((n, months, known.shape[1]))
        for month in range(months):
            # What is forgotten in a month: rates move by as much as leaves them known from so much less.
            left = rng.beta(np.maximum(keeps * known, _LEAST), np.maximum((1 - keeps) * known, _LEAST))
            rate, known = np.where(known > 0, rate * left / keeps, 0.0), keeps * known
            rate[:, -1] += rng.gamma(np.maximum(new[:, 0] * mass[:, 0], _LEAST))
            known[:, -1] = np.maximum(rate[:, -1], _LEAST)
            spare = (known + 1) * even / (1 - even)
            here = np.maximum(rate * rng.gamma(spare) / spare, 1e-12 * (known > 0))
            shares[:, month] = here / here.sum(axis=1, keepdims=True)
        return shares


def fit_volume(created: np.ndarray, codes: np.ndarray, groups: int, first: int, as_of: int) -> Volume:
    """Shares from deals created on days ``first`` to ``as_of`` by groups ``codes``, shape (deals,) each."""
    months = Months.between(first, as_of)
    seen = np.zeros((len(months), groups))
    np.add.at(seen, (months.of(created), codes), 1.0)
    seen = seen[-WINDOW_MONTHS:]
    whole = np.diff(months.starts)
    inside = np.minimum(months.starts[1:], as_of + 1) - np.maximum(months.starts[:-1], first)
    lengths = (inside / whole)[-WINDOW_MONTHS:]
    keeps, even, new, alike = _SETTINGS.T[:, :, None]
    shape = (len(_SETTINGS), groups)
    count, before, age, pace, silent = (np.zeros(shape) for _ in range(5))  # before, pace: as at the last deal
    explained = _BEFOREHAND.copy()
    ever = np.zeros(groups, bool)
    last = np.where(seen.any(axis=0), len(seen) - 1 - np.argmax(seen[::-1] > 0, axis=0), -1)
    stopped = last + _QUIET < len(seen)  # those are known to go, which says nothing of how fast shares move
    for month, (here, length) in enumerate(zip(seen, lengths, strict=True)):
        if ever.any():
            known = np.where(
                ever & ~(stopped & (month > last)),
                (count + alike) * _still_there(before * even, pace, silent) * even,
                0.0,
            )
            stranger = new[:, 0] * known.sum(axis=1)
            explained += _chance(np.where(ever, here, 0.0), known, here[~ever].sum(), stranger)
        ever = ever | (here > 0)
        count, age = keeps * count + here, np.where(ever, keeps * age + length, 0.0)
        silent = np.where(here > 0, 0.0, silent + length)
        before, pace = np.where(here > 0, count, before), np.where(here > 0, age, pace)
    there = np.where(ever, _still_there(before * even, pace, silent), 0.0)
    weights = np.exp(explained - explained.max())
    return Volume(count, there, weights / weights.sum())


def _still_there(count: np.ndarray, months: np.ndarray, silent: np.ndarray) -> np.ndarray:
    """Chance that a group is still there: ``silent`` months after ``count`` deals in as many ``months``."""
    months = np.maximum(months, 1.0)
    quiet = (months / (months + silent)) ** count
    gone = 1 - (1 - _LEAVES) ** silent
    return quiet * (1 - gone) / (quiet * (1 - gone) + gone)


def _chance(here: np.ndarray, known: np.ndarray, new: float, stranger: np.ndarray) -> np.ndarray:
    """Log chance of a month's deals by group, given their number (Dirichlet-multinomial), shape (settings,)."""
    known, stranger = np.maximum(known, _LEAST), np.maximum(stranger, _LEAST)
    all_known = known.sum(axis=1) + stranger
    each = (gammaln(known + here) - gammaln(known)).sum(axis=1)
    each += gammaln(stranger + new) - gammaln(stranger)
    return each - gammaln(all_known + here.sum() + new) + gammaln(all_known)
