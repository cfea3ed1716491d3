"""Sources: where opportunities come from, each with its own odds, cycle, size and cost.

Nobody asks a source for its kind: it says itself what comes of what, and what it has. ``SourceBase`` holds what is so
for those that do not say otherwise.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.scenario.names import SegmentName
from sim.scenario.quantities import Cost, Days, Leads, Logit, NotNegative, Noun, Positive, Share

MonthFactor = Annotated[float, Field(ge=0.0, le=100.0, allow_inf_nan=False)]
MonthFactors = Annotated[list[MonthFactor], Field(min_length=12, max_length=12)]


class SourceBase(Noun):
    """What all sources have."""

    # Who fills it. What prospectors, sellers or customers fill there is at most one of.
    arrives: ClassVar[bool] = False  # leads come at a rate by segment, however many people there are
    of_partners: ClassVar[bool] = False
    of_prospectors: ClassVar[bool] = False
    of_sellers: ClassVar[bool] = False  # in their spare hours
    of_customers: ClassVar[bool] = False  # it grows with the installed base
    has_program: ClassVar[bool] = False  # money that pushes it
    searches: ClassVar[bool] = False  # somebody looks for accounts; else they come by themselves

    logit: Logit = Field(default=0.0, description="log-odds added to every stage for deals of this source")
    cycle_multiplier: Positive = Field(
        default=1.0, le=20, description="on the days in every stage for deals of this source"
    )
    size_multiplier: Positive = Field(default=1.0, le=20, description="on the dollars of deals of this source")
    hours_multiplier: NotNegative = Field(
        default=1.0, le=10, description="on the hours a week that an open deal asks of its seller"
    )

    @property
    def only_one(self) -> bool:
        """Whether a scenario may have one source like it only."""
        return self.of_prospectors or self.of_sellers or self.of_customers

    @property
    def by_segment(self) -> dict[str, float]:
        """Leads a month that arrive in each segment, over all regions, at relative spend 1."""
        return {}

    @property
    def leads_per_prospector(self) -> float:
        """Leads a month of one ramped prospector of ability 1."""
        return 0.0

    @property
    def qualified_share(self) -> float:
        """The part of the leads taken that become opportunities."""
        return 1.0

    @property
    def finds_per_seller(self) -> float:
        """Opportunities a month of one ramped seller with every hour spare."""
        return 0.0

    @property
    def wishes_per_customer(self) -> float:
        """Opportunities that one customer makes a year."""
        return 0.0

    @property
    def season(self) -> tuple[list[float], list[float]]:
        """Multipliers on the leads: from January to December, and by month of a fiscal quarter."""
        return [1.0] * 12, [1.0] * 3

    @property
    def response(self) -> float:
        """Leads grow as program spend to this power; 1 where there is no program."""
        return 1.0

    @property
    def lag_days(self) -> float:
        """The mean age of the spend that leads follow."""
        return 0.0

    @property
    def program_usd(self) -> tuple[float, float]:
        """US dollars a month at relative spend 1: for all, and a prospector."""
        return 0.0, 0.0

    @property
    def pushed_logit(self) -> float:
        """Log-odds of a lead won by pushing the source harder."""
        return 0.0

    @property
    def patience_days(self) -> float:
        """For how long a lead waits that nobody can take; 0 where whoever finds it takes it."""
        return 0.0

    @property
    def kept_share(self) -> float:
        """What of a deal won whoever brings it keeps, or is paid."""
        return 0.0

    @property
    def size_of_arr(self) -> tuple[float, float]:
        """Mean size as a share of the customer's ARR, and the spread of its log; 0 where size is the segment's."""
        return 0.0, 0.0


class Pushed(SourceBase):
    """What sources with a program have: they can be pushed, and what a push brings is worth less."""

    has_program: ClassVar[bool] = True

    marginal_logit: Logit = Field(default=-0.3, description="log-odds of a lead won by pushing the source harder")

    @property
    def pushed_logit(self) -> float:
        return self.marginal_logit


class Arriving(Pushed):
    """What sources have whose leads arrive at a rate by segment, however many people there are."""

    arrives: ClassVar[bool] = True

    leads_per_month: dict[SegmentName, Leads] = Field(description="by segment, over all regions, at relative spend 1")
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

    @property
    def by_segment(self) -> dict[str, float]:
        return self.leads_per_month

    @property
    def qualified_share(self) -> float:
        return self.lead_to_opportunity_share

    @property
    def season(self) -> tuple[list[float], list[float]]:
        return self.by_month, self.by_month_of_quarter

    @property
    def response(self) -> float:
        return self.response_exponent

    @property
    def lag_days(self) -> float:
        return self.response_lag_days

    @property
    def program_usd(self) -> tuple[float, float]:
        return self.program_usd_per_month, 0.0

    @property
    def patience_days(self) -> float:
        return self.stale_after_days


class Inbound(Arriving):
    """Leads that come in by themselves or through marketing. They do not grow with heads."""

    kind: Literal["inbound"]


class Partner(Arriving):
    """Deals that partners bring and help to close, for a part of them. Its program runs the channel."""

    of_partners: ClassVar[bool] = True

    kind: Literal["partner"]
    margin_share: Share = Field(default=0.2, description="of a deal won: what the partner keeps or is paid")

    @property
    def kept_share(self) -> float:
        return self.margin_share


class Outbound(Pushed):
    """Meetings that prospectors (SDRs) win for the sellers of their segment and region."""

    of_prospectors: ClassVar[bool] = True
    searches: ClassVar[bool] = True

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

    @property
    def leads_per_prospector(self) -> float:
        return self.leads_per_month_per_head

    @property
    def qualified_share(self) -> float:
        return self.lead_to_opportunity_share

    @property
    def response(self) -> float:
        return self.response_exponent

    @property
    def program_usd(self) -> tuple[float, float]:
        return 0.0, self.program_usd_per_head_per_month

    @property
    def patience_days(self) -> float:
        return self.stale_after_days


class SelfSourced(SourceBase):
    """Opportunities that sellers find in their spare hours."""

    of_sellers: ClassVar[bool] = True
    searches: ClassVar[bool] = True

    kind: Literal["self_sourced"]
    opportunities_per_month_per_head: Leads = Field(description="of one ramped seller with every hour spare")

    @property
    def finds_per_seller(self) -> float:
        return self.opportunities_per_month_per_head


class Expansion(SourceBase):
    """What customers buy on top of what they have. It grows with the installed base, not with heads."""

    of_customers: ClassVar[bool] = True

    kind: Literal["expansion"]
    opportunities_per_customer_per_year: NotNegative = Field(
        le=52, description="wishes for more that one customer has a year"
    )
    size_share_of_arr: Positive = Field(default=0.3, le=20, description="mean size, as a share of the customer's ARR")
    size_sigma_log: float = Field(default=0.5, ge=0, le=2, description="spread of the logarithm of size")
    stale_after_days: Days = Field(default=30, ge=1, description="a wish that nobody can take is lost after so long")

    @property
    def wishes_per_customer(self) -> float:
        return self.opportunities_per_customer_per_year

    @property
    def patience_days(self) -> float:
        return self.stale_after_days

    @property
    def size_of_arr(self) -> tuple[float, float]:
        return self.size_share_of_arr, self.size_sigma_log


Source = Annotated[Inbound | Partner | Outbound | SelfSourced | Expansion, Field(discriminator="kind")]
