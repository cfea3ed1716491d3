"""What a measure is: one declaration with its name, label, unit, format, meaning and formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.measures.means import OfParts
from sim.measures.sums import Sums

Unit = Literal[
    "USD",
    "deals",
    "heads",
    "days",
    "share",
    "ratio",
    "FTE",
    "requisitions",
    "USD/day",
    "customers",
    "accounts",
    "months",
]
Kind = Literal["flow", "state", "average", "ratio"]
Better = Literal["more", "less"]
Format = Literal["dollars", "percent", "odds", "multiple", "count", "number"]

FORMAT_MEANINGS: dict[Format, str] = {
    "dollars": "US dollars: $6,200, $845K, $12.3M, $1.23B",
    "percent": "a share of 1 as percent, with a decimal below 10%: 3.4%, 87%",
    "odds": "a chance as whole percent, never rounded to an impossible or a certain one: 47%, under 1%",
    "multiple": "with two decimals: 3.14",
    "count": "whole from 100 on, below with a decimal unless whole: 12, 12.5, 1,250",
    "number": "whole from 1,000 on, below with a decimal unless whole: 12, 340.5, 1,250",
}
_USUAL_FORMAT: dict[Unit, Format] = {
    "USD": "dollars",
    "USD/day": "dollars",
    "share": "percent",
    "ratio": "multiple",
    "deals": "count",
}  # number elsewhere

KIND_MEANINGS: dict[Kind, str] = {
    "flow": "adds up over a period: a year is the sum of its quarters",
    "state": "as it stands at a period's first instant; where so stated, at its end or a mean of such states",
    "average": "averaged over the time of a period",
    "ratio": "worked out anew from the sums of each period; never an average of ratios unless so stated",
}

# For each kind of group the finest kind of period that is given; coarser ones always are. A cell has few events a
# quarter and there are many cells, so only headline measures are given for each cell and quarter.
HEADLINE = {"all": "month", "segment": "quarter", "region": "quarter", "segment_region": "quarter"}
DETAIL = {"all": "month", "segment": "quarter", "region": "year", "segment_region": "year"}
MINOR = {"all": "month", "segment": "year", "region": "year"}
SELDOM = {"all": "quarter", "segment": "year"}
BY_ROLE = {"role": "year"}
BY_ROLE_AND_QUARTER = {"role": "quarter"}
BY_SOURCE = {"source": "year"}
BY_SOURCE_AND_QUARTER = {"source": "quarter"}
BY_STAGE = {"stage": "quarter"}
BY_BAND = {"attainment": "year"}
QUARTERLY = {"all": "quarter"}  # put last: undefined in months, whatever stands before
PER_SOMETHING = ("share", "ratio", "USD/day", "months")  # units of what never adds up


@dataclass(frozen=True)
class Measure:
    """One measure, defined here and nowhere else."""

    name: str
    label: str  # as a table's row is headed
    unit: Unit
    kind: Kind
    meaning: str  # one plain sentence
    formula: str
    value: Callable[[Sums], np.ndarray] | OfParts  # of sums, or of other measures; shape (G, T), NaN where undefined
    finest: Mapping[str, str]  # group kind to period kind
    yes_no: bool = False  # 1 or 0 in a replication: its mean over replications is a chance, percentiles say nothing
    shown_as: Format | None = None  # where it is not what its unit is usually shown as
    # Which way nobody would doubt to be better, all else the same; None where more may be good or bad (heads, losses, a
    # part of pay) or no plan can change it (what stands at the start). Plans are ranked only by what has a way.
    better: Better | None = None

    @property
    def format(self) -> Format:
        """How a number of it is shown."""
        return self.shown_as or ("odds" if self.yes_no else _USUAL_FORMAT.get(self.unit, "number"))

    @property
    def of_parts(self) -> OfParts | None:
        """For a ratio of other measures how it follows from them, in a replication and over the means of many."""
        return self.value if isinstance(self.value, OfParts) else None

    @property
    def over_replications(self) -> str:
        """What its mean over replications is, in words; empty where nothing but a mean can be meant."""
        if self.kind != "ratio" or self.yes_no:
            return ""
        if self.of_parts is None:
            return "`mean` is the mean of ratios"
        return "`ratio_of_means` is worked out from the means of its parts, `mean` is the mean of ratios"

    @property
    def is_of_everybody(self) -> bool:
        """Whether it is given for the whole organization over the whole run; coarser periods always are."""
        return "all" in self.finest

    @property
    def adds_up(self) -> bool:
        """Whether segments, regions, roles, sources and stages, with what is unallocated, add up to all."""
        return self.kind != "ratio" and self.unit not in PER_SOMETHING
