"""Intervals of several plans at once: they hold as often as they say, under common luck and with long tails."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.results import simultaneous
from sim.results.simultaneous import errors_of_all, widening

REPEATS = 2000


def test_one_plan_needs_no_more_than_students_t() -> None:
    one = np.random.default_rng(1).normal(size=(30, 1))
    assert errors_of_all(one, np.arange(30)) == pytest.approx(stats.t.ppf(0.975, 29))
    assert widening(one, np.arange(30), yes_no=False) == widening(one, np.arange(30), yes_no=True) == 1.0


def test_the_same_plan_twice_needs_no_more_than_once_and_plans_apart_need_as_much_as_independent_ones() -> None:
    normal = np.random.default_rng(2).normal(size=(400, 4))
    twice = np.repeat(normal[:, :1], 4, axis=1)
    draws = np.arange(400)
    independent = stats.norm.ppf((1 + 0.95**0.25) / 2)  # Sidak's, exact for independent normal errors
    error = 3 * np.sqrt(0.05 * 0.95 / simultaneous.RESAMPLES) / (8 * stats.norm.pdf(independent))
    assert errors_of_all(twice, draws) == pytest.approx(stats.norm.ppf(0.975), abs=0.1)
    assert errors_of_all(normal, draws) == pytest.approx(independent, abs=error + 0.03)


def test_replications_of_one_draw_count_once_and_what_is_undefined_not_at_all() -> None:
    apart = np.random.default_rng(3).normal(size=(40, 3))
    alone = errors_of_all(apart, np.arange(40))
    assert errors_of_all(np.repeat(apart, 5, axis=0), np.repeat(np.arange(40), 5)) == pytest.approx(alone)
    with_gaps = np.concatenate([apart, np.full((7, 3), np.nan)])
    assert errors_of_all(with_gaps, np.arange(47)) == pytest.approx(alone)


def test_a_plan_that_is_the_reference_adds_nothing_and_too_few_draws_tell_nothing() -> None:
    apart = np.random.default_rng(4).normal(size=(40, 2))
    with_itself = np.column_stack([apart, np.zeros(40)])
    assert errors_of_all(with_itself, np.arange(40)) == errors_of_all(apart, np.arange(40))
    assert errors_of_all(np.ones((1, 3)), np.zeros(1)) == pytest.approx(stats.t.ppf(0.975, 1))
    assert errors_of_all(np.full((3, 2), np.nan), np.arange(3)) == pytest.approx(stats.t.ppf(0.975, 1))


def test_what_is_true_or_not_is_widened_by_bonferronis_rule() -> None:
    signs = np.sign(np.random.default_rng(5).normal(size=(50, 3)))
    expected = stats.t.ppf(1 - 0.025 / 3, 49) / stats.t.ppf(0.975, 49)
    assert widening(signs, np.arange(50), yes_no=True) == pytest.approx(expected)


@pytest.mark.slow
@pytest.mark.parametrize("long_tails", [False, True])
@pytest.mark.parametrize("plans", [2, 5])
def test_all_intervals_hold_95_times_in_100_under_common_luck(plans: int, long_tails: bool, monkeypatch) -> None:
    monkeypatch.setattr(simultaneous, "RESAMPLES", 1000)
    rng, count, held = np.random.default_rng(6), 60, 0
    for _ in range(REPEATS):
        errors = np.sqrt(0.5) * (rng.normal(size=(count, 1)) + rng.normal(size=(count, plans)))
        differences = np.exp(errors) - np.exp(0.5) if long_tails else errors
        error = differences.std(axis=0, ddof=1) / np.sqrt(count)
        farthest = np.max(np.abs(differences.mean(axis=0)) / error)
        held += farthest <= errors_of_all(differences, np.arange(count))
    assert 0.93 <= held / REPEATS <= 0.97
