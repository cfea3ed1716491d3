"""A gap in parts: games whose Shapley values are known, and cents that add up whatever is split."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest

from sim.decide.gap.shapley import (
    MOST_CAUSES,
    MOST_FOR_ALL,
    Split,
    cents_of,
    mean_cents,
    mean_parts,
    orders_of,
    shared_out,
    worlds_of,
)
from sim.decide.gap.shapley import split as split_by


def game(causes: int, worth: Callable[[set[int]], int]) -> np.ndarray:
    """A game of one replication, by which causes have come."""
    return np.array([[worth({k for k in range(causes) if world >> k & 1})] for world in range(1 << causes)], np.int64)


def any_game(causes: int, replications: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(-(10**9), 10**9, size=(1 << causes, replications))


def split(cents: np.ndarray) -> Split:
    return split_by(cents, orders_of(len(cents).bit_length() - 1, cents.shape[1]))


def all_orders(causes: int, replications: int) -> np.ndarray:
    orders = np.array(list(permutations(range(causes))))
    return np.broadcast_to(orders, (replications, *orders.shape))


def parts(cents: np.ndarray) -> list[int]:
    return [int(one) for one in split(cents).part[0]]


def by_orders(values: list[int]) -> list[Fraction]:
    """The mean over all orders, from the definition."""
    causes = len(values).bit_length() - 1
    orders = list(permutations(range(causes)))
    found = [Fraction(0)] * causes
    for order in orders:
        come = 0
        for cause in order:
            found[cause] += Fraction(values[come | 1 << cause] - values[come], len(orders))
            come |= 1 << cause
    return found


def test_causes_that_only_add_up_get_what_they_add() -> None:
    sizes = [700, -300, 0, 41]
    found = split(game(4, lambda come: 1000 + sum(sizes[k] for k in come)))
    for what in (found.part, found.alone, found.last):
        assert what[0].tolist() == sizes


def test_of_two_causes_each_gets_half_of_what_they_do_together_only() -> None:
    worth = {(): 0, (0,): 30, (1,): 50, (0, 1): 200}
    found = split(game(2, lambda come: worth[tuple(sorted(come))]))
    assert found.part[0].tolist() == [90, 110]
    assert found.alone[0].tolist() == [30, 50]
    assert found.last[0].tolist() == [150, 170]


def test_a_runway_is_paid_for_by_all_who_need_its_length() -> None:
    """The airport game: each length is shared evenly by those who need it (Littlechild and Owen)."""
    lengths = [60, 120, 300]
    assert parts(game(3, lambda come: max((lengths[k] for k in come), default=0))) == [20, 20 + 30, 20 + 30 + 180]


def test_a_left_glove_is_worth_more_where_right_ones_are_many() -> None:
    """Cause 0 has a left glove, 1 and 2 a right one, a pair is worth 600: 4/6, 1/6 and 1/6 of it."""
    assert parts(game(3, lambda come: 600 if 0 in come and len(come) > 1 else 0)) == [400, 100, 100]


def test_any_game_is_the_mean_over_all_orders_up_to_a_cent() -> None:
    cents = any_game(5, 4)
    found = split_by(cents, all_orders(5, 4)).part
    for column in range(4):
        exact = by_orders([int(one) for one in cents[:, column]])
        assert all(abs(int(a) - b) < 1 for a, b in zip(found[column], exact, strict=True))


@pytest.mark.parametrize("causes", range(1, MOST_CAUSES + 1))
def test_parts_add_up_to_the_cent_in_each_replication_and_on_the_mean(causes: int) -> None:
    cents = any_game(causes, 11, causes)
    found = split(cents)
    assert (found.part.sum(axis=1) == cents[-1] - cents[0]).all()
    total = mean_cents(cents[-1]) - mean_cents(cents[0])
    means = mean_parts(found.part, total)
    assert sum(means) == total
    assert np.abs(np.array(means) - found.part.mean(axis=0)).max() <= 1


def test_a_cause_that_changes_nothing_gets_exactly_nothing() -> None:
    cents = any_game(6, 13)
    idle = cents[[world & ~0b100 for world in range(64)]]  # cause 2 never matters
    found = split(idle)
    assert not found.part[:, 2].any()
    assert (found.part.sum(axis=1) == idle[-1] - idle[0]).all()
    assert mean_parts(found.part, mean_cents(idle[-1]) - mean_cents(idle[0]))[2] == 0


def test_causes_that_do_the_same_get_the_same_up_to_a_cent() -> None:
    def worth(come: set[int]) -> int:
        return 100 * len(come) ** 2 + (50 if 3 in come else 0)

    assert parts(game(4, worth)) == [400, 400, 400, 450]
    odd = parts(game(3, lambda come: 100 if come else 0))
    assert odd == [34, 33, 33], "the cent that is left goes to the first named"


def test_the_gap_told_the_other_way_round_turns_all_signs() -> None:
    cents = any_game(5, 17)
    there, back = (split_by(one, all_orders(5, cents.shape[1])) for one in (cents, cents[::-1]))
    assert (there.part == -back.part).all()
    assert (there.alone == -back.last).all(), "what comes alone there comes last back"
    total = mean_cents(cents[-1]) - mean_cents(cents[0])
    assert mean_parts(there.part, total) == [-one for one in mean_parts(back.part, -total)]


@pytest.mark.parametrize(
    ("numerators", "whole", "total", "shared"),
    [
        (
            [5, 5, 2],
            3,
            4,
            [2, 2, 0],
        ),  # of 1.67, 1.67 and 0.67 two cents are left
        ([10, -10], 3, 0, [3, -3]),
        ([1, 1, -2], 3, 0, [0, 0, 0]),
        ([-5, -5, -2], 3, -4, [-2, -2, 0]),
        ([3, 0, 0], 2, 2, [2, 0, 0]),
        ([3, 0, 0], 2, 1, [1, 0, 0]),
        ([0, 0], 7, 0, [0, 0]),
    ],
)
def test_cents_that_are_left_go_to_the_largest_remainders(
    numerators: list[int], whole: int, total: int, shared: list[int]
) -> None:
    assert shared_out(numerators, whole, total) == shared
    assert shared_out([-one for one in numerators], whole, -total) == [-one for one in shared]


def test_the_mean_of_cents_is_rounded_half_up_without_losing_large_amounts() -> None:
    assert mean_cents(np.array([1, 2])) == 2
    assert mean_cents(np.array([-1, -2])) == -1
    assert mean_cents(np.array([10**14 + 1, 10**14 + 1, 10**14 + 2])) == 10**14 + 1


def test_what_is_no_amount_is_refused() -> None:
    assert cents_of(np.array([0.125, -7.005, 1e11])).tolist() == [12, -700, 10**13]
    for wrong in (np.nan, np.inf, 1e12):
        with pytest.raises(ValueError, match="below a trillion"):
            cents_of(np.array([wrong]))
    with pytest.raises(ValueError, match="8 causes are not 1 to 7"):
        orders_of(8, 1)
    with pytest.raises(ValueError, match="do not belong to 1 replications, 2 causes"):
        split(np.zeros((5, 1), np.int64))


@pytest.mark.parametrize("causes", range(MOST_FOR_ALL + 1, MOST_CAUSES + 1))
def test_drawn_orders_come_to_the_mean_over_all_orders(causes: int) -> None:
    """Of a game in which causes do much together: the same game in every replication, so that only orders differ."""
    replications = 4000
    game_of_one = any_game(causes, 1, causes)
    cents = np.repeat(game_of_one, replications, axis=1)
    found = split(cents).part
    exact = np.array([float(one) for one in by_orders([int(one) for one in game_of_one[:, 0]])])
    error = found.std(axis=0) / np.sqrt(replications)
    assert (error < 2e7).all(), "of numbers up to a billion: tight enough to find a place that comes too often"
    assert (np.abs(found.mean(axis=0) - exact) < 4 * error).all()


def test_only_the_worlds_that_are_asked_for_are_read() -> None:
    orders = orders_of(7, 30)
    played = worlds_of(orders)
    assert (played.sum(axis=0) == 24).all(), "two ends, each cause alone and last, and four more on each of two ways"
    cents = any_game(7, 30)
    bare = np.where(played, cents, 10**15)
    for one, other in zip(vars(split(cents)).values(), vars(split(bare)).values(), strict=True):
        assert (one == other).all()


def test_each_cause_stands_once_in_every_place_in_as_many_replications_as_there_are_causes() -> None:
    forwards = orders_of(6, 12)[:, 0]
    for block in (forwards[:6], forwards[6:]):
        assert all(sorted(place) == list(range(6)) for place in block.T)
