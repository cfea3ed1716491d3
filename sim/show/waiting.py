"""Waiting in words: what a plan waits for, how likely that comes, and what the hedge costs against not waiting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from sim.results.gap import Gap
from sim.results.judged_by import FEWEST_REPLICATIONS
from sim.results.run_folder import RunFolder
from sim.results.waiting import Firing, Waiting, firings, waitings
from sim.scenario.triggers import Trigger
from sim.show.formats import DASH, Cell, odds, usd, usd_range
from sim.show.tables import Row, Table
from sim.show.verdict import LONGEST_NAME
from sim.show.words import plan_name, readable, sentence

WORTH = {"value": "value", "bookings_less_cost": "bookings less cost"}
MOST_SAID = 6  # pairs of plans; a sweep has more, which the tables show


def condition(given: Mapping[str, Any]) -> str:
    """What a trigger waits for, of a scenario as written; empty where it depends on an uncertainty."""
    try:
        return Trigger.model_validate(dict(given)).condition
    except ValidationError:
        return ""


def said(run: RunFolder) -> list[str]:
    """A paragraph for each plan that waits: the odds that it fires, and the price of the hedge."""
    pairs = waitings(run)[:MOST_SAID]
    found = []
    for plan in run.plans:
        fired = [fires(plan, one) for one in firings(run, plan)]
        found += [" ".join([*fired, *(price(pair, run.verdict.worth) for pair in pairs if pair.plan == plan)])]
    return [paragraph for paragraph in found if paragraph]


def fires(plan: str, one: Firing) -> str:
    """What a plan waits for, and how likely it comes."""
    waits_for = condition(one.given)
    until = f" until {waits_for}" if waits_for else ""
    who = f"{sentence(plan_name(plan, LONGEST_NAME))} waits{until}"
    if one.replications < FEWEST_REPLICATIONS:
        return f"{who}: {readable(one.name)} fires in {one.fired} of {one.replications} replications."
    if one.fired == 0:
        return f"{who}: {readable(one.name)} fires in none of {one.replications} replications."
    after = "less than a month" if one.months < 1 else f"{one.months:.0f} months"
    return (
        f"{who}: {readable(one.name)} fires with odds of {odds(one.chance.mean)}"
        f" ({odds(one.chance.low)} to {odds(one.chance.high)}), after {after} on average."
    )


def price(one: Waiting, worth: str) -> str:
    """What the hedge costs or brings against a plan that does not wait, as far as that can be told."""
    fixed = plan_name(one.fixed, LONGEST_NAME)
    if one.gap.low == one.gap.high == 0.0:
        return f"Held against {fixed}, which does not wait, it is worth the same in every replication."
    what = WORTH[worth]
    if not one.gap.clear:
        text = f"Whether waiting costs or brings anything against {fixed} cannot be told: {_range(one.gap, worth)}."
    elif one.gap.mean < 0:
        low, high = usd(-one.gap.high), usd(-one.gap.low)
        text = f"The price of waiting, against {fixed}, is {usd(-one.gap.mean)} of {what} ({low} to {high})."
    else:
        low, high = usd(one.gap.low), usd(one.gap.high)
        text = f"Waiting brings {usd(one.gap.mean)} more {what} than {fixed} ({low} to {high})."
    parts = [
        f"where it {'fires' if so else 'does not fire'} {_range(part, worth)}"
        for so, part in ((True, one.where_fired), (False, one.where_not))
        if part is not None
    ]
    return f"{text} {sentence('; '.join(parts))}." if parts else text


def _range(gap: Gap, worth: str) -> str:
    """``value is $0.4M less (-$0.9M to -$0.1M)``."""
    what = "value is" if worth == "value" else "bookings less cost are"
    if gap.low == gap.high == 0.0:
        return f"{what} the same"
    much = f"{usd(abs(gap.mean))} {'more' if gap.mean > 0 else 'less'}"
    none = "" if gap.clear else ", so perhaps none"
    return f"{what} {much} ({usd_range(gap.low, gap.high)}{none})"


def table(run: RunFolder) -> Table | None:
    """A row a trigger: what it waits for, the odds that it fires, and after how many months. None without any."""
    rows = []
    for plan in run.plans:
        for place, one in enumerate(firings(run, plan)):
            names = plan_name(plan) if place == 0 else "", readable(one.name), sentence(condition(one.given)) or DASH
            chance = Cell(one.chance.mean, "odds"), Cell(one.chance.low, "odds", one.chance.high)
            rows.append(Row((*names, *chance, Cell(one.months, "tenths")), "first" if place == 0 else "plain"))
    if not rows:
        return None
    note = (
        "A trigger reads the books on a month's first day and fires once. Months: from the first day, where it fires."
    )
    heads = ("Plan", "Trigger", "Waits until", "Odds that it fires", "95% interval", "Months until then")
    return Table("What plans wait for", heads, rows, text_columns=3, note=note)
