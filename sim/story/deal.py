"""A deal's life, from the lead to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from sim import ledger
from sim.story.book import Book, Line, usd
from sim.story.customer import customer_story
from sim.story.moved import timing_of_deal


def deal_story(book: Book, d: int) -> list[Line]:
    """Everything that happened to deal ``d`` of the ledger in the run."""
    row = book.ledger.deals[d]
    moves = book.ledger.moves[book.ledger.moves["deal"] == d]
    lines = [Line(float(move["day"]), _SAID[int(move["kind"])](book, move)) for move in moves]
    return [
        *_before(book, d, moves), *timing_of_deal(book, d), *lines, *customer_story(book, d), *_left_open(book, d, row),
    ]  # fmt: skip


def _before(book: Book, d: int, moves: np.ndarray) -> Iterator[Line]:
    """Where a deal or lead that is older than the run stands on its first day; and how a closed one had ended."""
    row = book.ledger.deals[d]
    if row["closed_day"] < 0.0:
        day, end = book.date(row["closed_day"]), ledger.DEAL_STATES[row["state"]]
        yield Line(0.0, f"Closed on {day}, before the first day: {end}.")
    elif row["opening"] or row["created_day"] < 0.0:
        owner = book.seat(int(moves[0]["seat"] if len(moves) else row["seat"]))
        yield Line(0.0, f"Open since {book.date(row['created_day'])}, with {owner}, in {_first_stage(book, d, moves)}.")
    elif row["arrived_day"] < 0.0:
        yield Line(0.0, f"A lead since {book.date(row['arrived_day'])}; nobody could take it yet.")


def _first_stage(book: Book, d: int, moves: np.ndarray) -> str:
    """The stage of the first day: the one before the first move where that was a step, else the same."""
    if not len(moves):
        return book.ledger.names.stages[book.ledger.deals[d]["stage"]]
    first = moves[np.argmin(moves["day"])]
    return book.stages(d)[first["stage"] - (first["kind"] == ledger.ADVANCED)]


def _left_open(book: Book, d: int, row: np.void) -> Iterator[Line]:
    if book.is_open(d):
        stage, due = book.ledger.names.stages[row["stage"]], book.date(row["forecast_close_day"])
        state = ledger.DEAL_STATES[row["state"]]
        yield Line(book.calendar.horizon, f"The run ends. Still open in {stage} ({state}), forecast to close on {due}.")
    elif row["state"] == ledger.WAITING:
        yield Line(book.calendar.horizon, "The run ends. Still waiting for somebody who can take it.")


def _created(book: Book, move: np.void) -> str:
    d, seat = int(move["deal"]), book.seat(move["seat"])
    if book.is_self_sourced(d):
        return f"Found by {seat} in spare hours; starts in {book.stage(move)}."
    if book.ledger.deals[d]["customer"] >= 0:
        return f"A customer's wish for more, taken by {seat}; starts in {book.stage(move)}."
    return f"Lead taken by {seat}; starts in {book.stage(move)}."


def _won(book: Book, move: np.void) -> str:
    amount = book.ledger.deals[move["deal"]]["amount_usd"]
    return f"Won. {usd(amount)} credited to {book.seat(move['seat'])}."


def _days_in_line(book: Book, move: np.void) -> float:
    waits = book.ledger.waits
    return float(waits[(waits["deal"] == move["deal"]) & (waits["day"] == move["day"])][-1]["days"])


def _found_engineer(book: Book, move: np.void) -> str:
    return f"A solution engineer is free after {_days_in_line(book, move):.1f} days; {book.stage(move)} begins."


def _went_without(book: Book, move: np.void) -> str:
    days = _days_in_line(book, move)
    why = f"None has been free for {days:.1f} days" if days > 0.0 else "None is free, and the deal is small"
    return f"{why}: {book.stage(move)} begins without a solution engineer."


_SAID: dict[int, Callable[[Book, np.void], str]] = {
    ledger.CREATED: _created,
    ledger.ADVANCED: lambda book, move: f"Moved to {book.stage(move)}.",
    ledger.STALL: lambda book, move: f"Went quiet in {book.stage(move)}.",
    ledger.REVIVED: lambda book, move: f"The buyer is back; {book.stage(move)} is tried again.",
    ledger.WIN: _won,
    ledger.LOSS: lambda book, move: f"Lost to a competitor in {book.stage(move)}.",
    ledger.GAVE_UP: lambda book, move: f"Ended without a decision in {book.stage(move)}.",
    ledger.ORPHAN: lambda book, move: f"Orphaned when the holder of {book.seat(move['seat'])} left.",
    ledger.REASSIGNED: lambda book, move: f"Handed on to {book.seat(move['seat'])}.",
    ledger.SLIPPED: lambda book, move: "Slipped: its forecast close date passed and was pushed.",
    ledger.LEAD_WAITED: lambda book, move: "Came in as a lead; nobody had hours to spare, so it waits.",
    ledger.SE_WAIT: lambda book, move: f"Waits in {book.stage(move)} for a solution engineer: none is free.",
    ledger.SE_START: _found_engineer,
    ledger.SE_WITHOUT: _went_without,
    ledger.LEAD_STALE: lambda book, move: "Went stale: nobody could take it in time.",
}
