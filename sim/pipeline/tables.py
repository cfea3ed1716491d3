"""What the pipeline's tables have in common: how a noun declares its own, and how far each is filled.

A noun's file has its dtype, ``FIELDS``, what fills them, and its rules; ``sim.pipeline.state`` gathers the fields.
Whatever is passed on between compiled functions has one width, so that each is compiled once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from sim.pipeline.ground import Ground

NOBODY = -1

NUMBER, INDEX, NAME = np.dtype(np.float64), np.dtype(np.int64), np.dtype(np.uint64)

# Places in State.count: rows in use, of the tables that grow.
(
    DEALS, MOVES, CREDITS, CALENDAR, WAITING_LEADS, OPEN, WAITS, CUSTOMERS, CONTRACTS, ARR_MOVES, COOLING,
    COOLED,
) = range(12)  # fmt: skip
COUNTERS = 12

# Rows that one event may write at most, by counter: room is made before it. One may settle many passed forecast dates.
MOST_ROWS = (1, 512, 1, 6, 1, 1, 2, 1, 4, 4, 4, 2**62)


def stays(name: str, old: Any, new: Any) -> None:
    """A plan's own: nothing comes from the first day."""


def whole(name: str, old: Any, new: Any) -> None:
    """The field comes from the first day as it is."""
    getattr(new, name)[:] = getattr(old, name)


def front(*own: str) -> Callable[[str, Any, Any], None]:
    """A plan's rows begin with those of the first day, in the same order; ``own`` columns are the plan's."""

    def take(name: str, old: Any, new: Any) -> None:
        rows = getattr(old, name)
        for column in rows.dtype.names:
            if column not in own:
                getattr(new, name)[column][: len(rows)] = rows[column]

    return take


class Field(NamedTuple):
    """An array of the state: what it holds, what fills it, and what of it a plan has from the first day.

    One with a ``counter`` grows by itself, and its first ``count[counter]`` rows are in use.
    """

    dtype: np.dtype
    dimensions: int
    fill: Callable[[Ground], np.ndarray]
    take: Callable[[str, Any, Any], None] = stays  # name, state of the first day, state of the plan
    counter: int | None = None


def growing(dtype: np.dtype, counter: int, room: Callable[[Ground], int] = lambda ground: ground.room) -> Field:
    """A table that begins empty, and of which a plan has the rows in use on the first day. ``room``: in rows."""

    def take(name: str, old: Any, new: Any) -> None:
        rows = getattr(old, name)[: old.count[counter]]
        if len(rows) > len(getattr(new, name)):
            new.put(name, np.empty(2 * len(rows), dtype))
        getattr(new, name)[: len(rows)] = rows

    return Field(dtype, 1, lambda ground: np.empty(room(ground), dtype), take, counter)


FIELDS = {
    "count": Field(INDEX, 1, lambda ground: np.zeros(COUNTERS, np.int64), whole),
    "counted": Field(INDEX, 1, lambda ground: np.zeros(COUNTERS, np.int64)),  # before an event whose room is checked
}
