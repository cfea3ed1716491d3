"""Levers: what the sales leader decides. Every number may be dated."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.behaviour import Discounts
from sim.scenario.pay import Pay
from sim.scenario.quantities import (
    EVEN_QUARTERS,
    ByQuarter,
    Cost,
    Count,
    DatedAmount,
    DatedDollars,
    DatedFlag,
    Day,
    Days,
    Noun,
)
from sim.scenario.quota import Quota
from sim.scenario.staffing import Departure, Training, Transfer
from sim.scenario.territory import Recarve


class Requisition(Noun):
    """New seats to fill. Give the day on which it opens or the day on which people should start."""

    role: str
    region: str
    segment: str | None = None
    count: Count = 1
    open_date: Day | None = None
    wanted_start: Day | None = Field(
        default=None, description="the day on which people should start; it opens lead_days before"
    )
    lead_days: Days = Field(default=65, description="with wanted_start: what the planner allows for search and notice")
    shift_days: float = Field(
        default=0, ge=-3650, le=3650, description="moves the opening later (or earlier, when negative)"
    )

    @model_validator(mode="after")
    def _one_date(self) -> Requisition:
        if (self.open_date is None) == (self.wanted_start is None):
            raise ValueError("give either open_date or wanted_start")
        return self


class Backfill(Noun):
    """Whether and how fast an emptied seat is opened again."""

    enabled: DatedFlag = DatedFlag(start=True)
    approval_days: Days = 14


class Freeze(Noun):
    """A time in which no requisition is worked; those in work go on."""

    from_date: Day
    to_date: Day

    @model_validator(mode="after")
    def _ordered(self) -> Freeze:
        if self.to_date <= self.from_date:
            raise ValueError(f"to_date {self.to_date} is not after from_date {self.from_date}")
        return self


class Orphans(Noun):
    """What happens to the open deals of someone who left."""

    policy: Literal["race", "least_loaded", "wait_for_backfill"] = "race"
    delay_days: Days = 10
    logit: float = Field(default=-0.35, ge=-10, le=0, description="log-odds lost by a deal that changes hands")


class Coverage(Noun):
    """How much pipeline to hold against the target, and who fills a gap."""

    target_ratio: DatedAmount | None = Field(
        default=None, description="open pipeline over the coming quarter's target; none for no policy"
    )
    filled_by: dict[str, Annotated[float, Field(ge=1, le=100)]] = Field(
        default_factory=dict, description="source to the most it may be pushed, 1.5 for half as much again"
    )


class Target(Noun):
    """The plan's number. It is an input of its own, apart from quotas and forecast."""

    usd_per_year: dict[str, Cost] = Field(description="bookings by segment in the first fiscal year")
    growth_per_year: float = Field(default=0.0, ge=-1, le=10)
    by_quarter: ByQuarter = EVEN_QUARTERS


class Levers(Noun):
    """All that a plan may change."""

    requisitions: dict[str, Requisition] = Field(default_factory=dict)
    departures: dict[str, Departure] = Field(default_factory=dict)
    transfers: dict[str, Transfer] = Field(default_factory=dict)
    trainings: dict[str, Training] = Field(default_factory=dict)
    backfill: Backfill = Backfill()
    freezes: dict[str, Freeze] = Field(default_factory=dict)
    routing: Literal["race", "round_robin", "least_loaded"] = Field(
        default="race", description="who takes a lead; only the race keeps luck common"
    )
    orphans: Orphans = Orphans()
    coverage: Coverage = Coverage()
    recarves: dict[str, Recarve] = Field(default_factory=dict)
    relative_spend: dict[str, DatedAmount] = Field(
        default_factory=dict, description="by source: 1 is the program as it is"
    )
    target: Target
    quota: Quota
    pay: Pay = Pay()
    discounts: Discounts = Discounts()
    judgment_usd_per_quarter: dict[str, DatedDollars] = Field(
        default_factory=dict, description="by segment: what leaders add to the model's number or take from it"
    )
