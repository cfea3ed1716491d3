"""What queueing and renewal theory say in closed form, the engine gives to Monte Carlo error."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim import ledger
from sim.ledger import Ledger
from sim.luck import Luck, entity
from sim.pipeline.engine import Pipeline
from sim.pipeline.ground import SeatPlace
from sim.pipeline.state import build
from tests.makers.play import check_mean, ledgers, numbers, plain

OPPORTUNITIES_A_DAY = 40 * 5 / 30.0
WIN_RATE = 0.5 * 0.4


def open_deals(book: Ledger, month: int, stage: int) -> float:
    rows = book.snapshots
    return rows["value"][
        (rows["quantity"] == ledger.OPEN_DEALS) & (rows["month"] == month) & (rows["stage"] == stage)
    ].sum()


def durations(law: str) -> list[str]:
    if law != "table":
        return [f"world.segments.all.stages.{stage}.duration.law={law}" for stage in ("first", "last")]
    return [
        "world.segments.all.stages.first.duration={law: table, days: [5, 35], weights: [1, 1]}",
        "world.segments.all.stages.last.duration={law: table, days: [0, 20, 80], weights: [2, 2, 1]}",
    ]


@pytest.mark.parametrize("law", ["exponential", "fixed", "lognormal"])
def test_open_deals_are_poisson_with_mean_rate_times_time_whatever_the_law(law: str) -> None:
    """M/G/infinity and Little's law by stage, on the first day and a year on; the variance equals the mean."""
    sample = numbers(plain(*durations(law)), 12, 150, lambda b: [open_deals(b, m, s) for m in (0, 11) for s in (0, 1)])
    expected = np.array([OPPORTUNITIES_A_DAY * 20, OPPORTUNITIES_A_DAY * 0.5 * 30] * 2)
    check_mean(sample, expected)
    dispersion = sample.var(axis=0, ddof=1) / expected
    assert np.all(np.abs(dispersion - 1.0) < 4.0 * math.sqrt(2.0 / 149))


def test_tabled_durations_start_and_stay_stationary() -> None:
    sample = numbers(
        plain(*durations("table")), 9, 150, lambda b: [open_deals(b, m, s) for m in (0, 8) for s in (0, 1)]
    )
    check_mean(sample, [OPPORTUNITIES_A_DAY * 20, OPPORTUNITIES_A_DAY * 0.5 * 24] * 2)


@pytest.mark.slow
def test_yearly_bookings_have_the_mean_and_variance_of_a_compound_poisson_number() -> None:
    sample = numbers(plain(), 12, 400, lambda b: b.credits["amount_usd"].sum())
    wins = OPPORTUNITIES_A_DAY * 360 * WIN_RATE
    check_mean(sample, wins * 50_000)
    variance = wins * 50_000**2 * math.exp(0.8**2)
    assert abs(sample.var(ddof=1) / variance - 1.0) < 4.0 * math.sqrt(2.0 / 399)


@pytest.mark.slow
def test_heads_under_exponential_exits_and_backfill() -> None:
    """Seats alternate between a holder (mean 1/h) and a vacancy of fixed length: held a share of the time."""
    world = plain("world.roles.rep.exits.voluntary_per_year=2.0", "levers.backfill.approval_days=15")
    months = 48

    def held(book: Ledger) -> list[float]:
        end = np.minimum(book.seats["end_day"], months * 30.0)
        late = np.maximum(book.seats["start_day"], 360.0)
        days = np.maximum(end - late, 0.0).sum() / (months * 30.0 - 360.0)
        exits = np.sum((book.seats["end_day"] > 360.0) & (book.seats["end_day"] < months * 30.0))
        return [days, exits]

    stay, vacancy = 365.25 / 2.0, 45.0
    share = stay / (stay + vacancy)
    sample = numbers(world, months, 60, held)
    check_mean(sample, [40 * share, 40 * (months * 30.0 - 360.0) / (stay + vacancy)])


def test_bookings_by_month_are_generation_convolved_with_the_cycle() -> None:
    """From an empty pipeline; the sum of two exponentials has the hypoexponential distribution."""
    sample = numbers(
        plain("opening.pipeline=empty"),
        8,
        250,
        lambda b: np.bincount((b.credits["day"] // 30).astype(int), minlength=8),
    )
    a, b = 1 / 20.0, 1 / 30.0

    def closed_by(t: float) -> float:
        """Integral from 0 to t of the probability that a cycle is over: expected closes of a unit flow."""
        return t - (b / (b - a) * (1 - math.exp(-a * t)) / a - a / (b - a) * (1 - math.exp(-b * t)) / b)

    by_month = [closed_by(30.0 * (m + 1)) - closed_by(30.0 * m) for m in range(8)]
    check_mean(sample, OPPORTUNITIES_A_DAY * WIN_RATE * np.array(by_month))


def test_a_stepped_ramp_gives_the_integrated_lead_count() -> None:
    """0, 25, 50 and 100 % by quarter: sourcing spends one budget at a rising rate and loses nothing of it."""
    world = plain(
        "world.roles.rep.ramp={kind: schedule, step_months: 3, shares: [0.0, 0.25, 0.5]}",
        "opening={warm_up_days: 0, teams: {reps: {role: rep, segment: all, region: here, seats: 40, tenure_months: "
        + str([0] * 40)
        + "}}}",
    )

    def created(book: Ledger) -> np.ndarray:
        day = book.moves["day"][book.moves["kind"] == ledger.CREATED]
        return np.histogram(day, weeks)[0]

    weeks = np.array([0, 13, 26, 39, 52]) * 7.0  # rates hold for a week, so quarters are counted in whole weeks
    ramped = np.interp(weeks, [0, 90, 180, 270, 365], [0, 0, 22.5, 67.5, 162.5])
    check_mean(numbers(world, 13, 150, created), 40 * 5 / 30 * np.diff(ramped))


def test_the_work_clock_has_the_occupancy_of_the_multi_server_queue() -> None:
    """Deals that arrive whatever the load, c = hours over hours a deal: mean open deals are those of M/M/c."""
    servers, load, mean_days, reps, days = 5, 4.0, 10.0, 400, 3000.0
    world = plain(
        "world.attention={enabled: true}",
        "world.segments.all.stages.first={duration: {mean_days: 10}, advance_share: 0, hours_per_week: 6}",
    )
    calendar = world.calendar(120)
    places = [SeatPlace(entity(f"rep {i}"), 0, 0) for i in range(reps)]
    pipeline = Pipeline(build(world, calendar, Luck(1, 0), places, []))
    with np.errstate(over="ignore"):
        for i, place in enumerate(places):
            pipeline.fill(i, 0.0, place.entity, 0, 0.0)
            pipeline.set_hours(i, 0.0, 30.0, 0.0)
        pipeline.state.seats["rate"] = load / mean_days
        pipeline.refresh_clocks()
        pipeline.advance(500.0)
        pipeline.hours_by_cell(500.0)
        pipeline.advance(days)
        pipeline.hours_by_cell(days)
    deals = pipeline.deals
    inside = np.minimum(deals["closed_day"], days) - np.maximum(deals["created_day"], 500.0)
    by_rep = np.bincount(deals["seat"], np.maximum(inside, 0.0), reps) / (days - 500.0)
    rho = load / servers
    queue = load**servers / math.factorial(servers) / (1 - rho)
    empty = 1.0 / (sum(load**k / math.factorial(k) for k in range(servers)) + queue)
    check_mean(by_rep, load + queue * empty * rho / (1 - rho))


def test_doubling_fixed_durations_keeps_steady_bookings_and_delays_them_exactly() -> None:
    """A cycle is a lag, never a divisor: the same deals close, each exactly one old cycle later."""
    once = plain(*durations("fixed"), "opening.pipeline=empty")
    twice = plain(
        *durations("fixed"),
        "opening.pipeline=empty",
        "world.segments.all.stages.first.duration.mean_days=40",
        "world.segments.all.stages.last.duration.mean_days=60",
    )
    for early, late in zip(ledgers(once, 12, 3), ledgers(twice, 12, 3), strict=True):
        count = len(late.credits)
        assert count > 300
        np.testing.assert_allclose(late.credits["day"], early.credits["day"][:count] + 50.0, rtol=0, atol=1e-9)
        assert np.array_equal(late.credits["amount_usd"], early.credits["amount_usd"][:count])
