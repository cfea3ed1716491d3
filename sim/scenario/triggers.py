"""Triggers: what a leader waits to see before a lever is pulled. A requisition or a freeze hangs on one by its name."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from sim.scenario.names import RegionName, SegmentName
from sim.scenario.quantities import Cost, Day, Days, Noun
from sim.spelling import listed

# What a leader reads on the first day of a month.
READINGS = ("bookings", "bookings_of_target", "new_customers", "open_pipeline", "policy_coverage")
OVER_TIME = ("bookings", "bookings_of_target", "new_customers")  # the others are as they stand on the day
OF_TARGET = ("bookings_of_target", "policy_coverage")  # shares of a plan; the others are dollars or customers
IN_DOLLARS = ("bookings", "open_pipeline")

# What comes out only when the run is over, or what nobody in the company can see.
AHEAD_OR_HIDDEN = (
    "hits_target", "hits_target_with_judgment", "value", "run_off_value", "pipeline_value", "contribution",
    "arr_at_end", "customers_at_end", "open_pipeline_at_end", "productivity_capacity", "booked_of_capacity",
    "ramped_rep_equivalents", "ability", "win_chance", "regime", "forecast", "odds",
)  # fmt: skip

MONTHS_A_QUARTER = 3


class Trigger(Noun):
    """Something that is looked at on the first day of months or quarters, and fires once: the first time it is so."""

    when: Literal["bookings", "bookings_of_target", "new_customers", "open_pipeline", "policy_coverage"] = Field(
        description="what is read on the day: US dollars, customers, or multiples of the target"
    )
    above: Cost | None = Field(default=None, description="fires when it is above this; or give below")
    below: Cost | None = Field(default=None, description="fires when it is below this")
    over_quarters: int | None = Field(
        default=None, ge=1, le=40,
        description="for bookings and customers: the last so many whole fiscal quarters that are closed; none for all"
        " since the first day",
    )  # fmt: skip
    checked: Literal["monthly", "quarterly"] = Field(
        default="monthly", description="looked at on the first day of every month, or of every fiscal quarter"
    )
    from_date: Day | None = Field(default=None, description="not looked at before; none for the first day")
    to_date: Day | None = Field(default=None, description="not looked at from here on; none for no end")
    act_after_days: Days = Field(default=0.0, description="days from the day it fires to the day on which levers act")
    segment: SegmentName | None = Field(default=None, description="only there; none for all")
    region: RegionName | None = Field(default=None, description="only there; none for all")

    @field_validator("when", mode="before")
    @classmethod
    def _known_on_the_day(cls, given: Any) -> Any:
        if isinstance(given, str) and given in AHEAD_OR_HIDDEN:
            raise ValueError(
                f'"{given}" is not known on the day: a trigger reads what a leader knows then, one of'
                f" {listed(READINGS)}"
            )
        return given

    @model_validator(mode="after")
    def _fits_together(self) -> Trigger:
        if (self.above is None) == (self.below is None):
            raise ValueError("give either above or below")
        if self.over_quarters is not None and self.when not in OVER_TIME:
            raise ValueError(f"over_quarters is given, but {self.when} is as it stands on the day")
        if self.from_date is not None and self.to_date is not None and self.to_date <= self.from_date:
            raise ValueError(f"to_date {self.to_date} is not after from_date {self.from_date}")
        return self

    def fires_at(self, reading: float) -> bool:
        """Whether what was read pulls the trigger; what cannot be read, NaN, does not."""
        if self.above is not None:
            return reading > self.above
        return self.below is not None and reading < self.below

    @property
    def limit(self) -> float:
        """What a reading is held against."""
        found = self.above if self.above is not None else self.below
        assert found is not None, "the model asks for one of the two"
        return found

    @property
    def condition(self) -> str:
        """What it waits for, in words: ``bookings in the last 2 quarters are above 105% of target``."""
        what = "open pipeline is" if self.when not in OVER_TIME else f"{self._over_what} {self._since} are"
        side = "above" if self.above is not None else "below"
        where = [one for one in (self.segment, self.region) if one is not None]
        return f"{what} {side} {self.said(self.limit)}{' in ' if where else ''}{', '.join(where)}"

    @property
    def _over_what(self) -> str:
        return "customers won" if self.when == "new_customers" else "bookings"

    @property
    def _since(self) -> str:
        if self.over_quarters is None:
            return "to date"
        return "in the last quarter" if self.over_quarters == 1 else f"in the last {self.over_quarters} quarters"

    def said(self, reading: float) -> str:
        """A reading in words."""
        if self.when in IN_DOLLARS:
            return f"${reading:,.0f}"
        if self.when == "bookings_of_target":
            return f"{100 * reading:.4g}% of target"
        if self.when == "policy_coverage":
            return f"{reading:.3g} times the coming three months' target"
        return f"{reading:,.10g}"


def reason_of(name: str) -> str:
    """Why what hangs on a trigger happens, as the ledger's decisions give it."""
    return f"trigger {name}"
