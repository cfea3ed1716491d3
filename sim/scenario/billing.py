"""Billing: how contracts are invoiced, how invoices are paid, and what is left of revenue after serving it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.scenario.names import SegmentName
from sim.scenario.quantities import Days, Noun, Share

Schedule = Literal["annual", "quarterly", "monthly", "upfront"]
SCHEDULE_MONTHS: dict[Schedule, float] = {
    "annual": 12.0,
    "quarterly": 3.0,
    "monthly": 1.0,
    "upfront": float("inf"),
}


class Billing(Noun):
    """From contracts to cash. Without it money is counted as bookings and cost only."""

    schedule: Schedule = Field(
        default="annual", description="each invoice is in advance, for so long; upfront: for the whole term"
    )
    segment_schedule: dict[SegmentName, Schedule] = Field(
        default_factory=dict, description="by segment, where it is not the same for all"
    )
    collection_days: Days = Field(default=45, description="from an invoice to its payment, on average")
    collection_spread_days: Days = Field(
        default=0, description="a third is paid so much earlier than the average, a third so much later"
    )
    uncollectible_share: Share = Field(default=0.0, description="of each invoice: never paid")
    write_off_days: Days = Field(default=180, description="from an invoice to giving up what was not paid")
    gross_margin_share: Share = Field(description="of revenue: left after what it costs to serve it")

    @model_validator(mode="after")
    def _nobody_pays_before_the_invoice(self) -> Billing:
        if self.collection_spread_days > self.collection_days:
            raise ValueError(
                f"collection_spread_days {self.collection_spread_days:g} is more than collection_days"
                f" {self.collection_days:g}: invoices would be paid before they are written"
            )
        return self

    @property
    def serving_share(self) -> float:
        """Part of revenue that it costs to serve it: the one place from which P&L, cash and value read it."""
        return 1.0 - self.gross_margin_share

    @property
    def kept_share(self) -> float:
        """Part of revenue that is left after serving it and after what is never paid, as value expects it."""
        return self.gross_margin_share - self.uncollectible_share

    def months(self, segment: str) -> float:
        """How many months an invoice of a segment is for; infinite for the whole term."""
        return SCHEDULE_MONTHS[self.segment_schedule.get(segment, self.schedule)]
