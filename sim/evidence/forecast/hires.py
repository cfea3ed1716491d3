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
from sim.evidence.company.sellers import EARLY_DAYS, SILENT_DAYS, exits_of, sellers_on
from sim.evidence.published.ramp import ramp_cost, ramp_curves
from sim.fit.creation import known_from
from sim.fit.hazards import Hazards
from sim.fit.newcomers import Newcomers, newcomers
from sim.fit.ramp import fit_ramp, rep_months
from sim.fit.ramping import Ramping

_SEED, _TYPICAL = 1, 200
_LONG_AGO = round(2 * DAYS_PER_YEAR)  # when who was there from the beginning is thought to have come
FEWEST_NAMED = 4  # teams that are told by name


@dataclass(frozen=True)
class Hiring:
    """What is known of hires and of those who still ramp: ``newcomers``, None where none of them would own deals;
    ``said`` has what was assumed, in plain sentences; ``heads`` of the hires count, and so many are ``ramping``.
    """

    newcomers: Newcomers | None
    said: tuple[str, ...]
    heads: int
    ramping: int = 0


def hiring(
    deals: Opportunities, roster: Roster | None, hires: Hires | None, hazards: Hazards, months: int, trend: float = 1.0
) -> Hiring | None:
    """Learns what they bring, so many months ahead, from those of the same role and segment, as far as both say them;
    None where nobody comes and nobody ramps.

    Without a roster hires are like all owners of deals, and who ramps is not known. Raises ValueError where there are
    hires and nobody is seen who is like them.

    Args:
        trend: how far what is said has the trend of creation.
    """
    come = hires if hires is not None else Hires(np.zeros(0, np.int64), Named.nobody(0), Named.nobody(0))
    people = _owners(deals) if roster is None else sellers_on(roster, deals)
    by_role, by_segment = (
        bool((hires is None or getattr(come, name).known.any()) and getattr(people, name).names) for name in _SAYS
    )
    theirs, ours = (_names(one, by_role, by_segment) for one in (come, people))
    owns = np.isin(np.array(people.owner, object), deals.owner.names)
    selling = {role for (role, _), sells in zip(ours, owns, strict=True) if sells}
    sells = np.array([role in selling for role, _ in theirs], bool)
    said = list(_left_out([role for (role, _), one in zip(theirs, sells, strict=True) if not one]))
    theirs = [one for one, kept in zip(theirs, sells, strict=True) if kept]
    teams = sorted({*ours, *theirs})
    team_of, team = (np.array([teams.index(one) for one in some], np.int64) for some in (ours, theirs))
    leave = None if roster is None else exits_of(deals, roster, _SEED).a_year / DAYS_PER_YEAR
    ramps = 0 if leave is None else int(Ramping.of(people, team_of, leave, deals.as_of).still.sum())
    if not theirs and not ramps:
        return Hiring(None, tuple(said), 0) if hires is not None else None
    work = rep_months(people, deals, "created", known_from(deals))
    ramp = fit_ramp(work)
    start = come.start[sells]
    try:
        found = newcomers(
            deals,
            people,
            work,
            team_of,
            start,
            team,
            ramp_curves(ramp),
            hazards,
            months,
            leave if ramps else None,
            trend,
        )
    except ValueError:
        if hires is not None:
            raise
        return None
    first = [
        _to_come(start),
        _ramping(found),
        _volume(found, teams, roster is None),
        ramp_cost(ramp).said,
        _growth(found),
        "Each is thought to create as many deals as those who are there did. Where leads are shared out and not found,"
        " a hire brings less.",
    ]
    return Hiring(found, (*(one for one in first if one), *said), len(start), ramps)


def _to_come(start: np.ndarray) -> str:
    if not len(start):
        return ""
    return (
        f"{len(start):,} hires not yet made start from {iso(int(start.min()))} to {iso(int(start.max()))}. They come on"
        " top of who is there: leavers and those who replace them are in the deals not yet created, so only heads"
        " beyond that belong here."
    )


def _ramping(found: Newcomers) -> str:
    """What those who still ramp did of late, and will do."""
    ramping = found.ramping
    if ramping is None:
        return ""
    curves = found.curves(np.random.default_rng(_SEED), _TYPICAL)
    still = ramping.still
    then = round(DAYS_PER_YEAR)
    return (
        f"{int(still.sum()):,} people who are there still ramp: in the last quarter they did the work of"
        f" {ramping.lately(curves)[:, still].sum(axis=1).mean():.1f} who are ramped, and those of them who stay will do"
        f" their full work within a year. {-np.expm1(-ramping.leave * then):.0%} of all leave within a year, and are"
        " thought to be replaced by newcomers, which takes a part of that away."
    )


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
    joined = sorted(_joined(found))
    told = []
    for one in joined[:FEWEST_NAMED]:
        seen, name = int((found.volume.team == one).sum()), ", ".join(filter(None, teams[one]))
        told.append(f"{rates[one]:.1f}" + (f" ({name}, of {seen} people)" if name else f" (of {seen} people)"))
    more = f" and so on for {len(joined) - FEWEST_NAMED} more teams" if len(joined) > FEWEST_NAMED else ""
    who = "An owner of deals" if are_owners else "A rep who is ramped"
    alone = " No roster says who they are like, so they are like all owners of deals." if are_owners else ""
    return f"{who} created {'; '.join(told)}{more} deals a month in the last year.{alone}"


def _joined(found: Newcomers) -> set[int]:
    """The teams that somebody joins, or has joined and still ramps in."""
    lately = () if found.ramping is None else found.ramping.team[found.ramping.still].tolist()
    return {*found.team.tolist(), *lately}


def _growth(found: Newcomers) -> str:
    if found.ramping is not None:
        kept = found.kept_up.sum(axis=1)
        return (
            f"Sellers grew in the last year, and what is said of deals not yet created carries that on: {kept[-1]:.1f}"
            " ramped heads of it are not counted again."
            if kept.any()
            else ""
        )
    kept = found.kept_up[:, sorted(_joined(found))].sum(axis=1)
    if not kept.any():
        return "These teams have not grown in the last year, so all hires add to the deals not yet created."
    return (
        "These teams grew in the last year, and the trend of deals not yet created carries that on, fading: hires"
        f" worth up to {kept[-1]:.1f} ramped heads only keep it up, and add nothing."
    )
