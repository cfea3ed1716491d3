"""How long people stay: any law by its cumulative hazard, rebuilt by the stays of those who come and are found."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sim import ledger, world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.rules.stay import days_until_spent, found_tenures, hazard_by_day, mean_law_days, spent_by, stay_table
from sim.scenario.errors import ScenarioError
from sim.scenario.people import Role, StayLaw, StayTable
from tests.makers.play import check_mean, digest, ledgers, numbers, plain

MONTH = 30.0
EXITS = "world.roles.rep.exits"
QUICK = (
    "world.hiring.recruiting_mean_days.rep=5", "levers.backfill.approval_days=0",
    "world.sources.self.opportunities_per_month_per_head=0",
)  # fmt: skip


def stays(law: str, *overrides: str):
    return plain(f"{EXITS}={{stay: {law}}}", *QUICK, *overrides)


def tenures(book: Ledger, came_before: float) -> np.ndarray:
    """Days that those stayed who came within the run, early enough that the horizon cuts nobody off."""
    here = (book.seats["start_day"] > 0.0) & (book.seats["start_day"] < came_before)
    assert np.all(book.seats["end_day"][here] < ledger.NEVER)
    return (book.seats["end_day"] - book.seats["start_day"])[here]


@pytest.mark.parametrize(
    ("law", "mean", "sd", "came_before"),
    [
        ("{kind: normal, mean_months: 12, sd_months: 1}", 12.0, 1.0, 40 * MONTH),  # RevSim's people
        ("{kind: gamma, mean_months: 6, sd_months: 3}", 6.0, 3.0, 25 * MONTH),
        ("{kind: weibull, mean_months: 6, sd_months: 2}", 6.0, 2.0, 35 * MONTH),
        # Half leave evenly within 4 months, half within the 8 after: E = 1 + 4, E2 = 8/3 + 104/3.
        ("{kind: table, months: [4, 12], left_share: [0.5, 1]}", 5.0, math.sqrt(37.3333 - 25.0), 40 * MONTH),
    ],
)
def test_stays_have_the_mean_and_spread_of_their_law(law: str, mean: float, sd: float, came_before: float) -> None:
    found = np.concatenate([tenures(book, came_before) for book in ledgers(stays(law), 60, 12)])
    assert len(found) > 1000
    error = found.std(ddof=1) / math.sqrt(len(found))
    assert abs(found.mean() - mean * MONTH) < 4.0 * error + 0.1
    assert found.std(ddof=1) == pytest.approx(sd * MONTH, rel=0.06)


def test_people_found_on_the_first_day_are_those_of_a_renewed_seat() -> None:
    """Their time so far has density S(t) / mean: of N(12, 1) months the mean (m + s^2 / m) / 2, and nearly nobody
    beyond 14; the time still to come is distributed alike."""
    law = stays("{kind: normal, mean_months: 12, sd_months: 1}")
    expected = (12.0 + 1.0 / 12.0) / 2.0 * MONTH

    def first(book: Ledger) -> list[float]:
        here = book.seats["start_day"] <= 0.0
        so_far, to_come = -book.seats["start_day"][here], book.seats["end_day"][here]
        return [so_far.mean(), to_come.mean(), so_far.max()]

    sample = numbers(law, 17, 40, first)
    check_mean(sample[:, :2], [expected, expected])
    assert 13.0 * MONTH < sample[:, 2].max() < 17.0 * MONTH


@pytest.mark.slow
def test_as_many_leave_each_year_as_the_mean_stay_says() -> None:
    """A seat at rest is renewed once in a mean stay and a vacancy, in every year alike."""
    law = stays("{kind: gamma, mean_months: 8, sd_months: 2}", "world.hiring.recruiting_mean_days.rep=0.001")

    def by_year(book: Ledger) -> list[float]:
        ended = book.seats["end_day"]
        return [float(np.sum((ended >= 360.0 * year) & (ended < 360.0 * (year + 1)))) for year in range(3)]

    check_mean(numbers(law, 36, 60, by_year), [40 * 12.0 / 8.0] * 3)


@pytest.mark.parametrize("kind", ["gamma", "weibull"])
def test_an_exponential_law_is_the_constant_hazard(kind: str) -> None:
    """Spread equal to the mean: the same people leave at the same instants, and the same people are found."""
    rate = 360.0 / (10 * MONTH)
    law = world.simulate(stays(f"{{kind: {kind}, mean_months: 10, sd_months: 10}}"), 24, Luck(1, 0))
    rated = world.simulate(plain(f"{EXITS}={{voluntary_per_year: {rate}}}", *QUICK), 24, Luck(1, 0))
    assert len(law.seats) == len(rated.seats) > 80
    np.testing.assert_allclose(law.seats["end_day"], rated.seats["end_day"], rtol=0, atol=1e-6)
    came = law.seats["start_day"] > 0.0
    np.testing.assert_allclose(law.seats["start_day"][came], rated.seats["start_day"][came], rtol=0, atol=1e-6)
    np.testing.assert_allclose(law.seats["start_day"][~came], rated.seats["start_day"][~came], rtol=0, atol=0.2)


def test_what_multiplies_the_hazard_acts_on_a_law() -> None:
    """Under twice the hazard survival is squared: of a Weibull law of shape k the mean falls by 2^(1/k)."""
    law = "{kind: weibull, mean_months: 6, sd_months: 2}"
    doubled = "world.market.regimes={normal: {exits_multiplier: 2, next_month: {normal: 1.0}}}"
    found = np.concatenate([tenures(book, 35 * MONTH) for book in ledgers(stays(law, doubled), 60, 12)])
    k = 3.3035  # sd / mean = 1/3
    error = found.std(ddof=1) / math.sqrt(len(found))
    assert abs(found.mean() - 6.0 * MONTH * 2.0 ** (-1.0 / k)) < 4.0 * error + 0.2


def test_cumulative_hazards_by_hand() -> None:
    normal = hazard_by_day(StayLaw(kind="normal", mean_months=12, sd_months=1), MONTH)
    assert normal[360] == pytest.approx(math.log(2.0))
    table = hazard_by_day(StayTable(kind="table", months=[2, 6], left_share=[0.2, 0.6]), MONTH)
    np.testing.assert_allclose(table[[0, 30, 60, 180]], -np.log([1.0, 0.9, 0.8, 0.4]), atol=1e-12)
    assert table[210] == pytest.approx(-math.log(0.4) + math.log(2.0) / 4.0)  # the last step's mean hazard goes on
    curve = np.array([0.0, 0.1, 0.5])
    assert spent_by(curve, 1.5) == pytest.approx(0.3)
    assert spent_by(curve, 4.0) == pytest.approx(1.3)
    assert days_until_spent(curve, 0.5, 2.0, 0.1, 0.15 + 0.45, 7.0) == pytest.approx(1.0)
    assert days_until_spent(curve, 0.5, 2.0, 0.1, 100.0, 7.0) == 7.0


@pytest.mark.parametrize(("mean", "sd"), [(6.0, 3.0), (12.0, 15.0), (9.0, 9.0)])
def test_cumulative_hazards_are_those_of_scipys_laws(mean: float, sd: float) -> None:
    days = np.array([0, 1, 30, 200, 500])
    gamma = stats.gamma((mean / sd) ** 2, scale=sd**2 / mean)
    found = hazard_by_day(StayLaw(kind="gamma", mean_months=mean, sd_months=sd), MONTH)
    np.testing.assert_allclose(found[days], -gamma.logsf(days / MONTH), rtol=1e-9, atol=1e-15)
    normal = stats.norm(mean, sd)
    found = hazard_by_day(StayLaw(kind="normal", mean_months=mean, sd_months=sd), MONTH)
    np.testing.assert_allclose(found[days], normal.logsf(0.0) - normal.logsf(days / MONTH), rtol=1e-9, atol=1e-15)
    found = hazard_by_day(StayLaw(kind="weibull", mean_months=mean, sd_months=sd), MONTH)
    shape = math.log(found[400] / found[100]) / math.log(4.0)  # a straight line of slope k in logarithms
    law = stats.weibull_min(shape, scale=100 / MONTH / found[100] ** (1 / shape))
    assert (law.mean(), law.std()) == pytest.approx((mean, sd), rel=1e-9)
    assert found[days] == pytest.approx((days / MONTH / law.kwds["scale"]) ** shape)


def test_a_law_ends_where_nobody_is_left_or_after_forty_years() -> None:
    short = hazard_by_day(StayLaw(kind="gamma", mean_months=1, sd_months=1), MONTH)
    assert short == pytest.approx(np.arange(3002) / MONTH), "a hazard of 1 a month: spent by 100 after 3000 days"
    long = hazard_by_day(StayLaw(kind="gamma", mean_months=240, sd_months=240), MONTH)
    assert len(long) == 40 * 366 + 1
    all_gone = hazard_by_day(StayTable(kind="table", months=[1, 2], left_share=[0.5, 1]), MONTH)
    assert len(all_gone) == 61
    assert all_gone[[15, 30, 45, 60]] == pytest.approx([-math.log(0.75), math.log(2), math.log(4), 1000.0])
    at_once = hazard_by_day(StayTable(kind="table", months=[0.1, 1], left_share=[1, 1]), MONTH)
    assert at_once == pytest.approx([0.0, -math.log(2 / 3), -math.log(1 / 3), 1000.0])


def test_a_table_goes_on_with_the_hazard_of_its_last_step() -> None:
    """From the first step where it has but one; the others' lines are as long as the longest."""
    one = hazard_by_day(StayTable(kind="table", months=[2], left_share=[0.36]), MONTH)
    assert one[[30, 60, 90]] == pytest.approx([-math.log(0.82), -math.log(0.64), -1.5 * math.log(0.64)])

    def role(**exits: object) -> Role:
        return Role.model_validate({"duty": "supports", "exits": exits})

    gone = {"kind": "table", "months": [1, 2], "left_share": [0.5, 1]}
    table = stay_table([role(stay=gone), role(), role(stay={**gone, "months": [2, 4]})], MONTH)
    assert table.shape == (3, 121)
    last = 1000.0 - math.log(60)  # of the last day
    assert table[0, 59:63] == pytest.approx([math.log(60), 1000.0, 1000.0 + last, 1000.0 + 2 * last])
    assert not table[1].any()
    assert table[2, 60] == pytest.approx(math.log(2))
    assert stay_table([], MONTH).shape == (0, 2)


def test_hazard_is_read_off_the_days_and_spent_over_them() -> None:
    curve = np.array([0.0, 0.1, 0.5, 0.6])
    assert [spent_by(curve, days) for days in (-1.0, 0.0, 0.5, 2.5, 5.0)] == pytest.approx([0, 0, 0.05, 0.55, 0.8])

    def until(since: float, budget: float, weight: float = 2.0, most: float = 9.0) -> float:
        return days_until_spent(curve, since, weight, 0.1, budget, most)

    assert until(0.0, 0.3) == pytest.approx(1.0), "exactly the first day"
    assert until(0.0, 0.3 + 0.45) == pytest.approx(1.5)
    assert until(0.5, 0.15 + 0.9 + 0.3 + 0.15) == pytest.approx(3.0), "past the table its last day goes on"
    assert until(5.0, 0.3) == pytest.approx(1.0)
    assert until(-2.0, 0.3) == pytest.approx(1.0), "before the first day it is the first day's hazard"
    assert until(0.5, 0.0) == 0.0
    assert until(0.25, 99.0, most=0.5) == 0.5
    assert until(0.25, 0.25, most=0.5) == 0.5
    assert until(0.0, 0.55, weight=0.0) == pytest.approx(5.5)


@pytest.mark.parametrize("market", [1.0, 2.0])
def test_people_found_by_a_constant_law_are_an_exponential(market: float) -> None:
    """Its first year milder, a hump on top, and none of it while on leave: pieces of exponentials."""
    rate, leave = (1 / 300 + 0.7 * 0.36 / 360) * market, 1 - 0.1 / 1.1
    role = Role.model_validate({
        "duty": "sells", "time_off": {"leaves_per_year": 0.6, "leave_mean_days": 60},
        "exits": {"stay": {"kind": "gamma", "mean_months": 10, "sd_months": 10}, "hump_per_year": 0.36,
                  "first_year_multiplier": 0.5},
    })  # fmt: skip
    calendar = plain().calendar(12)
    early, late = 0.5 * rate * leave, rate * leave
    first = -math.expm1(-360 * early) / early
    whole = first + math.exp(-360 * early) / late
    assert mean_law_days(role, calendar, market) == pytest.approx(whole, rel=1e-9)
    day = np.array([0.0, 100.0, 360.0, 800.0])
    within = np.where(
        day < 360, -np.expm1(-day * early) / early, whole - np.exp(-360 * early - (day - 360) * late) / late
    )
    np.testing.assert_allclose(found_tenures(role, calendar, within / whole, market), day, rtol=1e-6, atol=1e-9)
    assert found_tenures(role, calendar, np.array([0.5 / whole]), market)[0] == pytest.approx(0.5, abs=1e-3)
    steady = role.model_copy(update={"exits": role.exits.model_copy(update={"first_year_multiplier": 0.0})})
    assert mean_law_days(steady, calendar, market) == pytest.approx(360.0 + 1.0 / late, rel=1e-9)


def test_a_law_leaves_the_luck_of_others_alone() -> None:
    """Placebo: a law for a role that nobody holds changes no byte."""
    other = "+world.roles.other={duty: supports, exits: {stay: {kind: gamma, mean_months: 9, sd_months: 3}}}"
    without = other.replace("exits: {stay: {kind: gamma, mean_months: 9, sd_months: 3}}", "exits: {}")
    assert digest(world.simulate(plain(other), 6, Luck(1, 0))) == digest(world.simulate(plain(without), 6, Luck(1, 0)))


@pytest.mark.parametrize(
    ("law", "said"),
    [
        ("{kind: normal, mean_months: 12}", "sd_months"),
        ("{kind: table, months: [3, 6], left_share: [0.5]}", "give as many"),
        ("{kind: table, months: [6, 3], left_share: [0.5, 0.6]}", "months must rise"),
        ("{kind: table, months: [3, 6], left_share: [0.5, 0.4]}", "left_share must not fall"),
        ("{kind: norml, mean_months: 12, sd_months: 1}", 'Did you mean "normal"?'),
    ],
)
def test_a_law_that_cannot_be_is_refused(law: str, said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        stays(law)
    assert said in str(error.value)
