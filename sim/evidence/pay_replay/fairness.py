"""Whether quotas were fair: attainment beside the pipeline that each seat was given, and each seat's odds of quota."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.evidence.pay_replay.credited import Credited

DRAWS = 4000
THIRDS = 3


@dataclass(frozen=True, eq=False)
class Fairness:
    """``attained`` and ``odds`` of quota by seller, NaN without a quota; ``potential`` is the pipeline that came to the
    seat in a whole year of being there, over the mean of all; ``by_third`` the attainment of the thirds of seats with
    least, middle and most pipeline, each all their bookings over all their quotas.
    """

    attained: np.ndarray
    odds: np.ndarray
    potential: np.ndarray
    by_third: tuple[float, ...]


def fairness(year: Credited, seed: int = 1) -> Fairness:
    """Of a year like this one. Wins of a seat are Poisson at a rate of its own, pooled over all seats (gamma, by
    moments), and each is worth what some win of the year was worth, scaled by the seat's own mean, pooled as well.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        attained = np.where(year.quota_usd > 0, year.booked_usd / year.quota_usd, np.nan)
        a_year = year.created_usd / year.held
    there = year.held > 0
    potential = np.where(there, a_year / max(float(a_year[there].mean()), 1e-9), np.nan) if there.any() else a_year
    return Fairness(attained, _odds(year, seed), potential, _by_third(year, potential))


def _odds(year: Credited, seed: int) -> np.ndarray:
    if not len(year.amounts):
        return np.where(year.quota_usd > 0, 0.0, np.nan)
    rng = np.random.default_rng(seed)
    shape, rate = _pooled_pace(year)
    factor = _pooled_worth(year)
    found = np.full(len(year.names), np.nan)
    for seat in np.flatnonzero((year.quota_usd > 0) & (year.held > 0)):
        pace = rng.gamma(shape + year.wins[seat], 1.0 / (rate + year.held[seat]), DRAWS)
        count = rng.poisson(pace * year.held[seat])
        worth = rng.choice(year.amounts, int(count.sum())) * factor[seat]
        booked = np.bincount(np.repeat(np.arange(DRAWS), count), worth, DRAWS)
        made = int((booked >= year.quota_usd[seat]).sum())
        found[seat] = (made + 0.5) / (DRAWS + 1)  # nothing is sure because no draw missed it
    return found


def _pooled_pace(year: Credited) -> tuple[float, float]:
    """Shape and rate of the gamma law of wins a whole span, by moments: what Poisson leaves of the spread."""
    held, wins = year.held, year.wins.astype(float)
    mean = float(wins.sum() / max(held.sum(), 1e-9))
    spread = float(((wins - mean * held) ** 2 - mean * held).sum() / max((held**2).sum(), 1e-9))
    spread = max(spread, 1e-4 * mean**2, 1e-12)
    return mean**2 / spread, mean / spread


def _pooled_worth(year: Credited) -> np.ndarray:
    """Each seat's mean amount over that of all, drawn to 1 as far as chance explains what lies between them."""
    seat = year.credits["seat"]
    mean, variance = float(year.amounts.mean()), float(year.amounts.var())
    own = np.bincount(seat, year.amounts, len(year.names)) / np.maximum(year.wins, 1)
    has = year.wins > 0
    by_chance = variance / np.maximum(year.wins, 1)
    between = max(float(np.average((own[has] - mean) ** 2 - by_chance[has], weights=year.wins[has])), 0.0)
    keeps = between / np.maximum(between + by_chance, 1e-300)
    factor: np.ndarray = np.where(has, 1.0 + keeps * (own / max(mean, 1e-300) - 1.0), 1.0)
    return factor


def _by_third(year: Credited, potential: np.ndarray) -> tuple[float, ...]:
    order = [k for k in np.argsort(potential, kind="stable") if np.isfinite(potential[k]) and year.quota_usd[k] > 0]
    if len(order) < 2 * THIRDS:
        return ()
    groups = np.array_split(np.array(order), THIRDS)
    return tuple(float(year.booked_usd[group].sum() / year.quota_usd[group].sum()) for group in groups)
