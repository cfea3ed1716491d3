"""The same CRM on an earlier evening: deals as they stood then, with the owners of then. It is clean."""

from __future__ import annotations

import numpy as np

from sim.calendar import DAYS_PER_MONTH
from sim.evidence.example.export import LOST, WON, Crm, Deal, Move, People
from sim.evidence.example.names import deal_id
from sim.ledger import Ledger

EARLIER_MONTHS = 6  # before the export, or half the time since the CRM was brought in


def earlier_day(crm: Crm) -> int:
    """The evening on which the earlier export was made."""
    return max(crm.as_of - round(EARLIER_MONTHS * DAYS_PER_MONTH), crm.as_of // 2)


def earlier_deals(crm: Crm, ledger: Ledger, day: int) -> list[Deal]:
    """The deals that were there on that evening, as the moves until then leave them."""
    last: dict[str, Move] = {}
    for move in sorted(crm.moves, key=lambda move: move.day):
        if move.day < day + 1:
            last[move.deal] = move
    people = People(ledger)
    moves = ledger.moves[ledger.moves["day"] < day + 1]
    moves = moves[np.argsort(moves["day"], kind="stable")]
    seat = ledger.deals["seat"].copy()
    seat[moves["deal"]] = moves["seat"]  # in the order of time: the last one stays
    of_id = {deal_id(d): int(one) for d, one in enumerate(seat)}
    return [
        _then(deal, last[deal.id], people.held(of_id[deal.id], day + 1.0))
        for deal in crm.deals
        if deal.id in last and deal.created <= day
    ]


def _then(deal: Deal, move: Move, owner: str) -> Deal:
    is_closed = move.stage in (WON, LOST)
    return Deal(
        deal.id, deal.account, owner, deal.created, int(move.day) if is_closed else None,
        None if is_closed else move.expected, move.stage, deal.amount if move.amount is None else move.amount, move.day,
    )  # fmt: skip
