"""A rep's effort, week by week: where they stood, what a dollar more was worth to them, and what they made of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.money.plans import ComponentTerms, PayPlans, terms_of
from sim.rules.payout import bends_of, is_linear, jumps_of, tiers_of
from sim.scenario.pay import Plan
from sim.story.behaviour import unanswered
from sim.story.book import Book, Line, aligned

STEP = 0.03  # a smaller change of effort is not told

HEADS = (
    "week of",
    "holder",
    "of quota",
    "weeks left",
    "a dollar pays",
    "later quota takes",
    "wants",
    "works at",
    "because",
)


def efforts(book: Book, i: int, period: str | None) -> list[str]:
    """Seat ``i``'s effort in a period or the whole run, as text. Raises UserError for an unknown period."""
    months = book.months(period)
    rows = book.ledger.efforts[book.ledger.efforts["seat"] == i]
    rows = rows[np.isin(book.month_of(rows["day"]), months)]
    if not len(rows):
        return [unanswered(book) or "Nobody here chose an effort: there is no pay for own deals, or nobody was here."]
    plans, place = PayPlans.of_scenario(book.scenario), book.spells(i)[0]
    segment = book.ledger.names.segments[place["segment"]]
    told: list[str] = []
    table: list[tuple[str, ...]] = [HEADS]
    for row in rows:
        plan = plans.plans[plans.of[plans.version(row["day"]), place["role"], place["segment"]]]
        terms = [one for one in terms_of(plan) if one.component.credit == "own"]
        told = told or _how(book, i, terms)
        table.append(_cells(book, terms, row, _spiffs(book, plan, segment, float(row["day"]))))
    return [*told, *aligned(table, (0, len(HEADS) - 1))]


def _spiffs(book: Book, plan: Plan, segment: str, day: float) -> list[str]:
    """The SPIFFs of a plan that run on a day, for deals of a segment."""
    return [
        f"SPIFF {name} is on"
        for name, spiff in plan.spiffs.items()
        if (spiff.segments is None or segment in spiff.segments)
        and book.calendar.day_of(spiff.from_date) <= day < book.calendar.day_of(spiff.to_date)
    ]


def _how(book: Book, i: int, terms: list[ComponentTerms]) -> list[str]:
    """How effort follows from what a dollar pays, with the scenario's own numbers."""
    rule, role = book.scenario.world.behaviour, book.ledger.names.roles[book.spells(i)[0]["role"]]
    volume = book.scenario.world.roles[role].ability.volume_share
    own, elasticity = rule.intrinsic_share, rule.effort_elasticity * rule.responsiveness
    usual = f"{rule.usual_rate[role]:.1%} of bookings" if role in rule.usual_rate else "what the plan pays at quota"
    said = [
        f"Effort 1 is what a straight plan at the usual rate buys: {usual}. A dollar pays so many times that.",
        f"Wanted is ({1 - own:g} x what a dollar pays + {own:g})^{elasticity:g}; half of last week's effort is kept. Of"
        f" what effort does, {volume:.0%} is hours and {1 - volume:.0%} odds.",
    ]
    if len(terms) > 1:
        said.append(f'Quota and weeks left are those of "{terms[0].name}"; a dollar pays in all parts of the plan.')
    return said


def _cells(book: Book, terms: list[ComponentTerms], row: np.void, spiffs: list[str]) -> tuple[str, ...]:
    attainment, ratchet = float(row["attainment"]), float(row["ratchet"])
    return (
        book.date(row["day"]), str(row["holder"] + 1), f"{attainment:.0%}" if attainment >= 0.0 else "",
        f"{row['weeks_left']:.1f}", f"{row['worth']:.2f}", f"{ratchet:.2f}" if ratchet else "", f"{row['wanted']:.3f}",
        f"{row['effort']:.3f}", "; ".join([because(terms, attainment, float(row["worth"])), *spiffs]),
    )  # fmt: skip


def because(terms: list[ComponentTerms], attainment: float, worth: float) -> str:
    """What of the plan makes a dollar worth so much to somebody who stands at an attainment."""
    if not terms:
        return "no part of the plan pays for own deals"
    curve = terms[0].curve(1e6)
    if all(is_linear(one.curve(1e6)[0]) for one in terms):
        level = "as" if abs(worth - 1.0) < 0.005 else "more than" if worth > 1.0 else "less than"
        return f"the plan is straight and pays {level} usual"
    if not attainment >= 0.0:
        return "no quota is known yet"
    said = [_stands(terms[0], attainment)]
    ahead = sorted(
        [(float(at), "a faster rate" if change > 0 else "a slower rate" if _rate(terms[0], at) > 0 else "the cap")
         for at, change in zip(*bends_of(curve), strict=True)]
        + [(float(at), "a lump sum") for at in jumps_of(curve)[0]]
    )  # fmt: skip
    coming = next(((at, what) for at, what in ahead if at > attainment), None)
    if coming:
        said.append(f"{coming[1]} at {coming[0]:.0%} is ahead")
    return "; ".join(said)


def _stands(terms: ComponentTerms, attainment: float) -> str:
    """In which tier somebody is."""
    tier_at, multiplier = tiers_of(terms.tiers)
    k = int(np.searchsorted(tier_at, attainment, side="right")) - 1
    start, rate = tier_at[k], multiplier[k]
    if rate == 0.0:
        if terms.component.cap_attainment is not None and start >= terms.component.cap_attainment:
            return f"past the cap at {start:.0%}: nothing more this period"
        return "below the threshold: nothing yet" if start == 0.0 else f"nothing is paid from {start:.0%} on"
    return f"in the tier from {start:.0%}, at {rate:g}x the base rate"


def _rate(terms: ComponentTerms, at: float) -> float:
    """The multiple of the base rate from an attainment on."""
    tier_at, multiplier = tiers_of(terms.tiers)
    return float(multiplier[np.searchsorted(tier_at, at, side="right") - 1])


def effort_lines(book: Book, i: int) -> Iterator[Line]:
    """A seat's effort, told anew whenever it has moved by a step; in between it holds."""
    told = None
    for row in book.ledger.efforts[book.ledger.efforts["seat"] == i]:
        who, effort = int(row["holder"]), float(row["effort"])
        if told is None or told[0] != who or abs(effort - told[1]) >= STEP:
            told = who, effort
            yield Line(float(row["day"]), f"Works at effort {effort:.2f}: {effort_reason(row)}.")


def effort_reason(row: np.void) -> str:
    """Why a seller wants to work so hard this week."""
    worth, attainment = float(row["worth"]), float(row["attainment"])
    left = f"{row['weeks_left']:.0f} weeks to go"
    at = f"at {attainment:.0%} of quota with {left}" if attainment >= 0.0 else f"with {left}"
    ratchet = f", {row['ratchet']:.2f} of it lost to next year's quota," if row["ratchet"] > 0.005 else ""
    return f"{at} a dollar more{ratchet} pays {worth:.2f} of the usual rate"
