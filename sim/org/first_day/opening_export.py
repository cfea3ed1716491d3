"""The first day of one replication as records: the same layout that a company's own files have."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim import ledger
from sim.calendar import Calendar
from sim.org.first_day.opening import Opening
from sim.org.state.seating import Seating, seating
from sim.pipeline.tables import CONTRACTS, DEALS, NOBODY
from sim.pipeline.tables import CUSTOMERS as CUSTOMER_COUNT
from sim.records.layout import CUSTOMERS, PIPELINE, ROSTER
from sim.scenario.scenario import Scenario

Row = dict[str, str | float]


def records_of(opening: Opening, scenario: Scenario, calendar: Calendar) -> dict[str, list[Row]]:
    """Rows by kind of file, each with the columns of its layout, empty where there is nothing to tell."""
    seats = seating(scenario, None)
    export = _Export(opening, seats, calendar)
    return {
        ROSTER.kind: list(export.roster()),
        PIPELINE.kind: list(export.pipeline()),
        CUSTOMERS.kind: list(export.customers()),
    }


class _Export:
    def __init__(self, opening: Opening, seats: Seating, calendar: Calendar):
        self._opening, self._seats, self._calendar = opening, seats, calendar
        self._codes = seats.codes
        self._push_days = [segment.push_days for segment in seats.scenario.world.segments.values()]

    def roster(self) -> Iterator[Row]:
        for seat, row in zip(self._seats.seats, self._opening.roster, strict=True):
            yield {
                "name": seat.name,
                "role": self._codes.roles[seat.role],
                "segment": self._codes.segment_name(seat.segment) or "",
                "region": self._codes.regions[seat.region],
                "start_date": self._date(row["start_day"]) if row["held"] else "",
                "status": "held" if row["held"] else "open",
                "end_date": self._date(row["leaves_day"] - 1.0) if row["leaves_day"] < ledger.NEVER else "",
                "quota_usd_last_quarter": "",
                "sold_usd_last_quarter": "",
            }

    def pipeline(self) -> Iterator[Row]:
        state = self._opening.state
        deals = state.deals[: state.count[DEALS]]
        for deal in deals[np.isin(deals["state"], ledger.OPEN_STATES)]:
            seat = state.seats[deal["seat"]]
            has_rep = deal["holder"] == seat["holder"] or not seat["held"]
            quiet = deal["state"] == ledger.STALLED
            waited = deal["waited_days"]
            if not quiet and deal["waits_since"] < np.inf:
                waited -= deal["waits_since"]  # up to the first day
            yield {
                "id": self._name(deal),
                "owner": self._seats.seats[deal["seat"]].name if has_rep else "",
                "segment": self._codes.segments[deal["segment"]],
                "region": self._codes.regions[self._codes.segment_region(deal["cell"])[1]],
                "source": self._codes.sources[deal["source"]],
                "stage": self._codes.stages_of[deal["segment"]][deal["stage"]],
                "created_date": self._date(deal["created_day"]),
                "stage_entered_date": self._date(deal["entered_day"]),
                "forecast_close_date": self._date(self._forecast(deal)),
                "amount_usd": f"{deal['amount_usd']:.2f}",
                "quiet_since_date": self._date(deal["waits_since"]) if quiet else "",
                "attempt": int(deal["attempt"]) + (0 if quiet else 1),
                "days_quiet_before": f"{waited:.1f}" if waited > 0 else "",
                "times_reassigned": int(deal["reassigned"]) or "",
                "customer": "" if deal["customer"] == NOBODY else self._name(state.customers[deal["customer"]]),
            }

    def customers(self) -> Iterator[Row]:
        state = self._opening.state
        contracts = state.contracts[: state.count[CONTRACTS]]
        terms = contracts[contracts["kind"] == ledger.OPENING_TERM]  # one a customer, in their order
        for c, customer in enumerate(state.customers[: state.count[CUSTOMER_COUNT]]):
            segment, region = self._codes.segment_region(int(state.customer_cell[c]))
            yield {
                "id": self._name(customer),
                "owner": "" if customer["seat"] == NOBODY else self._seats.seats[customer["seat"]].name,
                "segment": self._codes.segments[segment],
                "region": self._codes.regions[region],
                "arr_usd": f"{customer['arr_usd']:.2f}",
                "term_start": self._date(terms["start_day"][c]),
                "term_end": self._date(customer["term_end_day"]),
                "seller_left": "yes" if customer["extra_loss"] > 0.0 else "no",
            }

    def _name(self, thing: np.void) -> str:
        return f"{thing['entity']:016x}"

    def _forecast(self, deal: np.void) -> float:
        """The forecast close date, pushed on where it has passed, as it is at the month's first close."""
        day, push = float(deal["forecast_close_day"]), self._push_days[deal["segment"]]
        return day if day >= 0.0 else day + push * np.ceil(-day / push)

    def _date(self, day: float) -> str:
        return self._calendar.date_of(float(day)).isoformat()
