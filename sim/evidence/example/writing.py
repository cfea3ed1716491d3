"""The example export as files, with the headings of Salesforce, and what is true of it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from sim.evidence.example.export import CLOSED, WON, Deal
from sim.evidence.example.mess import Mess

OPPORTUNITIES, HISTORY, ROSTER, ACCOUNTS, EARLIER, TRUTH = (
    "opportunities.csv", "history.csv", "roster.csv", "accounts.csv", "earlier.csv", "truth.yaml",
)  # fmt: skip
_REPORT_ID = 15  # signs of an id in a report; the long form is the object's


def write_example(
    mess: Mess, earlier: list[Deal], earlier_day: int, first_day: date, folder: Path, origin: dict[str, Any]
) -> list[str]:
    """Write the files and answer their names. ``earlier`` are the deals as they were known on an earlier evening;
    ``origin``: which scenario played, with seed and months.
    """
    folder.mkdir(parents=True, exist_ok=True)

    def day(number: int | None) -> str:
        return "" if number is None else (first_day + timedelta(days=number)).isoformat()

    def moment(number: float) -> str:
        start = datetime(first_day.year, first_day.month, first_day.day)
        return f"{(start + timedelta(seconds=round(number * 86_400))).isoformat()}.000Z"

    crm = mess.crm
    for name, deals in ((OPPORTUNITIES, mess.deals), (EARLIER, earlier)):
        _table(
            folder / name,
            ("Opportunity ID", "Account Name", "Opportunity Owner", "Created Date", "Close Date", "Stage", "Amount",
             "Last Modified Date"),
            (
                (deal.id, deal.account, deal.owner, day(deal.created),
                 day(deal.expected if deal.closed is None else deal.closed), deal.stage,
                 "" if deal.amount is None else f"{deal.amount:.2f}", moment(deal.edited))
                for deal in deals
            ),
        )  # fmt: skip
    moves = sorted(crm.moves, key=lambda move: (move.day, move.deal))
    _table(
        folder / HISTORY,
        ("Opportunity ID", "Stage", "Created Date", "Forecast Category", "Close Date", "Amount"),
        (
            (move.deal[:_REPORT_ID], move.stage, moment(move.day), move.category or CLOSED[move.stage],
             day(int(move.day) if move.expected is None else move.expected),
             "" if move.amount is None else f"{move.amount:.2f}")
            for move in moves
        ),
    )  # fmt: skip
    _table(
        folder / ROSTER, ("Full Name", "Title", "Hire Date", "Termination Date", "Segment", "Region"),
        ((one.name, one.title, day(one.start), day(one.end), one.segment, one.region) for one in crm.people),
    )  # fmt: skip
    _table(folder / ACCOUNTS, ("Account Name", "Segment"), sorted(crm.accounts.items()))
    truth = {
        **origin,
        "first_day": first_day,
        "as_of": first_day + timedelta(days=crm.as_of),
        "earlier_as_of": first_day + timedelta(days=earlier_day),
        "deals": len(crm.deals),
        "won": sum(deal.stage == WON for deal in crm.deals),
        "rows": len(mess.deals),
        "clean_up_day": first_day + timedelta(days=mess.clean_up_day),
        "planted": mess.counts,
    }
    (folder / TRUTH).write_text(yaml.safe_dump(truth, sort_keys=False), encoding="utf-8")
    return [OPPORTUNITIES, HISTORY, ROSTER, ACCOUNTS, EARLIER, TRUTH]


def _table(path: Path, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)
