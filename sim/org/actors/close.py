"""The close: at a month's end costs are written, at a quarter's end quotas are measured and people reviewed."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np
import simpy

from sim import ledger
from sim.money import cost, partners
from sim.org.actors.coverage import fill_gap
from sim.org.actors.territory import write_accounts, write_taken
from sim.org.pay.quota import close_quarter
from sim.org.state.tenure import write_month
from sim.pipeline import verbs

if TYPE_CHECKING:
    from sim.org.state.organization import Organization


def monthly(org: Organization) -> Generator[simpy.Event, None, None]:
    """At each month's first instant: close the month before, then look at the pipeline and push its sources."""
    for month in range(org.calendar.months):
        if month > 0:
            yield org.env.timeout(float(org.calendar.month_starts[month]) - org.env.now)
            close_month(org, month - 1)
        open_month(org, month)


def open_month(org: Organization, month: int) -> None:
    """Photograph the open pipeline, and let the coverage policy act on it."""
    calendar = org.calendar
    quarter = calendar.quarter_of_month[month]
    quarter_end = calendar.month_starts[np.flatnonzero(calendar.quarter_of_month == quarter)[-1] + 1]
    day = float(calendar.month_starts[month])
    stages, cells, waiting = org.pipeline.snapshot(day, float(calendar.month_starts[month + 1]), float(quarter_end))
    org.snapshots.extend(snapshot_rows(org, month, stages, cells, waiting))
    write_accounts(org, month)
    if org.week.coaching.acts:
        org.snapshots.extend(org.week.coaching.photograph(month))
    fill_gap(org, month, cells[:, verbs.OPEN_USD])


def snapshot_rows(
    org: Organization, month: int, stages: np.ndarray, cells: np.ndarray, waiting: np.ndarray
) -> np.ndarray:
    """The photograph as rows of the ledger: by cell and quantity, and by cell and stage."""
    committed = (stages[:, :, 1] * org.committed).sum(axis=1)
    rows = org.photograph.copy()
    rows["month"] = month
    rows["value"] = np.concatenate([cells.T.ravel(), waiting, committed, stages.T.ravel()])
    return rows[(rows["stage"] == -1) | (rows["value"] != 0)]


def close_month(org: Organization, month: int) -> None:
    """Write what the month used and cost; at a quarter's end measure quotas and review people."""
    calendar = org.calendar
    start, end = (float(d) for d in calendar.month_starts[month : month + 2])
    used, held = org.pipeline.hours_by_cell(end)
    for cell in range(len(used)):
        org.snapshots.add(month, ledger.HOURS_USED, *org.codes.segment_region(cell), -1, used[cell])
        org.snapshots.add(month, ledger.HOURS_HELD, *org.codes.segment_region(cell), -1, held[cell])
    write_places(org, month, end)
    write_taken(org, month)
    programs = org.demand.program_usd(month, prospectors_by_cell(org, start, end))
    programs = programs.reshape(-1, len(org.scenario.world.regions))
    org.payments.extend(cost.month_of_cost(org.rates, month, start, end, org.seats.rows, programs))
    org.payments.extend(cost.month_of_other_cost(org.rates, month, end))
    write_month(org, end)
    org.open_month = month + 1
    org.payments.extend(
        partners.month_of_margins(
            org.partner_margin, month, start, end, org.pipeline.credits, org.pipeline.deals, org.codes
        )
    )
    if month == calendar.months - 1 or calendar.quarter_of_month[month + 1] != calendar.quarter_of_month[month]:
        close_quarter(org, int(calendar.quarter_of_month[month]))


def write_places(org: Organization, month: int, end: float) -> None:
    """Write how many days of SEs' places each pool used and held in the month."""
    if len(org.engineers.pools):
        used, held = org.pipeline.places_by_pool(end)
        for pool in org.engineers.pools:
            place = org.engineers.place(pool)
            org.snapshots.add(month, ledger.SE_PLACES_USED, *place, -1, used[pool])
            org.snapshots.add(month, ledger.SE_PLACES_HELD, *place, -1, held[pool])


def prospectors_by_cell(org: Organization, start: float, end: float) -> np.ndarray:
    """Average prospectors of each cell between two instants."""
    spells = org.seats.rows
    cell = org.roster["cell"][spells["seat"]]
    mine = (org.roster["stream"][spells["seat"]] >= 0) & (cell >= 0)
    days = np.clip(np.minimum(spells["end_day"], end) - np.maximum(spells["start_day"], start), 0.0, None)
    return np.bincount(cell[mine], days[mine], org.demand.push.shape[1]) / (end - start)
