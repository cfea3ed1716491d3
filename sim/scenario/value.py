"""Value: how far and at what discount what is under contract, and what is open, counts after the horizon."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.quantities import NotNegative, Noun


class Value(Noun):
    """What a plan is worth beyond its horizon. It is told where there is ``world.billing``, and moves nothing."""

    years: NotNegative = Field(
        default=3, le=30, description="after the horizon, in which the margin of contracts and open deals counts"
    )
    discount_per_year: NotNegative = Field(
        default=0.10, le=5, description="a dollar one year later is worth 1 / (1 + this) of one now"
    )
