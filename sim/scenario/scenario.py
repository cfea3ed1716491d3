"""The scenario: one question, with where we start, what we decide, how the world is, and what we are unsure of."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PrivateAttr

from sim.calendar import Calendar
from sim.scenario.behaviour import Behaviour
from sim.scenario.billing import Billing
from sim.scenario.dates import Dates
from sim.scenario.deals import Region, Segment
from sim.scenario.demand import Source
from sim.scenario.engineering import Engineering
from sim.scenario.levers import Levers
from sim.scenario.market import Market
from sim.scenario.names import NewRegion, NewRole, NewSegment, NewSource, OwnName, Text
from sim.scenario.opening import Opening
from sim.scenario.people import Attention, Costs, Hiring, Role
from sim.scenario.quantities import Noun
from sim.scenario.shocks import Shock
from sim.scenario.territory import Territory
from sim.scenario.uncertainty import Uncertainty
from sim.scenario.value import Value

UNALLOCATED = "unallocated"  # stands in tables for no segment, region or role, so nothing may be called so


class World(Noun):
    """How the world is."""

    segments: dict[NewSegment, Segment] = Field(min_length=1, description="kinds of customers, by name")
    regions: dict[NewRegion, Region] = Field(
        min_length=1, description="places with people and leads of their own, by name"
    )
    sources: dict[NewSource, Source] = Field(
        min_length=1, max_length=60, description="where opportunities come from, by name"
    )
    roles: dict[NewRole, Role] = Field(min_length=1, description="kinds of jobs, by name")
    hiring: Hiring = Field(description="how long it takes to fill a seat")
    attention: Attention = Field(default=Attention(), description="what overload of sellers does")
    engineering: Engineering = Field(default=Engineering(), description="how deals wait for solution engineers")
    market: Market = Field(default=Market(), description="regimes and the common factor")
    territory: Territory | None = Field(default=None, description="none for endless accounts")
    shocks: dict[OwnName, Shock] = Field(default_factory=dict, description="what befalls the world on a date, by name")
    costs: Costs = Field(description="what people and the organization cost")
    billing: Billing | None = Field(
        default=None, description="from contracts to revenue and cash; none: money is bookings and cost only"
    )
    value: Value = Field(default=Value(), description="what a plan is worth beyond its horizon; needs billing")
    behaviour: Behaviour = Field(default=Behaviour(), description="how sellers answer to their pay")


class Scenario(Noun):
    """One question and all that is needed to simulate it."""

    name: Text = Field(
        default="unnamed", min_length=1, max_length=100, description="the name of the file, unless given"
    )
    question: Text = Field(min_length=1, max_length=1000, description="the business question, one sentence")
    kind: Literal["plan", "weather"] = Field(
        default="plan",
        description="plan: what we may decide; weather: what may befall us, which is never recommended",
    )
    dates: Dates = Field(description="the calendar")
    opening: Opening = Field(description="the first day")
    levers: Levers = Field(description="what we decide")
    world: World = Field(description="how the world is")
    uncertainties: dict[OwnName, Uncertainty] = Field(
        default_factory=dict,
        description="numbers that nobody knows, by name; others refer to them as {uncertain: name}",
    )
    _central: Scenario | None = PrivateAttr(default=None)

    @property
    def central(self) -> Scenario:
        """The scenario with every uncertainty at its central value, of which this one is a draw."""
        return self._central or self

    def drawn_from(self, central: Scenario) -> Scenario:
        """The same scenario, known as a draw of another."""
        self._central = central
        return self

    def calendar(self, months: int) -> Calendar:
        """The calendar over a horizon in months."""
        return self.dates.calendar(months)
