"""Room: the tables grow between events, for an event or a verb cannot ask for room midway."""

from __future__ import annotations

import numpy as np

from sim.pipeline.rows import NoRoom
from sim.pipeline.state import GROWING, State
from sim.pipeline.tables import (
    ARR_MOVES,
    CALENDAR,
    CONTRACTS,
    COOLING,
    CREDITS,
    CUSTOMERS,
    DEALS,
    MOST_ROWS,
    MOVES,
    WAITS,
)

_FOR_ONE_EVENT = MOST_ROWS[MOVES]  # of whatever table: none is promised more
_OF_CUSTOMERS = [name for name, counter in GROWING.items() if counter in (CUSTOMERS, CONTRACTS, ARR_MOVES)]
MOST_BYTES_A_TABLE = 2**30  # some three million deals


def overdrawn(state: State) -> str:
    """The tables of which the last event wrote more rows than room was made for, for who debugs."""
    written = state.count - state.counted
    return ", ".join(
        f"{written[counter]} of {name}, where room is made for {MOST_ROWS[counter]}"
        for name, counter in GROWING.items()
        if written[counter] > MOST_ROWS[counter]
    )


class Room:
    """Makes room in the tables of a state. Raises NoRoom where that takes more memory than is sensible."""

    def __init__(self, state: State):
        self.state = state

    def for_deals(self, deals: int) -> None:
        """For deals that are put in place at once."""
        needed = int(self.state.count[DEALS]) + deals + 2
        if needed > len(self.state.deals):
            self._grow_table("deals", 2 * needed)
            self._grow_table("waiting", 2 * needed)
        self.for_moves(deals)

    def for_credits(self, deals: int) -> None:
        if self.state.count[CREDITS] + deals + 2 > len(self.state.credits):
            self._grow_table("credits", 2 * (len(self.state.credits) + deals))

    def for_moves(self, moves: int) -> None:
        if self.state.count[MOVES] + moves + _FOR_ONE_EVENT >= len(self.state.moves):
            self._grow_table("moves", 2 * (len(self.state.moves) + moves))
        if self.state.count[WAITS] + moves >= len(self.state.waits):
            self._grow_table("waits", 2 * (len(self.state.waits) + moves))
        self.in_calendar(moves)

    def in_calendar(self, entries: int) -> None:
        spare = self.state.count[CALENDAR] + entries + 8
        if spare >= len(self.state.calendar_day):
            self._grow_table("calendar_day", 2 * int(spare))
            self._grow_table("calendar_deal", 2 * int(spare))

    def for_customers(self, customers: int) -> None:
        for name in _OF_CUSTOMERS:
            needed = int(self.state.count[GROWING[name]]) + customers + _FOR_ONE_EVENT
            if needed > len(getattr(self.state, name)):
                self._grow_table(name, 2 * needed)

    def for_contracts(self, contracts: int) -> None:
        needed = int(self.state.count[CONTRACTS]) + contracts + _FOR_ONE_EVENT
        if needed > len(self.state.contracts):
            self._grow_table("contracts", needed)

    def to_cool(self, rows: int) -> None:
        if self.state.count[COOLING] + rows + 2 >= len(self.state.cooling):
            self._grow_table("cooling", 2 * (len(self.state.cooling) + rows))

    def grow(self) -> None:
        """Double every table that is more than half full."""
        for name, counter in GROWING.items():
            table = getattr(self.state, name)
            if 2 * self.state.count[counter] + _FOR_ONE_EVENT > len(table):
                self._grow_table(name, 2 * len(table) + _FOR_ONE_EVENT)
        if len(self.state.waiting) < len(self.state.deals):
            self._grow_table("waiting", len(self.state.deals))

    def _grow_table(self, name: str, room: int) -> None:
        old = getattr(self.state, name)
        if room * old.dtype.itemsize > MOST_BYTES_A_TABLE:
            most = MOST_BYTES_A_TABLE // old.dtype.itemsize
            raise NoRoom(f"this scenario makes more {name.replace('_', ' ')} than fit: over {most:,}; make it smaller.")
        new = np.empty(room, old.dtype)
        new[: len(old)] = old
        self.state.put(name, new)
