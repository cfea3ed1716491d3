"""Figures through a reference that was played far more often, in made-up worlds whose truth is known."""

from __future__ import annotations

from collections.abc import Callable
from statistics import NormalDist

import numpy as np
import pytest

from sim.results.mapped import BENT, FEW, Through, held_itself, held_through
from sim.results.percentiles import SHARES
from sim.results.sharper import ODDS, PERCENTILES, Held, counted
from sim.results.verdict import Played

SPREAD, LEFT, TARGET = 10.0, 1.5, 108.0  # of the reference around 100, of what is left over
STATISTICS = ("mean", *PERCENTILES, ODDS)


def evenly(x: np.ndarray) -> np.ndarray:
    """A plan that brings 5 and stretches all by a twentieth."""
    return 105.0 + 1.05 * x


def tails(x: np.ndarray) -> np.ndarray:
    """The same, and half as much again of what is beyond the reference's upper fifth, about."""
    return evenly(x) + 0.5 * np.maximum(x - 8.0, 0.0)


def truth(plan: Callable[[np.ndarray], np.ndarray]) -> dict[str, float]:
    """By a fine grid of the normal law of the reference, with what is left over."""
    edges = np.array([NormalDist().inv_cdf(p) for p in (np.arange(4000) + 0.5) / 4000])
    every = (plan(SPREAD * edges)[:, None] + LEFT * edges[::40]).ravel()
    found = dict(zip(PERCENTILES, np.percentile(every, [100 * share for share in SHARES]), strict=True))
    return {"mean": float(every.mean()), **found, ODDS: float((every >= TARGET).mean())}


def pairs_of(
    chance: np.random.Generator, plan: Callable[[np.ndarray], np.ndarray], pairs: int, count: int, lucks: int = 1
) -> tuple[Played, Played, np.ndarray]:
    """A plan, the reference in all its replications, and their draws; lucks of one draw have 0.64 in common."""
    draws = np.arange(count) // lucks

    def normal() -> np.ndarray:
        if lucks == 1:
            return chance.normal(size=count)
        return 0.8 * chance.normal(size=draws.max() + 1)[draws] + 0.6 * chance.normal(size=count)

    x = SPREAD * normal()
    booked = (plan(x) + LEFT * normal())[:pairs]
    return played("b", booked), played("a", 100.0 + x), draws


def played(name: str, booked: np.ndarray) -> Played:
    return Played(name, "plan", {"bookings": booked, "target": np.full(len(booked), TARGET)})


def numbers(found: list[Held]) -> list[tuple[float, float, float]]:
    each = {one.statistic: one.sharper.estimate for one in found}
    return [(each[name].mean, each[name].low, each[name].high) for name in STATISTICS]


@pytest.mark.parametrize(
    ("plan", "pairs", "lucks"), [(evenly, 40, 1), (evenly, 80, 2), (tails, 100, 1)], ids=["alone", "shared", "tails"]
)
def test_intervals_hold_and_only_a_plan_that_moves_a_tail_is_provisional(
    plan: Callable[[np.ndarray], np.ndarray], pairs: int, lucks: int
) -> None:
    """Forty pairs, eighty of forty draws, and a hundred where the straight line is wrong, all of 300."""
    chance, true, repeats = np.random.default_rng(11), np.array(list(truth(plan).values())), 30
    found, plain, bent = [], [], []
    for _ in range(repeats):
        one, reference, draws = pairs_of(chance, plan, pairs, 300, lucks)
        told = held_through(one, reference, draws)
        assert {figure.through for figure in told} == {"a"}
        found.append(numbers(told))
        plain.append([figure.plain.reach for figure in told])
        bent.append([figure.provisional == BENT for figure in told])
    middle, low, high = np.moveaxis(np.array(found), 2, 0)
    assert np.mean(bent) > 0.95 if plan is tails else np.mean(bent) < 0.05
    holds = ((low <= true) & (true <= high)).mean(axis=0)
    assert np.all(holds > 0.94 - 3.5 * np.sqrt(0.94 * 0.06 / repeats)), holds
    assert 0.91 <= holds.mean() <= 0.99, holds  # of five that hang together
    off = np.abs(middle.mean(axis=0) - true)
    assert np.all(off < 4 * middle.std(axis=0) / np.sqrt(repeats) + 0.02 * middle.std(axis=0).max()), off
    assert np.all((high - low).mean(axis=0) < 2 * 0.8 * np.mean(plain, axis=0))


def test_the_want_of_pairs_counts_in_the_middle_and_more_in_the_tails() -> None:
    """Much is left over and the reference is well known, so that pairs and slope make nearly all of the error."""
    chance, x = np.random.default_rng(12), SPREAD * np.random.default_rng(13).normal(size=1000)
    law, repeats = NormalDist(0.0, np.hypot(SPREAD, 9.0)), 40
    true, found = np.array([0.0, law.inv_cdf(0.1), law.inv_cdf(0.9)]), []
    for _ in range(repeats):
        every = chance.permutation(x)
        one = Through(every[:40] + 9.0 * chance.normal(size=40), every, np.arange(1000))
        found.append([(each.low, each.high) for each in (one.mean(), one.percentile(0.1), one.percentile(0.9))])
    low, high = np.moveaxis(np.array(found), 2, 0)
    holds, reach = ((low <= true) & (true <= high)).mean(axis=0), (high - low).mean(axis=0)
    assert np.all(holds >= 0.94 - 3.5 * np.sqrt(0.94 * 0.06 / repeats)), holds
    assert np.all(reach[1:] > 1.3 * reach[0]), reach  # 1.1 without what the slope adds


def test_a_plan_that_is_the_reference_and_ten_more_has_the_figures_of_all_replications() -> None:
    """Nothing is left over, so it is known as well as the reference is, and no better."""
    x = 100.0 + SPREAD * np.random.default_rng(3).normal(size=300)
    reference, draws = played("a", x), np.arange(300)
    told, every = held_through(played("b", x[:40] + 10.0), reference, draws), counted(reference, draws)
    assert {one.provisional for one in told} == {""}
    found = numbers(told)
    for (middle, low, high), name in zip(found[:4], STATISTICS[:4], strict=True):
        assert middle == pytest.approx(every[name].mean + 10.0, abs=1e-6)
        assert high - low == pytest.approx(2 * every[name].reach, rel=0.25), name
    assert found[4][0] == pytest.approx(np.mean(x + 10.0 >= TARGET))
    share = counted(played("a", x + 10.0), draws)[ODDS]
    assert found[4][1:] == pytest.approx((share.low, share.high), abs=0.005)


def test_all_that_the_reference_was_played_beyond_the_pairs_counts_once() -> None:
    """Pairs that are all there is tell a mean as counting does."""
    one, reference, draws = pairs_of(np.random.default_rng(4), evenly, 60, 60)
    first = held_through(one, reference, draws)[0]
    assert first.sharper.estimate.mean == pytest.approx(first.plain.mean)
    assert first.sharper.estimate.reach == pytest.approx(first.plain.reach, rel=0.05)


def test_few_pairs_are_provisional_and_fewer_tell_nothing() -> None:
    one, reference, draws = pairs_of(np.random.default_rng(5), evenly, 24, 300)
    assert {figure.provisional for figure in held_through(one, reference, draws)} == {FEW}
    few = played("b", one.totals["bookings"][:11])
    assert held_through(few, reference, draws) == []
    assert held_through(one, reference, np.arange(300) // 3) == []  # 24 pairs of 8 draws
    assert held_through(played("b", np.full(24, 7.0)), reference, draws) == []


def test_the_reference_itself_is_counted_in_all_its_replications() -> None:
    _, reference, draws = pairs_of(np.random.default_rng(6), evenly, 40, 300)
    pairs = played("a", reference.totals["bookings"][:40])
    found, every = held_itself(pairs, reference, draws), counted(reference, draws)
    assert [one.statistic for one in found] == list(STATISTICS)
    for one in found:
        assert one.sharper.estimate == every[one.statistic]
        assert one.plain == counted(pairs, draws[:40])[one.statistic]


def test_a_plan_without_a_target_has_no_odds() -> None:
    one, reference, draws = pairs_of(np.random.default_rng(7), evenly, 40, 300)
    bare = Played("b", "plan", {"bookings": one.totals["bookings"]})
    assert [figure.statistic for figure in held_through(bare, reference, draws)] == ["mean", *PERCENTILES]
