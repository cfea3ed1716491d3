"""Deals by owner, segment or product: whose new deals are, and what is won and lost by whom, beside the laws of all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from sim.crm.opportunities import OPEN, WON, Named, Opportunities
from sim.fit.creation import known_from
from sim.fit.hazards import Hazards, closes_by_deal
from sim.fit.pooled import Closing, Factors, Odds, Ranks, fit_closing, fit_ranks
from sim.fit.volume import Volume, fit_volume

COLUMNS = ("owner", "segment", "product")
NEWCOMER = {"owner": "nobody yet", "segment": "none yet", "product": "none yet"}  # who is not in the file so far
NAMELESS = "not known"
_KNOWN_BEFORE = 0.5  # of names that closed deals have, which open ones must have too


@dataclass(frozen=True)
class Groups:
    """The groups of a column. ``names`` end with NAMELESS, where deals have no name, and with a NEWCOMER.

    ``codes`` has the group of each deal, shape (deals,). ``pace`` has factors on the hazards of closing, ``odds`` the
    shares of wins in closes: both beyond what the ages and months of a group's deals explain. ``amounts`` is None
    where no win has an amount.
    """

    by: str
    names: tuple[str, ...]
    codes: np.ndarray
    volume: Volume
    pace: Factors
    odds: Odds
    amounts: Ranks | None

    def factors(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Factors on the hazards of winning and losing, by group and, last, of the newcomer; (n, 2, groups + 1)."""
        return Closing(self.pace, self.odds).factors(rng, n)


def fit_groups(deals: Opportunities, by: str, hazards: Hazards, left: Collection[str] = ()) -> Groups:
    """Fits the groups of a column, ``by`` one of COLUMNS; ``left`` names those who have left and create no more.

    Raises ValueError for another column, where no deal has a name in it, and where deals get it as they close only.
    """
    if by not in COLUMNS:
        raise ValueError(f"by is {by!r}; allowed are {', '.join(COLUMNS)}")
    column: Named = getattr(deals, by)
    if not column.known.any():
        raise ValueError(f"no deal has a name of its {by}")
    open_ones = deals.outcome == OPEN
    if open_ones.any() and column.known[open_ones].mean() < _KNOWN_BEFORE * column.known[~open_ones].mean():
        raise ValueError(f"the {by} of most deals is known at their close only, so that open ones cannot be told apart")
    names = column.names if column.known.all() else (*column.names, NAMELESS)
    codes = np.where(column.known, column.codes, len(column.names))
    first = known_from(deals)
    recent = deals.created >= first
    gone = np.isin(names, list(left))
    volume = fit_volume(deals.created[recent], codes[recent], len(names), first, deals.as_of).without(gone)
    seen, expected = (
        np.stack([np.bincount(codes, kind, len(names)) for kind in both]) for both in closes_by_deal(deals, hazards)
    )
    closing = fit_closing(seen, expected)
    paid = (deals.outcome == WON) & (np.nan_to_num(deals.amount) > 0)
    amounts = fit_ranks(deals.amount[paid], codes[paid], len(names)) if paid.any() else None
    return Groups(by, (*names, NEWCOMER[by]), codes, volume, closing.pace, closing.odds, amounts)
