"""The deals that sellers signed early or put off, one line each: from when to when, what it cost, and why."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim import ledger
from sim.spelling import counted
from sim.story.behaviour import unanswered
from sim.story.book import Book, Line, aligned, usd

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
        f"{counted(int(pulled.sum()), 'deal')} signed early for {usd(rows['discount_usd'].sum())} off, "
        f"{counted(int((~pulled).sum()), 'deal')} put off. Deals that a rep moves at once add to pay together;"
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


def timing_lines(book: Book, i: int) -> Iterator[Line]:
    """The deals that a seat's holders signed early or put off."""
    for row in book.ledger.timings[book.ledger.timings["seat"] == i]:
        deal = book.deal(int(row["deal"]))
        yield Line(float(row["day"]), f"{timing_said(book, row)[:-1]} ({deal}).")


def timing_of_deal(book: Book, d: int) -> Iterator[Line]:
    """What its rep did about when a deal closes."""
    for row in book.ledger.timings[book.ledger.timings["deal"] == d]:
        yield Line(float(row["day"]), timing_said(book, row))


def timing_said(book: Book, row: np.void) -> str:
    """A deal moved, and why."""
    with_others = f" with {counted(int(row['together']) - 1, 'other')}" if row["together"] > 1 else ""
    before, after = quota_reached(book, row)
    goes = f"takes the rep from {before} to {after} of quota and " if before else ""
    gain = f"moving it{with_others} {goes}adds {usd(row['gain_usd'])} to pay, what it costs next period taken off"
    if row["kind"] == ledger.PULLED_IN:
        planned, given = book.date(row["planned_day"]), usd(row["discount_usd"])
        off = row["discount_usd"] / row["amount_usd"]
        return f"Pulled in from {planned} for {given} off ({off:.0%}): {gain}."
    ended = "; the buyer will not wait" if row["lost"] else ""
    return f"Put off from {book.date(row['planned_day'])} to {book.date(row['until_day'])}: {gain}{ended}."


def quota_reached(book: Book, row: np.void) -> tuple[str, str]:
    """Attainment without moving any deal, and with all that were moved at once; empty where there is no quota."""
    if not row["quota_usd"] > 0.0:
        return "", ""
    moves = book.ledger.timings
    at_once = moves[(moves["day"] == row["day"]) & (moves["seat"] == row["seat"]) & (moves["kind"] == row["kind"])]
    moved = float((at_once["amount_usd"] - at_once["discount_usd"]).sum())
    after = row["sold_usd"] + (moved if row["kind"] == ledger.PULLED_IN else -moved)
    return f"{row['sold_usd'] / row['quota_usd']:.0%}", f"{after / row['quota_usd']:.0%}"
