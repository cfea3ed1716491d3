"""How long people stay: any law by its cumulative hazard, rebuilt by the stays of those who come and are found."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim import ledger, world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.rules.stay import days_until_spent, hazard_by_day, spent_by
from sim.scenario.errors import ScenarioError
from sim.scenario.people import StayLaw, StayTable
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
