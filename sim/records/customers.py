"""The installed base: each customer's recurring revenue and the term it runs to."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.records import cells as cell
from sim.records.account import Account, Sink
from sim.records.cells import NameReader, Unreadable
from sim.records.columns import Columns
from sim.records.judge import Things, amount, day_number, entity_of, judge
from sim.records.known import Known
from sim.records.owners import Owners
from sim.records.roster import NOBODY, SeatRecord
from sim.records.sheet import Sheet

NOT_TOLD = -1
A_YEAR_DAYS = 366.0
FIELDS = (
    ("entity", "Q"), ("seat", "i"), ("segment", "h"), ("region", "h"), ("cents", "q"),
    ("start_day", "d"), ("end_day", "d"), ("seller_left", "b"),
)  # fmt: skip


@dataclass(frozen=True)
class Customers:
    """The customers that are used, column by column. ``seat`` is its seller's, NOBODY for one without.

    ``seller_left``: whether it has lost its seller within the term, 1 or 0; NOT_TOLD where the file does not say.
    """

    columns: dict[str, np.ndarray]
    account: Account

    def __len__(self) -> int:
        return len(self.columns["entity"])


def read_customers(
    sheet: Sheet, known: Known, seats: Sequence[SeatRecord], dealt: bool, sink: Sink | None = None
) -> Customers:
    """Read an installed base.

    Args:
        seats: of the first day, whose names are the owners.
        dealt: no roster is given, so owners that are no seats are not looked for.

    Raises ValueError where the file cannot be read.
    """
    columns = Columns.of(sheet, known.told)
    rule = _Rule(known, seats, dealt, columns)
    account = judge(sheet, rule, columns, sink)
    if dealt:
        account.notes.append("no roster: customers whose owner is no seat are dealt to the sellers of their place")
    return Customers({field: np.frombuffer(column, column.typecode) for field, column in rule.columns.items()}, account)


class _Rule(Things):
    def __init__(self, known: Known, seats: Sequence[SeatRecord], dealt: bool, read: Columns):
        self.columns: dict[str, array] = {field: array(code) for field, code in FIELDS}
        self._known, self._dealt, self._read = known, dealt, read
        self._segments = NameReader("segment", [segment for segment, _ in known.segments])
        self._regions = NameReader("region", known.regions)
        self._sells = [known.roles[seat.role][1] == "sells" for seat in seats]
        self._owners = Owners(seats, self._sells, sellers_only=False)

    def keep(self, line: int, cells: tuple[str, ...]) -> list[str]:
        key, owner, segment_text, region_text, arr_text, start_text, end_text, left_text, currency = cells
        arr, how = self._read.cents("arr_usd", arr_text, currency)
        mends = list(how)
        cents = amount(arr)
        places = self._segments.code(segment_text)[0], self._regions.code(region_text)[0]
        who = self._owners.find(owner, *places)
        segment = self._part(self._segments, segment_text, who.segment, mends)
        region = self._part(self._regions, region_text, who.region, mends)
        if not self._known.segments[segment][1].keeps:
            raise Unreadable("segment has no contracts in the scenario")
        unknown = who.seat == NOBODY and not self._dealt
        left = unknown and bool(owner.strip()) and not who.several
        if left:
            mends.append("owner is not known; a seller of its place has taken over and may lose it")
        elif unknown:
            what = "the name of several" if who.several else "missing"
            mends.append(f"owner is {what}; a seller of its place is taken")
        elif who.mend:
            mends.append(who.mend)
        told = cell.optional("seller_left", lambda: cell.yes_or_no(left_text), None, mends)
        seller_left = (1 if left else NOT_TOLD) if told is None else int(told)
        start, end = self._term(start_text, end_text, mends)
        title = cell.unguarded(key)
        if not title:
            title = f"line {line}"
            mends.append("id is missing; the line number is taken")
        row = (
            entity_of("customer", title), who.seat if who.seat != NOBODY and self._sells[who.seat] else NOBODY,
            segment, region, cents, start, end, seller_left,
        )  # fmt: skip
        for column, value in zip(self.columns.values(), row, strict=True):
            column.append(value)
        return mends

    def _part(self, reader: NameReader, text: str, owners: int, mends: list[str]) -> int:
        code, mend = reader.code(text)
        if code is None and owners != NOBODY:
            if text.strip():
                mends.append(f"{reader.what} is not known; the owner's is taken")
            return owners
        if code is None:
            what = "not known" if text.strip() else "missing"
            raise Unreadable(f"{reader.what} is {what}, and the owner does not tell it", reader.hint(text))
        if mend:
            mends.append(mend)
        return code

    def _term(self, start_text: str, end_text: str, mends: list[str]) -> tuple[float, float]:
        """When the term began and when it ends, which lies after the first day."""
        start = day_number(self._known.calendar, self._read.day("term_start", start_text), noon=True)
        end = day_number(self._known.calendar, self._read.day("term_end", end_text), noon=True)
        if math.isnan(start) or math.isnan(end):
            raise Unreadable("term_start or term_end is missing")
        if end <= start:
            raise Unreadable("term_end is not after term_start")
        if start > 1.0:
            raise Unreadable("term begins after the first day")
        if -end > min(end - start, A_YEAR_DAYS):
            raise Unreadable("contract ended longer ago than its term, or than a year")
        if end <= 0.0:
            start, end = self._renewed(start, end)
            mends.append("term_end has passed; it is taken to have been renewed for the same term")
        late = max(start, 0.0)  # of the first day: it began with the day
        return start - late, end - late

    def _renewed(self, start: float, end: float) -> tuple[float, float]:
        """The like term in which the first day falls: so many months later, or days where it is not whole months."""
        calendar = self._known.calendar
        months = round(float(calendar.months_between(start, end)))
        if months and float(calendar.plus_months(start, months)) == end:
            terms = math.floor(float(calendar.months_between(start, 0.0)) / months)
            first, last = calendar.plus_months(start, months * np.array([terms, terms + 1]))
            return float(first), float(last)
        terms = math.floor(-end / (end - start)) + 1
        return start + terms * (end - start), end + terms * (end - start)
