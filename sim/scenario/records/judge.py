"""Goes through a file once: each row is given to its rule, and the account is kept."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from sim.calendar import Calendar
from sim.luck import entity
from sim.scenario.records import cells as cell
from sim.scenario.records.account import Account, Sink
from sim.scenario.records.cells import Unreadable
from sim.scenario.records.columns import Columns
from sim.scenario.records.sheet import COPY, DIFFERS, Sheet

REASONS_NAMED = 5
CURRENCY = -1  # the last column where a layout has dollars


class Rule(Protocol):
    """Reads one kind of row."""

    def keep(self, line: int, cells: tuple[str, ...]) -> list[str]:
        """Keep a row, its cells in the order of the layout; answers how it was mended. Raises Unreadable."""
        ...

    def repeats(self, cells: tuple[str, ...]) -> bool:
        """Whether rows like this one are as many things, not copies of one. Raises Unreadable."""
        ...


class Things:
    """Rows that are alike are copies of one."""

    def repeats(self, cells: tuple[str, ...]) -> bool:
        return False


def judge(sheet: Sheet, rule: Rule, columns: Columns, sink: Sink | None = None) -> Account:
    """Read all rows of a file. Raises ValueError where it breaks off being CSV, or none of its rows can be used."""
    account = Account(sheet.layout.kind, sheet.path.name)
    if sheet.heading.unused:
        account.notes.append(f"columns not used: {', '.join(sheet.heading.unused)}")
    account.notes += columns.notes
    pick, width = sheet.by_layout(), sheet.heading.width
    dollars = sheet.layout.columns.index(sheet.layout.dollars) if sheet.layout.dollars else None
    doubles = sheet.doubles().tobytes()
    for place, (line, row) in enumerate(sheet.rows()):
        cents = 0
        try:
            if len(row) != width:
                raise Unreadable("row has more or fewer cells than the heading", f" The heading has {width}.")
            picked = pick([*row, ""])
            if dollars is not None:
                cents = columns.cents(sheet.layout.dollars, picked[dollars], picked[CURRENCY])[0] or 0
            if doubles[place] == DIFFERS:
                raise Unreadable(f"another row has the same {sheet.layout.key} and says something else")
            if doubles[place] == COPY and not rule.repeats(picked):
                raise Unreadable("copy of a row that is used")
            account.keep(line, cents, rule.keep(line, picked))
        except Unreadable as problem:
            reason = str(problem) if any(map(str.strip, row)) else "row is empty"
            account.set_aside(line, cents, reason, problem.hint)
            if sink is not None:
                sink.take(line, reason, row)
    if account.row_count and not account.rows_used:
        raise ValueError(f"{account.name} has no row that can be used: {_all_set_aside(account)}")
    if not account.row_count:
        account.notes.append("it has no rows below the heading")
    return account


def _all_set_aside(account: Account) -> str:
    """Why, the most frequent reason first, with the hint of each."""
    reasons = [f"{text} ({reason.rows:,}).{reason.hint}" for _, text, reason in account.by_reason()]
    return " ".join(reasons[:REASONS_NAMED]) + (" ..." if len(reasons) > REASONS_NAMED else "")


def day_number(calendar: Calendar, when: date | None, noon: bool = False) -> float:
    """Days from the scenario's first day; NaN for none. What happened on some day counts as done at its noon."""
    if when is None:
        return float("nan")
    return calendar.day_of(when) + (0.5 if noon else 0.0)


def entity_of(what: str, key: str) -> int:
    """The name of a deal or customer for its luck, and for who refers to it; 0 for none. Not kept: files are long."""
    bare = cell.unguarded(key)
    return int(entity.__wrapped__(f"{what} {bare}")) if bare else 0


def amount(cents: int | None) -> int:
    """An amount that must be there and not negative. Raises Unreadable."""
    if cents is None:
        raise Unreadable("amount is missing")
    if cents < 0:
        raise Unreadable("amount is negative")
    return cents


def name(reader: cell.NameReader, text: str, mends: list[str]) -> int:
    """The code of a name that must be known. Raises Unreadable."""
    code, mend = reader.code(text)
    if code is None:
        if not text.strip():
            raise Unreadable(f"{reader.what} is missing")
        raise Unreadable(f"{reader.what} is not known", reader.hint(text) or f" The first was {text.strip()[:40]!r}.")
    if mend:
        mends.append(mend)
    return code
