"""What groups of deals have of their own, each leaning on all the others as far as they are alike.

How far groups differ is not chosen: many spreads are tried, and each counts by how well it explains what was seen. So
groups that hardly differ are taken for one, and those that do keep what is theirs (empirical Bayes, with the spread's
own uncertainty: Efron and Morris, JASA 70, 1975; Clayton and Kaldor, Biometrics 43, 1987, for counts).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, gammaln, ndtri
from scipy.stats import rankdata

_SPREADS = np.geomspace(0.02, 3.0, 25)  # of factors, as shares of the mean
_WIDTHS = np.geomspace(0.01, 0.95, 25)  # of shares: standard deviations, of the largest that there can be
_USUAL_SPREAD = 0.5  # half a normal law of this scale: what is thought of spreads before anything is seen
_SHIFTS = np.linspace(0.0, 0.95, 20)  # how far groups' typical amounts lie apart, in spreads of all amounts


@dataclass(frozen=True)
class Factors:
    """Factors on a rate, by group, around 1: gamma laws. ``seen`` and ``expected`` events, shape (groups,)."""

    seen: np.ndarray
    expected: np.ndarray
    weights: np.ndarray  # of the spreads tried, shape (spreads,), sums to 1

    def point(self) -> np.ndarray:
        """Mean factors, shape (groups,)."""
        like = _SPREADS[:, None] ** -2
        return self.weights @ ((like + self.seen) / (like + self.expected))

    def spread(self) -> float:
        """How far groups differ: a standard deviation, as a share of the mean."""
        return float(self.weights @ _SPREADS)

    def spreads(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Draws of how far groups differ, even within the steps of what is tried; shape (n,)."""
        step = np.log(_SPREADS[1] / _SPREADS[0])
        return rng.choice(_SPREADS, n, p=self.weights) * np.exp(step * (rng.random(n) - 0.5))

    def draws(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Factors of the groups and, last, of one not yet seen; shape (n, groups + 1).

        Their mean, weighed by what is expected of each, is 1: how high the rate of all is, is drawn with that rate.
        """
        like = _SPREADS[rng.choice(len(_SPREADS), n, p=self.weights)][:, None] ** -2
        seen, expected = np.append(self.seen, 0.0), np.append(self.expected, 0.0)
        factors = rng.gamma(like + seen) / (like + expected)
        return factors * expected.sum() / np.maximum(factors @ expected, 1e-9)[:, None]


def fit_factors(seen: np.ndarray, expected: np.ndarray) -> Factors:
    """Factors of groups from events seen and expected, shape (groups,) each; nothing seen leaves the prior."""
    like = _SPREADS[:, None] ** -2
    each = gammaln(like + seen) - gammaln(like) + like * np.log(like) - (like + seen) * np.log(like + expected)
    prior = -0.5 * (_SPREADS / _USUAL_SPREAD) ** 2 + np.log(_SPREADS)  # the spreads tried are even in their logarithm
    return Factors(seen, expected, _weights(each.sum(axis=1) + prior))


@dataclass(frozen=True)
class Odds:
    """Shares of two kinds of events: beta laws around what is expected. ``first`` and ``second`` have what was seen,
    ``expected`` the first's share that is expected of a group, shape (groups,).
    """

    first: np.ndarray
    second: np.ndarray
    expected: np.ndarray
    weights: np.ndarray  # of the widths tried, shape (widths,), sums to 1

    def point(self) -> np.ndarray:
        """Mean shares of the first kind, shape (groups,)."""
        like = _WIDTHS[:, None] ** -2 - 1
        return self.weights @ ((like * self.expected + self.first) / (like + self.first + self.second))

    def spread(self) -> float:
        """How far groups' shares differ, as a standard deviation around one half: 0 at none, 0.5 at most."""
        return float(self.weights @ _WIDTHS) / 2

    def draws(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Shares of the first kind by group and, last, of one not yet seen; shape (n, groups + 1)."""
        like = _WIDTHS[rng.choice(len(_WIDTHS), n, p=self.weights)][:, None] ** -2 - 1
        expected = np.append(self.expected, self.of_all)
        first, second = np.append(self.first, 0.0), np.append(self.second, 0.0)
        return rng.beta(like * expected + first, like * (1 - expected) + second)

    @property
    def of_all(self) -> float:
        """The share of the first kind in all events; one half where there are none."""
        return float((self.first.sum() + 0.5) / (self.first.sum() + self.second.sum() + 1.0))


def fit_odds(first: np.ndarray, second: np.ndarray, expected: np.ndarray) -> Odds:
    """Shares of groups from events seen, shape (groups,) each (beta-binomial: Skellam, JRSS B 10, 1948)."""
    expected = np.clip(expected, 1e-3, 1 - 1e-3)
    like = _WIDTHS[:, None] ** -2 - 1
    each = betaln(like * expected + first, like * (1 - expected) + second) - betaln(
        like * expected, like * (1 - expected)
    )
    prior = -0.5 * (_WIDTHS / _USUAL_SPREAD) ** 2 + np.log(_WIDTHS)
    return Odds(first, second, expected, _weights(each.sum(axis=1) + prior))


@dataclass(frozen=True)
class Closing:
    """How groups of deals close: factors on the ``pace`` of closing, and ``odds``, the shares of wins in closes."""

    pace: Factors
    odds: Odds

    def factors(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Factors on the hazards of winning and losing, by group and, last, of one not yet seen; (n, 2, groups + 1)."""
        pace, won = self.pace.draws(rng, n), self.odds.draws(rng, n)
        usual = np.append(self.odds.expected, self.odds.of_all)
        return pace[:, None] * np.stack([won / usual, (1 - won) / (1 - usual)], axis=1)


def fit_closing(seen: np.ndarray, expected: np.ndarray) -> Closing:
    """From wins and losses seen and expected, shape (2, groups) each."""
    odds = fit_odds(seen[0], seen[1], expected[0] / np.maximum(expected.sum(axis=0), 1e-12))
    return Closing(fit_factors(seen.sum(axis=0), expected.sum(axis=0)), odds)


@dataclass(frozen=True)
class Ranks:
    """Where groups' amounts stand among all, as normal scores: ``mean`` and ``count`` by group, shape (groups,)."""

    mean: np.ndarray
    count: np.ndarray
    within: float  # standard deviation of scores within a group
    weights: np.ndarray  # of the shifts tried, shape (shifts,), sums to 1

    def shift(self) -> float:
        """How far groups' amounts lie apart, in spreads of all amounts; 0 where they are alike."""
        return float(self.weights @ _SHIFTS)

    def own(self) -> tuple[np.ndarray, np.ndarray]:
        """What part of a group's own mean is to be believed, the rest being that of all others: mean and standard
        deviation, shape (groups,).
        """
        others = np.maximum(self.count.sum() - self.count, 1e-9)
        part = self.count / (self.count + self.within**2 / (_SHIFTS[:, None] ** 2 + self.within**2 / others))
        mean = self.weights @ part
        return mean, np.sqrt(np.maximum(self.weights @ part**2 - mean**2, 0.0))

    def draws(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Mean scores of the groups and, last, of one not yet seen; shape (n, groups + 1)."""
        between = _SHIFTS[rng.choice(len(_SHIFTS), n, p=self.weights)][:, None] ** 2
        mean, count = np.append(self.mean, 0.0), np.append(self.count, 0.0)
        precision = count / self.within**2 + 1 / np.maximum(between, 1e-12)
        return mean * count / self.within**2 / precision + rng.standard_normal((n, len(mean))) / np.sqrt(precision)


def fit_ranks(amounts: np.ndarray, codes: np.ndarray, groups: int) -> Ranks:
    """Ranks of amounts, shape (wins,), of groups ``codes``. Ranks, because they hold for any law of amounts."""
    scores = ndtri((rankdata(amounts) - 0.5) / max(len(amounts), 1))
    count = np.bincount(codes, minlength=groups).astype(float)
    mean = np.bincount(codes, scores, groups) / np.maximum(count, 1.0)
    freedom = len(amounts) - np.sum(count > 0)
    within = (np.sum((scores - mean[codes]) ** 2) + 1.0) / (freedom + 1.0)  # leans on the 1 of all by one win
    variance = _SHIFTS[:, None] ** 2 + within / np.maximum(count, 1e-9)
    each = np.where(count > 0, -0.5 * np.log(variance) - 0.5 * mean**2 / variance, 0.0)
    return Ranks(mean, count, float(np.sqrt(within)), _weights(each.sum(axis=1)))


def _weights(explained: np.ndarray) -> np.ndarray:
    weights = np.exp(explained - explained.max())
    return weights / weights.sum()
