"""What a table leaves out where a scenario has more groups and periods than it may hold."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.measures.groups import GROUP_KINDS
from sim.measures.periods import PERIOD_KINDS

GROUPS_SAID = {"all": "the whole organization", "segment_region": "segment and region"}


def kinds_kept(group_kind: np.ndarray, period_kind: np.ndarray) -> dict[str, set[str]]:
    """The kinds of periods that rows have, by kind of group. Arrays of codes, one entry a row."""
    pairs = np.unique(np.stack([group_kind, period_kind]), axis=1).T
    kept: dict[str, set[str]] = {}
    for group, period in pairs:
        kept.setdefault(GROUP_KINDS[group], set()).add(PERIOD_KINDS[period])
    return kept


def left_out_in_words(full: Mapping[str, set[str]], kept: Mapping[str, set[str]], rows_in_full: int) -> str:
    """One sentence on what of a full table was not kept and the key that brings it back; empty where all was."""
    said = []
    for group in GROUP_KINDS:
        gone = [kind for kind in PERIOD_KINDS if kind in full.get(group, set()) - kept.get(group, set())]
        if gone:
            periods = "everything" if group not in kept else " and ".join(f"{kind}s" for kind in gone)
            said.append(f"{periods} by {GROUPS_SAID.get(group, group)}")
    if not said:
        return ""
    return f"Left out of the tables, for want of room: {'; '.join(said)}. run.most_rows={rows_in_full} brings it back."
