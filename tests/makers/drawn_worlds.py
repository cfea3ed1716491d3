"""Worlds whose laws are drawn from what the fits think before they see anything, and deals played by them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.crm.opportunities import LOST, OPEN, WON, Opportunities
from sim.fit.ages import AgePrior
from sim.fit.hazards import bands
from sim.fit.months import MonthPrior, Months
from tests.makers.known_laws import AS_OF, deals

AGES = (3, 20, 60)
BY_AGE = 90
WIN, LOSS, A_DAY, MEDIAN = 0.010, 0.015, 2.5, 20_000.0


@dataclass(frozen=True)
class World:
    """Deals and the truth about them, by name of parameter."""

    deals: Opportunities
    truth: dict[str, float]


def won_by(hazards: np.ndarray) -> np.ndarray:
    """The share won by an age, shape (...,), from hazards a day of wins and losses, shape (..., 2, days)."""
    both = hazards.sum(axis=-2)
    alive = np.exp(-np.cumsum(both, axis=-1) + both)
    return np.sum(alive * -np.expm1(-both) * hazards[..., 0, :] / both, axis=-1)


def drawn_world(rng: np.random.Generator, days: int, hidden: int) -> World:
    """A world of so many days, of which closes are missing in the first ``hidden`` ones."""
    first = AS_OF - days + 1
    months = Months.between(first + hidden, AS_OF, 1)  # as a fit of its closes has them
    before = Months.between(first, AS_OF, 1)
    edges = bands(days)
    ages, factors = [], []
    for level in (WIN, LOSS):
        at = np.log(edges + 1.0)
        path = _normal(rng, AgePrior(at).covariance(rng.random(2)) - 1.0)
        ages.append(level * np.exp(0.3 * rng.standard_normal() + path - 0.5 * np.mean(path**2)))
        factors.append(_of_months(rng, before))
    created = A_DAY * np.exp(0.2 * rng.standard_normal()) * _of_months(rng, before)
    column = before.of(np.arange(first, AS_OF + 1))
    born = np.repeat(np.arange(days), rng.poisson(created[column]))
    hazards = np.stack(ages)[:, np.searchsorted(edges, np.arange(days), side="right") - 1]
    age, kind = _played(rng, born, hazards, np.stack(factors)[:, column], days)
    closed = born + age
    is_open = closed >= days
    kept = is_open | (closed >= hidden)
    median, spread = MEDIAN * np.exp(rng.standard_normal()), 0.4 + 0.8 * rng.random()
    amount = np.where(kind == WON, median * np.exp(spread * rng.standard_normal(len(born))), np.nan)
    outcome = np.where(is_open, OPEN, kind)
    back = -days + 1
    made = deals(
        (born + back)[kept], (closed + back)[kept], outcome[kept], np.where(is_open, np.nan, amount)[kept],
        known_from=hidden + back, born_from=hidden + back,
    )  # fmt: skip
    seen = len(months) - 1
    shown = np.stack(factors)[:, -len(months) :]
    usual = shown[:, :seen].mean(axis=1)
    return World(made, {
        **{f"win at {age}": hazards[0, age] * usual[0] for age in AGES},
        **{f"loss at {age}": hazards[1, age] * usual[1] for age in AGES},
        "won by an age": float(won_by(hazards[:, :BY_AGE] * usual[:, None])),
        "wins, last month": shown[0, seen - 1] / usual[0],
        "losses, month ahead": shown[1, seen] / usual[1],
        "created, last month": created[-2],
        "created, month ahead": created[-1],
        "amount": float(np.log(median)),
    })  # fmt: skip


def _normal(rng: np.random.Generator, covariance: np.ndarray) -> np.ndarray:
    return np.linalg.cholesky(covariance + 1e-8 * np.eye(len(covariance))) @ rng.standard_normal(len(covariance))


def _of_months(rng: np.random.Generator, months: Months) -> np.ndarray:
    """Factors of months, the one ahead included."""
    prior = MonthPrior(months.numbers(), len(months) - 1)
    return np.exp(_normal(rng, prior.covariance(rng.random(prior.settings))))


def _played(
    rng: np.random.Generator, born: np.ndarray, hazards: np.ndarray, pulls: np.ndarray, days: int
) -> tuple[np.ndarray, np.ndarray]:
    """The age at the close, a large one for deals still open, and how it ended; day by day."""
    age, kind = np.full(len(born), 10**6), np.full(len(born), LOST)
    left = np.arange(len(born))
    for day in range(days):
        here = left[born[left] <= day]
        daily = hazards[:, day - born[here]] * pulls[:, day, None]
        both = daily.sum(axis=0)
        closes = rng.random(len(here)) < -np.expm1(-both)
        wins = rng.random(len(here)) < daily[0] / both
        age[here[closes]] = day - born[here[closes]]
        kind[here[closes & wins]] = WON
        left = left[age[left] == 10**6]
    return age, kind
