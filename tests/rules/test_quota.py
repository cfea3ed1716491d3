"""Quotas by every rule: what a ramped rep carries, and what street quota that makes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim import world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.rules import attainment, quota, target
from sim.scenario.territory import Territory
from tests.makers.play import digest, plain
from tests.makers.published import case
from tests.makers.small import small

BIG, LITTLE, NORTH, SOUTH = 0, 1, 0, 1
SEATS = np.array([[2, 1], [0, 1]])


def full(rule: dict[str, Any], quarter: int = 0, **levers: Any) -> np.ndarray:
    """Whole quotas of a quarter of ``small``, shape (segments, regions)."""
    scenario = small(quota=rule, **levers)
    calendar = scenario.calendar(24)
    months = np.flatnonzero(calendar.quarter_of_month == quarter)
    target = np.array([[80_000.0, 40_000.0], [0.0, 12_000.0]])
    return quota.full_usd(scenario, calendar, months, target, SEATS)


PER_REP = {"kind": "per_rep", "usd_per_year": {"big": 400_000.0, "little": 100_000.0}}


def test_given_by_rep_equally_in_all_regions() -> None:
    assert full(PER_REP).tolist() == [[100_000, 100_000], [25_000, 25_000]]


def test_seasons_move_quota_between_quarters_and_not_between_years() -> None:
    rule = {**PER_REP, "by_quarter": [0.1, 0.2, 0.3, 0.4]}
    assert [full(rule, q)[BIG, NORTH] for q in range(4)] == pytest.approx([40_000, 80_000, 120_000, 160_000])


def test_a_change_within_the_year_counts_from_its_date_on() -> None:
    rule = {**PER_REP, "multiplier": {"start": 1.0, "2027-06-01": 1.3, "2028-01-01": 1.5}}
    assert [full(rule, q)[BIG, NORTH] / 100_000 for q in (0, 1, 2, 4)] == pytest.approx([1.0, 1.1, 1.3, 1.5])


@pytest.mark.parametrize(("form", "factor"), [("uplift", 1.2), ("cushion", 1.25)])
@pytest.mark.parametrize("of", ["from_target", "from_capacity"])
def test_over_assignment_states_its_base_and_its_form(of: str, form: str, factor: float) -> None:
    found = full({"kind": of, "over_assignment": {"form": form, "share": 0.2}})
    base = {"from_target": [40_000, 12_000], "from_capacity": [90_000, 18_000]}[of]
    assert found[:, SOUTH] == pytest.approx(np.array(base) * factor)


def test_territory_potential_moves_quota_between_regions_and_keeps_their_sum() -> None:
    equal = full({"kind": "from_target"})
    assert equal.tolist() == [[40_000, 40_000], [12_000, 12_000]]
    found = full({"kind": "from_target", "split": "potential"})
    assert found[BIG].tolist() == [30_000, 60_000], "half of 120,000 over two seats and over one"
    assert (found * SEATS).sum(axis=1) == pytest.approx((equal * SEATS).sum(axis=1))


def test_the_potential_of_a_region_without_seats_goes_to_the_others() -> None:
    scenario = small()
    heavy = {name: region.model_copy(update={"lead_weight": w}) for (name, region), w in
             zip(scenario.world.regions.items(), (1.0, 3.0), strict=True)}  # fmt: skip
    uneven = scenario.model_copy(update={"world": scenario.world.model_copy(update={"regions": heavy})})
    assert quota.potential_share(uneven, SEATS).tolist() == [[0.25, 0.75], [0.0, 1.0]]


def test_potential_is_the_accounts_of_the_territory_where_it_has_some() -> None:
    scenario = small()
    territory = Territory(accounts={"big": {"north": 900, "south": 100}})
    bounded = scenario.model_copy(update={"world": scenario.world.model_copy(update={"territory": territory})})
    assert quota.potential_share(bounded, SEATS).tolist() == [[0.9, 0.1], [0.0, 1.0]]
    all_north = territory.model_copy(update={"accounts": {"big": {"north": 900}}})
    bounded = scenario.model_copy(update={"world": scenario.world.model_copy(update={"territory": all_north})})
    assert quota.potential_share(bounded, SEATS)[BIG].tolist() == [1.0, 0.0]


def test_a_year_is_its_quarters_each_in_three_months() -> None:
    by_quarter = [0.1, 0.2, 0.3, 0.4]
    known = pytest.approx(np.repeat(by_quarter, 3) / 3)
    rule = {**PER_REP, "by_quarter": [0.4, 0.3, 0.2, 0.1]}
    assert quota.year_share_of_fiscal_month(small(quota=rule))[::-1] == known
    assert quota.year_share_of_fiscal_month(small(quota={"kind": "from_target"})) == known, "those of the target"


def test_months_of_whole_weeks_carry_their_weeks() -> None:
    scenario = small(quota={"kind": "per_rep", "usd_per_year": {"big": 400_000.0}})
    calendar = replace(scenario.calendar(24))
    vars(calendar)["month_weight"] = np.tile(np.array([4, 4, 5]) * 3 / 13, 8)
    found = [quota.full_usd(scenario, calendar, np.array(m), np.ones((2, 2)), SEATS) for m in ([0], [2], [1, 2])]
    assert [one[BIG, NORTH] for one in found] == pytest.approx([100_000 * n / 13 for n in (4, 5, 9)])
    assert not any(one[LITTLE].any() for one in found), "a segment without quota has none"
    assert target.by_month(scenario, calendar)[LITTLE, SOUTH, :3] == pytest.approx([12_000 * n / 13 for n in (4, 4, 5)])


def test_a_roles_own_quota_stands_against_its_segments() -> None:
    own = {"ae": {"little": 25_000.0}, "recruiter": {"big": 600_000.0}}
    assert quota.role_factor(small(quota={**PER_REP, "role_usd_per_year": own})).tolist() == [[1.0, 0.25], [1.5, 1.0]]
    assert quota.role_factor(small(quota={"kind": "from_target"})).tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_a_ratcheted_quota_lies_between_itself_and_what_was_sold() -> None:
    found = quota.ratcheted(np.array([1.0, 1.2, 1.2]), np.array([0.5, 2.0, 1.0]), 0.4)
    assert found == pytest.approx([0.8, 1.2 * 1.4, 1.2])


def test_attainment_is_of_a_quota_that_there_is_and_pipeline_covers_it() -> None:
    found = attainment.attainment(np.array([3.0, 3.0, 3.0]), np.array([4.0, 0.0, -1.0]))
    np.testing.assert_array_equal(found, [0.75, np.nan, np.nan])
    assert attainment.needed_pipeline_usd(100.0, 3.5) == 350.0
    assert attainment.LEAST_QUOTA_SHARE == 0.5


def test_the_target_by_month_grows_has_its_seasons_and_is_split_by_the_seats_that_sell() -> None:
    scenario = small()
    found = target.by_month(scenario, scenario.calendar(24))
    year = np.repeat([0.1, 0.2, 0.3, 0.4], 3) / 3
    of_big = np.concatenate([year, 1.5 * year]) * 1_200_000
    assert found[BIG, NORTH] == pytest.approx(of_big * 2 / 3)
    assert found[BIG, SOUTH] == pytest.approx(of_big / 3)
    assert found[LITTLE, SOUTH] == pytest.approx(of_big / 10)
    assert not found[LITTLE, NORTH].any()


def test_a_target_without_seats_is_split_equally_and_sellers_of_no_one_segment_count_in_all() -> None:
    teams = {
        "big_north": {"role": "ae", "region": "north", "segment": "big", "seats": 3},
        "hiring": {"role": "recruiter", "region": "south", "seats": 9},
    }
    everywhere = {"all_south": {"role": "ae", "region": "south", "seats": 1}}
    for given, known in ((teams, [[1.0, 0.0], [0.5, 0.5]]), ({**teams, **everywhere}, [[0.75, 0.25], [0.0, 1.0]])):
        scenario = small()
        opening = scenario.opening.model_validate({"teams": given})
        found = target.by_month(scenario.model_copy(update={"opening": opening}), scenario.calendar(12)).sum(axis=2)
        assert found == pytest.approx(np.array([[1_200_000.0], [120_000.0]]) * known)


def test_a_segment_without_a_target_has_none() -> None:
    scenario = small(target={"usd_per_year": {"big": 1_200_000.0}})
    assert not target.by_month(scenario, scenario.calendar(12))[LITTLE].any()


def test_a_target_is_reached_to_the_cent() -> None:
    found = target.reached(np.array([99.996, 99.99, 100.01]), np.array([100.0, 100.0, 100.0]))
    assert found.tolist() == [True, False, True]


def book(*overrides: str, months: int = 24) -> Ledger:
    return world.simulate(plain(*overrides), months, Luck(1, 0))


def test_the_ratchet_moves_next_years_quota_by_its_weight_to_what_was_sold() -> None:
    first = book("+levers.quota.ratchet_weight=0.4").quotas
    years = first["quarter"] // 4
    for seat in range(40):
        one, two = (first[(first["seat"] == seat) & (years == y)] for y in (0, 1))
        sold = one["attained_usd"].sum()
        assert np.all(one["full_usd"] == 150_000)
        assert two["full_usd"] == pytest.approx((0.6 * 600_000 + 0.4 * sold) / 4)


def test_the_ratchet_leaves_the_first_year_and_all_sales_untouched() -> None:
    steady, moved = book(), book("+levers.quota.ratchet_weight=0.4")
    assert digest(steady, ("deals", "moves", "credits", "seats")) == digest(
        moved, ("deals", "moves", "credits", "seats")
    )
    first_year = steady.quotas["quarter"] < 4
    assert np.array_equal(steady.quotas[first_year], moved.quotas[first_year])


def test_a_newcomer_knows_no_ratchet() -> None:
    ledger = book("+levers.quota.ratchet_weight=0.4", "world.roles.rep.exits.voluntary_per_year=0.7")
    spells = {(int(row["seat"]), int(row["holder"])): row for row in ledger.seats}
    second = ledger.quotas[ledger.quotas["quarter"] >= 4]
    began = np.array([spells[int(row["seat"]), int(row["holder"])]["start_day"] for row in second])
    assert np.all(second["full_usd"][began >= 360] == 150_000)
    assert np.sum(began >= 360) > 10
    assert np.all(second["full_usd"][began < 0] != 150_000)


@pytest.mark.parametrize("which", range(len(case("attainment")["cases"])))
def test_the_published_attainment_sheet(which: int) -> None:
    """Ten reps with a quota of 1,000 each under a plan of 8,000; at exactly half counts as below, as in the sheet."""
    sheet = case("attainment")
    one = sheet["cases"][which]
    sold = np.array(one["bookings"], float)
    reached = attainment.attainment(sold, np.full(len(sold), float(sheet["quota_per_rep"])))
    assert sold.sum() / (sheet["quota_per_rep"] * len(sold)) == pytest.approx(one["realization"], abs=0.005)
    assert sold.sum() / sheet["plan"] == pytest.approx(one["of_plan"], abs=0.005)
    assert np.mean(reached <= 0.5) == pytest.approx(one["share_at_or_below_50"])
    assert np.mean(reached >= 0.8) == pytest.approx(one["share_at_80_plus"])
    assert np.mean(reached >= 1.0) == pytest.approx(one["share_at_100_plus"])
