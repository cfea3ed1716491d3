"""Managers: thin coaching slows the ramp, costs odds and people, dates deals too early, lets reviews pass, as stated.

Spans and vacancies are measured.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim import ledger, world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.org.actors import leaves
from sim.org.state.time_off import go
from tests.makers.play import check_mean, digest, ledgers, numbers, plain, run_to, week_of
from tests.makers.published import whole

LED = (
    "opening.teams.reps.seats=12",
    f"+opening.teams.reps.tenure_months={[0] * 12}",
    "world.roles.rep.ramp={kind: linear, months: 12}",
    "+world.roles.boss={duty: manages, manages: [rep], exits: {voluntary_per_year: 0}}",
    "world.roles.boss.coaching={span_ramped: 6, span_unramped: 4, ramp_loss_share: 0.6}",
    "+world.hiring.recruiting_mean_days.boss=30",
    "+world.costs.salary_usd_per_year.boss=150000",
)
ONE_BOSS = "+opening.teams.bosses={role: boss, region: here, seats: 1, tenure_months: [50]}"
NO_MORE = ("levers.backfill.enabled=false", "+levers.departures.boss={role: boss, on_date: 2027-03-01}")


def play(*overrides: str, months: int = 12) -> Ledger:
    return world.simulate(plain(*LED, *overrides), months, Luck(1, 0))


def ramped(book: Ledger) -> np.ndarray:
    """Ramped days of the sellers by month."""
    sellers = book.seats["role"][book.ramped["spell"]] == book.names.roles.index("rep")
    return np.bincount(book.ramped["month"][sellers], book.ramped["ramped_days"][sellers])


def test_thin_coaching_slows_the_ramp_by_the_stated_pace() -> None:
    """One manager coaches 4 of 12 newcomers: the pace is 1 - 0.6 x (1 - 1/3) = 0.6. Ramp: 360 days."""
    edges = 30.0 * np.arange(7)
    expected = 12 * 0.6 * np.diff(edges**2) / 720.0
    np.testing.assert_allclose(ramped(play(ONE_BOSS, months=6)), expected)
    three = ONE_BOSS.replace("seats: 1, tenure_months: [50]", "seats: 3, tenure_months: [50, 50, 50]")
    np.testing.assert_allclose(ramped(play(three, months=6)), expected / 0.6)


def test_without_any_manager_the_pace_is_what_coaching_leaves() -> None:
    """The manager goes on day 60; the week's tick on day 63 finds nobody."""
    book = play(ONE_BOSS, *NO_MORE, months=6)
    edges = 30.0 * np.arange(7)
    pace = np.where(edges <= 63.0, 0.6 * edges, 0.6 * 63.0 + 0.4 * (edges - 63.0))
    # The share rises in straight pieces; month 3 holds the bend.
    share = pace / 360.0
    expected = 12 * 30.0 * (share[1:] + share[:-1]) / 2.0
    bend = 0.6 * 63.0 / 360.0
    expected[2] = 12 * (3.0 * (share[2] + bend) / 2.0 + 27.0 * (bend + share[3]) / 2.0)
    np.testing.assert_allclose(ramped(book), expected, rtol=1e-3)  # the ramp table has whole days


def test_who_nobody_should_lead_needs_no_manager() -> None:
    book = world.simulate(plain(*LED[:3]), 6, Luck(1, 0))
    np.testing.assert_allclose(ramped(book), 12 * np.diff((30.0 * np.arange(7)) ** 2) / 720.0)


def test_spans_and_vacancies_are_measured() -> None:
    plan = plain(*LED, ONE_BOSS, *NO_MORE)
    book = world.simulate(plan, 12, Luck(1, 0))
    span, vacant, coaching = (
        whole(plan, 12, book, name, "quarter") for name in ("span", "manager_vacancy_days", "coaching")
    )
    assert span[0] == pytest.approx(12 * 90 / 60.0)
    assert np.isnan(span[1:]).all()
    np.testing.assert_allclose(vacant, [30.0, 90.0, 90.0, 90.0])
    np.testing.assert_allclose(coaching, [1 / 3, 0.0, 0.0, 0.0])


def test_reviews_are_held_with_the_chance_of_coaching() -> None:
    """Twelve ramped reps and one manager for six: half of the reviews are missed, and nobody fails a missed one."""
    reviewed = (
        *LED,
        ONE_BOSS,
        f"opening.teams.reps.tenure_months={[50] * 12}",
        "world.roles.rep.exits={voluntary_per_year: 0, review_floor: 1.0, reviews_failed: 8, grace_months: 0}",
    )
    missed = [np.sum(book.decisions["kind"] == ledger.REVIEW_MISSED) for book in ledgers(plain(*reviewed), 12, 30)]
    due = 30 * 12 * 4
    assert abs(np.sum(missed) - due / 2) < 4 * np.sqrt(due / 4)


def test_managers_who_manage_nobody_here_change_no_byte_of_the_deals() -> None:
    there = ("+world.regions.there={}", "+opening.teams.bosses={role: boss, region: there, seats: 2}")
    none = "world.roles.boss.coaching.ramp_loss_share=0"
    tables = ("moves", "deals", "credits")
    assert digest(play(*there, none), tables) == digest(play("+world.regions.there={}", none), tables)


RAMPED = tuple(line for line in LED if "rep.ramp" not in line)  # 12 reps, nobody there who could coach them
HALF = (*RAMPED, ONE_BOSS)  # one manager, who can lead six


def coached(**effects: float) -> tuple[str, ...]:
    return tuple(f"+world.roles.boss.coaching.{name}={value}" for name, value in effects.items())


def test_sellers_lose_the_stated_odds_in_proportion_to_the_coaching_that_is_missing() -> None:
    """Half coached, 0.8 log-odds: a stage of 0.5 moves on with 1 / (1 + exp(0.4)), one of 0.4 with odds of 2/3 less."""
    plan = plain(*HALF, *coached(odds_logit=0.8))

    def moved_on(book: Ledger) -> list[float]:
        late = book.moves[book.moves["day"] > 0.0]
        ends = np.isin(late["kind"], (ledger.ADVANCED, ledger.WIN, ledger.LOSS, ledger.GAVE_UP))
        on = np.isin(late["kind"], (ledger.ADVANCED, ledger.WIN))
        # An advance is written with the stage that it leads to.
        stage = late["stage"] - (late["kind"] == ledger.ADVANCED)
        return [np.sum(on & (stage == k)) / np.sum(ends & (stage == k)) for k in (0, 1)]

    odds = np.array([1.0, 2.0 / 3.0]) * np.exp(-0.4)
    check_mean(numbers(plan, 12, 40, moved_on), odds / (1.0 + odds))


def test_whom_nobody_coaches_resigns_as_much_more_often_as_stated() -> None:
    """Twice the hazard without a manager: the same people leave at the same instants as under twice the rate."""
    long_here = f"opening.teams.reps.tenure_months={[50] * 12}"
    rate = "world.roles.rep.exits.voluntary_per_year={}"
    twice = world.simulate(plain(*RAMPED, *coached(exits_multiplier=2), long_here, rate.format(0.5)), 12, Luck(1, 0))
    rated = world.simulate(plain(*RAMPED, long_here, rate.format(1.0)), 12, Luck(1, 0))
    assert len(twice.seats) > 15
    assert digest(twice, ("seats",)) == digest(rated, ("seats",))
    half = plain(*HALF, *coached(exits_multiplier=4), long_here, rate.format(0.5))
    first = next(ledgers(half, 1, 1))
    twice_in_a_month = world.simulate(plain(*HALF, long_here, rate.format(1.0)), 1, Luck(1, 0))
    ends = [book.seats["end_day"].min() for book in (first, twice_in_a_month)]
    assert ends[0] == pytest.approx(ends[1]), "the logarithm goes by the coaching that is missing: 4^(1/2)"


def test_forecast_dates_fall_short_and_slip_where_nobody_coaches_and_nothing_else_moves() -> None:
    plans = [plain(*RAMPED, *coached(early_dates_share=share)) for share in (0.0, 0.25)]
    straight, early = (world.simulate(plan, 12, Luck(1, 0)) for plan in plans)
    assert digest(straight, ("credits", "seats", "payments")) == digest(early, ("credits", "seats", "payments"))
    both = (straight.deals["slips"] == 0) & (early.deals["slips"] == 0) & (straight.deals["stage"] == 0)
    both &= straight.deals["created_day"] < ledger.NEVER
    assert np.sum(both) > 50
    ahead = [book.deals["forecast_close_day"][both] - book.deals["created_day"][both] for book in (straight, early)]
    np.testing.assert_allclose(ahead[1], 0.75 * ahead[0])
    assert early.deals["slips"].sum() > 1.05 * straight.deals["slips"].sum()


def test_a_team_that_managers_keep_up_with_loses_nothing() -> None:
    """Full coaching is the reference: no byte of what sellers do moves."""
    three = ONE_BOSS.replace("seats: 1, tenure_months: [50]", "seats: 3, tenure_months: [50, 50, 50]")
    costly = coached(odds_logit=1, exits_multiplier=3, early_dates_share=0.5)
    plans = [plain(*RAMPED, three, *effects) for effects in (costly, ())]
    assert len({digest(world.simulate(plan, 12, Luck(1, 0))) for plan in plans}) == 1


def test_who_comes_back_from_leave_within_a_week_goes_on_at_the_pace_of_the_team() -> None:
    """Away from day 36 to 38, between the ticks of 35 and 42, where one manager leaves 12 newcomers a pace of 0.6."""
    org = week_of(plain(*LED, ONE_BOSS), 36.0)
    go(org.roster, 5, org.week.ramps, 36.0, 38.0)
    leaves.start(org)
    for day, pace in ((37.0, 0.0), (39.0, 0.6)):
        run_to(org, day)
        assert org.roster["pace"][5] == pytest.approx(pace)
