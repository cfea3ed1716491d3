"""Columns: how the dates and amounts of a file are written. A column is read as a whole, never guessed cell by cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sim.records import cells as cell
from sim.records import money
from sim.records.money import COMMA, POINT
from sim.records.sheet import Sheet

DATES, DECIMAL = "opening.files.dates", "opening.files.decimal"
A_POINT = money.TELLS[POINT]
SAY_DATES = f"say {DATES}: {cell.MONTH_FIRST} or {cell.DAY_FIRST}"
SAY_DECIMAL = f"say {DECIMAL}: {POINT} or {COMMA}"

First = dict[int, tuple[int, str]]  # the first cell of each kind: its line and text


@dataclass(frozen=True)
class Told:
    """What the scenario says of its files: order of dates and decimal sign, "" for none; rates; names."""

    dates: str = ""
    decimal: str = ""
    usd_per: tuple[tuple[str, float], ...] = ()  # US dollars a unit of other currencies
    columns: tuple[tuple[str, str], ...] = ()  # the files' own names, each with the layout's
    stages: tuple[tuple[str, str], ...] = ()  # and the scenario's


@dataclass
class Columns:
    """How each column of a file with dates or amounts is read."""

    told: Told = field(default_factory=Told)
    orders: dict[str, str] = field(default_factory=dict)
    decimals: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _asked: tuple[str, str, str] | None = None
    _answer: tuple[int | None, tuple[str, ...]] = None, ()

    @classmethod
    def of(cls, sheet: Sheet, told: Told) -> Columns:
        """Go through a file once. Raises ValueError for a column that may be read in two ways."""
        columns = cls(told)
        layout, width = sheet.layout, sheet.heading.width
        orders: dict[str, First] = {name: {} for name, _ in sheet.places_of(layout.dates)}
        decimals: dict[str, First] = {name: {} for name, _ in sheet.places_of(layout.amounts)}
        dated = [(orders[name], place) for name, place in sheet.places_of(layout.dates)]
        paid = [(decimals[name], place) for name, place in sheet.places_of(layout.amounts)]
        for line, row in sheet.rows():
            if len(row) != width:
                continue
            for first, place in dated:
                text = row[place]
                if text and text[4:5] != "-":  # a year that comes first tells nothing: most files have no others
                    first.setdefault(cell.order_told_by(text), (line, text.strip()))
            for first, place in paid:
                text = row[place]
                if text and (A_POINT not in first or "," in text or text.count(".") > 1):
                    first.setdefault(money.decimal_told_by(text), (line, text.strip()))
        for name, first in orders.items():
            columns.orders[name] = columns._order(sheet.path.name, name, first)
        for name, first in decimals.items():
            columns.decimals[name] = columns._decimal(sheet.path.name, name, first)
        return columns

    def day(self, column: str, text: str) -> date | None:
        """A date; None for an empty cell. Raises Unreadable."""
        return cell.day(text, self.orders.get(column, ""))

    def optional_day(self, column: str, text: str, mends: list[str]) -> date | None:
        """A date; None for an empty cell, and for one that cannot be read."""
        return cell.optional(column, lambda: self.day(column, text), None, mends) if text else None

    def cents(self, column: str, text: str, currency: str) -> tuple[int | None, tuple[str, ...]]:
        """An amount in whole cents of US dollars, and how it was mended; None for an empty cell. Raises Unreadable."""
        asked = column, text, currency
        if asked != self._asked:  # the account and the row's rule ask for the same
            found = money.amount(text, self.decimals.get(column, POINT))
            if found.cents is None or not (currency or found.currency):
                self._answer = found.cents, (found.mend,) if found.mend else ()
            else:
                self._answer = money.in_usd(found, currency, self.told.usd_per)
            self._asked = asked
        return self._answer

    def written(self, column: str, cents: int) -> str:
        """US dollars as the column writes them."""
        return f"{Decimal(cents) / 100:.2f}".replace(".", "," if self.decimals.get(column) == COMMA else ".")

    def _order(self, file: str, name: str, first: First) -> str:
        """Which of day and month comes first in a column."""
        ways = [way for way in (cell.MONTH_FIRST, cell.DAY_FIRST) if cell.TELLS[way] in first]
        if cell.SERIAL in first:
            line, text = first[cell.SERIAL]
            self.notes.append(f"{name} has numbers that are read as days of Excel, as {text} in line {line}")
        if not ways and cell.EITHER not in first:
            return cell.MONTH_FIRST if cell.SAME in first else ""
        if not self.told.dates and len(ways) != 1:
            line, text = first[cell.TELLS[ways[0]] if ways else cell.EITHER]
            other = f" and {first[cell.TELLS[ways[1]]][1]!r} in line {first[cell.TELLS[ways[1]]][0]}" if ways else ""
            raise ValueError(
                f"{file}: {name} may be read month first or day first "
                f"({text[:40]!r} in line {line}{other}); {SAY_DATES}."
            )
        order = self.told.dates or ways[0]
        self.notes.append(f"{name} is read {order.replace('_', ' ')}")
        return order

    def _decimal(self, file: str, name: str, first: First) -> str:
        """The decimal sign of a column."""
        if self.told.decimal:
            return self.told.decimal
        ways = [way for way in (POINT, COMMA) if money.TELLS[way] in first]
        if len(ways) == 1:
            if ways[0] == COMMA:
                self.notes.append(f"{name} is read with decimal commas")
            return ways[0]
        if not ways and money.EITHER_POINT not in first:
            if money.EITHER_COMMA in first:
                line, text = first[money.EITHER_COMMA]
                self.notes.append(
                    f"{name}: the comma of {text[:40]} in line {line} is read as a sign of thousands; "
                    f"if it is a decimal one, say {DECIMAL}: {COMMA}"
                )
            return POINT
        shown = [first[kind] for kind in sorted(first) if kind][:2]
        cells = " and ".join(f"{text[:40]!r} in line {line}" for line, text in shown)
        raise ValueError(f"{file}: the signs of {name} may be of decimals or thousands ({cells}); {SAY_DECIMAL}.")
