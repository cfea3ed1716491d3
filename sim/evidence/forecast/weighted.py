"""The stage-weighted pipeline: what a spreadsheet would say, each open deal's amount times its stage's share won.

It knows no dates: the whole pipeline is told as if all of it closed. It stands beside the forecast as what people know.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.crm.opportunities import NONE, OPEN, WON, Opportunities, StageHistory

LOOKS_BACK_DAYS = 365
NO_STAGE = ""


@dataclass(frozen=True)
class StageWeight:
    """Open deals of a stage; ``share`` of the closed deals that had been in it were won, NaN where none has closed."""

    stage: str
    deals: int
    amount: float
    share: float

    @property
    def weighted(self) -> float:
        """Amount times share; 0 where no share is known."""
        return self.amount * self.share if np.isfinite(self.share) else 0.0


def stage_weighted(deals: Opportunities, history: StageHistory | None) -> list[StageWeight]:
    """By stage, in the order of its share won. Without a history of stages all deals are one line, named "".

    Shares are of the deals that closed within LOOKS_BACK_DAYS before ``deals.as_of``, where dates of closes can be
    trusted. An open deal whose amount is not known counts with the mean of what was won in that time.
    """
    since = max(deals.as_of - LOOKS_BACK_DAYS, deals.closes_known_from - 1)
    closed = (deals.outcome != OPEN) & (deals.closed > since)
    won = deals.outcome == WON
    amounts = deals.amount[closed & won]
    usual = float(np.nanmean(amounts)) if np.isfinite(amounts).any() else np.nan
    is_open = deals.outcome == OPEN
    amount = np.where(np.isfinite(deals.amount), deals.amount, usual)
    if history is None or not (is_open & deals.stage.known).any():
        return [StageWeight(NO_STAGE, int(is_open.sum()), float(amount[is_open].sum()), _share(won, closed))]
    found = []
    for code in np.unique(deals.stage.codes[is_open]):
        here = is_open & (deals.stage.codes == code)
        been = np.zeros(len(deals), bool)
        if code != NONE:
            been[history.deal[history.stage.codes == code]] = True
        name = deals.stage.names[code] if code != NONE else NO_STAGE
        found.append(
            StageWeight(
                name, int(here.sum()), float(amount[here].sum()), _share(won, closed & (been if code != NONE else True))
            )
        )
    return sorted(found, key=lambda one: (np.nan_to_num(one.share), one.stage))


def _share(won: np.ndarray, among: np.ndarray) -> float:
    return float(won[among].mean()) if among.any() else float("nan")
