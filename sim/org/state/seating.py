"""Seats and streams: who may ever sit where in a scenario, with the names that carry their luck."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sim.calendar import Calendar
from sim.luck import entity
from sim.pipeline.ground import ALL_SOURCES, SeatPlace, StreamPlace
from sim.pipeline.tables import NOBODY
from sim.scenario.codebook import Codebook, Place
from sim.scenario.levers import opening_day
from sim.scenario.scenario import Scenario
from sim.scenario.staffing import Transfer


class Seat(NamedTuple):
    """A budgeted position. Codes index the scenario's nouns in their order; NOBODY where there is none."""

    name: str
    entity: np.uint64
    role: int
    segment: int
    region: int
    requisition: str = ""  # the requisition that creates it; empty for seats of the first day
    unit: int = 0
    transfer: str = ""  # the transfer that creates it

    @property
    def place(self) -> Place:
        return Place(self.role, self.segment, self.region)


@dataclass(frozen=True)
class Seating:
    """All seats and streams of a scenario: those of the first day, then what requisitions and transfers add.

    What waits for a trigger comes last, so that all other seats stand where they stand without it.
    """

    scenario: Scenario
    seats: tuple[Seat, ...]

    @cached_property
    def codes(self) -> Codebook:
        return Codebook.of(self.scenario)

    @cached_property
    def opening_count(self) -> int:
        return sum(not (seat.requisition or seat.transfer) for seat in self.seats)

    @cached_property
    def certain_count(self) -> int:
        """Seats that do not wait for a trigger; they come first."""
        levers = self.scenario.levers
        waits = set(levers.requisitions) - set(levers.dated_requisitions)
        return sum(seat.requisition not in waits for seat in self.seats)

    def opened_by(self, trigger: str) -> list[int]:
        """The seats that open when a trigger acts."""
        hang = {name for name, one in self.scenario.levers.requisitions.items() if one.trigger == trigger}
        return [i for i, seat in enumerate(self.seats) if seat.requisition in hang]

    @cached_property
    def entities(self) -> np.ndarray:
        """The seats' names, shape (seats,)."""
        return np.array([seat.entity for seat in self.seats], np.uint64)

    @cached_property
    def duties(self) -> list[str]:
        roles = list(self.scenario.world.roles.values())
        return [roles[seat.role].duty for seat in self.seats]

    def cell(self, seat: Seat) -> int:
        """The segment and region a seat works in; NOBODY for seats that serve all segments."""
        return NOBODY if seat.segment == NOBODY else self.codes.cell(seat.segment, seat.region)

    @cached_property
    def seat_places(self) -> list[SeatPlace]:
        takes = sources_taken(self.scenario)
        return [
            SeatPlace(seat.entity, self.cell(seat) if duty == "sells" else NOBODY, seat.segment, takes[seat.role])
            for seat, duty in zip(self.seats, self.duties, strict=True)
        ]

    @cached_property
    def stream_places(self) -> list[StreamPlace]:
        """Streams that arrive by themselves by source and cell, then one stream a prospecting seat."""
        places = [
            StreamPlace(entity(f"source {name}/{self.codes.cell_name(cell)}"), cell, code)
            for code, (name, source) in enumerate(self.scenario.world.sources.items())
            if source.arrives
            for cell in range(self.codes.cells)
        ]
        for i in self.prospectors:
            places.append(StreamPlace(self.seats[i].entity, self.cell(self.seats[i]), self.outbound))
        return places

    @cached_property
    def prospectors(self) -> list[int]:
        """Seats whose work is a stream; none where no source is filled by prospectors."""
        if self.outbound == NOBODY:
            return []
        return [i for i, duty in enumerate(self.duties) if duty == "prospects" and self.seats[i].segment != NOBODY]

    @cached_property
    def outbound(self) -> int:
        """The code of the source that prospectors fill."""
        for code, source in enumerate(self.scenario.world.sources.values()):
            if source.of_prospectors:
                return code
        return NOBODY

    @cached_property
    def arriving_count(self) -> int:
        return len(self.stream_places) - len(self.prospectors)

    @cached_property
    def stream_of(self) -> dict[int, int]:
        """The stream of each prospecting seat."""
        return {seat: self.arriving_count + k for k, seat in enumerate(self.prospectors)}


def sources_taken(scenario: Scenario) -> list[int]:
    """For each role one bit a source whose deals its people may have."""
    names = list(scenario.world.sources)
    return [
        sum(1 << names.index(source) for source in role.takes) if role.takes else ALL_SOURCES
        for role in scenario.world.roles.values()
    ]


def seating(scenario: Scenario, calendar: Calendar | None) -> Seating:
    """The seats of a scenario. What is dated after the horizon adds none; without a calendar nothing does."""
    codes = Codebook.of(scenario)

    def place(noun) -> Place:
        return codes.place(noun.role, noun.segment, noun.region)

    if scenario.opening.records is not None:
        first = scenario.opening.records.seats
        seats = [Seat(one.name, entity(f"seat {one.name}"), one.role, one.segment, one.region) for one in first]
    else:
        seats = [
            Seat(f"{name}/{k + 1}", entity(f"seat {name}/{k + 1}"), *place(team))
            for name, team in scenario.opening.teams.items()
            for k in range(team.seats)
        ]
    if calendar is not None:
        certain, waiting = [], []
        for name, requisition in scenario.levers.requisitions.items():
            seats_of_it = [
                Seat(f"{name}/{k + 1}", entity(f"seat {name}/{k + 1}"), *place(requisition), name, k)
                for k in range(requisition.count)
            ]
            if requisition.trigger is not None:
                waiting += seats_of_it
            elif open_day(scenario, calendar, name) < calendar.horizon:
                certain += seats_of_it
        seats += certain
        for name, transfer in scenario.levers.transfers.items():
            if 0.0 <= calendar.day_of(transfer.on_date) < calendar.horizon:
                seats += [
                    Seat(
                        f"{name}/{k + 1}", entity(f"seat {name}/{k + 1}"), *place(goal(scenario, transfer)), "", k, name
                    )
                    for k in range(transfer.number_of(0))
                ]
        seats += waiting
    return Seating(scenario, tuple(seats))


class Goal(NamedTuple):
    """Where a transfer leads."""

    role: str
    segment: str | None
    region: str


def goal(scenario: Scenario, transfer: Transfer) -> Goal:
    """The place of the seats that a transfer creates; checked to be complete when the scenario was read."""
    role, region = transfer.to_role or transfer.role, transfer.to_region or transfer.region
    assert region is not None, "the scenario's check asks for a region"
    stays = transfer.segment if scenario.world.roles[role].duty in ("sells", "prospects") else None
    return Goal(role, transfer.to_segment or stays, region)


def open_day(scenario: Scenario, calendar: Calendar, name: str) -> float:
    """The day on which a dated requisition opens, in days since the first; never before it."""
    one = scenario.levers.requisitions[name]
    opened = None if one.open_date is None else calendar.day_of(one.open_date)
    wanted = 0.0 if one.wanted_start is None else calendar.day_of(one.wanted_start)
    return opening_day(opened, wanted, one.lead_days, one.shift_days, first_day=0.0)
