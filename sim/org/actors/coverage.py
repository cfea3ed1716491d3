"""Coverage: each month the gap between pipeline held and pipeline wanted moves how far its sources are pushed."""

from __future__ import annotations

import numpy as np

from sim import ledger
from sim.org.state.organization import Organization

FLOW_MONTHS = 3  # a month's gap is to be closed by one quarter of extra pipeline


def fill_gap(org: Organization, month: int, open_usd: np.ndarray) -> None:
    """Set how far each source is pushed in each cell for the coming month: from last month's push up or down.

    Were the push a function of the gap alone, pipeline would settle where a gap remains, far below what is wanted.

    Args:
        open_usd: open pipeline by cell on the month's first day.
    """
    policy = org.scenario.levers.coverage
    if policy.target_ratio is None:
        return
    ratio = policy.target_ratio.at(float(org.calendar.month_starts[month]), org.calendar)
    aims = np.zeros(len(open_usd), ledger.SNAPSHOTS)
    aims["month"], aims["quantity"], aims["stage"], aims["value"] = month, ledger.COVERAGE_TARGET, -1, ratio
    aims["segment"], aims["region"] = org.codes.of_cells
    org.journal.snapshots.extend(aims)

    fillers = [org.codes.sources.index(name) for name in policy.filled_by]
    supply = org.demand.usual_flow_usd(org.week.output)[fillers].sum(axis=0) * FLOW_MONTHS
    gap = ratio * coming_target(org, month) - open_usd
    harder = np.divide(gap, supply, out=np.zeros(len(gap)), where=supply > 0.0)
    most = np.maximum(list(policy.filled_by.values()), 1.0)
    org.demand.push[fillers] = pushed = np.clip(org.demand.push[fillers] + harder, 1.0, most[:, None])
    for cell in np.flatnonzero((gap > 0.0) & (supply > 0.0)):
        segment, region = org.codes.segment_region(int(cell))
        reached = float(pushed[:, cell].max())
        org.decide_where(ledger.FILL_GAP, segment, region, reached, "open pipeline is below the coverage target")


def coming_target(org: Organization, month: int) -> np.ndarray:
    """Target of the coming months by cell, in US dollars; see ``Calendar.coming_months``."""
    return org.finance.target_usd[:, :, org.calendar.coming_months(month)].sum(axis=2).ravel()
