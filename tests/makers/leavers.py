"""Sellers of whom some leave between two exports, with what becomes of their open deals by known laws."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, logit

from sim.crm.opportunities import LOST, NONE, OPEN, WON, Named, Opportunities, Roster
from tests.makers.known_laws import AS_OF, deals

DAYS, BETWEEN = 500, 100  # of deals; between the two exports
CLOSES, CHANCE, A_DAY = 0.02, 0.3, 0.15  # chance a day to close, to be won then; deals a day of a seller


@dataclass(frozen=True)
class Handing:
    """A leaver's deals are handed on together after a wait of mean ``days``, exponential or ``alike`` for all leavers,
    each with the chance ``share``; the others stay open for good. Log-odds of those handed on move by ``shift``.
    """

    share: float = 0.8
    days: float = 15.0
    shift: float = -0.8
    alike: bool = False

    @property
    def loss(self) -> float:
        """Log-odds that a leaver's deal loses, in a company of one stage."""
        return float(logit(CHANCE) - logit(self.share * expit(logit(CHANCE) + self.shift)))


def two_exports(
    rng: np.random.Generator, law: Handing, stay: int = 80, leave: int = 40
) -> tuple[Opportunities, Opportunities, Roster]:
    """The deals as both exports show them, and the roster of the later one."""
    people = stay + leave
    end = np.append(np.full(stay, 1), -rng.integers(0, BETWEEN, leave))  # first day without them; 1 for none
    wait = np.full(people, law.days) if law.alike else rng.exponential(law.days, people)
    who = np.repeat(np.arange(people), rng.poisson(A_DAY * DAYS, people))
    created = -rng.integers(0, DAYS, len(who))
    who, created = who[created < end[who]], created[created < end[who]]
    closed = created + np.floor(rng.exponential(1 / CLOSES, len(who))).astype(int)
    won = rng.random(len(who)) < CHANCE
    orphan = closed >= end[who]
    taken = rng.random(len(who)) < law.share
    on = end[who] + wait[who]
    again = np.floor(on + rng.exponential(1 / CLOSES, len(who))).astype(int)
    closed = np.where(orphan, np.where(taken, again, 10**6), closed)
    won = np.where(orphan, rng.random(len(who)) < expit(logit(CHANCE) + law.shift), won)
    names = tuple(f"seller {place:03d}" for place in range(people))
    owner = np.where(orphan & taken & (on < 1), rng.integers(stay, size=len(who)), who)
    outcome = np.where(closed > 0, OPEN, np.where(won, WON, LOST))
    whole = deals(created, closed, outcome, known_from=-DAYS + 1, born_from=-DAYS + 1)
    later = replace(whole, owner=Named(owner.astype(np.int32), names))
    earlier = replace(whole, owner=Named(who.astype(np.int32), names)).known_on(AS_OF - BETWEEN)
    nobody = Named.nobody(people)
    ends = np.where(end > 0, NONE, AS_OF + end)
    return earlier, later, Roster(names, np.full(people, AS_OF - 900), ends, nobody, nobody, nobody)
