"""Quota: how the numbers that reps carry are set."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.names import RoleName, SegmentName
from sim.scenario.quantities import EVEN_QUARTERS, ByQuarter, DatedAmount, Noun, Price


class OverAssignment(Noun):
    """How much more quota is handed out than its base."""

    form: Literal["cushion", "uplift"] = Field(
        default="uplift", description="cushion: base/(1 - share); uplift: base x (1 + share)"
    )
    share: float = Field(default=0.0, ge=0, lt=1, description="how much more, as a share; see form")


class QuotaForm(Noun):
    """What all ways to set quotas have in common."""

    ramped_relief: bool = Field(default=True, description="quota follows the ramp schedule")
    cut_by: Literal["days", "months"] = Field(
        default="months",
        description="how the quota of who comes or goes within a quarter is cut: by the days held; or by months, each"
        " as much as its part of the quarter's quota, whatever its days",
    )
    multiplier: DatedAmount = Field(
        default=DatedAmount(start=1.0), description="on every quota; with dates, a change within the year"
    )
    ratchet_weight: float = Field(
        default=0.0,
        ge=0,
        le=0.9,
        description="how far each rep's next yearly quota moves to what was sold in the last fiscal year",
    )


class FixedQuota(QuotaForm):
    """The same quota for every ramped rep of a segment."""

    kind: Literal["per_rep"]
    usd_per_year: dict[SegmentName, Price] = Field(description="by segment, of a ramped rep")
    role_usd_per_year: dict[RoleName, dict[SegmentName, Price]] = Field(
        default_factory=dict, description="by role and segment, for roles whose quota is not the segment's"
    )
    by_quarter: ByQuarter = EVEN_QUARTERS


class TargetQuota(QuotaForm):
    """Top-down: a segment's target, over-assigned, split over its seats. It has the target's seasons."""

    kind: Literal["from_target"]
    over_assignment: OverAssignment = Field(default=OverAssignment(), description="quota handed out above the target")
    split: Literal["equal", "potential"] = Field(
        default="equal", description="potential: regions carry it by their accounts, else by lead_weight"
    )
    resplit_on_hire: bool = Field(
        default=False, description="false: split over the opening's seats, and later hires carry the same on top"
    )


class CapacityQuota(QuotaForm):
    """Bottom-up: the productivity of a ramped rep, over-assigned."""

    kind: Literal["from_capacity"]
    over_assignment: OverAssignment = Field(default=OverAssignment(), description="quota handed out above capacity")
    by_quarter: ByQuarter = EVEN_QUARTERS


Quota = Annotated[FixedQuota | TargetQuota | CapacityQuota, Field(discriminator="kind")]
