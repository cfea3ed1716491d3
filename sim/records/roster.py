"""The roster: who sits where and since when, with the seats that stand empty."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sim.records import cells as cell
from sim.records.account import Account, Sink
from sim.records.cells import NameReader, Unreadable
from sim.records.columns import Columns
from sim.records.judge import amount, day_number, judge, name
from sim.records.known import Known
from sim.records.layout import folded
from sim.records.sheet import Sheet

NOBODY = -1
NEEDS_SEGMENT = ("sells", "prospects")
HELD_WORDS = ("", "held", "active", "employed", "filled")
OPEN_WORDS = ("open", "vacant", "empty", "terminated", "left")
_NOBODY_YET = re.compile(
    r"(tb[hda]|to be (hired|announced)|vacant|vacancy|open)( (seat|role|position|headcount|req|hire))?( \d+)?"
)

TeamOfSeats = tuple[str, str, str | None, str, int]  # title, role, segment, region, seats


@dataclass(frozen=True)
class SeatRecord:
    """One row: a seat and whoever holds it. Codes index the scenario's names; ``start_day`` is None where unknown."""

    name: str  # unlike all others, for its luck
    role: int
    segment: int
    region: int
    held: bool = True
    start_day: float | None = None
    leaves_day: float = math.inf  # of somebody who is known to be leaving
    quota_usd: float = 0.0  # of the last quarter
    sold_usd: float = 0.0
    named: str = ""  # as the file has it, where others have the same name
    id: str = ""

    @property
    def written(self) -> str:
        """The name as the file has it."""
        return self.named or self.name


@dataclass
class Roster:
    """The seats of the first day."""

    seats: list[SeatRecord]
    account: Account
    teams: tuple[TeamOfSeats, ...] = ()  # the same seats, counted by role, segment and region


def read_roster(sheet: Sheet, known: Known, sink: Sink | None = None) -> Roster:
    """Read a roster. Raises ValueError where the file cannot be read or leaves nobody."""
    columns = Columns.of(sheet, known.told)
    rule = _Rule(known, columns)
    account = judge(sheet, rule, columns, sink)
    if not rule.seats:
        raise ValueError(f"{sheet.path.name} has no row that can be used: it has none below the heading.")
    return Roster(_told_apart(rule.seats), account, _teams(rule.seats, known))


def _told_apart(seats: list[SeatRecord]) -> list[SeatRecord]:
    """Seats with names of their own: those that share one are known by their id, or counted."""
    counts = Counter(seat.name for seat in seats)
    taken = {name for name, count in counts.items() if count == 1}
    apart: list[SeatRecord] = []
    for seat in seats:
        name, mark = seat.name, 1
        if counts[name] > 1:
            name = f"{seat.name} ({seat.id})" if seat.id else seat.name
            while name in taken:
                mark += 1
                name = f"{seat.name} ({mark})"
            taken.add(name)
            seat = replace(seat, name=name, named=seat.name)
        apart.append(seat)
    return apart


def _teams(seats: list[SeatRecord], known: Known) -> tuple[TeamOfSeats, ...]:
    counts: dict[tuple[int, int, int], int] = {}
    for seat in seats:
        place = (seat.role, seat.segment, seat.region)
        counts[place] = counts.get(place, 0) + 1
    teams: list[TeamOfSeats] = []
    for (role, segment, region), count in counts.items():
        segment_name = None if segment == NOBODY else known.segments[segment][0]
        title = " ".join(["roster", known.roles[role][0], segment_name or "all", known.regions[region]])
        teams.append((title, known.roles[role][0], segment_name, known.regions[region], count))
    return tuple(teams)


class _Rule:
    def __init__(self, known: Known, columns: Columns):
        self.seats: list[SeatRecord] = []
        self._columns = columns
        self._known = known
        self._roles = NameReader("role", [role for role, _ in known.roles])
        self._segments = NameReader("segment", [segment for segment, _ in known.segments])
        self._regions = NameReader("region", known.regions)

    def keep(self, line: int, cells: tuple[str, ...]) -> list[str]:
        who, role_text, segment_text, region_text, start_text, status, end_text, quota, sold, key = cells
        mends: list[str] = []
        held, leaves = _is_held(status), self._leaves(end_text, mends)
        if held and _is_nobody(who):
            held = False
            mends.append("name stands for nobody; the seat is open")
        if held and leaves <= 0.0:
            held = False
            mends.append("end_date has passed; the seat is open")
        role = name(self._roles, role_text, mends)
        region = name(self._regions, region_text, mends)
        segment = self._segment(segment_text, role, mends)
        title = cell.unguarded(who)
        if not title:
            if held:
                raise Unreadable("name is missing")
            title = f"open seat in line {line}"
        start = day_number(self._known.calendar, self._columns.optional_day("start_date", start_text, mends))
        if start > 0.0:
            raise Unreadable("starts after the first day", " People who come later are requisitions of the plan.")
        unknown = math.isnan(start)
        if held and unknown:
            mends.append("start_date is missing; tenure is drawn from the long run")
        quota_usd = self._usd("quota_usd_last_quarter", quota, mends)
        sold_usd = self._usd("sold_usd_last_quarter", sold, mends)
        tenure = None if unknown else start
        self.seats.append(
            SeatRecord(title, role, segment, region, held, tenure, leaves, quota_usd, sold_usd, id=cell.unguarded(key))
        )
        return mends

    def repeats(self, cells: tuple[str, ...]) -> bool:
        """Five rows "TBH" are five open seats; a person whose row is there twice is one, as is what has an id."""
        return not cells[-1].strip() and (not _is_held(cells[5]) or _is_nobody(cells[0]))

    def _usd(self, column: str, text: str, mends: list[str]) -> float:
        """An amount of the last quarter; 0 where none is known."""

        def read() -> float:
            cents, how = self._columns.cents(column, text, "")
            mends.extend(how)
            return amount(cents) / 100.0

        return cell.optional(column, read, 0.0, mends) if text.strip() else 0.0

    def _leaves(self, text: str, mends: list[str]) -> float:
        """The day on which somebody's last one ends; infinite where none is known."""
        last = self._columns.optional_day("end_date", text, mends)
        return math.inf if last is None else day_number(self._known.calendar, last) + 1.0

    def _segment(self, text: str, role: int, mends: list[str]) -> int:
        if text.strip() or self._known.roles[role][1] in NEEDS_SEGMENT:
            return name(self._segments, text, mends)
        return NOBODY


def _is_nobody(name: str) -> bool:
    return _NOBODY_YET.fullmatch(folded(name)) is not None


def _is_held(status: str) -> bool:
    word = status.strip().casefold()
    if word not in HELD_WORDS + OPEN_WORDS:
        raise Unreadable("status is not known", " It is held or open.")
    return word in HELD_WORDS


def seats_of_teams(teams: Iterable[TeamOfSeats], known: Known) -> list[SeatRecord]:
    """The seats of teams, by whose names files know their owners where there is no roster."""
    roles = [role for role, _ in known.roles]
    segments = [segment for segment, _ in known.segments]
    return [
        SeatRecord(
            name=f"{title}/{k + 1}",
            role=roles.index(role),
            segment=NOBODY if segment is None else segments.index(segment),
            region=known.regions.index(region),
        )
        for title, role, segment, region, seats in teams
        for k in range(seats)
    ]
