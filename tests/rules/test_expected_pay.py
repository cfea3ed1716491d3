"""Expected pay, effort and timing, each formula against numeric integration, a derivative, or the sum written out."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from sim.rules import effort, payout, timing
from sim.rules.payout import curve

TIERS, BONUSES = ((0.2, 0.5), (0.6, 1.0), (1.0, 2.0), (1.4, 3.0)), [(1.05, 0.4), (0.5, 0.1)]
PLANS = {
    "bent": curve(13, TIERS, BONUSES, cap=1.8),
    "straight": curve(13, ((0, 1.3),)),
    "bonus": curve(26, ((0, 1.0),), [(1.0, 0.5)]),
    "capped": curve(13, ((0, 1.0), (1.0, 1.5)), cap=1.2),
}
HABITS = effort.habits(belief_cv=0.2, next_period_weight=0.8, foresight_share=0.3)[0]


def paid_by_hand(name: str, x: float) -> float:
    if name == "bent":
        slopes = ((0.2, 0.6, 0.5), (0.6, 1.0, 1.0), (1.0, 1.4, 2.0), (1.4, 1.8, 3.0))
        return (
            sum(rate * (min(max(x, low), high) - low) for low, high, rate in slopes)
            + 0.4 * (x >= 1.05)
            + 0.1 * (x >= 0.5)
        )
    if name == "straight":
        return 1.3 * x
    if name == "bonus":
        return x + 0.5 * (x >= 1.0)
    return min(x, 1.0) + 1.5 * (min(max(x, 1.0), 1.2) - 1.0)


@pytest.mark.parametrize("name", PLANS)
def test_pay_at_a_known_attainment_is_what_the_plan_says(name: str) -> None:
    plan = PLANS[name][0]
    for x in (0.0, 0.1, 0.2, 0.5, 0.55, 0.6, 0.99, 1.0, 1.05, 1.2, 1.3, 1.4, 1.79, 1.8, 2.5):
        assert payout.paid(plan, x) == pytest.approx(paid_by_hand(name, x), abs=1e-12)
        ahead = (paid_by_hand(name, x + 1e-7) - paid_by_hand(name, x)) / 1e-7
        assert payout.slope_at(plan, x) == pytest.approx(ahead, abs=1e-5)


def by_integral(name: str, mean: float, sd: float) -> float:
    corners = sorted(
        {min(max(x, mean - 9 * sd), mean + 9 * sd) for x in (-9e9, 0.2, 0.5, 0.6, 1.0, 1.05, 1.2, 1.4, 1.8, 9e9)}
    )
    law = stats.norm(mean, sd)

    def pay(x: float) -> float:  # the law goes below 0, and the curve with its first slope
        return (paid_by_hand(name, x) if x >= 0.0 else float(PLANS[name][0]["slope"]) * x) * law.pdf(x)

    return sum(quad(pay, low, high, epsabs=1e-13, limit=100)[0] for low, high in itertools.pairwise(corners))


CASES = [(0.3, 0.1), (0.55, 0.05), (0.9, 0.3), (1.02, 0.02), (1.3, 0.1), (1.9, 0.005), (0.9, 0.001)]


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize(("mean", "sd"), CASES)
def test_expected_pay_is_the_integral_over_a_normal_attainment(name: str, mean: float, sd: float) -> None:
    known = by_integral(name, mean, sd)
    assert payout.expected(PLANS[name][0], mean, sd) == pytest.approx(known, abs=1e-8)
    assert payout.about(PLANS[name][0], mean, sd) == pytest.approx(known, abs=2e-7)


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize(("mean", "sd"), CASES)
def test_slopes_of_expected_pay_are_its_derivatives(name: str, mean: float, sd: float) -> None:
    """By the mean, the spread moving with it; and by the quota, sales in dollars staying as they are."""
    plan, moves, h = PLANS[name][0], 0.15, 1e-5 * sd
    up, down = (payout.expected(plan, mean + k * h, sd + k * h * moves) for k in (1, -1))
    assert payout.expected_slope(plan, mean, sd, moves) == pytest.approx((up - down) / (2 * h), rel=1e-5, abs=1e-6)
    up, down = (q * payout.expected(plan, mean / q, sd / q) for q in (1 + 1e-5 * sd, 1 - 1e-5 * sd))
    assert payout.lost_to_quota(plan, mean, sd) == pytest.approx(-(up - down) / (2e-5 * sd), rel=1e-5, abs=1e-6)


def test_the_curve_keeps_bends_and_bonuses_in_order_and_refuses_more_than_it_holds() -> None:
    row = PLANS["bent"][0]
    assert (row["slope"], row["bends"], row["bonuses"], row["period_weeks"]) == (0.0, 5, 2, 13.0)
    assert row["bend_at"][:5].tolist() == [0.2, 0.6, 1.0, 1.4, 1.8]
    assert row["bend"][:5].tolist() == [0.5, 0.5, 1.0, 1.0, -3.0]
    assert row["bonus_at"][:2].tolist() == [0.5, 1.05]
    same = curve(13, ((0.0, 1.0), (0.7, 1.0)), cap=0.5)[0]
    assert same["bends"] == 1, "a tier past the cap is none"
    assert curve(13, ((0.0, 1.0), (0.7, 1.0)))[0]["bends"] == 0, "a tier of the same rate is no bend"
    assert curve(13, ((0.0, 1.0), (0.7, 2.0)), cap=0.7)[0]["bend"][0] == -1.0
    assert curve(13, ())[0]["slope"] == 0.0
    assert [payout.is_linear(PLANS[name][0]) for name in ("straight", "bonus", "capped")] == [True, False, False]
    many = [(k / 10, float(k % 2)) for k in range(1, payout.MOST_BENDS + 2)]
    curve(13, many[: payout.MOST_BENDS], [(1.0, 1.0)] * payout.MOST_BONUSES)
    for tiers, bonuses in ((many, []), ((), [(1.0, 1.0)] * (payout.MOST_BONUSES + 1))):
        with pytest.raises(ValueError, match=r"at most 24 bends and 44 bonuses"):
            curve(13, tiers, bonuses)


def test_habits_are_told_in_order_and_the_cost_of_effort_is_a_power() -> None:
    row = effort.habits(0.2, 0.3, 0.11, 0.12, 7.0, 0.6, 0.8, 0.35, 0.4, 1.6)[0]
    assert list(row.item()[:10]) == [0.2, 0.3, 0.11, 0.12, 7.0, 0.6, 0.8, 0.35, 0.4, 1.6]
    assert row["cost"] == pytest.approx(np.linspace(0.4, 1.6, 25) ** 6.0 / 6.0)
    assert not effort.habits(elasticity=0.0)[0]["cost"].any()
    assert effort.habits().shape == timing.buyer_terms().shape == (1,)
    assert list(effort.habits()[0].item()[:10]) == [0.25, 0.4, 0.1, 0.1, 8.0, 0.5, 0.9, 0.25, 0.3, 1.8]
    terms = timing.buyer_terms()[0]
    assert list(terms.item()) == [0.08, 0.02, 0.30, 0.02, 0.5, 0.10, 8.0]
    assert timing.discount(terms, 3.0) == pytest.approx(0.14)


def test_the_pieces_of_effort() -> None:
    assert [effort.salience(HABITS, weeks) for weeks in (0.0, 1.0, 6.0)] == pytest.approx([1.0, 1.0, 1.0 / 1.5])
    sd = math.sqrt(9.0 * 4.0 + (0.2 * 5.0 * 4.0) ** 2 + 1e-9 * 400.0) / 20.0
    assert effort.spread(HABITS, 4.0, 5.0, 9.0, 20.0) == pytest.approx(sd, rel=1e-14)
    assert effort.spread(HABITS, 4.0, 5.0, 0.0, 1e9) == pytest.approx(math.sqrt(1e-9 + 16e-18), rel=1e-9)
    assert [effort.weeks_landing(5.0, 8.0, lag, 0.3) for lag in (0.0, 5.0, 9.0)] == pytest.approx([5.0, 3.6, 1.5])
    assert effort.weeks_at(1.2, 8.0, 5.0, 2.0, 0.3, 0.9) == pytest.approx(
        6.0 + (2.4 + 0.7 * 6.0 - 5.0) + 0.7 * 2.0 * 0.9
    )
    assert effort.weeks_at(1.2, 1.5, 1.5, 2.0, 0.3, 0.9) == pytest.approx(0.45 * 1.2 + 0.7 * 1.5 * 0.9)
    assert effort.effort_at(HABITS, 1.7) == pytest.approx((0.6 * 1.7 + 0.4) ** 0.25)
    assert effort.effort_at(HABITS, -9.0) == pytest.approx(1e-9**0.25)
    straight, bent = PLANS["straight"], PLANS["bent"]
    assert effort.is_straight(np.concatenate([straight, straight]))
    assert not effort.is_straight(np.concatenate([straight, bent]))
    assert not effort.is_straight(np.concatenate([bent, straight]))
    assert [bool(effort.counts(curve(weeks)[0], quota)) for weeks, quota in ((0.5, 0.5), (0, 1.0), (13, 0.0))] == [
        True,
        False,
        False,
    ]


def test_a_dollar_of_the_next_period_is_worth_its_first_slope_and_what_of_the_rest_is_felt() -> None:
    quota, pace, variance = 20.0, 1.4, 3.0
    for name in PLANS:
        plan = PLANS[name][0]
        weeks, first = float(plan["period_weeks"]), payout.slope_at(plan, 0.0)
        sd = effort.spread(HABITS, weeks, pace, variance, quota)
        felt = payout.expected_slope(plan, pace * weeks / quota, sd, 0.0) - first
        known = first + felt / (1.0 + 0.1 * (weeks - 1.0))
        assert effort.next_period_slope(HABITS, plan, quota, pace, variance) == pytest.approx(known, rel=1e-12)
    assert effort.next_period_slope(HABITS, PLANS["straight"][0], quota, pace, variance) == pytest.approx(1.3)


def test_a_ratchet_costs_what_later_quotas_take_from_pay() -> None:
    """A geometric sum over the years to come, and only the share that is foreseen."""
    plan, quota, pace, variance, weight = (
        np.concatenate([PLANS["bent"], curve(0), PLANS["bonus"]]),
        np.array([20.0, 1.0, 40.0]),
        1.4,
        3.0,
        0.4,
    )
    lost = sum(
        payout.lost_to_quota(plan[c], pace * weeks / quota[c], effort.spread(HABITS, weeks, pace, variance, quota[c]))
        for c, weeks in ((0, 13.0), (2, 26.0))
    )
    years = sum(0.8 ** (k + 1) * weight * (1 - weight) ** k for k in range(400))
    assert effort.ratchet_cost(HABITS, plan, quota, weight, pace, variance) == pytest.approx(0.3 * years * lost)
    assert effort.ratchet_cost(HABITS, plan, quota, 0.0, pace, variance) == 0.0
    at_once = effort.ratchet_cost(HABITS, plan, quota, 1.0, pace, variance)
    assert at_once == pytest.approx(0.3 * 0.8 * lost), "a quota that is last year's sales"


PLAN = np.concatenate([PLANS["bent"], PLANS["bonus"], curve(0), PLANS["capped"]])
SOLD, QUOTA, LEFT = np.array([9.0, 30.0, 1.0, 5.0]), np.array([20.0, 40.0, 5.0, 0.0]), np.array([6.0, 11.0, 3.0, 2.0])
NEXT = np.array([0.9, 1.1, 7.0, 7.0])  # of the last two components nothing counts
WEEK = (1.4, 3.0)  # pace and variance
LAG = (2.5, 0.3, 0.95)  # weeks from effort to sales, the share that has none, past effort


def value_by_hand(e: float, ahead: float, expected=payout.expected) -> float:
    (pace, variance), (lag, at_once, past), total = WEEK, LAG, 0.0
    for c in (0, 1):
        landing = at_once * ahead + (1 - at_once) * min(ahead, max(LEFT[c] - lag, 0.0))
        whole = at_once * LEFT[c] + (1 - at_once) * max(LEFT[c] - lag, 0.0)
        weeks = landing * e + (whole - landing) + (1 - at_once) * min(LEFT[c], lag) * past
        mean, pull = (SOLD[c] + pace * weeks) / QUOTA[c], 1.0 / (1.0 + 0.1 * (LEFT[c] - 1.0))
        sd = effort.spread(HABITS, weeks, pace, variance, QUOTA[c])
        pay = pull * expected(PLAN[c], mean, sd) + (1 - pull) * payout.slope_at(PLAN[c], SOLD[c] / QUOTA[c]) * mean
        total += pay * QUOTA[c] / (ahead * pace) + (1 - landing / ahead) * NEXT[c] * e
    return total


@pytest.mark.parametrize("ahead", [2.0, 6.0])
@pytest.mark.parametrize("e", [0.4, 1.0, 1.7])
def test_value_is_written_out_and_worth_is_its_slope(e: float, ahead: float) -> None:
    args = HABITS, PLAN, SOLD, QUOTA, LEFT, NEXT, *WEEK, ahead, *LAG
    assert effort.value(*args, e) == pytest.approx(value_by_hand(e, ahead), rel=2e-6)
    slope = (value_by_hand(e + 1e-5, ahead) - value_by_hand(e - 1e-5, ahead)) / 2e-5
    assert effort.worth(*args, e) == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize("ratchet", [0.0, 0.3])
@pytest.mark.parametrize("horizon", [8.0, 3.0])
def test_effort_is_the_best_of_the_grid_and_between_two_nodes_follows_the_slope(ratchet: float, horizon: float) -> None:
    """Searched on every other node, then beside the best of them; by the slope it goes as far as the next node."""
    habits = effort.habits(belief_cv=0.2, next_period_weight=0.8, foresight_share=0.3, horizon_weeks=horizon)[0]
    ahead, grid = min(horizon, 6.0), np.linspace(0.3, 1.8, 25)
    net = [0.6 * (value_by_hand(e, ahead) - ratchet * e) + 0.4 * e - e**5 / 5 for e in grid]
    best = int(np.argmax(net))
    worth = effort.worth(habits, PLAN, SOLD, QUOTA, LEFT, NEXT, *WEEK, ahead, *LAG, grid[best]) - ratchet
    known = np.clip((0.6 * worth + 0.4) ** 0.25, grid[best - 1], grid[best + 1])
    found = effort.choose(habits, PLAN, SOLD, QUOTA, LEFT, NEXT, ratchet, *WEEK, *LAG)
    assert found == pytest.approx((known, worth), rel=1e-9)


def searched(habits: np.ndarray, sold: np.ndarray, ratchet: float) -> tuple[int, float, float]:
    """The best node of every other one or of the two beside it, and the effort and worth there."""
    args = habits, PLAN, sold, QUOTA, LEFT, NEXT, *WEEK, min(float(habits["horizon_weeks"]), 6.0), *LAG
    grid = np.linspace(habits["least"], habits["most"], 25)
    net = np.array([0.6 * (effort.value(*args, e) - ratchet * e) + 0.4 * e - e**5 / 5 for e in grid])
    coarse = 2 * int(np.argmax(net[::2]))
    best = max((k for k in (coarse, coarse - 1, coarse + 1) if 0 <= k < 25), key=lambda k: net[k])
    worth, low, high = effort.worth(*args, grid[best]), grid[max(best - 1, 0)], grid[min(best + 1, 24)]
    if worth < 0.0:  # pay never falls with sales
        worth, low, high = 0.0, grid[0], grid[-1]
    return best, float(np.clip(max(0.6 * (worth - ratchet) + 0.4, 1e-9) ** 0.25, low, high)), worth - ratchet


def test_effort_is_found_at_both_ends_of_the_grid_and_anywhere_between() -> None:
    seen = set()
    for least, most in ((0.3, 1.8), (1.3, 1.8), (0.3, 0.7)):
        habits = effort.habits(least=least, most=most, belief_cv=0.6)[0]
        for start, ratchet in itertools.product((4.0, 20.0, 34.0), (-0.9, -0.4, 0.0, 0.3, 0.8)):
            sold = SOLD + np.array([start - SOLD[0], 0.0, 0.0, 0.0])
            best, *known = searched(habits, sold, ratchet)
            found = effort.choose(habits, PLAN, sold, QUOTA, LEFT, NEXT, ratchet, *WEEK, *LAG)
            assert found == pytest.approx(known, rel=1e-9)
            seen.add(best)
    assert {0, 24} < seen
    assert {best % 2 for best in seen - {0, 24}} == {0, 1}


def test_pay_that_seems_to_fall_with_sales_does_not() -> None:
    """Close to a cap an uncertain pace takes spread for a loss."""
    plan, habits = PLANS["capped"], effort.habits(belief_cv=3.0)[0]
    args = np.array([16.0]), np.array([20.0]), np.array([6.0]), np.array([0.0])
    found = effort.choose(habits, plan, *args, 0.0, 1.4, 0.1, 0.0, 1.0, 1.0)
    assert found == pytest.approx((0.4**0.25, 0.0))


def test_effort_that_nothing_moves() -> None:
    straight = np.concatenate([PLANS["straight"], curve(0, ((0, 0.0),))])
    two = np.array([1.0, 1.0])
    args = SOLD[:2], QUOTA[:2], LEFT[:2], NEXT[:2], 0.25

    def chosen(habits: np.ndarray, plan: np.ndarray, pace: float, quota: np.ndarray = QUOTA[:2]) -> tuple[float, float]:
        return effort.choose(habits, plan, args[0], quota, *args[2:], pace, 3.0, *LAG)

    assert chosen(effort.habits(elasticity=0.0)[0], PLAN[:2], 1.4) == (1.0, 1.0)
    assert chosen(HABITS, PLAN[:2], 0.0) == (1.0, 1.0)
    assert chosen(effort.habits(elasticity=1.0)[0], straight, 0.5) == pytest.approx((0.6 * 1.05 + 0.4, 1.05))
    assert chosen(HABITS, PLAN[:2], 1.4, 0.0 * two) == (1.0, 1.0), "nothing to go by"
    assert chosen(HABITS, straight, 1.4) == pytest.approx(((0.6 * 1.05 + 0.4) ** 0.25, 1.05))
    assert chosen(effort.habits(most=1.005)[0], straight, 1.4)[0] == 1.005
    assert chosen(effort.habits(least=1.2)[0], straight, 1.4)[0] == 1.2


def test_what_a_change_of_the_next_period_adds() -> None:
    plan, quota, pace, variance, change = PLANS["bent"][0], 20.0, 1.4, 3.0, -2.5
    mean, sd, pull = pace * 13.0 / quota, effort.spread(HABITS, 13.0, pace, variance, quota), 1.0 / (1.0 + 0.1 * 12.0)
    whole = payout.expected(plan, mean + change / quota, sd) - payout.expected(plan, mean, sd)
    known = quota * pull * whole + (1 - pull) * payout.slope_at(plan, 0.0) * change
    assert timing.next_period_gain(HABITS, plan, quota, pace, variance, change) == pytest.approx(known)
    straight = PLANS["straight"][0]
    assert timing.next_period_gain(HABITS, straight, quota, pace, variance, change) == pytest.approx(1.3 * change)


ENDS = np.array([True, False, True, True])
TERMS = timing.buyer_terms(hassle_share=0.03, lost_share=0.2)[0]


def gain_by_hand(sold: np.ndarray, now: float, later: float, moved: float) -> float:
    """Of the components only the first ends now and has a quota."""
    before, after = sold[0] / QUOTA[0], (sold[0] + now) / QUOTA[0]
    this = (paid_by_hand("bent", after) - paid_by_hand("bent", before)) * QUOTA[0]
    return this + timing.next_period_gain(HABITS, PLAN[0], QUOTA[0], *WEEK, later) - 0.03 * moved


def test_what_moving_deals_adds_to_pay() -> None:
    assert timing.gain(HABITS, TERMS, PLAN, ENDS, SOLD, QUOTA, *WEEK, 3.0, -4.0, 4.0) == pytest.approx(
        gain_by_hand(SOLD, 3.0, -4.0, 4.0)
    )


def test_deals_are_moved_as_far_as_it_adds_to_pay() -> None:
    """The best of all numbers of deals; none where every one would cost."""
    amount, early = np.array([1.0, 2.0, 0.5, 4.0, 0.5]), np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    seen = set()
    for start in (8.0, 10.5, 13.0, 15.5, 18.0, 19.5, 22.0, 26.0, 30.0, 36.0):
        sold = SOLD + np.array([start - SOLD[0], 0.0, 0.0, 0.0])
        args = HABITS, TERMS, PLAN, ENDS, sold, QUOTA, *WEEK, amount
        full, net = np.cumsum(amount[:4]), np.cumsum((amount * (0.92 - 0.02 * early))[:4])
        pulled = [0.0, *(gain_by_hand(sold, n, -f, f) for n, f in zip(net, full, strict=True))]
        pushed = [0.0, *(gain_by_hand(sold, -f, 0.8 * f, f) for f in full)]
        for found, gains in ((timing.deals_to_pull(*args, early, 4), pulled), (timing.deals_to_push(*args, 4), pushed)):
            assert found == pytest.approx((int(np.argmax(gains)), max(gains)))
            seen.add(found[0])
    assert len(seen) > 2, "or the cases would show nothing"
