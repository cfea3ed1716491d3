"""Selection: whom a plan means when it names some of the people of a role, segment and region."""

from __future__ import annotations

import numpy as np

from sim.org.state.organization import Organization
from sim.scenario.staffing import Departure, Transfer, Who


def selected(org: Organization, plan: Departure | Transfer) -> list[int]:
    """The seats of those whom a departure or a transfer means today, in order."""
    seats = group(org, plan.role, plan.segment, plan.region)
    if isinstance(plan, Transfer):  # nobody moves who is on leave or to be let go
        seats = seats[~(org.roster["away"] | org.roster["notice"])[seats]]
    return [int(i) for i in in_order(org.roster, seats, plan.who)[: plan.number_of(len(seats))]]


def group(org: Organization, role: str | None, segment: str | None, region: str | None) -> np.ndarray:
    """Seats in which somebody sits now, of a role, segment and region; None stands for all."""
    codes, here = org.codes, org.roster["held"].copy()
    for field, name, names in (
        ("role", role, codes.roles), ("segment", segment, codes.segments), ("region", region, codes.regions),
    ):  # fmt: skip
        if name is not None:
            here &= org.roster[field] == names.index(name)
    return np.flatnonzero(here)


def in_order(roster: np.ndarray, seats: np.ndarray, who: Who) -> np.ndarray:
    """Seats by the tenure or the sales of those who sit there, the first selected first; equals by seat.

    Sales are attainment over the two quarters closed last. Who has no quota behind them is neither top nor bottom;
    where nobody has, as before the first close or in jobs without quota, ability stands for sales.
    """
    people = roster[seats]
    if who == "longest_tenure":
        return seats[np.argsort(people["joined_day"], kind="stable")]
    if who == "shortest_tenure":
        return seats[np.argsort(people["joined_day"], kind="stable")[::-1]]
    quota = people["quota_usd"].sum(axis=1)
    known = quota > 0.0
    score = np.where(known, people["sold_usd"].sum(axis=1) / np.where(known, quota, 1.0), 0.0)
    if not known.any():
        score, known = people["ability"], np.ones(len(people), bool)
    worth = -score if who == "top_sellers" else score
    return seats[np.lexsort((worth, ~known))]
