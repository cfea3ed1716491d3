"""Published sheets, worked by a run of the simulator: the figures and their sources are in ``cases/``."""

from __future__ import annotations

import numpy as np
import pytest

from sim import ledger, world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.rules import attainment, ramp
from sim.scenario.load import load
from sim.scenario.scenario import Scenario
from tests.makers.play import WORLDS, check_mean, numbers, plain
from tests.makers.published import case, whole


@pytest.fixture(scope="module")
def capacity_run() -> tuple[Scenario, Ledger]:
    plan = load(str(WORLDS / "bookings_capacity_2020.yaml"))
    return plan, world.simulate(plan, 15, Luck(1, 0))


def by_quarter(run: tuple[Scenario, Ledger], measure: str) -> np.ndarray:
    plan, book = run
    return whole(plan, 15, book, measure, "quarter")


def test_capacity_sheet_people(capacity_run: tuple[Scenario, Ledger]) -> None:
    """Steady reps, leavers and ending reps. A leaver of a quarter goes at its end, the next one's first instant."""
    sheet = case("bookings_capacity_2020")
    plan, book = capacity_run
    sellers = book.seats[book.seats["role"] == book.names.roles.index("rep")]
    rule = plan.world.roles["rep"].ramp
    steady = []
    for quarter in range(4):
        middle = 90.0 * quarter + 45.0
        here = (sellers["start_day"] <= middle) & (sellers["end_day"] > middle)
        steady.append(int(np.sum(ramp.share(rule, middle - sellers["start_day"][here], 30.0) == 1.0)))
    assert steady == sheet["steady_reps"]
    leavers = by_quarter(capacity_run, "exits_dated")[1:]
    assert leavers.tolist() == sheet["leavers"]
    assert [round(n * sheet["annual_turnover"] / 4) for n in steady] == sheet["leavers"]
    ending = by_quarter(capacity_run, "selling_heads")[:4] - leavers
    np.testing.assert_allclose(ending, sheet["ending_reps"], atol=1e-6)


def test_capacity_sheet_dollars(capacity_run: tuple[Scenario, Ledger]) -> None:
    """Capacity, plan and quota by quarter and year, in whole thousands as published."""
    sheet = case("bookings_capacity_2020")
    np.testing.assert_allclose(
        by_quarter(capacity_run, "ramped_rep_equivalents")[:4], sheet["ramped_rep_equivalents"], atol=1e-6
    )
    capacity = by_quarter(capacity_run, "productivity_capacity")[:4] / 1000
    planned = capacity + by_quarter(capacity_run, "judgment")[:4] / 1000
    quota = by_quarter(capacity_run, "street_quota")[:4] / 1000
    assert np.round(capacity, 3).tolist() == sheet["productivity_capacity"]
    assert np.round(planned, 3).tolist() == sheet["plan"]
    assert np.round(quota, 3).tolist() == sheet["quota"]
    for values, name in ((capacity, "capacity_year"), (planned, "plan_year"), (quota, "quota_year")):
        assert round(values.sum(), 3) == sheet[name]
    assert np.round(planned / planned.sum(), 2).tolist() == sheet["linearity"]
    assert np.round(planned / sheet["prior_year_bookings"] - 1, 2).tolist() == sheet["growth_by_quarter"]


def test_capacity_sheet_pipeline(capacity_run: tuple[Scenario, Ledger]) -> None:
    sheet = case("bookings_capacity_2020")
    quota = by_quarter(capacity_run, "street_quota")[:4] / 1000
    new_business = quota * sheet["new_business_share"]
    assert np.round(new_business, 3).tolist() == sheet["new_business_quota"]
    needed = [attainment.needed_pipeline_usd(usd, sheet["day_one_coverage"]) for usd in new_business]
    assert np.round(needed, 3).tolist() == sheet["day_one_pipeline"]
    by_source = {name: round(needed[0] * share) for name, share in sheet["pipeline_split"].items()}
    assert by_source == sheet["q1_pipeline_by_source"]


@pytest.mark.slow
def test_close_rates_by_lag() -> None:
    """Opportunities of seven quarters, each won so many quarters later: the wins of the last, by lag and in all."""
    sheet = case("close_rates_by_lag")
    rates = np.array(sheet["percent_closing_at_lag"]) / 100
    lags = range(len(rates))
    plan = plain(
        "opening.pipeline=empty",
        "~world.sources.self",
        "+world.sources.web={kind: inbound, leads_per_month: {all: 30}, response_exponent: 1}",
        "+levers.relative_spend.web=" + spend_by_quarter(sheet["opportunities_by_lag"][::-1]),
        "~world.segments.all.stages.last",
        "world.segments.all.stages.first.duration="
        f"{{law: table, days: {[90 * k for k in lags]}, weights: {rates.tolist()}}}",
        f"world.segments.all.stages.first.advance_share={rates.sum()}",
        f"world.segments.all.deal_size={{mean_usd: {sheet['deal_usd']}, sigma_log: 0}}",
        f"levers.target.usd_per_year.all={4 * sheet['target_usd']}",
    )
    months = 3 * len(rates)
    last = len(rates) - 1

    def won(book: Ledger) -> np.ndarray:
        """By lag: the opportunities created, and those of them won in the last quarter; then the surplus in deals."""
        deals = book.deals
        lag = last - (deals["created_day"] // 90).astype(int)
        wins = (deals["state"] == ledger.WON) & (deals["closed_day"] >= 90.0 * last)
        surplus = whole(plan, months, book, "bookings", "quarter") - whole(plan, months, book, "target", "quarter")
        counts = [np.bincount(lag[which], minlength=len(rates)) for which in (deals["created_day"] >= 0, wins)]
        return np.concatenate([*counts, [wins.sum(), surplus[last] / sheet["deal_usd"]]])

    sample = numbers(plan, months, 400, won)
    check_mean(sample[:, : len(rates)], sheet["opportunities_by_lag"], errors=3)
    check_mean(sample[:, len(rates) : -2], sheet["expected_deals_by_lag"], errors=3)
    check_mean(sample[:, -2], sheet["expected_deals"], errors=3)
    assert sheet["target_usd"] / sheet["deal_usd"] == sheet["needed_deals"]
    check_mean(sample[:, -1], sheet["surplus_deals"], errors=3)


def spend_by_quarter(opportunities: list[int]) -> str:
    """Relative spend, dated by quarter, that brings so many opportunities, where spend 1 brings one a day.

    Spend is read at the weekly tick. The k-th quarter begins k days before one, and runs so long on the old spend.
    """
    levels: list[float] = []
    for k, count in enumerate(opportunities):
        before = k * levels[-1] if k else 0.0
        levels.append((count - before) / (90 - k))
    dates = ["start"] + [f"{2027 + k // 4}-{3 * (k % 4) + 1:02d}-01" for k in range(1, len(levels))]
    return "{" + ", ".join(f"{day}: {level}" for day, level in zip(dates, levels, strict=True)) + "}"
