"""Triggers: on the first day of a month the leader reads the books, and a trigger that fires pulls what hangs on it.

What is read is what the books hold that day: what is booked, who was won, and the open pipeline as photographed at this
instant. Nothing of it is drawn, and what hangs on a trigger has its luck by its own name, as if it had been dated.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import simpy

from sim import ledger
from sim.org.actors import recruiting
from sim.org.actors.coverage import coming_target
from sim.org.state.organization import Organization
from sim.pipeline.tables import NOBODY
from sim.scenario.triggers import MONTHS_A_QUARTER, OVER_TIME, Trigger, reason_of


def start(org: Organization) -> None:
    """Start to look at the plan's triggers; without any nothing happens."""
    if org.scenario.levers.triggers:
        org.env.process(_monthly(org))


def _monthly(org: Organization) -> Generator[simpy.Event, None, None]:
    """Each month's first instant, right after the books were closed and the pipeline was photographed."""
    waiting = dict(org.scenario.levers.triggers)
    for month in range(org.calendar.months):
        if month > 0:
            yield org.env.timeout(float(org.calendar.month_starts[month]) - org.env.now)
        for name, trigger in list(waiting.items()):
            if not is_checked(org, trigger, month):
                continue
            read = reading(org, trigger, month)
            if trigger.fires_at(read):
                del waiting[name]
                segment, region = _place(org, trigger)
                org.decide_where(ledger.FIRED, segment, region, read, reason_of(name))
                org.env.process(_act(org, name, trigger.act_after_days))


def _act(org: Organization, name: str, after_days: float) -> Generator[simpy.Event, None, None]:
    """Pull what hangs on a trigger, after its lead time."""
    if after_days > 0.0:
        yield org.env.timeout(after_days)
    for i in org.seating.opened_by(name):
        recruiting.open_now(org, i)
    for one in org.scenario.levers.freezes.values():
        if one.trigger == name and one.lasts_days is not None:
            recruiting.freeze(org, one.lasts_days)


def is_checked(org: Organization, trigger: Trigger, month: int) -> bool:
    """Whether a trigger is looked at on a month's first day."""
    calendar = org.calendar
    if trigger.checked == "quarterly" and int(calendar.fiscal_month[month]) % MONTHS_A_QUARTER != 0:
        return False
    day = float(calendar.month_starts[month])
    if trigger.from_date is not None and day < calendar.day_of(trigger.from_date):
        return False
    return trigger.to_date is None or day < calendar.day_of(trigger.to_date)


def reading(org: Organization, trigger: Trigger, month: int) -> float:
    """What a trigger reads on a month's first day; NaN where there is nothing to read yet."""
    if trigger.when in OVER_TIME:
        months = months_read(org, trigger, month)
        return float("nan") if months is None else _over_time(org, trigger, months)
    rows = org.journal.snapshots.rows
    here = (rows["month"] == month) & (rows["quantity"] == ledger.OPEN_USD) & (rows["stage"] == NOBODY)
    open_usd = float(rows["value"][here & _meant(org, trigger, rows)].sum())
    if trigger.when == "open_pipeline":
        return open_usd
    target = coming_target(org, month).reshape(-1, len(org.codes.regions))
    return _over(open_usd, float(target[_cells(org, trigger)].sum()))


def months_read(org: Organization, trigger: Trigger, month: int) -> range | None:
    """The closed months that are read; None where there are too few."""
    if trigger.over_quarters is None:
        return range(month) if month else None
    quarter = org.calendar.quarter_of_month
    closed = [q for q in dict.fromkeys(quarter[:month].tolist()) if q != quarter[month]]
    last = closed[-trigger.over_quarters :]
    inside = np.flatnonzero(np.isin(quarter, last))
    if len(last) < trigger.over_quarters or len(inside) < MONTHS_A_QUARTER * trigger.over_quarters:
        return None  # the first one began before the first day
    return range(int(inside[0]), int(inside[-1]) + 1)


def _over_time(org: Organization, trigger: Trigger, months: range) -> float:
    first, end = (float(org.calendar.month_starts[month]) for month in (months.start, months.stop))
    if trigger.when == "new_customers":
        rows = org.pipeline.contracts
        new = (rows["kind"] == ledger.NEW_TERM) & (rows["start_day"] >= first) & (rows["start_day"] < end)
        return float(np.sum(new & _meant(org, trigger, rows)))
    credits = org.pipeline.credits
    credits = credits[(credits["day"] >= first) & (credits["day"] < end)]
    sold_in = np.zeros(len(credits), [("segment", "i8"), ("region", "i8")])
    sold_in["segment"], sold_in["region"] = org.codes.segment_region(org.pipeline.deals["cell"][credits["deal"]])
    credits = credits[_meant(org, trigger, sold_in)]
    booked = float(np.sum(credits["share"] * credits["amount_usd"]))
    if trigger.when == "bookings":
        return booked
    target = org.finance.target_usd[:, :, months.start : months.stop].sum(axis=2)
    return _over(booked, float(target[_cells(org, trigger)].sum()))


def _over(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else float("nan")


def _place(org: Organization, trigger: Trigger) -> tuple[int, int]:
    """The codes of a trigger's segment and region; NOBODY for all."""
    segment = NOBODY if trigger.segment is None else org.codes.segments.index(trigger.segment)
    region = NOBODY if trigger.region is None else org.codes.regions.index(trigger.region)
    return segment, region


def _meant(org: Organization, trigger: Trigger, rows: np.ndarray) -> np.ndarray:
    """Which rows are of the segment and region that a trigger is about; shape (rows,)."""
    segment, region = _place(org, trigger)
    return ((rows["segment"] == segment) | (segment == NOBODY)) & ((rows["region"] == region) | (region == NOBODY))


def _cells(org: Organization, trigger: Trigger) -> tuple[slice, slice]:
    """The same of an array by segment and region."""
    segment, region = _place(org, trigger)
    everything = slice(None)
    return (
        everything if segment == NOBODY else slice(segment, segment + 1),
        everything if region == NOBODY else slice(region, region + 1),
    )
