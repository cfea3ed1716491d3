"""Segments: what a deal of each is worth, which stages it passes and how it may end."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.customers import Contracts
from sim.scenario.names import NewStage, OwnName
from sim.scenario.quantities import Days, Logit, NotNegative, Noun, Positive, Price, Share

DealUsd = Annotated[float, Field(ge=0.01, le=1e9, allow_inf_nan=False)]


class Duration(Noun):
    """Calendar days spent on one attempt at a stage, when the rep is not overloaded."""

    law: Literal["lognormal", "exponential", "fixed", "table"] = Field(
        default="lognormal", description="shape of the spread of days around their mean"
    )
    mean_days: Positive | None = Field(default=None, le=3650, description="mean of any law but table")
    sigma_log: float = Field(default=0.8, ge=0.0, le=3.0, description="lognormal only: spread of the logarithm")
    days: list[Days] | None = Field(default=None, min_length=1, max_length=100, description="table only: as observed")
    weights: list[NotNegative] | None = Field(default=None, description="table only: how often each; any scale")

    @model_validator(mode="after")
    def _fits_its_law(self) -> Duration:
        if self.law != "table":
            if self.mean_days is None:
                raise ValueError(f"law {self.law} needs mean_days")
            if self.days is not None or self.weights is not None:
                raise ValueError(f"days and weights belong to law table; the law is {self.law}")
        elif self.days is None or self.weights is None or len(self.days) != len(self.weights):
            raise ValueError("law table needs days and weights of equal length")
        elif sum(self.weights) <= 0:
            raise ValueError("at least one weight must be above 0")
        return self

    @property
    def average_days(self) -> float:
        """Mean days of one attempt."""
        if self.days is not None and self.weights is not None:
            return sum(d * w for d, w in zip(self.days, self.weights, strict=True)) / sum(self.weights)
        assert self.mean_days is not None
        return self.mean_days

    @property
    def variance_days2(self) -> float:
        """Variance of one attempt's days, in days squared."""
        mean = self.average_days
        if self.days is not None and self.weights is not None:
            squares = sum(d * d * w for d, w in zip(self.days, self.weights, strict=True)) / sum(self.weights)
            return squares - mean**2
        if self.law == "lognormal":
            return mean**2 * math.expm1(self.sigma_log**2)
        return mean**2 if self.law == "exponential" else 0.0


class Stage(Noun):
    """One stage of the sales process."""

    duration: Duration = Field(description="days of one attempt")
    advance_share: Share = Field(description="share of attempts that move on, for an average rep and lead")
    lost_share: Share = Field(default=0.55, description="of those that do not move on: lost to a competitor")
    no_decision_share: Share = Field(default=0.25, description="of those that do not move on: the buyer does nothing")
    stalled_share: Share = Field(default=0.20, description="of those that do not move on: goes quiet, may come back")
    hours_per_week: NotNegative = Field(default=1.0, le=80, description="selling hours an open deal asks for")
    attempts: int = Field(default=2, ge=1, le=15, description="how often a stalled deal may try this stage in all")
    needs_se: bool = Field(default=False, description="work goes on only while a solution engineer is free for it")
    forecast_category: Literal["pipeline", "best case", "commit"] = Field(
        default="pipeline", description="what the sales leader calls deals here"
    )

    @model_validator(mode="after")
    def _ends_add_up(self) -> Stage:
        total = self.lost_share + self.no_decision_share + self.stalled_share
        if abs(total - 1.0) > 1e-6:
            raise ValueError(
                f"lost_share, no_decision_share and stalled_share must add up to 1; they add up to {total:.4g}"
            )
        return self


class LognormalSize(Noun):
    """First-year value of a deal, lognormal."""

    kind: Literal["lognormal"]
    mean_usd: DealUsd = Field(description="mean US dollars of a deal's first year")
    sigma_log: float = Field(default=0.7, ge=0.0, le=3.0, description="spread of the logarithm; 0 for one price")

    @property
    def average_usd(self) -> float:
        return self.mean_usd

    def mean_power(self, exponent: float) -> float:
        """Mean of (size / mean size) to a power."""
        return math.exp(0.5 * self.sigma_log**2 * exponent * (exponent - 1.0))

    @property
    def square_usd2(self) -> float:
        """Mean of the squared size."""
        return self.mean_usd**2 * math.exp(self.sigma_log**2)


class PriceListSize(Noun):
    """First-year value of a deal: an item of a price list, discounted or not by a small lognormal factor."""

    kind: Literal["price_list"]
    prices_usd: dict[OwnName, DealUsd] = Field(min_length=1, max_length=1000, description="price of each item")
    weights: dict[OwnName, NotNegative] = Field(description="how often each item is sold; any scale")
    sigma_log: float = Field(default=0.05, ge=0.0, le=1.0, description="spread around the list price")

    @model_validator(mode="after")
    def _same_items(self) -> PriceListSize:
        if set(self.prices_usd) != set(self.weights):
            raise ValueError("prices_usd and weights must name the same items")
        if sum(self.weights.values()) <= 0:
            raise ValueError("at least one weight must be above 0")
        return self

    @property
    def average_usd(self) -> float:
        weighed = sum(self.prices_usd[name] * weight for name, weight in self.weights.items())
        return weighed / sum(self.weights.values())

    def mean_power(self, exponent: float) -> float:
        """Mean of (size / mean size) to a power."""
        if exponent == 0.0:
            return 1.0
        powers = sum(
            weight * (self.prices_usd[name] / self.average_usd) ** exponent for name, weight in self.weights.items()
        )
        around = math.exp(0.5 * self.sigma_log**2 * exponent * (exponent - 1.0))
        return powers / sum(self.weights.values()) * around

    @property
    def square_usd2(self) -> float:
        """Mean of the squared size."""
        squares = sum(self.prices_usd[name] ** 2 * weight for name, weight in self.weights.items())
        return squares * math.exp(self.sigma_log**2) / sum(self.weights.values())


class Stalls(Noun):
    """What becomes of a deal that went quiet, and what any wait costs."""

    mean_days: Positive = Field(default=30, le=730, description="mean days before a stalled deal is tried again")
    never_revives_share: Share = Field(default=0.3, description="share of stalls that never come back by themselves")
    odds_decay_logit_per_month: float = Field(
        default=0.25,
        ge=0,
        le=5,
        description="log-odds that a deal loses a month of waiting, whatever for: quiet, without a rep, in line for a"
        " solution engineer, with a rep on long leave, or as a lead that nobody has taken",
    )
    close_after_days: Days | None = Field(
        default=120, description="closed as no decision after so many quiet days; null for never"
    )


class BuyersDeadlines(Noun):
    """Buyers who have decided and wait for the last open day of their month, of their own accord."""

    share: Share = Field(description="of deals that are won, where that day is near")
    within_days: Days = Field(default=10, ge=1, le=31, description="how near it must be, in calendar days")


class Segment(Noun):
    """A kind of customer with its own deals."""

    deal_size: Annotated[LognormalSize | PriceListSize, Field(discriminator="kind")] = Field(
        description="US dollars of a deal's first year: lognormal or price_list"
    )
    stages: dict[NewStage, Stage] = Field(min_length=1, max_length=12, description="in the order a deal passes them")
    cycle_elasticity_to_size: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="a deal twice as large takes 2 to this power as long in each stage; the mean over deals stays",
    )
    stalls: Stalls = Field(default=Stalls(), description="what becomes of deals that went quiet")
    push_days: Days = Field(default=30, ge=7, description="how far a forecast close date that has passed is pushed")
    contracts: Contracts | None = Field(default=None, description="none: one-off business, no customers are kept")
    buyers_deadlines: BuyersDeadlines | None = Field(default=None, description="none: buyers sign once they decide")
    steady_productivity_usd_per_year: Price = Field(description="the planner's bookings of one ramped rep a year")

    @property
    def usual_usd(self) -> float:
        """Size of a deal that takes the days its stages give; their mean over deals is then as given."""
        e = self.cycle_elasticity_to_size
        return self.deal_size.average_usd * (self.deal_size.mean_power(e) ** (1.0 / e) if e > 0.0 else 1.0)

    def mean_cycle(self, size_multiplier: float) -> float:
        """By what the mean days in a stage are multiplied where all deals are so many times as large."""
        return size_multiplier**self.cycle_elasticity_to_size

    @property
    def dollar_weighted_cycle(self) -> float:
        """Mean days of the deal that a dollar is sold in, over the mean days of a deal."""
        e, size = self.cycle_elasticity_to_size, self.deal_size
        return size.mean_power(1.0 + e) / size.mean_power(e) if e > 0.0 else 1.0


class Region(Noun):
    """A place with its own people and leads."""

    lead_weight: Positive = Field(
        default=1.0, description="its part of the leads that come in for all regions; any scale"
    )
    logit: Logit = Field(default=0.0, description="log-odds added to every stage here")
