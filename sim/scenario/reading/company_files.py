"""The files of an opening: found where the scenario says, held against its names, read, and handed on with it."""

from __future__ import annotations

import math
from pathlib import Path

from sim.records.columns import Told
from sim.records.files import CompanyFiles, Stamp
from sim.records.known import Known, Segment
from sim.records.layout import LAYOUTS
from sim.records.reading import Reading, UnreadableFile, read
from sim.records.sheet import Sheet
from sim.scenario.checks.names import unknown_names
from sim.scenario.deals import Duration
from sim.scenario.errors import Problem
from sim.scenario.opening import OpeningFiles, Team
from sim.scenario.scenario import Scenario
from sim.scenario.uncertainty import find_rows

STANDARD_NORMAL_999 = 3.0902  # 999 in 1,000 lie below

Readings = dict[CompanyFiles, Reading]


def read_files(
    scenario: Scenario, folders: tuple[Path, ...], readings: Readings
) -> tuple[Reading | None, list[Problem]]:
    """Find an opening's files and read them, unless equal ones are among ``readings``; answers also what is wrong."""
    files, problems = _find(scenario, folders)
    if problems:
        return None, problems
    try:
        return readings.setdefault(files, readings.get(files) or read(files)), []
    except UnreadableFile as error:
        return None, [Problem(("opening", "files", error.kind), str(error))]


def with_records(scenario: Scenario, reading: Reading) -> Scenario:
    """The scenario with what was read; with a roster, its teams are those of the roster."""
    teams = {
        name: Team(role=role, region=region, segment=segment, seats=seats)
        for name, role, segment, region, seats in reading.teams
    }
    return scenario.model_copy(update={"opening": scenario.opening.with_records(reading.records, teams)})


def _find(scenario: Scenario, folders: tuple[Path, ...]) -> tuple[CompanyFiles, list[Problem]]:
    """The files of an opening, with their headings read; and what is wrong with them."""
    assert scenario.opening.files is not None
    files: list[tuple[str, Stamp]] = []
    known = known_of(scenario)
    problems: list[Problem] = list(unknown_names(scenario, scenario.opening.files, ("opening", "files")))
    for kind, file in scenario.opening.files.given.items():
        try:
            path = find_rows(file, folders)
            Sheet.open(path, LAYOUTS[kind], known.told.columns)
            files.append((kind, Stamp.of(path)))
        except ValueError as problem:
            problems.append(Problem(("opening", "files", kind), str(problem)))
    teams = scenario.opening.teams.items() if scenario.opening.files.roster is None else ()
    counted = tuple((name, team.role, team.segment, team.region, team.seats) for name, team in teams)
    return CompanyFiles(known, tuple(files), counted), problems


def known_of(scenario: Scenario) -> Known:
    """What the rows of files are held against; the scenario at its central values."""
    world = scenario.world
    sources = world.sources
    own = [name for name, source in sources.items() if source.of_sellers]
    return Known(
        calendar=scenario.calendar(1),
        roles=tuple((name, role.duty) for name, role in world.roles.items()),
        segments=tuple(
            (
                name,
                Segment(
                    tuple(segment.stages),
                    tuple(stage.attempts for stage in segment.stages.values()),
                    tuple(longest_days(stage.duration) for stage in segment.stages.values()),
                    segment.contracts is not None,
                    segment.cycle_elasticity_to_size,
                    segment.usual_usd,
                ),
            )
            for name, segment in world.segments.items()
        ),
        regions=tuple(world.regions),
        sources=tuple((name, source.cycle_multiplier) for name, source in sources.items()),
        usual_source=own[0] if own else next(iter(sources)),
        told=_told(scenario.opening.files),
    )


def _told(files: OpeningFiles | None) -> Told:
    if files is None:
        return Told()
    return Told(
        dates=files.dates or "",
        decimal=files.decimal or "",
        usd_per=tuple(files.usd_per.items()),
        columns=tuple(files.columns.items()),
        stages=tuple(files.stages.items()),
    )


def longest_days(law: Duration) -> float:
    """Days that hardly any attempt at a stage takes: past the 999th of 1,000, and twice the mean at least.

    Twice the mean leaves room for a busy rep, whose deals all take longer than the law says.
    """
    mean = law.average_days
    longest = mean
    if law.law == "lognormal":
        longest = mean * math.exp(-0.5 * law.sigma_log**2 + law.sigma_log * STANDARD_NORMAL_999)
    elif law.law == "exponential":
        longest = mean * -math.log(0.001)
    elif law.days is not None and law.weights is not None:
        longest = max(day for day, weight in zip(law.days, law.weights, strict=True) if weight > 0)
    return max(longest, 2.0 * mean)
