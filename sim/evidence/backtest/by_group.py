"""Whether ranges by owner and by segment held what came: each group's wins and bookings in each month after a cut."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.crm.opportunities import Named, Opportunities
from sim.crm.reading import Export
from sim.evidence.backtest.came import came, earlier
from sim.evidence.backtest.frozen import frozen
from sim.fit.outlook import MEASURES, outlook
from sim.results.percentiles import percentiles

MONTHS = 3
ENDS = (0.1, 0.9)


@dataclass(frozen=True)
class HeldByGroup:
    """``count`` of ``of`` cells lay in their 80% ranges: months and measures of ``groups`` groups and of the total.
    ``live`` and ``held_live`` are those of groups from which at least a win in the quarter was expected.
    """

    by: str
    cutoff: int
    groups: int
    count: int
    of: int
    held_live: int
    live: int


def held_by_group(export: Export, by: str, draws: int, seed: int) -> HeldByGroup | None:
    """The last cut after which three months are known. Groups are those that had a deal by then.

    Owners of deals that were open then are those of the export, for a single export knows no others: where deals have
    changed hands since, this knows a little of what came.

    None where the column does not tell open deals apart, or nothing can be fitted.
    """
    whole = export.opportunities
    day = earlier(whole.as_of, MONTHS)
    try:
        then = frozen(export, day)
        if by == "owner":
            then = replace(then, owner=Named.of(whole.owner[whole.created <= day].texts().tolist()))
        told = outlook(then, MONTHS, draws, seed, by=by)
    except ValueError:
        return None
    if told.by_group is None or told.groups is None:
        return None
    column: Named = getattr(then, by)
    names = [name for code, name in enumerate(column.names) if (column.codes == code).any()]
    places = [told.groups.names.index(name) for name in names]
    samples = told.by_group.sum(axis=3)
    samples = np.concatenate([samples[..., places], samples.sum(axis=3, keepdims=True)], axis=3)
    actual = np.stack([came_of(whole, by, name, day, told.starts) for name in [*names, None]], axis=2)
    low, high = percentiles(samples.reshape(len(samples), -1), ENDS).reshape(2, *actual.shape)
    held = (low <= actual) & (actual <= high)
    live = np.append(samples[:, :, 0, :-1].sum(axis=1).mean(axis=0) >= 1, True)
    return HeldByGroup(
        by, day, len(names), int(held.sum()), held.size, int(held[..., live].sum()), held[..., live].size
    )  # fmt: skip


def came_of(whole: Opportunities, by: str, name: str | None, day: int, starts: np.ndarray) -> np.ndarray:
    """What came of a group, or of all, shape (months, measures)."""
    column: Named = getattr(whole, by)
    if name is not None:
        whole = whole[column.codes == (column.names.index(name) if name in column.names else -2)]
    found = came(whole, day, starts).sum(axis=2)
    found[:, MEASURES.index("bookings")] = np.nan_to_num(found[:, MEASURES.index("bookings")])  # no win, no bookings
    return found
