"""Figures held against what replications met, in made-up worlds whose truth is known."""

from __future__ import annotations

from dataclasses import astuple
from statistics import NormalDist

import numpy as np
import pytest

from sim.results.sharper import ODDS, PERCENTILES, enough, held, mean
from sim.results.verdict import Played

COLUMNS = 6
WEIGHTS = np.linspace(1.0, 0.2, COLUMNS) * 10 / np.linalg.norm(np.linspace(1.0, 0.2, COLUMNS))  # of a spread of 10
OTHERS = np.random.default_rng(1).normal(size=(4000, COLUMNS))
OTHERS -= OTHERS.mean(axis=0)
TARGET = 102.0


def truth(spread: float) -> dict[str, float]:
    law = NormalDist(100.0, np.hypot(10.0, spread))
    return {
        "p10": law.inv_cdf(0.1), "p50": 100.0, "p90": law.inv_cdf(0.9), ODDS: 1 - law.cdf(TARGET),
    }  # fmt: skip


ALONE, SHARED = (
    (np.arange(80), 0.0, 4.0),
    (np.arange(160) // 2, 4.0, 1.0),
)  # draws, spread by draw and luck


def played(chance: np.random.Generator, draws: np.ndarray, by_draw: float, by_luck: float) -> tuple[Played, np.ndarray]:
    """A world of 100 with a spread of 10 by what is met, and by draw and luck beside; and what was met."""
    unit = np.unique(draws, return_inverse=True)[1]
    met = chance.normal(size=(unit.max() + 1, COLUMNS))[unit]
    rest = by_draw * chance.normal(size=unit.max() + 1)[unit] + by_luck * chance.normal(size=len(draws))
    booked = 100.0 + met @ WEIGHTS + rest
    return Played("a", "plan", {"bookings": booked, "target": np.full(len(draws), TARGET)}), met


@pytest.mark.parametrize(("draws", "by_draw", "by_luck"), [ALONE, SHARED])
def test_the_interval_of_a_mean_holds_as_often_as_it_says(draws: np.ndarray, by_draw: float, by_luck: float) -> None:
    """Each draw alone, and two lucks a draw that share nearly all that is left over."""
    chance, found, plain, repeats = np.random.default_rng(7), [], [], 1500
    for _ in range(repeats):
        one, met = played(chance, draws, by_draw, by_luck)
        found.append(mean(one.totals["bookings"], met, draws).estimate)
        plain.append(one.totals["bookings"].mean())
    middles = np.array([one.mean for one in found])
    assert abs(middles.mean() - 100.0) < 4 * middles.std() / np.sqrt(repeats)
    assert np.var(plain) > 4.0 * middles.var()
    assert np.mean([one.low <= 100.0 <= one.high for one in found]) == pytest.approx(0.95, abs=0.02)  # 3.5 errors


@pytest.mark.parametrize(("draws", "by_draw", "by_luck"), [ALONE, SHARED])
def test_intervals_of_odds_and_percentiles_hold_and_are_sharper(
    draws: np.ndarray, by_draw: float, by_luck: float
) -> None:
    chance, true, repeats = np.random.default_rng(8), truth(np.hypot(by_draw, by_luck)), 100
    found = []
    for _ in range(repeats):
        one, met = played(chance, draws, by_draw, by_luck)
        found.append({figure.statistic: figure for figure in held(one, met, OTHERS, draws)})
    shares = []
    for name, least in (("p10", 1.3), ("p50", 1.8), ("p90", 1.3), (ODDS, 1.8)):  # times the plain variance
        plain = np.array([astuple(one[name].plain) for one in found])
        sharp = np.array([astuple(one[name].sharper.estimate) for one in found])
        assert plain[:, 0].var() > least * sharp[:, 0].var(), name
        assert np.mean(sharp[:, 2] - sharp[:, 1]) < 0.85 * np.mean(plain[:, 2] - plain[:, 1]), name
        beside = 0.3 if name in ("p10", "p90") else 0.0  # a part of an order statistic
        assert abs(sharp[:, 0].mean() - true[name]) < 4 * sharp[:, 0].std() / np.sqrt(repeats) + beside, name
        shares.append(np.mean((sharp[:, 1] <= true[name]) & (true[name] <= sharp[:, 2])))
        assert shares[-1] > 0.94 - 3.5 * np.sqrt(0.94 * 0.06 / repeats), name  # measured: 93 to 96 in 100
    assert 0.90 <= np.mean(shares) <= 0.99  # of four that hang together


def test_a_figure_is_the_straight_line_where_circumstances_are_as_on_average() -> None:
    """Without anything left over the mean is exact, and the part explained is all."""
    met = np.random.default_rng(3).normal(1.0, 1.0, size=(80, COLUMNS))  # met a better world than there is
    totals = {"bookings": 100.0 + met @ WEIGHTS}
    (one, *_), draws = held(Played("a", "plan", totals), met, OTHERS, np.arange(80)), np.arange(80)
    assert one.plain.mean > 100.0 + WEIGHTS.sum() - 5.0
    assert (one.sharper.estimate.mean, one.sharper.explained) == (pytest.approx(100.0), pytest.approx(1.0))
    assert one.sharper.estimate.reach < 1e-6
    assert {figure.statistic for figure in held(Played("a", "plan", totals), met, OTHERS, draws)} == {
        "mean", *PERCENTILES,
    }  # fmt: skip


def test_too_few_draws_or_nothing_that_was_met_give_no_figure() -> None:
    met = np.random.default_rng(4).normal(size=(120, COLUMNS))
    assert enough(met[:60], np.arange(60))
    assert not enough(met[:59], np.arange(59))
    assert not enough(met, np.arange(120) // 3)
    assert not enough(np.tile(met, 5), np.arange(120))  # 30 circumstances ask for 124
    assert not enough(met[:, :0], np.arange(120))
    same = Played("a", "plan", {"bookings": np.full(120, 7.0), "target": np.full(120, 5.0)})
    assert held(same, met, OTHERS, np.arange(120)) == []


@pytest.mark.parametrize("target", [1e6, 122.0])
def test_odds_of_a_target_that_hardly_anybody_meets_are_only_counted(target: float) -> None:
    """So few replications tell nothing of the spread that is left over: it would be no spread at all."""
    met = np.random.default_rng(5).normal(size=(100, COLUMNS))
    booked = 100.0 + met @ WEIGHTS
    assert (booked >= target).sum() < 5
    totals = {"bookings": booked, "target": np.full(100, target)}
    found = held(Played("a", "plan", totals), met, OTHERS, np.arange(100))
    assert [one.statistic for one in found] == ["mean", *PERCENTILES]


def test_circumstances_that_do_nothing_make_nothing_look_sharper() -> None:
    """A line through many of them fits its own replications too well, so that it must not be judged by those."""
    chance, others = np.random.default_rng(6), np.random.default_rng(2).normal(size=(4000, 19))
    ratios = []
    for _ in range(30):
        booked, met = 100 + 10 * chance.normal(size=80), chance.normal(size=(80, 19))
        one = Played("a", "plan", {"bookings": booked, "target": np.full(80, 100.0)})
        found = {each.statistic: each for each in held(one, met, others, np.arange(80))}
        ratios.append([found[name].sharper.estimate.reach / found[name].plain.reach for name in ("mean", ODDS)])
    assert np.all(np.mean(ratios, axis=0) > 1.0)
