"""Customers: the terms of their contracts, how they renew, grow and leave, and the base of the first day."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.names import RegionName
from sim.scenario.quantities import Noun, Price, Share


class Contracts(Noun):
    """What becomes of a segment's deals once they are won. Without it they are one-off business."""

    term_months: float = Field(default=12, ge=1, le=120, description="length of a term; each renewal is for one more")
    renew_share: Share = Field(
        description="chance to renew at a term's end, where customer success carries its reference load"
    )
    contract_share: Share = Field(default=0.0, description="of those who renew: renew for less")
    contract_by_share: Share = Field(default=0.0, description="part of its ARR that such a customer gives up")
    uplift_share: Share = Field(default=0.0, description="of those who renew: renew for more, without a new deal")
    uplift_by_share: float = Field(default=0.0, ge=0, le=10, description="part of its ARR that such a customer adds")
    starts_at_share: float = Field(
        default=1.0, ge=0.001, le=1, description="a new customer's first ARR, as a share of the deal's"
    )
    grows_over_months: float = Field(default=12, ge=1, le=60, description="from the first day to the deal's full ARR")
    grows: Literal["monthly", "at_once"] = Field(
        default="monthly", description="in equal steps, one a month, or in one step at the end of that time"
    )
    load_logit: float = Field(
        default=0.3, ge=0, le=5,
        description="log-odds of renewal lost when customer success carries twice its reference load",
    )  # fmt: skip
    lost_to_peer_share: Share = Field(
        default=0.14,
        description="customers lost at their next renewal because their seller left, a peer having taken over",
    )
    lost_to_newcomer_share: Share = Field(
        default=0.17, description="the same where a new hire took over, or nobody has yet"
    )
    opening_customers: dict[RegionName, Annotated[float, Field(ge=0, le=100_000)]] = Field(
        default_factory=dict, description="customers on the first day, by region"
    )
    opening_mean_arr_usd: Price | None = Field(
        default=None,
        description="their mean ARR, spread as deal sizes are; none for what their deals and expansions make of it",
    )

    @model_validator(mode="after")
    def _shares_fit(self) -> Contracts:
        if self.contract_share + self.uplift_share > 1.0 + 1e-9:
            total = self.contract_share + self.uplift_share
            raise ValueError(f"contract_share and uplift_share are parts of one whole; they add up to {total:.4g}")
        return self
