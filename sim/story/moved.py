"""The deals that sellers signed early or put off, one line each: from when to when, what it cost, and why."""

from __future__ import annotations

import numpy as np

from sim import ledger
from sim.story.behaviour import unanswered
from sim.story.book import Book, aligned, counted, usd
from sim.story.choices import quota_reached

HEADS = (
    "decided on", "deal", "rep", "", "from", "to", "worth", "given away", "quota without", "with", "adds to pay", "end",
)  # fmt: skip
_LEFT = (0, 2, 3, 4, 5, 11)


def moved_deals(book: Book, i: int | None, period: str | None) -> list[str]:
    """Moved deals of seat ``i``, or of everybody, decided in a period. Raises UserError for an unknown period."""
    months = book.months(period)
    rows = book.ledger.timings
    rows = rows[np.isin(book.month_of(rows["day"]), months) & ((rows["seat"] == i) if i is not None else True)]
    if not len(rows):
        return [unanswered(book) or "No deal was signed early or put off."]
    pulled = rows["kind"] == ledger.PULLED_IN
    told = [
        f"{counted(int(pulled.sum()), 'deal', 'deals')} signed early for {usd(rows['discount_usd'].sum())} off, "
        f"{counted(int((~pulled).sum()), 'deal', 'deals')} put off. Deals that a rep moves at once add to pay together;"
        " what the next period loses is taken off. `deal=` with a number tells all of one."
    ]
    return [*told, *aligned([HEADS, *(_cells(book, row) for row in rows)], _LEFT)]


def _cells(book: Book, row: np.void) -> tuple[str, ...]:
    pulled = row["kind"] == ledger.PULLED_IN
    given = f"{usd(row['discount_usd'])} ({row['discount_usd'] / row['amount_usd']:.0%})" if pulled else ""
    return (
        book.date(row["day"]), str(row["deal"]), f"{book.seat(row['seat'])}, holder {row['holder'] + 1}",
        "signed early" if pulled else "put off", book.date(row["planned_day"]),
        book.date(row["day"] if pulled else row["until_day"]), usd(row["amount_usd"]), given,
        *quota_reached(book, row), usd(row["gain_usd"]), _end(book, row),
    )  # fmt: skip


def _end(book: Book, row: np.void) -> str:
    """What became of the deal."""
    deal = book.ledger.deals[row["deal"]]
    if row["lost"]:
        return "lost: the buyer would not wait"
    if book.is_open(int(row["deal"])):
        return "open at the run's end"
    return f"{ledger.DEAL_STATES[deal['state']]} on {book.date(deal['closed_day'])}"
