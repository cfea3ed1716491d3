"""The usual mess of an export, planted on purpose: one kind a function, on rows of their own, and each is counted.

The kinds and their shares are what those who clean CRM data find again and again: people type to get past a form, edit
hundreds of deals in an afternoon, and enter a deal once it is signed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, replace

import numpy as np

from sim.evidence.example.export import LOST, TITLES, WON, Crm, Deal, Move

SHARES = {
    "past due": 0.15, "owner has left": 0.04, "no owner": 0.01, "no amount": 0.02, "an amount of 0": 0.015,
    "no close date": 0.004, "created after the close": 0.006, "reopened": 0.006, "owner spelled otherwise": 0.02,
    "account spelled otherwise": 0.01, "a copy": 0.008, "an earlier version": 0.004,
}  # fmt: skip
_SELL = (TITLES["ae"], TITLES["am"])
_OF_OPEN = ("past due", "owner has left")  # shares of open deals
_LATE_ENTRY, _OVERDUE = 20, 60  # days at most
_CLEANED_UP = 6.0  # usual days' closes that one afternoon closes
_FEWEST_CLEANED_UP = 30
_CLEANED_ON = 0.6  # of the run


@dataclass
class Mess:
    """A CRM with its mess, and how many rows have what. ``deals`` are the rows of the file, copies included."""

    crm: Crm
    deals: list[Deal]
    counts: dict[str, int] = field(default_factory=dict)
    clean_up_day: int = -1


def plant(crm: Crm, seed: int) -> Mess:
    """The mess of a seed. Kinds do not share rows, so that counts are exact."""
    rng = np.random.default_rng((seed, 13))
    mess = Mess(crm, list(crm.deals))
    _clean_up(mess)
    rows = _Rows(crm.deals, rng, mess)
    closed, still_open = (lambda deal: deal.closed is not None), (lambda deal: deal.closed is None)
    for deal in rows.take("past due", still_open):
        deal.expected = crm.as_of - int(rng.integers(1, _OVERDUE))
    gone = [one.name for one in crm.people if one.end is not None and one.end <= crm.as_of and one.title in _SELL]
    for deal in rows.take("owner has left", still_open) if gone else []:
        deal.owner = gone[int(rng.integers(len(gone)))]
    for deal in rows.take("no owner"):
        deal.owner = ""
    for deal in rows.take("no amount"):
        deal.amount = None
    for deal in rows.take("an amount of 0"):
        deal.amount = 0.0
    for deal in rows.take("no close date", closed):
        deal.closed = None
    for deal in rows.take("created after the close", lambda deal: _can_be_late(deal, crm.as_of)):
        assert deal.closed is not None
        deal.created = min(deal.closed + int(rng.integers(1, _LATE_ENTRY)), crm.as_of)
    _reopen(mess, rows)
    left = {one.name for one in crm.people if one.end is not None and one.end <= crm.as_of}
    of_open = [deal for deal in crm.deals if deal.stage not in (WON, LOST)]
    mess.counts["owner has left"] = sum(deal.owner in left for deal in of_open)  # those whom nobody has taken up, too
    _spell_otherwise(rows)
    _repeat(mess, rows, rng)
    return mess


class _Rows:
    """Rows that have nothing yet."""

    def __init__(self, deals: list[Deal], rng: np.random.Generator, mess: Mess):
        self._free = [deal for deal in deals if deal.closed != mess.clean_up_day]
        self._count, self._counts, self._rng = len(deals), mess.counts, rng

    def take(self, kind: str, fits: Callable[[Deal], bool] = lambda deal: True) -> list[Deal]:
        """As many as the kind's share of all rows asks for (of those that fit, where they are fewer), at least one."""
        fitting = [deal for deal in self._free if fits(deal)]
        of = len(fitting) if kind in _OF_OPEN else self._count
        wanted = min(max(1, round(SHARES[kind] * of)), len(fitting))
        taken = [fitting[k] for k in self._rng.choice(len(fitting), wanted, replace=False)]
        chosen = set(map(id, taken))
        self._free = [deal for deal in self._free if id(deal) not in chosen]
        self._counts[kind] = len(taken)
        return taken


def _can_be_late(deal: Deal, as_of: int) -> bool:
    return deal.closed is not None and deal.stage == WON and deal.closed < as_of


def _clean_up(mess: Mess) -> None:
    """One afternoon the oldest open deals that nobody won were closed at once."""
    crm = mess.crm
    day = int(_CLEANED_ON * crm.as_of)
    open_then = [
        deal for deal in crm.deals
        if deal.created < day - 30 and deal.stage != WON and (deal.closed is None or deal.closed > day)
    ]  # fmt: skip
    a_day = sum(deal.closed is not None for deal in crm.deals) / max(crm.as_of, 1)
    crowd = sorted(open_then, key=lambda deal: deal.created)[: max(_FEWEST_CLEANED_UP, round(_CLEANED_UP * a_day))]
    ids = {deal.id for deal in crowd}
    for deal in crowd:
        deal.closed, deal.expected, deal.stage, deal.edited = day, None, LOST, day + 0.6
    crm.moves[:] = [move for move in crm.moves if move.deal not in ids or move.day < day]
    crm.moves += [Move(deal.id, LOST, day + 0.6) for deal in crowd]
    mess.clean_up_day, mess.counts["closed in one clean-up"] = day, len(crowd)


def _reopen(mess: Mess, rows: _Rows) -> None:
    """Deals that were closed as lost for a while, and came back: the history has it, the deal does not show it."""
    steps: dict[str, list[Move]] = {}
    for move in mess.crm.moves:
        mine = steps.setdefault(move.deal, [])
        if not mine or mine[-1].stage != move.stage:  # a date that is pushed is no step
            mine.append(move)

    def has_time(deal: Deal) -> bool:
        mine = steps.get(deal.id, [])
        return len(mine) > 1 and mine[1].day - mine[0].day > 3.0

    for deal in rows.take("reopened", has_time):
        first, second = steps[deal.id][:2]
        apart = second.day - first.day
        mess.crm.moves += [
            Move(deal.id, LOST, first.day + 0.4 * apart), _back(first, first.day + 0.7 * apart),
        ]  # fmt: skip


def _back(move: Move, day: float) -> Move:
    """The same stage again, with the date that it had, unless that has passed."""
    return replace(move, day=day, expected=max(move.expected or 0, int(day)))


def _spell_otherwise(rows: _Rows) -> None:
    """A name with a space more, in the other order, in capitals, or in the other Unicode form."""
    for place, deal in enumerate(rows.take("owner spelled otherwise", lambda deal: bool(deal.owner))):
        first, _, last = deal.owner.partition(" ")
        decomposed = unicodedata.normalize("NFD", deal.owner)
        others = [f"{first}  {last}", f"{last}, {first}", deal.owner.upper()]
        deal.owner = decomposed if decomposed != deal.owner else others[place % len(others)]
    for place, deal in enumerate(rows.take("account spelled otherwise")):
        deal.account = (deal.account.upper(), deal.account.replace(" ", "  "))[place % 2]


def _repeat(mess: Mess, rows: _Rows, rng: np.random.Generator) -> None:
    """Rows that stand twice, and earlier versions of rows."""
    copies = [copy(deal) for deal in rows.take("a copy")]
    earlier = [copy(deal) for deal in rows.take("an earlier version", lambda deal: bool(deal.amount))]
    for deal in earlier:
        assert deal.amount is not None
        deal.amount = round(1.1 * deal.amount, 2)
        deal.edited = deal.edited - 1.0
    mess.deals = [*mess.crm.deals, *copies, *earlier]
    mess.deals = [mess.deals[k] for k in rng.permutation(len(mess.deals))]
