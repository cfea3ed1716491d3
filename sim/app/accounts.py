"""What became of the rows of a company's own files, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from sim.report.words import usd
from sim.scenario.records.account import VERDICTS, Account, Reason
from sim.scenario.records.layout import LAYOUTS


def account_lines(account: Account) -> Iterator[str]:
    """One line for a file, then one for each reason and note."""
    parts = ", ".join(f"{account.rows[verdict]:,} {verdict}{_dollars(account, verdict)}" for verdict in VERDICTS)
    yield f"{account.kind} {account.name}: {account.row_count:,} rows: {parts}"
    for verdict, text, reason in account.by_reason():
        yield f"  {verdict}: {text}: {_rows(reason)}{reason.hint}"
    for note in account.notes:
        yield f"  note: {note}"


def _dollars(account: Account, verdict: str) -> str:
    return f" ({usd(account.cents[verdict] / 100.0)})" if LAYOUTS[account.kind].dollars else ""


def _rows(reason: Reason) -> str:
    lines = ", ".join(map(str, reason.lines)) + (", ..." if reason.rows > len(reason.lines) else "")
    return f"{reason.rows:,} {'row' if reason.rows == 1 else 'rows'} (line {lines})."
