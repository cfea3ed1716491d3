"""Internal fill: a requisition that somebody already here fills, such as the SDR who becomes an account executive."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim import ledger
from sim.luck import INTERNAL_FILL, uniforms
from sim.org.actors.transfer import move
from sim.org.state.organization import Organization
from sim.org.state.selection import group, in_order
from sim.pipeline.tables import NOBODY
from sim.scenario.people import InternalFill


class Candidate(NamedTuple):
    """Who is to fill a seat from inside."""

    seat: int
    spell: int
    rule: InternalFill


def candidate(org: Organization, goal: int, who: np.uint64, agreed: bool = False) -> Candidate | None:
    """Somebody of the same region, and segment where they have one, who is ready for seat ``goal``.

    Chance says whether the organization looks inside; ``who`` names the requisition. Whoever is found is promised, so
    that nobody else takes them. ``agreed``: it was decided before the first day that somebody from inside goes.
    """
    here = org.roster[goal]
    role = org.codes.roles[here["role"]]
    rule = org.scenario.world.hiring.internal.get(role)
    if rule is None or not (agreed or uniforms(org.luck, INTERNAL_FILL, who)[0] < rule.share):
        return None
    seats = group(org, rule.from_role, None, org.codes.regions[here["region"]])
    people = org.roster[seats]
    ready = ~(people["away"] | people["promised"] | people["notice"])
    ready &= org.calendar.months_between(people["start_day"], org.env.now) >= rule.least_tenure_months
    if here["segment"] != NOBODY:
        ready &= (people["segment"] == here["segment"]) | (people["segment"] == NOBODY)
    if not ready.any():
        return None
    i = int(in_order(org.roster, seats[ready], rule.who)[0])
    org.roster[i]["promised"] = True
    return Candidate(i, int(org.roster[i]["spell"]), rule)


def fill_from_inside(org: Organization, insider: Candidate, goal: int, requisition: int) -> bool:
    """The candidate moves to seat ``goal`` today, unless they left meanwhile, are on leave or to be let go."""
    row = org.roster[insider.seat]
    if not row["held"] or row["spell"] != insider.spell:
        return False
    row["promised"] = False
    if row["away"] or row["notice"] or org.recruiters[int(row["region"])].frozen():
        return False
    now = float(org.env.now)
    for name in ("recruiter_day", "accept_day", "start_day"):
        org.journal.requisitions.rows[requisition][name] = now
    org.decide(ledger.FILLED_INSIDE, goal, insider.seat, "filled from inside")
    move(org, insider.seat, goal, insider.rule.keeps_ramp_share, False, requisition)
    return True
