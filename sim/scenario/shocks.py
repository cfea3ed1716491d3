"""Shocks: what befalls the world on a date, such as a competitor's price cut. Any number may act at once."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.names import RegionName, RoleName, SegmentName, SourceName
from sim.scenario.quantities import Day, Logit, Noun

ON_LOG_ODDS = ("odds", "renewals")
ON_SOURCES = ("leads", "odds", "cycle", "size")
ON_PEOPLE = ("exits", "recruiting", "ramp")


class ShockBase(Noun):
    """What acts, how strongly, and on whom. At strength s a multiplier acts as its power s, log-odds as s times them.

    Shocks act at the weekly ticks from the first day on; where several meet they multiply, or add up as log-odds.
    """

    acts_on: Literal["leads", "odds", "cycle", "size", "exits", "recruiting", "ramp", "renewals", "expansion"] = Field(
        description="leads and expansion by number, odds of a stage, cycle and recruiting by days, size by dollars, "
        "exits by hazard, ramp by its pace"
    )
    multiplier: Annotated[float, Field(ge=0, le=10)] | None = Field(default=None, description="at full strength")
    logit: Logit | None = Field(default=None, description="at full strength, for odds and renewals")
    segment: SegmentName | None = Field(default=None, description="only there; none for all")
    region: RegionName | None = Field(default=None, description="only there; none for all")
    source: SourceName | None = Field(default=None, description="only its deals, for leads, odds, cycle and size")
    role: RoleName | None = Field(default=None, description="only its people, for exits, recruiting and ramp")

    @model_validator(mode="after")
    def _fits_what_it_acts_on(self) -> ShockBase:
        wanted, other = ("logit", "multiplier") if self.acts_on in ON_LOG_ODDS else ("multiplier", "logit")
        if getattr(self, wanted) is None or getattr(self, other) is not None:
            raise ValueError(f"a shock that acts on {self.acts_on} has a {wanted} and no {other}")
        if self.source is not None and self.acts_on not in ON_SOURCES:
            raise ValueError(f"source is given, but a shock on {self.acts_on} acts on all sources")
        if self.role is not None and self.acts_on not in ON_PEOPLE:
            raise ValueError(f"role is given, but a shock on {self.acts_on} does not act on people")
        durable = self.acts_on in ("cycle", "size", "recruiting", "ramp")
        if self.multiplier == 0 and (durable or not isinstance(self, Step)):
            raise ValueError("multiplier must be above 0 here; only a step of other things may stop them")
        return self


class Between(ShockBase):
    """A shock with a beginning and perhaps an end."""

    from_date: Day = Field(description="the day on which it begins")
    to_date: Day | None = Field(default=None, description="the first day without it; none for good")

    @model_validator(mode="after")
    def _ordered(self) -> Between:
        if self.to_date is not None and self.to_date <= self.from_date:
            raise ValueError(f"to_date {self.to_date} is not after from_date {self.from_date}")
        return self


class Step(Between):
    """Full strength from a date on, for good or until another date."""

    kind: Literal["step"]


class Ramp(Between):
    """Strength that grows evenly from nothing to full."""

    kind: Literal["ramp"]
    ramp_days: float = Field(ge=0.01, le=3650, description="days from nothing to full strength")


class Decay(Between):
    """Full strength at once, which then fades by half in each half-life."""

    kind: Literal["decay"]
    half_life_days: float = Field(ge=0.01, le=3650, description="days in which its strength halves")


class Points(ShockBase):
    """Any shape: strength by date, straight lines between, nothing before the first date, and the last one stays."""

    kind: Literal["points"]
    strengths: dict[Day, Annotated[float, Field(ge=-2, le=2)]] = Field(min_length=1, description="date to strength")


Shock = Annotated[Step | Ramp | Decay | Points, Field(discriminator="kind")]
