"""Levers: what the sales leader decides. Every number may be dated."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.behaviour import Discounts
from sim.scenario.names import NewTrigger, OwnName, RegionName, RoleName, SegmentName, SourceName, TriggerName
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
from sim.scenario.triggers import Trigger


class Requisition(Noun):
    """New seats to fill. Give the day on which it opens, the day on which people should start, or a trigger."""

    role: RoleName = Field(description="the role to hire")
    region: RegionName = Field(description="where")
    segment: SegmentName | None = Field(
        default=None, description="the segment that they sell to; none for roles that serve all"
    )
    count: Count = Field(default=1, description="seats")
    open_date: Day | None = Field(default=None, description="the day on which the search begins; or give wanted_start")
    wanted_start: Day | None = Field(
        default=None, description="the day on which people should start; it opens lead_days before"
    )
    lead_days: Days = Field(default=65, description="with wanted_start: what the planner allows for search and notice")
    shift_days: float = Field(
        default=0, ge=-3650, le=3650, description="moves the opening later (or earlier, when negative)"
    )
    trigger: TriggerName | None = Field(
        default=None, description="opens when this trigger acts, once; instead of open_date and wanted_start"
    )

    @model_validator(mode="after")
    def _one_date(self) -> Requisition:
        given = sum(one is not None for one in (self.open_date, self.wanted_start, self.trigger))
        if given == 0:
            raise ValueError("give either open_date or wanted_start, or a trigger")
        if given > 1:
            raise ValueError("give either open_date or wanted_start or trigger; null takes one away")
        if self.trigger is not None and self.shift_days != 0:
            raise ValueError("shift_days moves a date; what waits for a trigger opens act_after_days after it fires")
        return self


def opening_day(
    open_day: float | None, wanted_day: float, lead_days: float, shift_days: float, first_day: float = -math.inf
) -> float:
    """The day on which a requisition opens: as dated, or so long before the wanted start; then shifted.

    Days are counted from any one day. It is never before ``first_day``, for nobody can act in the past.
    """
    day = wanted_day - lead_days if open_day is None else open_day
    return max(first_day, day + shift_days)


class Backfill(Noun):
    """Whether and how fast an emptied seat is opened again."""

    enabled: DatedFlag = Field(
        default=DatedFlag(start=True), description="whether seats of leavers are opened again; may be dated"
    )
    approval_days: Days = Field(default=14, description="days from the exit to the opened requisition")


class Freeze(Noun):
    """A time in which no requisition is worked; those in work go on. Give its dates, or a trigger and lasts_days."""

    from_date: Day | None = Field(default=None, description="its first day")
    to_date: Day | None = Field(default=None, description="the first day without it")
    trigger: TriggerName | None = Field(default=None, description="begins when this trigger acts, once")
    lasts_days: Annotated[float, Field(ge=1, le=3650)] | None = Field(
        default=None, description="with trigger: how long it lasts"
    )

    @model_validator(mode="after")
    def _dated_or_hung(self) -> Freeze:
        dates, hung = (self.from_date, self.to_date), (self.trigger, self.lasts_days)
        if None not in hung and dates == (None, None):
            return self
        if hung != (None, None) or self.from_date is None or self.to_date is None:
            raise ValueError("give from_date and to_date, or else trigger and lasts_days")
        if self.to_date <= self.from_date:
            raise ValueError(f"to_date {self.to_date} is not after from_date {self.from_date}")
        return self


class Orphans(Noun):
    """What happens to the open deals of someone who left."""

    policy: Literal["race", "least_loaded", "wait_for_backfill"] = Field(
        default="race", description="who gets them: whoever is free first, who has least to do, or who fills the seat"
    )
    delay_days: Days = Field(default=10, description="days until they are handed on")
    logit: float = Field(default=-0.35, ge=-10, le=0, description="log-odds lost by a deal that changes hands")


class Coverage(Noun):
    """How much pipeline to hold against the target, and who fills a gap."""

    target_ratio: DatedAmount | None = Field(
        default=None, description="open pipeline over the coming quarter's target; none for no policy"
    )
    filled_by: dict[SourceName, Annotated[float, Field(ge=1, le=100)]] = Field(
        default_factory=dict, description="source to the most it may be pushed, 1.5 for half as much again"
    )


class Target(Noun):
    """The plan's number. It is an input of its own, apart from quotas and forecast."""

    usd_per_year: dict[SegmentName, Cost] = Field(description="bookings by segment in the first fiscal year")
    growth_per_year: float = Field(
        default=0.0, ge=-1, le=10, description="by how much each further fiscal year's target is higher, as a share"
    )
    by_quarter: ByQuarter = EVEN_QUARTERS


class Levers(Noun):
    """All that a plan may change."""

    requisitions: dict[OwnName, Requisition] = Field(
        default_factory=dict, description="new seats, by a name of your own"
    )
    departures: dict[OwnName, Departure] = Field(
        default_factory=dict, description="people who leave on known dates, by a name of your own"
    )
    transfers: dict[OwnName, Transfer] = Field(
        default_factory=dict, description="people who move to new seats, by a name of your own"
    )
    trainings: dict[OwnName, Training] = Field(default_factory=dict, description="trainings, by a name of your own")
    backfill: Backfill = Field(default=Backfill(), description="what becomes of emptied seats")
    freezes: dict[OwnName, Freeze] = Field(
        default_factory=dict, description="times without hiring, by a name of your own"
    )
    triggers: dict[NewTrigger, Trigger] = Field(
        default_factory=dict, description="what requisitions and freezes may wait for, by a name of your own"
    )
    routing: Literal["race", "round_robin", "least_loaded"] = Field(
        default="race", description="who takes a lead; only the race keeps luck common"
    )
    orphans: Orphans = Field(default=Orphans(), description="what becomes of leavers' open deals")
    coverage: Coverage = Field(default=Coverage(), description="how much pipeline is held and who fills gaps")
    recarves: dict[OwnName, Recarve] = Field(
        default_factory=dict, description="territories divided anew, by a name of your own"
    )
    relative_spend: dict[SourceName, DatedAmount] = Field(
        default_factory=dict, description="by source: 1 is the program as it is"
    )
    target: Target = Field(description="the plan's number")
    quota: Quota = Field(description="what reps carry: per_rep, from_target or from_capacity")
    pay: Pay = Field(default=Pay(), description="pay plans and who is on them")
    discounts: Discounts = Field(default=Discounts(), description="discounts that reps may give")
    judgment_usd_per_quarter: dict[SegmentName, DatedDollars] = Field(
        default_factory=dict, description="by segment: what leaders add to the model's number or take from it"
    )

    @property
    def dated_requisitions(self) -> dict[str, Requisition]:
        """Those that wait for no trigger."""
        return {name: one for name, one in self.requisitions.items() if one.trigger is None}
