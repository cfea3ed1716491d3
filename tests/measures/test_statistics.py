"""Means, percentiles and differences, against theory: bounds come from standard errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.results import estimates
from sim.results.estimates import compare, summarize

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


def yes_no_pairs(chance, b_alone, a_alone, both, shape):
    """Replications in which b alone, a alone, both or neither say yes; shape (replications, columns) each."""
    u = chance.random(shape)
    b = (u < b_alone) | ((u >= b_alone + a_alone) & (u < b_alone + a_alone + both))
    a = (u >= b_alone) & (u < b_alone + a_alone + both)
    return a.astype(float), b.astype(float)


def held(low, high, truth):
    return np.mean((low <= truth + 1e-12) & (high >= truth - 1e-12))


# Score intervals hold the truth about as often as they say, for shares near 0 too. With counts as small as these the
# coverage moves in steps: the bounds are the exact binomial ones of Wilson's interval, and 3 standard errors (0.01).
@pytest.mark.parametrize(
    ("share", "least", "most"), [(0.5, 0.93, 0.97), (0.05, 0.93, 0.985), (0.002, 0.95, 1.0), (0.0, 1.0, 1.0)]
)
def test_interval_of_a_share_holds_it(share, least, most):
    values = (np.random.default_rng(5).random((N, COLUMNS)) < share).astype(float)
    s = summarize(values, ALONE, np.ones(COLUMNS, bool))
    assert least - 0.0105 <= held(s.ci_low, s.ci_high, share) <= most + 0.0105
    assert np.all(s.ci_high > s.ci_low)
    assert np.all(s.se_mean > 0.0)


def test_interval_of_a_share_is_wilsons_and_has_no_percentiles():
    values = np.repeat([1.0, 0.0], [3, 17])[:, None]
    s = summarize(values, np.arange(20), np.array([True]))
    known = stats.binomtest(3, 20).proportion_ci(method="wilson")
    assert (s.ci_low[0], s.ci_high[0]) == pytest.approx((known.low, known.high), rel=1e-9)
    assert np.isnan([s.p10[0], s.p50[0], s.p90[0], s.se_p10[0], s.se_p50[0], s.se_p90[0]]).all()
    both = summarize(np.hstack([values, values]), np.arange(20), np.array([True, False]))
    assert both.p50[1] == 0.0
    assert np.isnan(both.p50[0])


@pytest.mark.parametrize(
    ("b_alone", "a_alone", "both", "least", "most"),
    [
        (0.10, 0.10, 0.40, 0.935, 0.97),
        (0.25, 0.05, 0.30, 0.935, 0.97),
        (0.01, 0.01, 0.48, 0.94, 0.995),  # 2 % of pairs differ
        (0.02, 0.00, 0.05, 0.92, 0.99),
        (0.00, 0.00, 0.50, 1.0, 1.0),
    ],
)
def test_interval_of_a_difference_of_paired_shares_holds_it(b_alone, a_alone, both, least, most):
    a, b = yes_no_pairs(np.random.default_rng(6), b_alone, a_alone, both, (N, COLUMNS))
    d = compare(a, b, ALONE, np.ones(COLUMNS, bool))
    assert least - 0.0105 <= held(d.ci_low, d.ci_high, b_alone - a_alone) <= most + 0.0105
    assert np.all(d.ci_high > d.ci_low)


def test_interval_of_a_difference_of_paired_shares_is_tangos():
    # 21 children: 7 with the condition before alone, 1 after alone (Bentur and others, 2009). Fagerland, Lydersen and
    # Laake, "Recommended tests and confidence intervals for paired binomial proportions" (2014), print -0.517, -0.026.
    a, b = np.repeat([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]], [1, 7, 1, 12], axis=0).T[:, :, None]
    d = compare(a, b, np.arange(21), np.array([True]))
    assert (d.ci_low[0], d.ci_high[0]) == pytest.approx((-0.517, -0.026), abs=0.0005)


def test_a_difference_of_none_in_n_is_no_certainty():
    a = np.repeat([1.0, 0.0], [120, 80])[:, None]
    d = compare(a, a, ALONE, np.array([True]))
    reach = 1.959964**2 / (N + 1.959964**2)
    assert (d.mean_difference[0], d.ci_low[0], d.ci_high[0]) == pytest.approx((0.0, -reach, reach), rel=1e-6)
    assert (d.p_b_above_a_low[0], d.p_b_above_a_high[0]) == pytest.approx((0.5 - reach / 2, 0.5 + reach / 2))


def test_where_all_pairs_differ_the_chance_to_be_above_has_wilsons_interval():
    gap = np.where(np.arange(50) < 38, 1.0, -1.0)[:, None]
    d = compare(np.zeros((50, 1)), gap, np.arange(50))
    known = stats.binomtest(38, 50).proportion_ci(method="wilson")
    assert d.p_b_above_a[0] == pytest.approx(0.76)
    assert (d.p_b_above_a_low[0], d.p_b_above_a_high[0]) == pytest.approx((known.low, known.high), rel=1e-6)


@pytest.mark.parametrize(("above", "below", "least", "most"), [(0.5, 0.5, 0.93, 0.97), (0.04, 0.01, 0.93, 0.985)])
def test_interval_of_the_chance_to_be_above_holds_it(above, below, least, most):
    u = np.random.default_rng(7).random((N, COLUMNS))
    gap = np.where(u < above, 3.0, np.where(u < above + below, -2.0, 0.0))
    d = compare(np.zeros_like(gap), gap, ALONE)
    found = held(d.p_b_above_a_low, d.p_b_above_a_high, above + (1 - above - below) / 2)
    assert least - 0.0105 <= found <= most + 0.0105


@pytest.mark.parametrize("share", [0.5, 0.05])
@pytest.mark.parametrize("lucks", [2, 10])
def test_score_intervals_count_draws(share, lucks):
    """Draws differ as much as a beta law with a correlation of 0.4 within a draw."""
    chance, draws = np.random.default_rng(8), 60
    shape = (draws, 1, COLUMNS)
    own = chance.beta(share * 1.5, (1 - share) * 1.5, shape)
    other = chance.beta(share * 1.5, (1 - share) * 1.5, shape)
    a, b = ((chance.random((draws, lucks, COLUMNS)) < p).astype(float).reshape(draws * lucks, -1) for p in (own, other))
    number = np.repeat(np.arange(draws), lucks)
    s, d = summarize(a, number, np.ones(COLUMNS, bool)), compare(a, b, number, np.ones(COLUMNS, bool))
    # Draws as uneven as these cost some points near 0; without draws two intervals in five miss.
    least = 0.925 if share == 0.5 else 0.91
    assert least <= held(s.ci_low, s.ci_high, share) <= 0.99
    assert least <= held(d.ci_low, d.ci_high, 0.0) <= 0.99
    if lucks > 2:
        naive = summarize(a, np.arange(len(a)), np.ones(COLUMNS, bool))
        assert held(naive.ci_low, naive.ci_high, share) < 0.8


def test_draws_that_agree_are_no_certainty_either():
    a = np.ones((40, 1))
    s = summarize(a, np.repeat(np.arange(10), 4), np.array([True]))
    t = stats.t.ppf(0.975, 9)
    assert s.ci_low[0] == pytest.approx(10 / (10 + t**2))
    one_draw = summarize(a, np.zeros(40), np.array([True]))
    assert one_draw.ci_low[0] < 0.01


def test_a_difference_smaller_than_rounding_is_none():
    a = np.array([[1e8, 3.0]] * 10)
    b = a + np.array([[0.05, 5e-10]])
    d = compare(a, b, np.arange(10))
    assert d.p_b_above_a.tolist() == [0.5, 0.5]
    assert d.mean_difference.tolist() == d.ci_low.tolist() == d.ci_high.tolist() == [0.0, 0.0]
    clear = compare(a, a + np.array([[0.2, 2e-8]]), np.arange(10))
    assert clear.p_b_above_a.tolist() == [1.0, 1.0]


INFER = (
    "estimates",
    "percentiles",
    "shares",
    "simultaneous",
    "contest",
    "looks",
    "selection",
    "knowing",
    "sharper",
    "mapped",
)  # in sim/results
SCORES = Path("evidence", "backtest", "scores.py")  # percentiles of forecasts' samples, and no others


def test_nobody_else_infers():
    """Rooms that tell of results have their errors, intervals and percentiles from the estimates."""
    sim = Path(estimates.__file__).parents[1]
    for path in (
        path
        for room in ("results", "show", "app", "evidence", "decide", "experiment")
        for path in (sim / room).rglob("*.py")
    ):
        if (path.parent.name == "results" and path.stem in INFER) or path == sim / SCORES:
            continue
        text = path.read_text(encoding="utf-8")
        found = [sign for sign in ("1.96", "quantile(", "np.percentile", "ddof", "stdtrit", ".sem(") if sign in text]
        assert not found, f"{path}: {found}"


def test_the_error_of_a_mean_is_that_of_its_interval():
    """Student's t over draws, whether they are shared or not: one error, told twice."""
    values = np.random.default_rng(2).normal(size=(60, 5))
    for draws in (np.arange(60), np.arange(60) // 4):
        s = summarize(values, draws)
        reach = stats.t.ppf(0.975, len(np.unique(draws)) - 1) * s.se_mean
        np.testing.assert_allclose(s.ci_high - s.mean, reach, rtol=1e-12)
