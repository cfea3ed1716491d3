"""Large exports of known laws, to measure memory and time: ``python -m tests.makers.large_exports 1000000 big.csv``."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from sim.crm.opportunities import NONE, OPEN, WON
from tests.makers.known_laws import played

YEARS, WIN, LOSS = 3, 0.006, 0.016
_SEGMENTS = ("enterprise", "mid_market", "smb")


def write_large(rows: int, path: Path, seed: int = 1) -> Path:
    """About so many opportunities of three years: 1 seller a thousand rows, at least 12, each in one of 3 segments."""
    rng = np.random.default_rng(seed)
    days = 365 * YEARS
    deals = played(rng, days, rows / days, WIN, LOSS)
    count = len(deals)
    owner = rng.integers(max(rows // 1000, 12), size=count)
    dates = (deals.created - 719_163).astype("datetime64[D]"), (deals.closed - 719_163).astype("datetime64[D]")
    closed = pa.array(dates[1].astype(str), mask=deals.closed == NONE)
    stage = np.where(deals.outcome == OPEN, "Proposal", np.where(deals.outcome == WON, "Closed Won", "Closed Lost"))
    amount = np.exp(10 + owner % 3 + 0.7 * rng.standard_normal(count)).round(2)
    columns = {
        "Opportunity ID": np.char.add("d", np.arange(count).astype(str)),
        "Account Name": np.char.add("Account ", rng.integers(max(rows // 4, 4), size=count).astype(str)),
        "Owner": np.char.add("Seller ", owner.astype(str)),
        "Segment": np.array(_SEGMENTS)[owner % 3],
        "Created Date": dates[0].astype(str),
        "Close Date": closed,
        "Stage": stage,
        "Amount": amount,
    }  # fmt: skip
    csv.write_csv(pa.table(columns), path)
    return path


if __name__ == "__main__":
    write_large(int(sys.argv[1]), Path(sys.argv[2]))
