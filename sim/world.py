"""One replication: ``simulate(scenario, months, luck)`` wires the two clocks together and gives back the ledger.

Order of events. The organization's actors and the pipeline's loop take turns: the loop handles everything before
the next organizational event, then that event happens, and so on to the horizon. Actors due in one instant act in
the order in which they fell asleep; on the first day that is the order of ``ACTORS``:

1. the ends of hiring freezes are put on the calendar;
2. the market takes its first regime;
3. the month opens: the open pipeline is photographed and the coverage policy acts on it;
4. requisitions open, those of the plan and for seats that are empty;
5. those who are to be let go have a day;
6. dated departures are put on the calendar;
7. territories divided anew are put on the calendar;
8. dated transfers are put on the calendar;
9. trainings are put on the calendar;
10. those on long leave have a day on which they are back;
11. deals and customers that nobody has are handed on;
12. the week begins: ramp, hours, rates and exits of the coming seven days;
13. the ends of pay periods are put on the calendar, when sellers sign deals early or put them off;
14. triggers are looked at, and what hangs on those that fire is put on the calendar.

At a month's end the month is closed (hours, cost; at a quarter's end quotas and reviews) before the next one opens.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import simpy

from sim import ledger
from sim.calendar import Calendar
from sim.ledger import Ledger, Names
from sim.luck import Luck
from sim.org.actors import (
    behaviour,
    close,
    leaves,
    leaving,
    market,
    recruiting,
    reviews,
    territory,
    training,
    transfer,
    triggers,
    weekly_tick,
)
from sim.org.actors.behaviour import SellerBehaviour
from sim.org.actors.training import Learned
from sim.org.first_day import careers, opening, photographs, simple_past
from sim.org.first_day.opening import Opening
from sim.org.first_day.past import Past
from sim.org.first_day.quiet import quiet
from sim.org.state.demand import expected_deals
from sim.org.state.organization import Organization
from sim.org.state.seating import seating
from sim.org.state.week_arrays import Adjuster
from sim.pipeline.engine import Pipeline
from sim.pipeline.state import build, transplant
from sim.scenario.scenario import Scenario


class Actor(NamedTuple):
    """Something that an organization does by itself."""

    start: Callable[[Organization], None]
    does: str  # on the first day


# In the order in which they start, which decides who acts first in one instant.
ACTORS = (
    Actor(recruiting.start_thaws, "the ends of hiring freezes are put on the calendar"),
    Actor(market.start, "the market takes its first regime"),
    Actor(close.start, "the month opens: the open pipeline is photographed and the coverage policy acts on it"),
    Actor(recruiting.start, "requisitions open, those of the plan and for seats that are empty"),
    Actor(reviews.start_notices, "those who are to be let go have a day"),
    Actor(leaving.start_departures, "dated departures are put on the calendar"),
    Actor(territory.start, "territories divided anew are put on the calendar"),
    Actor(transfer.start, "dated transfers are put on the calendar"),
    Actor(training.start, "trainings are put on the calendar"),
    Actor(leaves.start, "those on long leave have a day on which they are back"),
    Actor(leaving.start_handing_on, "deals and customers that nobody has are handed on"),
    Actor(weekly_tick.start, "the week begins: ramp, hours, rates and exits of the coming seven days"),
    Actor(
        behaviour.start,
        "the ends of pay periods are put on the calendar, when sellers sign deals early or put them off",
    ),
    Actor(triggers.start, "triggers are looked at, and what hangs on those that fire is put on the calendar"),
)


def past_of(scenario: Scenario) -> Past:
    """What the years before the first day have left, at the central values of uncertainties; the same in every draw.

    It depends on the scenario's opening, dates and world only.
    """
    return _past(quiet(scenario.central).model_dump_json())


@lru_cache(maxsize=8)
def _past(company: str) -> Past:
    """The past of a quiet company, given as JSON: in closed form, or played where that says too little."""
    scenario = Scenario.model_validate_json(company)
    calendar = scenario.calendar(12 * photographs.YEARS)
    seats = seating(scenario, None)
    simple = simple_past.simple_past(seats, calendar)
    if scenario.opening.past_seat_years == 0.0 or simple_past.is_simple(seats, calendar):
        return simple
    albums = [_play_past(scenario, calendar, simple, Luck(0, 0))]
    known = careers.past_of(albums, seats, calendar)
    albums += [_play_past(scenario, calendar, known, Luck(0, k + 1)) for k in range(photographs.plays(seats))]
    return careers.past_of(albums, seats, calendar)


def _play_past(scenario: Scenario, calendar: Calendar, past: Past, luck: Luck) -> photographs.Album:
    """Play the years before the first day. ``past``: what they begin with."""
    with np.errstate(over="ignore"):
        first_day = opening.prepare(scenario, calendar, luck, past, keeps_books=False)
        org = assemble(scenario, calendar, luck, first_day)
        org.pipeline.state.knobs["signs"] = False
        album = photographs.Album()
        org.env.process(photographs.yearly(org, album))
        drive(org)
        close.close_month(org, calendar.months - 1)
        album.take(org, calendar.horizon)
        album.close(org)
    return album


def prepare(scenario: Scenario, months: int, luck: Luck, past: Past | None = None) -> Opening:
    """The first day of one replication. It depends on the scenario's opening and world, and on luck, only.

    ``past``: from ``past_of``, when it is known already.
    """
    with np.errstate(over="ignore"):
        return opening.prepare(scenario, scenario.calendar(months), luck, past or past_of(scenario))


def simulate(scenario: Scenario, months: int, luck: Luck, first_day: Opening | None = None) -> Ledger:
    """Play one replication.

    Args:
        months: the horizon.
        luck: the seed and the replication's number.
        first_day: from ``prepare`` on a scenario with the same opening and world and the same luck, when several
            plans share it.
    """
    calendar = scenario.calendar(months)
    with np.errstate(over="ignore"):
        org = assemble(scenario, calendar, luck, first_day or prepare(scenario, months, luck))
        drive(org)
        close.close_month(org, calendar.months - 1)
    return _ledger(org)


def assemble(
    scenario: Scenario, calendar: Calendar, luck: Luck, first_day: Opening, with_closes: bool = True
) -> Organization:
    """People in their seats, deals in their stages, actors waiting for their first event.

    ``with_closes`` false leaves out photographs, coverage, cost, quotas, reviews and triggers: the two clocks alone.
    """
    env = simpy.Environment()
    seats = seating(scenario, calendar)
    room = expected_deals(seats, calendar) + first_day.state.count.max()
    state = build(scenario, calendar, luck, seats.seat_places, seats.stream_places, room)
    transplant(first_day.state, state)
    pipeline = Pipeline(state)
    pipeline.refresh_clocks()
    org = Organization(env, seats, calendar, luck, pipeline)
    org.welcome(first_day.roster, first_day.left_days, first_day.vacancies)
    org.week.adjusters += adjusters(org)
    org.week.refresh(org.roster.copy(), 0.0)  # the first photograph needs outputs; a copy, so that no budget is spent
    for actor in ACTORS:
        if with_closes or actor.start not in (close.start, triggers.start):
            actor.start(org)
    return org


def adjusters(org: Organization) -> list[Adjuster]:
    """Who acts on the week's arrays once they are filled, in this order."""
    rule = org.scenario.world.behaviour
    effort = [SellerBehaviour(org, rule)] if rule.responsiveness > 0 else []
    return [*effort, Learned(org)]


def drive(org: Organization) -> None:
    """The driver loop: the fast clock runs up to each event of the slow one."""
    env, pipeline, horizon = org.env, org.pipeline, org.calendar.horizon
    while (day := env.peek()) < horizon:
        pipeline.advance(day)
        env.step()
    pipeline.advance(horizon)
    pipeline.snapshot(horizon, horizon, horizon)  # forecast dates that passed in the last month are pushed, too


def _ledger(org: Organization) -> Ledger:
    """Everything that happened, as typed tables."""
    return Ledger(
        names=_names(org),
        seats=org.journal.seats.rows,
        requisitions=org.journal.requisitions.rows,
        moves=org.pipeline.moves,
        deals=_deal_rows(org),
        credits=org.pipeline.credits,
        customers=_customer_rows(org),
        contracts=org.pipeline.contracts,
        arr_moves=org.pipeline.arr_moves,
        quotas=org.journal.quotas.rows,
        payments=org.journal.payments.rows,
        market=org.journal.market.rows,
        snapshots=org.journal.snapshots.rows,
        decisions=org.journal.decisions.rows,
        waits=_wait_rows(org),
        efforts=org.journal.efforts.rows,
        timings=org.journal.timings.rows,
        ramped=org.journal.ramped.rows,
        places=_places(org),
    )


def _places(org: Organization) -> np.ndarray:
    """Where the seats of the first day stand."""
    rows = np.zeros(org.seating.opening_count, ledger.PLACES)
    for name in rows.dtype.names or ():
        rows[name] = org.roster[name][: len(rows)]
    return rows


def _names(org: Organization) -> Names:
    codes = org.codes
    return Names(
        seats=tuple(seat.name for seat in org.seating.seats[: _seats_known(org)]),
        requisitions=tuple(org.journal.requisition_codes),
        roles=codes.roles,
        segments=codes.segments,
        regions=codes.regions,
        sources=codes.sources,
        stages=codes.stages,
        regimes=codes.regimes,
        reasons=tuple(org.journal.reasons),
    )


def _seats_known(org: Organization) -> int:
    """Seats that are told of: those whose trigger never fired are not, so that it leaves no trace."""
    opened = org.journal.requisitions.rows["seat"]
    return max(org.seating.certain_count, int(opened.max(initial=-1)) + 1)


def _deal_rows(org: Organization) -> np.ndarray:
    """The pipeline's deals in the ledger's words."""
    deals = org.pipeline.deals
    rows = ledger.with_columns_of(deals, ledger.DEALS)
    rows["segment"], rows["region"] = org.codes.segment_region(deals["cell"])
    rows["stage"] = org.codes.stage_code[rows["segment"], deals["stage"]]
    rows["win_chance"] = org.pipeline.win_chances(org.calendar.horizon)
    return rows


def _wait_rows(org: Organization) -> np.ndarray:
    """Waits for solution engineers that are over, and at the end those that are not."""
    deals, horizon = org.pipeline.deals, org.calendar.horizon
    still = np.flatnonzero(deals["state"] == ledger.QUEUED)
    rows = np.zeros(len(still), ledger.WAITS)
    rows["day"], rows["deal"], rows["pool"] = horizon, still, deals["pool"][still]
    rows["days"], rows["ended"] = horizon - deals["asked_day"][still], ledger.STILL_WAITS
    return np.concatenate([org.pipeline.waits, rows])


def _customer_rows(org: Organization) -> np.ndarray:
    """The pipeline's customers in the ledger's words."""
    customers = org.pipeline.customers
    rows = ledger.with_columns_of(customers, ledger.CUSTOMERS)
    cell = org.pipeline.state.customer_cell[: len(customers)]
    rows["segment"], rows["region"] = org.codes.segment_region(cell)
    return rows
