"""A quarter against its plan in words and as tables: where it lies, what made the gap, and what is luck."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sim.evidence.actuals.actual import Actual
from sim.evidence.actuals.drivers import (
    AMOUNTS,
    ARRIVALS,
    CYCLE,
    EXITS,
    LEADS,
    ODDS,
    OPEN_AT_START,
    RAMP,
)
from sim.evidence.actuals.gap import Gap, Part
from sim.evidence.actuals.planned import Planned
from sim.show.decision_page import Row
from sim.show.formats import cents_exact, number, odds, period_name, share_to_a_tenth, usd
from sim.show.waterfall import Step, stepped
from sim.show.words import listed, plan_name, sentence

WORTH_A_REASON = 0.02  # of the plan's bookings
FEW = 100  # replications, below which the ends of a range of 19 in 20 hang on one or two of them
NAMES = {
    OPEN_AT_START: "deals open at the start",
    ARRIVALS: "sellers there, but for leavers",
    EXITS: "sellers who left",
    RAMP: "ramp of the sellers there",
    LEADS: "deals created for each ramped seller",
    CYCLE: "share of deals that closed in time",
    ODDS: "share won of those that closed",
    AMOUNTS: "worth of a deal won",
}
LEADS_ALONE = "deals created"
_FORMS: dict[str, Callable[[float], str]] = {
    OPEN_AT_START: number,
    ARRIVALS: lambda value: number(value, 1),
    EXITS: lambda value: number(value, 1),
    RAMP: share_to_a_tenth,
    LEADS: lambda value: number(value, 1),
    CYCLE: share_to_a_tenth,
    ODDS: share_to_a_tenth,
    AMOUNTS: usd,
}
HEADINGS = ("", "plan", "19 in 20 between", "and", "actual", "part of the gap", "of it unlikely")
TEXT = (0,)


def answer(name: str, plan: Planned, came: Actual, found: Gap) -> list[str]:
    """What to know first."""
    told = (_place(name, plan, found), _made_of(came, found), _unlikely(came, found), _rows_told(found))
    return [one for one in told if one]


def _place(name: str, plan: Planned, found: Gap) -> str:
    booked, mean = found.actual_cents / 100, found.plan_cents / 100
    way = "above" if booked >= mean else "below"
    as_far = min(found.below, 1 - found.below)
    rare = f"so {'much' if booked >= mean else 'little'} came in {odds(as_far)} of the plan's futures"
    inside = found.low_usd <= booked <= found.high_usd
    likely = f"The plan held {usd(found.low_usd)} to {usd(found.high_usd)} likely, 8 times in 10"
    return (
        f"{period_name(plan.quarter)} booked {usd(booked)}, {usd(abs(booked - mean))} {way} the {usd(mean)} of"
        f" {plan_name(name)}. {likely}: {'it lies within, and ' if inside else ''}{rare}."
    )


def driver_name(part: Part, came: Actual) -> str:
    """A driver in words; without a roster leads are all deals created."""
    return LEADS_ALONE if part.driver == LEADS and not came.has_people else NAMES[part.driver]


def _made_of(came: Actual, found: Gap) -> str:
    """Each part that finance asks a reason for, the largest first."""
    worth = [part for part in found.parts if abs(part.cents) >= WORTH_A_REASON * found.plan_cents]
    if not worth:
        return "No part of the gap is 2% of the plan."
    told = [
        f"{driver_name(part, came)} {usd(part.cents / 100, signed=True)}"
        f" ({_FORMS[part.driver](part.actual)}, plan {_FORMS[part.driver](part.plan)})"
        for part in sorted(worth, key=lambda part: -abs(part.cents))
    ]
    return f"What made it, as far as a part is 2% of the plan: {'; '.join(told)}."


def _unlikely(came: Actual, found: Gap) -> str:
    told = sorted((part for part in found.parts if part.is_told), key=lambda part: -abs(part.beyond_cents))
    if not told:
        return (
            "Each of these lies within what the plan held likely: chance, the market and what is unsure in its"
            " assumptions are enough to explain the gap."
        )
    each = [
        f"{driver_name(part, came)}, of whose part {usd(part.beyond_cents / 100, signed=True)} is beyond that"
        f" ({_FORMS[part.driver](part.low)} to {_FORMS[part.driver](part.high)})"
        for part in told
    ]
    likely = usd(found.likely_cents / 100, signed=True)
    return f"Outside what the plan held likely: {'; '.join(each)}. All else, {likely}, the plan held likely."


def _rows_told(found: Gap) -> str:
    return "The deals and people behind each part are in actuals_rows.csv." if found.parts else ""


def rows(came: Actual, found: Gap) -> list[Row]:
    """A line a driver, then the sums; the last two columns add up to the gap."""
    lines = []
    for part in found.parts:
        draw = _FORMS[part.driver]
        values = map(draw, (part.plan, part.low, part.high, part.actual))
        money = (cents_exact(part.cents, signed=True), cents_exact(part.beyond_cents, signed=True))
        lines.append(Row((sentence(driver_name(part, came)), *values, *money), part.is_told))
    whole = sum(part.cents for part in found.parts)
    ends = (usd(found.plan_cents / 100), usd(found.low_usd), usd(found.high_usd), usd(found.actual_cents / 100))
    lines.append(
        Row(
            ("Bookings", *ends, cents_exact(whole, signed=True), cents_exact(whole - found.likely_cents, signed=True)),
            True,
        )
    )
    return lines


def picture(name: str, plan: Planned, came: Actual, found: Gap) -> str:
    """From the plan over each driver's part to what came."""
    steps = [Step(sentence(driver_name(part, came)), part.cents / 100, part.is_told) for part in found.parts]
    quarter = period_name(plan.quarter)
    begins = (f"{sentence(plan_name(name))}, mean of {quarter}", found.plan_cents / 100)
    return stepped(
        f"What the gap of {quarter} is made of", begins, steps, f"Booked in {quarter}", "within what was likely"
    )


def notes(plan: Planned, came: Actual) -> list[str]:
    """How to read it, and what it does not know."""
    told = [
        "A driver's part is what it adds on average over all orders in which drivers can come, so that parts add up."
        " A driver within the range that holds 19 of 20 of the plan's futures came as the plan held likely; of one"
        " outside, what lies beyond the range is told apart.",
        "The market is not in these exports. What it did is in the deals created, closed and won, and in their worth.",
    ]
    if len(plan.bookings) < FEW:
        told.append(f"The plan was played {len(plan.bookings):,} times only: what it held likely is known roughly.")
    if came.has_people:
        told.append(
            "Sellers are those in roles of which at least half own a deal. Ramp is what the plan expects of their time"
            " in the job. The plan's leavers are those of all roles, in proportion, each from the middle of a month on."
        )
    else:
        told.append("Without a roster, late hires, leavers and ramp cannot be told: they are in the deals created.")
    if came.without_amount:
        told.append(
            f"{came.without_amount:,} wins have no amount that is known; they count as the others do on average."
        )
    return told


def quarters_said(quarters: Sequence[str]) -> str:
    """Names of quarters for a message."""
    return listed([period_name(one) for one in quarters])
