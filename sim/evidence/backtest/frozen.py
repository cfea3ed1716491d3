"""What was known on the evening of an earlier day, and nothing that was learned later.

A file shows deals as last edited. What a later edit may have changed is not used for deals that were open then: their
amounts, owners and accounts; but what people had said of a deal by then is known where a history has it. Also what a
file tells of itself, since when closes are known and which days are mass edits, is found anew from the rows of that
evening; what the mapping says of it stands.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sim.crm.known_from import bulk_days, closes_known_from
from sim.crm.opportunities import NONE, OPEN, Named, Opportunities
from sim.crm.reading import Export

_OF_CREATION = ("segment", "product")  # kept, unless the file knows them at the close only
_LATER = ("owner", "account")  # deals change hands


def frozen(export: Export, day: int) -> Opportunities:
    """Deals as known on the evening of ``day``. Raises ValueError for a day after the export."""
    now = export.opportunities
    then = now.known_on(day, export.history, export.views)
    is_open = then.outcome == OPEN
    blank = [*_LATER, *(name for name in _OF_CREATION if _at_close_only(getattr(now, name), now.outcome == OPEN))]
    names = {name: _without(getattr(then, name), is_open) for name in blank}
    names |= {name: getattr(then, name) for name in (*_OF_CREATION, "stage", "category") if name not in names}
    done = ~is_open
    bulk = bulk_days(then.created[done], then.closed[done])
    closes_from, created_from, _ = closes_known_from(then.created, then.closed, bulk)
    marked = export.marked[now.created <= day]
    then = replace(
        then,
        amount=then.amount if _dated(export) else np.where(is_open, np.nan, then.amount),
        bulk=(np.isin(then.closed, bulk) | marked) & done,
        closes_known_from=export.told_days.get("closes_known_from", closes_from),
        created_known_from=export.told_days.get("created_known_from", created_from),
    )
    columns: dict[str, Any] = {name: _seen(column) for name, column in names.items()}
    return replace(then, **columns)


def _dated(export: Export) -> bool:
    """Whether amounts are known as of each change."""
    return export.views is not None and export.views.amount is not None


def _at_close_only(column: Named, is_open: np.ndarray) -> bool:
    """Whether the export knows the names of most closed deals and of few open ones."""
    if not is_open.any() or is_open.all():
        return False
    return bool(column.known[is_open].mean() < 0.5 < column.known[~is_open].mean())


def _without(column: Named, rows: np.ndarray) -> Named:
    return Named(np.where(rows, NONE, column.codes).astype(np.int32), column.names)


def _seen(column: Named) -> Named:
    """The column with the names that stand in it alone: a name that came later has no place, not even an empty one."""
    used = np.unique(column.codes[column.known])
    codes = np.where(column.known, np.searchsorted(used, column.codes), NONE).astype(np.int32)
    return Named(codes, tuple(column.names[code] for code in used))
