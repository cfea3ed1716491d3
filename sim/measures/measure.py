"""What a measure is: one declaration with its name, unit, meaning and formula, and where it is given."""

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
    unit: Unit
    kind: Kind
    meaning: str  # one plain sentence
    formula: str
    value: Callable[[Sums], np.ndarray]  # shape (G, T), NaN where undefined
    finest: Mapping[str, str]  # group kind to period kind
    of_parts: OfParts | None = None  # for a ratio that has a ratio of means over replications, how it follows
    yes_no: bool = False  # 1 or 0 in a replication: its mean over replications is a chance, percentiles say nothing

    @property
    def over_replications(self) -> str:
        """What its mean over replications is, in words; empty where nothing but a mean can be meant."""
        if self.kind != "ratio" or self.yes_no:
            return ""
        if self.of_parts is None:
            return "`mean` is the mean of ratios"
        return "`ratio_of_means` is worked out from the means of its parts, `mean` is the mean of ratios"

    @property
    def adds_up(self) -> bool:
        """Whether segments, regions, roles, sources and stages, with what is unallocated, add up to all."""
        return self.kind != "ratio" and self.unit not in PER_SOMETHING
