"""The close: at a month's end costs are written, at a quarter's end quotas are measured and people reviewed."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import simpy

from sim import ledger
from sim.money import cost, partners
from sim.org.actors.coverage import fill_gap
from sim.org.actors.reviews import review
from sim.org.actors.snapshot import Snapshot
from sim.org.actors.territory import write_accounts, write_taken
from sim.org.pay.quota import close_quarter
from sim.org.state.organization import Organization
from sim.org.state.tenure import take_days
from sim.pipeline import verbs


def start(org: Organization) -> None:
    """Start the months of the books."""
    org.env.process(_monthly(org))


def _monthly(org: Organization) -> Generator[simpy.Event, None, None]:
    """At each month's first instant: close the month before, then look at the pipeline and push its sources."""
    snapshot = Snapshot(org.scenario)
    for month in range(org.calendar.months):
        if month > 0:
            yield org.env.timeout(float(org.calendar.month_starts[month]) - org.env.now)
            close_month(org, month - 1)
        open_month(org, month, snapshot)


def open_month(org: Organization, month: int, snapshot: Snapshot) -> None:
    """Photograph the open pipeline, and let the coverage policy act on it."""
    calendar = org.calendar
    quarter = calendar.quarter_of_month[month]
    quarter_end = calendar.month_starts[np.flatnonzero(calendar.quarter_of_month == quarter)[-1] + 1]
    day = float(calendar.month_starts[month])
    stages, cells, waiting = org.pipeline.snapshot(day, float(calendar.month_starts[month + 1]), float(quarter_end))
    org.journal.snapshots.extend(snapshot.rows(month, stages, cells, waiting))
    write_accounts(org, month)
    if org.week.coaching.acts:
        org.journal.snapshots.extend(org.week.coaching.photograph(month))
    fill_gap(org, month, cells[:, verbs.OPEN_USD])


def close_month(org: Organization, month: int) -> None:
    """Write what the month used and cost; at a quarter's end measure quotas and review people."""
    calendar = org.calendar
    start, end = (float(d) for d in calendar.month_starts[month : month + 2])
    used, held = org.pipeline.hours_by_cell(end)
    write_hours(org, month, used, held)
    write_places(org, month, end)
    write_taken(org, month)
    programs = org.demand.program_usd(month, prospectors_by_cell(org, start, end))
    programs = programs.reshape(-1, len(org.codes.regions))
    org.journal.payments.extend(
        cost.month_of_cost(org.finance.rates, month, start, end, org.journal.seats.rows, programs)
    )
    org.journal.payments.extend(cost.month_of_other_cost(org.finance.rates, month, end))
    write_ramped_days(org, end)
    org.journal.open_month = month + 1
    org.journal.payments.extend(
        partners.month_of_margins(
            org.finance.partner_margin, month, start, end, org.pipeline.credits, org.pipeline.deals, org.codes
        )
    )
    if month == calendar.months - 1 or calendar.quarter_of_month[month + 1] != calendar.quarter_of_month[month]:
        quarter = int(calendar.quarter_of_month[month])
        review(org, quarter, *close_quarter(org, quarter))


def write_hours(org: Organization, month: int, used: np.ndarray, held: np.ndarray) -> None:
    """Write the hours that each cell used and held in the month."""
    rows = np.zeros((len(used), 2), ledger.SNAPSHOTS)
    segment, region = org.codes.of_cells
    rows["month"], rows["quantity"], rows["stage"] = month, (ledger.HOURS_USED, ledger.HOURS_HELD), -1
    rows["segment"], rows["region"] = segment[:, None], region[:, None]
    rows["value"] = np.column_stack([used, held])
    org.journal.snapshots.extend(rows.ravel())


def write_ramped_days(org: Organization, end: float) -> None:
    """Write what everybody here gave in the month that closes."""
    rows = np.zeros(len(org.roster), ledger.RAMPED)
    count = take_days(rows, org.roster, org.week.ramps, end, org.journal.open_month)
    org.journal.ramped.extend(rows[:count])


def write_places(org: Organization, month: int, end: float) -> None:
    """Write how many days of SEs' places each pool used and held in the month."""
    if len(org.engineers.pools):
        used, held = org.pipeline.places_by_pool(end)
        for pool in org.engineers.pools:
            segment, region = org.engineers.where(pool)
            for quantity, days in ((ledger.SE_PLACES_USED, used), (ledger.SE_PLACES_HELD, held)):
                org.journal.snapshots.add(
                    month=month, quantity=quantity, segment=segment, region=region, stage=-1, value=days[pool]
                )


def prospectors_by_cell(org: Organization, start: float, end: float) -> np.ndarray:
    """Average prospectors of each cell between two instants."""
    spells = org.journal.seats.rows
    cell = org.roster["cell"][spells["seat"]]
    mine = (org.roster["stream"][spells["seat"]] >= 0) & (cell >= 0)
    days = np.clip(np.minimum(spells["end_day"], end) - np.maximum(spells["start_day"], start), 0.0, None)
    return np.bincount(cell[mine], days[mine], org.demand.push.shape[1]) / (end - start)
