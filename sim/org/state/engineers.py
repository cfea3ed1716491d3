"""Solution engineers (SEs): how many deals each pool of them may have in work at once.

SEs with a segment are the pool of that segment and region. Those without serve all segments of their region that
have no pool of their own; one that a requisition creates counts from its first SE on.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sim.org.state.seating import Seating
from sim.pipeline.engine import Pipeline
from sim.pipeline.tables import NOBODY

_ROUNDING = 1e-9


class Engineers:
    """Keeps the pipeline's pools as its SEs come, ramp up and go."""

    def __init__(self, seating: Seating, pipeline: Pipeline):
        world = seating.scenario.world
        self._pipeline = pipeline
        self._codes = seating.codes
        self._seats = np.array([i for i, duty in enumerate(seating.duties) if duty == "engineers"], int)
        roles = list(world.roles.values())
        seats = [seating.seats[i] for i in self._seats]
        self._each = np.array([roles[seat.role].deals_at_once for seat in seats])
        self._pool = np.array([self._pool_of(seating.cell(seat), seat.region) for seat in seats], int)
        self._staffed = np.zeros(self._codes.cells + len(self._codes.regions), bool)
        for seat, pool in zip(seats, self._pool, strict=True):
            if not (seat.requisition or seat.transfer):
                self._serve(pool)
        self._now = pipeline.state.pools["capacity"].astype(int)

    def staff(self, day: float, roster: np.ndarray, output: np.ndarray) -> None:
        """Tell the pipeline what the SEs in their seats can serve.

        Args:
            output: a person's part of full productivity, by seat.
        """
        if not len(self._seats):
            return
        held = roster["held"][self._seats]
        if not self._staffed[self._pool].all():
            for pool in np.unique(self._pool[held & ~self._staffed[self._pool]]):
                self._serve(pool)
        productive = np.where(held, output[self._seats], 0.0) * self._each
        capacity = np.floor(np.bincount(self._pool, productive, len(self._now)) + _ROUNDING).astype(int)
        for pool in (capacity != self._now).nonzero()[0]:
            self._pipeline.set_capacity(int(pool), day, int(capacity[pool]))
        self._now = capacity

    def serves(self, cell: int) -> bool:
        """Whether a deal of a cell can get an SE at present."""
        return bool(self._now[self._pipeline.state.cell_pool[cell]] > 0)

    @cached_property
    def pools(self) -> list[int]:
        """The pools that have, had or will have SEs."""
        return [int(pool) for pool in np.unique(self._pool)]

    def where(self, pool: int) -> tuple[int, int]:
        """Segment and region of a pool; NOBODY for the segment of one that serves a region."""
        if pool >= self._codes.cells:
            return NOBODY, pool - self._codes.cells
        return self._codes.segment_region(pool)

    def _pool_of(self, cell: int, region: int) -> int:
        return self._codes.cells + region if cell == NOBODY else cell

    def _serve(self, pool: int) -> None:
        self._staffed[pool] = True
        if pool < self._codes.cells:
            self._pipeline.serve_cell(int(pool), int(pool))
