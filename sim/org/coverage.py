"""Coverage: each month the gap between pipeline held and pipeline wanted raises the sources that fill it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import ledger

if TYPE_CHECKING:
    from sim.org.organization import Organization

FLOW_MONTHS = 3  # a gap is to be closed by one quarter of extra pipeline


def fill_gap(org: Organization, month: int, open_usd: np.ndarray) -> None:
    """Set how far each source is pushed in each cell for the coming month.

    Args:
        open_usd: open pipeline by cell on the month's first day.
    """
    policy = org.scenario.levers.coverage
    if policy.target_ratio is None:
        return
    day = float(org.calendar.month_starts[month])
    ratio = policy.target_ratio.at(day, org.calendar)
    wanted = ratio * coming_target(org, month)
    flow = usual_flow_usd(org)
    sources = list(org.scenario.world.sources)
    for cell in range(len(wanted)):
        segment, region = org.cell_codes(cell)
        org.snapshots.add(month, ledger.COVERAGE_TARGET, segment, region, -1, ratio)
        fillers = [sources.index(name) for name in policy.filled_by]
        supply = sum(flow[s, cell] for s in fillers) * FLOW_MONTHS
        gap = max(wanted[cell] - open_usd[cell], 0.0)
        wish = 1.0 + (gap / supply if supply > 0 else 0.0)
        for s in fillers:
            org.demand.push[s, cell] = min(wish, max(policy.filled_by[sources[s]], 1.0))
        if gap > 0 and supply > 0:
            pushed = float(org.demand.push[fillers, cell].max())
            org.decide(ledger.FILL_GAP, -1, segment, region, pushed, "open pipeline is below the coverage target")


def coming_target(org: Organization, month: int) -> np.ndarray:
    """Target of this month and the two after it by cell, in US dollars; past the horizon the last months repeat."""
    months = np.minimum(np.arange(month, month + 3), org.calendar.months - 1)
    return org.target_usd[:, :, months].sum(axis=2).ravel()


def usual_flow_usd(org: Organization) -> np.ndarray:
    """Pipeline that each source makes in a month, unpushed; shape (sources, cells)."""
    leads = org.demand.base_by_cell(org.week.output) * org.calendar.working_days_per_month
    return leads * org.deal_usd
