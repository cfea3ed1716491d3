"""The law of won amounts, its parameters drawn, and amounts of such wins.

A law is a mixture of lognormals or Weibulls, at most with a Pareto tail above a threshold. Amounts are capped at a few
times the largest one: what a law says of amounts that nobody ever saw is no knowledge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from sim.fit.amounts_by_age import ByAge, ByAgeDraws

CAP = 3.0  # times the largest amount seen
PRIOR_WINS = 2.0  # what is thought before any amount: as so many wins
AS_SEEN = "as seen"
LOGNORMAL, WEIBULL = "lognormal", "Weibull"
_GUMBEL_MEAN, _GUMBEL_SPREAD = -np.euler_gamma, np.pi / np.sqrt(6)  # of the log of a standard exponential


def _weibull_density(z: np.ndarray) -> np.ndarray:
    """Log density of the log of a Weibull amount, given in spreads from its mean."""
    w = _GUMBEL_MEAN + _GUMBEL_SPREAD * z
    return w - np.exp(w) + np.log(_GUMBEL_SPREAD)


def _normal_density(z: np.ndarray) -> np.ndarray:
    return -0.5 * z * z - 0.5 * np.log(2 * np.pi)


SHAPES = {LOGNORMAL: _normal_density, WEIBULL: _weibull_density}


@dataclass(frozen=True)
class Tail:
    """Amounts above ``threshold``: a share of ``above`` of ``seen`` wins, with the exponent of Pareto ``alpha``."""

    threshold: float  # log
    alpha: float
    above: int
    seen: int


@dataclass(frozen=True)
class Borrowed:
    """How far, in log, the amounts of a group lie from those of all others, whose law it has. ``own`` is the part of
    the distance seen that it was moved by; ``error`` is what is not known beside how high all others' are.
    """

    move: float
    error: float
    own: float

    def draws(self, rng: np.random.Generator, off: np.ndarray) -> np.ndarray:
        """Moves of draws in which all others' amounts lie so far off their middle, shape (draws,)."""
        return self.move - self.own * off + self.error * rng.standard_normal(len(off))


@dataclass(frozen=True)
class Amounts:
    """The law of won amounts. Components are of ``shape``: ``wins`` (what they count), ``means`` and ``spreads`` of
    logs, shape (components,). ``by`` is the column ("product" or "segment") whose codes are the components, or "" if
    a win's component is not known. ``law`` names what was taken; ``bic`` has what was tried.
    """

    law: str
    by: str
    wins: np.ndarray
    means: np.ndarray
    spreads: np.ndarray
    tail: Tail | None
    largest: float
    bic: dict[str, float]
    shape: str = LOGNORMAL
    by_age: ByAge | None = None  # how amounts go with the age of the win; None where they do not
    borrowed: Borrowed | None = None  # where the law is that of other groups' wins, moved

    def draws(self, rng: np.random.Generator, n: int) -> AmountDraws:
        """n draws of the parameters: normal means, scaled inverse chi-square variances, Dirichlet shares."""
        if self.law == AS_SEEN:
            spreads, means = np.tile(self.spreads, (n, 1)), np.tile(self.means, (n, 1))
            shares = rng.dirichlet(self.wins, n)  # Bayesian bootstrap: Rubin, Annals of Statistics 9 (1981)
        else:
            freedom = self.wins + PRIOR_WINS
            spreads = self.spreads * np.sqrt(freedom / rng.chisquare(np.tile(freedom, (n, 1))))
            means = self.means + spreads / np.sqrt(self.wins + 1.0) * rng.standard_normal(spreads.shape)
            shares = rng.dirichlet(self.wins + 0.5, n)
        above = alpha = None
        if self.tail is not None:
            above = rng.beta(self.tail.above + 0.5, self.tail.seen - self.tail.above + 0.5, n)
            alpha = self.tail.alpha * rng.gamma(self.tail.above, 1 / self.tail.above, n)
        by_age = None if self.by_age is None else self.by_age.draws(rng, n)
        off = np.sum(shares * means, axis=1) - self.wins @ self.means / self.wins.sum()
        moved = None if self.borrowed is None else self.borrowed.draws(rng, off)
        return AmountDraws(self, np.cumsum(shares, axis=1), means, spreads, above, alpha, by_age, moved)

    def log_density(self, logs: np.ndarray) -> np.ndarray:
        """Of logs of amounts whose component is not known, shape (wins,)."""
        logs = logs - (0.0 if self.borrowed is None else self.borrowed.move)
        density = np.zeros(len(logs))
        for share, mean, spread in zip(self.wins / self.wins.sum(), self.means, self.spreads, strict=True):
            each = np.exp(SHAPES[self.shape]((logs - mean) / spread)) / spread
            density += share * (each if self.tail is None else each / ndtr((self.tail.threshold - mean) / spread))
        if self.tail is not None:
            above = self.tail.above / self.tail.seen
            beyond = self.tail.alpha * np.exp(-self.tail.alpha * np.maximum(logs - self.tail.threshold, 0.0))
            density = np.where(logs < self.tail.threshold, (1 - above) * density, above * beyond)
        return np.log(density + 1e-300)


@dataclass(frozen=True)
class AmountDraws:
    """Parameters drawn; shape (draws, components), or (draws,) for the tail."""

    law: Amounts
    upto: np.ndarray
    means: np.ndarray
    spreads: np.ndarray
    above: np.ndarray | None
    alpha: np.ndarray | None
    by_age: ByAgeDraws | None = None
    moved: np.ndarray | None = None

    def sample(self, rng: np.random.Generator, draw: np.ndarray, code: np.ndarray | None = None) -> np.ndarray:
        """Amounts of wins, shape (wins,), each of its ``draw``; ``code`` in the column ``by``, -1 where not known."""
        picked = (rng.random(len(draw))[:, None] > self.upto[draw]).sum(axis=1) if self.upto.shape[1] > 1 else 0 * draw
        component = np.minimum(picked, self.upto.shape[1] - 1)
        if code is not None and self.law.by:
            component = np.where(code >= 0, code, component)
        mean, spread = self.means[draw, component], self.spreads[draw, component]
        cap = np.log(CAP * self.law.largest)
        if self.law.tail is None:
            if self.law.shape == WEIBULL:
                chance = (np.log(rng.standard_exponential(len(draw))) - _GUMBEL_MEAN) / _GUMBEL_SPREAD
            else:
                chance = rng.standard_normal(len(draw))
            logs = mean + spread * chance
        else:
            assert self.above is not None
            assert self.alpha is not None
            start = self.law.tail.threshold
            body = mean + spread * ndtri(rng.random(len(draw)) * ndtr((start - mean) / spread))
            beyond = start + rng.standard_exponential(len(draw)) / self.alpha[draw]
            logs = np.where(rng.random(len(draw)) < self.above[draw], beyond, body)
        if self.moved is not None:
            logs = logs + self.moved[draw]
        return np.exp(np.minimum(logs, cap))
