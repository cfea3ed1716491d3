"""The scenario: one question, with where we start, what we decide, how the world is, and what we are unsure of."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr, model_validator

from sim.calendar import Calendar
from sim.scenario.behaviour import Behaviour
from sim.scenario.billing import Billing
from sim.scenario.deals import Region, Segment
from sim.scenario.demand import Source
from sim.scenario.engineering import Engineering
from sim.scenario.levers import Levers
from sim.scenario.market import Market
from sim.scenario.opening import Opening
from sim.scenario.people import Attention, Costs, Hiring, Role
from sim.scenario.quantities import Day, Noun
from sim.scenario.shocks import Shock
from sim.scenario.territory import Territory
from sim.scenario.uncertainty import Uncertainty
from sim.scenario.value import Value

LEAST_OPEN_DAYS_PER_YEAR = 26
UNALLOCATED = "unallocated"  # stands in tables for no segment, region or role, so nothing may be called so


class Dates(Noun):
    """The calendar. Durations run in calendar days, rates per working day."""

    start: Day = Field(description="first day; the first of a month")
    fiscal_year_start_month: int = Field(
        default=1, ge=1, le=12, description="number of the month in which fiscal years begin"
    )
    closed_weekdays: list[Annotated[int, Field(ge=0, le=6)]] = Field(
        default_factory=lambda: [5, 6], max_length=6, description="Monday is 0"
    )
    holidays: list[str] = Field(
        default_factory=list, max_length=366, description="closed every year, as month-day: 12-25"
    )
    equal_months: bool = Field(default=False, description="planner's calendar: months of 30 days, all open")

    @model_validator(mode="after")
    def _possible(self) -> Dates:
        if self.start.day != 1:
            raise ValueError(f"start is {self.start}; it must be the first of a month")
        if not 1970 <= self.start.year <= 2200:
            raise ValueError(f"start is {self.start}; allowed are the years 1970 to 2200")
        for text in self.holidays:
            if not re.fullmatch(r"\d{2}-\d{2}", text):
                raise ValueError(f"holiday {text!r} is not of the form month-day, such as 12-25")
            try:
                date(2024, int(text[:2]), int(text[3:]))
            except ValueError:
                raise ValueError(f"holiday {text!r} is no day of the year") from None
        open_days = self._open_days_per_year()
        if open_days < LEAST_OPEN_DAYS_PER_YEAR:
            raise ValueError(
                f"closed_weekdays and holidays leave {open_days:.0f} open days a year; at least "
                f"{LEAST_OPEN_DAYS_PER_YEAR} are needed"
            )
        return self

    def _open_days_per_year(self) -> float:
        """On average over weekdays, which fall on every date in turn."""
        dates = 366 - len(set(self.holidays))
        return dates * (7 - len(set(self.closed_weekdays))) / 7.0


class World(Noun):
    """How the world is."""

    segments: dict[str, Segment] = Field(min_length=1, description="kinds of customers, by name")
    regions: dict[str, Region] = Field(min_length=1, description="places with people and leads of their own, by name")
    sources: dict[str, Source] = Field(
        min_length=1, max_length=60, description="where opportunities come from, by name"
    )
    roles: dict[str, Role] = Field(min_length=1, description="kinds of jobs, by name")
    hiring: Hiring = Field(description="how long it takes to fill a seat")
    attention: Attention = Field(default=Attention(), description="what overload of sellers does")
    engineering: Engineering = Field(default=Engineering(), description="how deals wait for solution engineers")
    market: Market = Field(default=Market(), description="regimes and the common factor")
    territory: Territory | None = Field(default=None, description="none for endless accounts")
    shocks: dict[str, Shock] = Field(default_factory=dict, description="what befalls the world on a date, by name")
    costs: Costs = Field(description="what people and the organization cost")
    billing: Billing | None = Field(
        default=None, description="from contracts to revenue and cash; none: money is bookings and cost only"
    )
    value: Value = Field(default=Value(), description="what a plan is worth beyond its horizon; needs billing")
    behaviour: Behaviour = Field(default=Behaviour(), description="how sellers answer to their pay")


class Scenario(Noun):
    """One question and all that is needed to simulate it."""

    name: str = Field(default="unnamed", min_length=1, max_length=100, description="the name of the file, unless given")
    question: str = Field(min_length=1, max_length=1000, description="the business question, one sentence")
    kind: Literal["plan", "weather"] = Field(
        default="plan",
        description="plan: what we may decide; weather: what may befall us, which is never recommended",
    )
    dates: Dates = Field(description="the calendar")
    opening: Opening = Field(description="the first day")
    levers: Levers = Field(description="what we decide")
    world: World = Field(description="how the world is")
    uncertainties: dict[str, Uncertainty] = Field(
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
        return _calendar(
            self.dates.start,
            months,
            self.dates.fiscal_year_start_month,
            tuple(self.dates.closed_weekdays),
            tuple((int(h[:2]), int(h[3:])) for h in self.dates.holidays),
            self.dates.equal_months,
        )


_calendar = lru_cache(maxsize=64)(Calendar)  # its tables are made once, not once a replication
