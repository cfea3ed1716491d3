"""A lump sum in dollars is scaled by the part of the period, as a share of target is: both pay the same, always."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim import ledger
from sim.money.payroll import Payroll
from sim.rules.quota import year_share_of_fiscal_month
from tests.makers.small import small
from tests.rules.test_payroll_by_hand import close, quotas

YEARLY = 12_000.0
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def payroll(period: str, bonus: dict[str, float], months: int, fiscal_start: int = 1, **quota: Any) -> Payroll:
    nothing = [{"from_attainment": 0.0, "multiplier": 0.0}]
    part = {"period": period, "tiers": nothing, "bonuses": [{"at_attainment": 1.0, **bonus}]}
    plan = {"variable_usd_per_year": YEARLY, "components": {"c": part}}
    levers = {"quota": {"kind": "per_rep", "usd_per_year": {"big": 400_000, "little": 1}, **quota}}
    scenario = small(pay={"plans": {"ae": plan}, "roles": {"ae": "ae"}}, **levers)
    dates = scenario.dates.model_copy(update={"fiscal_year_start_month": fiscal_start})
    scenario = scenario.model_copy(update={"dates": dates})
    return Payroll(scenario, scenario.calendar(months), year_share_of_fiscal_month(scenario))


def by_usd_and_by_share(period: str, of_year: float, months: int, first: int, **more: Any) -> list[float]:
    """What both kinds of lump sum pay seat 0 in all, for a deal each quarter that is just the quota.

    Args:
        of_year: the part of a year's variable in a whole period. first: the quarter of the run in which one joins.
    """
    deals = [(91.0 + 90 * k, 0, 100_000.0) for k in range(first - 1, (months - 1) // 3)]
    count = (months + 2) // 3
    table = quotas(count)
    found = []
    for bonus in ({"usd": YEARLY * of_year}, {"share_of_target": 1.0}):
        of = payroll(period, bonus, months, **more)
        lines = close(of, deals, count, quotas=table[(table["seat"] == 1) | (table["quarter"] >= first)])
        assert np.all(lines["kind"] == ledger.BONUS)
        found.append(float(lines["amount_usd"].sum()))
    return found


@pytest.mark.parametrize(
    ("months", "first", "right"), [(12, 0, 12_000), (12, 2, 6_000), (18, 0, 18_000), (6, 0, 6_000), (12, 3, 3_000)]
)
def test_of_a_year(months: int, first: int, right: float) -> None:
    assert by_usd_and_by_share("year", 1.0, months, first) == [right, right]


def test_of_a_fiscal_year_that_the_run_begins_within() -> None:
    assert by_usd_and_by_share("year", 1.0, 6, 0, fiscal_start=7) == [6_000.0, 6_000.0]


@pytest.mark.parametrize(("period", "right"), [("quarter", 12_000.0), ("half", 12_000.0), ("month", 4_000.0)])
def test_of_shorter_periods_that_are_whole(period: str, right: float) -> None:
    """A deal a quarter is more than the quota of its month, and nothing is sold in the other two."""
    assert by_usd_and_by_share(period, MONTHS[period] / 12, 12, 0) == [right, right]


def test_with_seasons_a_later_half_is_worth_its_part_of_the_quota() -> None:
    assert by_usd_and_by_share("year", 1.0, 12, 2, by_quarter=[0.1, 0.2, 0.3, 0.4]) == [8_400.0, 8_400.0]
