"""The market: shocks act on what they name from their date on, and the common factor is what it is said to be."""

# A shock and what it does stand on one line.
# ruff: noqa: E501

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from sim import ledger, world
from sim.calendar import Calendar
from sim.ledger import Ledger
from sim.luck import Luck
from sim.org.state.conditions import Conditions, factor_now
from sim.org.state.roster import empty_roster
from sim.org.state.seating import seating
from sim.rules.market import path
from sim.rules.shock import strength
from sim.scenario.load import load
from sim.scenario.market import CommonFactor, Market
from sim.scenario.scenario import Scenario
from sim.scenario.shocks import Decay, Points, Ramp, Shock, Step
from tests.makers.play import check_mean, digest, numbers, plain

CALENDAR = Calendar(date(2027, 1, 1), 24)
ODDS = {"acts_on": "odds", "logit": -1.0}
APRIL, JULY = date(2027, 4, 1), date(2027, 7, 1)  # days 90 and 181


def test_a_shock_has_the_strength_of_its_shape_on_each_day() -> None:
    days = np.array([0.0, 89.0, 90.0, 120.0, 180.0, 181.0, 400.0])
    shapes: list[tuple[Shock, list[float]]] = [
        (Step(kind="step", from_date=APRIL, **ODDS), [0, 0, 1, 1, 1, 1, 1]),
        (Step(kind="step", from_date=APRIL, to_date=JULY, **ODDS), [0, 0, 1, 1, 1, 0, 0]),
        (Ramp(kind="ramp", from_date=APRIL, ramp_days=60, **ODDS), [0, 0, 0, 0.5, 1, 1, 1]),
        (Ramp(kind="ramp", from_date=APRIL, to_date=JULY, ramp_days=300, **ODDS), [0, 0, 0, 0.1, 0.3, 0, 0]),
        (Decay(kind="decay", from_date=APRIL, half_life_days=30, **ODDS), [0, 0, 1, 0.5, 0.125, 0.5 ** (91 / 30), 0.5 ** (310 / 30)]),
        (Points(kind="points", strengths={APRIL: 0.0, JULY: 0.91, date(2027, 12, 31): -1.5}, **ODDS), [0, 0, 0, 0.3, 0.9, 0.91, -1.5]),
        (Points(kind="points", strengths={APRIL: 0.5}, **ODDS), [0, 0, 0.5, 0.5, 0.5, 0.5, 0.5]),
    ]  # fmt: skip
    for shock, expected in shapes:
        np.testing.assert_allclose(strength(shock, days, CALENDAR), expected, rtol=1e-12)


def test_a_decay_that_began_before_the_first_day_has_faded_by_then() -> None:
    past = Decay(kind="decay", from_date=date(2026, 12, 2), half_life_days=30, **ODDS)
    np.testing.assert_allclose(strength(past, np.array([0.0, 30.0]), CALENDAR), [0.5, 0.25])


def conditions_on(day: float, *overrides: str) -> tuple[Scenario, Conditions]:
    scenario = load("base", overrides)
    places = seating(scenario, CALENDAR)
    found = Conditions(places, CALENDAR, empty_roster(places))
    found.tick(day)
    return scenario, found


SHOCKS = {
    "acts_on: leads, source: inbound, segment: smb, multiplier: 0.5": ("leads", 0.5, {"segment": "smb", "source": "inbound"}),
    "acts_on: odds, region: east, logit: -0.4": ("logit", -0.4, {"region": "east"}),
    "acts_on: cycle, multiplier: 1.2": ("cycle", 1.2, {}),
    "acts_on: size, segment: enterprise, region: west, source: self, multiplier: 0.8": ("size", 0.8, {"segment": "enterprise", "region": "west", "source": "self"}),
    "acts_on: renewals, segment: smb, logit: -1": ("renewal_logit", -1.0, {"segment": "smb"}),
    "acts_on: expansion, region: west, multiplier: 0": ("expansion", 0.0, {"region": "west"}),
    "acts_on: exits, role: sdr, region: east, multiplier: 3": ("exits", 3.0, {"role": "sdr", "region": "east"}),
    "acts_on: recruiting, role: ae, segment: smb, multiplier: 2": ("recruiting", 2.0, {"role": "ae", "segment": "smb"}),
}  # fmt: skip


@pytest.mark.parametrize("text", SHOCKS)
def test_a_shock_changes_what_it_names_and_nothing_else(text: str) -> None:
    name, value, where = SHOCKS[text]
    shock = "+world.shocks.one={kind: step, from_date: 2027-04-01, " + text + "}"
    scenario, before = conditions_on(84.0, shock)
    _, after = conditions_on(91.0, shock)
    places = seating(scenario, CALENDAR)
    arrays = ("leads", "logit", "cycle", "size", "renewal_logit", "expansion", "exits", "recruiting")
    for other in arrays:
        if other != name:
            assert np.array_equal(getattr(before, other), getattr(after, other)), other
    neutral, now = getattr(before, name), getattr(after, name)
    if name in ("exits", "recruiting"):
        roster = empty_roster(places)
        names = {"role": scenario.world.roles, "segment": scenario.world.segments, "region": scenario.world.regions}
        here = np.all([roster[key] == list(names[key]).index(of) for key, of in where.items()], axis=0)
    else:
        cells = [(s, r) for s in scenario.world.segments for r in scenario.world.regions]
        here = np.array([where.get("segment", s) == s and where.get("region", r) == r for s, r in cells])
        if now.ndim == 2:
            here = np.outer(here, [where.get("source", one) == one for one in scenario.world.sources])
    assert here.any()
    assert np.all(now[here] == value)
    assert np.array_equal(now[~here], neutral[~here])


def test_shocks_multiply_and_log_odds_add_up_at_their_strength() -> None:
    _, now = conditions_on(
        91.0,
        "+world.shocks.a={kind: ramp, from_date: 2027-03-02, ramp_days: 62, acts_on: size, multiplier: 0.64}",
        "+world.shocks.b={kind: step, from_date: 2027-03-01, acts_on: size, multiplier: 1.5}",
        "+world.shocks.c={kind: step, from_date: 2027-03-01, acts_on: odds, logit: 0.25}",
        "+world.shocks.d={kind: points, strengths: {2027-03-01: 2.0}, acts_on: odds, logit: -0.5}",
    )
    np.testing.assert_allclose(now.size, 0.64**0.5 * 1.5)  # 31 of 62 days
    np.testing.assert_allclose(now.logit, 0.25 - 2 * 0.5)


def two_segments(*overrides: str) -> Scenario:
    """The closed-form world twice over, in two segments that share nothing."""
    scenario = plain()
    raw = scenario.model_dump(mode="json", by_alias=True)
    raw["world"]["segments"]["other"] = raw["world"]["segments"]["all"]
    raw["levers"]["target"]["usd_per_year"]["other"] = 1e6
    raw["levers"]["quota"]["usd_per_year"]["other"] = 600000.0
    raw["opening"]["teams"]["others"] = {"role": "rep", "segment": "other", "region": "here", "seats": 40}
    raw["world"]["shocks"] = dict(overrides)
    return Scenario.model_validate(raw)


@pytest.mark.slow
@pytest.mark.parametrize(
    "effect",
    [
        {"acts_on": "odds", "logit": -0.5},
        {"acts_on": "cycle", "multiplier": 1.5},
        {"acts_on": "size", "multiplier": 0.5},
        {"acts_on": "leads", "multiplier": 0.5},
    ],
    ids=lambda effect: effect["acts_on"],
)
def test_only_the_named_segment_changes_and_only_from_the_date_on(effect: dict) -> None:
    shock = {"kind": "step", "from_date": "2027-04-01", "segment": "other", **effect}
    luck = Luck(4, 2)
    calm, shocked = (world.simulate(two_segments(*given), 12, luck) for given in ((), (("one", shock),)))
    assert of_segment(calm, 0) == of_segment(shocked, 0)
    assert of_segment(calm, 1) != of_segment(shocked, 1)
    for table in ("moves", "credits"):
        a, b = getattr(calm, table), getattr(shocked, table)
        day = 90.0  # months of 30 days
        count = int(np.sum(a["day"] < day))
        assert count > 100
        for field in a.dtype.names:
            assert a[field][:count].tobytes() == b[field][:count].tobytes(), (table, field)


def of_segment(book: Ledger, segment: int) -> list[tuple]:
    rows = book.deals[book.deals["segment"] == segment]
    names = ("seat", "stage", "state", "arrived_day", "closed_day", "forecast_close_day", "amount_usd")
    return sorted(zip(*(rows[name].tolist() for name in names), strict=True))


@pytest.mark.slow
def test_exits_and_recruiting_follow_the_market() -> None:
    """A fixed search takes exactly so many times as long, and the exit hazard is multiplied."""
    still = ("world.roles.rep.exits.voluntary_per_year=0.5", "levers.backfill.approval_days=10")
    slow = (*still, "+world.shocks.one={kind: step, from_date: 2026-01-01, acts_on: recruiting, multiplier: 3}")
    for overrides, days in ((still, 30.0), (slow, 90.0)):
        rows = world.simulate(plain(*overrides), 12, Luck(1, 0)).requisitions
        done = rows[(rows["accept_day"] < ledger.NEVER) & (rows["recruiter_day"] >= 0.0)]  # shocks act from then on
        assert len(done) > 5
        np.testing.assert_allclose(done["accept_day"] - done["recruiter_day"], days)
    rush = (*still, "+world.shocks.one={kind: step, from_date: 2026-01-01, acts_on: exits, multiplier: 2}")

    def exits(book: Ledger) -> float:
        spells = book.seats[book.seats["start_day"] <= 0]
        return float(np.sum(spells["end_day"] < 360.0))

    check_mean(numbers(plain(*rush), 12, 60, exits), 40 * (1 - math.exp(-360 / 365.25)))


def test_a_shock_leaves_the_first_day_as_it_is() -> None:
    shock = "+world.shocks.one={kind: step, from_date: 2026-06-01, acts_on: size, multiplier: 0.5}"
    first, second = (world.prepare(plain(*given), 12, Luck(1, 0)).state for given in ((), (shock,)))
    count = int(first.count[0])
    for field in first.deals.dtype.names:
        assert first.deals[field][:count].tobytes() == second.deals[field][:count].tobytes()


FACTOR = "world.market.common_factor={{leads_sigma_log: {}, odds_sigma_logit: {}, half_life_months: {}}}"


def test_the_common_factor_is_a_stationary_autoregression() -> None:
    """Variance 1 in every month, correlation 0.5 ** (k / half-life) at lag k; leads keep their mean."""
    half_life, factor = 4.0, CommonFactor(leads_sigma_log=0.3, half_life_months=4.0)
    level = path(Market(common_factor=factor), 1, np.arange(4000), 12).levels
    check_mean(level, np.zeros(12))
    check_mean(level**2, np.ones(12))
    for lag in (1, 4, 8):
        check_mean(level[:, lag:] * level[:, :-lag], np.full(12 - lag, 0.5 ** (lag / half_life)))
    check_mean(np.array([factor_now(factor, one)[0] for one in level[:, 5]]), 1.0)


def test_a_factor_without_width_changes_nothing() -> None:
    books = [world.simulate(plain(*given), 12, Luck(1, 0)) for given in ((), (FACTOR.format(0, 0, 3),))]
    assert len({digest(book, ("moves", "credits", "seats")) for book in books}) == 1


@pytest.mark.slow
def test_with_the_common_factor_bookings_spread_as_far_as_theory_says() -> None:
    """Poisson wins in a given market, and the market's own variance: bookings of the second year by month of origin."""
    sigma, half_life, count = 0.3, 6.0, 400

    def second_year(book: Ledger) -> float:
        return float(book.credits["amount_usd"][book.credits["day"] >= 360.0].sum())

    sample = numbers(plain(FACTOR.format(sigma, 0, half_life)), 24, count, second_year)
    wins = 40 * 5 / 30 * 360 * 0.2
    chance_alone = wins * 50_000**2 * math.exp(0.8**2)
    months = np.arange(24)
    weight = np.diff([closed_in_second_year(30.0 * month) for month in np.arange(25)]) / 360.0
    covariance = np.exp(sigma**2 * 0.5 ** (np.abs(months[:, None] - months) / half_life)) - 1.0
    market = (wins * 50_000) ** 2 * weight @ covariance @ weight
    assert market > 4 * chance_alone
    check_mean(sample, wins * 50_000)
    kurtosis = 4.0  # that of a lognormal market this wide, rounded up
    assert abs(sample.var(ddof=1) / (chance_alone + market) - 1.0) < 4.0 * math.sqrt((kurtosis - 1.0) / count)


def closed_in_second_year(until: float) -> float:
    """Days' worth of a unit flow begun before ``until`` that close in the second year: stages of 20 and 30 days."""
    begun = np.arange(0.5, until, 1.0)
    a, b = 1 / 20.0, 1 / 30.0

    def over(age: np.ndarray) -> np.ndarray:
        age = np.maximum(age, 0.0)
        return 1 - (b * np.exp(-a * age) - a * np.exp(-b * age)) / (b - a)

    return float(np.sum(over(720.0 - begun) - over(360.0 - begun)))


def test_with_regimes_bookings_spread_wider_than_chance_alone() -> None:
    """Half of the time 1 and half 0.5 of the leads, a year each on average: the standard deviation at least doubles."""
    bad = "world.market.regimes={normal: {next_month: {normal: 0.92, bad: 0.08}}, bad: {leads_multiplier: 0.5, next_month: {bad: 0.92, normal: 0.08}}}"
    sample = numbers(plain(bad), 12, 200, lambda book: book.credits["amount_usd"].sum())
    wins = 40 * 5 / 30 * 360 * 0.2
    chance_alone = wins * 50_000**2 * math.exp(0.8**2)
    assert sample.var(ddof=1) * (1 - 4 * math.sqrt(2 / 199)) > 2 * chance_alone


def test_the_common_factor_leaves_the_first_day_as_it_is() -> None:
    first, second = (world.prepare(plain(*given), 12, Luck(1, 0)).state for given in ((), (FACTOR.format(0.5, 1, 3),)))
    count = int(first.count[0])
    assert count == second.count[0]
    for field in first.deals.dtype.names:
        assert first.deals[field][:count].tobytes() == second.deals[field][:count].tobytes()
