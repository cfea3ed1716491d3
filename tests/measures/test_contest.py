"""The contest of plans: by hand on few replications, and how often dominance is told where it does not hold."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.results.contest import Contest, contest, dominance

REPEATS = 400


def of(table: np.ndarray, draws: np.ndarray | None = None, pick: str = "a") -> Contest:
    values = dict(zip("abc", table.T, strict=False))
    found = contest(values, np.arange(len(table)) if draws is None else draws, "value", pick)
    assert found is not None
    return found


def test_four_replications_by_hand() -> None:
    found = of(np.array([[3.0, 1, 3], [5, 2, 1], [0, 4, 4], [9, 8, 7]]))
    assert [one.best.mean for one in found.chances] == [0.625, 0.125, 0.25]  # the level ones share the first and third
    assert [one.regret.mean for one in found.chances] == [1.0, 1.5, 1.5]
    assert found.ahead["a", "b"].mean == 0.75
    assert found.ahead["a", "c"].mean == 0.625  # level once: a half
    assert found.ahead["c", "b"].mean == 0.375  # ahead, behind, level, behind
    assert found.likeliest.plan == "a"
    assert not found.leads


def test_shares_are_told_with_wilsons_interval_and_replications_of_one_draw_count_once() -> None:
    n, wins = 50, 30
    table = np.zeros((n, 2))
    table[:wins, 0] = table[wins:, 1] = 1.0
    found = of(table)
    low = stats.binomtest(wins, n).proportion_ci(method="wilson").low
    assert found.of("a").best.low == pytest.approx(low)
    repeated = of(np.repeat(table, 4, axis=0), np.repeat(np.arange(n), 4))
    assert repeated.of("a").best.low < low + 0.02  # 200 replications of 50 draws know no more than 50
    assert of(np.repeat(table, 4, axis=0)).of("a").best.low > low + 0.05


def test_a_clear_leader_leads_and_a_level_pair_does_not() -> None:
    rng = np.random.default_rng(1)
    luck = rng.normal(size=(200, 1))
    assert of(luck + [[1.0, 0.0, -1.0]] + 0.5 * rng.normal(size=(200, 3))).leads
    assert not of(luck + rng.normal(size=(200, 3))).leads


def test_undefined_replications_are_left_out_and_one_plan_is_no_contest() -> None:
    found = of(np.array([[1.0, 0], [np.nan, 5], [1, 0]]))
    assert found.of("a").best.mean == 1.0
    assert found.of("b").regret.mean == 1.0
    assert contest({"a": np.ones(5)}, np.arange(5), "value", "a") is None
    assert contest({"a": np.full(5, np.nan), "b": np.ones(5)}, np.arange(5), "value", "a") is None


def test_more_in_every_outcome_dominates_and_more_spread_dominates_only_bad_outcomes_first() -> None:
    rng = np.random.default_rng(2)
    luck = rng.normal(size=400)
    table = np.column_stack([luck, luck - 0.2, 1.5 * luck])
    better, deeper = dominance(table, np.arange(400))
    assert better[0, 1]
    assert not better[1, 0]
    assert deeper[0, 1]
    assert not better[0, 2], "their outcomes cross in the middle"
    assert not better[2, 0]
    assert not deeper[2, 0], "the wide one is worse in bad outcomes"
    table[:, 0] += 0.3
    better, deeper = dominance(table, np.arange(400))
    assert deeper[0, 2]
    assert not better[0, 2]


def test_ahead_at_every_level_but_clearly_at_some_only_is_no_dominance() -> None:
    rng = np.random.default_rng(5)
    ours = np.sort(rng.normal(size=200))
    theirs = np.concatenate([rng.permutation(ours[:100] - 0.001), ours[100:] - 0.5])  # bad outcomes under other luck
    better, _ = dominance(np.column_stack([ours, theirs]), np.arange(200))
    assert not better[0, 1]


def test_the_same_plan_twice_dominates_in_nothing() -> None:
    luck = np.random.default_rng(3).normal(size=(100, 1))
    better, deeper = dominance(np.repeat(luck, 2, axis=1), np.arange(100))
    assert not better.any()
    assert not deeper.any()


@pytest.mark.slow
@pytest.mark.parametrize("order", [0, 1], ids=["outcome by outcome", "bad outcomes first"])
def test_dominance_is_told_in_at_most_one_of_twenty_runs_where_it_just_does_not_hold(order: int) -> None:
    """Two plans of one law under common luck touch everywhere; 400 runs of 80 replications, by three errors."""
    rng = np.random.default_rng(4)
    told = 0
    for _ in range(REPEATS):
        luck = rng.lognormal(0, 0.5, 80)
        table = np.column_stack([luck * rng.lognormal(0, 0.1, 80), luck * rng.lognormal(0, 0.1, 80)])
        told += int(dominance(table, np.arange(80))[order][0, 1])
    assert told / REPEATS <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / REPEATS)
