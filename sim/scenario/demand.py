"""Sources: where opportunities come from, each with its own odds, cycle, size and cost."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.quantities import Cost, Days, Leads, Logit, NotNegative, Noun, Positive, Share

MonthFactor = Annotated[float, Field(ge=0.0, le=100.0, allow_inf_nan=False)]
MonthFactors = Annotated[list[MonthFactor], Field(min_length=12, max_length=12)]


class SourceBase(Noun):
    """What all sources have."""

    logit: Logit = Field(default=0.0, description="log-odds added to every stage for deals of this source")
    cycle_multiplier: Positive = Field(
        default=1.0, le=20, description="on the days in every stage for deals of this source"
    )
    size_multiplier: Positive = Field(default=1.0, le=20, description="on the dollars of deals of this source")
    hours_multiplier: NotNegative = Field(
        default=1.0, le=10, description="on the hours a week that an open deal asks of its seller"
    )


class Pushed(SourceBase):
    """What sources with a program have: they can be pushed, and what a push brings is worth less."""

    marginal_logit: Logit = Field(default=-0.3, description="log-odds of a lead won by pushing the source harder")


class Arriving(Pushed):
    """What sources have whose leads arrive at a rate by segment, however many people there are."""

    leads_per_month: dict[str, Leads] = Field(description="by segment, over all regions, at relative spend 1")
    lead_to_opportunity_share: Share = Field(
        default=1.0, description="part of the leads taken that become opportunities"
    )
    stale_after_days: Days = Field(default=14, ge=1, description="a lead that nobody can take is lost after so long")
    program_usd_per_month: Cost = Field(default=0.0, description="spend at relative spend 1")
    response_exponent: float = Field(default=0.6, ge=0.01, le=1, description="leads grow as spend to this power")
    response_lag_days: Days = Field(
        default=0, description="leads follow an average of past spend whose mean age is this; 0 for spend of the day"
    )
    by_month: MonthFactors = Field(default_factory=lambda: [1.0] * 12, description="January to December, mean about 1")
    by_month_of_quarter: Annotated[list[MonthFactor], Field(min_length=3, max_length=3)] = Field(
        default_factory=lambda: [1.0] * 3, description="first, second and third month of a fiscal quarter"
    )


class Inbound(Arriving):
    """Leads that come in by themselves or through marketing. They do not grow with heads."""

    kind: Literal["inbound"]


class Partner(Arriving):
    """Deals that partners bring and help to close, for a part of them. Its program runs the channel."""

    kind: Literal["partner"]
    margin_share: Share = Field(default=0.2, description="of a deal won: what the partner keeps or is paid")


class Outbound(Pushed):
    """Meetings that prospectors (SDRs) win for the sellers of their segment and region."""

    kind: Literal["outbound"]
    leads_per_month_per_head: Leads = Field(description="of one ramped prospector of ability 1")
    lead_to_opportunity_share: Share = Field(
        default=1.0, description="part of the meetings taken that become opportunities"
    )
    stale_after_days: Days = Field(
        default=14, ge=1, description="days after which a meeting that nobody can take is lost"
    )
    program_usd_per_head_per_month: Cost = Field(default=0.0, description="tools and data")
    response_exponent: float = Field(
        default=0.6, ge=0.01, le=1, description="leads grow as program spend to this power when pushed"
    )


class SelfSourced(SourceBase):
    """Opportunities that sellers find in their spare hours."""

    kind: Literal["self_sourced"]
    opportunities_per_month_per_head: Leads = Field(description="of one ramped seller with every hour spare")


class Expansion(SourceBase):
    """What customers buy on top of what they have. It grows with the installed base, not with heads."""

    kind: Literal["expansion"]
    opportunities_per_customer_per_year: NotNegative = Field(
        le=52, description="wishes for more that one customer has a year"
    )
    size_share_of_arr: Positive = Field(default=0.3, le=20, description="mean size, as a share of the customer's ARR")
    size_sigma_log: float = Field(default=0.5, ge=0, le=2, description="spread of the logarithm of size")
    stale_after_days: Days = Field(default=30, ge=1, description="a wish that nobody can take is lost after so long")


Source = Annotated[Inbound | Partner | Outbound | SelfSourced | Expansion, Field(discriminator="kind")]
