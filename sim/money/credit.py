"""Credit: whose pay a deal counts for. Its seller, the seller's team behind it, or a role that gets a part of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.money.plans import PayPlans

HOLDER = np.int64(1) << 32  # a holder of a seat as one number


def holder_key(seat: np.ndarray, holder: np.ndarray) -> np.ndarray:
    """One number for each holder of a seat."""
    return seat.astype(np.int64) * HOLDER + holder


def spell_of(spells: np.ndarray, seat: np.ndarray, holder: np.ndarray) -> np.ndarray:
    """The row in ``spells`` of each holder of a seat."""
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
        return Credited(self.spell[chosen], self.credit[chosen], self.cents[chosen])


def covers(spells: np.ndarray, person: int, segment: np.ndarray, region: np.ndarray) -> np.ndarray:
    """Whether a person's segment and region cover others; of no one segment covers all."""
    own = spells[person]
    return (region == own["region"]) & ((own["segment"] < 0) | (segment == own["segment"]))


def behind(spells: np.ndarray, people: np.ndarray, seller: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, ...]:
    """Who of some people stands behind each credit on its day, and among how many of them.

    Args:
        people: rows of spells, all of one role. seller: the spell of each credit. day: of each credit.
    Returns:
        Pairs: places in people, places in the credits; and by credit how many there are.
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


def shared(
    plans: PayPlans, spells: np.ndarray, people: np.ndarray, seller: np.ndarray, day: np.ndarray, cents: np.ndarray,
    role_name: str | None,
) -> Credited:  # fmt: skip
    """Credit of people of one role for others' deals, divided among those who stand behind a deal.

    ``role_name`` None gives each deal whole; a role's name gives it what the seller's plan splits off for that role.
    """
    who, which, count = behind(spells, people, seller, day)
    part = np.ones(len(seller)) if role_name is None else split_share(plans, spells, seller, role_name)
    each = np.round(cents[which] * part[which] / np.maximum(count[which], 1)).astype(np.int64)
    given = each > 0
    return Credited(people[who][given], which[given], each[given])


def split_share(plans: PayPlans, spells: np.ndarray, seller: np.ndarray, role_name: str) -> np.ndarray:
    """The part of each deal's credit that its seller's plan gives to a role."""
    shares = np.array([*(plan.splits.get(role_name, 0.0) for plan in plans.plans), 0.0])  # NO_PLAN picks the last, -1
    return shares[plans.of_spells(spells)[seller]]


def kept_cents(
    plans: PayPlans, roles: list[str], spells: np.ndarray, seller: np.ndarray, day: np.ndarray, cents: np.ndarray
) -> np.ndarray:
    """What sellers keep of their deals' credit: all but what they split off for roles of which somebody is there."""
    given = np.zeros(len(cents))
    for name in dict.fromkeys(role for plan in plans.plans for role in plan.splits):
        people = np.flatnonzero(spells["role"] == roles.index(name))
        _, _, count = behind(spells, people, seller, day)
        given += np.where(count > 0, split_share(plans, spells, seller, name), 0.0)
    return np.round(cents * (1.0 - given)).astype(np.int64)
