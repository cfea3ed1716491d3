"""What the stage that an open deal is in says of its close, beside its age.

At the end of each month of the past, deals stood in stages as open ones do now; what they won and lost in the first,
second and later months after it is held against what the hazards of all expect. So moves to come need not be played.

Source: van Houwelingen, Scandinavian Journal of Statistics 34 (2007), for landmarks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sim.crm.opportunities import OPEN, Opportunities, StageHistory
from sim.fit.hazards import Hazards, closes_by_month
from sim.fit.pooled import Closing, fit_closing

MONTHS = 3  # ahead that are told apart; later ones are as the last
_FEWEST = 30  # closes after landmarks, below which stages say nothing


@dataclass(frozen=True)
class Stages:
    """``codes`` has the stage of each deal, shape (deals,), with one more code for those of no known stage; ``closing``
    what deals of each stage won and lost, by months ahead.
    """

    names: tuple[str, ...]
    codes: np.ndarray
    closing: tuple[Closing, ...]

    def factors(self, rng: np.random.Generator, n: int, months: int) -> np.ndarray:
        """Factors on the hazards of winning and losing, shape (n, 2, stages + 1, months ahead)."""
        drawn = [one.factors(rng, n) for one in self.closing]
        return np.stack([drawn[min(month, MONTHS - 1)] for month in range(months)], axis=3)


def fit_stages(deals: Opportunities, history: StageHistory | None, hazards: Hazards) -> Stages | None:
    """What stages say; None without a history of them, or where few deals have closed since."""
    if history is None or not (deals.outcome == OPEN).any():
        return None
    names = history.stage.names
    months = list(closes_by_month(deals, hazards))
    seen, expected = np.zeros((2, MONTHS, 2, len(names)))
    for at in range(len(months) - 1):
        day = int(hazards.months.starts[at + 1]) - 1
        stage = history.stage_on(day, len(deals))
        there = (stage >= 0) & (deals.created <= day)  # those closed by then have no closes later
        for later in range(at + 1, len(months)):
            ahead = min(later - at, MONTHS) - 1
            for kind in range(2):
                for sums, one in zip((seen, expected), months[later], strict=True):
                    sums[ahead, kind] += np.bincount(stage[there], one[kind, there], len(names))
    if seen[0].sum() < _FEWEST:
        return None
    now = history.stage_on(deals.as_of, len(deals))
    # Deals that stand at a month's end close at another pace than those that never do: that is not the stage's.
    expected *= (seen.sum(axis=2) / np.maximum(expected.sum(axis=2), 1e-9))[:, :, None]
    closing = tuple(fit_closing(*one) for one in zip(seen, expected, strict=True))
    return Stages(names, np.where(now >= 0, now, len(names)), closing)


class Bending(Protocol):
    """What bends the hazards of open deals, by a code of each deal: stages, or sizes."""

    @property
    def codes(self) -> np.ndarray:
        """Of each deal, shape (deals,)."""

    def factors(self, rng: np.random.Generator, n: int, months: int) -> np.ndarray:
        """On the hazards of winning and losing, shape (n, 2, codes, months ahead)."""


@dataclass(frozen=True)
class StageDraws:
    """``codes`` of the stages (or sizes) of open deals, shape (deals,), and factors drawn as of ``Stages.factors``, or
    None.
    """

    codes: np.ndarray
    factors: np.ndarray | None

    @classmethod
    def drawn(
        cls, stages: Bending | None, rows: np.ndarray, rng: np.random.Generator, n: int, months: int
    ) -> StageDraws:
        """n draws for so many months ahead; ``rows`` are the open deals among all."""
        if stages is None:
            return cls(np.zeros(len(rows), np.int64), None)
        return cls(stages.codes[rows], stages.factors(rng, n, months))

    def pull(self, daily: np.ndarray, rows: np.ndarray, first: int, month_of: np.ndarray) -> None:
        """Bend hazards a day, shape (draws from ``first`` on, 2, rows, days), whose rows are these of the deals."""
        if self.factors is not None:
            daily *= self.factors[first : first + len(daily), :, self.codes[rows]][..., month_of]
