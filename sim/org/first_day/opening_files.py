"""The first day as a company's own records tell it: people with their start dates, deals in their stages.

What the records do not tell is drawn by luck as ever: ability, what becomes of a deal, the time left in its stage.
"""

from __future__ import annotations

import numpy as np

from sim.calendar import Calendar
from sim.ledger import NEVER
from sim.luck import Luck
from sim.org.first_day.long_run import long_run_starts
from sim.org.state.seating import Seating
from sim.pipeline.engine import Pipeline
from sim.pipeline.opening_customers import OPENING_CUSTOMER
from sim.pipeline.opening_deals import OPENING_DEAL
from sim.pipeline.tables import NOBODY
from sim.pipeline.verbs import MOST_OVERLOAD
from sim.records.records import Records
from sim.scenario.codebook import Codebook
from sim.scenario.scenario import Scenario


def people(seats: Seating, calendar: Calendar, luck: Luck) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who of the roster is there on the first day, since when (negative days), and when they are known to leave.

    Unknown tenures are drawn.
    """
    records = _records(seats.scenario).seats
    held = np.array([record.held for record in records])
    start_day = np.where(held, long_run_starts(seats, calendar, luck), 0.0)
    for i, record in enumerate(records):
        if record.start_day is not None:
            start_day[i] = record.start_day
    leaves_day = np.where(held, [record.leaves_day for record in records], NEVER)
    return held, start_day, leaves_day


def remember_quarter(scenario: Scenario, roster: np.ndarray) -> None:
    """Give people the last quarter's quota and sales that the roster tells: who may leave depends on them."""
    records = _records(scenario).seats
    quota, sold = (np.array([getattr(record, name) for record in records]) for name in ("quota_usd", "sold_usd"))
    told = quota > 0.0
    roster["quota_usd"][told, 0], roster["sold_usd"][told, 0] = quota[told], sold[told]


def place_deals(scenario: Scenario, pipeline: Pipeline) -> None:
    """Put the open deals in place on the first day. Whoever is there sits in their seat and has their hours."""
    deals = opening_deals(_records(scenario), Codebook.of(scenario))
    pipeline.place_opening_deals(deals, 0.0)
    seats = pipeline.state.seats
    busy = (seats["hours"] > 0.0) & bool(pipeline.state.knobs[0]["attention"])
    excess = seats["demand"][busy] / seats["hours"][busy] - 1.0
    seats["overload"][busy] = np.clip(excess, 0.0, MOST_OVERLOAD)  # nobody knows since when, so: for long


def opening_deals(records: Records, codes: Codebook) -> np.ndarray:
    """The file's deals as the pipeline takes them, ``OPENING_DEAL``, in their order."""
    columns = records.deals
    assert columns is not None, "called only where the opening has a pipeline"
    rows = np.zeros(len(columns["entity"]), OPENING_DEAL)
    for name in (
        "entity", "seat", "source", "stage", "attempt", "created_day", "entered_day", "quiet_day", "forecast_close_day",
        "quiet_before_days", "times_reassigned", "customer",
    ):  # fmt: skip
        rows[name] = columns[name]
    rows["cell"] = codes.cell(columns["segment"].astype(np.int64), columns["region"])
    rows["amount_usd"] = columns["cents"] / 100.0
    rows["waits"] = (rows["seat"] == NOBODY) & records.has("roster")
    return rows


def place_customers(scenario: Scenario, pipeline: Pipeline, day: float) -> None:
    """Put the customers of the first day in place, so that their expansions can be under way by then."""
    pipeline.place_customers(opening_customers(_records(scenario), Codebook.of(scenario)), day)


def open_books(scenario: Scenario, pipeline: Pipeline, seller_since: np.ndarray) -> None:
    """Begin the terms of the customers of the first day."""
    pipeline.open_recorded_books(opening_customers(_records(scenario), Codebook.of(scenario)), 0.0, seller_since)


def opening_customers(records: Records, codes: Codebook) -> np.ndarray:
    """The file's customers as the pipeline takes them, ``OPENING_CUSTOMER``, in the order of cells."""
    columns = records.customers
    assert columns is not None, "called only where the opening has customers"
    rows = np.zeros(len(columns["entity"]), OPENING_CUSTOMER)
    for name in ("entity", "seat", "seller_left", "start_day", "end_day"):
        rows[name] = columns[name]
    rows["cell"] = codes.cell(columns["segment"].astype(np.int64), columns["region"])
    rows["arr_usd"] = columns["cents"] / 100.0
    return rows


def _records(scenario: Scenario) -> Records:
    records = scenario.opening.records
    assert records is not None, "called only where the opening has files"
    return records
