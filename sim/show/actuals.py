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
from sim.evidence.actuals.met import NO_MARKET, UNSURE_MARKET
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
HEADINGS = ("", "plan", "19 in 20 between", "and", "actual", "part of the gap", "its own", "market", "luck")
TEXT = (0,)


def answer(name: str, plan: Planned, came: Actual, found: Gap) -> list[str]:
    """What to know first."""
    told = (
        _place(name, plan, found), _made_of(came, found), _surely(plan, found), _leavers(found),
        _unlikely(came, found),
    )  # fmt: skip
    return [*(one for one in told if one), "The deals and people behind each part are in actuals_rows.csv."]


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
    least = WORTH_A_REASON * found.plan_cents
    causes = [
        (
            part.own_cents,
            f"{driver_name(part, came)} {usd(part.own_cents / 100, signed=True)}"
            f" ({_FORMS[part.driver](part.actual)}, plan {_FORMS[part.driver](part.plan)})",
        )
        for part in found.parts
    ]
    causes += [(cents, f"{name} {usd(cents / 100, signed=True)}") for name, cents in _common(found)]
    told = sorted((one for one in causes if abs(one[0]) >= least), key=lambda one: -abs(one[0]))
    if not told:
        return "No part of the gap is 2% of the plan."
    rest = found.actual_cents - found.plan_cents - sum(cents for cents, _ in told)
    return (
        f"What made it, as far as a part is 2% of the plan: {'; '.join(text for _, text in told)}."
        f" All else together {usd(rest / 100, signed=True)}."
    )


def _common(found: Gap) -> tuple[tuple[str, int], ...]:
    return (("the market", found.market_cents), ("luck", found.luck_cents))


def _surely(plan: Planned, found: Gap) -> str:
    """How well market and luck are known, or why one of them is not told."""
    few = f"The plan was played {len(plan.bookings):,} times, too few to tell"
    enough = f"with run.replications={found.replications_needed} they can be told apart"
    if plan.met.without == UNSURE_MARKET:
        return "How the market moves is itself unsure in this plan, so nothing is put down to it."
    if not found.market_told:
        return f"{few} the market and what the plan was unsure of from luck: both are in luck; {enough}."
    luck = usd(found.luck_error_usd)
    if plan.met.without == NO_MARKET:
        told = (
            "The plan has no market that moves, so nothing is put down to it. Two times in three luck's part is within"
            f" {luck} of this."
        )
    else:
        market = usd(found.market_error_usd)
        told = f"Two times in three the market's part is within {market} of what is told here, luck's within {luck}."
    return (
        told if found.unsure_told else f"{told} {few} what the plan was unsure of from luck: it is in luck; {enough}."
    )


def _leavers(found: Gap) -> str:
    """What more leavers do beyond being missing looks like a worse market, and cannot be told from one."""
    left = next((part for part in found.parts if part.driver == EXITS), None)
    if left is None or not left.actual > left.high or found.market_cents >= 0:
        return ""
    return (
        "Far more sellers left than the plan held likely. Their deals are lost or go to newcomers, which lowers deals"
        " created and won as a bad market does: part of the market's may be theirs."
    )


def _unlikely(came: Actual, found: Gap) -> str:
    told = sorted((part for part in found.parts if part.is_told), key=lambda part: -abs(part.cents))
    if not told:
        return "Each driver lies within what the plan held likely, 19 times in 20."
    each = [
        f"{driver_name(part, came)} ({_FORMS[part.driver](part.low)} to {_FORMS[part.driver](part.high)})"
        for part in told
    ]
    return f"Outside what the plan held likely, 19 times in 20: {'; '.join(each)}."


def rows(came: Actual, found: Gap) -> list[Row]:
    """A line a driver, then the sums: the last three columns make the one before them, and all lines the gap."""
    lines, least = [], WORTH_A_REASON * found.plan_cents
    for part in found.parts:
        draw = _FORMS[part.driver]
        values = map(draw, (part.plan, part.low, part.high, part.actual))
        lines.append(
            Row((sentence(driver_name(part, came)), *values, *map(_signed, _cents(part))), abs(part.cents) >= least)
        )
    sums = (_signed(sum(column)) for column in zip(*map(_cents, found.parts), strict=True))
    ends = (usd(found.plan_cents / 100), usd(found.low_usd), usd(found.high_usd), usd(found.actual_cents / 100))
    lines.append(Row(("Bookings", *ends, *sums), True))
    return lines


def _cents(part: Part) -> tuple[int, int, int, int]:
    return part.cents, part.own_cents, part.market_cents, part.luck_cents


def _signed(cents: int) -> str:
    return cents_exact(cents, signed=True)


def picture(name: str, plan: Planned, came: Actual, found: Gap) -> str:
    """From the plan over each driver's own part, the market and luck to what came."""
    least = WORTH_A_REASON * found.plan_cents
    own = ((driver_name(part, came), part.own_cents) for part in found.parts)
    steps = [Step(sentence(one), cents / 100, abs(cents) >= least) for one, cents in (*own, *_common(found))]
    quarter = period_name(plan.quarter)
    begins = (f"{sentence(plan_name(name))}, mean of {quarter}", found.plan_cents / 100)
    return stepped(
        f"What the gap of {quarter} is made of", begins, steps, f"Booked in {quarter}", "less than 2% of the plan"
    )


def notes(plan: Planned, came: Actual, found: Gap) -> list[str]:
    """How to read it, and what it does not know."""
    told = [
        "A driver's part is what it adds on average over all orders in which drivers can come, so that parts add up.",
        "Luck is what chance alone does in the plan's own futures where all that it assumes holds: as far as a driver"
        " is off by no more than that, it counts as luck. What is too far off for chance is the driver's own, and so is"
        " what the plan was unsure of and came otherwise. Beforehand each driver is held to change by itself 1 time in"
        " 10, by a third or so.",
    ]
    if found.market_told and plan.met.has_market:
        told.append(
            "The market is not in these exports. It is known by what it moves together: in the plan's futures a bad"
            " market moves deals created, closed in time and won at once. Each market that the plan held possible"
            " counts as far as it explains all drivers together."
        )
    else:
        told.append("What the market did is in the drivers' own parts and in luck; these exports do not show it.")
    if plan.met.unknown:
        told.append(
            f"Hardly any of the plan's replications met {listed(list(plan.met.unknown))}: whether the quarter was so is"
            " not told."
        )
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
