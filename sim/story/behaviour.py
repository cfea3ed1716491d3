"""Whether sellers answer to their pay at all."""

from __future__ import annotations

from sim.story.book import Book


def unanswered(book: Book) -> str:
    """Why nobody answers to pay in this scenario; empty where they do."""
    if book.scenario.world.behaviour.responsiveness > 0.0:
        return ""
    return "Nobody answers to pay in this scenario: world.behaviour.responsiveness is 0."
