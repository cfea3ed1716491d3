"""What two runs' figures differ in, plan by plan: of the same luck where both were played under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.results.estimates import Estimate, compare
from sim.results.layout import TOTAL
from sim.results.run_folder import RunFolder

TOLD = ("bookings", "target", "cost", "contribution", "arr_at_end", "heads")
SETTINGS = ("replications", "months", "seed", "uncertain")


@dataclass(frozen=True)
class Figure:
    """A measure of the whole run in both: P10, P50, P90 each; ``gap`` the mean of after less before in the replications
    of the same luck, None where they have none in common.
    """

    measure: str
    before: tuple[float, float, float]
    after: tuple[float, float, float]
    gap: Estimate | None
    same_luck: int  # replications


def figures(before: RunFolder, a: str, after: RunFolder, b: str) -> Iterator[Figure]:
    """Of plan a of the one run and plan b of the other, as far as both have a measure."""
    for measure in TOLD:
        if before.has(measure) and after.has(measure):
            ends = _ends(before, a, measure), _ends(after, b, measure)
            yield Figure(measure, *ends, *_gap(before, a, after, b, measure))


def _ends(run: RunFolder, plan: str, measure: str) -> tuple[float, float, float]:
    low, middle, high = (run.statistic(plan, measure, name) for name in ("p10", "p50", "p90"))
    return low, middle, high


def _gap(before: RunFolder, a: str, after: RunFolder, b: str, measure: str) -> tuple[Estimate | None, int]:
    """Only where seed and months are the same is the luck of a replication the same."""
    if any(before.manifest["settings"].get(key) != after.manifest["settings"].get(key) for key in ("seed", "months")):
        return None, 0
    one, other = (run.replications.table(plan, measure, TOTAL) for run, plan in ((before, a), (after, b)))
    both = one.index.intersection(other.index)
    if len(both) == 0 or one.shape[1] == 0 or other.shape[1] == 0:
        return None, 0
    draws = both.get_level_values("draw").to_numpy()
    found = compare(one.loc[both].to_numpy(float), other.loc[both].to_numpy(float), np.asarray(draws))
    return Estimate(float(found.mean_difference[0]), float(found.ci_low[0]), float(found.ci_high[0])), len(both)
