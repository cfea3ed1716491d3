"""Wanted: what is asked of a search, read from what the user gave after ``search.``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.decide.best.lever import BLOCK, KINDS
from sim.scenario.errors import UserError
from sim.spelling import did_you_mean, listed

SETTINGS = ("target_odds", "budget_usd", "trials", "fresh_replications", "deadlines")
FEWEST_FRESH, FEWEST_KNOWN, FEWEST_TRIALS = 40, 30, 4
MOST_ODDS = 0.99
_FRESH = "fresh_replications"


@dataclass(frozen=True)
class Wanted:
    """What is asked of a search. A budget is for the whole run, or on top of what the plan costs as it is."""

    target_odds: float | None = None
    budget_usd: float | None = None
    on_top: bool = False
    trials: int = 40
    fresh: int = 1200  # replications under fresh luck of each plan that is looked at
    with_deadlines: bool = True


def read_wanted(given: Mapping[str, str]) -> tuple[Wanted, dict[str, Any]]:
    """What is asked for, and apart from it the levers. Raises UserError."""
    rest = {key: text for key, text in given.items() if key not in SETTINGS}
    for key in rest:
        if key.partition(".")[0] not in KINDS:
            near = did_you_mean(key.partition(".")[0], (*KINDS, *SETTINGS))
            raise UserError(
                f"{BLOCK}.{key}: neither a lever nor a setting of the search.{near} The levers are {listed(KINDS)};"
                f" the settings {listed(SETTINGS)}."
            )
    odds, budget = given.get("target_odds"), given.get("budget_usd")
    if (odds is None) == (budget is None):
        raise UserError(
            f"{BLOCK}: give either {BLOCK}.target_odds=0.8, for the cheapest plan that meets the target so often, or"
            f" {BLOCK}.budget_usd=+2000000, for the plan worth most that costs no more on top."
        )
    return Wanted(
        None if odds is None else _number("target_odds", odds, 0.01, MOST_ODDS, "0.8 for 80%"),
        None if budget is None else _number("budget_usd", str(budget).lstrip("+"), 0.0, 1e15, "dollars"),
        budget is not None and str(budget).startswith("+"),
        round(_number("trials", given.get("trials", Wanted.trials), FEWEST_TRIALS, 10_000, "a count")),
        round(_number(_FRESH, given.get(_FRESH, Wanted.fresh), FEWEST_FRESH, 100_000, "a count")),
        _yes_or_no("deadlines", given.get("deadlines", "true")),
    ), rest  # fmt: skip


def _number(key: str, text: Any, low: float, high: float, what: str) -> float:
    try:
        value = float(text)
    except (TypeError, ValueError):
        value = np.nan
    if not low <= value <= high:
        raise UserError(f"{BLOCK}.{key}={text}: allowed is {what}, from {low:.10g} to {high:.10g}.")
    return value


def _yes_or_no(key: str, text: Any) -> bool:
    said = str(text).lower()
    if said not in ("true", "false"):
        raise UserError(f"{BLOCK}.{key}={text}: allowed are true and false.")
    return said == "true"
