"""Draws and what they get back, SPIFFs of small deals, and splits, by hand: months of 30 days."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import ledger
from sim.money import commission, floors
from sim.money.credit import split_share
from sim.money.plans import PayPlans
from tests.makers.small import small
from tests.rules.test_payroll_by_hand import FLAT, close, payroll, spells, told

NAMES = ("spell", "month", "kind", "base_usd", "rate", "amount_usd", "day", "paid_day")


def settled(plan: dict[str, Any], earned: list[list[float]], owed: list[float]) -> tuple[np.ndarray, list[float]]:
    """Lines of the first quarter, for two sellers and somebody without a plan; and what is owed after it."""
    scenario = small(pay={"plans": {"ae": {"components": FLAT, **plan}}, "roles": {"ae": "ae"}})
    left = np.array(owed)
    lines = floors.settle(
        PayPlans.of_scenario(scenario), scenario.calendar(12), np.arange(3), spells(), np.array(earned), left
    )
    return lines, left.tolist()


def test_what_one_owes_from_an_earlier_plan_is_taken_from_all_that_is_earned() -> None:
    lines, left = settled({"lag_days": 15.0}, [[300.0, 100.0, 400.0], [50.0, 0.0, 0.0], [0.0] * 3], [500.0, 0.0, 0.0])
    assert told(lines, *NAMES) == [
        (0, 0, ledger.DRAW_RECOVERY, 500, 1, -300, 30, 45),
        (0, 1, ledger.DRAW_RECOVERY, 200, 1, -100, 60, 75),
        (0, 2, ledger.DRAW_RECOVERY, 100, 1, -100, 90, 105),
    ]
    assert left == [0.0, 0.0, 0.0]


def test_what_one_is_advanced_is_owed_though_another_needs_no_advance() -> None:
    draw = {"usd_per_month": 2_000.0, "recoverable": True, "months_of_tenure": 600.0}
    lines, left = settled({"draw": draw}, [[500.0, 0.0, 2_750.0], [9_000.0] * 3, [0.0] * 3], [0.0, 0.0, 0.0])
    assert told(lines, *NAMES) == [
        (0, 0, ledger.DRAW, 2_000, 1, 1_500, 30, 30),
        (0, 1, ledger.DRAW, 2_000, 1, 2_000, 60, 60),
        (0, 2, ledger.DRAW_RECOVERY, 3_500, 1, -750, 90, 90),
    ]
    assert left == [2_750.0, 0.0, 0.0]


def test_a_spiff_is_for_deals_that_count_for_something_however_little() -> None:
    """A dollar for a deal of a cent, none for one of nothing; a share of a cent is no pay. Paid after the lag."""
    dates = {"from_date": "2027-01-11", "to_date": "2027-03-01"}
    spiffs = {"each": {**dates, "usd_per_deal": 1.0}, "share": {**dates, "share_of_bookings": 0.1}}
    of = payroll({"lag_days": 15.0, "components": FLAT, "spiffs": spiffs})
    lines = close(of, [(12.0, 0, 0.0), (13.0, 0, 0.01), (40.0, 1, 0.01)])
    extra = lines[lines["what"] == commission.SPIFF]
    assert told(extra, "spell", "deal", "step", "month", "amount_usd", "paid_day") == [
        (0, 1, 0, 0, 1, 45), (1, 2, 0, 1, 1, 75)
    ]  # fmt: skip


def test_who_has_no_plan_or_one_without_splits_gives_nothing_away() -> None:
    sellers, day = np.array([0, 1, 2]), np.zeros(3)
    plan = {"components": FLAT, "splits": {"recruiter": 0.2}}
    behind = {"components": {"c": {"credit": "split", "commission_share": 0.05}}}
    some = small(pay={"plans": {"ae": plan, "r": behind}, "roles": {"ae": "ae", "recruiter": "r"}})
    none = small(pay={"plans": {"ae": plan}, "roles": {"ae": "ae"}})
    for scenario in (some, none):
        shares = split_share(PayPlans.of_scenario(scenario), spells(), sellers, day, "recruiter")
        assert shares.tolist() == [0.2, 0.2, 0.0]
