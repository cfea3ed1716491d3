"""Contagion in the simulation: after a dated departure the team leaves at the rate that the formula says."""

from __future__ import annotations

import numpy as np
import pytest

from sim import ledger
from sim.org.state.conditions import Conditions
from sim.org.state.roster import empty_roster
from sim.org.state.seating import seating
from sim.org.state.week_arrays import Week
from tests.makers.play import ledgers, plain, week_of

PER_YEAR, CONTAGION, DAYS = 0.5, 2.0, 90
TICK_AFTER, LAST_TICK = 7.0, 91.0  # whoever leaves on day 0 counts at the ticks in between
REGIONS, REPLICATIONS, MONTHS = 20, 120, 12


@pytest.mark.slow
@pytest.mark.parametrize("size", [2, 4])
def test_a_departure_raises_the_hazard_of_its_team_for_a_while(size: int) -> None:
    """Teams of one region each lose one person on day 0, and nobody comes.

    Of a team that nobody else has left, all stay for t days with chance exp(-heads x hazard x t), where the hazard is
    multiplied by exp(contagion x share of the team that left) inside the window, and by nothing before and after.
    """
    tenures = [24 + k for k in range(size)]
    names = [f"r{k}" for k in range(REGIONS)]
    plan = plain(
        "opening.warm_up_days=0", "levers.backfill.enabled=false", "~opening.teams.reps",
        "world.sources.self.opportunities_per_month_per_head=0.01", "world.roles.rep.exits="
        f"{{voluntary_per_year: {PER_YEAR}, contagion: {CONTAGION}, contagion_days: {DAYS}}}",
        *(f"+world.regions.{name}={{}}" for name in names),
        *(
            f"+opening.teams.{name}="
            f"{{role: rep, segment: all, region: {name}, seats: {size}, tenure_months: {tenures}}}"
            for name in names
        ),
        *(
            f"+levers.departures.{name}={{role: rep, region: {name}, on_date: 2027-01-01, who: longest_tenure}}"
            for name in names
        ),
    )  # fmt: skip
    first = np.concatenate([first_exits(book) for book in ledgers(plan, MONTHS, REPLICATIONS)])
    horizon = 30.0 * MONTHS
    raised = np.exp(CONTAGION * min(1.0 / size, 0.5))
    for begin, end, factor in ((0.0, TICK_AFTER, 1.0), (TICK_AFTER, LAST_TICK, raised), (LAST_TICK, horizon, 1.0)):
        at_risk = first >= begin
        stay = np.exp(-(size - 1) * PER_YEAR * factor * (end - begin) / 365.25)
        error = np.sqrt(stay * (1.0 - stay) / at_risk.sum())
        assert abs(np.mean(first[at_risk] >= end) - stay) < 4.0 * error
    inside = (first[first >= TICK_AFTER] >= LAST_TICK).mean()
    without = np.exp(-(size - 1) * PER_YEAR * (LAST_TICK - TICK_AFTER) / 365.25)
    assert without - inside > 4.0 * np.sqrt(without * (1.0 - without) / np.sum(first >= TICK_AFTER))


def first_exits(book: ledger.Ledger) -> np.ndarray:
    """The day of the first resignation in each region, infinite where there was none."""
    quit_day = np.where(book.seats["exit_kind"] == ledger.VOLUNTARY, book.seats["end_day"], np.inf)
    first = np.full(len(book.names.regions), np.inf)
    np.minimum.at(first, book.seats["region"], quit_day)
    return first[[name.startswith("r") for name in book.names.regions]]


def ten_people() -> tuple[np.ndarray, Week]:
    """A team of ten who came long ago, and its weeks."""
    plan = plain(
        "opening.teams.reps.seats=10",
        f"world.roles.rep.exits={{voluntary_per_year: {PER_YEAR}, contagion: {CONTAGION}, contagion_days: {DAYS}}}",
    )
    calendar = plan.calendar(MONTHS)
    seats = seating(plan, calendar)
    roster = empty_roster(seats)[:10]
    roster["held"], roster["start_day"], roster["joined_day"], roster["exit_budget"] = True, -800.0, -800.0, 100.0
    roster["back_day"] = -np.inf
    return roster, Week(plan, calendar, roster, Conditions(seats, calendar, roster))


@pytest.mark.parametrize("refilled", [True, False])
def test_a_leaver_counts_once_whether_or_not_the_place_is_filled_again(refilled: bool) -> None:
    """Two of ten left lately: a fifth of the team."""
    roster, week = ten_people()
    roster[:2]["held"], roster[:2]["start_day"] = refilled, 180.0
    week.contagion.left[roster["team"][0]] = 2.0
    week.refresh(roster, 200.0, 7.0)
    spent = 100.0 - roster["exit_budget"][2:]
    np.testing.assert_allclose(spent, 7.0 * PER_YEAR * np.exp(CONTAGION * 0.2) / 360.0, rtol=1e-9)


def test_the_week_that_begins_counts_those_who_left_before_it() -> None:
    """One of ten left on day 3: the ticks from day 7 to 91 spend exp(contagion / 10) times the hazard, later ones 1."""
    roster, week = ten_people()
    roster[0]["held"] = False
    week.contagion.add(int(roster["team"][0]), 3.0)
    for day, share in ((7.0, 0.1), (84.0, 0.1), (91.0, 0.1), (98.0, 0.0)):
        roster["exit_budget"], roster["spent_day"] = 100.0, day
        week.begin(roster, day)
        spent = 100.0 - roster["exit_budget"][1:]
        np.testing.assert_allclose(spent, 7.0 * PER_YEAR * np.exp(CONTAGION * share) / 360.0, rtol=1e-9)


def test_who_moves_to_another_seat_is_no_leaver_of_the_team() -> None:
    """On day 30 somebody moves, or is let go: at the tick of day 35 the team has no leaver, or one."""
    of_team = "role: rep, segment: all, region: here, on_date: 2027-02-01"
    contagious = (
        f"world.roles.rep.exits={{voluntary_per_year: 0, contagion: {CONTAGION}, contagion_days: {DAYS}}}",
        "+world.regions.there={}",
    )
    moves = plain(*contagious, f"+levers.transfers.south={{{of_team}, to_region: there}}")
    goes = plain(*contagious, f"+levers.departures.one={{{of_team}}}")
    assert week_of(moves, 36.0).week.contagion.left.tolist() == [0.0, 0.0]
    assert week_of(goes, 36.0).week.contagion.left.tolist() == [1.0]
