"""Pay on the real calendar goes by months: draws and guarantees, and the part of a quota that is a month's."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from sim import ledger, world
from sim.luck import Luck
from sim.money.payroll import Payroll
from sim.org.actors.behaviour import SellerBehaviour
from sim.pipeline.tables import NOBODY
from sim.rules.quota import year_share_of_fiscal_month
from tests.makers.play import plain
from tests.makers.small import small
from tests.rules.test_payroll_by_hand import close, quotas, spells, told

MONTHLY = {"c": {"period": "month", "commission_share": 0.1}}
AT_QUOTA = [{"at_attainment": 1.0, "usd": 1_000.0}]


def payroll(plan: dict[str, Any], start: date = date(2027, 1, 1)) -> Payroll:
    """A year on the real calendar; AEs are paid by ``plan``."""
    scenario = small(pay={"plans": {"ae": plan}, "roles": {"ae": "ae"}})
    dates = scenario.dates.model_copy(update={"start": start, "equal_months": False})
    scenario = scenario.model_copy(update={"dates": dates})
    return Payroll(scenario, scenario.calendar(12), year_share_of_fiscal_month(scenario))


def mid_month(of: Payroll, month: int) -> float:
    return float(of.calendar.month_starts[month]) + 14.0


@pytest.mark.parametrize("start", [date(2027, 1, 1), date(2027, 7, 1), date(2027, 9, 1), date(2028, 2, 1)])
def test_a_draw_of_six_months_is_for_six_calendar_months(start: date) -> None:
    draw = {"usd_per_month": 2_000.0, "recoverable": False, "months_of_tenure": 6.0}
    of = payroll({"components": MONTHLY, "draw": draw}, start)
    here = spells((0, "start_day", 0.0))
    lines = close(of, [(mid_month(of, 5), 0, 10_000.0)], 4, spells=here)
    drawn = lines[(lines["spell"] == 0) & (lines["kind"] == ledger.DRAW)]
    assert told(drawn, "month", "amount_usd") == [(m, 2_000.0) for m in range(5)] + [(5, 1_000.0)]


def test_a_guarantee_ends_on_the_day_of_the_month_on_which_one_began() -> None:
    guarantee = {"share_of_target": 1.0, "months_of_tenure": 2.0}
    of = payroll({"variable_usd_per_year": 12_000.0, "components": {"c": {"period": "month"}}, "guarantee": guarantee})
    here = spells((0, "start_day", 14.0))  # 15 January, so until 15 March
    lines = close(of, [], 2, spells=here)
    filled = lines[lines["spell"] == 0]
    assert filled["month"].tolist() == [0, 1, 2]
    assert filled["amount_usd"] == pytest.approx([1_000 * 17 / 31, 1_000, 1_000 * 14 / 31], abs=0.01)


def test_a_months_quota_is_a_third_of_the_quarters() -> None:
    of = payroll({"components": {"c": {"period": "month", "commission_share": 0.1, "bonuses": AT_QUOTA}}})
    deals = [(mid_month(of, month), 0, 100_000.0) for month in range(12)]
    lines = close(of, deals, 4, quotas=quotas(4, 300_000.0))
    bonus = lines[lines["kind"] == ledger.BONUS]
    assert told(bonus, "month", "quota_usd", "amount_usd") == [(m, 100_000.0, 1_000.0) for m in range(12)]


def test_attainments_of_months() -> None:
    """Published: 42,500, 55,000 and 52,500 of 50,000 a month are 85, 110 and 105%."""
    of = payroll({"variable_usd_per_year": 60_000.0, "components": {"c": {"period": "month"}}})
    sold = [42_500.0, 55_000.0, 52_500.0]
    lines = close(of, [(mid_month(of, m), 0, usd) for m, usd in enumerate(sold)], quotas=quotas(1, 150_000.0))
    assert lines["after"] == pytest.approx([0.85, 1.10, 1.05])


def test_who_holds_a_part_of_a_month_carries_that_part_of_a_third() -> None:
    """Joined on 15 February: half of February and March, of what is carried in the quarter."""
    of = payroll({"components": {"c": {"period": "month", "commission_share": 0.1, "bonuses": AT_QUOTA}}})
    here = spells((0, "start_day", 45.0))
    deals = [(50.0, 0, 30_000.0), (70.0, 0, 60_000.0)]
    lines = close(of, deals, quotas=quotas(1, 180_000.0, 0.5), spells=here)
    assert told(lines[lines["kind"] == ledger.BONUS], "month", "quota_usd") == [(1, 30_000.0), (2, 60_000.0)]


def test_sellers_respond_to_the_quotas_of_months_that_they_are_paid_on() -> None:
    """On the last day of each month, whoever sits there to the quarter's end; some joined within it."""
    steps = "tiers: [{from_attainment: 0.0, multiplier: 0.5}, {from_attainment: 1.0, multiplier: 2.0}]"
    scenario = plain(
        "dates.equal_months=false", "world.roles.rep.exits.voluntary_per_year=2.0",
        f"levers.pay.plans={{plan: {{components: {{c: {{period: month, commission_share: 0.1, {steps}}}}}}}}}",
        "levers.pay.roles={rep: plan}", "world.behaviour.responsiveness=1.0", "world.behaviour.usual_rate={rep: 0.1}",
    )  # fmt: skip
    calendar, luck = scenario.calendar(12), Luck(1, 0)
    org = world.assemble(scenario, calendar, luck, world.prepare(scenario, 12, luck))
    position = org.week.adjuster(SellerBehaviour).position
    believed: dict[tuple[int, int], float] = {}
    month = 0
    while (day := org.env.peek()) < calendar.horizon:
        while month < 9 and day >= calendar.month_starts[month + 1] - 0.5:
            for seat in np.flatnonzero(org.roster["held"] & (org.roster["spell"] != NOBODY)):
                believed[int(org.roster["spell"][seat]), month] = float(position.quota[seat, 0])
            month += 1
        org.pipeline.advance(day)
        org.env.step()
    paid = Payroll(scenario, calendar, year_share_of_fiscal_month(scenario))
    tables = (
        org.journal.seats.rows,
        org.journal.quotas.rows,
        org.pipeline.credits,
        org.pipeline.deals,
        org.pipeline.customers,
    )
    lines = np.concatenate([paid.close(quarter, *tables) for quarter in range(3)])
    ends = calendar.month_starts[3 * (lines["month"] // 3) + 3]
    lines = lines[org.journal.seats.rows["end_day"][lines["spell"]] >= ends]
    told_by_spell = np.array([believed.get((int(line["spell"]), int(line["month"])), 0.0) for line in lines])
    known = told_by_spell > 0
    late = org.journal.seats.rows["start_day"][lines["spell"]] > calendar.month_starts[3 * (lines["month"] // 3)]
    assert np.sum(known & late) > 5
    np.testing.assert_allclose(told_by_spell[known], lines["quota_usd"][known], rtol=1e-9)
