"""Bookings, contracts, ARR, revenue, invoices and cash agree to the cent, in any organization, row by row."""

from __future__ import annotations

import math
from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import ledger, world
from sim.calendar import Calendar
from sim.ledger import Ledger
from sim.luck import Luck
from sim.measures import kpis
from sim.measures.catalogue import MEASURES, ROLLS
from sim.scenario.load import load
from sim.scenario.scenario import Scenario
from tests.makers import footing
from tests.makers.invented_worlds import billings, worlds
from tests.makers.play import WORLDS

CENT = 0.005
FLOWS = ("recognized_revenue", "billings", "collections", "written_off", "cash_flow")


def table(plan: Scenario, months: int, book: Ledger) -> dict[tuple[str, str, str], float]:
    """The KPI table by measure, period and group."""
    layout = kpis.table(plan, plan.calendar(months))
    keys = [(MEASURES[m].name, period, group) for _, period, _, group, m in layout.rows.labels()]
    return dict(zip(keys, layout.values(book).tolist(), strict=True))


def cents(usd: float) -> int:
    return int(np.floor(usd * 100 + 0.5 + 1e-6))


Sold = tuple[int, Fraction, int, list[Fraction], list[Fraction]]


def later(calendar: Calendar, day: float, months: int) -> float:
    """So many calendar months later, counted out on dates."""
    if calendar.equal_months:
        return day + 30.0 * months
    midnight = math.floor(day)
    first = calendar.start + timedelta(days=midnight)
    year, month = divmod(12 * first.year + first.month - 1 + months, 12)
    on = min(first.day, monthrange(year, month + 1)[1])
    return (date(year, month + 1, on) - calendar.start).days + (day - midnight)


def terms(plan: Scenario, calendar: Calendar, book: Ledger) -> list[Sold]:
    """Segment, first day, value in cents, days of invoices with the end, and the parts of the value they are for."""
    billing = plan.world.billing
    assert billing is not None
    months = {"annual": 12, "quarterly": 3, "monthly": 1, "upfront": 10**6}
    names = list(plan.world.segments)
    period = [months[billing.segment_schedule.get(name, billing.schedule)] for name in names]
    found: list[Sold] = []
    for row in book.contracts:
        start, end, step = float(row["start_day"]), float(row["end_day"]), period[row["segment"]]
        anchor = float(row["anchor_day"])
        first, last = calendar.months_between(anchor, [start, end])
        whole = float(last - first)
        value = cents(float(row["arr_usd"] * whole / 12))
        count = max(math.ceil((whole - 1e-6) / step), 1)
        days = [Fraction(later(calendar, anchor, round(first) + k * step)) for k in range(count)] + [Fraction(end)]
        parts = [Fraction(k * step) / Fraction(whole) for k in range(count)] if whole > 0 else [Fraction(0)]
        found.append((int(row["segment"]), Fraction(start), value, days, [*parts, Fraction(1)]))
    keeps = [segment.contracts is not None for segment in plan.world.segments.values()]
    for row in book.deals[(book.deals["state"] == ledger.WON) & (book.deals["closed_day"] >= 0)]:
        if not keeps[row["segment"]]:
            day = Fraction(float(row["closed_day"]))
            value = cents(float(row["amount_usd"]))
            found.append((int(row["segment"]), day, value, [day, day], [Fraction(0), Fraction(1)]))
    return found


def part(start: Fraction, end: Fraction, day: Fraction) -> Fraction:
    """The part of a term that is over by a day; a term of no length is over when it begins."""
    if end - start < Fraction(1, 10**8):
        return Fraction(int(day >= start))
    return min(max((day - start) / (end - start), Fraction(0)), Fraction(1))


def check_earned_and_billed(plan: Scenario, months: int, book: Ledger) -> None:
    """Revenue and billings of the whole run against contracts walked through one by one; a cent a contract and edge."""
    calendar, kpi = plan.calendar(months), table(plan, months, book)
    horizon, sold = Fraction(calendar.horizon), terms(plan, plan.calendar(months), book)
    earned, billed, deferred = Fraction(0), Fraction(0), Fraction(0)
    invoices = 0
    for _, _, value, days, parts in sold:
        for (day, until), (before, after) in zip(pairwise(days), pairwise(parts), strict=True):
            invoices += 1
            usd = value * (after - before)
            first = part(day, until, Fraction(0)) if day < 0 else 0
            earned += usd * (part(day, until, horizon) - first)
            billed += usd if 0 <= day < horizon else 0
            deferred += usd * (int(day < horizon) - part(day, until, horizon))
    leeway = 0.01 * invoices + CENT
    assert kpi["recognized_revenue", "total", "all"] == pytest.approx(float(earned) / 100, abs=leeway)
    assert kpi["billings", "total", "all"] == pytest.approx(float(billed) / 100, abs=leeway)
    assert kpi["deferred_revenue", "total", "all"] == pytest.approx(float(deferred) / 100, abs=leeway)


def check_balances_close(plan: Scenario, months: int, book: Ledger) -> None:
    """What opens, plus flows, closes; segments and months add up; balances are never negative."""
    calendar, kpi = plan.calendar(months), table(plan, months, book)
    quarters = calendar.quarter_labels
    sides = {
        "deferred_revenue": ("billings", ("recognized_revenue",)),
        "receivables": ("billings", ("collections", "written_off")),
        "cash": ("cash_flow", ()),
    }
    for balance, (up, down) in sides.items():
        for before, after in pairwise(quarters):
            change = kpi[up, after, "all"] - sum(kpi[name, after, "all"] for name in down)
            assert kpi[balance, after, "all"] == pytest.approx(kpi[balance, before, "all"] + change, abs=CENT)
        assert kpi[balance, "total", "all"] == kpi[balance, quarters[-1], "all"]
        if balance != "cash":
            assert all(kpi[balance, quarter, "all"] > -CENT for quarter in quarters)
    assert kpi["cash", "total", "all"] == pytest.approx(kpi["cash_flow", "total", "all"], abs=CENT)
    for name in FLOWS:
        assert sum(kpi[name, quarter, "all"] for quarter in quarters) == pytest.approx(
            kpi[name, "total", "all"], abs=CENT
        )
    for name in ("recognized_revenue", "billings"):
        parts = sum(kpi[name, "total", segment] for segment in plan.world.segments)
        assert parts == pytest.approx(kpi[name, "total", "all"], abs=CENT)


def check_bookings_become_arr(plan: Scenario, months: int, book: Ledger) -> None:
    """Each dollar booked is a sale without a term, new or added ARR, or a slow start's growth still to come."""
    keeps = np.array([segment.contracts is not None for segment in plan.world.segments.values()])
    won = book.deals[(book.deals["state"] == ledger.WON) & (book.deals["closed_day"] >= 0)]
    once = won["amount_usd"][~keeps[won["segment"]]].sum()
    moved = {kind: book.arr_moves["amount_usd"][book.arr_moves["kind"] == kind].sum() for kind in range(7)}
    starts = np.array([s.contracts.starts_at_share if s.contracts else 0.0 for s in plan.world.segments.values()])
    new = won[keeps[won["segment"]] & (won["customer"] < 0)]
    to_grow = (new["amount_usd"] * (1.0 - starts[new["segment"]])).sum()
    booked = once + moved[ledger.ARR_NEW] + moved[ledger.ARR_EXPANSION] + to_grow
    kpi = table(plan, months, book)
    assert kpi["bookings", "total", "all"] == pytest.approx(booked, abs=0.005 * (len(new) + 1))
    grown = book.arr_moves[book.arr_moves["kind"] == ledger.ARR_GROWTH]
    own = book.customers["deal"][grown["customer"]] >= 0  # those of the first day grow to deals won before it
    assert grown["amount_usd"][own].sum() <= to_grow + 0.005 * (len(new) + 1)
    opening, churn = moved[ledger.ARR_OPENING], moved[ledger.ARR_CHURN]
    closing = opening + sum(moved[kind] for kind in moved if kind != ledger.ARR_OPENING)
    assert book.customers["arr_usd"].sum() == pytest.approx(closing, abs=CENT)
    assert churn <= 0


def check_cash_paid(plan: Scenario, months: int, book: Ledger) -> None:
    """Payments leave the bank on the day they are paid, those due after the run not at all."""
    kpi, horizon = table(plan, months, book), plan.calendar(months).horizon
    paid = book.payments["amount_usd"][book.payments["day"] <= horizon].sum()
    flow = kpi["collections", "total", "all"] - kpi["cash_flow", "total", "all"]
    assert flow == pytest.approx(paid + kpi["cost_to_serve", "total", "all"], abs=CENT)
    lines = (
        "salaries", "variable_pay", "benefits", "recruiting", "overhead", "programs", "severance", "training",
        "partner_margins", "other_cost",
    )  # fmt: skip
    for period in (*plan.calendar(months).quarter_labels, "total"):
        whole = sum(kpi[line, period, "all"] for line in lines)
        assert whole == pytest.approx(kpi["cost", period, "all"], abs=CENT), "the lines of the P&L are its cost"


def check_profit_and_loss(plan: Scenario, months: int, book: Ledger) -> None:
    """Each line is the sum of its parts to the cent, and serving costs its share of revenue."""
    assert plan.world.billing is not None
    kpi, calendar = table(plan, months, book), plan.calendar(months)
    for period in (*calendar.quarter_labels, *calendar.year_labels, "total"):
        line = {name: kpi[name, period, "all"] for name in PROFIT_AND_LOSS}
        assert line["gross_profit"] == pytest.approx(line["recognized_revenue"] - line["cost_to_serve"], abs=CENT)
        left = line["gross_profit"] - line["written_off"] - line["cost"]
        assert line["contribution"] == pytest.approx(left, abs=CENT)
        serving = (1.0 - plan.world.billing.gross_margin_share) * line["recognized_revenue"]
        assert line["cost_to_serve"] == pytest.approx(serving, abs=0.01 * len(plan.world.segments) * 9)


PROFIT_AND_LOSS = ("recognized_revenue", "cost_to_serve", "gross_profit", "written_off", "cost", "contribution")


def check_tables_foot(plan: Scenario, months: int, book: Ledger) -> None:
    """Groups and periods of every measure add up, and balances roll."""
    layout = kpis.table(plan, plan.calendar(months))
    rows = footing.rows_of(layout, layout.values(book))
    footing.groups_add_up(rows)
    footing.periods_add_up(rows)
    for roll in ROLLS:
        footing.rolls(rows, roll)


CHECKS = (
    check_tables_foot, check_profit_and_loss, check_earned_and_billed, check_balances_close, check_bookings_become_arr,
    check_cash_paid,
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=25)
@given(plan=worlds(), months=st.integers(6, 18), replication=st.integers(0, 2**20), data=st.data())
def test_money_reconciles_in_any_organization(
    plan: Scenario, months: int, replication: int, data: st.DataObject
) -> None:
    if plan.world.billing is None:
        given_billing = data.draw(billings(list(plan.world.segments)))
        document = plan.model_dump()
        document["world"]["billing"] = given_billing
        plan = Scenario.model_validate(document)
    book = world.simulate(plan, months, Luck(17, replication))
    for holds in CHECKS:
        holds(plan, months, book)


BILLED = "+world.billing={schedule: annual, collection_days: 60, gross_margin_share: 0.8}"


def even_book(*overrides: str, billing: str | None = BILLED) -> Scenario:
    """An installed base that renews for ever, with nobody who sells more."""
    return load(
        str(WORLDS / "customers.yaml"),
        [
            "world.segments.all.contracts.renew_share=1",
            "world.segments.all.contracts.contract_share=0",
            "world.segments.all.contracts.uplift_share=0",
            "world.segments.all.contracts.load_logit=0",
            "world.segments.all.contracts.lost_to_peer_share=0",
            "world.segments.all.contracts.lost_to_newcomer_share=0",
            "world.segments.all.contracts.opening_customers={here: 400}",
            "world.sources.web.leads_per_month.all=0",
            "world.sources.more.opportunities_per_customer_per_year=0",
            "opening.pipeline=empty",
            *([billing] if billing else []),
            *overrides,
        ],
    )


def monthly(plan: Scenario, measure: str) -> np.ndarray:
    book = world.simulate(plan, 24, Luck(5, 0))
    kpi = table(plan, 24, book)
    return np.array([kpi[measure, label, "all"] for label in plan.calendar(24).month_labels])


def test_a_constant_book_earns_a_twelfth_of_its_arr_each_month() -> None:
    plan = even_book()
    book = world.simulate(plan, 24, Luck(5, 0))
    arr = book.customers["arr_usd"].sum()
    np.testing.assert_allclose(monthly(plan, "recognized_revenue"), arr / 12, atol=0.01 * len(book.customers))


def test_each_year_of_a_constant_book_bills_its_arr_and_collections_come_the_delay_later() -> None:
    plan = even_book()
    arr = world.simulate(plan, 24, Luck(5, 0)).customers["arr_usd"].sum()
    billed, paid = monthly(plan, "billings"), monthly(plan, "collections")
    assert billed[:12].sum() == pytest.approx(arr, abs=1)
    assert billed[12:].sum() == pytest.approx(arr, abs=1)
    np.testing.assert_allclose(paid[2:], billed[:-2], atol=0.02)


@pytest.mark.parametrize("schedule", ["annual", "quarterly", "monthly"])
def test_month_one_of_a_constant_book_shows_no_dip(schedule: str) -> None:
    """Customers of the first day pay what they were billed before it, terms before the running one included."""
    plan = even_book(f"world.billing.schedule={schedule}", "+world.billing.uncollectible_share=0.02")
    book = world.simulate(plan, 24, Luck(5, 0))
    kpi = table(plan, 24, book)
    arr = book.customers["arr_usd"].sum()
    year = [sum(kpi["collections", label, "all"] for label in labels) for labels in halves(plan)]
    np.testing.assert_allclose(year, 0.98 * arr, rtol=1e-4)
    lost = sum(kpi["written_off", label, "all"] for label in plan.calendar(24).quarter_labels[:4])
    assert lost == pytest.approx(0.02 * arr, rel=1e-4)
    if schedule == "monthly":
        first = kpi["collections", "2027-01", "all"]
        assert first == pytest.approx(0.98 * arr / 12, rel=1e-4), "a book billed by month pays evenly from the start"
        owed = 0.98 * arr / 6 + 0.02 * arr / 2  # two months of good invoices, six of bad ones
        assert kpi["receivables", "2027-Q1", "all"] == pytest.approx(owed, rel=1e-4)


def halves(plan: Scenario) -> tuple[tuple[str, ...], tuple[str, ...]]:
    labels = plan.calendar(24).month_labels
    return labels[:12], labels[12:]


def test_without_billing_nothing_is_said_of_revenue_and_no_luck_moves() -> None:
    with_billing = even_book()
    without = even_book(billing=None)
    books = [world.simulate(plan, 6, Luck(5, 0)) for plan in (with_billing, without)]
    assert np.array_equal(books[0].payments, books[1].payments)
    assert np.array_equal(books[0].contracts, books[1].contracts)
    kpi = table(without, 6, books[1])
    assert all(np.isnan(kpi[name, "total", "all"]) for name in (*FLOWS, "cash", "ltv", "contribution"))
    assert kpi["cost", "total", "all"] > 0
