"""What became of the rows of a company's own files, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from sim.records.account import SET_ASIDE, VERDICTS, Account, Reason
from sim.records.layout import LAYOUTS
from sim.show.formats import usd
from sim.show.words import shown


def account_lines(account: Account) -> Iterator[str]:
    """One line for a file, then one for each reason and note."""
    yield _totals(account)
    for verdict, text, reason in account.by_reason():
        yield _reason(account, verdict, text, reason)
    for note in account.notes:
        yield shown(f"  note: {note}")


def set_aside_lines(account: Account) -> Iterator[str]:
    """One line for a file, then one for each reason for which rows are not used."""
    yield _totals(account)
    for verdict, text, reason in account.by_reason():
        if verdict == SET_ASIDE:
            yield _reason(account, verdict, text, reason)


def set_aside_warning(account: Account) -> str:
    """That rows of a file are not used, how many and how many dollars; empty where all are."""
    if not account.rows[SET_ASIDE]:
        return ""
    dollars = _dollars(account, account.cents[SET_ASIDE])
    verb = "is" if account.rows[SET_ASIDE] == 1 else "are"
    rows = f"{account.rows[SET_ASIDE]:,} of {_rows(account.row_count)}{dollars}"
    return f"{rows} of {shown(account.name)} {verb} set aside"


def _totals(account: Account) -> str:
    parts = ", ".join(
        f"{account.rows[verdict]:,} {verdict}{_dollars(account, account.cents[verdict])}" for verdict in VERDICTS
    )
    return shown(f"{account.kind} {account.name}: {_rows(account.row_count)}: {parts}")


def _reason(account: Account, verdict: str, text: str, reason: Reason) -> str:
    lines = ", ".join(map(str, reason.lines)) + (", ..." if reason.rows > len(reason.lines) else "")
    counted = f"{_rows(reason.rows)}{_dollars(account, reason.cents)}"
    return shown(f"  {verdict}: {text}: {counted} (line {lines}).{reason.hint}")


def _dollars(account: Account, cents: int) -> str:
    return f" ({usd(cents / 100.0)})" if LAYOUTS[account.kind].dollars else ""


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"
