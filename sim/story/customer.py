"""What became of the customer that a deal won."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim import ledger
from sim.story.book import Book, Line, usd

_SAID = {
    ledger.ARR_EXPANSION: "The customer buys more: {amount} a year.",
    ledger.ARR_GROWTH: "The customer grows as agreed, by {amount} a year.",
    ledger.ARR_UPLIFT: "The customer renews for {amount} a year more.",
    ledger.ARR_CONTRACTION: "The customer renews for {amount} a year less.",
}


def customer_story(book: Book, d: int) -> Iterator[Line]:
    """Everything that happened to the customer whom deal ``d`` won; nothing where it won none."""
    for c in np.flatnonzero(book.ledger.customers["deal"] == d):
        moves = book.ledger.arr_moves[book.ledger.arr_moves["customer"] == c]
        renewals = book.ledger.contracts[book.ledger.contracts["customer"] == c]
        for row in renewals[renewals["kind"] == ledger.RENEWAL_TERM]:
            yield Line(float(row["start_day"]), f"Renewed at {usd(row['arr_usd'])} a year.")
        for move in moves:
            amount = usd(abs(move["amount_usd"]))
            if move["kind"] in _SAID:
                yield Line(float(move["day"]), _SAID[int(move["kind"])].format(amount=amount))
            elif move["kind"] == ledger.ARR_CHURN:
                why = " because the seller had left" if move["cause"] == ledger.SELLER_LEFT else ""
                yield Line(float(move["day"]), f"The customer leaves{why}; {amount} a year are lost.")
