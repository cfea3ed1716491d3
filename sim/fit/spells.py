"""Spells at risk, of deals or people, as tables of events and days by age and month.

Source for piecewise constant hazards as Poisson counts: Holford, Biometrics 36 (1980); Laird and Olivier, JASA 76
(1981).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.fit.months import Months, weighed_days

NOTHING = 0  # the outcome of a spell that was cut off


@dataclass(frozen=True)
class Spells:
    """Days at risk, shape (spells,) each: of a deal or somebody, or of a share of one. ``of`` is its place among all;
    it counts from the day ``enters`` to ``leaves``, the last one; ``created`` is the day of age 0.
    """

    of: np.ndarray
    created: np.ndarray
    enters: np.ndarray
    leaves: np.ndarray
    outcome: np.ndarray
    share: np.ndarray

    def __getitem__(self, rows: np.ndarray) -> Spells:
        return Spells(*(column[rows] for column in vars(self).values()))


def days_at_risk(
    spells: Spells, edges: np.ndarray, months: Months, weekdays: np.ndarray, as_of: int
) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Month by month, the spells there and their weighed days, shape (kinds, spells there, bands).

    Args:
        edges: the first ages of the bands, shape (bands,); weekdays: what each weighs, shape (kinds, 7).
    """
    start = int(months.starts[0])
    upto = np.stack([weighed_days(weights, start, as_of) for weights in weekdays])  # weight of the days before
    ends = np.append(edges[1:], 10**7)
    for month in range(int(months.of(np.array(as_of))) + 1):
        low = np.maximum(spells.enters, months.starts[month])
        high = np.minimum(spells.leaves + 1, min(months.starts[month + 1], as_of + 1))  # the day after the last
        here = np.flatnonzero(low < high)
        low, high, born = low[here, None], high[here, None], spells.created[here, None]
        begin = np.clip(born + edges, low, high) - start
        end = np.clip(born + ends, low, high) - start
        yield month, here, upto[:, end] - upto[:, begin]


def ending(spells: Spells, edges: np.ndarray, months: Months) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The spells that end with an event, their bands of age and months then."""
    ended = np.flatnonzero(spells.outcome != NOTHING)
    band = np.searchsorted(edges, spells.leaves[ended] - spells.created[ended], side="right") - 1
    return ended, band, months.of(spells.leaves[ended])


def tables(
    spells: Spells, kinds: Sequence[int], edges: np.ndarray, months: Months, weekdays: np.ndarray, as_of: int
) -> tuple[np.ndarray, np.ndarray]:
    """Events of these kinds and weighed days at risk, shape (kinds, bands, months known) each."""
    known = int(months.of(np.array(as_of))) + 1
    counts, exposure = np.zeros((2, len(kinds), len(edges), known))
    for month, here, days in days_at_risk(spells, edges, months, weekdays, as_of):
        exposure[:, :, month] = np.einsum("r,krb->kb", spells.share[here], days)
    ended, band, column = ending(spells, edges, months)
    day, share = spells.leaves[ended], spells.share[ended]
    for kind, outcome in enumerate(kinds):
        mine = spells.outcome[ended] == outcome
        np.add.at(counts[kind], (band[mine], column[mine]), share[mine])
        # On the day of its end a spell was at risk for half of it: what makes log(1 - exp(-h)) out of log(h) - h.
        np.add.at(exposure[kind], (band, column), -0.5 * share * weekdays[kind][(day - 1) % 7])
    return counts, np.maximum(exposure, 0.0)
