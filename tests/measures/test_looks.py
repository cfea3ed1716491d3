"""Intervals at the look at which a run stops: they hold as often as they say, whatever the law and the precision."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from sim.results.estimates import Estimate
from sim.results.looks import OUTSIDE, OUTSIDE_OF_SHARES, looks, mean_at, percentile_at, share_at, share_difference_at

REPEATS = 2000
ERROR = np.sqrt(0.95 * 0.05 / REPEATS)  # of the share that holds
MOST = 4096
Law = Callable[[np.random.Generator], np.ndarray]


def test_looks_double_and_end_at_the_most_in_whole_draws() -> None:
    assert looks(1000) == [64, 128, 256, 512, 1000]
    assert looks(64) == [64]
    assert looks(10) == [10]
    assert looks(200, lucks_per_draw=10) == [70, 130, 200]


def test_a_symmetric_mean_has_students_interval_and_a_skewed_one_reaches_farther_up() -> None:
    even = np.array([-3.0, -1, 1, 3] * 16)
    reach = stats.t.isf(OUTSIDE / 2, 63) * even.std(ddof=1) / 8
    found = mean_at(even, np.arange(64))
    assert (found.low, found.high) == (pytest.approx(-reach), pytest.approx(reach))
    skewed = mean_at(np.exp(stats.norm.ppf((np.arange(64) + 0.5) / 64)), np.arange(64))
    assert skewed.high - skewed.mean > 1.3 * (skewed.mean - skewed.low)
    mirrored = mean_at(-np.exp(stats.norm.ppf((np.arange(64) + 0.5) / 64)), np.arange(64))
    assert (-mirrored.high, -mirrored.low) == (pytest.approx(skewed.low), pytest.approx(skewed.high))


def test_replications_of_one_draw_count_once() -> None:
    values = np.random.default_rng(1).normal(size=50)
    alone, shared = mean_at(values, np.arange(50)), mean_at(np.repeat(values, 3), np.repeat(np.arange(50), 3))
    assert (shared.low, shared.high) == (pytest.approx(alone.low), pytest.approx(alone.high))


def test_what_never_varies_is_known_and_one_draw_tells_nothing() -> None:
    assert mean_at(np.full(64, 7.0), np.arange(64)) == Estimate(7.0, 7.0, 7.0)
    assert np.isnan(mean_at(np.ones(3), np.zeros(3)).low)
    assert share_at(np.zeros(64), np.arange(64)).high > 0.05, "never seen is not never"
    assert share_difference_at(np.zeros(64), np.arange(64)).high > 0.05


def test_a_percentile_lies_between_order_statistics_as_often_as_the_binomial_law_says() -> None:
    found = percentile_at(np.arange(100.0), 0.1)
    low, high = int(found.low), int(found.high)
    inside = stats.binom.cdf(high, 100, 0.1) - stats.binom.cdf(low, 100, 0.1)
    assert 1 - OUTSIDE_OF_SHARES <= inside + 1e-12 < 1 - OUTSIDE_OF_SHARES + 0.06
    assert np.isnan(percentile_at(np.arange(12.0), 0.1).low)


def normal(rng: np.random.Generator) -> np.ndarray:
    return rng.normal(1.0, 1.0, MOST)


def lognormal(rng: np.random.Generator) -> np.ndarray:
    return rng.lognormal(0.0, 1.0, MOST)


def one_in_twenty(rng: np.random.Generator) -> np.ndarray:
    return (rng.random(MOST) < 0.05).astype(float)


def discordant(rng: np.random.Generator) -> np.ndarray:
    """Paired yes and no that differ in 2 % of pairs, three of four of them in favour of b."""
    luck = rng.random(MOST)
    return (luck < 0.015).astype(float) - (luck > 0.995)


def of_mean(values: np.ndarray) -> Estimate:
    return mean_at(values, np.arange(len(values)))


def of_share(values: np.ndarray) -> Estimate:
    return share_at(values, np.arange(len(values)))


def of_difference(values: np.ndarray) -> Estimate:
    return share_difference_at(values, np.arange(len(values)))


def of_p10(values: np.ndarray) -> Estimate:
    return percentile_at(values, 0.1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("law", "at", "true", "within"),
    [
        (normal, of_mean, 1.0, 0.15),
        (normal, of_mean, 1.0, 0.07),
        (lognormal, of_mean, np.exp(0.5), 0.3),
        (lognormal, of_mean, np.exp(0.5), 0.15),
        (one_in_twenty, of_share, 0.05, 0.03),
        (one_in_twenty, of_share, 0.05, 0.015),
        (discordant, of_difference, 0.01, 0.02),
        (discordant, of_difference, 0.01, 0.01),
        (lognormal, of_p10, np.exp(stats.norm.ppf(0.1)), 0.05),
        (lognormal, of_p10, np.exp(stats.norm.ppf(0.1)), 0.03),
    ],
    ids=lambda one: getattr(one, "__name__", str(one)),
)
def test_the_interval_at_the_look_where_a_run_stops_holds_95_times_in_100(
    law: Law, at: Callable[[np.ndarray], Estimate], true: float, within: float
) -> None:
    rng, holds = np.random.default_rng(20261130), 0
    repeats = REPEATS // 2 if at is of_difference else REPEATS  # each of these takes as long as ten of the others
    for _ in range(repeats):
        values = law(rng)
        for count in looks(MOST):
            found = at(values[:count])
            if found.reach <= within:
                break
        holds += found.low <= true <= found.high
    assert 0.93 <= holds / repeats <= 0.97 + ERROR
