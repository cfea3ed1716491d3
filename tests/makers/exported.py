"""Deals as the file that a CRM would export."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import numpy as np

from sim.crm.opportunities import NONE, Opportunities

OUTCOMES = ("Open", "Won", "Lost")


def export_file(deals: Opportunities, path: Path) -> Path:
    """Write the deals under plain headings; what is not known stays empty."""
    day = lambda number: "" if number == NONE else date.fromordinal(int(number)).isoformat()  # noqa: E731
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("opportunity_id", "owner", "created_date", "close_date", "outcome", "amount"))
        for row in range(len(deals)):
            amount = "" if np.isnan(deals.amount[row]) else f"{deals.amount[row]:.2f}"
            cells = (day(deals.created[row]), day(deals.closed[row]), OUTCOMES[deals.outcome[row]], amount)
            writer.writerow((deals.ids[row], deals.owner.texts()[row], *cells))
    return path
