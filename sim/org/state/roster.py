"""The roster: who sits in which seat, as arrays, with what the weekly tick needs to know of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiled import compiled
from sim.luck import EXIT_BUDGET, LEAVE, Luck, child, exponential, philox
from sim.org.state.seating import Seating
from sim.pipeline.tables import NOBODY
from sim.rules.odds import ability_logit, odds_answer
from sim.rules.people import draw_person, traits_of

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
    ("failed_reviews", "i4"), ("notice", "?"),  # in a row; whether they are to be let go
    ("leaves_day", "f8"),  # on which whoever is to be let go leaves; NEVER for the rest
], align=True)  # fmt: skip


def empty_roster(seating: Seating) -> np.ndarray:
    """One row a seat, nobody in it. A team is all seats of one role, segment and region."""
    roster = np.zeros(len(seating.seats), ROSTER)
    for name in ("role", "segment", "region"):
        roster[name] = [getattr(seat, name) for seat in seating.seats]
    roster["cell"] = [seating.cell(seat) for seat in seating.seats]
    teams: dict[tuple[int, int, int], int] = {}
    roster["team"] = [teams.setdefault((s.role, s.segment, s.region), len(teams)) for s in seating.seats]
    roster["holder"] = roster["stream"] = NOBODY
    for seat, stream in seating.stream_of.items():
        roster["stream"][seat] = stream
    return roster


@compiled
def _seat(roster, i, traits, answers, seat_entity, holder, start_day, key0, key1):
    """Put the k-th holder into seat i; -1 is whoever held it before the first."""
    row = roster[i]
    role = traits[row["role"]]
    entity = child(seat_entity, np.uint64(holder + 1))
    row["entity"], row["holder"], row["held"], row["person"] = entity, holder, True, entity
    row["start_day"] = row["joined_day"] = row["paced_day"] = row["counted_day"] = start_day
    row["tenure_days"], row["pace"], row["away"] = 0.0, 1.0, False
    row["ramped_days"] = row["away_days"] = 0.0
    row["back_day"] = row["spent_day"] = -np.inf
    row["promised"], row["leaves"] = False, 0
    draw_leave(row, role, key0, key1)
    a, _, _, _ = philox(np.uint64(0), entity, EXIT_BUDGET, np.uint64(0), key0, key1)
    row["exit_budget"] = exponential(a)
    row["ability"], row["never_ramps"] = draw_person(role, entity, key0, key1)
    _act(row, role, answers)
    row["sold_usd"][:] = 0.0
    row["quota_usd"][:] = 0.0
    row["failed_reviews"], row["notice"], row["leaves_day"] = 0, False, np.inf


@compiled
def draw_leave(row, role, key0, key1):
    """Somebody's budget until their next long leave; without end in a role that has none."""
    row["leave_budget"] = np.inf
    if role["leaves_per_year"] > 0.0:
        a, _, _, _ = philox(np.uint64(row["leaves"]), row["person"], LEAVE, np.uint64(0), key0, key1)
        row["leave_budget"] = exponential(a)


@compiled
def _act(row, role, answers):
    """What somebody's ability does to volume and to odds in the seat they are in."""
    ability = row["ability"]
    row["volume"], row["logit"] = ability, 0.0
    if role["sells"] and ability != 1.0:
        row["volume"] = ability ** role["volume_share"]
        row["logit"] = ability_logit(ability, role["volume_share"], answers[row["segment"]])


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


class Newcomers:
    """Whom luck puts into a seat: their ability, and what it does to volume and odds."""

    def __init__(self, seating: Seating, luck: Luck):
        world = seating.scenario.world
        self._traits = traits_of(world.roles.values())
        self._answers = np.array(
            [odds_answer(stage.advance_share for stage in noun.stages.values()) for noun in world.segments.values()]
        )
        self._entities = [seat.entity for seat in seating.seats]
        self._key = luck.key

    def seat(self, roster: np.ndarray, i: int, holder: int, start_day: float) -> None:
        """Put the k-th holder into seat i, from a day on; -1 is whoever held it before the first."""
        _seat(roster, i, self._traits, self._answers, self._entities[i], holder, start_day, *self._key)

    def recall(self, roster: np.ndarray, i: int, person: np.void) -> None:
        """Make whoever was just put into seat i a person whom the past knows, a ``PERSON`` of the first day."""
        row = roster[i]
        row["joined_day"] = -person["joined_days"]
        for name in ("ability", "never_ramps", "failed_reviews", "sold_usd", "quota_usd"):
            row[name] = person[name]
        _act(row, self._traits[row["role"]], self._answers)

    def bring_along(self, roster: np.ndarray, i: int, mover: Mover) -> None:
        """Make whoever was just put into seat i somebody who moved here from another seat."""
        row, before = roster[i], mover.row
        for name in (
            "person", "joined_day", "ability", "exit_budget", "leave_budget", "leaves", "spent_day", "back_day",
        ):  # fmt: skip
            row[name] = before[name]
        if np.isinf(row["leave_budget"]):  # nobody goes on long leaves in the role before
            draw_leave(row, self._traits[row["role"]], *self._key)
        row["never_ramps"] = before["never_ramps"] and before["role"] == row["role"]
        _act(row, self._traits[row["role"]], self._answers)
        row["tenure_days"] = mover.credited_days
        if before["role"] == row["role"]:
            for name in ("sold_usd", "quota_usd", "failed_reviews"):
                row[name] = before[name]
