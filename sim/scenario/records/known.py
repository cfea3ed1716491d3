"""What rows of a file are held against: a scenario's names, its first day, and how long a stage may take."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sim.calendar import Calendar
from sim.scenario.deals import Duration
from sim.scenario.opening import OpeningFiles
from sim.scenario.records.columns import Told
from sim.scenario.scenario import Scenario

STANDARD_NORMAL_999 = 3.0902  # 999 in 1,000 lie below


@dataclass(frozen=True)
class Segment:
    """A segment's stages, each with the most tries it allows and the days that hardly any try takes."""

    stages: tuple[str, ...]
    attempts: tuple[int, ...]
    longest_days: tuple[float, ...]
    keeps: bool  # whether its customers have contracts
    elasticity: float = 0.0  # of days in a stage to a deal's size
    usual_usd: float = 1.0

    def longest(self, stage: int, usd: float) -> float:
        """Days that hardly any try of a deal of some size takes."""
        return self.longest_days[stage] * (max(usd, 0.01) / self.usual_usd) ** self.elasticity


@dataclass(frozen=True)
class Known:
    """The scenario at its central values, as far as files need it. It names a reading: equal ones are read once."""

    calendar: Calendar
    roles: tuple[tuple[str, str], ...]  # name and duty
    segments: tuple[tuple[str, Segment], ...]
    regions: tuple[str, ...]
    sources: tuple[tuple[str, float], ...]  # name and cycle multiplier
    usual_source: str  # of deals whose source nobody wrote down
    told: Told = field(default_factory=Told)  # of how the files are written

    @classmethod
    def of(cls, scenario: Scenario) -> Known:
        world = scenario.world
        sources = world.sources
        own = [name for name, source in sources.items() if source.of_sellers]
        return cls(
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
