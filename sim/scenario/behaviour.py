"""Behaviour: how people answer to pay. The equations are in sim/rules."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.names import RoleName, SegmentName
from sim.scenario.quantities import DatedFlag, Noun, Price, Share


class Timing(Noun):
    """What a rep can do about when a deal closes, at the end of a pay period."""

    movable_share: dict[SegmentName, Share] = Field(
        default_factory=dict,
        description="by segment, of late deals that can be signed early; else 0.1, 0.3 or 0.6 by deal size",
    )
    least_discount: Share = Field(default=0.08, description="for signing at once")
    discount_per_week: Share = Field(default=0.02, description="on top, for each week early")
    most_discount: Share = Field(default=0.30, description="the most that is given, as a share of the deal")
    hassle_share: Share = Field(default=0.02, description="what moving a deal costs its rep, at the base rate")
    push_share: Share = Field(default=0.5, description="of the movable deals that can also be put off")
    lost_when_pushed_share: Share = Field(default=0.10, description="of deals put off whose buyer does not wait")


class PayInExits(Noun):
    """People stay longer where they earn more than elsewhere."""

    market_pay_usd_per_year: dict[RoleName, Price] = Field(
        default_factory=dict, description="by role, base and variable; roles without it do not compare"
    )
    elasticity: float = Field(
        default=1.0, ge=0, le=5, description="log of the exit hazard lost for a log of pay over the market's"
    )


class Behaviour(Noun):
    """How sellers answer to their pay plans. With responsiveness 0 nobody does, and no plan moves a deal."""

    responsiveness: float = Field(
        default=0.0, ge=0, le=3, description="scales effort, timing and pay in exits together; 1 is as published"
    )
    usual_rate: dict[RoleName, Annotated[float, Field(ge=1e-4, le=10)]] = Field(
        default_factory=dict,
        description="by role, commission a dollar at which effort is 1; else the plan's own at quota, "
        "and then only a plan's shape matters",
    )
    effort_elasticity: float = Field(default=0.25, ge=0, le=2, description="of effort to what a dollar pays")
    intrinsic_share: Share = Field(default=0.4, description="of motives, that no plan moves")
    fading_per_week: float = Field(default=0.1, ge=0, le=5, description="how a far deadline pulls less")
    belief_cv: float = Field(default=0.1, ge=0, le=2, description="how unsure reps are of their own pace")
    horizon_weeks: float = Field(default=8.0, ge=1, le=52, description="how far ahead reps plan and see deals close")
    next_period_weight: float = Field(default=0.9, ge=0, le=0.999, description="of pay a period later")
    ratchet_foresight: Share = Field(default=0.25, description="how much of a quota's ratchet reps see")
    timing: Timing = Field(default=Timing(), description="moving deals between pay periods")
    exits: PayInExits = Field(default=PayInExits(), description="pay and who leaves")


class Discounts(Noun):
    """Whether reps may give discounts to sign early, and how much."""

    enabled: DatedFlag = Field(
        default=DatedFlag(start=True), description="whether reps may give discounts; may be dated"
    )
    most_share: Share = Field(default=1.0, description="of a deal; the buyer's terms in world.behaviour hold as well")
