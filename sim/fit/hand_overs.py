"""What became of the open deals of those who left, where two exports of different days show it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.crm.opportunities import NONE, OPEN, WON, Opportunities, Roster


@dataclass(frozen=True)
class HandOvers:
    """Deals that were open in the earlier export under the name of somebody who had left by the later one.

    ``deals`` are all of them that the later export still has: ``moved`` have another owner there, of which
    ``moved_closed`` are closed and ``moved_won`` are won; ``closed_before`` were closed by the leaver in time;
    ``left_behind`` are still under the leaver's name. ``missing`` are in the earlier export only.
    """

    people: int
    deals: int
    moved: int
    moved_closed: int
    moved_won: int
    closed_before: int
    left_behind: int
    missing: int

    def shares(self, rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Draws of the share of a leaver's open deals that somebody else gets, and of those, the share closed by then;
        shape (n,) each. Beta laws, from even ones.
        """
        kept = self.deals - self.closed_before - self.moved
        closed = self.moved_closed
        return rng.beta(self.moved + 1, kept + 1, n), rng.beta(closed + 1, self.moved - closed + 1, n)


def hand_overs(earlier: Opportunities, later: Opportunities, people: Roster) -> HandOvers:
    """Compares two exports of the same deals, by their ids. Raises ValueError where nothing can be compared: a single
    export has owners as last edited, so that it shows no change.
    """
    if earlier.as_of >= later.as_of:
        raise ValueError("hand-overs need an earlier and a later export: one alone shows owners as last edited")
    left = {
        name: int(end)
        for name, end in zip(people.owner, people.end, strict=True)
        if end != NONE and earlier.as_of < end <= later.as_of
    }
    mine = (earlier.outcome == OPEN) & np.isin(earlier.owner.texts(), list(left))
    place = {name: row for row, name in enumerate(later.ids)}
    row = np.array([place.get(name, NONE) for name in earlier.ids[mine]], np.int64)
    there = row != NONE
    owner = earlier.owner.texts()[mine][there]
    then = later[row[there]]
    day = np.array([left[name] for name in owner], np.int64)
    moved = then.owner.known & (then.owner.texts() != owner)
    closed = then.outcome != OPEN
    before = ~moved & closed & (then.closed < day)
    return HandOvers(
        people=len(set(owner)),
        deals=int(there.sum()),
        moved=int(moved.sum()),
        moved_closed=int((moved & closed).sum()),
        moved_won=int((moved & (then.outcome == WON)).sum()),
        closed_before=int(before.sum()),
        left_behind=int((~moved & ~before).sum()),
        missing=int((~there).sum()),
    )
