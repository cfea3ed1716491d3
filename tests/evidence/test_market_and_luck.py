"""What of a gap is the market, what luck and what the drivers' own: parts that are right on average."""

from __future__ import annotations

import numpy as np
import pytest

from sim.evidence.actuals.met import UNSURE_MARKET, Met, met, nothing
from sim.evidence.actuals.split import CHANGES, change_spread, learned, split
from sim.scenario.load import load_source

REPLICATIONS, QUARTERS = 240, 300
USUAL = np.array([100.0, 5.0, 0.3, 40.0])  # sellers, deals created for each, odds, worth
DRIVERS = len(USUAL)
BY_LEVEL = USUAL * [0.0, 0.12, 0.08, 0.0]  # a market one standard deviation better
BY_RECESSION = USUAL * [0.0, -0.3, -0.25, -0.1]
BY_ASSUMPTION = USUAL * [0.0, 0.06, 0.0, 0.0]
BY_LUCK = USUAL * [0.03, 0.04, 0.05, 0.08]
RECESSION = 0.15  # how likely
PATHS = np.array([[0.0], [1.0]]) - RECESSION
WORTH = 1.0 / USUAL


def quarters(rng, count, level=None, recession=None, moves=1.0):
    """Drivers of quarters of that world, and of each the market's, the assumption's and luck's part."""
    level = rng.standard_normal(count) if level is None else np.full(count, level)
    recession = rng.random(count) < RECESSION if recession is None else np.full(count, recession)
    states, unsure = recession.astype(float) - RECESSION, rng.standard_normal(count)
    market = moves * (np.outer(level, BY_LEVEL) + np.outer(states, BY_RECESSION))
    own, luck = moves * np.outer(unsure, BY_ASSUMPTION), rng.standard_normal((count, DRIVERS)) * BY_LUCK
    odds, one = np.array([1 - RECESSION, RECESSION]), np.eye(1)
    found = Met(level[:, None], states[:, None], unsure[:, None], one, one, PATHS, odds)
    return USUAL + market + own + luck, np.stack([market, own, luck]), found


@pytest.fixture(scope="module")
def laws():
    drivers, _, found = quarters(np.random.default_rng(1), REPLICATIONS)
    return learned(drivers, found, np.arange(REPLICATIONS))


@pytest.fixture(scope="module")
def chance_alone():
    drivers, _, _ = quarters(np.random.default_rng(2), REPLICATIONS, moves=0.0)
    return learned(drivers, nothing(REPLICATIONS), np.arange(REPLICATIONS))


def told(laws, drivers):
    """Market, own and luck of each quarter, shape (3, quarters, drivers), and the errors of market and luck."""
    found = [split(laws, came, np.ones(DRIVERS), WORTH) for came in drivers]
    for one, came in zip(found, drivers, strict=True):
        np.testing.assert_allclose(one.market + one.own + one.luck, came - laws.usual, atol=1e-9)
    parts = np.stack([[getattr(one, name) for one in found] for name in ("market", "own", "luck")])
    return parts, np.array([(one.market_error, one.luck_error) for one in found])


def test_of_quarters_of_which_so_much_is_told_the_truth_is_as_much_on_average(laws):
    """The slope of truth on told is 1, of quarters of the plan in which a driver changes as often as is held likely;
    and errors are as wide as told: 2 times in 3 within one."""
    rng = np.random.default_rng(3)
    drivers, truth, _ = quarters(rng, QUARTERS)
    changes = (rng.random(drivers.shape) < CHANGES) * rng.standard_normal(drivers.shape) * change_spread(laws)
    truth[1] += changes
    parts, errors = told(laws, drivers + changes)
    off = []
    for place in range(3):
        x, y = parts[place] @ WORTH, truth[place] @ WORTH
        slope = x @ y / (x @ x)
        error = np.sqrt((x**2 * (y - slope * x) ** 2).sum()) / (x @ x)
        assert abs(slope - 1.0) < 4 * error, place
        assert error < 0.1, place
        off.append(y - x)
    for place, error in ((0, errors[:, 0]), (2, errors[:, 1])):
        share = np.mean(np.abs(off[place]) <= error)
        assert abs(share - 0.683) < 4 * (0.683 * 0.317 / QUARTERS) ** 0.5, place
        squared = (off[place] / error) ** 2
        assert abs(squared.mean() - 1.0) < 3 * squared.std() / QUARTERS**0.5, place


def test_where_all_that_is_assumed_holds_a_quarter_is_nearly_all_luck(chance_alone):
    drivers, _, _ = quarters(np.random.default_rng(4), QUARTERS // 2, moves=0.0)
    (market, own, _), _ = told(chance_alone, drivers)
    assert not market.any()
    assert (np.abs(own) @ WORTH).sum() < 0.12 * (np.abs(drivers - USUAL) @ WORTH).sum()
    sums = own @ WORTH
    assert abs(sums.mean()) < 4 * sums.std() / len(sums) ** 0.5


@pytest.mark.parametrize("place", range(DRIVERS))
def test_a_change_that_was_planted_is_its_driver_s_own(laws, place):
    drivers, _, _ = quarters(np.random.default_rng(5), 20, level=0.0, recession=False)
    drivers[:, place] *= 0.5
    (market, own, luck), _ = told(laws, drivers)
    assert (own[:, place] / USUAL[place]).mean() == pytest.approx(-0.5, abs=0.05)
    assert np.abs(np.delete(own, place, 1) / np.delete(USUAL, place)).mean(axis=0).max() < 0.05
    assert np.abs((market + luck) @ WORTH).mean() < 0.2


@pytest.mark.parametrize(("level", "recession"), [(-2.0, False), (0.0, True), (2.0, False)])
def test_a_market_that_was_planted_is_told_as_such(laws, level, recession):
    drivers, truth, _ = quarters(np.random.default_rng(6), 20, level, recession)
    (market, own, _), _ = told(laws, drivers)
    planted = float((truth[0] @ WORTH).mean())
    assert (market @ WORTH).mean() == pytest.approx(planted, rel=0.15)
    assert abs((own @ WORTH).mean()) < 0.2 * abs(planted)
    assert np.mean(np.sign(market @ WORTH) == np.sign(planted)) >= 0.95


def test_fewer_deals_than_planned_leave_more_to_luck(chance_alone):
    came = USUAL * [1.0, 1.0, 0.85, 1.0]
    many, few = (split(chance_alone, came, np.array([1.0, 1.0, wide, 1.0]), WORTH) for wide in (1.0, 2.0))
    assert many.own[2] < 0.5 * (came - USUAL)[2] < few.own[2] < 0
    assert few.luck[2] < many.luck[2] < 0


def test_too_few_replications_tell_neither_market_nor_assumptions():
    drivers, _, found = quarters(np.random.default_rng(7), 59)
    laws = learned(drivers, found, np.arange(59))
    assert not laws.has_market
    assert not laws.has_unsure
    assert not split(laws, drivers[0], np.ones(DRIVERS), WORTH).market.any()
    assert learned(drivers, nothing(59), np.arange(59)).has_market, "there is none that could be told"


def test_what_a_plan_met_follows_from_its_seed():
    """The market around the second quarter of base, and its assumptions; none where there is none, or it is unsure."""
    numbers = np.arange(200)
    found = met(load_source("base"), 1, numbers, numbers, [3, 4, 5])
    assert found.levels.shape == (200, 2)
    assert found.states.shape == (200, 4)
    assert (found.states.min(axis=0) < 0).all(), "less what they are on average"
    assert not found.without
    assert found.odds.sum() == pytest.approx(1.0)
    assert np.abs(found.odds @ found.paths).max() < 1e-9
    assert np.abs(found.levels.mean(axis=0)).max() < 4 * 200**-0.5
    assert met(load_source("base"), 1, numbers, None, [0, 1, 2]).unsure.shape == (200, 0)
    still = load_source("base", ["world.market={_replace_: true}"])
    assert not met(still, 1, numbers, numbers, [3, 4, 5]).has_market
    factor = "world.market.common_factor.odds_sigma_logit={uncertain: win_odds, times: 0.1}"
    unsure = load_source("base", [factor, "uncertainties.win_odds={kind: uniform, low: 0.5, high: 1.5}"])
    assert met(unsure, 1, numbers, numbers, [3, 4, 5]).without == UNSURE_MARKET
