"""Triggers of a plan: on which day each fired and what was read then, or that it did not."""

from __future__ import annotations

from sim import ledger
from sim.scenario.triggers import reason_of
from sim.story.book import Book, Line


def trigger_lines(book: Book, only: str | None = None) -> list[Line]:
    """A line for each trigger that fired, or for one of them."""
    rows = book.ledger.decisions[book.ledger.decisions["kind"] == ledger.FIRED]
    reasons = [book.ledger.names.reasons[reason] for reason in rows["reason"]]
    found = []
    for name, trigger in book.scenario.levers.triggers.items():
        for row, reason in zip(rows, reasons, strict=True):
            if reason == reason_of(name) and only in (None, name):
                acts = f", acts on {book.date(row['day'] + trigger.act_after_days)}" if trigger.act_after_days else ""
                read = f"read {trigger.said(float(row['value']))}; it waits until {trigger.condition}"
                found.append(Line(float(row["day"]), f'Trigger "{name}" fired{acts}: {read}.'))
    return found


def silent(book: Book) -> list[str]:
    """The triggers that did not fire, each with what it waits for."""
    fired = {book.ledger.names.reasons[row["reason"]] for row in book.ledger.decisions if row["kind"] == ledger.FIRED}
    return [
        f'Trigger "{name}" did not fire: it waits until {trigger.condition}.'
        for name, trigger in book.scenario.levers.triggers.items()
        if reason_of(name) not in fired
    ]
