"""How closely a run that stops by itself knows what it was asked for, in words."""

from __future__ import annotations

from typing import Any

from sim.results.criterion import criterion_of
from sim.show.criterion import apart, by_measure, in_points
from sim.show.formats import number
from sim.show.verdict import MOST_NAMED
from sim.show.words import listed, plan_name

PERCENTILES = {"p10": "P10", "p50": "P50", "p90": "P90"}


def said(facts: dict[str, Any] | None) -> str:
    """What the manifest says of it; empty of a run that was not to stop by itself."""
    if not facts:
        return ""
    if facts["of"] == "best":
        return _best(facts)
    what, count, most = _what(facts), number(facts["replications"]), facts["most"]
    if facts["within"] is None:
        return f"{count} replications, the most allowed, are too few to tell how closely {what} is known."
    within, asked = _amount(facts, facts["within"]), _amount(facts, facts["asked"])
    if facts["reached"]:
        return f"Stopped after {count} of at most {number(most)} replications: {what} is known to within {within}."
    needed = f"; about {number(facts['needed'])} would do: run.replications={facts['needed']}"
    return f"After {count} replications, the most allowed, {what} is known to within {within}, not {asked}{needed}."


def _best(facts: dict[str, Any]) -> str:
    count, most, short = number(facts["replications"]), number(facts["most"]), _amount(facts, facts["asked"])
    names, by = [plan_name(name) for name in facts["left"]], by_measure(facts["measure"])
    if facts["reached"]:
        known = f"{names[0]} is the best plan by {by}, or falls short of it by {short} at most, 19 times in 20"
        return f"Stopped after {count} of at most {most} replications: {known}."
    needed = f"{number(facts['needed'])} replications surely tell: run.replications={facts['needed']}"
    between = (
        f"which of {listed(names[:MOST_NAMED])}{' and others' if len(names) > MOST_NAMED else ''} is the best by {by}"
    )
    return f"After {count} replications, the most allowed, {between} is not known to within {short}; {needed}."


def _what(facts: dict[str, Any]) -> str:
    if facts["of"] in PERCENTILES:
        return f"the {PERCENTILES[facts['of']]} of each plan's bookings"
    by = "the odds of the target" if facts["of"] == "odds" else by_measure(facts["measure"])
    if facts["compared"] and facts["of"] == "odds":
        return "how far the odds of each plan lie from those of the first"
    if facts["compared"]:
        return f"how far each plan lies from the first by {by}"
    return by if facts["of"] == "odds" else f"the mean of {by}"


def _amount(facts: dict[str, Any], amount: float) -> str:
    criterion = criterion_of(facts["measure"])
    return apart(criterion, amount / 100 if in_points(criterion) else amount)
