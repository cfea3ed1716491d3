"""Which rep and which deal are worth telling when nobody names one: those to whom the most kinds of things happened."""

from __future__ import annotations

import numpy as np

from sim import ledger
from sim.ledger import Ledger

_A_NEW_HOLDER_COUNTS = 3  # kinds of moves; up to two new holders, for more only repeat the story


def telling_rep(book: Ledger) -> int:
    """The seat with the richest story; the first of equals."""
    seats = len(book.names.seats)
    score = _kinds(book.moves["seat"], book.moves["kind"], seats)
    holders = np.bincount(book.seats["seat"], minlength=seats)
    sold = np.bincount(book.quotas["seat"], minlength=seats) > 0
    return int(np.argmax(np.where(sold, score + _A_NEW_HOLDER_COUNTS * np.clip(holders - 1, 0, 2), -1)))


def telling_deal(book: Ledger, seat: int) -> int | None:
    """The deal with the richest story of those that began and ended in the run, in one seat's hands at some time.

    Any deal where the seat had none such; none where there are no deals at all.
    """
    if not len(book.deals):
        return None
    score = _kinds(book.moves["deal"], book.moves["kind"], len(book.deals)).astype(float)
    whole = (book.deals["created_day"] >= 0.0) & ~book.deals["opening"] & (book.deals["closed_day"] < ledger.NEVER)
    touched = np.zeros(len(book.deals), bool)
    touched[book.moves["deal"][book.moves["seat"] == seat]] = True
    return int(np.argmax(score + 100.0 * (whole & touched)))


def _kinds(owner: np.ndarray, kind: np.ndarray, count: int) -> np.ndarray:
    """How many different kinds of moves each owner has; shape (count,). Owner -1 is nobody."""
    kinds = len(ledger.MOVE_KINDS)
    known = owner >= 0
    seen = np.zeros((count, kinds), bool)
    seen[owner[known], kind[known]] = True
    return seen.sum(axis=1)
