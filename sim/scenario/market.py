"""The market: regimes that follow one another, and a common factor. Everybody shares them."""

from __future__ import annotations

from pydantic import Field, model_validator

from sim.scenario.names import NewRegime, RegimeName
from sim.scenario.quantities import Logit, NotNegative, Noun, Positive, Share


class Regime(Noun):
    """A state of the market: what it does to everyone at once."""

    leads_multiplier: NotNegative = Field(default=1.0, le=10, description="on leads of every source")
    logit: Logit = Field(default=0.0, description="log-odds added to every stage")
    cycle_multiplier: Positive = Field(default=1.0, le=10, description="on the days in every stage")
    size_multiplier: Positive = Field(default=1.0, le=10, description="on the dollars of deals")
    exits_multiplier: NotNegative = Field(default=1.0, le=10, description="on the hazard of leaving by one's own will")
    recruiting_multiplier: Positive = Field(default=1.0, le=10, description="on the days to an offer")
    renewal_logit: Logit = Field(default=0.0, description="log-odds added to renewals")
    next_month: dict[RegimeName, Share] = Field(description="chance of each regime in the month after; adds up to 1")

    @model_validator(mode="after")
    def _adds_up(self) -> Regime:
        total = sum(self.next_month.values())
        if abs(total - 1.0) > 1e-6:
            raise ValueError(f"the chances in next_month must add up to 1; they add up to {total:.4g}")
        return self


class CommonFactor(Noun):
    """How good the market is within its regime: one slow number for everybody, whose long-run mean changes nothing.

    Without it the luck of a hundred reps averages away, and a forecast is far surer than any organization's record.
    """

    leads_sigma_log: float = Field(default=0.0, ge=0, le=1, description="long-run spread of the logarithm of leads")
    odds_sigma_logit: float = Field(default=0.0, ge=0, le=2, description="long-run spread of the log-odds of a stage")
    half_life_months: float = Field(default=9.0, ge=0.01, le=600, description="months in which a deviation halves")


class Market(Noun):
    """Regimes as a Markov chain, one step a month, and a common factor; shared by everybody."""

    regimes: dict[NewRegime, Regime] = Field(
        default_factory=lambda: {"normal": Regime(next_month={"normal": 1.0})},
        min_length=1,
        description="states of the market, by name",
    )
    first_regime: RegimeName = Field(default="normal", description="the regime on the first day")
    common_factor: CommonFactor = Field(default=CommonFactor(), description="how good the market is within its regime")

    @model_validator(mode="after")
    def _names_exist(self) -> Market:
        for name, regime in self.regimes.items():
            for other in regime.next_month:
                if other not in self.regimes:
                    raise ValueError(
                        f"regimes.{name}.next_month names {other!r}; the regimes are {', '.join(self.regimes)}"
                    )
        if self.first_regime not in self.regimes:
            raise ValueError(f"first_regime is {self.first_regime!r}; the regimes are {', '.join(self.regimes)}")
        return self
