"""Selecting the best plan: by hand, and how often the right one is found."""

from __future__ import annotations

import numpy as np
import pytest

from sim.results.looks import looks
from sim.results.selection import select

REPEATS = 1000
PLANS, MOST = 5, 16384
STEP = 1.0  # what one does not mind


def test_a_plan_far_behind_is_left_at_the_first_look_and_a_near_one_is_not() -> None:
    luck = np.random.default_rng(1).normal(0, 10, (64, 1))
    own = np.random.default_rng(2).normal(0, 1, (64, 3))
    values = luck + own + [[0.0, -5.0, 0.1]]
    assert set(select(values, np.arange(64), 0.1, [64]).left) == {0, 2}
    assert len(select(values, np.arange(64), 3.0, [64]).left) == 1, "what one does not mind need not be told apart"


def test_by_hand_two_plans_are_told_apart_where_kim_and_nelsons_margin_says() -> None:
    own = np.resize([1.0, -1.0], 64)
    variance = own.var(ddof=1)  # 64/63
    eta = ((2 * 0.05) ** (-2 / 63) - 1) / 2
    reach = 2 * eta * 63
    margin = 1.0 / 2 / 64 * (reach * variance - 64)
    assert margin < 0, "so wide an indifference is enough at the first look"
    margin = 0.1 / 2 / 64 * (reach * variance / 0.01 - 64)
    for gap, left in ((margin + 1e-9, 1), (margin - 1e-9, 2)):
        values = np.column_stack([own + gap, np.zeros(64)])
        found = select(values, np.arange(64), 0.1, [64])
        assert len(found.left) == left
        assert found.left[0] == 0
        assert found.needed == int(np.ceil(variance * reach / 0.01)) + 1


def test_the_same_plan_twice_ends_with_one_and_draws_count_once() -> None:
    values = np.repeat(np.random.default_rng(3).normal(size=(64, 1)), 2, axis=1)
    assert len(select(values, np.arange(64), 0.01, [64]).left) == 1
    apart = np.random.default_rng(4).normal(size=(64, 2))
    alone = select(apart, np.arange(64), 0.1, [64])
    repeated = select(np.repeat(apart, 3, axis=0), np.repeat(np.arange(64), 3), 0.1, [192])
    assert repeated == alone


def normal(rng: np.random.Generator, count: int) -> np.ndarray:
    return rng.normal(0, 1, (count, PLANS))


def lognormal(rng: np.random.Generator, count: int) -> np.ndarray:
    return (rng.lognormal(0, 1, (count, PLANS)) - np.exp(0.5)) / np.sqrt((np.e - 1) * np.e)


CONFIGURATIONS = {
    "least favourable": np.array([0.0, -1, -1, -1, -1]),
    "monotone": -np.arange(PLANS, dtype=float),
    "equal": np.zeros(PLANS),
}


@pytest.mark.slow
@pytest.mark.parametrize("own", [normal, lognormal])
@pytest.mark.parametrize("spreads", [np.full(PLANS, 6.0), np.array([3.0, 9, 6, 4, 8])], ids=["even", "uneven"])
@pytest.mark.parametrize("named", CONFIGURATIONS)
def test_the_best_plan_or_one_as_good_is_found_in_95_of_100_runs(named: str, spreads: np.ndarray, own) -> None:  # type: ignore[no-untyped-def]
    rng, means, right = np.random.default_rng(20261129), CONFIGURATIONS[named] * STEP, 0
    for _ in range(REPEATS):
        luck, values = rng.normal(0, 30, (MOST, 1)), np.empty((0, PLANS))
        for place, end in enumerate(ends := looks(MOST)):
            more = means + spreads * own(rng, end - len(values))
            values = np.concatenate([values, more])
            found = select(values + luck[:end], np.arange(end), STEP, ends[: place + 1])
            if len(found.left) == 1:
                break
        right += means[found.left[0]] > -STEP / 2
    assert right / REPEATS >= 0.95
