"""Rows: where the next one of a table is written. Nothing is ever written past a table's end."""

from __future__ import annotations

from sim.compiled import inlined
from sim.scenario.errors import UserError


class NoRoom(UserError):
    """A table is full in the middle of an event: a scenario makes more of something than room was made for."""


@inlined
def next_row(state, counter, room):
    """The number of a table's next row, which is counted as written. Raises NoRoom where the table is full.

    Args:
        counter: the table's place in ``state.count``. room: rows that the table has.
    """
    n = state.count[counter]
    if n >= room:
        raise NoRoom("this scenario makes more events at one instant than the pipeline's tables hold; make it smaller.")
    state.count[counter] = n + 1
    return n
