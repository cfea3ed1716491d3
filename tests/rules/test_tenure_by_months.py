"""Rules of tenure on the real calendar: what is told in months or years comes on a day of the calendar."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from sim import ledger, world
from sim.calendar import Calendar
from sim.luck import Luck
from sim.org.actors.behaviour import SellerBehaviour
from sim.org.first_day import history
from sim.org.first_day.customer_ages import CustomerAges
from sim.org.pay.quota import org_shares
from sim.org.state.roster import ROSTER
from sim.org.state.week_arrays import first_year_weight, law_age, role_table
from tests.makers.play import plain
from tests.makers.published import whole
from tests.makers.small import small

REAL = "dates.equal_months=false"
STILL = "world.sources.self.opportunities_per_month_per_head=0"
NO_PAST = "opening.past_seat_years=0"


@pytest.mark.parametrize("equal", [False, True])
def test_a_year_of_exits_has_the_calendars_days(equal: bool) -> None:
    plan = plain("world.roles.rep.exits.voluntary_per_year=0.3")
    role = role_table(plan, Calendar(date(2027, 1, 1), 12, equal_months=equal))[0]
    assert role["voluntary"] * (360.0 if equal else 365.25) == pytest.approx(0.3)


def test_the_first_year_ends_on_its_anniversary() -> None:
    """Joined on 29 February 2028, so until the 28th; and within the leap year one of 366 days is not over before."""
    calendar = Calendar(date(2028, 1, 1), 24)
    role = role_table(plain("world.roles.rep.exits.first_year_multiplier=3"), calendar)[0]
    person = np.zeros(1, ROSTER)[0]
    for joined, over in (((2028, 2, 29), (2029, 2, 28)), ((2028, 1, 1), (2029, 1, 1)), ((2028, 3, 1), (2029, 3, 1))):
        person["joined_day"], end = calendar.day_of(date(*joined)), calendar.day_of(date(*over))
        assert [first_year_weight(role, person, day) for day in (end - 0.01, end)] == [3.0, 1.0]
    assert law_age(role, person, end) == pytest.approx(365.25), "the law of stays is a year along"


def test_the_grace_of_reviews_ends_on_the_day_of_the_month() -> None:
    """Since 1 December, so four months on 1 April, when the quarter is reviewed; the rest are there a day less."""
    strict = "world.roles.rep.exits={voluntary_per_year: 0, review_floor: 1, reviews_failed: 1, grace_months: 4}"
    plan = plain(
        REAL,
        STILL,
        NO_PAST,
        strict,
        "opening.teams.reps.seats=6",
        f"+opening.teams.reps.tenure_months={[1] * 3 + [0.96] * 3}",
    )
    book = world.simulate(plan, 6, Luck(1, 0))
    told = book.decisions[book.decisions["kind"] == ledger.REVIEW_FAILED]
    assert np.sort(told["seat"][told["day"] == 90.0]).tolist() == [0, 1, 2]


def test_who_is_there_for_four_months_is_ready_on_that_day() -> None:
    plan = plain(
        REAL, STILL, NO_PAST, "opening.teams.reps.seats=1",
        "+opening.teams.callers={role: caller, segment: all, region: here, seats: 2, tenure_months: [2, 1.9]}",
        "+world.roles.caller={duty: prospects, exits: {voluntary_per_year: 0}}",
        "+world.hiring.recruiting_mean_days.caller=25", "+world.costs.salary_usd_per_year.caller=50000",
        "+opening.teams.finders={role: finder, region: here, seats: 1}",
        "+world.roles.finder={duty: recruits, exits: {voluntary_per_year: 0}}",
        "+world.hiring.recruiting_mean_days.finder=30", "+world.costs.salary_usd_per_year.finder=50000",
        "+world.hiring.internal.rep={from_role: caller, least_tenure_months: 4, share: 1, search_days: 10}",
        "+levers.requisitions.more={role: rep, segment: all, region: here, count: 2, open_date: 2027-03-01}",
    )  # fmt: skip
    moved = world.simulate(plan, 6, Luck(1, 0)).seats
    assert np.sum(moved["moved_from"] >= 0) == 1, "since 1 November, so ready on 1 March"


def test_relief_counts_months_alike() -> None:
    """Nothing in the first month, half of it in the second: from 1 January a half of the quarter's quota is left."""
    plan = small()
    plan = plan.model_copy(update={"dates": plan.dates.model_copy(update={"equal_months": False})})
    calendar, luck = plan.calendar(12), Luck(1, 0)
    org = world.assemble(plan, calendar, luck, world.prepare(plan, 12, luck))
    spells = np.zeros(4, ledger.SEATS)
    spells["start_day"] = [0.0, 31.0, 59.0, 45.0]  # 1 January, February, March; 15 February
    spells["end_day"] = ledger.NEVER
    held, relieved = org_shares(org, spells, 0.0, 90.0)
    assert held == pytest.approx([1.0, 2 / 3, 1 / 3, (1 / 2 + 1) / 3])
    # From 15 March on half: 17 days of 31.
    assert relieved == pytest.approx([1.5 / 3, 0.5 / 3, 0.0, 0.5 * 17 / 31 / 3])


def test_a_head_brings_a_years_capacity_in_a_leap_year() -> None:
    plan = plain(REAL, STILL, "dates.start=2028-01-01", "opening.teams.reps.seats=2")
    book = world.simulate(plan, 12, Luck(1, 0))
    assert whole(plan, 12, book, "productivity_capacity", "total") == pytest.approx(2 * 600_000.0)
    assert whole(plan, 12, book, "productivity_capacity", "2028-02") == pytest.approx(2 * 50_000.0)


def test_the_part_of_a_quarter_that_a_run_does_not_reach_has_its_own_days() -> None:
    plan = plain(
        REAL, STILL, "opening.teams.reps.seats=1",
        "levers.pay.plans={plan: {components: {c: {period: quarter, commission_share: 0.1}}}}",
        "levers.pay.roles={rep: plan}", "world.behaviour.responsiveness=1.0", "world.behaviour.usual_rate={rep: 0.1}",
    )  # fmt: skip
    luck = Luck(1, 0)
    org = world.assemble(plan, plan.calendar(1), luck, world.prepare(plan, 1, luck))
    position = org.week.adjuster(SellerBehaviour).position
    position.renew(0.0)
    assert position.period["quarter"].ends == 90.0


def test_a_seller_may_leave_within_a_term_of_the_calendars_months(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the planner's calendar twelve months of 30 days are a year of exits."""
    kept: list[CustomerAges] = []

    class Kept(CustomerAges):
        def draw(self, luck: Luck) -> np.ndarray:
            kept.append(self)
            return super().draw(luck)

    monkeypatch.setattr(history, "CustomerAges", Kept)
    rule = "{renew_share: 0.9, term_months: 12, lost_to_peer_share: 0.5, opening_customers: {here: 20}}"
    plan = plain(f"+world.segments.all.contracts={rule}", "world.roles.rep.exits.voluntary_per_year=0.3")
    world.prepare(plan, 12, Luck(1, 0))
    assert kept[0]._stay(0) == pytest.approx(0.9 + 0.5 * math.expm1(-0.3))
