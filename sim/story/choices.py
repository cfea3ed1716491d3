"""What a seller decided, with the reason: effort week by week, deals signed early and deals put off."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim import ledger
from sim.story.book import Book, Line, counted, usd

STEP = 0.03  # a smaller change of effort is not told


def effort_lines(book: Book, i: int) -> Iterator[Line]:
    """A seat's effort, told anew whenever it has moved by a step; in between it holds."""
    told = None
    for row in book.ledger.efforts[book.ledger.efforts["seat"] == i]:
        who, effort = int(row["holder"]), float(row["effort"])
        if told is None or told[0] != who or abs(effort - told[1]) >= STEP:
            told = who, effort
            yield Line(float(row["day"]), f"Works at effort {effort:.2f}: {effort_reason(row)}.")


def effort_reason(row: np.void) -> str:
    """Why a seller wants to work so hard this week."""
    worth, attainment = float(row["worth"]), float(row["attainment"])
    left = f"{row['weeks_left']:.0f} weeks to go"
    at = f"at {attainment:.0%} of quota with {left}" if attainment >= 0.0 else f"with {left}"
    ratchet = f", {row['ratchet']:.2f} of it lost to next year's quota," if row["ratchet"] > 0.005 else ""
    return f"{at} a dollar more{ratchet} pays {worth:.2f} of the usual rate"


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
    with_others = f" with {counted(int(row['together']) - 1, 'other', 'others')}" if row["together"] > 1 else ""
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
