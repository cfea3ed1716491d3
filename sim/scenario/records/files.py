"""The files of an opening: found once, read once a process however many replications ask for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

from sim.scenario.errors import Problem, ScenarioError, unknown
from sim.scenario.records.account import Account, Sink
from sim.scenario.records.customers import Customers, read_customers
from sim.scenario.records.known import Known
from sim.scenario.records.layout import LAYOUTS
from sim.scenario.records.pipeline import Deals, read_pipeline
from sim.scenario.records.roster import Roster, SeatRecord, TeamOfSeats, read_roster, seats_of_teams
from sim.scenario.records.sheet import Sheet
from sim.scenario.scenario import Scenario
from sim.scenario.uncertainty import find_rows

READINGS_KEPT = 4

T = TypeVar("T")


@dataclass(frozen=True)
class Stamp:
    """A file as it was when it was found; an edited one has another stamp."""

    path: Path
    size: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        facts = path.stat()
        return cls(path, facts.st_size, facts.st_mtime_ns)


@dataclass(frozen=True)
class Found:
    """The files of an opening, with all that their rows are held against. Equal ones are read once."""

    known: Known
    files: tuple[tuple[str, Stamp], ...]
    teams: tuple[TeamOfSeats, ...]  # the seats where there is no roster

    @cached_property
    def stamps(self) -> dict[str, Stamp]:
        """The files by kind."""
        return dict(self.files)

    def sheet(self, kind: str) -> Sheet:
        """A file with its heading read. Raises ScenarioError."""
        try:
            return Sheet.open(self.stamps[kind].path, LAYOUTS[kind], self.known.told.columns)
        except ValueError as problem:
            raise ScenarioError(f"opening.files.{kind}: {problem}") from None


def find_files(scenario: Scenario, folders: tuple[Path, ...]) -> tuple[Found, list[Problem]]:
    """Find an opening's files and read their headings; answers also what is wrong with them."""
    assert scenario.opening.files is not None
    files: list[tuple[str, Stamp]] = []
    known = Known.of(scenario)
    problems = list(_names_not_known(known))
    for kind, file in scenario.opening.files.given.items():
        try:
            path = find_rows(file, folders)
            Sheet.open(path, LAYOUTS[kind], known.told.columns)
            files.append((kind, Stamp.of(path)))
        except ValueError as problem:
            problems.append(Problem(("opening", "files", kind), str(problem)))
    teams = () if scenario.opening.files.roster else _counted(scenario)
    found = Found(known, tuple(files), teams)
    if not problems and scenario.opening.files.roster:
        try:
            read_roster_of(found)
        except ScenarioError as error:
            text = str(error).removeprefix("opening.files.roster: ")
            problems.append(Problem(("opening", "files", "roster"), text))
    return found, problems


def _names_not_known(known: Known) -> Iterator[Problem]:
    """What the scenario calls the files' own columns and stages must be there."""
    columns = list(dict.fromkeys(column for layout in LAYOUTS.values() for column in layout.columns))
    stages = list(dict.fromkeys(stage for _, segment in known.segments for stage in segment.stages))
    told = known.told
    for key, what, pairs, names in (
        ("columns", "column", told.columns, columns), ("stages", "stage", told.stages, stages),
    ):  # fmt: skip
        for name, given in pairs:
            if given not in names:
                yield unknown(("opening", "files", key, name), given, what, names)


def with_files(scenario: Scenario, found: Found) -> Scenario:
    """The scenario with its files; with a roster, its teams are those of the roster."""
    teams = read_roster_of(found).teams if "roster" in found.stamps else {}
    return scenario.model_copy(update={"opening": scenario.opening.with_found(found, teams)})


def _counted(scenario: Scenario) -> tuple[TeamOfSeats, ...]:
    return tuple(
        (name, team.role, team.segment, team.region, team.seats) for name, team in scenario.opening.teams.items()
    )


def seats_of(found: Found) -> list[SeatRecord]:
    """The seats of the first day: those of the roster, else those of the teams."""
    return read_roster_of(found).seats if "roster" in found.stamps else seats_of_teams(found.teams, found.known)


@lru_cache(READINGS_KEPT)
def read_roster_of(found: Found) -> Roster:
    """The roster. Raises ScenarioError where the file cannot be read."""
    return _named("roster", lambda: read_roster(found.sheet("roster"), found.known))


@lru_cache(READINGS_KEPT)
def read_pipeline_of(found: Found) -> Deals:
    """The open pipeline. Raises ScenarioError where the file cannot be read."""
    sheet, dealt = found.sheet("pipeline"), "roster" not in found.stamps
    return _named("pipeline", lambda: read_pipeline(sheet, found.known, seats_of(found), dealt))


@lru_cache(READINGS_KEPT)
def read_customers_of(found: Found) -> Customers:
    """The installed base. Raises ScenarioError where the file cannot be read."""
    sheet, dealt = found.sheet("customers"), "roster" not in found.stamps
    return _named("customers", lambda: read_customers(sheet, found.known, seats_of(found), dealt))


def accounts_of(found: Found) -> list[Account]:
    """What became of the rows of each file. Raises ScenarioError where one cannot be read."""
    return [_account_of(found, kind) for kind in found.stamps]


def _account_of(found: Found, kind: str) -> Account:
    if kind == "roster":
        return read_roster_of(found).account
    return read_pipeline_of(found).account if kind == "pipeline" else read_customers_of(found).account


def list_set_aside(found: Found, kind: str, sink: Sink) -> None:
    """Go through a file once more and hand on each row that is set aside."""
    sheet = found.sheet(kind)
    if kind == "roster":
        read_roster(sheet, found.known, sink)
    elif kind == "pipeline":
        read_pipeline(sheet, found.known, seats_of(found), "roster" not in found.stamps, sink)
    else:
        read_customers(sheet, found.known, seats_of(found), "roster" not in found.stamps, sink)


def _named(kind: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except ValueError as problem:
        raise ScenarioError(f"opening.files.{kind}: {problem}") from None
