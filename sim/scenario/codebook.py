"""The codebook: what the codes in tables and arrays mean, and the one place where names become codes and back.

A code is the place of a name among its kind, in the scenario's order. A **cell** is a segment in a region, and what
happens to leads, deals and customers is arranged by cells. A **place** is a role in a segment and region: where a seat
stands, or a team.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np

from sim.scenario.scenario import Scenario

ALL = -1  # as a segment: of seats that serve all segments of their region
NO_STAGE = -2  # past a segment's last stage

Codes = TypeVar("Codes", int, np.ndarray)


class Place(NamedTuple):
    """Where a seat stands, or a team; ``ALL`` as segment where it serves all of them."""

    role: int
    segment: int
    region: int


@dataclass(frozen=True)
class Codebook:
    """The names of a scenario's nouns. Index i of a tuple is code i."""

    roles: tuple[str, ...]
    segments: tuple[str, ...]
    regions: tuple[str, ...]
    sources: tuple[str, ...]
    regimes: tuple[str, ...]
    stages_of: tuple[tuple[str, ...], ...]  # by segment

    @classmethod
    def of(cls, scenario: Scenario) -> Codebook:
        world = scenario.world
        return cls(
            tuple(world.roles), tuple(world.segments), tuple(world.regions), tuple(world.sources),
            tuple(world.market.regimes), tuple(tuple(segment.stages) for segment in world.segments.values()),
        )  # fmt: skip

    @cached_property
    def stages(self) -> tuple[str, ...]:
        """The names of all stages over segments, in order of first use."""
        return tuple(dict.fromkeys(name for stages in self.stages_of for name in stages))

    @cached_property
    def stage_code(self) -> np.ndarray:
        """The code of a segment's k-th stage; shape (segments, most stages), ``NO_STAGE`` past the last."""
        codes = np.full((len(self.segments), max(len(stages) for stages in self.stages_of)), NO_STAGE)
        for s, stages in enumerate(self.stages_of):
            codes[s, : len(stages)] = [self.stages.index(name) for name in stages]
        return codes

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return len(self.segments) * len(self.regions)

    def cell(self, segment: Codes, region: Codes) -> Codes:
        """The cell of a segment and region, or of arrays of them; ``ALL`` has none and is not to be asked for."""
        return segment * len(self.regions) + region

    def segment_region(self, cell: Codes) -> tuple[Codes, Codes]:
        """Segment and region of a cell, or of an array of cells."""
        segment, region = divmod(cell, len(self.regions))
        return segment, region

    def cells_of(self, segment: int) -> np.ndarray:
        """The cells of a segment, in the order of regions."""
        return self.cell(segment, 0) + np.arange(len(self.regions))

    @cached_property
    def of_cells(self) -> tuple[np.ndarray, np.ndarray]:
        """Segment and region of all cells, in order."""
        return self.segment_region(np.arange(self.cells))

    def cell_name(self, cell: int) -> str:
        """``segment/region``, which carries luck."""
        segment, region = self.segment_region(cell)
        return f"{self.segments[segment]}/{self.regions[region]}"

    def segment(self, name: str | None) -> int:
        """The code of a segment; ``ALL`` for None."""
        return ALL if name is None else self.segments.index(name)

    def segment_name(self, code: int) -> str | None:
        """The name of a segment; None for ``ALL``."""
        return None if code == ALL else self.segments[code]

    def place(self, role: str, segment: str | None, region: str) -> Place:
        """The place of a team, or of whatever else names a role, a segment (None: all) and a region."""
        return Place(self.roles.index(role), self.segment(segment), self.regions.index(region))
