"""Credit: whose pay a deal counts for. Its seller, the seller's team behind it, or a role that gets a part of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.money.cents import parts_of
from sim.money.plans import PayPlans

HOLDER = np.int64(1) << 32  # a holder of a seat as one number


def holder_key(seat: np.ndarray, holder: np.ndarray) -> np.ndarray:
    """One number for each holder of a seat. By definition."""
    return seat.astype(np.int64) * HOLDER + holder


def spell_of(spells: np.ndarray, seat: np.ndarray, holder: np.ndarray) -> np.ndarray:
    """The row in ``spells`` of each holder of a seat. By definition."""
    if not len(seat):
        return np.zeros(0, int)
    key = holder_key(spells["seat"], spells["holder"])
    order = np.argsort(key)
    return order[np.searchsorted(key[order], holder_key(seat, holder))]


@dataclass(frozen=True)
class Credited:
    """Credit of people for deals: the person's row in the ledger's seats, the row in its credits, and whole cents."""

    spell: np.ndarray
    credit: np.ndarray
    cents: np.ndarray

    def of(self, chosen: np.ndarray) -> Credited:
        """Those of them that are chosen. By definition."""
        return Credited(self.spell[chosen], self.credit[chosen], self.cents[chosen])


def covers(spells: np.ndarray, person: int, segment: np.ndarray, region: np.ndarray) -> np.ndarray:
    """Whether a person's segment and region cover others; of no one segment covers all. By definition."""
    own = spells[person]
    return (region == own["region"]) & ((own["segment"] < 0) | (segment == own["segment"]))


def behind(spells: np.ndarray, people: np.ndarray, seller: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, ...]:
    """Who of some people stands behind each credit on its day, and among how many of them.

    Args:
        people: rows of spells, all of one role. seller: the spell of each credit. day: of each credit.
    Returns:
        Pairs: places in people, places in the credits; and by credit how many there are.

    By definition.
    """
    segment, region = spells["segment"][seller], spells["region"][seller]
    who, which = [], []
    for place, person in enumerate(people):
        own = spells[person]
        mine = covers(spells, person, segment, region) & (own["start_day"] <= day) & (day < own["end_day"])
        found = np.flatnonzero(mine)
        who.append(np.full(len(found), place))
        which.append(found)
    pairs = np.concatenate([*which, np.zeros(0, int)])
    return np.concatenate([*who, np.zeros(0, int)]), pairs, np.bincount(pairs, minlength=len(seller))


def shared(spells: np.ndarray, people: np.ndarray, seller: np.ndarray, day: np.ndarray, cents: np.ndarray) -> Credited:
    """Credit of people of one role for others' deals, divided among those who stand behind a deal.

    Args:
        people: rows of spells, all of one role. seller, day: of each credit.
        cents: of each credit, what is divided; nothing of it is lost where somebody stands behind.

    By definition.
    """
    who, which, count = behind(spells, people, seller, day)
    each = parts_of(cents, which, 1.0 / np.maximum(count, 1)[which])
    given = each > 0
    return Credited(people[who][given], which[given], each[given])


def split_share(
    plans: PayPlans, spells: np.ndarray, seller: np.ndarray, day: np.ndarray | float, role_name: str
) -> np.ndarray:
    """The part of each deal's credit that its seller's plan of the day gives to a role. By definition."""
    shares = np.array([*(plan.splits.get(role_name, 0.0) for plan in plans.plans), 0.0])  # NO_PLAN picks the last, -1
    return shares[plans.of_spells(spells, seller, day)]


def divided(
    plans: PayPlans, roles: list[str], stands_behind: np.ndarray, spells: np.ndarray, seller: np.ndarray,
    day: np.ndarray, cents: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Whole cents of deals' credit by whom they go to, shape (roles + 1, credits): to each role, and last to sellers.

    Sellers keep all but what their plans split off for roles of which somebody is there. What is given away is rounded
    first, half a cent up, and the cents of a deal are those of its credit.

    Args:
        stands_behind: whether a role shares in the credit of another's deals, shape (roles, roles).

    By definition.
    """
    shares = np.zeros((len(roles) + 1, len(seller)))
    for name in dict.fromkeys(role for plan in plans.plans for role in plan.splits):
        role = roles.index(name)
        _, _, count = behind(spells, np.flatnonzero(spells["role"] == role), seller, day)
        there = (count > 0) & stands_behind[role, spells["role"][seller]]
        shares[role] = np.where(there, split_share(plans, spells, seller, day, name), 0.0)
    shares[-1] = 1.0 - shares.sum(axis=0)
    of = np.tile(np.arange(len(seller)), len(shares))
    return parts_of(cents, of, shares.ravel()).reshape(shares.shape)
