"""The payroll, worked out by hand: months of 30 days, two sellers of big in north and a recruiter behind them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim import ledger
from sim.ledger import NEVER
from sim.money import clawback, commission
from sim.money.payroll import Payroll
from sim.rules.quota import year_share_of_fiscal_month
from tests.makers.published import case
from tests.makers.small import small

AE, RECRUITER = 0, 1
BIG, NONE, NORTH = 0, -1, 0
Deal = tuple[float, int, float]  # day, seat, USD


def payroll(plan: dict[str, Any], months: int = 12, **more: Any) -> Payroll:
    """AEs are paid by ``plan``; ``more`` holds plans of recruiters."""
    plans = {"ae": plan, **more}
    scenario = small(pay={"plans": plans, "roles": {"ae": "ae", **{role: role for role in more}}})
    calendar = scenario.calendar(months)
    return Payroll(scenario, calendar, year_share_of_fiscal_month(scenario))


def spells(*changed: tuple[int, str, float]) -> np.ndarray:
    """Two sellers of big/north and a recruiter in north, since 600 days; some fields changed."""
    found = np.zeros(3, ledger.SEATS)
    found["seat"], found["role"], found["segment"], found["region"] = [0, 1, 4], [AE, AE, RECRUITER], [0, 0, -1], NORTH
    found["start_day"], found["end_day"] = -600.0, NEVER
    for place, name, value in changed:
        found[name][place] = value
    return found


def quotas(quarters: int, usd: float = 100_000.0, share: float = 1.0) -> np.ndarray:
    return rows(
        ledger.QUOTAS,
        *((seat, 0, 3 * q, q, BIG, NORTH, usd, share * usd, 0.0) for q in range(quarters) for seat in (0, 1)),
    )


def rows(dtype: np.dtype, *given: tuple[float, ...]) -> np.ndarray:
    return np.array(list(given), dtype)


def credits(*deals: Deal) -> np.ndarray:
    return rows(ledger.CREDITS, *((day, k, seat, 0, 1.0, usd) for k, (day, seat, usd) in enumerate(deals)))


def close(of: Payroll, deals: list[Deal], quarters: int = 1, **given: Any) -> np.ndarray:
    """All lines of some quarters."""
    table = np.zeros(len(deals), ledger.DEALS)
    table["customer"] = -1
    customers = given.pop("customers", np.zeros(0, ledger.CUSTOMERS))
    tables = {"spells": spells(), "quotas": quotas(quarters), **given}
    return np.concatenate([
        of.close(q, tables["spells"], tables["quotas"], credits(*deals), table, customers) for q in range(quarters)
    ])  # fmt: skip


def told(lines: np.ndarray, *names: str) -> list[tuple[float, ...]]:
    return [tuple(float(line[name]) for name in names) for line in lines]


def test_the_published_tiers() -> None:
    formula = case("small_formulas")["tiered_commission"]
    base = formula["tiers_marginal"][0][1]
    starts = [0.0, *(up_to for up_to, _ in formula["tiers_marginal"][:-1])]
    tiers = [
        {"from_attainment": start, "multiplier": rate / base}
        for start, (_, rate) in zip(starts, formula["tiers_marginal"], strict=True)
    ]
    of = payroll({"components": {"c": {"period": "year", "commission_share": base, "tiers": tiers}}})
    deals = [(10.0 + 30 * k, 0, formula["bookings_usd"] / 6) for k in range(6)]
    lines = close(of, deals, 4, quotas=quotas(4, formula["quota_usd"] / 4))
    assert lines["amount_usd"].sum() == formula["payout_usd"]
    assert told(lines[lines["after"] > 1.1], "base_usd", "rate") == [
        pytest.approx(row) for row in [(75_000, 0.15), (75_000, 0.20)]
    ]  # fmt: skip


def test_a_deal_that_crosses_the_quota_has_a_line_in_each_tier() -> None:
    tiers = [{"from_attainment": 0.0, "multiplier": 1.0}, {"from_attainment": 1.0, "multiplier": 1.5}]
    of = payroll({"components": {"c": {"commission_share": 0.1, "tiers": tiers}}})
    lines = close(of, [(5.0, 0, 80_000.0), (40.0, 1, 30_000.0), (65.0, 0, 50_000.0)])
    assert told(lines, "spell", "month", "deal", "before", "after", "base_usd", "rate", "amount_usd", "paid_day") == [
        pytest.approx(row) for row in [
            (0, 0, 0, 0.0, 0.8, 80_000, 0.10, 8_000, 90),
            (0, 2, 2, 0.8, 1.3, 20_000, 0.10, 2_000, 90),
            (0, 2, 2, 0.8, 1.3, 30_000, 0.15, 4_500, 90),
            (1, 1, 1, 0.0, 0.3, 30_000, 0.10, 3_000, 90),
        ]
    ]  # fmt: skip


def test_attainment_is_of_the_relieved_quota_and_the_rate_of_the_whole_one() -> None:
    """The target variable of 40,000 a year over quotas of 400,000 is a tenth; half the quota, half the bonus."""
    bonus = [{"at_attainment": 1.0, "share_of_target": 0.5}]
    of = payroll({"variable_usd_per_year": 40_000.0, "components": {"c": {"bonuses": bonus}}})
    lines = close(of, [(5.0, 0, 60_000.0)], quotas=quotas(1, 100_000.0, 0.5))
    assert told(lines, "after", "amount_usd") == [(1.2, 6_000.0), (1.2, 0.5 * 10_000 * 0.5)]


def test_longer_periods_add_quarters_up_and_pay_at_their_end() -> None:
    tiers = [{"from_attainment": 0.0, "multiplier": 1.0}, {"from_attainment": 1.0, "multiplier": 2.0}]
    plan = {"lag_days": 15.0, "components": {"c": {"period": "half", "commission_share": 0.1, "tiers": tiers}}}
    deals = [(5.0, 0, 150_000.0), (100.0, 0, 100_000.0)]
    assert not len(close(payroll(plan), deals, 1))
    lines = close(payroll(plan), deals, 2)
    assert lines["amount_usd"].tolist() == [15_000, 5_000, 10_000]
    assert set(lines["paid_day"]) == {180.0 + 15.0}
    plan["components"]["c"]["paid_every"] = "month"
    assert close(payroll(plan), deals, 2)["paid_day"].tolist() == [30.0 + 15.0, 120.0 + 15.0, 120.0 + 15.0]


def test_a_month_has_its_part_of_the_quarters_quota_by_days_held() -> None:
    tiers = [{"from_attainment": 0.0, "multiplier": 0.0}, {"from_attainment": 1.0, "multiplier": 1.0}]
    of = payroll({"components": {"c": {"period": "month", "commission_share": 0.1, "tiers": tiers}}})
    lines = close(of, [(5.0, 0, 40_000.0), (35.0, 0, 30_000.0)], quotas=quotas(1, 90_000.0))
    assert told(lines, "month", "quota_usd", "amount_usd") == [(0, 30_000, 1_000)]
    left = spells((0, "end_day", 45.0))
    lines = close(of, [(5.0, 0, 40_000.0), (35.0, 0, 30_000.0)], quotas=quotas(1, 90_000.0, 0.5), spells=left)
    assert told(lines, "month", "quota_usd", "amount_usd") == [(0, 30_000, 1_000), (1, 15_000, 1_500)]


def test_a_run_that_ends_within_a_period_closes_it() -> None:
    of = payroll({"components": {"c": {"period": "year", "commission_share": 0.1}}}, months=6)
    assert close(of, [(5.0, 0, 1_000.0)], 2)["amount_usd"].tolist() == [100.0]


FLAT = {"c": {"period": "month", "commission_share": 0.1}}


def test_a_recoverable_draw_is_paid_back_from_surplus() -> None:
    draw = {"usd_per_month": 2_000.0, "recoverable": True, "months_of_tenure": 600.0}
    lines = close(payroll({"components": FLAT, "draw": draw}), [(35.0, 0, 35_000.0), (65.0, 0, 10_000.0)])
    mine = lines[(lines["spell"] == 0) & (lines["kind"] != ledger.COMMISSION)]
    assert told(mine, "month", "kind", "amount_usd") == [
        (0, ledger.DRAW, 2_000), (1, ledger.DRAW_RECOVERY, -1_500), (2, ledger.DRAW, 1_000)
    ]  # fmt: skip
    later = close(payroll({"components": FLAT, "draw": draw}), [(95.0, 0, 60_000.0)], 2)
    back = later[later["kind"] == ledger.DRAW_RECOVERY]
    assert told(back, "month", "amount_usd") == [(3, -4_000)], "what three months paid ahead, as far as it goes"


def test_a_draw_that_is_no_advance_only_fills_up_and_ends_with_tenure() -> None:
    draw = {"usd_per_month": 2_000.0, "recoverable": False, "months_of_tenure": 1.5}
    new = spells((0, "start_day", 0.0), (1, "end_day", -1.0))
    lines = close(payroll({"components": FLAT, "draw": draw}), [(5.0, 0, 5_000.0), (65.0, 0, 90_000.0)], spells=new)
    filled = lines[lines["kind"] == ledger.DRAW]
    assert told(filled, "month", "base_usd", "amount_usd") == [(0, 2_000, 1_500), (1, 1_000, 1_000)]
    assert not np.any(lines["kind"] == ledger.DRAW_RECOVERY)


def test_the_guarantee_comes_before_the_draw() -> None:
    plan = {
        "variable_usd_per_year": 24_000.0, "components": FLAT,
        "guarantee": {"share_of_target": 0.5, "months_of_tenure": 1.0},
        "draw": {"usd_per_month": 1_200.0, "recoverable": True, "months_of_tenure": 2.0},
    }  # fmt: skip
    new = spells((0, "start_day", 0.0), (1, "end_day", -1.0))
    lines = close(payroll(plan), [(5.0, 0, 3_000.0)], spells=new)
    assert told(lines[lines["deal"] < 0], "month", "kind", "amount_usd") == [
        (0, ledger.GUARANTEE, 700), (0, ledger.DRAW, 200), (1, ledger.DRAW, 1_200)
    ]  # fmt: skip


def test_a_spiff_pays_what_it_is_for() -> None:
    dates = {"from_date": "2027-01-11", "to_date": "2027-02-01"}
    plan = {
        "components": {"c": {"period": "quarter", "commission_share": 0.1}},
        "spiffs": {
            "per_deal": {**dates, "usd_per_deal": 250.0},
            "share": {**dates, "share_of_bookings": 0.02},
            "elsewhere": {**dates, "segments": ["little"], "usd_per_deal": 1.0},
            "own": {**dates, "sources": ["own"], "usd_per_deal": 1.0},
        },
    }
    lines = close(payroll(plan), [(9.9, 0, 1_000.0), (10.0, 0, 2_000.0), (29.9, 1, 3_000.0), (30.0, 1, 4_000.0)])
    extra = lines[lines["kind"] == ledger.SPIFF]
    assert told(extra, "deal", "step", "amount_usd", "paid_day") == [
        (1, 0, 250, 30), (2, 0, 250, 30), (1, 1, 40, 30), (2, 1, 60, 30)
    ]  # fmt: skip


def test_an_override_is_shared_by_those_who_are_there() -> None:
    boss = {"components": {"c": {"credit": "team", "commission_share": 0.02}}}
    of = payroll({"components": FLAT}, recruiter=boss)
    two = np.concatenate([spells(), spells()[2:]])
    two["seat"][3], two["start_day"][3] = 5, 40.0
    lines = close(of, [(5.0, 0, 10_000.0), (50.0, 1, 10_000.0)], spells=two)
    assert told(lines[lines["kind"] == ledger.OVERRIDE], "spell", "deal", "amount_usd") == [
        (2, 0, 200), (2, 1, 100), (3, 1, 100)
    ]  # fmt: skip


def test_a_manager_has_an_override_on_those_managed_only() -> None:
    boss = {"components": {"c": {"credit": "team", "commission_share": 0.02}}}
    scenario = small(
        pay={"plans": {"ae": {"components": FLAT}, "boss": boss}, "roles": {"ae": "ae", "recruiter": "boss"}}
    )
    calendar = scenario.calendar(3)
    for led, due in ((["ae"], [200.0]), (["recruiter"], [])):
        chief = scenario.world.roles["recruiter"].model_copy(update={"duty": "manages", "manages": led})
        roles = {**scenario.world.roles, "recruiter": chief}
        led_by = scenario.model_copy(update={"world": scenario.world.model_copy(update={"roles": roles})})
        lines = close(Payroll(led_by, calendar, year_share_of_fiscal_month(led_by)), [(5.0, 0, 10_000.0)])
        assert lines["amount_usd"][lines["kind"] == ledger.OVERRIDE].tolist() == due


def test_a_team_bonus_is_for_the_teams_attainment() -> None:
    """Two quotas of 100,000, a manager's of nine tenths: 180,000 is a quota, of which 12,000 a year is paid."""
    bonus = [{"at_attainment": 1.0, "share_of_target": 1.0}]
    part = {
        "credit": "team",
        "quota_share": 0.9,
        "tiers": [{"from_attainment": 0.0, "multiplier": 0.0}],
        "bonuses": bonus,
    }
    boss = {"variable_usd_per_year": 12_000.0, "components": {"c": part}}
    deals = [(5.0, 0, 150_000.0), (50.0, 1, 29_999.99)]
    of = payroll({"components": FLAT}, recruiter=boss)
    assert not np.any(close(of, deals)["kind"] == ledger.TEAM_BONUS)
    lines = close(payroll({"components": FLAT}, recruiter=boss), [*deals, (80.0, 1, 0.01)])
    bonus_lines = lines[lines["kind"] == ledger.TEAM_BONUS]
    assert told(bonus_lines, "spell", "deal", "quota_usd", "amount_usd") == [(2, 2, 180_000, 3_000)]


def test_a_split_takes_from_the_seller_only_while_somebody_is_there_to_take_it() -> None:
    behind = {"components": {"c": {"credit": "split", "commission_share": 0.05}}}
    plan = {"components": FLAT, "splits": {"recruiter": 0.2}}
    deals = [(5.0, 0, 10_000.0), (50.0, 0, 10_000.0)]
    gone = spells((2, "end_day", 40.0))
    lines = close(payroll(plan, recruiter=behind), deals, spells=gone)
    assert told(lines, "spell", "deal", "base_usd", "amount_usd") == [
        (0, 0, 8_000, 800), (0, 1, 10_000, 1_000), (2, 0, 2_000, 100)
    ]  # fmt: skip


def test_a_catch_up_is_told_apart() -> None:
    part = {"commission_share": 0.1, "threshold_attainment": 0.5, "threshold_pays": "from_first_dollar"}
    lines = close(payroll({"components": {"c": part}}), [(5.0, 0, 30_000.0), (6.0, 0, 30_000.0)])
    assert told(lines, "deal", "what", "base_usd", "amount_usd") == [
        (1, commission.IN_TIER, 10_000, 1_000), (1, commission.CATCH_UP, 5_000, 5_000)
    ]  # fmt: skip


def customers(*lost: tuple[int, float]) -> np.ndarray:
    """Customers of deals who left on a day."""
    found = np.zeros(len(lost), ledger.CUSTOMERS)
    found["deal"], found["left_day"] = np.array(lost).T
    return found


def test_pay_is_taken_back_when_the_customer_leaves_within_the_window() -> None:
    """Once, whenever the period is paid; not from who has gone; lump sums stay."""
    plan = {
        "clawback_days": 60.0,
        "components": {"c": {"commission_share": 0.1, "bonuses": [{"at_attainment": 0.5, "usd": 99.0}]}},
    }
    deals = [(5.0, 0, 60_000.0), (20.0, 0, 1_000.0), (80.0, 0, 2_000.0), (80.0, 1, 3_000.0), (100.0, 1, 4_000.0)]
    lost = customers((0, 65.0), (1, 80.1), (2, 100.0), (3, 130.0))
    gone = spells((1, "end_day", 120.0))
    lines = close(payroll(plan), deals, 3, customers=lost, spells=gone)
    back = lines[lines["kind"] == ledger.CLAWBACK]
    assert told(back, "deal", "month", "day", "amount_usd") == [(0, 2, 65.0, -6_000), (2, 3, 100.0, -200)]


def test_an_expansion_is_taken_back_with_its_customer() -> None:
    deals = np.zeros(3, ledger.DEALS)
    deals["customer"] = [-1, 0, -1]
    lost = customers((0, 50.0))
    assert clawback.left_day_of_deals(deals, lost).tolist() == [50.0, 50.0, NEVER]
