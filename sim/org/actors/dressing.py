"""Dressing: what somebody can do in their seat from an instant on: ramp and hours, effort, and what they have learned.

The weekly tick dresses everybody for the week. Who comes, or comes back, within it is dressed alike for the rest of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.org.actors.training import add_learned

if TYPE_CHECKING:
    from sim.org.state.organization import Organization


def dress_all(org: Organization, now: float) -> None:
    """The weekly tick: fill the week's arrays for everybody."""
    org.week.refresh(org.roster, now)
    if org.conduct is not None:
        org.conduct.start_week(now)
    add_learned(org, now)


def dress(org: Organization, i: int, now: float) -> None:
    """Fill the arrays of whoever sits in seat i for the rest of the week."""
    if not org.week.refresh_one(org.roster, i, now):
        return
    if org.conduct is not None:
        org.conduct.keep_effort(i)
    add_learned(org, now, slice(i, i + 1))
