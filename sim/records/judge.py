"""Goes through a file once: each row is given to its rule, and the account is kept."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from sim.calendar import Calendar
from sim.luck import entity
from sim.records import cells as cell
from sim.records.account import Account, Sink
from sim.records.cells import Unreadable
from sim.records.columns import Columns
from sim.records.deal_lines import Gathered, Line, mends_of, whole
from sim.records.sheet import COPY, DIFFERS, LINE, Sheet

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
    marks, lines = sheet.doubles()
    reader = _Reader(sheet, rule, columns, account, sink, {key: Gathered(count) for key, count in lines.items()})
    for (line, row), mark in zip(sheet.rows(), marks, strict=True):
        reader.read(line, row, mark)
    if account.row_count and not account.rows_used:
        raise ValueError(f"{account.name} has no row that can be used: {_all_set_aside(account)}")
    if not account.row_count:
        account.notes.append("it has no rows below the heading")
    return account


class _Reader:
    """Gives each row to its rule, and lines of one deal together, as its last one comes."""

    def __init__(
        self, sheet: Sheet, rule: Rule, columns: Columns, account: Account, sink: Sink | None,
        gathered: dict[str, Gathered],
    ):  # fmt: skip
        self._sheet, self._rule, self._columns, self._account, self._sink = sheet, rule, columns, account, sink
        self._gathered = gathered
        self._pick, self._width = sheet.by_layout(), sheet.heading.width
        self._dollars = sheet.layout.columns.index(sheet.layout.dollars) if sheet.layout.dollars else None

    def read(self, line: int, row: list[str], mark: int) -> None:
        cents: int = 0
        how: tuple[str, ...] = ()
        try:
            if len(row) != self._width:
                raise Unreadable("row has more or fewer cells than the heading", f" The heading has {self._width}.")
            picked = self._pick([*row, ""])
            if self._dollars is not None:
                text, currency = picked[self._dollars], picked[CURRENCY]
                found, how = self._columns.cents(self._sheet.layout.dollars, text, currency)
                cents = found or 0
            if mark == DIFFERS:
                raise Unreadable(
                    f"another row has the same {self._sheet.layout.key} and says something else",
                    " Lines of one may differ in amount and owner." if self._dollars is not None else "",
                )
            if mark == COPY and not self._rule.repeats(picked):
                raise Unreadable("copy of a row that is used")
            if mark == LINE:
                self._gathered[self._sheet.key(row)].lines.append(Line(line, row, picked, cents, how))
            else:
                self._account.keep(line, cents, self._rule.keep(line, picked))
        except Unreadable as problem:
            self._set_aside(Line(line, row, (), cents), problem)
        if mark == LINE:
            self._one_came(self._sheet.key(row))

    def _one_came(self, key: str) -> None:
        """Read the lines of a deal once all have come. Those that cannot be read are set aside before."""
        of_deal = self._gathered[key]
        of_deal.to_come -= 1
        if of_deal.to_come or not of_deal.lines:
            return
        lines, layout = self._gathered.pop(key).lines, self._sheet.layout
        cells, owner = whole(lines, layout, self._columns)
        try:
            mends = self._rule.keep(lines[0].number, cells)
        except Unreadable as problem:
            for line in lines:
                self._set_aside(line, problem)
            return
        for line in lines:
            self._account.keep(line.number, line.cents, [*mends, *mends_of(line, layout, owner)])
        self._account.lines_joined += len(lines) - 1

    def _set_aside(self, line: Line, problem: Unreadable) -> None:
        reason = str(problem) if any(map(str.strip, line.row)) else "row is empty"
        self._account.set_aside(line.number, line.cents, reason, problem.hint)
        if self._sink is not None:
            self._sink.take(line.number, reason, line.row)


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
