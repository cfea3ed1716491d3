"""Salaries by segment and region, yearly raises and inflation, by hand to the cent; off, nothing of them is left."""

from __future__ import annotations

import numpy as np
import pytest

from sim import ledger
from sim.ledger import Ledger
from sim.money.cost import Rates, month_of_cost
from sim.money.pay_scale import PayScale
from sim.money.plans import PayPlans
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load
from sim.scenario.scenario import Scenario
from tests.makers.play import TABLES, digest, ledgers, plain

RAISE = "+world.costs.yearly_raise={share: 0.03, month_day: 04-16}"
OTHER = ("+world.costs.overhead_usd_per_head_per_year=12000", "+world.costs.other_usd_per_year={tools: 1200}")


def one(scenario: Scenario, months: int) -> Ledger:
    (book,) = ledgers(scenario, months, 1)
    return book


def by_month(book: Ledger, kind: int) -> list[list[float]]:
    """The different amounts of one kind that a month pays, by month."""
    rows = book.payments[book.payments["kind"] == kind]
    return [np.unique(rows["amount_usd"][rows["month"] == month]).tolist() for month in np.unique(rows["month"])]


def test_a_segments_salary_stands_for_the_roles_and_a_region_multiplies_it() -> None:
    more = ("+world.costs.segment_salary_usd_per_year={rep: {all: 90000.10}}",)
    assert by_month(one(plain(*more), 2), ledger.SALARY) == [[7500.01]] * 2
    more = (*more, "+world.costs.region_salary_multiplier={here: 1.1}")
    assert by_month(one(plain(*more), 2), ledger.SALARY) == [[8250.01]] * 2
    assert by_month(one(plain(*more), 2), ledger.BENEFITS) == [[2062.50]] * 2, "a quarter of it, half a cent up"


def test_a_raise_holds_from_its_day_on_and_the_next_one_is_on_top() -> None:
    paid = by_month(one(plain(RAISE), 17), ledger.SALARY)
    before, half, after = 8333.33, 8458.33, 8583.33  # of the month of the raise half at each
    assert paid[:12] == [[before]] * 3 + [[half]] + [[after]] * 8
    assert paid[12:] == [[after]] * 3 + [[round(100_000 / 12 * 1.03 * 1.015, 2)]] + [[round(100_000 / 12 * 1.0609, 2)]]
    scenario = plain(RAISE)
    scale = PayScale.of(scenario, scenario.calendar(17))
    assert [scale.at(day) for day in (0.0, 104.9, 105.0, 465.0)] == pytest.approx([1.0, 1.0, 1.03, 1.0609])
    assert scale.by_month(scenario.calendar(17).month_starts)[[2, 3, 4]] == pytest.approx([1.0, 1.015, 1.03])


def test_inflation_makes_each_twelve_months_dearer_and_leaves_pay_alone() -> None:
    book = one(plain(*OTHER, "+world.costs.inflation_per_year=0.03"), 25)
    assert by_month(book, ledger.OVERHEAD) == [[1000.0]] * 12 + [[1030.0]] * 12 + [[1060.9]]
    assert by_month(book, ledger.OTHER_COST) == [[100.0]] * 12 + [[103.0]] * 12 + [[106.09]]
    assert by_month(book, ledger.SALARY) == [[8333.33]] * 25
    scenario = plain("+world.costs.inflation_per_year=0.03")
    rates = Rates.of(scenario, scenario.calendar(13))
    nobody = np.zeros(0, ledger.SEATS)
    rows = [month_of_cost(rates, m, 30.0 * m, 30.0 * m + 30, nobody, np.array([[99.99]])) for m in (11, 12)]
    assert [row["amount_usd"].tolist() for row in rows] == [[99.99], [102.99]]


def test_they_move_money_and_nothing_else() -> None:
    off, on = (
        load("base", ("opening.past_seat_years=0", *more))
        for more in (
            (),
            (
                "+world.costs.yearly_raise={share: 0.04, month_day: 03-01}", "+world.costs.inflation_per_year=0.05",
                "+world.costs.region_salary_multiplier={east: 1.2}", "world.costs.segment_salary_usd_per_year.ae.smb=1",
            ),
        )
    )  # fmt: skip
    before, after = one(off, 6), one(on, 6)
    rest = tuple(set(TABLES) - {"payments"})
    assert digest(before, rest) == digest(after, rest), "the market pays more where people are paid more"
    assert not np.array_equal(before.payments["amount_usd"], after.payments["amount_usd"])


def test_a_plans_base_may_differ_by_segment_and_is_compared_with_what_the_segment_is_paid() -> None:
    salary = "+world.costs.segment_salary_usd_per_year={rep: {all: 80000}}"
    paid_by = "+levers.pay={{plans: {{p: {{base_usd_per_year: {}, components: {{c: {{commission_share: 0.1}}}}}}}},"
    paid_by += " roles: {{rep: p}}}}"
    for given, paid, compared in (("{all: 88000}", 88_000, 110_000), ("120000", 120_000, 150_000), ("{}", 80_000, 1e5)):
        plans = PayPlans.of_scenario(plain(salary, paid_by.format(given)))
        assert plans.salary_usd_per_year[0, 0, 0] == paid
        assert plans.compared_usd_per_year[0, 0, 0] == pytest.approx(compared)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("+world.costs.segment_salary_usd_per_year={rep: {al: 1}}", 'rep.al: "al" is no segment. Did you mean "all"?'),
        ("+world.costs.segment_salary_usd_per_year={reps: {all: 1}}", '"reps" is no role. Did you mean "rep"?'),
        ("+world.costs.region_salary_multiplier={her: 1}", '"her" is no region. Did you mean "here"?'),
        (
            "+world.costs.yearly_raise={share: 0.03, month_day: 02-30}",
            "is no day of every year, as month-day, such as 04-01",
        ),
        ("+levers.pay.plans={p: {base_usd_per_year: {al: 1}}}", 'p.base_usd_per_year.al: "al" is no segment.'),
        ("+levers.pay.plans={p: {base_usd_per_year: much}}", "expected dollars a year, or such dollars by segment"),
    ],
)
def test_what_is_wrong_is_said(given: str, says: str) -> None:
    with pytest.raises(ScenarioError) as problem:
        plain(given)
    assert says in str(problem.value)
