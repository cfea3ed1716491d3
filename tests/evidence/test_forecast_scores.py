"""Scores, widening, turns and the pool, against what is known of them by theory or by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from sim.crm.opportunities import LOST, WON
from sim.evidence.backtest.blend import EVEN, blended, share_of_pool
from sim.evidence.backtest.cells import Cell
from sim.evidence.backtest.pool import (
    Past,
    age_hazards,
    last_period,
    last_quarter,
    pool_samples,
    roll_rates,
    trailing_three,
)
from sim.evidence.backtest.scores import crps, interval, pinball, place, scored
from sim.evidence.backtest.turns import CALM, DOWN, UNKNOWN, UP, turn
from sim.evidence.backtest.widening import learned, widened, widening
from tests.makers.known_laws import deals, played


def test_crps_of_a_normal_is_the_known_one():
    """Gneiting and Raftery (2007), equation 21 and after: of N(0, 1) at y."""
    samples = stats.norm.ppf((np.arange(4000) + 0.5) / 4000)
    for y in (-2.0, 0.0, 0.7):
        known = y * (2 * stats.norm.cdf(y) - 1) + 2 * stats.norm.pdf(y) - 1 / np.sqrt(np.pi)
        assert crps(samples, y) == pytest.approx(known, abs=1e-3)
    assert crps(np.array([3.0]), 5.0) == 2.0


def test_pinball_and_ranges_by_hand():
    samples = np.arange(101.0)
    assert interval(samples, 0.8) == (10.0, 90.0)
    assert pinball(samples, 60.0, 0.5) == pytest.approx(5.0)
    assert pinball(samples, 60.0, 0.9) == pytest.approx(3.0)
    assert pinball(samples, 95.0, 0.9) == pytest.approx(4.5)


@pytest.mark.slow
def test_scores_are_those_of_the_library():
    """scoringrules compiles itself at every start, which takes seconds: it judges here, and is not asked elsewhere."""
    judge = pytest.importorskip("scoringrules")
    rng = np.random.default_rng(2)
    for _ in range(20):
        samples, came = rng.gamma(2.0, 10.0, 50), float(rng.gamma(2.0, 10.0))
        assert crps(samples, came) == pytest.approx(float(judge.crps_ensemble(came, samples, estimator="nrg")))
        for share in (0.1, 0.5, 0.9):
            told = float(judge.quantile_score(came, np.quantile(samples, share), share))
            assert pinball(samples, came, share) == pytest.approx(told)


def forecasts(rng, spread, count=400):
    """Cells of which half are counts; what came is of Poisson or normal, the samples as wide as ``spread`` of it."""
    found = []
    for at in range(count):
        group = str(at)
        level = rng.uniform(20, 60)
        samples, came = (rng.normal(level, np.sqrt(level) * s, 300) for s in (spread, 1.0))
        if at % 2:
            samples, came = np.maximum(np.round(samples), 0), np.round(came)
        found.append(Cell(at // 10, "month1", "wins", "total", samples, float(came[0]), "owner", group))
    return found


def test_right_forecasts_hold_what_they_promise():
    scores = scored(forecasts(np.random.default_rng(4), 1.0))
    held = np.mean([score.held for score in scores], axis=0)
    assert held == pytest.approx([0.5, 0.8, 0.95], abs=0.08)  # 400 outcomes: 3 standard errors of 0.025
    assert stats.kstest([score.place for score in scores], "uniform").pvalue > 0.01


def test_too_narrow_ones_are_told_and_widened_by_as_much_as_needed():
    cells = forecasts(np.random.default_rng(5), 0.5)
    assert np.mean([score.held[1] for score in scored(cells)]) < 0.6
    factor = widening(cells)
    assert factor == pytest.approx(2.0, rel=0.15)
    held = np.mean([score.held[1] for score in scored([widened(cell, factor) for cell in cells])])
    assert held == pytest.approx(0.8, abs=0.05)
    assert widening(forecasts(np.random.default_rng(6), 2.0)) == 1.0


def test_widening_is_learned_from_what_was_known():
    cells = forecasts(np.random.default_rng(7), 0.5, 60)
    known_by = {(cell.cutoff, cell.horizon): cell.cutoff + 1 for cell in cells}
    factors = learned(cells, known_by)
    assert factors[0] == factors[min(factors)] == 1.0
    last = max(factors)
    changed = [replace(cell, actual=1e6) if cell.cutoff >= last - 1 else cell for cell in cells]
    assert {cut: factors[cut] for cut in factors if cut < last} == {
        cut: factor for cut, factor in learned(changed, known_by).items() if cut < last
    }
    assert learned(changed, known_by)[last] > factors[last]
    assert learned(cells, {key: day + 10**6 for key, day in known_by.items()}) == dict.fromkeys(factors, 1.0)


def simple(rng: np.random.Generator, quarter: float, spread: float) -> dict[tuple[str, str, str], np.ndarray]:
    """Of wins: 100 a month, of which 60 are of open deals; and of the quarter by itself."""
    means = {"total": 100.0, "open": 60.0, "new": 40.0}
    found = {(f"month{k}", "wins", part): rng.normal(mean, 1, 300) for k in (1, 2, 3) for part, mean in means.items()}
    return found | {("quarter", "wins", "total"): rng.normal(quarter, spread, 300)}


def test_a_share_of_futures_are_simple_ones_that_add_up_in_the_order_of_ours():
    rng = np.random.default_rng(10)
    ours = rng.normal(20, 2, (400, 1, 1, 1)) + rng.normal(0, 0.5, (400, 3, 2, 2))
    others = simple(rng, 300.0, 3.0)
    found = blended(ours, others, 0.25)
    theirs = found[:, 0, 0].sum(axis=1) > 70
    assert theirs.sum() == pytest.approx(100, abs=2)
    assert np.array_equal(found[~theirs], ours[~theirs])
    assert np.array_equal(found[:, :, 1], ours[:, :, 1]), "of bookings there is none"
    assert found[theirs, :, 0].sum(axis=2).mean(axis=0) == pytest.approx([100, 100, 100], abs=0.5)
    assert found[theirs, 0, 0, 0].mean() == pytest.approx(60, abs=0.5)
    months = found[theirs, :, 0].sum(axis=2)
    for at in range(3):
        assert np.corrcoef(months[:, at], ours[theirs, at, 0].sum(axis=1))[0, 1] > 0.8, "in the order of ours"
    assert np.array_equal(found[theirs, :, 0], np.round(found[theirs, :, 0]))
    assert np.array_equal(blended(ours, others, 0.0), ours)
    assert (blended(ours, others, 1.0)[:, 0, 0].sum(axis=1) > 70).all()


@pytest.mark.parametrize(("spread", "met"), [(0.1, 330.0), (100.0, 300.0)])
def test_months_meet_the_quarters_own_forecast_as_far_as_it_is_sure(spread, met):
    rng = np.random.default_rng(12)
    whole = blended(rng.normal(20, 1, (400, 3, 2, 2)), simple(rng, 330.0, spread), 1.0)[:, :, 0].sum(axis=(1, 2))
    assert whole.mean() == pytest.approx(met, abs=2)


def test_simple_forecasts_earn_their_share():
    good = forecasts(np.random.default_rng(11), 1.0, 40)
    worse = {cell.key: replace(cell, samples=cell.samples + 60) for cell in good}
    assert share_of_pool([], {}) == EVEN
    assert share_of_pool(good, {cell.key: cell for cell in good}) == pytest.approx(EVEN)
    assert 0.1 < share_of_pool(good[:3], worse) < share_of_pool(good[:1], worse) < EVEN
    assert share_of_pool(good, worse) < 0.1
    assert share_of_pool(list(worse.values()), {cell.key: cell for cell in good}) > 0.95


def test_place_of_a_count_is_uniform():
    rng = np.random.default_rng(8)
    samples = rng.poisson(1.5, 4000)
    found = [place(samples, came, rng.random()) for came in rng.poisson(1.5, 2000)]
    assert stats.kstest(found, "uniform").pvalue > 0.001


def test_a_quarter_turns_beyond_the_year_before():
    assert turn([100, 110, 120], 125) == CALM
    assert turn([100, 110, 120], 145) == UP  # 120 and twice its root of 11
    assert turn([100, 110, 120], 79) == DOWN
    assert turn([100, 110], 1000) == turn([100, np.nan, 110], 1000) == UNKNOWN


@pytest.fixture
def steady():
    """A win of 1000 and two losses every day for 400 days, each ten days old; and ten deals open, of all ages below."""
    days = np.arange(-399, 1)
    created = np.concatenate([np.repeat(days - 10, 3), np.arange(-9, 1)])
    outcome = np.concatenate([np.tile([WON, LOST, LOST], 400), np.zeros(10, int)])
    closed = np.concatenate([np.repeat(days, 3), np.zeros(10, int)])
    return deals(created, closed, outcome, np.where(outcome == WON, 1000.0, np.nan), known_from=-399, born_from=-399)


def test_periods_of_the_past_by_hand(steady):
    """AS_OF is the last day of 2017."""
    past = Past(steady, 3)
    assert last_period(past, 0, (0, 1)).tolist() == [[10.0, 21.0], [10_000.0, 21_000.0]]  # December
    assert last_period(past, 0, (2, 3)).sum(axis=1).tolist() == [31, 31_000]  # December for March
    assert trailing_three(past, 0, (0, 1)).sum(axis=1)[0] == pytest.approx((31 + 30 + 31) / 3)
    assert last_quarter(past, 0, (0, 1)).sum(axis=1)[0] == 31  # October
    assert last_period(past, 0, (0, 3)).sum(axis=1)[0] == 92
    assert last_period(past, 2, (0, 1)).sum(axis=1)[0] == 31  # October, as said at its end


def test_rates_and_hazards_by_hand(steady):
    """Ten open deals of 0 to 9 days; of thirty such a third is won within ten days."""
    opened, _ = roll_rates(Past(steady, 3), 0, (0, 1))[0]
    assert opened == pytest.approx(10 / 3, abs=0.1)
    opened, _ = age_hazards(Past(steady, 3), 0, (0, 3))[0]
    assert opened == pytest.approx(10 / 3, rel=0.1)


def test_the_pool_is_in_equal_parts_and_about_right():
    made = played(np.random.default_rng(9), 500, 4.0, 0.01, 0.02)
    found = pool_samples(made, 3, 600, seed=1)
    assert list(found) == ["pool", "last period", "mean of trailing three", "same period of last quarter",
                           "same period of last year", "roll rates", "age hazards"]  # fmt: skip
    key = ("quarter", "wins", "total")
    means = [samples[key].mean() for name, samples in found.items() if name != "pool"]
    assert found["pool"][key].mean() == pytest.approx(np.mean(means), rel=0.05)
    a_day = 4.0 / 3  # a third of four deals a day is won
    assert means == pytest.approx([90 * a_day] * 6, rel=0.25)
    again = pool_samples(made, 3, 600, seed=1)
    assert all(np.array_equal(found[name][key], again[name][key]) for name in found)
