"""The roster: who sits in which seat, as arrays, with what the weekly tick needs to know of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.luck import Luck, name_child
from sim.org.seating import Seating
from sim.org.time_off import next_leave
from sim.pipeline.tables import NOBODY
from sim.rules.odds import ability_logit
from sim.rules.people import draw_person
from sim.scenario.people import Role
from sim.scenario.scenario import Scenario

ROSTER = np.dtype([
    ("entity", "u8"), ("holder", "i4"), ("held", "?"), ("role", "i4"), ("segment", "i4"), ("region", "i4"),
    ("cell", "i4"), ("team", "i4"), ("stream", "i4"),
    ("spell", "i4"),  # row of the ledger's seats
    ("person", "u8"),  # who it is, whatever seat they sit in; ``entity`` names them as the holder of this one
    ("start_day", "f8"), ("joined_day", "f8"),  # in this seat, in the organization
    ("ability", "f8"), ("never_ramps", "?"),
    # Effective tenure is tenure_days at paced_day and grows by pace a day from there on: see org.tenure.
    ("tenure_days", "f8"), ("paced_day", "f8"), ("pace", "f8"), ("away", "?"),
    ("counted_day", "f8"), ("ramped_days", "f8"), ("away_days", "f8"),  # counted so far in the month not yet closed
    ("volume", "f8"), ("logit", "f8"),  # what ability does to volume and to odds
    ("back_day", "f8"), ("promised", "?"),  # no hours before that day; chosen to fill a seat from inside
    ("leave_budget", "f8"), ("leaves", "i4"),  # unit exponential until the next long leave; leaves so far
    ("spent_day", "f8"),  # budgets are spent up to this day
    ("exit_budget", "f8"),  # unit exponential not yet spent at the exit hazard
    ("sold_usd", "f8", 2), ("quota_usd", "f8", 2),  # the last two quarters closed, latest first
    ("failed_reviews", "i4"),
], align=True)  # fmt: skip


def empty_roster(seating: Seating) -> np.ndarray:
    """One row a seat, nobody in it. A team is all seats of one role, segment and region."""
    roster = np.zeros(len(seating.seats), ROSTER)
    teams: dict[tuple[int, int, int], int] = {}
    for i, seat in enumerate(seating.seats):
        row = roster[i]
        row["holder"] = NOBODY
        row["role"], row["segment"], row["region"] = seat.role, seat.segment, seat.region
        row["cell"] = seating.cell(seat)
        row["team"] = teams.setdefault((seat.role, seat.segment, seat.region), len(teams))
        row["stream"] = seating.stream_of.get(i, NOBODY)
    return roster


def holder_entity(seat_entity: np.uint64, holder: int) -> np.uint64:
    """The name of the k-th holder of a seat; -1 is whoever held it before the first."""
    return name_child(seat_entity, holder + 1)


def seat_person(roster: np.ndarray, i: int, seating: Seating, luck: Luck, holder: int, start_day: float) -> None:
    """Put the k-th holder into a seat: their ability, and what it does to volume and odds."""
    scenario = seating.scenario
    role = list(scenario.world.roles.values())[roster[i]["role"]]
    entity = holder_entity(seating.seats[i].entity, holder)
    ability, never_ramps = draw_person(role.ability, luck, entity)
    row = roster[i]
    row["entity"], row["holder"], row["held"], row["person"] = entity, holder, True, entity
    row["start_day"] = row["joined_day"] = row["paced_day"] = row["counted_day"] = start_day
    row["tenure_days"], row["pace"], row["away"] = 0.0, 1.0, False
    row["ramped_days"] = row["away_days"] = 0.0
    row["back_day"] = row["spent_day"] = -np.inf
    row["promised"], row["leaves"], row["leave_budget"] = False, 0, np.inf
    if role.time_off.leaves_per_year > 0.0:
        row["leave_budget"] = next_leave(luck, row)[0]
    row["ability"], row["never_ramps"] = ability, never_ramps
    act_on(row, scenario, role)
    row["sold_usd"], row["quota_usd"], row["failed_reviews"] = 0.0, 0.0, 0


def act_on(row: np.void, scenario: Scenario, role: Role) -> None:
    """What somebody's ability does to volume and to odds in the seat they are in."""
    ability = float(row["ability"])
    row["volume"], row["logit"] = ability, 0.0
    if role.duty == "sells" and ability != 1.0:
        row["volume"] = ability**role.ability.volume_share
        row["logit"] = odds_shift(scenario, int(row["segment"]), ability, role.ability.volume_share)


class Mover(NamedTuple):
    """Somebody who goes from one seat to another."""

    row: np.void  # a copy of their ``ROSTER`` row in the seat before
    credited_days: float  # of their tenure, what counts in the new one


class Vacancy(NamedTuple):
    """A seat that is to be filled again."""

    seat: int
    holder: int  # the last one
    opens: float  # the day on which its requisition opens
    vacated: float


def bring_along(roster: np.ndarray, i: int, seating: Seating, mover: Mover) -> None:
    """Make whoever was just put into seat i somebody who moved here from another seat."""
    row, before = roster[i], mover.row
    role = list(seating.scenario.world.roles.values())[row["role"]]
    for name in ("person", "joined_day", "ability", "exit_budget", "leave_budget", "leaves", "spent_day"):
        row[name] = before[name]
    row["never_ramps"] = before["never_ramps"] and before["role"] == row["role"]
    act_on(row, seating.scenario, role)
    row["tenure_days"] = mover.credited_days
    if before["role"] == row["role"]:
        row["sold_usd"], row["quota_usd"] = before["sold_usd"], before["quota_usd"]


def odds_shift(scenario: Scenario, segment: int, ability: float, volume_share: float) -> float:
    """Log-odds a stage that a seller's ability adds in a segment."""
    stages = list(scenario.world.segments.values())[segment].stages.values()
    return ability_logit(ability, volume_share, tuple(stage.advance_share for stage in stages))
