"""Deals played by known laws, as the export of a file would show them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.crm.opportunities import LOST, NONE, OPEN, WON, Named, Opportunities, StageHistory

AS_OF = 736_694  # 2017-12-31


def deals(created, closed, outcome, amount=None, product=None, bulk=None, known_from=0, born_from=0) -> Opportunities:
    """Deals as arrays; what is not given is not known. Days count back from AS_OF: 0 is the day of the export."""
    n = len(created)
    empty = Named.nobody(n)
    return Opportunities(
        as_of=AS_OF,
        ids=np.array([f"d{i}" for i in range(n)], object),
        created=AS_OF + np.asarray(created, np.int64),
        closed=np.where(np.asarray(outcome) == OPEN, NONE, AS_OF + np.asarray(closed, np.int64)),
        outcome=np.asarray(outcome, np.int8),
        amount=np.full(n, np.nan) if amount is None else np.asarray(amount, float),
        owner=empty,
        segment=empty,
        product=empty if product is None else product,
        account=empty,
        stage=empty,
        category=empty,
        expected=np.full(n, NONE, np.int64),
        bulk=np.zeros(n, bool) if bulk is None else np.asarray(bulk, bool),
        closes_known_from=AS_OF + known_from,
        created_known_from=AS_OF + born_from,
    )


def played(rng, days, a_day, win, loss, never=0.0, known_from=None, forgets=None) -> Opportunities:
    """Deals of the last ``days``, ``a_day`` on average, with constant chances a day to be won and lost (from the day of
    creation on), of which a share of ``never`` is neither. Deals closed before ``known_from`` (a day before 0) are
    missing; so are open ones older than ``forgets`` days. Amounts of wins are lognormal around 1000.
    """
    created = np.repeat(np.arange(-days + 1, 1), rng.poisson(a_day, days))
    age = np.floor(rng.exponential(1 / (win + loss), len(created))).astype(int)
    age[rng.random(len(created)) < never] = 10**6
    outcome = np.where(rng.random(len(created)) < win / (win + loss), WON, LOST)
    outcome[created + age > 0] = OPEN
    amount = np.where(outcome == WON, np.exp(np.log(1000) + 0.5 * rng.standard_normal(len(created))), np.nan)
    start = -days + 1 if known_from is None else known_from
    kept = (outcome == OPEN) | (created + age >= start)
    if forgets is not None:
        kept &= (outcome != OPEN) | (-created <= forgets)
    return deals(created[kept], (created + age)[kept], outcome[kept], amount[kept], known_from=start, born_from=start)


@dataclass(frozen=True)
class Rep:
    """A made-up seller: deals a day, chances a day of a deal to be won and lost, typical amount; days from 0 backwards
    that deals come in, from ``start`` to ``end``.
    """

    a_day: float
    win: float
    loss: float
    price: float = 1000.0
    start: int = -(10**6)
    end: int = 0


def sold_by(rng, days, reps, known_from=None) -> Opportunities:
    """Deals as ``played``, of several sellers; the names of ``owner`` are rep 00, rep 01 and so on."""
    each = []
    for rep in reps:
        mine = played(rng, days, rep.a_day, rep.win, rep.loss, known_from=known_from)
        there = (mine.created >= AS_OF + rep.start) & (mine.created <= AS_OF + rep.end)
        mine = mine[there]
        each.append(replace(mine, amount=mine.amount * rep.price / 1000))
    codes = np.repeat(np.arange(len(reps), dtype=np.int32), [len(mine) for mine in each])
    names = tuple(f"rep {place:02d}" for place in range(len(reps)))
    columns = ("created", "closed", "outcome", "amount")
    created, closed, outcome, amount = (np.concatenate([getattr(mine, name) for mine in each]) for name in columns)
    first = each[0].closes_known_from - AS_OF
    whole = deals(created - AS_OF, closed - AS_OF, outcome, amount, known_from=first, born_from=first)
    return replace(whole, owner=Named(codes, names))


def staged(rng, days, a_day, first, last) -> tuple[Opportunities, StageHistory]:
    """Deals of the last ``days`` that pass two stages, with constant chances a day in each: ``first`` to move on and to
    be lost, ``last`` to be won and to be lost.
    """
    created = np.repeat(np.arange(-days + 1, 1), rng.poisson(a_day, days))
    n = len(created)
    moved = created + rng.exponential(1 / sum(first), n)
    on = rng.random(n) < first[0] / sum(first)
    ended = np.where(on, moved + rng.exponential(1 / sum(last), n), moved)
    won = on & (rng.random(n) < last[0] / sum(last))
    outcome = np.where(ended >= 1, OPEN, np.where(won, WON, LOST))
    whole = deals(created, np.floor(ended).astype(int), outcome, known_from=-days + 1, born_from=-days + 1)
    later = np.flatnonzero(on & (moved < 1))
    deal = np.concatenate([np.arange(n), later])
    entered = AS_OF + np.concatenate([created.astype(float), moved[later]])
    order = np.lexsort((entered, deal))
    stage = Named(np.repeat(np.array([0, 1], np.int32), [n, len(later)]), ("1 talks", "2 offer"))
    return whole, StageHistory(deal[order], stage[order], entered[order])
