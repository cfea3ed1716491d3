"""What is to be known of deals that are used as they are, and what their files do not know."""

from __future__ import annotations

from collections.abc import Container

import numpy as np

from sim.crm.dates import iso
from sim.crm.known_from import starts_empty
from sim.crm.opportunities import NONE, OPEN, Opportunities


def worth_knowing(seen: Opportunities) -> list[str]:
    """Notes on deals that are kept: past the date expected, without names or amounts, a pipeline that starts empty."""
    is_open, notes = seen.outcome == OPEN, []
    if seen.closes_known_from > seen.as_of:
        notes.append(
            f"closes are known from {iso(seen.closes_known_from)} only: nothing can be learned of those before"
        )
    past = int((is_open & (seen.expected != NONE) & (seen.expected < seen.as_of)).sum())
    if past:
        notes.append(f"{past:,} open deals are past the date expected; they are kept")
    for name in ("owner", "account", "product", "segment"):
        column = getattr(seen, name)
        without, still_open = ~column.known, int((~column.known & is_open).sum())
        if column.names and without.any():
            notes.append(f"{int(without.sum()):,} deals have no {name}, {still_open:,} of them open")
    unknown = int(np.isnan(seen.amount[~is_open]).sum())
    if unknown and np.isfinite(seen.amount).any():
        notes.append(f"{unknown:,} closed deals have no amount that is known")
    if starts_empty(seen.created, seen.created_known_from, seen.as_of):
        day = iso(seen.created_known_from)
        notes.append(f"the pipeline starts empty on {day}: that wins climb from then on is no growth")
    return notes


def unseen(seen: Opportunities, files: Container[str]) -> tuple[str, ...]:
    """What the files do not know.

    Args:
        files: the kinds of files that there are.
    """
    is_open, amounts = seen.outcome == OPEN, bool(np.isfinite(seen.amount).any())
    asked = (
        (not seen.owner.names, "who owned a deal"),
        (not amounts, "amounts"),
        (amounts and bool(is_open.any()) and seen.amounts_at_close_only, "amounts of open deals"),
        ("history" not in files, "when a deal changed its stage"),
        (not (seen.expected[is_open] != NONE).any(), "forecast close dates"),
        (not seen.segment.names, "segments"),
        (not seen.product.names, "products"),
        (not seen.account.names, "accounts"),
        ("roster" not in files, "who came and left when"),
    )
    return tuple(what for missing, what in asked if missing)
