"""What scenarios can be judged by: the measures that a verdict asks of a play, and the criteria that all have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.results.criterion import HITS_TARGET, STANDING, WITHOUT_BILLING, Criterion, criterion_of

FEWEST_REPLICATIONS = 30  # even odds come out as 32% or as 68% of so many
PARTS = ("contribution", "run_off_value", "pipeline_value")  # which add up to value
MEASURED = ("bookings", "cost", "target", HITS_TARGET, "value", *PARTS, "arr_at_end")
Totals = Mapping[str, np.ndarray]  # by measure each replication's number, shape (replications,)


def measured_for(criterion: Criterion) -> tuple[str, ...]:
    """The measures that a verdict by a criterion asks of a play; bookings less cost follows from two of them."""
    has_it = criterion.measure in (*MEASURED, WITHOUT_BILLING)
    return MEASURED if has_it else (*MEASURED, criterion.measure)


def with_kept(totals: Totals) -> dict[str, np.ndarray]:
    """The numbers that a verdict asks of one scenario, bookings less cost among them; shape (replications,) each."""
    names = dict.fromkeys((*MEASURED, *totals))
    known = {name: np.asarray(totals[name], float) for name in names if name in totals}
    known[WITHOUT_BILLING] = known["bookings"] - known["cost"]
    return known


@dataclass(frozen=True)
class JudgedBy:
    """How scenarios are judged.

    ``known`` are the standing criteria that all of them have numbers for. ``criterion`` is the one that was asked for,
    or what is known in its place. ``without``: in how many replications one of them has no number by what was asked.
    """

    asked: Criterion
    known: tuple[str, ...]
    criterion: Criterion
    without: int

    @classmethod
    def of(cls, scenarios: Sequence[Totals], asked: Criterion) -> JudgedBy:
        """Of scenarios under the same luck, each as ``with_kept`` gives it."""
        known = _known(scenarios)
        none = np.full(len(scenarios[0]["bookings"]), np.nan)
        undefined = np.isnan([one.get(asked.measure, none) for one in scenarios]).any(axis=0)
        without = int(undefined.sum())
        if asked.stands:
            criterion = asked if asked.name in known else criterion_of(WITHOUT_BILLING)
        else:
            enough = len(none) - without >= min(FEWEST_REPLICATIONS, len(none))
            criterion = asked if enough else criterion_of(_worth(known))
        return cls(asked, known, criterion, without)

    @property
    def worth(self) -> str:
        """The measure that scenarios are worth by: value, or where nothing is billed bookings less cost."""
        return _worth(self.known)

    @property
    def by_amount(self) -> Criterion:
        """The criterion, or in place of one that is yes or no in a replication what scenarios are worth by."""
        return criterion_of(self.worth) if self.criterion.yes_no else self.criterion


def worth_of(scenarios: Sequence[Totals]) -> str:
    """The measure that scenarios, each as ``with_kept`` gives it, are worth by; some may have been played less."""
    return _worth(_known(scenarios))


def _known(scenarios: Sequence[Totals]) -> tuple[str, ...]:
    return tuple(one for one in STANDING if _is_known(criterion_of(one).measure, scenarios))


def _worth(known: Sequence[str]) -> str:
    return "value" if "value" in known else WITHOUT_BILLING


def _is_known(measure: str, scenarios: Sequence[Totals]) -> bool:
    """Whether every scenario has numbers for a measure; money that is nought throughout was not counted."""
    if any(measure not in one or not np.isfinite(one[measure]).any() for one in scenarios):
        return False
    return measure == HITS_TARGET or any(np.any(one[measure]) for one in scenarios)
