"""Regions of the roster: whose deals lie where, and how the leads are shared among them.

A scenario has regions where the roster gives one to nearly all sellers and each has sellers in every segment; else
there is one place. A deal is where its owner is, also one who has left.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.crm.opportunities import NONE, Opportunities, Roster
from sim.evidence.company.learn import DRAWS, own_name
from sim.evidence.company.sellers import Seller

EVERYWHERE = "everywhere"
_MOST, _FEWEST_SELLERS = 8, 2  # regions; sellers of each segment in each of them
_KNOWN = 0.9  # of sellers, whose region the roster has
_LATELY = 365  # days whose deals tell how leads are shared
_PRIOR = 1.0  # deals of a region before any is seen


@dataclass(frozen=True)
class Regions:
    """``names`` of regions; ``why_not`` says why there is one only, "" otherwise. ``of`` has the region of owners, and
    ``weights`` draws of their shares of new deals, shape (DRAWS, regions), which add up to 1.
    """

    names: tuple[str, ...]
    why_not: str
    weights: np.ndarray
    of: dict[str, str] = field(default_factory=dict)

    def where(self, owner: str) -> str:
        """The region of an owner; of those who are not known the one with most deals."""
        return self.of.get(owner, self.names[int(self.weights.mean(axis=0).argmax())])


def regions_of(deals: Opportunities, roster: Roster | None, sellers: list[Seller], seed: int) -> Regions:
    """The regions of a roster, or one place and why."""
    if roster is None or not roster.region.known.any():
        return _one("the files have no regions")
    names = _names(roster)
    found = {
        owner: names[code] for owner, code in zip(roster.owner, roster.region.codes.tolist(), strict=True) if code >= 0
    }
    mine = [(one.segment, found[one.name]) for one in sellers if one.name in found]
    if not sellers or len(mine) < _KNOWN * len(sellers):
        return _one(f"the roster has a region for {len(mine)} of {len(sellers)} sellers")
    there = tuple(dict.fromkeys(sorted(region for _, region in mine)))
    if len(there) == 1:
        return _one(f"all sellers are in {there[0]}")
    if len(there) > _MOST:
        return _one(f"there are {len(there)} regions; {_MOST} at most can be told apart")
    for segment in {segment for segment, _ in mine}:
        for region in there:
            count = mine.count((segment, region))
            if count < _FEWEST_SELLERS:
                return _one(f"{segment} has {count} sellers in {region}; {_FEWEST_SELLERS} are needed in each region")
    owners = np.array([there.index(found[name]) if found.get(name) in there else NONE for name in deals.owner.names])
    lately = deals.owner.known & (deals.created > deals.as_of - _LATELY)
    place = owners[deals.owner.codes[lately]]
    seen = np.bincount(place[place >= 0], minlength=len(there))
    weights = np.random.default_rng((seed, 5)).dirichlet(seen + _PRIOR, DRAWS)
    return Regions(there, "", weights, {name: region for name, region in found.items() if region in there})


def _names(roster: Roster) -> list[str]:
    """Names as a scenario may have them, all different."""
    names: list[str] = []
    for one in roster.region.names:
        names.append(own_name(one, "region", names))
    return names


def _one(why: str) -> Regions:
    return Regions((EVERYWHERE,), why, np.ones((DRAWS, 1)))
