"""Groups: everybody, segments, regions, both, roles, sources, stages, bands of attainment and triggers; and cells.

Base sums are kept by *cell*, segment times region, by row. Code -1 (a recruiter serves no one segment) has a cell row
of its own behind the last: it counts in ``all``, in its region, and in the segment ``unallocated``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.scenario.codebook import Codebook
from sim.scenario.scenario import UNALLOCATED, Scenario

GROUP_KINDS = ("all", "segment", "region", "segment_region", "role", "source", "stage", "attainment", "trigger")
CELL_KINDS = GROUP_KINDS[:4]
FAMILIES = ("cell", "role", "source", "stage", "attainment", "trigger")  # what groups are rolled up together

# Reps by how they stand against their quotas. A band begins with its edge.
BAND_EDGES = (0.5, 0.8, 1.0, 1.3)
BANDS = ("under 50%", "50 to 80%", "80 to 100%", "100 to 130%", "130% and up")


@dataclass(frozen=True)
class Groups:
    """The groups of a scenario. Names in the order of the ledger's codes, stages over all segments."""

    segments: tuple[str, ...]
    regions: tuple[str, ...]
    roles: tuple[str, ...]
    sources: tuple[str, ...]
    stages: tuple[str, ...]
    triggers: tuple[str, ...] = ()

    @property
    def count_cells(self) -> int:
        return (len(self.segments) + 1) * (len(self.regions) + 1)

    def cell(self, segment: np.ndarray | int, region: np.ndarray | int) -> np.ndarray:
        """Cell of each pair of codes; -1 stands for none and picks the last place, as indices do."""
        width = len(self.regions) + 1
        return (np.arange(len(self.segments) + 1) * width)[segment] + np.arange(width)[region]

    def names(self, family: str) -> tuple[tuple[str, str], ...]:
        """Kind and name of each group of a family, in the order of its axis."""
        if family == "cell":
            pairs = [("segment_region", f"{s}/{r}") for s in self.segments for r in self.regions]
            return (
                ("all", "all"),
                *(("segment", name) for name in (*self.segments, UNALLOCATED)),
                *(("region", name) for name in (*self.regions, UNALLOCATED)),
                *pairs,
                ("segment_region", UNALLOCATED),
            )
        roles = (*self.roles, UNALLOCATED)
        listed = {
            "role": roles, "source": self.sources, "stage": self.stages, "attainment": BANDS, "trigger": self.triggers,
        }[family]  # fmt: skip
        return tuple((family, name) for name in listed)

    def cells_in_groups(self) -> np.ndarray:
        """1.0 where a cell belongs to a group of the cell family; shape (groups, cells)."""
        count_segments, count_regions = len(self.segments), len(self.regions)
        segment = np.repeat(np.arange(count_segments + 1), count_regions + 1)
        region = np.tile(np.arange(count_regions + 1), count_segments + 1)
        rows = [np.ones(self.count_cells, bool)]
        rows += [segment == s for s in range(count_segments + 1)]
        rows += [region == r for r in range(count_regions + 1)]
        rows += [(segment == s) & (region == r) for s in range(count_segments) for r in range(count_regions)]
        rows += [(segment == count_segments) | (region == count_regions)]
        return np.array(rows, float)


def groups_of(scenario: Scenario) -> Groups:
    """The groups of a scenario."""
    book = Codebook.of(scenario)
    triggers = tuple(scenario.levers.triggers)
    return Groups(book.segments, book.regions, book.roles, book.sources, book.stages, triggers)
