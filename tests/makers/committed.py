"""A history of what people said of made-up deals, with the headings of Salesforce's OpportunityHistory."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

HEADING = ("OpportunityId", "StageName", "CreatedDate", "ForecastCategory", "CloseDate", "Amount")
Said = tuple[str, str, str, str, str, str]


def said_of(rows: list[list[str]]) -> list[Said]:
    """Of each row of ``played_exports.rows_of``: created with 1000 to close in 50 days; after 20 days in commit for
    900, due in 40 days; and every 40 days for 10 less in the best case or in commit again, due in 40 days.
    """
    found: list[Said] = []
    for deal, _, _, created, closed, *_ in rows:
        start, end = date.fromisoformat(created), date.fromisoformat(closed or "2017-12-31")
        found.append((deal, "1 talks", f"{start}T08:00:00.000Z", "Pipeline", f"{start + timedelta(50)}", "1000"))
        for again in range(20):
            day = start + timedelta(20 + 40 * again)
            if day > end:
                break
            category = ("Forecast", "BestCase")[again % 2]
            due, amount = day + timedelta(40), 900 - 10 * again
            found.append((deal, "2 offer", f"{day}T09:30:00.000Z", category, f"{due}", f"{amount}"))
    return found


def write_said(path: Path, said: list[Said]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADING, *said])
    return path
