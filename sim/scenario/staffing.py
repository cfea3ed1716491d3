"""Staffing: what a plan does, on dates, with people who are already here."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.scenario.names import RegionName, RoleName, SegmentName
from sim.scenario.quantities import Cost, Count, Day, Logit, NotNegative, Noun, Positive, Share

Who = Literal["longest_tenure", "shortest_tenure", "top_sellers", "bottom_sellers"]
Seat = Literal["backfill", "close"]


class _Some(Noun):
    """Some of the people of a role, segment and region; each left out stands for all."""

    role: RoleName | None = Field(default=None, description="none for everybody")
    region: RegionName | None = Field(default=None, description="none for all regions")
    segment: SegmentName | None = Field(default=None, description="none for all segments")
    on_date: Day = Field(description="the day on which it happens")
    count: Count | None = Field(default=None, description="how many; 1 unless a share is given")
    share: Share | None = Field(default=None, description="of those there on that day, instead of a count")
    who: Who = Field(
        default="longest_tenure",
        description="sellers are ordered by attainment in the last two quarters, or by ability before the first close",
    )

    @model_validator(mode="after")
    def _one_number(self) -> _Some:
        if self.count is not None and self.share is not None:
            raise ValueError("give either count or share")
        return self

    def number_of(self, people: int) -> int:
        """How many of so many people are meant; half a person counts as one."""
        if self.share is not None:
            return int(self.share * people + 0.5)
        return 1 if self.count is None else self.count


class Departure(_Some):
    """People who leave on a date that is known: a layoff, or resignations that are feared."""

    severance_weeks: NotNegative = Field(default=0.0, le=520, description="of base salary, paid on the last day")
    seat: Seat = Field(default="backfill", description="backfill: as any leaver's; close: the position is gone")


class Transfer(_Some):
    """People who move to a new seat on a date: a promotion, or a change of segment, region or job."""

    role: RoleName = Field(description="the role that they come from")
    count: Count | None = Field(default=None, description="how many; 1 unless given; each gets a new seat")
    share: None = Field(default=None, description="not used; give count")
    to_role: RoleName | None = Field(default=None, description="the same role unless given")
    to_segment: SegmentName | None = Field(default=None, description="the same segment unless given")
    to_region: RegionName | None = Field(default=None, description="the same region unless given")
    keeps_ramp_share: Share = Field(default=0.0, description="part of the ramp run so far that counts in the new seat")
    old_seat: Seat = Field(default="backfill", description="backfill: as a leaver's; close: the position is gone")


class Training(Noun):
    """A training for everybody of a role who is at work on a date: days lost at once, better odds that fade."""

    role: RoleName = Field(description="who is trained")
    region: RegionName | None = Field(default=None, description="none for all regions")
    segment: SegmentName | None = Field(default=None, description="none for all segments")
    on_date: Day = Field(description="the day on which it begins")
    cost_usd_per_head: Cost = Field(default=0.0, description="US dollars for each of them")
    days_away: float = Field(default=2.0, ge=0, le=90, description="calendar days without any hours")
    logit: Logit = Field(default=0.0, description="log-odds a stage gained on the date")
    half_life_days: Positive = Field(default=180.0, le=3650, description="days in which half of it is forgotten")
