"""Owners: whose a deal or customer is. Never one person for another: who cannot be told apart is nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.records.cells import person, unguarded
from sim.records.roster import NOBODY, SeatRecord
from sim.spelling import did_you_mean

OTHERWISE = "owner was spelled otherwise"
TOLD_APART = "owner's name is that of several; segment and region tell which one"


@dataclass(frozen=True)
class Owner:
    """The seat that an owner's name leads to, NOBODY where none or several do, and how the name was mended.

    ``segment`` and ``region`` are the seat's, or those that all who have the name share; NOBODY where unknown.
    """

    seat: int = NOBODY
    segment: int = NOBODY
    region: int = NOBODY
    mend: str = ""
    several: bool = False


NOT_KNOWN = Owner()


class Owners:
    """The people of the first day by id and name. Sellers come first: only where none has a name, others count."""

    def __init__(self, seats: Sequence[SeatRecord], sells: Sequence[bool], sellers_only: bool):
        self._seats = seats
        self._ids: dict[str, list[int]] = {}
        self._exact: dict[str, list[int]] = {}
        self._folded: dict[str, list[int]] = {}
        for wanted in (True, False)[: 1 if sellers_only else 2]:
            chosen = [i for i, one in enumerate(sells) if one == wanted]
            _add(self._ids, ((seats[i].id, i) for i in chosen if seats[i].id))
            _add(self._exact, ((seats[i].written, i) for i in chosen))
            _add(self._folded, ((person(seats[i].written), i) for i in chosen))

    def find(self, text: str, segment: int | None, region: int | None) -> Owner:
        """Whose a row is; ``segment`` and ``region`` are what the row says of its place, None where nothing."""
        if not text:
            return NOT_KNOWN
        bare = unguarded(text)
        named = self._ids.get(bare) or self._exact.get(bare)
        mend = "" if named else OTHERWISE
        named = named or self._folded.get(person(bare))
        if not bare or not named:
            return NOT_KNOWN
        if len(named) == 1:
            return self._of(named[0], mend)
        near = [
            i for i in named if segment in (None, self._seats[i].segment) and region in (None, self._seats[i].region)
        ]
        if len(near) == 1:
            return self._of(near[0], TOLD_APART)
        segments, regions = ({getattr(self._seats[i], part) for i in near or named} for part in ("segment", "region"))
        return Owner(NOBODY, _only(segments), _only(regions), several=True)

    def hint(self, text: str) -> str:
        return did_you_mean(unguarded(text), dict.fromkeys(seat.written for seat in self._seats))

    def _of(self, seat: int, mend: str) -> Owner:
        return Owner(seat, self._seats[seat].segment, self._seats[seat].region, mend)


def _add(places: dict[str, list[int]], named: Iterable[tuple[str, int]]) -> None:
    """Add names that are not there yet."""
    added: dict[str, list[int]] = {}
    for name, seat in named:
        added.setdefault(name, []).append(seat)
    for name, seats in added.items():
        places.setdefault(name, seats)


def _only(parts: set[int]) -> int:
    return parts.pop() if len(parts) == 1 else NOBODY
