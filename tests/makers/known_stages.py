"""Deals that pass stages of known lognormal days and odds, with the history of their moves."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np

from sim.crm.opportunities import LOST, OPEN, WON, Named, Opportunities, StageHistory
from tests.makers.known_laws import AS_OF, deals


@dataclass(frozen=True)
class KnownStage:
    """Mean days, spread of log days and the share that moves on."""

    name: str
    mean_days: float
    sigma_log: float
    advance: float


STAGES = (
    KnownStage("Talks", 20.0, 0.9, 0.6),
    KnownStage("Trial", 35.0, 0.7, 0.55),
    KnownStage("Offer", 15.0, 1.0, 0.8),
)


def staged_deals(rng, days, a_day, stages=STAGES, skips=0.0, back=0.0) -> tuple[Opportunities, StageHistory]:
    """Deals of the last ``days``, each through the stages until it fails or is won. A share ``skips`` the middle stage,
    and a share goes ``back`` to the first one for the second half of their time in the last.
    """
    created = np.repeat(np.arange(-days + 1, 1), rng.poisson(a_day, days)).astype(float)
    count = len(created)
    at, won, alive = created + rng.random(count) * 0.5, np.zeros(count, bool), np.ones(count, bool)
    skipped = rng.random(count) < skips
    moves = []
    for k, one in enumerate(stages):
        passes = skipped & (k == len(stages) // 2)
        entered = alive & ~passes
        moves += [(deal, at[deal], k) for deal in np.flatnonzero(entered)]
        mean = np.log(one.mean_days) - one.sigma_log**2 / 2
        length = np.exp(mean + one.sigma_log * rng.standard_normal(count))
        if k == len(stages) - 1:
            returns = entered & (rng.random(count) < back)
            moves += [(deal, at[deal] + length[deal] / 2, 0) for deal in np.flatnonzero(returns)]
        at = np.where(entered, at + length, at)
        alive = alive & (passes | (rng.random(count) < one.advance))
    won = alive
    outcome = np.where(at >= 1, OPEN, np.where(won, WON, LOST))
    whole = deals(created.astype(int), np.floor(at).astype(int), outcome, known_from=-days + 1, born_from=-days + 1)
    seen = [move for move in moves if move[1] < 1]
    seen.sort(key=lambda move: (move[0], move[1]))
    deal, day, stage = (np.array(column) for column in zip(*seen, strict=True))
    names = Named(stage.astype(np.int32), tuple(one.name for one in stages))
    whole = replace(whole, stage=Named(np.full(count, -1, np.int32), names.names))
    return whole, StageHistory(deal.astype(np.int64), names, AS_OF + day)


def write_staged(folder: Path, deals: Opportunities, history: StageHistory, sellers: int = 8) -> dict[str, Path]:
    """Files of these deals and their moves, by kind; owners go around, amounts are lognormal around 10,000."""
    amount = 10_000 * np.exp(0.5 * np.random.default_rng(1).standard_normal(len(deals)))
    with (folder / "deals.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("opportunity_id", "owner", "created_date", "close_date", "stage", "amount"))
        for row, name in enumerate(deals.ids):
            is_open = deals.outcome[row] == OPEN
            words = "Talks" if is_open else "Closed Won" if deals.outcome[row] == WON else "Closed Lost"
            closed = "" if is_open else date.fromordinal(int(deals.closed[row]))
            created = date.fromordinal(int(deals.created[row]))
            writer.writerow((name, f"Rep {row % sellers}", created, closed, words, f"{amount[row]:.2f}"))
    with (folder / "moves.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("Opportunity ID", "Stage", "Created Date"))
        for row, stage, day in zip(history.deal, history.stage.codes, history.entered, strict=True):
            moment = datetime.combine(date.fromordinal(int(day)), time()) + timedelta(days=float(day % 1.0))
            writer.writerow((deals.ids[row], history.stage.names[stage], moment.isoformat(timespec="seconds")))
    return {"opportunities": folder / "deals.csv", "history": folder / "moves.csv"}
