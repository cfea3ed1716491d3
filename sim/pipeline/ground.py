"""Ground: what the pipeline's tables are filled from: a scenario, its calendar and luck, and where seats stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sim.calendar import Calendar
from sim.luck import Luck
from sim.scenario.codebook import Codebook
from sim.scenario.scenario import Scenario

ALL_SOURCES = -1  # every bit of a seat's mask of sources


class SeatPlace(NamedTuple):
    """Where a selling seat stands. Seats of other duties have ``cell`` NOBODY."""

    entity: np.uint64
    cell: int
    segment: int
    takes: int = ALL_SOURCES  # one bit a source whose deals it may have


class StreamPlace(NamedTuple):
    """Where a stream's leads go."""

    entity: np.uint64
    cell: int
    source: int


@dataclass(frozen=True)
class Ground:
    """``room``: rows for deals; tables that turn out small grow."""

    scenario: Scenario
    calendar: Calendar
    luck: Luck
    seats: Sequence[SeatPlace]
    streams: Sequence[StreamPlace]
    room: int

    @cached_property
    def cells(self) -> int:
        return Codebook.of(self.scenario).cells

    @cached_property
    def clocks(self) -> int:
        """One a seat, one a stream, and the calendar."""
        return len(self.seats) + len(self.streams) + 1

    @cached_property
    def members(self) -> list[list[int]]:
        """The seats of each cell."""
        return [[i for i, seat in enumerate(self.seats) if seat.cell == c] for c in range(self.cells)]

    @cached_property
    def most_stages(self) -> int:
        return max(len(segment.stages) for segment in self.scenario.world.segments.values())

    @cached_property
    def room_for_customers(self) -> int:
        keeps = any(segment.contracts is not None for segment in self.scenario.world.segments.values())
        return self.room if keeps else 16
