"""A sweep's judgment on made-up numbers: which plan is best, what cannot be told from it, how often that is right."""

from __future__ import annotations

import numpy as np
import pytest

from sim.decide.response import Response, judged, turns_of
from sim.results.criterion import criterion_of
from sim.show.response import Along, answer, marks, screen_lines
from sim.show.response_picture import picture


def response(worth: np.ndarray, asked: str = "value", kinds: str = "", hits: np.ndarray | None = None) -> Response:
    """Judged by made-up value; shape (replications, plans)."""
    count = worth.shape[1]
    met = np.zeros(worth.shape) if hits is None else hits
    totals = [
        {"value": worth[:, k], "bookings": worth[:, k] + 5, "cost": np.full(len(worth), 5.0), "hits_target": met[:, k]}
        for k in range(count)
    ]
    names = [(f"days {k}", "weather" if kinds[k : k + 1] == "w" else "plan") for k in range(count)]
    return judged(names, totals, np.arange(len(worth)), criterion_of(asked), 12)


def luck(count: int = 40, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 1e6, (count, 1))


def test_the_best_is_the_highest_mean_and_near_ones_are_level() -> None:
    noise = np.random.default_rng(2).normal(0, 1e5, (40, 4))
    noise -= noise.mean(axis=0)  # so that the means are known
    found = response(luck() + noise + np.array([0.0, 1e6, 0.99e6, 0.2e6]))
    assert found.best == 1
    assert found.level == (2,)
    assert found.order == [1, 2, 3, 0]
    assert found.tried[2].from_best.mean == pytest.approx(-1e4)
    assert found.tried[0].from_first.mean != found.tried[0].from_first.mean
    said = answer(found, [Along("days", ("0", "1", "2", "3"))])
    assert said[0].startswith("Best by value: days 1, $")
    assert said[0].endswith("on the mean. Of the other 3 plans, 1 cannot be told from it: days 2.")
    assert "The reference, days 0, is $1.0M" in said[1]
    assert "The nearest plan that is clearly behind is days 3, $800K" in said[1]
    assert [marks(found, k) for k in range(4)] == [["reference"], ["best"], ["not told from the best"], []]
    wide = found.tried[3].from_best.among_all
    assert wide.high - wide.low > found.tried[3].from_best.high - found.tried[3].from_best.low


def test_of_those_not_told_from_the_best_the_highest_comes_first() -> None:
    noise = np.random.default_rng(2).normal(0, 1e6, (40, 4))
    found = response(luck() + noise - noise.mean(axis=0) + np.array([1e3, 3e3, 4e3, 2e3]))
    assert (found.best, found.level) == (2, (1, 3, 0))


def test_only_plans_compete_and_one_alone_is_not_best() -> None:
    means = np.array([1e6, 5e6, 2e6])
    found = response(luck() + means, kinds="pwp")
    assert found.best == 2, "weather may bring more and is no plan"
    assert found.order == [2, 0, 1]
    alone = response(luck() + means, kinds="pww")
    assert alone.best is None
    assert alone.level == ()


def test_odds_are_judged_by_odds() -> None:
    rng = np.random.default_rng(5)
    hits = (rng.random((200, 1)) < np.array([0.2, 0.8])).astype(float)
    found = response(luck(200) + np.array([9e6, 0.0]), "odds", hits=hits)
    assert found.best == 1
    assert "points" in answer(found, [Along("days", ("0", "1"))])[1]
    assert "%" in answer(found, [])[0]


def test_without_value_it_is_bookings_less_cost() -> None:
    worth = luck() + np.array([0.0, 3e6])
    totals = [{"value": np.full(40, np.nan), "bookings": worth[:, k], "cost": np.zeros(40), "hits_target": np.zeros(40)}
              for k in range(2)]  # fmt: skip
    found = judged([("a", "plan"), ("b", "plan")], totals, np.arange(40), criterion_of("contribution"), 12)
    assert found.criterion.name == "bookings_less_cost"
    assert found.best == 1


@pytest.mark.parametrize("count", [2, 9, 60])
def test_many_plans_have_a_picture_and_a_table_that_ends(count: int) -> None:
    found = response(luck() + np.linspace(3e6, 0, count)[::-1])
    for axes in (
        [Along("days", tuple(map(str, range(count))))], [Along("route", tuple(f"<{k}>" for k in range(count)))],
        [Along("a", ("1",)), Along("b", tuple(map(str, range(count))))],
    ):  # fmt: skip
        drawn = picture(found, axes)
        assert drawn.startswith("<svg")
        assert "nan" not in drawn
        assert "<0>" not in drawn
    shown, left_out = screen_lines(found)
    assert len(shown) + left_out == count
    assert found.order.index(0) in shown, "the reference is always there"
    assert len(shown) <= 50


def test_plans_in_turns() -> None:
    assert [turns_of(count) for count in (1, 10, 11, 200)] == [1, 1, 2, 20]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["equal", "one ahead", "staircase"])
def test_the_true_best_is_named_or_level_19_times_in_20(kind: str) -> None:
    """120 sweeps of 10 plans, 40 replications, unequal and lopsided spread: the true best is seldom ruled out."""
    count, sweeps = 10, 120
    means = {"equal": np.zeros(count), "one ahead": np.r_[0.25, np.zeros(count - 1)],
             "staircase": np.linspace(0.5, 0, count)}[kind]  # fmt: skip
    spreads, held = np.linspace(1.0, 2.0, count), 0
    for seed in range(sweeps):
        rng = np.random.default_rng(seed)
        skewed = np.exp(rng.normal(0, 0.5, (40, count))) - np.exp(0.125)
        noise = np.where(np.arange(count) % 2, rng.normal(0, 0.6, (40, count)), skewed)
        found = response(1e6 * (10 * rng.normal(size=(40, 1)) + means + spreads * noise))
        assert found.best is not None
        held += 0 in (found.best, *found.level)
    assert held >= 0.95 * sweeps - 2 * np.sqrt(sweeps * 0.05 * 0.95), held
