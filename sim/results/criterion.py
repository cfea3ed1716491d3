"""The criteria by which plans can be ranked."""

from __future__ import annotations

from typing import Literal, get_args

Criterion = Literal["value", "odds", "contribution", "bookings_less_cost"]
CRITERIA: tuple[Criterion, ...] = get_args(Criterion)
WITHOUT_BILLING: Criterion = "bookings_less_cost"  # what is known of every run
MEASURE_OF: dict[Criterion, str] = {
    "value": "value",
    "odds": "hits_target",
    "contribution": "contribution",
    "bookings_less_cost": "bookings_less_cost",
}
