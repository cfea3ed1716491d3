"""Waiting: whoever waits, for whatever reason, cools by one rule: log-odds a month for the days nobody worked on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest

from sim import ledger, world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.pipeline.deals import odds_of
from sim.rules.flow import flow_of
from sim.rules.odds import chance, log_odds
from sim.scenario.load import load
from sim.scenario.scenario import Scenario
from tests.makers.play import ledgers, plain

DAYS_PER_MONTH = 365.25 / 12.0
COOLING = 1.5  # log-odds a month
HANDED_ON, ALONE = -0.35, -0.8
COOLS = (
    "dates.equal_months=false", "+dates.closed_weekdays=[]",
    f"+world.segments.all.stalls={{odds_decay_logit_per_month: {COOLING}, mean_days: 20, close_after_days: 100}}",
)  # fmt: skip
ENDS = (ledger.ADVANCED, ledger.WIN, ledger.LOSS, ledger.GAVE_UP, ledger.STALL)
BEGINS = {ledger.STALL: "quiet", ledger.ORPHAN: "no rep", ledger.LEAD_WAITED: "lead", ledger.SE_WAIT: "line"}
IS_OVER = {
    ledger.REVIVED: "quiet", ledger.REASSIGNED: "no rep", ledger.CREATED: "lead", ledger.SE_START: "line",
    ledger.SE_WITHOUT: "line",
}  # fmt: skip


@dataclass
class Course:
    """What has happened to one deal so far, as its moves tell."""

    stage: int = 0
    waited: float = 0.0
    since: float = 0.0
    waits_for: set[str] = field(default_factory=set)
    changed_hands: bool = False
    alone: bool = False

    def goes_on(self, kind: int, day: float, stage: int) -> None:
        was_waiting = bool(self.waits_for)
        if kind == ledger.ORPHAN:
            self.waits_for.discard("line")
        self.waits_for.discard(IS_OVER.get(kind, ""))
        if kind in BEGINS:
            self.waits_for.add(BEGINS[kind])
        if was_waiting and not self.waits_for:
            self.waited += day - self.since
        elif self.waits_for and not was_waiting:
            self.since = day
        self.stage = stage
        self.changed_hands |= kind == ledger.REASSIGNED
        if kind in IS_OVER or kind == ledger.ADVANCED:
            self.alone = kind == ledger.SE_WITHOUT


def attempts(book: Ledger) -> Iterator[tuple[Course, bool]]:
    """Each attempt that ended, of deals that began in the run: the deal's course so far, and whether it moved on."""
    rows = book.moves[np.argsort(book.moves["deal"], kind="stable")]
    for story in np.split(rows, np.flatnonzero(np.diff(rows["deal"])) + 1):
        deal, course = book.deals[story["deal"][0]], Course()
        if deal["opening"] or deal["arrived_day"] < 0.0:
            continue
        for move in story:
            kind = int(move["kind"])
            if kind in ENDS and not course.waits_for:
                yield course, kind in (ledger.ADVANCED, ledger.WIN)
            course.goes_on(kind, float(move["day"]), int(move["stage"]))


QUIET = (
    "world.segments.all.stages.first.no_decision_share=0", "world.segments.all.stages.first.lost_share=0.3",
    "world.segments.all.stages.first.stalled_share=0.7", "+world.segments.all.stages.first.attempts=4",
)  # fmt: skip
WITHOUT_A_REP = (
    "opening.teams.reps.seats=6", "world.sources.self.opportunities_per_month_per_head=40",
    f"levers.orphans={{policy: wait_for_backfill, delay_days: 35, logit: {HANDED_ON}}}",
    "+levers.departures.some={role: rep, on_date: 2027-02-15, count: 5}",
    "+levers.departures.more={role: rep, on_date: 2027-07-01, count: 5}",
)  # fmt: skip
ENGINEERS = (
    "opening.teams.helpers={role: se, region: here, seats: 3}",
    "world.roles.se={duty: engineers, deals_at_once: 38, exits: {voluntary_per_year: 0}}",
    "world.hiring.recruiting_mean_days.se=30", "world.costs.salary_usd_per_year.se=100000",
    "world.segments.all.stages.first.needs_se=true",
)  # fmt: skip
WITHOUT_ENGINEERS = (
    *ENGINEERS,
    "world.roles.se.deals_at_once=24",
    f"world.engineering={{go_without_after_days: 12, without_logit: {ALONE}, order: largest_first,"
    " small_below_share: 0.3}",
)
LEADS = (
    "opening.teams.reps.seats=3", "world.attention={enabled: true, overload_logit: 0}",
    "world.sources={web: {kind: inbound, leads_per_month: {all: 200}, lead_to_opportunity_share: 1,"
    " stale_after_days: 25}}", "opening.pipeline=empty",
)  # fmt: skip
WORLDS = {
    "quiet": (QUIET, "quiet"), "without a rep": (WITHOUT_A_REP, "no rep"), "in line": (ENGINEERS, "line"),
    "in line, then without": (WITHOUT_ENGINEERS, "line"), "a lead": (LEADS, "lead"),
}  # fmt: skip


@pytest.mark.parametrize("reason", WORLDS)
def test_deals_are_won_as_often_as_the_days_that_they_waited_say(reason: str) -> None:
    """Each attempt is a coin of known odds. With what is lost a month of waiting they come out even, without they
    do not."""
    plan = plain(*COOLS, *WORLDS[reason][0])
    shares = [stage.advance_share for stage in plan.world.segments["all"].stages.values()]
    rows = []
    for book in ledgers(plan, 15, 6):
        for course, moved_on in attempts(book):
            other = HANDED_ON * course.changed_hands + ALONE * course.alone
            logit = log_odds(shares[course.stage]) + other
            rows.append(
                (course.waited, moved_on, chance(logit - COOLING * course.waited / DAYS_PER_MONTH), chance(logit))
            )
    waited, moved_on, p, p_without_cooling = np.array(rows, float).T
    for some in (waited > 0.0, waited == 0.0):
        assert abs(np.sum(moved_on[some] - p[some])) < 4.0 * np.sqrt(np.sum(p[some] * (1.0 - p[some])))
    late = waited > 0.0
    assert late.sum() > 250
    spread = np.sqrt(np.sum(p[late] * (1.0 - p[late])))
    assert np.sum(moved_on[late] - p_without_cooling[late]) < -4.0 * spread


def test_days_of_a_reps_long_leave_are_waited_and_cost_what_the_rule_says() -> None:
    """Of deals that were at work all the time, with one rep: the days of the rep's leaves since they were created."""
    plan = plain(
        *COOLS,
        "world.attention={enabled: true, overload_logit: 0}", "world.segments.all.stages.first.duration.mean_days=200",
        "world.roles.rep.time_off={leaves_per_year: 2, leave_mean_days: 30}",
    )  # fmt: skip
    calendar, luck = plan.calendar(9), Luck(3, 0)
    org = world.assemble(plan, calendar, luck, world.prepare(plan, 9, luck))
    world.drive(org)
    org.pipeline.hours_by_cell(calendar.horizon)  # brings all seats to the end
    state, found = org.pipeline.state, 0
    leaves = [row for row in org.journal.decisions.rows if row["kind"] == ledger.LEAVE_BEGAN]
    for d, deal in enumerate(org.pipeline.deals):
        if deal["opening"] or deal["state"] != ledger.WORKING or deal["stage"] > 0 or deal["created_day"] < 40.0:
            continue
        expected = sum(
            max(0.0, min(row["day"] + row["value"], calendar.horizon) - max(row["day"], deal["created_day"]))
            for row in leaves
            if row["seat"] == deal["seat"]
        )
        odds = log_odds(0.5) - COOLING * expected / DAYS_PER_MONTH
        assert log_odds(odds_of(state, d)) == pytest.approx(odds, abs=1e-9)
        found += expected > 0.0
    assert found > 50


def test_slow_work_is_no_waiting() -> None:
    """Overload has a penalty of its own: with hours for half of what deals ask for, none has waited."""
    plan = plain(
        *COOLS,
        "world.attention={enabled: true, overload_logit: 0}", "world.segments.all.stages.first.hours_per_week=8",
        "world.sources={web: {kind: inbound, leads_per_month: {all: 800}, lead_to_opportunity_share: 1,"
        " stale_after_days: 1}}",
    )  # fmt: skip
    luck = Luck(3, 0)
    org = world.assemble(plan, plan.calendar(4), luck, world.prepare(plan, 4, luck))
    world.drive(org)
    assert np.any(org.pipeline.state.seats["speed"] < 0.9)
    fresh = ~org.pipeline.deals["opening"] & (org.pipeline.deals["arrived_day"] == org.pipeline.deals["created_day"])
    assert fresh.sum() > 50
    assert not org.pipeline.deals["waited_days"][fresh].any()


def test_deals_of_the_first_day_have_waited_as_those_of_any_day() -> None:
    """Without a warm-up: days waited before the first day, and half a year later, are the same in the mean."""
    plan = plain(*QUIET, "world.segments.all.stalls={odds_decay_logit_per_month: 0.5, mean_days: 20}")
    first, later = [], []
    for replication in range(30):
        luck = Luck(5, replication)
        opening = world.prepare(plan, 6, luck)
        first.append(mean_waited(opening.state.deals[: opening.state.count[0]], 0.0))
        org = world.assemble(plan, plan.calendar(6), luck, opening)
        world.drive(org)
        later.append(mean_waited(org.pipeline.deals, 180.0))
    difference = np.subtract(first, later)
    assert np.mean(later) > 2.0
    assert abs(difference.mean()) < 4.0 * difference.std(ddof=1) / np.sqrt(len(difference))


def mean_waited(deals: np.ndarray, day: float) -> float:
    """Days waited by a given day of the deals that are open on it, those under way included."""
    is_open = deals[np.isin(deals["state"], ledger.OPEN_STATES)]
    under_way = np.where(is_open["waits_since"] < np.inf, day - is_open["waits_since"], 0.0)
    return float((is_open["waited_days"] + under_way).mean())


@pytest.mark.parametrize("decay", [0.0, 1.0])
def test_the_long_runs_win_rate_knows_what_stalls_cost(decay: float) -> None:
    """The flow that the opening is made from: exact where waiting costs nothing, and within a hundredth elsewhere."""
    plan = plain(*QUIET, f"world.segments.all.stalls={{odds_decay_logit_per_month: {decay}, mean_days: 20}}")
    segment = plan.world.segments["all"]
    expected = flow_of(segment, 0.0, 1.0, days_per_month=30.0).win_rate
    won = []
    for book in ledgers(plan, 18, 20):
        young = ~book.deals["opening"] & (book.deals["created_day"] < 60.0)
        won.append(np.mean(book.deals["state"][young] == ledger.WON))
    error = np.std(won, ddof=1) / np.sqrt(len(won))
    assert abs(np.mean(won) - expected) < 4.0 * error + 0.01 * (decay > 0.0)


def booked(plan: Scenario, replications: int) -> np.ndarray:
    return np.array([book.credits["amount_usd"].sum() for book in ledgers(plan, 24, replications)])


@pytest.mark.slow
def test_two_months_without_a_rep_cost_a_believable_part_of_bookings() -> None:
    """Deals of leavers that wait for 60 days instead of 10: in base between one and four hundredths."""
    usual = booked(load("base", ()), 60)
    late = booked(load("base", ("levers.orphans.delay_days=60",)), 60)
    lost = 1.0 - late / usual
    error = lost.std(ddof=1) / np.sqrt(len(lost))
    assert lost.mean() + 2.0 * error > 0.01
    assert lost.mean() - 2.0 * error < 0.04
    assert lost.mean() > 3.0 * error
