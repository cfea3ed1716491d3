"""Means, percentiles and differences, against theory: bounds come from standard errors."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.experiment.statistics import compare, summarize

COLUMNS = 4000
N = 200
ALONE = np.arange(N)


def coverage(estimate, error, truth):
    """Share of columns whose interval of 1.96 standard errors holds the truth."""
    return np.mean(np.abs(estimate - truth) <= 1.959964 * error)


@pytest.mark.parametrize("law", [stats.norm(5, 2), stats.expon(scale=3)], ids=["normal", "exponential"])
def test_intervals_hold_the_truth_as_often_as_they_say(law):
    values = law.rvs((N, COLUMNS), random_state=np.random.default_rng(1))
    s = summarize(values, ALONE)
    # 4000 columns: a standard error of 0.0034 at 95 %. Finite samples cost up to two points, most in the long tail.
    assert coverage(s.mean, s.se_mean, law.mean()) == pytest.approx(0.95, abs=0.02)
    for share, estimate, error in ((0.1, s.p10, s.se_p10), (0.5, s.p50, s.se_p50), (0.9, s.p90, s.se_p90)):
        assert coverage(estimate, error, law.ppf(share)) == pytest.approx(0.94, abs=0.025)
        asymptotic = np.sqrt(share * (1 - share) / N) / law.pdf(law.ppf(share))
        assert np.sqrt(np.mean(error**2)) == pytest.approx(asymptotic, rel=0.12)


def test_percentiles_lie_between_order_statistics():
    s = summarize(np.arange(11.0)[::-1, None], np.arange(11))
    assert (s.p10[0], s.p50[0], s.p90[0]) == (1.0, 5.0, 9.0)
    assert s.sd[0] == pytest.approx(np.std(np.arange(11), ddof=1))
    assert s.se_mean[0] == pytest.approx(s.sd[0] / np.sqrt(11))


def test_undefined_values_are_left_out_of_each_column():
    values = np.array([[1.0, np.nan], [2.0, 7.0], [np.nan, np.nan], [3.0, np.nan]])
    s = summarize(values, np.arange(4))
    assert s.n_defined.tolist() == [3, 1]
    assert s.mean.tolist() == [2.0, 7.0]
    assert s.p50.tolist() == [2.0, 7.0]
    assert np.isnan(s.se_mean[1])
    assert np.isnan(s.sd[1])
    none = summarize(np.full((4, 1), np.nan), np.arange(4))
    assert none.n_defined[0] == 0
    assert np.isnan(none.p10[0])


def test_a_constant_has_no_error_however_large():
    s = summarize(np.full((50, 1), 118_560_000.37), np.arange(50))
    assert s.se_p10[0] == s.se_p50[0] == s.se_p90[0] == 0.0
    assert s.sd[0] < 1e-6


def shared_draws(chance, draws=100, lucks=4, columns=2000):
    """Normal values with as much variance between draws (1) as within (1)."""
    between = chance.normal(size=(draws, 1, columns))
    values = (between + chance.normal(size=(draws, lucks, columns))).reshape(draws * lucks, columns)
    return values, np.repeat(np.arange(draws), lucks)


def test_errors_count_draws_and_not_lucks():
    values, draws = shared_draws(np.random.default_rng(2))
    s = summarize(values, draws)
    true_error = np.sqrt(1.0 / 100 + 1.0 / 400)
    assert np.sqrt(np.mean(s.se_mean**2)) == pytest.approx(true_error, rel=0.03)
    assert np.std(s.mean) == pytest.approx(true_error, rel=0.06)
    for estimate, error in ((s.p10, s.se_p10), (s.p50, s.se_p50), (s.p90, s.se_p90)):
        assert np.sqrt(np.mean(error**2)) == pytest.approx(np.std(estimate), rel=0.10)
    naive = summarize(values, np.arange(len(values)))
    assert np.mean(naive.se_mean) < 0.75 * true_error


@pytest.mark.parametrize("lucks", [1, 4])
def test_difference_interval_holds_the_truth(lucks):
    chance = np.random.default_rng(3)
    common, draws = shared_draws(chance, draws=60, lucks=lucks)
    a = common
    b = common + 0.3 + 0.2 * shared_draws(chance, draws=60, lucks=lucks)[0]
    d = compare(a, b, draws)
    held = np.mean((d.ci_low <= 0.3) & (d.ci_high >= 0.3))
    assert held == pytest.approx(0.95, abs=0.02)  # 2000 columns: a standard error of 0.005
    assert np.mean(d.mean_difference) == pytest.approx(0.3, abs=0.005)


def test_variance_ratio_says_what_common_luck_is_worth():
    chance = np.random.default_rng(4)
    common = chance.normal(size=(20_000, 1))
    a = common + 0.1 * chance.normal(size=common.shape)
    b = common + 0.1 * chance.normal(size=common.shape)
    d = compare(a, b, np.arange(len(a)))
    assert d.variance_ratio_vs_independent[0] == pytest.approx(2 * 1.01 / 0.02, rel=0.05)
    apart = compare(a, chance.normal(size=common.shape), np.arange(len(a)))
    assert apart.variance_ratio_vs_independent[0] == pytest.approx(1.0, abs=0.05)


def test_ties_count_half_and_equal_plans_have_no_ratio():
    a = np.array([[1.0], [1.0], [1.0], [1.0]])
    b = np.array([[1.0], [1.0], [2.0], [0.0]])
    assert compare(a, b, np.arange(4)).p_b_above_a[0] == 0.5
    same = compare(a, a, np.arange(4))
    assert (same.mean_difference[0], same.ci_low[0], same.ci_high[0], same.p_b_above_a[0]) == (0.0, 0.0, 0.0, 0.5)
    assert np.isnan(same.variance_ratio_vs_independent[0])


def test_difference_uses_only_replications_in_which_both_are_defined():
    a = np.array([[1.0], [np.nan], [3.0], [5.0]])
    b = np.array([[2.0], [9.0], [np.nan], [8.0]])
    d = compare(a, b, np.arange(4))
    assert d.mean_difference[0] == 2.0
    assert d.p_b_above_a[0] == 1.0
    half_width = stats.t.ppf(0.975, 1) * np.std([1.0, 3.0], ddof=1) / np.sqrt(2)
    assert d.ci_high[0] - 2.0 == pytest.approx(half_width)
