"""Estimates by hand and against scipy's own: errors of means and percentiles, shared draws, score intervals, gaps."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.stats import mstats

from sim.results.estimates import (
    Estimate,
    Estimates,
    by_draw,
    compare,
    mean_interval,
    mean_with_error,
    moments,
    paired,
    share_difference,
    share_of,
    summarize,
    within,
)
from sim.results.gap import ODDS, USD, Gap, gap_between
from sim.results.shares import difference_interval, share_interval

NAN = np.nan
SHARES = (0.1, 0.5, 0.9)
VALUES = np.random.default_rng(11).gamma(2.0, 3.0, (23, 3))
VALUES[[2, 7, 8], 1] = NAN
DRAWS = np.array([0, 0, 0, 1, 1, 2, 3, 3, 3, 3, 4, 5, 5, 6, 6, 6, 7, 8, 8, 9, 9, 9, 9])


def defined(k: int) -> np.ndarray:
    return VALUES[~np.isnan(VALUES[:, k]), k]


def test_moments_are_those_of_the_defined_values() -> None:
    for k, (n, mean, sd) in enumerate(zip(*moments(VALUES), strict=True)):
        assert (n, mean, sd) == pytest.approx((len(defined(k)), defined(k).mean(), defined(k).std(ddof=1)))


@pytest.mark.parametrize("rows", [23, 2, 3])
def test_percentiles_are_numpys_and_their_errors_maritz_and_jarretts(rows: int) -> None:
    """Straight lines between order statistics."""
    found = summarize(VALUES[:rows], np.arange(rows))
    for k in (0, 2):
        column = VALUES[:rows, k]
        assert [found.p10[k], found.p50[k], found.p90[k]] == pytest.approx(np.quantile(column, SHARES))
        errors = [maritz_jarrett(column, share) for share in SHARES]
        assert [found.se_p10[k], found.se_p50[k], found.se_p90[k]] == pytest.approx(errors, rel=1e-9)
        reach = stats.t.ppf(0.975, rows - 1) * column.std(ddof=1) / np.sqrt(rows)
        assert (found.ci_low[k], found.ci_high[k]) == pytest.approx((column.mean() - reach, column.mean() + reach))
    if rows == len(VALUES):
        assert found.se_p50[1] == pytest.approx(maritz_jarrett(defined(1), 0.5), rel=1e-9)
        assert found.p90[1] == pytest.approx(np.quantile(defined(1), 0.9))


def maritz_jarrett(column: np.ndarray, share: float) -> float:
    """The spread of an order statistic of which it is only known, by the beta law, where it is likely to stand."""
    n = len(column)
    place = np.diff(stats.beta.cdf(np.arange(n + 1) / n, (n + 1) * share, (n + 1) * (1 - share)))
    return float(np.sqrt(place @ np.sort(column) ** 2 - (place @ np.sort(column)) ** 2))


def test_with_shared_draws_errors_are_a_jackknife_over_groups_of_draws() -> None:
    """Of percentiles: each draw is left out in turn, and they are Harrell and Davis'. Of means from draws' sums."""
    found = summarize(VALUES, DRAWS)
    for k in range(3):
        assert found.se_mean[k] == pytest.approx(clustered(VALUES[:, k])[1])
        groups = range(10)
        rest = [VALUES[(g != DRAWS) & ~np.isnan(VALUES[:, k]), k] for g in groups]
        for error, told in (
            (found.se_p10[k], [mstats.hdquantiles(one, [0.1])[0] for one in rest]),
            (found.se_p50[k], [mstats.hdquantiles(one, [0.5])[0] for one in rest]),
            (found.se_p90[k], [mstats.hdquantiles(one, [0.9])[0] for one in rest]),
        ):
            assert error == pytest.approx(np.sqrt(9 / 10 * ((told - np.mean(told)) ** 2).sum()), rel=1e-9)


def test_more_than_twenty_draws_are_left_out_in_twenty_groups() -> None:
    values = np.random.default_rng(12).normal(size=(50, 1))
    draws = np.repeat(np.arange(25), 2)
    told = [mstats.hdquantiles(values[draws % 20 != g, 0], [0.5])[0] for g in range(20)]
    error = np.sqrt(19 / 20 * ((told - np.mean(told)) ** 2).sum())
    assert summarize(values, draws).se_p50[0] == pytest.approx(error)
    sums = values.reshape(25, 2).sum(axis=1)
    assert summarize(values, draws).se_mean[0] == pytest.approx(sums.std(ddof=1) / 2 / 5)
    one_draw = summarize(values, np.zeros(50, int))
    assert np.isnan([one_draw.se_mean[0], one_draw.se_p50[0], one_draw.ci_low[0]]).all()
    two_draws = summarize(values, np.repeat([0, 1], 25))
    halves = values[:25].mean(), values[25:].mean()
    assert two_draws.se_mean[0] == pytest.approx(abs(halves[0] - halves[1]) / 2)


def clustered(column: np.ndarray) -> tuple[int, float]:
    """Draws with a value, and the error of the mean from the spread of the draws' sums."""
    there = ~np.isnan(column)
    sums = [(column[there & (d == DRAWS)] - column[there].mean()).sum() for d in np.unique(DRAWS[there])]
    return len(sums), np.sqrt(np.square(sums).sum() * len(sums) / (len(sums) - 1)) / there.sum()


def test_percentiles_have_an_error_from_two_draws_of_two_on() -> None:
    """Of 1, 2 | 3, 4 what is left without either half differs by 2, and the jackknife of two is half of that."""
    halves = summarize(np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([0, 0, 1, 1]))
    assert (halves.se_p10[0], halves.se_p50[0], halves.se_p90[0]) == pytest.approx((1.0, 1.0, 1.0))
    one_each = summarize(np.array([[1.0], [NAN], [3.0]]), np.array([0, 0, 1]))
    assert np.isnan([one_each.se_p10[0], one_each.se_p50[0], one_each.se_p90[0]]).all()
    alone = summarize(np.array([[5.0]]), np.zeros(1))
    assert np.isnan([alone.se_p10[0], alone.se_p50[0], alone.se_p90[0]]).all()


def test_a_draw_without_a_value_is_no_unit() -> None:
    found = mean_interval(np.array([[1.0], [3.0], [5.0], [NAN], [NAN]]), np.array([0, 0, 1, 2, 2]))
    assert found.high[0] - found.mean[0] == pytest.approx(12.7062047 * 4 / 3)  # sums -2 and 2; t of one degree


def test_an_estimate_is_clear_where_its_interval_leaves_out_zero() -> None:
    ends = [(0.1, 0.9), (-0.9, -0.1), (-0.1, 0.9), (0.0, 0.9), (-0.9, 0.0), (NAN, NAN)]
    assert [Estimate(0.5, *one).clear for one in ends] == [True, True, False, False, False, False]
    many = Estimates(np.array([1.0, 2.0]), np.array([0.5, 1.5]), np.array([1.25, 2.25]))
    assert many.of(1) == Estimate(2.0, 1.5, 2.25)
    assert mean_with_error(np.array([1, 2, 3, 6]), np.arange(4)) == pytest.approx((3.0, np.sqrt(14 / 3) / 2))
    assert np.isnan(within(np.ones(1), np.ones(1), np.ones(1))).all(), "one unit has no ends"


def test_an_interval_counts_draws() -> None:
    found = mean_interval(VALUES, DRAWS)
    for k in range(3):
        units, error = clustered(VALUES[:, k])
        reach = stats.t.ppf(0.975, units - 1) * error
        assert (found.mean[k], found.low[k], found.high[k]) == pytest.approx(
            (defined(k).mean(), defined(k).mean() - reach, defined(k).mean() + reach)
        )
    assert by_draw(np.ones((23, 1)), DRAWS).ravel().tolist() == np.bincount(DRAWS).tolist()


def test_a_share_counts_draws_as_much_as_their_spread_is_worth() -> None:
    """Never fewer replications than draws, and never more than there are."""
    yes = (VALUES[:, [0]] > 5.0).astype(float)
    units, error = clustered(yes[:, 0])
    share, t = yes.mean(), stats.t.ppf(0.975, 9)
    worth = np.clip(share * (1 - share) / error**2, units, 23)
    assert units < worth < 23, "or the case would show nothing"
    found = share_of(yes, DRAWS)
    assert (found.low[0], found.high[0]) == pytest.approx(tuple(float(x) for x in wilson(share, worth, t)))
    told = summarize(yes, DRAWS, np.array([True]))
    assert told.se_mean[0] == pytest.approx((found.high[0] - found.low[0]) / (2 * t))
    alone = summarize(yes, np.arange(23), np.array([True]))
    low, high = wilson(share, 23, stats.norm.ppf(0.975))
    assert (alone.ci_low[0], alone.ci_high[0]) == pytest.approx((low, high))
    assert alone.se_mean[0] == pytest.approx((high - low) / (2 * stats.norm.ppf(0.975)))


def wilson(share: float, n: float, z: float) -> tuple[float, float]:
    """The two roots p of (share - p)^2 = z^2 p (1 - p) / n."""
    roots = np.roots([1 + z * z / n, -(2 * share + z * z / n), share * share])
    return float(min(roots)), float(max(roots))


def test_ends_of_a_share_are_the_roots_of_its_score() -> None:
    for share, n, z in ((0.15, 20, 1.96), (0.5, 7, 2.5), (0.0, 10, 1.96), (1.0, 10, 1.96)):
        low, high = share_interval(np.array([share]), np.array([n]), z)
        assert (low[0], high[0]) == pytest.approx(wilson(share, n, z), abs=1e-9)
        assert low[0] >= 0.0
        assert high[0] <= 1.0


@pytest.mark.parametrize(("more", "less", "n"), [(7, 2, 30), (0, 0, 12), (5, 0, 5), (3.5, 1.25, 18.2), (0, 6, 40)])
def test_ends_of_a_difference_are_where_the_score_is_critical(more: float, less: float, n: float) -> None:
    """The score of a difference d: what was seen less n d, over its error at the likeliest chance of "a alone"."""
    z = 1.96
    low, high = (float(end) for end in difference_interval(np.array(more), np.array(less), np.array(n), z))
    for end, sign in ((low, 1.0), (high, -1.0)):
        if abs(end) > 1.0 - 1e-9:
            continue
        a_alone = likeliest(more, less, n, end)
        error = np.sqrt(n * (2 * a_alone + end * (1 - end)))
        assert more - less - n * end == pytest.approx(sign * z * error, abs=1e-4)
    assert -1.0 <= low <= (more - less) / n <= high <= 1.0


def test_of_one_pair_a_difference_has_wilsons_interval_and_of_none_it_has_none() -> None:
    """Of one yes in one Wilson's interval of the share begins at 1 / (1 + z^2); the difference is 2 shares less 1."""
    low, high = difference_interval(np.array([1, 0, 0, 0]), np.array([0, 1, 5, 0]), np.array([1, 1, 5, 0]), 2.0)
    assert low == pytest.approx([-0.6, -1.0, -1.0, NAN], nan_ok=True)
    assert high == pytest.approx([1.0, 0.6, 2 * 4 / 9 - 1, NAN], nan_ok=True)


def likeliest(more: float, less: float, n: float, difference: float) -> float:
    """The chance of "a alone" with the highest likelihood, by a fine search."""
    p = np.linspace(max(-difference, 0.0), (1.0 - difference) / 2, 2_000_001)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = [k * np.log(x) if k else 0.0 for k, x in
                 ((more, p + difference), (less, p), (n - more - less, 1.0 - 2 * p - difference))]  # fmt: skip
    return float(p[np.nanargmax(sum(terms))])


def test_a_difference_of_shares_counts_draws() -> None:
    signs = np.sign(np.round(VALUES[:, [0]] - 6.0, 0))
    share = share_difference(signs, DRAWS)
    units, error = clustered(signs[:, 0])
    apart = np.mean(signs**2)
    worth = np.clip((apart - signs.mean() ** 2) / error**2, units, 23)
    more, less = (apart + signs.mean()) / 2 * worth, (apart - signs.mean()) / 2 * worth
    low, high = difference_interval(more, less, worth, stats.t.ppf(0.975, 9))
    assert (share.mean[0], share.low[0], share.high[0]) == pytest.approx((signs.mean(), float(low), float(high)))


def test_what_differs_by_rounding_is_alike() -> None:
    """Up to 1e-9 in its unit, or of the larger of the two."""
    a = np.array([1.0, 1.0, 1e6, 1e6, 0.0, NAN, -4e6])
    b = a + np.array([0.9e-9, 1.2e-9, 0.9e-3, 1.2e-3, -1.2e-9, 1.0, 3e-3])
    assert (paired(a, b) == 0.0).tolist() == [True, False, True, False, False, False, True]
    assert paired(np.array([2.0]), np.array([5.0])) == 3.0


def test_a_comparison_by_hand() -> None:
    a, b = np.array([[1.0], [2.0], [6.0], [5.0]]), np.array([[2.0], [4.0], [5.0], [5.0]])
    found = compare(a, b, np.arange(4))
    gaps = np.array([1.0, 2.0, -1.0, 0.0])
    reach = stats.t.ppf(0.975, 3) * gaps.std(ddof=1) / 2
    assert (found.mean_difference[0], found.ci_low[0], found.ci_high[0]) == pytest.approx(
        (0.5, 0.5 - reach, 0.5 + reach)
    )
    assert found.p_b_above_a[0] == 0.625
    assert found.variance_ratio_vs_independent[0] == pytest.approx((a.var(ddof=1) + b.var(ddof=1)) / gaps.var(ddof=1))
    low, high = difference_interval(np.array(2.0), np.array(1.0), np.array(4.0), stats.norm.ppf(0.975))
    assert (found.p_b_above_a_low[0], found.p_b_above_a_high[0]) == pytest.approx(((1 + low) / 2, (1 + high) / 2))
    odds = compare((a > 3) * 1.0, (b > 3) * 1.0, np.arange(4), np.array([True]))
    low, high = difference_interval(np.array(1.0), np.array(0.0), np.array(4.0), stats.norm.ppf(0.975))
    assert (odds.ci_low[0], odds.ci_high[0]) == pytest.approx((float(low), float(high)))


def gap(mean: float, low: float, high: float, rounding: float = 0.5, wider: float = 1.0) -> Gap:
    return Gap(mean, low, high, 0.0, 0.0, 0.0, 0.0, rounding, wider)


def test_a_gap_is_clear_where_its_interval_leaves_out_zero_and_it_can_be_seen() -> None:
    assert gap(3.0, 1.0, 5.0).clear is True
    assert gap(3.0, 0.1, 5.9).clear
    assert gap(0.8, 0.2, 1.4).ahead
    assert gap(-3.0, -5.0, -1.0).clear
    assert not gap(3.0, -1.0, 7.0).clear
    assert not gap(2.0, 0.0, 4.0).clear
    assert not gap(-2.0, -4.0, 0.0).clear
    assert gap(0.5, 0.4, 0.6).clear, "as much as rounding can be seen"
    assert not gap(0.49, 0.4, 0.6).clear
    assert gap(3.0, 1.0, 5.0).ahead
    assert not gap(-3.0, -5.0, -1.0).ahead
    assert not gap(0.0, 1.0, 2.0, rounding=0.0).ahead
    many = gap(3.0, 1.0, 5.0, wider=1.6)
    assert many.clear
    assert not many.clear_among_all
    assert not many.ahead
    assert not gap(-3.0, -5.0, -1.0, wider=1.6).clear_among_all
    assert gap(3.0, 1.0, 5.0, wider=1.4).ahead
    assert gap(-3.0, -5.0, -1.0, wider=1.4).clear_among_all is True
    assert gap(3.0, 1.0, 6.0).reach == 2.5


@pytest.mark.parametrize("wider", [1.0, 1.3])
def test_a_gap_between_two_plans_by_hand(wider: float) -> None:
    a = np.array([10.0, 20.0, 30.0, 40.0, NAN, 60.0])
    b = a + np.array([5.0, -2.0, 0.5, 0.4, 1.0, -0.5])
    told, each = gap_between(a, b, np.arange(6), USD, wider), np.array([5.0, -2.0, 0.5, 0.4, -0.5])
    reach = stats.t.ppf(0.975, 4) * each.std(ddof=1) / np.sqrt(5)
    assert (told.mean, told.low, told.high) == pytest.approx((each.mean(), each.mean() - reach, each.mean() + reach))
    assert (told.p10, told.p90) == pytest.approx(tuple(np.quantile(each, (0.1, 0.9))))
    assert (told.below, told.above, told.rounding) == (0.4, 0.4, 0.5)
    assert told.wider == wider


def test_a_gap_of_odds_is_seen_from_half_a_percent_on_and_one_of_nothing_is_nothing() -> None:
    told = gap_between(np.array([0.0, 1.0, 1.0, 0.0]), np.array([1.0, 1.0, 0.0, 1.0]), np.arange(4), ODDS)
    assert (told.mean, told.below, told.above, told.rounding) == (0.25, 0.25, 0.5, 0.005)
    low, high = difference_interval(np.array(2.0), np.array(1.0), np.array(4.0), stats.norm.ppf(0.975))
    assert (told.low, told.high) == pytest.approx((float(low), float(high)))
    nothing = gap_between(np.full(3, NAN), np.ones(3), np.zeros(3), USD)
    assert np.isnan([nothing.p10, nothing.p90, nothing.below, nothing.above]).all()
    assert nothing.wider == 1.0
