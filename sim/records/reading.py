"""Reading: all files of a company at once, with the account of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sim.records.account import Account, Sink
from sim.records.customers import Customers, read_customers
from sim.records.files import CompanyFiles
from sim.records.pipeline import Deals, read_pipeline
from sim.records.records import Records, in_playing_order
from sim.records.roster import Roster, SeatRecord, TeamOfSeats, read_roster, seats_of_teams

T = TypeVar("T")


class UnreadableFile(ValueError):
    """A file that cannot be used. Its text says why; ``kind`` is roster, pipeline or customers."""

    def __init__(self, kind: str, reason: str):
        super().__init__(reason)
        self.kind = kind


@dataclass(frozen=True)
class Reading:
    """A company's files as they were read: what replications are played from, and what became of each file's rows."""

    files: CompanyFiles
    records: Records
    accounts: tuple[Account, ...]
    teams: tuple[TeamOfSeats, ...]  # that a roster makes


def read(files: CompanyFiles) -> Reading:
    """Read all files, each once. Raises UnreadableFile."""
    roster = read_roster_of(files) if "roster" in files.stamps else None
    seats = roster.seats if roster else seats_of_teams(files.teams, files.known)
    deals = read_pipeline_of(files, seats) if "pipeline" in files.stamps else None
    customers = read_customers_of(files, seats) if "customers" in files.stamps else None
    by_kind = {"roster": roster, "pipeline": deals, "customers": customers}
    return Reading(
        files,
        in_playing_order(files, seats, deals, customers),
        tuple(one.account for kind in files.stamps if (one := by_kind[kind]) is not None),
        roster.teams if roster else (),
    )


def seats_of(files: CompanyFiles) -> list[SeatRecord]:
    """The seats of the first day: those of the roster, else those of the teams. Raises UnreadableFile."""
    return read_roster_of(files).seats if "roster" in files.stamps else seats_of_teams(files.teams, files.known)


def read_roster_of(files: CompanyFiles, sink: Sink | None = None) -> Roster:
    """The roster. Raises UnreadableFile."""
    return _told("roster", lambda: read_roster(files.sheet("roster"), files.known, sink))


def read_pipeline_of(files: CompanyFiles, seats: Sequence[SeatRecord], sink: Sink | None = None) -> Deals:
    """The open pipeline. ``seats``: of the first day, from ``seats_of``. Raises UnreadableFile."""
    dealt = "roster" not in files.stamps
    return _told("pipeline", lambda: read_pipeline(files.sheet("pipeline"), files.known, seats, dealt, sink))


def read_customers_of(files: CompanyFiles, seats: Sequence[SeatRecord], sink: Sink | None = None) -> Customers:
    """The installed base. ``seats``: of the first day, from ``seats_of``. Raises UnreadableFile."""
    dealt = "roster" not in files.stamps
    return _told("customers", lambda: read_customers(files.sheet("customers"), files.known, seats, dealt, sink))


def list_set_aside(reading: Reading, kind: str, sink: Sink) -> None:
    """Go through a file once more and hand on each row that is set aside. Raises UnreadableFile."""
    if kind == "roster":
        read_roster_of(reading.files, sink)
    else:
        again = read_pipeline_of if kind == "pipeline" else read_customers_of
        again(reading.files, reading.records.seats, sink)


def _told(kind: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except ValueError as problem:
        raise UnreadableFile(kind, str(problem)) from None
