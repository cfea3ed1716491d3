"""Pay plans that change with a fiscal year, to the cent: months of 30 days, so the second year begins on day 360."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from sim import ledger, world
from sim.ledger import NEVER
from sim.luck import Luck
from sim.measures import kpis
from sim.measures.pay import rep_pay
from sim.measures.reading import Given, Reading
from sim.measures.value import selling_share
from sim.money.cost import Rates, month_of_cost
from sim.money.payroll import Payroll
from sim.org.first_day.quiet import past_levers
from sim.rules.quota import year_share_of_fiscal_month
from sim.scenario.checks.pay import doubts_about_pay
from sim.scenario.dates import Dates
from sim.scenario.scenario import Scenario
from sim.story.book import Book
from sim.story.effort import efforts
from sim.story.pay import statement
from tests.makers.play import plain
from tests.makers.small import small
from tests.rules.test_payroll_by_hand import close, spells, told

TIERS = [{"from_attainment": 0.0, "multiplier": 1.0}, {"from_attainment": 1.0, "multiplier": 2.0}]


def dated(old: dict[str, Any], new: dict[str, Any], **more: Any) -> Scenario:
    by_segment = {"little": "old", "big": {"start": "old", "2028-01-01": "new"}}
    return small(pay={"plans": {"old": old, "new": new}, "roles": {"ae": by_segment}}, **more)


def payroll(old: dict[str, Any], new: dict[str, Any]) -> Payroll:
    scenario = dated(old, new)
    return Payroll(scenario, scenario.calendar(24), year_share_of_fiscal_month(scenario))


def flat(share: float, **more: Any) -> dict[str, Any]:
    return {"components": {"c": {"commission_share": share}}, **more}


def test_a_deal_is_paid_by_the_plan_of_its_day() -> None:
    spiff = {"from_date": "2027-12-01", "to_date": "2028-02-01", "usd_per_deal": 77.0}
    of = payroll(flat(0.1, spiffs={"push": spiff}), flat(0.12, lag_days=15.0))
    lines = close(of, [(359.9, 0, 10_000.0), (360.0, 0, 10_000.0)], 8)
    assert told(lines, "deal", "amount_usd", "paid_day") == [
        (0, 1_000.0, 360.0), (0, 77.0, 360.0), (1, 1_200.0, 450.0 + 15.0),
    ]  # fmt: skip


def test_attainment_to_date_begins_anew() -> None:
    """Quota of 400,000 a year: sold twice over in the first, a quarter of it in the second."""
    yearly = {"period": "year", "commission_share": 0.1, "tiers": TIERS}
    of = payroll({"components": {"c": yearly}}, {"components": {"c": {**yearly, "commission_share": 0.2}}})
    lines = close(of, [(10.0, 0, 400_000.0), (350.0, 0, 400_000.0), (365.0, 0, 100_000.0)], 8)
    assert told(lines, "before", "after", "amount_usd") == [
        (0.0, 1.0, 40_000.0), (1.0, 2.0, 80_000.0), (0.0, 0.25, 20_000.0),
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["as_paid", "re_rated"])
def test_it_is_taken_back_by_the_plan_that_paid_it(form: str) -> None:
    of = payroll(flat(0.1, clawback_days=200.0, clawback_form=form), flat(0.3, lag_days=30.0))
    gone = np.zeros(2, ledger.CUSTOMERS)
    gone["deal"], gone["left_day"] = [0, 1], [400.0, 401.0]
    lines = close(of, [(300.0, 0, 10_000.0), (365.0, 0, 5_000.0)], 8, customers=gone)
    back = lines[lines["kind"] == ledger.CLAWBACK]
    assert told(back, "deal", "day", "amount_usd", "paid_day") == [(0, 400.0, -1_000.0, 420.0)]


def test_months_of_tenure_go_on_and_a_draw_is_still_owed() -> None:
    """Joined on 1 October: three of six months are left of the new plan's draw; and 3,000 are owed from the old one."""
    draw = {"usd_per_month": 1_000.0, "recoverable": True, "months_of_tenure": 3.0}
    floor = {"usd_per_month": 500.0, "recoverable": False, "months_of_tenure": 6.0}
    here = spells((0, "start_day", 270.0), (1, "end_day", 0.0))
    for new, kept in ((flat(0.1, draw=floor), 500.0), (flat(0.1), 0.0)):
        lines = close(payroll(flat(0.1, draw=draw), new), [(365.0, 0, 20_000.0), (560.0, 0, 20_000.0)], 8, spells=here)
        drawn = lines[lines["kind"] == ledger.DRAW]
        later = [(13.0, 500.0), (14.0, 500.0)] if kept else []
        assert told(drawn, "month", "amount_usd") == [(9, 1_000.0), (10, 1_000.0), (11, 1_000.0), *later]
        back = lines[lines["kind"] == ledger.DRAW_RECOVERY]
        first = 2_000.0 - kept
        assert told(back, "month", "amount_usd") == [(12, -first), (18, first - 3_000.0)]


def test_base_and_even_pay_change_on_the_day() -> None:
    old, new = ({"base_usd_per_year": base, "variable_usd_per_year": base / 10} for base in (120_000.0, 132_000.0))
    scenario = dated(old, new)
    rates = Rates.of(scenario, scenario.calendar(24))
    here = spells((1, "segment", 1))[:2]
    for month, big in ((11, 10_000.0), (12, 11_000.0)):
        paid = month_of_cost(rates, month, 30.0 * month, 30.0 * month + 30.0, here, np.zeros((0, 0)))
        usd = {kind: paid["amount_usd"][paid["kind"] == kind].tolist() for kind in (ledger.SALARY, ledger.COMMISSION)}
        assert usd == {ledger.SALARY: [big, 10_000.0], ledger.COMMISSION: [big / 10, 1_000.0]}
    assert [rates.salary_at(day, 0, 0, 0) for day in (-30.0, 359.9, 360.0)] == [120_000.0, 120_000.0, 132_000.0]


def test_before_the_first_day_the_first_plan_holds() -> None:
    pay = past_levers(dated(flat(0.1), flat(0.2))).pay
    assert [(place, name.start, name.changes) for place, name in pay.named()] == [
        (("ae", "little"), "old", {}), (("ae", "big"), "old", {}),
    ]  # fmt: skip


def test_a_plan_named_only_for_later_is_used() -> None:
    by_segment = {"little": "old", "big": {"start": "old", "2028-01-01": "new"}}
    plans = {name: flat(0.1) for name in ("old", "new", "never")}
    said = list(doubts_about_pay(small(pay={"plans": plans, "roles": {"ae": by_segment}}), 24))
    assert [text.split(":")[0] for text in said if "no one is on this plan" in text] == ["levers.pay.plans.never"]


@pytest.mark.parametrize(
    ("dates", "when", "around"),
    [
        ({"fiscal_year_start_month": 2}, date(2028, 1, 31), (date(2027, 2, 1), date(2028, 2, 1))),
        ({"fiscal_year_start_month": 2}, date(2028, 2, 1), (date(2028, 2, 1), date(2029, 2, 1))),
        (
            {
                "start": "2023-01-29", "fiscal_year_start_month": 2,
                "fiscal_weeks": {"pattern": "4-5-4", "year_ends": "nearest"},
            },
            date(2024, 2, 3), (date(2023, 1, 29), date(2024, 2, 4)),
        ),
    ],
)  # fmt: skip
def test_the_fiscal_years_around_a_day(dates: dict[str, Any], when: date, around: tuple[date, date]) -> None:
    """The retail year 2023 had 53 weeks and ended on 3 February 2024."""
    assert Dates.model_validate({"start": "2027-01-01", **dates}).fiscal_years_around(when) == around


def test_a_played_run_reads_the_plan_of_the_day_everywhere() -> None:
    """Ten percent in the first year and twenty in the second, ramped sellers with a quota of 600,000 a year."""
    plans = "{old: {components: {c: {commission_share: 0.1}}},"
    plans += " new: {base_usd_per_year: 90000, components: {c: {commission_share: 0.2}, d: {commission_share: 0.01}}}}"
    scenario = plain(
        f"levers.pay.plans={plans}", "levers.pay.roles={rep: {start: old, 2028-01-01: new}}",
        "world.behaviour.responsiveness=1.0", "world.behaviour.usual_rate={rep: 0.1}",
    )  # fmt: skip
    calendar = scenario.calendar(15)
    played = world.simulate(scenario, 15, Luck(1, 0))
    year = calendar.month_starts[12]
    is_new = played.efforts["day"] >= year
    assert is_new.any()
    np.testing.assert_allclose(played.efforts["worth"], np.where(is_new, 2.1, 1.0))
    sold = np.bincount(calendar_months(calendar.month_starts, played.credits["day"]), played.credits["amount_usd"], 15)
    pay = played.payments[np.isin(played.payments["kind"], ledger.VARIABLE_PAY)]
    rate = np.where(np.arange(15) < 12, 0.1, 0.21)
    np.testing.assert_allclose(np.bincount(pay["month"], pay["amount_usd"], 15), sold * rate, atol=5.0)
    reading = Reading(Given(kpis.table(scenario, calendar).rows.frame, scenario), played)
    on_target = rep_pay(reading).on_target[:, :15]
    stays = played.seats["end_day"] == NEVER
    assert stays.all()
    np.testing.assert_allclose(on_target[:, 0], (100_000 + 60_000) / 12, rtol=1e-6)
    np.testing.assert_allclose(on_target[:, 14], (90_000 + 126_000) / 12, rtol=1e-6)
    benefits = 1.0 + scenario.world.costs.benefits_share
    np.testing.assert_allclose(selling_share(reading), 0.21 * benefits, rtol=1e-4)
    book = Book(scenario, calendar, played)
    assert statement(book, 0, None)[:2] == ['Pay plan "old"', f'Pay plan "new", from {calendar.date_of(year)}']
    assert statement(book, 0, calendar.year_labels[1])[0] == f'Pay plan "new", {calendar.year_labels[1]}'
    assert "equal to the lines above" in statement(book, 0, None)[-1]
    assert any("2.10" in line for line in efforts(book, 0, calendar.year_labels[1]))


def calendar_months(starts: np.ndarray, day: np.ndarray) -> np.ndarray:
    return np.searchsorted(starts, day, side="right") - 1
