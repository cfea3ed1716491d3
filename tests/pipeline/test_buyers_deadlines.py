"""Buyers who sign at the month's end: how many more wins that day has, and that nothing else about a deal changes."""

from __future__ import annotations

import numpy as np
import pytest

from sim import ledger, world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.pipeline.engine import Pipeline
from sim.scenario.load import load
from sim.scenario.scenario import Scenario
from tests.laws.test_closed_forms import OPPORTUNITIES_A_DAY, WIN_RATE
from tests.makers.play import WORLDS, check_mean, digest, ledgers, numbers, plain
from tests.organization.test_behaviour import PLAIN_STEEP
from tests.pipeline.test_pipeline_state import check_clocks, check_pools, check_seats

WEEKENDS = ("dates.equal_months=false", "+dates.holidays=['03-31', '12-31']")


def waiting(share: float, within_days: float, *overrides: str) -> Scenario:
    return plain(f"+world.segments.all.buyers_deadlines={{share: {share}, within_days: {within_days}}}", *overrides)


def wins(book: Ledger) -> np.ndarray:
    return book.deals[book.deals["state"] == ledger.WON]


@pytest.mark.parametrize(("share", "within"), [(0.3, 10), (1.0, 4), (0.5, 31)])
def test_the_last_day_has_as_many_wins_as_the_days_that_wait_for_it(share: float, within: int) -> None:
    """Of 30 open days the last has its own wins and a share of those of the days near it: 1 + share x days near."""
    near = min(within, 29)

    def by_day(book: Ledger) -> list[float]:
        day = np.floor(wins(book)["closed_day"]) % 30
        return [np.sum(day == 29), np.sum((day < 29) & (day >= 29 - near)), len(day)]

    months = 6
    daily = OPPORTUNITIES_A_DAY * WIN_RATE * months
    expected = [daily * (1 + share * near), daily * (1 - share) * near, daily * 30]
    check_mean(numbers(waiting(share, within), months, 80, by_day), expected)


def test_no_share_changes_no_byte() -> None:
    (usual,) = ledgers(plain(*WEEKENDS), 6, 1)
    (nobody,) = ledgers(waiting(0.0, 31, *WEEKENDS), 6, 1)
    assert digest(nobody) == digest(usual)


def test_the_same_deals_are_won_and_only_their_day_moves_to_the_last_open_one() -> None:
    share, within = 0.6, 12.0
    (usual,) = ledgers(plain(*WEEKENDS), 9, 1)
    (moved,) = ledgers(waiting(share, within, *WEEKENDS), 9, 1)
    assert np.array_equal(moved.deals["state"], usual.deals["state"])
    before, after = wins(usual)["closed_day"], wins(moved)["closed_day"]
    calendar = plain(*WEEKENDS).calendar(9)
    ends = calendar.month_starts[1:][np.searchsorted(calendar.month_starts[1:], before, side="right")]
    open_days = calendar.open_day_numbers
    last = open_days[np.searchsorted(open_days, ends) - 1]
    left = last - np.floor(before)
    near = (left > 0) & (left <= within)
    waited = after != before
    assert np.all(near[waited])
    assert np.allclose(after[waited], (last + before % 1.0)[waited])
    assert abs(waited[near].mean() - share) < 4 * np.sqrt(share * (1 - share) / near.sum())
    others = usual.deals["state"] != ledger.WON
    assert np.array_equal(moved.deals["closed_day"][others], usual.deals["closed_day"][others])


def test_whoever_waits_to_sign_asks_for_no_hours_and_no_engineer_and_is_dated() -> None:
    plan = waiting(
        1.0, 31, "+world.segments.all.stages.last.needs_se=true", "world.attention.enabled=true",
        "+opening.teams.se={role: se, region: here, seats: 30}", "+world.roles.se={duty: engineers, deals_at_once: 30}",
        "+world.hiring.recruiting_mean_days.se=30", "+world.costs.salary_usd_per_year.se=100000",
    )  # fmt: skip
    pipeline = at(plan, 85.0)
    deals = pipeline.deals
    agreed = deals[deals["agreed"] & (deals["state"] == ledger.DEFERRED)]
    assert len(agreed) > 20
    assert np.all(np.floor(agreed["due"]) == 89)
    assert np.array_equal(agreed["forecast_close_day"], agreed["due"])
    assert not agreed["has_se"].any()
    check_seats(pipeline.state)
    check_pools(pipeline.state)
    check_clocks(pipeline.state, 85.0)


def test_a_seller_who_leaves_takes_the_signature_along() -> None:
    pipeline = at(waiting(1.0, 31), 85.0)
    deals = pipeline.deals
    seat = int(deals["seat"][deals["agreed"] & (deals["state"] == ledger.DEFERRED)][0])
    theirs = np.flatnonzero(deals["agreed"] & (deals["state"] == ledger.DEFERRED) & (deals["seat"] == seat))
    pipeline.vacate(seat, 85.0)
    assert np.all(pipeline.deals["state"][theirs] == ledger.ORPHANED)
    assert not pipeline.deals["agreed"][theirs].any()


def test_sellers_see_when_buyers_will_sign_as_they_move_deals() -> None:
    """Where all buyers wait, what is moved would have closed on a month's last day; no deal is signed twice."""
    (played,) = ledgers(waiting(1.0, 31, *PLAIN_STEEP), 12, 1)
    pulled = played.timings[played.timings["kind"] == ledger.PULLED_IN]
    assert len(pulled) > 5
    assert np.all(np.floor(pulled["planned_day"]) % 30 == 29)
    assert np.all(played.deals["closed_day"][pulled["deal"]] == pulled["day"])
    assert len(np.unique(played.credits["deal"])) == len(played.credits) == len(wins(played))
    pushing = (
        "levers.pay.plans={plan: {components: {commission: {commission_share: 0.1, cap_attainment: 0.5}}}}",
        *PLAIN_STEEP[1:], "world.behaviour.timing.push_share=1.0", "world.behaviour.timing.lost_when_pushed_share=0.5",
    )  # fmt: skip
    (played,) = ledgers(waiting(1.0, 31, *pushing), 12, 1)
    pushed = played.timings[played.timings["kind"] == ledger.PUSHED_OUT]
    ended = played.deals[pushed["deal"]]
    done = ended["closed_day"] < ledger.NEVER
    assert done.sum() > 10
    assert np.all(np.floor(pushed["planned_day"]) % 30 == 29)
    assert np.array_equal(ended["closed_day"][done], pushed["until_day"][done])
    assert np.array_equal(ended["state"][done] == ledger.LOST, pushed["lost"][done])


def test_a_customer_who_has_left_does_not_sign_an_expansion() -> None:
    plan = load(
        str(WORLDS / "customers.yaml"),
        [
            "+world.segments.all.buyers_deadlines={share: 1.0, within_days: 31}", "+world.attention.enabled=false",
            "world.segments.all.contracts.opening_customers.here=600",
        ],
    )  # fmt: skip
    pipeline = at(plan, 85.0)
    deals = pipeline.deals
    theirs = np.flatnonzero(deals["agreed"] & (deals["state"] == ledger.DEFERRED) & (deals["customer"] >= 0))
    assert len(theirs) > 5
    gone = theirs[::2]
    pipeline.customers["left_day"][deals["customer"][gone]] = 85.0
    pipeline.advance(90.0)
    lost = np.isin(deals["customer"][theirs], deals["customer"][gone])
    assert np.array_equal(pipeline.deals["state"][theirs] == ledger.LOST, lost)
    assert np.array_equal(pipeline.deals["state"][theirs] == ledger.WON, ~lost)


def at(plan: Scenario, day: float) -> Pipeline:
    """The pipeline of a replication, brought to a day within a month."""
    months, luck = 4, Luck(1, 0)
    org = world.assemble(plan, plan.calendar(months), luck, world.prepare(plan, months, luck))
    while org.env.peek() < day:
        org.pipeline.advance(float(org.env.peek()))
        org.env.step()
    org.pipeline.advance(day)
    return org.pipeline
