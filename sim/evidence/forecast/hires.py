"""Hires not yet made: who they are like, what they are thought to bring, and what of it the past has already.

Who is there today, who leaves and who replaces leavers are in the level of creation. Hires are heads on top of that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.calendar import DAYS_PER_YEAR
from sim.crm.dates import iso
from sim.crm.hires import Hires
from sim.crm.opportunities import NONE, OPEN, Named, Opportunities, Roster
from sim.evidence.company.sellers import EARLY_DAYS, SILENT_DAYS
from sim.evidence.published.ramp import ramp_cost, ramp_curves
from sim.fit.creation import known_from
from sim.fit.hazards import Hazards
from sim.fit.newcomers import Newcomers, newcomers
from sim.fit.ramp import fit_ramp, rep_months

_LONG_AGO = round(2 * DAYS_PER_YEAR)  # when who was there from the beginning is thought to have come
FEWEST_NAMED = 4  # teams that are told by name


@dataclass(frozen=True)
class Hiring:
    """What is known of hires: ``newcomers``, None where none of them would own deals; ``said`` has what was assumed, in
    plain sentences; ``heads`` of them count.
    """

    newcomers: Newcomers | None
    said: tuple[str, ...]
    heads: int


def hiring(deals: Opportunities, roster: Roster | None, hires: Hires, hazards: Hazards, months: int) -> Hiring:
    """Learns what they bring, so many months ahead, from those of the same role and segment, as far as both say them.

    Without a roster they are like all owners of deals. Raises ValueError where nobody is seen who is like them.
    """
    people = _owners(deals) if roster is None else roster
    by_role, by_segment = (bool(getattr(hires, name).known.any() and getattr(people, name).names) for name in _SAYS)
    theirs, ours = (_names(one, by_role, by_segment) for one in (hires, people))
    owns = np.isin(np.array(people.owner, object), deals.owner.names)
    selling = {role for (role, _), sells in zip(ours, owns, strict=True) if sells}
    sells = np.array([role in selling for role, _ in theirs], bool)
    roles = {role for (role, _), one in zip(theirs, sells, strict=True) if one}
    said = list(_left_out([role for (role, _), one in zip(theirs, sells, strict=True) if not one]))
    if not sells.any():
        return Hiring(None, tuple(said), 0)
    like = np.array([role in roles for role, _ in ours], bool) & (owns | by_role)
    people, ours = people[like], [one for one, kept in zip(ours, like, strict=True) if kept]
    theirs = [one for one, kept in zip(theirs, sells, strict=True) if kept]
    teams = sorted({*ours, *theirs})
    team_of, team = (np.array([teams.index(one) for one in some], np.int64) for some in (ours, theirs))
    work = rep_months(people, deals, "created", known_from(deals))
    ramp = fit_ramp(work)
    start = hires.start[sells]
    found = newcomers(deals, people, work, team_of, start, team, ramp_curves(ramp), hazards, months)
    first = [
        f"{len(start):,} hires not yet made start from {iso(int(start.min()))} to {iso(int(start.max()))}. They come on"
        " top of who is there: leavers and those who replace them are in the deals not yet created, so only heads"
        " beyond that belong here.",
        _volume(found, teams, roster is None),
        ramp_cost(ramp).said,
        _growth(found),
        "Each is thought to create as many deals as those who are there did. Where leads are shared out and not found,"
        " a hire brings less.",
    ]
    return Hiring(found, (*(one for one in first if one), *said), len(start))


_SAYS = ("role", "segment")


def _names(some: Hires | Roster, by_role: bool, by_segment: bool) -> list[tuple[str, str]]:
    """Role and segment of each, "" where they do not count."""
    each = (getattr(some, name).texts() if counts else [""] * len(some.start)
            for name, counts in zip(_SAYS, (by_role, by_segment), strict=True))  # fmt: skip
    return list(zip(*each, strict=True))


def _owners(deals: Opportunities) -> Roster:
    """The owners of deals as a roster: there from their first deal on, until they have long been silent."""
    owned = np.flatnonzero(np.bincount(deals.owner.codes[deals.owner.known], minlength=len(deals.owner.names)))
    last = np.maximum(deals.created, np.where(deals.outcome == OPEN, NONE, deals.closed))
    start, end = np.full((2, len(owned)), NONE, np.int64)
    early = deals.created.min(initial=deals.as_of) + EARLY_DAYS
    for place, code in enumerate(owned):
        mine = deals.owner.codes == code
        came, touched = int(deals.created[mine].min()), int(last[mine].max())
        start[place] = came if came > early else came - _LONG_AGO
        end[place] = touched + 1 if touched < deals.as_of - SILENT_DAYS else NONE
    nobody = Named.nobody(len(owned))
    return Roster(tuple(deals.owner.names[code] for code in owned), start, end, nobody, nobody, nobody)


def _left_out(roles: list[str]) -> Iterator[str]:
    for role in sorted(set(roles)):
        yield f"{roles.count(role):,} hires are {role or 'people without a role'}, who own no deals: they add nothing."


def _volume(found: Newcomers, teams: list[tuple[str, str]], are_owners: bool) -> str:
    """Deals a month of each team that somebody joins."""
    rates = found.volume.point()
    joined = sorted(set(found.team.tolist()))
    told = []
    for one in joined[:FEWEST_NAMED]:
        seen, name = int((found.volume.team == one).sum()), ", ".join(filter(None, teams[one]))
        told.append(f"{rates[one]:.1f}" + (f" ({name}, of {seen} people)" if name else f" (of {seen} people)"))
    more = f" and so on for {len(joined) - FEWEST_NAMED} more teams" if len(joined) > FEWEST_NAMED else ""
    who = "An owner of deals" if are_owners else "A rep who is ramped"
    alone = " No roster says who they are like, so they are like all owners of deals." if are_owners else ""
    return f"{who} created {'; '.join(told)}{more} deals a month in the last year.{alone}"


def _growth(found: Newcomers) -> str:
    joined = np.unique(found.team)
    kept = found.kept_up[:, joined].sum(axis=1)
    if not kept.any():
        return "These teams have not grown in the last year, so all hires add to the deals not yet created."
    return (
        "These teams grew in the last year, and the trend of deals not yet created carries that on, fading: hires"
        f" worth up to {kept[-1]:.1f} ramped heads only keep it up, and add nothing."
    )
