"""An export of a made-up company whose laws are known: constant chances a day to be won and lost, lognormal amounts."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import numpy as np

from sim.crm.opportunities import OPEN, WON
from tests.makers.known_laws import played

DAYS, A_DAY, WIN, LOSS, MEDIAN, SPREAD, SELLERS = 540, 4.0, 0.008, 0.016, 30_000.0, 0.6, 9


def write_known(folder: Path, seed: int = 3, **laws: float) -> Path:
    """Writes ``deals.csv`` and answers its path; ``laws`` may replace ``days``, ``a_day``, ``win`` and ``loss``."""
    rng = np.random.default_rng(seed)
    asked = {"days": DAYS, "a_day": A_DAY, "win": WIN, "loss": LOSS} | laws
    deals = played(rng, **asked)
    amount = MEDIAN * np.exp(SPREAD * rng.standard_normal(len(deals)))
    owner = rng.integers(SELLERS, size=len(deals))
    path = folder / "deals.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("Opportunity ID", "Owner", "Created Date", "Close Date", "Stage", "Amount"))
        for k in range(len(deals)):
            is_open, is_won = deals.outcome[k] == OPEN, deals.outcome[k] == WON
            writer.writerow((
                f"d{k}", f"Seller {owner[k]}", date.fromordinal(int(deals.created[k])),
                "" if is_open else date.fromordinal(int(deals.closed[k])),
                "Proposal" if is_open else "Closed Won" if is_won else "Closed Lost", f"{amount[k]:.2f}",
            ))  # fmt: skip
    return path
