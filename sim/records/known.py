"""What rows of a file are held against: a scenario's names, its first day, and how long a stage may take."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.calendar import Calendar
from sim.records.columns import Told


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
