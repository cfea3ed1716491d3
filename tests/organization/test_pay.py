"""Whatever the pay plan, what is paid is what the deals earned, and nothing else in the world knows of it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import ledger, world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.money import commission
from sim.money.lines import LINES, payments_of
from sim.money.payroll import Payroll
from sim.money.plans import period_of_month
from sim.rules.payout import catch_ups_of, paid_at, tiers_of
from sim.rules.quota import year_share_of_fiscal_month
from sim.scenario.scenario import Scenario
from tests.makers.invented_pay import paid_otherwise
from tests.makers.invented_worlds import worlds
from tests.makers.play import TABLES, digest

runs = given(
    plan=worlds().flatmap(paid_otherwise), months=st.integers(4, 15), replication=st.integers(0, 2**20)
)  # fmt: skip


def lines_of(plan: Scenario, months: int, book: Ledger) -> tuple[Payroll, np.ndarray]:
    calendar = plan.calendar(months)
    payroll = Payroll(plan, calendar, year_share_of_fiscal_month(plan))
    quarters = np.unique(calendar.quarter_of_month)
    found = [payroll.close(int(q), book.seats, book.quotas, book.credits, book.deals, book.customers) for q in quarters]
    return payroll, np.concatenate([np.zeros(0, LINES), *found])


def the_statement_worked_out_again_is_what_was_paid(plan: Scenario, months: int, book: Ledger) -> None:
    """The organization closed quarter by quarter, knowing nothing of later ones; the statement reads the whole run."""
    _, lines = lines_of(plan, months, book)
    expected: Counter[tuple[int, ...]] = Counter()
    for line in lines:
        seat = int(book.seats["seat"][line["spell"]])
        expected[seat, int(line["month"]), int(line["kind"]), round(line["paid_day"])] += round(
            line["amount_usd"] * 100
        )
    paid: Counter[tuple[int, ...]] = Counter()
    rows = book.payments[np.isin(book.payments["kind"], ledger.VARIABLE_PAY)]
    for row in rows:
        paid[int(row["seat"]), int(row["month"]), int(row["kind"]), round(row["day"])] += round(row["amount_usd"] * 100)
    assert {key: cents for key, cents in paid.items() if cents} == {key: c for key, c in expected.items() if c}


def each_component_pays_along_its_curve(plan: Scenario, months: int, book: Ledger) -> None:
    """By person and period: base rate x quota x P(attainment), within half a cent a line and a cent an edge."""
    calendar = plan.calendar(months)
    payroll, lines = lines_of(plan, months, book)
    for place, terms in enumerate(payroll.plans.terms):
        mine = lines[(lines["terms"] == place) & (lines["kind"] != ledger.CLAWBACK)]
        period = period_of_month(calendar, terms.component.period)[mine["month"]]
        for key in {(int(s), int(p)) for s, p in zip(mine["spell"], period, strict=True)}:
            own = mine[(mine["spell"] == key[0]) & (period == key[1])]
            quota = own["quota_usd"][0]
            assert np.all(own["quota_usd"] == quota)
            inside = own[own["what"] == commission.IN_TIER]
            if quota < 100.0 or not len(inside):
                continue
            step = inside[0]
            tier_at, multipliers = tiers_of(terms.tiers)
            multiplier = multipliers[step["step"]]
            rate, x = step["rate"] / multiplier, own["after"].max()
            if terms.component.cap_attainment is not None or 0.0 in multipliers:
                continue  # deals that pay nothing have no line, so what was sold is not in the statement
            edges = [*tier_at, *catch_ups_of(terms.tiers)[0]]
            edges += [bonus.at_attainment for bonus in terms.component.bonuses]
            if np.min(np.abs(np.array(edges) - x)) * quota < 0.02:
                continue
            lump = sum(own["amount_usd"][own["what"] == commission.LUMP_SUM])
            worth = float(paid_at(terms.tiers, x))
            leeway = 0.006 * len(own) + 0.02 * rate * 3 * len(edges) + 1e-6
            assert own["amount_usd"].sum() - lump == pytest.approx(rate * quota * worth, abs=leeway)


def each_line_is_its_base_times_its_rate(plan: Scenario, months: int, book: Ledger) -> None:
    _, lines = lines_of(plan, months, book)
    earned = lines[lines["deal"] >= 0]
    np.testing.assert_allclose(earned["amount_usd"], earned["base_usd"] * earned["rate"], rtol=0, atol=0.00501)
    np.testing.assert_allclose(lines["amount_usd"] * 100, np.round(lines["amount_usd"] * 100), rtol=0, atol=1e-4)


def only_draws_and_clawbacks_take_back_and_never_more_than_they_gave(plan: Scenario, months: int, book: Ledger) -> None:
    _, lines = lines_of(plan, months, book)
    taken = np.isin(lines["kind"], [ledger.DRAW_RECOVERY, ledger.CLAWBACK])
    assert np.all((lines["amount_usd"] > 0.0) != taken)
    by_deal = lines[lines["deal"] >= 0]
    net = np.bincount(by_deal["deal"], by_deal["amount_usd"]) if len(by_deal) else np.zeros(0)
    assert np.all(net > -0.005), "a deal never costs a rep more than it paid"
    for spell in np.unique(lines["spell"][lines["kind"] == ledger.DRAW_RECOVERY]):
        own = lines[(lines["spell"] == spell) & np.isin(lines["kind"], [ledger.DRAW, ledger.DRAW_RECOVERY])]
        by_month = np.bincount(own["month"], own["amount_usd"])
        assert np.all(np.cumsum(by_month) >= -0.005)


@pytest.mark.slow
@settings(max_examples=40)
@runs
def test_what_is_paid_is_what_was_earned(plan: Scenario, months: int, replication: int) -> None:
    book = world.simulate(plan, months, Luck(5, replication))
    for holds in (
        the_statement_worked_out_again_is_what_was_paid, each_component_pays_along_its_curve,
        each_line_is_its_base_times_its_rate, only_draws_and_clawbacks_take_back_and_never_more_than_they_gave,
    ):  # fmt: skip
        holds(plan, months, book)


@pytest.mark.slow
@settings(max_examples=15)
@given(plan=worlds(), data=st.data())
def test_pay_changes_nothing_but_pay(plan: Scenario, data: st.DataObject) -> None:
    """As long as people do not react to it."""
    calm = plan.world.behaviour.model_copy(update={"responsiveness": 0.0})
    plan = plan.model_copy(update={"world": plan.world.model_copy(update={"behaviour": calm})})
    other = data.draw(paid_otherwise(plan))
    first, second = (world.simulate(one, 8, Luck(5, 1)) for one in (plan, other))
    rest = tuple(name for name in TABLES if name != "payments")
    assert digest(first, rest) == digest(second, rest)


def test_the_load_on_variable_pay_is_paid_with_it() -> None:
    spells = np.zeros(2, ledger.SEATS)
    lines = np.zeros(3, LINES)
    lines["spell"], lines["month"], lines["paid_day"] = [1, 1, 1], [2, 2, 3], [90.0, 90.0, 120.0]
    lines["kind"], lines["amount_usd"] = [ledger.COMMISSION, ledger.BONUS, ledger.COMMISSION], [10.10, 5.05, 7.0]
    rows = payments_of(lines, spells, 0.25)
    told = [(int(r["month"]), int(r["kind"]), float(r["day"]), float(r["amount_usd"])) for r in rows]
    assert sorted(told) == [
        (2, ledger.COMMISSION, 90.0, 10.1), (2, ledger.BENEFITS, 90.0, 3.79), (2, ledger.BONUS, 90.0, 5.05),
        (3, ledger.COMMISSION, 120.0, 7.0), (3, ledger.BENEFITS, 120.0, 1.75),
    ]  # fmt: skip
