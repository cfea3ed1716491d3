"""A quarter as the plan held it possible: its drivers in every replication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from sim.calendar import MONTHS_PER_QUARTER, Calendar
from sim.evidence.actuals.drivers import (
    AMOUNTS,
    ARRIVALS,
    CYCLE,
    DRIVERS,
    EXITS,
    LEADS,
    ODDS,
    OPEN_AT_START,
    RAMP,
    Values,
)
from sim.evidence.actuals.met import Met, met
from sim.evidence.selling_roles import main_selling_role, selling_roles
from sim.results.layout import KPI_NUMBERS, KPIS
from sim.results.replications import Replications, read_replications
from sim.results.run_folder import RunFolder
from sim.scenario.load import ScenarioSource
from sim.scenario.people import Role
from sim.scenario.scenario import Scenario

_DEALS = ("wins", "losses", "no_decisions", "opportunities_created", "open_opportunities_at_end")
_LEFT = ("exits_voluntary", "exits_involuntary", "exits_dated")
_PEOPLE = ("selling_heads", "ramped_rep_equivalents", *_LEFT)


@dataclass(frozen=True, eq=False)
class Planned:
    """``values`` are the plan's drivers, which make ``mean_usd`` exactly; ``drawn`` those of each replication, shape
    (replications,), as are its ``bookings``. Days are ordinals; ``starts`` is the plan's first one.
    """

    quarter: str
    first: int
    last: int
    starts: int
    values: Values
    drawn: Mapping[str, np.ndarray]
    bookings: np.ndarray
    target_usd: float
    role: Role  # the one with most seats that sells: its ramp stands for all
    days_per_month: float
    met: Met
    draws: np.ndarray  # which draw of the uncertainties each replication belongs to, shape (replications,)
    selling_share: float = 1.0  # of leavers, those who sell: ``exits`` are so much of all who leave

    @property
    def mean_usd(self) -> float:
        """The plan's mean bookings of the quarter."""
        return float(self.bookings.mean())


def quarters_of(scenario: Scenario, months: int) -> dict[str, tuple[int, int, tuple[str, ...]]]:
    """First and last day of each whole quarter of the plan and the labels of its months, by the quarter's label."""
    calendar = scenario.calendar(months)
    found: dict[str, list[int]] = {}
    for month in range(months):
        found.setdefault(calendar.quarter_labels[int(calendar.quarter_of_month[month])], []).append(month)
    return {
        name: (
            _day(calendar, calendar.month_starts[inside[0]]),
            _day(calendar, calendar.month_starts[inside[-1] + 1]) - 1,
            tuple(calendar.month_labels[month] for month in inside),
        )
        for name, inside in found.items()
        if len(inside) == MONTHS_PER_QUARTER
    }


def _day(calendar: Calendar, day: float) -> int:
    found: date = calendar.date_of(float(day))
    return found.toordinal()


def planned(run: RunFolder, plan: str, source: ScenarioSource, quarter: str) -> Planned:
    """Of a quarter that ``quarters_of`` names. Raises KeyError where the run keeps no months of what is needed."""
    settings, scenario = run.manifest["settings"], source.at_central()
    months = int(settings["months"])
    first, last, inside = quarters_of(scenario, months)[quarter]
    calendar = scenario.calendar(months)
    kept = read_replications(run.folder / KPIS, [plan], (*_DEALS, *_PEOPLE, "bookings", "target"))
    flow = {name: _months(kept, plan, name, inside).sum(axis=1) for name in (*_DEALS[:4], "bookings", "target")}
    closed = flow["wins"] + flow["losses"] + flow["no_decisions"]
    open_at_end = _months(kept, plan, "open_opportunities_at_end", inside)[:, -1]
    heads, ramped = (_months(kept, plan, name, inside).mean(axis=1) for name in _PEOPLE[:2])
    selling_share = _selling_share(run, plan, selling_roles(scenario))
    exits = _missing(kept, plan, calendar, inside) * selling_share
    raw = {
        "open": open_at_end - flow["opportunities_created"] + closed, "heads": heads, "exits": exits, "ramped": ramped,
        "created": flow["opportunities_created"], "closed": closed, "wins": flow["wins"],
        "bookings": flow["bookings"],
    }  # fmt: skip
    index = kept.table(plan, "bookings", "month").index
    draws, lucks = (index.get_level_values(name).to_numpy() for name in KPI_NUMBERS)
    places = [calendar.month_labels.index(label) for label in inside]
    unsure = draws if settings.get("uncertain", True) else None
    return Planned(
        quarter, first, last, _day(calendar, 0.0),
        drivers_of({name: float(column.mean()) for name, column in raw.items()}),
        _columns([drivers_of({name: float(column[k]) for name, column in raw.items()}) for k in range(len(closed))]),
        flow["bookings"], float(flow["target"].mean()), scenario.world.roles[main_selling_role(scenario)],
        calendar.days_per_month, met(source, int(settings["seed"]), lucks, unsure, places), draws, selling_share,
    )  # fmt: skip


def drivers_of(raw: Values) -> dict[str, float]:
    """Drivers from counts of a quarter: open, heads, exits, ramped, created, closed, wins, bookings. What would be
    divided by nothing is 0, so that the product stays what it was.
    """
    return {
        OPEN_AT_START: raw["open"],
        ARRIVALS: raw["heads"] + raw["exits"],
        EXITS: raw["exits"],
        RAMP: _over(raw["ramped"], raw["heads"]),
        LEADS: _over(raw["created"], raw["ramped"]),
        CYCLE: _over(raw["closed"], raw["open"] + raw["created"]),
        ODDS: _over(raw["wins"], raw["closed"]),
        AMOUNTS: _over(raw["bookings"], raw["wins"]),
    }


def _columns(rows: list[dict[str, float]]) -> dict[str, np.ndarray]:
    return {name: np.array([row[name] for row in rows]) for name in DRIVERS}


def _over(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0


def _months(kept: Replications, plan: str, measure: str, inside: tuple[str, ...]) -> np.ndarray:
    """Shape (replications, months)."""
    found: np.ndarray = kept.table(plan, measure, "month")[list(inside)].to_numpy(float)
    return found


def _selling_share(run: RunFolder, plan: str, sells: list[str]) -> float:
    """Of all who leave over the run, on average, the share who sell."""
    total = sum(run.mean(plan, name) for name in _LEFT if run.has(name))
    theirs = sum(
        float(run.rows(plan, name, "year", "role", role)["mean"].sum())
        for name in _LEFT
        if run.has(name)
        for role in sells
    )
    years = sum(float(run.rows(plan, name, "year")["mean"].sum()) for name in _LEFT if run.has(name))
    return _over(theirs, years if years else total)


def _missing(kept: Replications, plan: str, calendar: Calendar, inside: tuple[str, ...]) -> np.ndarray:
    """Heads missing on average over the quarter because somebody left since the first day, shape (replications,).

    The run keeps how many left in a month, not when: they count as gone from its middle on.
    """
    labels = list(calendar.month_labels)
    first, last = labels.index(inside[0]), labels.index(inside[-1])
    left = sum(_months(kept, plan, name, tuple(labels[: last + 1])) for name in _LEFT)
    starts, ends = calendar.month_starts[: last + 1], calendar.month_starts[1 : last + 2]
    gone_from = np.maximum((starts + ends) / 2, calendar.month_starts[first])
    whole = calendar.month_starts[last + 1] - calendar.month_starts[first]
    missing: np.ndarray = np.asarray(left) @ ((calendar.month_starts[last + 1] - gone_from) / whole)
    return missing
