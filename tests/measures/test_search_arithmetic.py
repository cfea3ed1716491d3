"""What a search rests on, on made-up plans: exact bounds, looks that are counted, the plans that it finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import product

import numpy as np
import pytest
from scipy.stats import binom, lognorm

from sim.decide.best.allowed import months_later, read_allowed
from sim.decide.best.best_plan import BestPlan, best_plan
from sim.decide.best.confirm import FRESH, PLANS, confirm
from sim.decide.best.deadline import deadlines, opens_on, waiting
from sim.decide.best.explore import Effort
from sim.decide.best.space import Space
from sim.decide.best.tried import AS_IS, Goal, Outcome, Play, Point, Tried
from sim.results.shares import surely_above
from sim.results.through import odds_through
from sim.scenario.errors import UserError
from sim.scenario.load import ScenarioSource, load_source
from sim.show.search import frontier

SIZES = (7, 7, 7)
TARGET = 158.0
BOOKED, SPREAD = 150.0, 0.25
GAINS, PRICES = np.array([0.012, 0.018, 0.010]), np.array([0.5, 0.9, 0.42])
BASE_COST, COMMISSION = 160.0, 0.08
EFFORT = Effort(known=300, trials=20)


def gain(point: Point) -> float:
    """By how much a plan's heads raise what is booked; the second lever's less and less."""
    heads = np.array(point or (0, 0, 0), float)
    return 1 + float((GAINS * heads).sum() - 0.0004 * heads[1] ** 2)


def made_up(luck: int) -> tuple[Play, Callable[[], int]]:
    """Lognormal bookings whose market all plans share, with a little luck of their own; and how much was played."""
    played = [0]
    markets = np.random.default_rng(luck).normal(size=20_000)

    def play(points: Sequence[Point], numbers: range) -> list[Outcome]:
        market = markets[np.array(numbers) % FRESH + 10_000 * (numbers.start >= FRESH)]
        found = []
        for point in points:
            own = np.random.default_rng([luck, numbers.start, *point, 7]).normal(size=len(numbers))
            booked = BOOKED * gain(point) * np.exp(SPREAD * market) + 0.8 * own
            cost = BASE_COST + float((PRICES * (point or (0, 0, 0))).sum()) + COMMISSION * booked
            found.append(Outcome(cost, booked - TARGET, 3 * booked - cost))
            played[0] += len(numbers)
        return found

    return play, lambda: played[0]


def true_odds(point: Point) -> float:
    return float(lognorm.sf(TARGET, SPREAD, scale=BOOKED * gain(point)))


def true_cost(point: Point) -> float:
    booked = BOOKED * gain(point) * np.exp(SPREAD**2 / 2)
    return BASE_COST + float((PRICES * (point or (0, 0, 0))).sum()) + COMMISSION * booked


def searched(seed: int, goal: Goal, fresh: int = 600, effort: Effort = EFFORT) -> tuple[BestPlan, int]:
    play, played = made_up(100 + seed)
    corners = [(0, 0, 0), (6, 6, 6), (3, 3, 3)]
    return best_plan(SIZES, corners, play, goal, effort, fresh, seed), played()


def test_what_is_sure_is_what_would_be_seen_as_often_as_its_error() -> None:
    for yes, n, error in ((64, 100, 0.05), (1, 40, 0.01), (40, 40, 0.025)):
        share = surely_above(yes, n, error)
        assert binom.sf(yes - 1, n, share) == pytest.approx(error)
    assert surely_above(0, 50, 0.05) == 0.0


def test_of_plans_that_just_fall_short_one_search_in_twenty_confirms_any() -> None:
    """All looks of all plans together, whatever comes of each: the worst that may happen."""
    goal, random, wrong, repeats = Goal(target_odds=0.6), np.random.default_rng(5), 0, 1500

    def play(points: Sequence[Point], numbers: range) -> list[Outcome]:
        met = random.random(len(numbers)) < 0.6
        return [Outcome(met, np.where(met, 1.0, -1.0), met) for _ in points]

    for _ in range(repeats):
        tried = Tried(play, goal)
        wrong += any(look.passed for plan in range(len(PLANS)) for look in confirm((plan,), plan, tried, 200))
    assert wrong / repeats < 0.05 + 2 * np.sqrt(0.05 * 0.95 / repeats)
    assert wrong > 0


def test_every_look_is_at_luck_that_no_other_plan_and_no_search_has_seen() -> None:
    seen: list[int] = []

    def play(points: Sequence[Point], numbers: range) -> list[Outcome]:
        seen.extend(numbers)
        nothing = np.zeros(len(numbers))
        return [Outcome(nothing, np.where(np.arange(len(numbers)) % 5 < 3, 1.0, -1.0), nothing) for _ in points]

    tried = Tried(play, Goal(target_odds=0.6))
    for plan in range(len(PLANS)):
        list(confirm((plan,), plan, tried, 100))
    assert len(set(seen)) == len(seen) > 4 * 25
    assert min(seen) == FRESH


def test_odds_through_a_plan_that_is_known_are_those_of_the_shifted_plan() -> None:
    every = np.random.default_rng(1).normal(-3, 10, 1000)
    found = odds_through([(every[:20], every[:20] + 4, every)])
    assert found.mean == pytest.approx(np.mean(every + 4 >= 0))
    assert found.low < found.mean < found.high
    few = odds_through([(every[:20], every[:20] + 4, every[:100])])
    assert few.high - few.low > 2 * (found.high - found.low)


def test_without_noise_the_search_finds_the_plan_of_the_enumeration() -> None:
    """Plans of one level line that nobody's luck disturbs: bookings that always are what they are on the mean."""
    market = np.exp(SPREAD * np.random.default_rng(3).normal(size=2000))

    def play(points: Sequence[Point], numbers: range) -> list[Outcome]:
        booked = [BOOKED * gain(point) * market[np.array(numbers) % 2000] for point in points]
        cost = [BASE_COST + float((PRICES * (one or (0, 0, 0))).sum()) for one in points]
        return [
            Outcome(np.full(len(numbers), c), b - TARGET, b) for b, c in zip(booked, cost, strict=True)
        ]  # fmt: skip

    goal = Goal(added_usd=4.0)
    found = best_plan(SIZES, [(0, 0, 0)], play, goal, EFFORT, 60, seed=1)
    fits = [one for one in product(range(7), repeat=3) if float((PRICES * one).sum()) <= 4.0]
    assert found.chosen is not None
    assert gain(found.chosen) == pytest.approx(max(map(gain, fits)), abs=0.002)


def test_a_hopeless_plan_is_left_after_a_few_replications() -> None:
    found, _ = searched(1, Goal(target_odds=0.6))
    lengths = {point: len(one) for point, one in found.tried.outcomes.items() if point != AS_IS}
    assert lengths[0, 0, 0] == EFFORT.first, "its odds are far below what is asked for"
    assert min(len(found.tried.outcomes[look.point]) for look in found.looks) >= EFFORT.full


def test_where_no_plan_reaches_the_odds_none_is_chosen_and_the_best_comes_nearest() -> None:
    found, _ = searched(2, Goal(target_odds=0.95))
    assert found.chosen is None
    assert not found.looks
    assert true_odds(found.nearest.point) > true_odds((6, 6, 6)) - 0.02


@pytest.mark.slow
def test_the_confirmed_plan_does_it_and_is_within_two_percent_of_the_best() -> None:
    """19 of 20 seeds, with at most 10,000 replications, against the enumeration of all 343 plans."""
    p = 0.57
    best = min(true_cost(one) for one in product(range(7), repeat=3) if true_odds(one) >= p)
    near, short = 0, 0
    for seed in range(20):
        found, played = searched(seed, Goal(target_odds=p), 1200, Effort())
        assert played <= 10_000
        if found.chosen is not None:
            near += true_cost(found.chosen) <= 1.02 * best
            short += true_odds(found.chosen) < p
    assert near >= 19
    assert short <= 1


def test_the_frontier_has_only_plans_that_no_cheaper_one_beats() -> None:
    found, _ = searched(3, Goal(target_odds=0.6))
    edge = frontier(found.goal, found.scores, "odds")
    for one in found.scores:
        better = [e for e in edge if e.cost.mean <= one.cost.mean and e.odds.mean >= one.odds.mean]
        assert better, one
    assert [one.odds.mean for one in edge] == sorted({one.odds.mean for one in edge})


def test_allowed_values_are_read_as_they_are_said() -> None:
    assert read_allowed("k", "0..3") == (0, 1, 2, 3)
    assert read_allowed("k", "0..6 by 2") == (0, 2, 4, 6)
    assert read_allowed("k", "0.8..1.1 by 0.1") == (0.8, 0.9, 1.0, 1.1)
    assert read_allowed("k", "-90..90 by 90") == (-90, 0, 90)
    assert read_allowed("k", "2027-11..2028-01") == (date(2027, 11, 1), date(2027, 12, 1), date(2028, 1, 1))
    assert read_allowed("k", "[0, 5]") == read_allowed("k", [0, 5]) == (0, 5)
    for wrong in ("3", "3..1", "0.5..1.5", "0..3 by 0", "2027-13..2028-01", "[1]", "[1,1]", "0..1000", "a..b"):
        with pytest.raises(UserError, match="k="):
            read_allowed("k", wrong)


def test_a_wait_of_some_months_opens_on_the_same_day_of_a_later_month() -> None:
    assert months_later(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert months_later(date(2027, 11, 15), 3) == date(2028, 2, 15)
    source = load_source("base", ["levers.requisitions.q2_smb.shift_days=-30"])
    for name in ("q2_smb", "q4_sdr"):  # one by its opening, one by the start that is wanted
        first = source.at_central().dates.start
        now = opens_on(source.at_central().levers.requisitions[name], first)
        later = waiting(source, [name], 2).at_central().levers.requisitions[name]
        assert opens_on(later, first) == months_later(now, 2)


def test_all_together_have_a_deadline_where_none_alone_has_one() -> None:
    """Each month that a requisition waits costs one of the 300 replications in which the target is met: 246 of them
    now, 210 are asked for. Base's 11 requisitions wait three months together at most, and each alone all 24."""
    source, begun = load_source("base"), load_source("base").at_central()
    dated = begun.levers.dated_requisitions
    ranks = np.arange(300)

    def outcome(margin: np.ndarray) -> Outcome:
        return Outcome(np.zeros(len(margin)), margin, np.zeros(len(margin)))

    def play(names: Sequence[str], sources: Sequence[ScenarioSource], count: int) -> list[Outcome]:
        found = []
        for one in sources:
            later = one.at_central().levers.dated_requisitions
            days = sum(
                (opens_on(later[name], begun.dates.start) - opens_on(dated[name], begun.dates.start)).days
                for name in dated
            )
            found.append(outcome(ranks[:count] - 54.0 - days / 30.5))
        return found

    chosen, fresh = outcome(ranks[:24] - 54.0), outcome(ranks - 54.0)
    together, *alone = deadlines(source, chosen, fresh, Goal(target_odds=0.7), 24, play)
    assert len(together.names) == len(alone) == len(dated)
    assert together.count == sum(one.count for one in dated.values())
    assert together.is_needed
    assert together.opens == min(one.opens for one in alone)
    assert together.latest == months_later(together.opens, 36 // len(dated))
    assert not any(one.is_needed or one.latest for one in alone)


def test_what_waits_for_a_trigger_has_no_date_to_shift() -> None:
    source = load_source("second_wave_if_ahead")
    shifted = Space.of(source, {"shift": "[0,30]"}).plan((1,)).at_central().levers.requisitions
    assert {shifted["q2_smb"].shift_days, shifted["csm_enterprise_2028"].shift_days} == {30}
    assert {shifted["q3_enterprise"].shift_days, shifted["q1_smb_2028"].shift_days} == {0}
    with pytest.raises(UserError, match='"q4_sdr" is no dated requisition'):
        Space.of(source, {"shift.q4_sdr": "[0,30]"})


def test_a_plan_of_the_search_is_the_scenario_with_its_keys_set() -> None:
    """The past before the first day stays as it was, as it does for what the command line sets."""
    space = Space.of(load_source("base"), {"spend.inbound": "[1.0,1.4]", "coverage": "[3.5,4]"})
    by_hand = load_source("base", ["levers.relative_spend.inbound=1.4", "levers.coverage.target_ratio=4"])
    assert space.plan((1, 1)).at_central() == by_hand.at_central()


def test_heads_spread_over_regions_and_keep_their_names() -> None:
    space = Space.of(load_source("base"), {"hires.ae.smb": "0..3", "opens": "2027-02..2027-04"})
    for count in range(4):
        made = space.plan((count, 1)).at_central().levers.requisitions
        more = {name: one for name, one in made.items() if name.startswith("more ")}
        assert sum(one.count for one in more.values()) == count
        assert {one.open_date for one in more.values()} <= {date(2027, 3, 1)}
        assert set(more) <= {"more ae smb east", "more ae smb west"}
