"""The open pipeline: each deal with its owner, stage, dates and amount."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.records import cells as cell
from sim.records.account import Account, Sink
from sim.records.cells import NameReader, Unreadable
from sim.records.columns import Columns
from sim.records.judge import Things, amount, day_number, entity_of, judge, name
from sim.records.known import Known
from sim.records.layout import folded
from sim.records.owners import Owners
from sim.records.roster import NOBODY, SeatRecord
from sim.records.sheet import Sheet

CLOSED_WORDS = {"closed", "closed won", "closed lost", "won", "lost", "no decision", "disqualified", "cancelled"}
FIELDS = (
    ("entity", "Q"), ("seat", "i"), ("segment", "h"), ("region", "h"), ("source", "h"), ("stage", "b"),
    ("attempt", "b"), ("created_day", "f"), ("entered_day", "f"), ("quiet_day", "f"),  # half days: exact in 32 bits
    ("forecast_close_day", "f"), ("quiet_before_days", "f"), ("times_reassigned", "h"), ("cents", "q"),
    ("customer", "Q"),
)  # fmt: skip


@dataclass(frozen=True)
class Deals:
    """The deals that are used, column by column; all arrays have one length.

    ``seat`` is NOBODY for a deal without owner. ``attempt`` counts from 0. Days are from the scenario's first day;
    NaN stands for an unknown ``entered_day`` or ``forecast_close_day`` and for a ``quiet_day`` of a deal in work.
    """

    columns: dict[str, np.ndarray]
    account: Account

    def __len__(self) -> int:
        return len(self.columns["entity"])


def read_pipeline(
    sheet: Sheet, known: Known, seats: Sequence[SeatRecord], dealt: bool, sink: Sink | None = None
) -> Deals:
    """Read an open pipeline.

    Args:
        seats: of the first day, whose names are the owners.
        dealt: no roster is given, so owners that are no seats are not looked for: such deals are dealt to the
            sellers of their segment and region.

    Raises ValueError where the file cannot be read.
    """
    columns = Columns.of(sheet, known.told)
    rule = _Rule(known, seats, dealt, set(sheet.heading.absent), columns)
    account = judge(sheet, rule, columns, sink)
    account.notes += rule.notes
    return Deals({field: np.frombuffer(column, column.typecode) for field, column in rule.columns.items()}, account)


class _Rule(Things):
    def __init__(self, known: Known, seats: Sequence[SeatRecord], dealt: bool, absent: set[str], read: Columns):
        self.columns: dict[str, array] = {field: array(code) for field, code in FIELDS}
        self._known, self._dealt, self._absent, self._read = known, dealt, absent, read
        self._segments = NameReader("segment", [segment for segment, _ in known.segments])
        self._regions = NameReader("region", known.regions)
        self._sources = NameReader("source", [source for source, _ in known.sources])
        self._usual_source = self._sources.names.index(known.usual_source)
        self._stages = [NameReader("stage", segment.stages) for _, segment in known.segments]
        self._own_stages = {folded(own): stage for own, stage in known.told.stages}
        sells = [known.roles[seat.role][1] == "sells" for seat in seats]
        self._owners = Owners(seats, sells, sellers_only=True)
        self._staffed = {(seat.segment, seat.region) for seat, one in zip(seats, sells, strict=True) if one}
        self._columns = tuple(self.columns.values())
        # Columns repeat themselves, so what a text means is worked out once.
        self._where = lru_cache(cell.KEPT)(self._place)
        self._at = lru_cache(cell.KEPT)(self._day)
        self._which = lru_cache(cell.KEPT)(self._stage)

    @property
    def notes(self) -> list[str]:
        """What holds for all rows, because a column is not there."""
        said = {
            "source": f"no column source: every deal counts as {self._known.usual_source}",
            "stage_entered_date": "no column stage_entered_date: the time in stage is drawn",
            "forecast_close_date": "no column forecast_close_date: the median of what remains is taken",
        }
        notes = [text for column, text in said.items() if column in self._absent]
        if self._dealt:
            notes.append("no roster: deals whose owner is no seat are dealt to the sellers of their place")
        return notes

    def keep(self, line: int, cells: tuple[str, ...]) -> list[str]:
        (
            key, owner, segment_text, region_text, source_text, stage_text, created_text, entered_text, forecast_text,
            amount_text, quiet_text, attempt_text, quiet_before, reassigned,
            customer, currency,
        ) = cells  # fmt: skip
        mends: list[str] = []
        cents = self._cents(amount_text, currency, mends)
        segment, region, seat, how = self._where(owner, segment_text, region_text)
        mends += how
        stage, how = self._which(segment, stage_text)
        mends += how
        source = self._source(source_text, mends)
        created, entered = self._dates(created_text, entered_text, mends)
        rule = self._known.segments[segment][1]
        longest = rule.longest(stage, cents / 100 or rule.usual_usd) * self._known.sources[source][1]
        quiet = self._quiet(quiet_text, created, entered, longest, mends)
        forecast = self._forecast(forecast_text, mends)
        attempt = self._attempt(attempt_text, segment, stage, quiet, mends)
        who = cell.unguarded(key)
        if not who:
            who = f"line {line}"
            mends.append("id is missing; the line number is taken")
        row = (
            entity_of("deal", who), seat, segment, region, source, stage, attempt, created, entered,
            quiet, forecast, self._number("days_quiet_before", quiet_before, mends),
            min(int(self._number("times_reassigned", reassigned, mends)), 1000), cents,
            entity_of("customer", customer),
        )  # fmt: skip
        for column, value in zip(self._columns, row, strict=True):
            column.append(value)
        return mends

    def _cents(self, text: str, currency: str, mends: list[str]) -> int:
        """The amount in cents; 0 where it is not known."""
        cents, how = self._read.cents("amount_usd", text, currency)
        if not cents:
            mends.append("amount is missing or 0; it is drawn by the law of its segment")
            return 0
        mends.extend(how)
        return amount(cents)

    def _number(self, column: str, text: str, mends: list[str]) -> float:
        if not text:
            return 0.0
        return cell.optional(column, lambda: cell.number(text), 0.0, mends)

    def _place(self, owner: str, segment_text: str, region_text: str) -> tuple[int, int, int, tuple[str, ...]]:
        """Segment, region and seat of a deal, its own where written, else its owner's; and how they were mended."""
        mends: list[str] = []
        found = [reader.code(text) for reader, text in ((self._segments, segment_text), (self._regions, region_text))]
        who = self._owners.find(owner, found[0][0], found[1][0])
        known = who.seat != NOBODY or who.several
        segment = self._part(self._segments, segment_text, found[0], who.segment if known else NOBODY, mends)
        region = self._part(self._regions, region_text, found[1], who.region if known else NOBODY, mends)
        what = "the name of several" if who.several else "not known as a seller" if owner.strip() else "missing"
        if segment == NOBODY or region == NOBODY:
            what = what.removesuffix(" as a seller")
            raise Unreadable(f"owner is {what}, nor segment and region", "" if known else self._owners.hint(owner))
        if who.seat == NOBODY:
            if (segment, region) not in self._staffed:
                raise Unreadable("nobody sells in its segment and region")
            if not self._dealt:
                mends.append(f"owner is {what}; the deal waits to be handed on")
        elif who.mend:
            mends.append(who.mend)
        return segment, region, who.seat, tuple(mends)

    def _part(self, reader: NameReader, text: str, found: tuple[int | None, str], owners: int, mends: list[str]) -> int:
        """The code of a segment or region, its owner's where it is not known; NOBODY where that is not known either."""
        code, mend = found
        if code is None:
            if text.strip():
                if owners == NOBODY:
                    raise Unreadable(f"{reader.what} is not known", reader.hint(text))
                mends.append(f"{reader.what} is not known; the owner's is taken")
            return owners
        if mend:
            mends.append(mend)
        return code

    def _stage(self, segment: int, text: str) -> tuple[int, tuple[str, ...]]:
        """The code of a stage, and how it was mended."""
        mends: list[str] = []
        text = self._own_stages.get(folded(text), text) if self._own_stages else text
        if folded(text) in CLOSED_WORDS and self._stages[segment].code(text)[0] is None:
            raise Unreadable("deal is closed")
        return name(self._stages[segment], text, mends), tuple(mends)

    def _source(self, text: str, mends: list[str]) -> int:
        code, mend = self._sources.code(text)
        if code is None:
            if "source" not in self._absent:
                mends.append(
                    f"source is {'not known' if text.strip() else 'missing'}; {self._known.usual_source} is taken"
                )
            return self._usual_source
        if mend:
            mends.append(mend)
        return code

    def _dates(self, created_text: str, entered_text: str, mends: list[str]) -> tuple[float, float]:
        """Days on which a deal was created and entered its stage, before the first day."""
        created, entered = (
            self._past("created_date", created_text, "created", mends),
            self._past("stage_entered_date", entered_text, "entered its stage", mends),
        )
        if math.isnan(created):
            if math.isnan(entered):
                self._read.day("created_date", created_text)
                raise Unreadable("created_date is missing")
            created = entered
            mends.append("created_date is missing; the day it entered its stage is taken")
        if math.isnan(entered):
            if "stage_entered_date" not in self._absent:
                mends.append("stage_entered_date is missing; the time in stage is drawn")
        elif entered < created:
            entered = created
            mends.append("stage_entered_date is before created_date; created_date is taken")
        return created, entered

    def _day(self, column: str, text: str) -> tuple[float, tuple[str, ...]]:
        """A date that need not be there, in days, and how it was mended; NaN for none."""
        mends: list[str] = []
        return day_number(self._known.calendar, self._read.optional_day(column, text, mends), noon=True), tuple(mends)

    def _past(self, column: str, text: str, what: str, mends: list[str]) -> float:
        day, how = self._at(column, text)
        mends += how
        if day > 1.0:
            raise Unreadable(f"{what} after the first day")
        return min(day, 0.0)

    def _quiet(self, text: str, created: float, entered: float, longest: float, mends: list[str]) -> float:
        """The day since which nobody has heard of the buyer; NaN for a deal in work."""
        quiet = self._past("quiet_since_date", text, "quiet", mends)
        if not math.isnan(quiet):
            if quiet < created:
                raise Unreadable("quiet since before it was created")
            return quiet
        if "quiet_since_date" not in self._absent:
            return quiet
        if -entered > longest:
            mends.append("longer in its stage than 999 in 1,000 deals; it counts as gone quiet")
            return entered + longest
        return quiet

    def _forecast(self, text: str, mends: list[str]) -> float:
        forecast, how = self._at("forecast_close_date", text)
        mends += how
        if math.isnan(forecast):
            if "forecast_close_date" not in self._absent:
                mends.append("forecast_close_date is missing; the median of what remains is taken")
        elif forecast < 0.0:
            mends.append("forecast_close_date has passed; it is pushed on")
        return forecast

    def _attempt(self, text: str, segment: int, stage: int, quiet: float, mends: list[str]) -> int:
        """Which try at its stage this is, from 0; a quiet deal will make its next try when it comes back."""
        given = max(int(self._number("attempt", text, mends)) - 1, 0)
        most = self._known.segments[segment][1].attempts[stage] - 1
        if given > most:
            mends.append("attempt is above what the stage allows; the last is taken")
        attempt = min(given, most)
        return min(attempt + 1, most) if not math.isnan(quiet) else attempt
