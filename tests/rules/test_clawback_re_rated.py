"""A clawback that rates the period again: what is taken back is what the deals that stay would have been paid less."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim import ledger
from tests.rules.test_payroll_by_hand import close, customers, payroll, quotas

TIERS = [{"from_attainment": 0.0, "multiplier": 1.0}, {"from_attainment": 1.0, "multiplier": 2.0}]
DEALS = [(9.0, 0, 200_000.0), (40.0, 0, 200_000.0), (64.0, 0, 50_000.0), (79.0, 0, 30_000.0)]


def taken(form: str, lost: list[tuple[int, float]], count: int = 2, **part: Any) -> np.ndarray:
    """Clawback lines on 5% up to 450,000 in the quarter and 10% above it."""
    component = {"commission_share": 0.05, "tiers": TIERS, **part}
    of = payroll({"clawback_days": 90.0, "clawback_form": form, "components": {"c": component}})
    lines = close(of, DEALS, count, customers=customers(*lost), quotas=quotas(count, 450_000.0))
    return lines[lines["kind"] == ledger.CLAWBACK]


@pytest.mark.parametrize(("form", "right"), [("as_paid", -2_500.0), ("re_rated", -4_000.0)])
def test_a_deal_below_the_quota_that_lifted_another_above_it(form: str, right: float) -> None:
    """480,000 sold pays 25,500; without the third deal 430,000 pays 21,500."""
    found = taken(form, [(2, 125.0)])
    assert found[["deal", "month", "day", "amount_usd"]].tolist() == [(2, 4, 125.0, right)]


def test_deals_are_taken_back_one_after_the_other_and_once() -> None:
    """Without the third 4,000 less, and then without the fourth 1,500: in all what 400,000 does not pay."""
    found = taken("re_rated", [(3, 130.0), (2, 125.0)], 3)
    assert found[["deal", "amount_usd"]].tolist() == [(2, -4_000.0), (3, -1_500.0)]


def test_a_deal_that_was_paid_nothing_itself_counts_too() -> None:
    """The first 200,000 of a threshold at 400,000 are paid nothing, but let the rest be paid."""
    part = {"threshold_attainment": 400_000 / 450_000, "threshold_pays": "above_it"}
    assert taken("as_paid", [(0, 80.0)], **part)["amount_usd"].sum() == 0.0
    assert taken("re_rated", [(0, 80.0)], **part)["amount_usd"].sum() == -(0.05 * 50_000 + 0.1 * 30_000)


def test_not_after_the_window() -> None:
    assert not len(taken("re_rated", [(2, 64.0 + 90.1)]))


def test_a_period_that_ends_after_the_customer_left_pays_what_is_left() -> None:
    """Paid by year: nothing is paid before its end, and then the two lines are 4,000 apart."""
    found = taken("re_rated", [(2, 125.0)], 4, period="year", tiers=[TIERS[0], {**TIERS[1], "from_attainment": 0.25}])
    assert found["amount_usd"].tolist() == [-4_000.0]


def test_it_never_pays() -> None:
    """Rounded line by line, deals that stay may come to a cent more than they did with the lost one."""
    for cents in range(1, 60):
        component = {"commission_share": 0.05, "tiers": [TIERS[0], {"from_attainment": 0.5, "multiplier": 1.1}]}
        of = payroll({"clawback_days": 90.0, "clawback_form": "re_rated", "components": {"c": component}})
        deals = [(9.0, 0, cents / 100), (40.0, 0, 0.61)]
        lines = close(of, deals, 2, customers=customers((0, 60.0)), quotas=quotas(2, 1.0))
        assert np.all(lines["amount_usd"][lines["kind"] == ledger.CLAWBACK] < 0)
