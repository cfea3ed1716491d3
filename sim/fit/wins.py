"""Single wins of samples, and their sums by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np


@dataclass(frozen=True)
class Wins:
    """Every win of a deal that is open now, shape (wins,) each: in which draw, which deal (its row among the deals that
    are meant), in which month ahead, and what it books; NaN where no amount is known.
    """

    draw: np.ndarray
    deal: np.ndarray
    month: np.ndarray
    amount: np.ndarray

    @classmethod
    def none(cls) -> Wins:
        """No win."""
        nothing = np.zeros(0, np.int64)
        return cls(nothing, nothing, nothing, np.zeros(0))

    @classmethod
    def together(cls, some: Sequence[Wins]) -> Wins:
        """One after the other."""
        return cls(*(np.concatenate([getattr(one, key.name) for one in some]) for key in fields(cls)))

    def of_deals(self, rows: np.ndarray) -> Wins:
        """The same wins among more deals, where ``rows`` are those meant so far."""
        return replace(self, deal=rows[self.deal])


def added_up(
    draw: np.ndarray,
    month: np.ndarray,
    amounts: np.ndarray,
    size: tuple[int, int],
    group: np.ndarray | int = 0,
    groups: int = 1,
) -> np.ndarray:
    """Single wins, shape (wins,) each, to counts and sums; shape (draws, months, 2, groups) of the ``size`` (draws,
    months).
    """
    draws, months = size
    cell = (draw * months + month) * groups + group
    cells = draws * months * groups
    both = np.bincount(cell, minlength=cells).astype(float), np.bincount(cell, amounts, cells)
    return np.stack([one.reshape(draws, months, groups) for one in both], axis=2)
