"""Signposts on made-up replications: what is planted is found, what is luck alone is not told."""

from __future__ import annotations

import numpy as np
import pytest

from sim.decide.assumptions.signposts import FEWEST_OF_EACH, MOST_CONDITIONS, Condition, _parting, signposts

COUNT = 200


def unknowns(seed: int, columns: int = 8) -> np.ndarray:
    rng = np.random.default_rng(seed)
    found = rng.normal(size=(COUNT, columns))
    found[:, -1] = 0.7 * found[:, -2] + 0.7 * found[:, -1]  # half-years of one market go together
    return found


def test_a_planted_corner_is_found_and_described() -> None:
    """Misses where the first is low and the second is high, and one in twenty elsewhere."""
    x = unknowns(1)
    corner = (x[:, 0] < 0.5) & (x[:, 1] > -0.5)
    missed = corner ^ (np.random.default_rng(2).random(COUNT) < 0.05)
    found = signposts(x, missed, np.arange(COUNT))
    assert {(one.unknown, one.above) for one in found.conditions} == {(0, False), (1, True)}
    values = {one.unknown: one.value for one in found.conditions}
    assert values[0] == pytest.approx(0.5, abs=0.3)
    assert values[1] == pytest.approx(-0.5, abs=0.3)
    assert found.density is not None
    assert found.elsewhere is not None
    assert found.coverage is not None
    assert found.density.low > found.elsewhere.high
    assert found.density.mean > 0.8
    assert found.coverage.mean > 0.7
    inside = np.all([one.holds(x) for one in found.conditions], axis=0)
    assert (found.holding, found.missing) == (inside.sum(), missed[inside].sum())
    assert found.density.mean <= found.missing / found.holding, "less by what flatters where it was found"


def test_it_is_the_same_every_time_and_has_three_conditions_at_most() -> None:
    x = unknowns(3)
    missed = x[:, :5].sum(axis=1) + 0.3 * np.random.default_rng(3).normal(size=COUNT) < 0
    one, other = (signposts(x, missed, np.arange(COUNT)) for _ in range(2))
    assert one == other
    assert 1 <= len(one.conditions) <= MOST_CONDITIONS


@pytest.mark.parametrize("misses", [0, 19, COUNT - 19, COUNT])
def test_too_few_of_either_tell_nothing(misses: int) -> None:
    x = unknowns(4)
    missed = np.zeros(COUNT, bool)
    missed[np.argsort(x[:, 0])[:misses]] = True
    found = signposts(x, missed, np.arange(COUNT))
    assert not found.enough
    assert not found.conditions
    assert (found.misses, found.base.mean) == (misses, misses / COUNT)


@pytest.mark.parametrize("misses", [FEWEST_OF_EACH, COUNT - FEWEST_OF_EACH])
def test_just_enough_of_either_can_be_told(misses: int) -> None:
    x = unknowns(4)
    missed = np.zeros(COUNT, bool)
    missed[np.argsort(x[:, 0])[:misses]] = True
    found = signposts(x, missed, np.arange(COUNT))
    assert found.enough
    assert {(one.unknown, one.above) for one in found.conditions} == {(0, False)}


def test_luck_alone_is_not_told() -> None:
    for seed in range(3):
        missed = np.random.default_rng(100 + seed).random(COUNT) < 0.5
        assert not signposts(unknowns(seed), missed, np.arange(COUNT)).conditions


def test_conditions_that_never_hold_or_always_do_are_none() -> None:
    x = np.column_stack([np.zeros(COUNT), np.arange(COUNT) < 5, unknowns(5)[:, 0]]).astype(float)
    missed = x[:, 2] > 0
    found = signposts(x, missed, np.arange(COUNT))
    assert {one.unknown for one in found.conditions} == {2}


def test_parting_by_hand() -> None:
    """Of 4, 2 miss; the condition holds for 2, of which both miss: 1 more than half of 2, the error is that of drawing
    2 out of 4 without putting back."""
    holds, missed = np.array([[1], [1], [0], [0]], bool), np.array([[1], [1], [0], [0]], bool)
    assert _parting(holds, missed)[0, 0] == pytest.approx(1 / np.sqrt(0.25 * 2 * 2 / 3))
    assert _parting(~holds, missed)[0, 0] == pytest.approx(-1 / np.sqrt(0.25 * 2 * 2 / 3))


def test_a_condition_holds_on_its_own_side() -> None:
    x = np.array([[1.0], [2.0], [3.0]])
    assert Condition(0, True, 2.0).holds(x).tolist() == [False, False, True]
    assert Condition(0, False, 2.0).holds(x).tolist() == [True, True, False]


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.15, 0.5])
def test_misses_that_are_luck_give_a_signpost_at_most_once_in_twenty(share: float) -> None:
    """100 organizations whose misses have to do with nothing."""
    told = 0
    for seed in range(100):
        missed = np.random.default_rng(1000 + seed).random(COUNT) < share
        told += bool(signposts(unknowns(seed), missed, np.arange(COUNT)).conditions)
    assert told <= 0.05 * 100, told


@pytest.mark.slow
def test_what_is_told_of_density_holds_in_a_thousand_new_years() -> None:
    """12 organizations: the share that misses where the conditions hold lies in its range in new replications."""
    held = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(COUNT + 5000, 6))
        missed = x[:, 0] + 0.7 * x[:, 1] + rng.normal(size=len(x)) < 0
        found = signposts(x[:COUNT], missed[:COUNT], np.arange(COUNT))
        assert found.density is not None
        inside = np.all([one.holds(x[COUNT:]) for one in found.conditions], axis=0)
        held += found.density.low <= missed[COUNT:][inside].mean() <= found.density.high
    assert held >= 11, held
