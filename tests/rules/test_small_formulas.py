"""Small published formulas, worked by the simulator: the figures and their sources are in ``cases/``."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim import ledger, world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.rules import attainment
from tests.makers.play import check_mean, ledgers, numbers, plain
from tests.makers.published import case, check_rounded, whole

SMALL = case("small_formulas")


def reps_of(shares: list[tuple[int, float]], step_months: int) -> list[str]:
    """A team in which so many reps are at each ramped share, for at least one month more; shares ascending to 1."""
    tenures = [step_months * k for k, (count, _) in enumerate(shares) for _ in range(count)]
    steps = [share for _, share in shares if share < 1.0]
    return [
        f"opening.teams.reps.seats={len(tenures)}",
        f"+opening.teams.reps.tenure_months={tenures}",
        f"world.roles.rep.ramp={{kind: schedule, step_months: {step_months}, shares: {steps}}}",
    ]


def test_ramped_rep_equivalents() -> None:
    formula = SMALL["ramped_rep_equivalents"]
    plan = plain(*reps_of(formula["reps_by_ramp"], 3))
    book = world.simulate(plan, 1, Luck(1, 0))
    assert whole(plan, 1, book, "ramped_rep_equivalents", "total") == pytest.approx(formula["equivalents"])


def test_capacity_of_two_classes() -> None:
    formula = SMALL["two_class_capacity"]
    plan = plain(
        *reps_of(sorted(formula["reps_by_productivity"], key=lambda pair: pair[1]), 12),
        f"world.segments.all.steady_productivity_usd_per_year={formula['quota_usd_per_year']}",
    )
    book = world.simulate(plan, 12, Luck(1, 0))
    assert whole(plan, 12, book, "productivity_capacity", "total") == pytest.approx(formula["capacity_usd_per_year"])


def test_nine_months_from_requisition_to_full_productivity() -> None:
    formula = SMALL["lead_time"]
    expected = formula["expected_usd_per_year"]
    assert attainment.attainment(expected, formula["quota_usd_per_year"]) == pytest.approx(formula["attainment"])
    plan = plain(
        "opening.teams.reps.seats=0",
        "+opening.teams.hiring={role: recruiter, region: here, seats: 1}",
        "+world.roles.recruiter={duty: recruits, exits: {voluntary_per_year: 0}}",
        f"world.hiring.recruiting_mean_days={{rep: {formula['recruiting_days']}, recruiter: 30}}",
        "+world.costs.salary_usd_per_year.recruiter=80000",
        "+levers.requisitions.one={role: rep, segment: all, region: here, open_date: 2027-01-01}",
        f"world.roles.rep.ramp={{kind: linear, months: {formula['ramp_days'] / 30}}}",
        f"world.segments.all.steady_productivity_usd_per_year={expected}",
    )
    book = world.simulate(plan, 12, Luck(1, 0))
    ramped = whole(plan, 12, book, "ramped_rep_equivalents", "month")
    months = formula["months_from_requisition_to_full_productivity"]
    np.testing.assert_allclose(ramped[months:], 1.0)
    waited, ramping = formula["recruiting_days"] // 30, formula["ramp_days"] // 30
    assert np.all(ramped[:waited] == 0.0)
    np.testing.assert_allclose(ramped[waited:months], (np.arange(ramping) + 0.5) / ramping)
    capacity = whole(plan, 12, book, "productivity_capacity", "month")
    np.testing.assert_allclose(capacity[months:], expected / 12)


@pytest.mark.slow
def test_a_cycle_is_a_lag_and_no_divisor() -> None:
    formula = SMALL["cycle_is_a_lag"]
    plan = plain(
        "opening.pipeline=empty",
        f"opening.teams.reps.seats={formula['reps']}",
        f"world.sources.self.opportunities_per_month_per_head={formula['opportunities_per_month_per_rep']}",
        "~world.segments.all.stages.last",
        f"world.segments.all.stages.first.duration={{law: fixed, mean_days: {formula['cycle_days']}}}",
        f"world.segments.all.stages.first.advance_share={formula['win_rate']}",
        f"world.segments.all.deal_size={{mean_usd: {formula['deal_usd']}, sigma_log: 0}}",
    )
    monthly = numbers(plan, 12, 300, lambda book: whole(plan, 12, book, "bookings", "month"))
    lag = formula["cycle_days"] // 30
    assert np.all(monthly[:, :lag] == 0.0)
    check_mean(monthly[:, lag:], formula["steady_usd_per_month"])
    assert monthly[:, lag:].mean() > 1.9 * formula["wrong_usd_per_month"]


@pytest.mark.parametrize("win_rate", SMALL["coherence"]["attainment_at_win_rate"])
def test_published_benchmarks_cohere(win_rate: float) -> None:
    """Fifty deals a year of 84 days: so many open, so much coverage, and attainment at two win rates."""
    formula = SMALL["coherence"]
    quota = formula["quota_usd_per_year"]
    assert round(quota / formula["deal_usd"], 1) == formula["deals_at_quota"]
    plan = plain(
        "dates={start: 2027-01-01, closed_weekdays: [], equal_months: false}",
        f"world.sources.self.opportunities_per_month_per_head={formula['opportunities_per_year'] / 12}",
        "~world.segments.all.stages.last",
        f"world.segments.all.stages.first.duration={{mean_days: {formula['mean_cycle_days']}, sigma_log: 0.98}}",
        f"world.segments.all.stages.first.advance_share={win_rate}",
        f"world.segments.all.deal_size={{mean_usd: {formula['deal_usd']}, sigma_log: 0}}",
        f"levers.quota.usd_per_year.all={quota}",
    )

    def seen(book: Ledger) -> list[float]:
        reps = len(book.seats)
        start = book.snapshots["month"] == 0
        start &= book.snapshots["stage"] == -1
        deals, usd = (
            book.snapshots["value"][start & (book.snapshots["quantity"] == quantity)].sum() / reps
            for quantity in (ledger.OPEN_DEALS, ledger.OPEN_USD)
        )
        return [deals, usd / (quota / 4), whole(plan, 12, book, "attainment_mean", "year")[0]]

    sample = numbers(plan, 12, 120, seen)
    published = [
        formula["open_opportunities"],
        formula["coverage_of_quarterly_quota"],
        formula["attainment_at_win_rate"][win_rate],
    ]
    check_rounded(sample, published, [0.05, 0.005, 0.005])


@pytest.mark.slow
@pytest.mark.parametrize("row", SMALL["attainment_spread"]["rows"], ids=lambda row: str(list(row.values())))
def test_attainment_spreads_as_published(row: dict[str, float]) -> None:
    """Ability, luck in numbers and luck in sizes: how many reps make quota, and what the top fifth brings."""
    formula = SMALL["attainment_spread"]
    deals = formula["deals_at_quota"]
    seats, deal_usd = 200, 50_000
    plan = plain(
        f"opening.teams.reps.seats={seats}",
        f"world.sources.self.opportunities_per_month_per_head={deals * row['mean_attainment'] / 12}",
        "~world.segments.all.stages.last",
        "world.segments.all.stages.first={duration: {law: fixed, mean_days: 10}, advance_share: 1}",
        f"world.segments.all.deal_size.sigma_log={math.sqrt(math.log1p(formula['size_cv'] ** 2))}",
        f"world.roles.rep.ability={{sigma_log: {row['ability_sigma_log']}, volume_share: 1}}",
        f"levers.quota.usd_per_year.all={deals * deal_usd}",
    )

    def seen(book: Ledger) -> list[float]:
        sold = np.sort(np.bincount(book.credits["seat"], book.credits["amount_usd"], seats))
        at_quota = whole(plan, 12, book, "share_at_quota", "year")[0]
        mean = whole(plan, 12, book, "attainment_mean", "year")[0]
        return [mean, at_quota, sold[-seats // 5 :].sum() / sold.sum()]

    sample = np.array([seen(book) for book in ledgers(plan, 12, 100)])
    published = [row["mean_attainment"], row["share_at_quota"], row["revenue_of_top_fifth"]]
    check_rounded(sample, published, [0.0, 0.005, 0.005])
