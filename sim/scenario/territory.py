"""Territory: how many accounts there are to sell to, and who may sell to them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from sim.scenario.names import RegionName, SegmentName
from sim.scenario.quantities import Day, Days, Noun, Share

Accounts = Annotated[int, Field(ge=0, le=100_000_000)]


class Territory(Noun):
    """Accounts that could ever buy, today's customers included. Where none are given they are endless."""

    accounts: dict[SegmentName, dict[RegionName, Accounts]] = Field(description="by segment, then by region")
    cooling_days: Days = Field(
        default=180, description="how long an account is left alone after a deal was lost or came to no decision"
    )


class Recarve(Noun):
    """Territory is divided anew between the regions of a segment."""

    on_date: Day = Field(description="the day on which it happens")
    segment: SegmentName = Field(description="whose accounts are divided")
    shares: dict[RegionName, Share] = Field(
        min_length=1, description="each region's part of the segment's accounts; adds up to 1. Free accounts move"
    )
    deals_share: Share = Field(
        default=0.0, description="part of the open deals of regions that lose accounts handed to those that win some"
    )

    @model_validator(mode="after")
    def _adds_up(self) -> Recarve:
        if abs(sum(self.shares.values()) - 1.0) > 1e-6:
            raise ValueError(f"shares must add up to 1; they add up to {sum(self.shares.values()):.4g}")
        return self
