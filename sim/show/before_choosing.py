"""What knowing is worth before one chooses, in words and as a table. Noise is not sold as value."""

from __future__ import annotations

from sim.decide.assumptions.before_choosing import BeforeChoosing, Unknown
from sim.show.decision_page import Row
from sim.show.formats import usd
from sim.show.sensitivity import WORTH
from sim.show.svg import drawing, text
from sim.show.words import listed, plan_name, readable, sentence, shown

TOLD = 3
HEADINGS = ("", "knowing is worth", "19 times in 20 between", "and", "noise alone reaches", "")
WIDTH, ROW, TOP, MARGIN = 480, 36, 28, 4
COLOUR, QUIET, INK, PALE = "#0072B2", "#6B6B6B", "#222222", 0.28
NOTE = (
    "Knowing is worth what the choice gains by it: who knows takes the plan that is best where the number lies, who"
    " does not takes the plan that is best on the mean. It is the most that finding out may cost; no study tells a"
    " number exactly. What noise alone reaches is the level that one shuffled run in twenty goes beyond: below it"
    " nothing is told. Where two plans are nearly level, the worth is greatest, and the range reaches that far up."
)


def name_of(one: Unknown) -> str:
    """An uncertainty as a reader says it."""
    return sentence(readable(shown(one.name)))


def answer(found: BeforeChoosing) -> list[str]:
    """The choice as it stands, what knowing is worth for it, and what cannot be told."""
    best, other, gap, worth = plan_name(found.best), plan_name(found.next_best), found.ahead, WORTH[found.by]
    if gap.clear:
        ahead = f"by {usd(gap.mean)} of {worth} ({usd(gap.low)} to {usd(gap.high)})"
        choice = f"{sentence(best)} leads {other} {ahead}."
    else:
        choice = f"{sentence(best)} and {other} cannot be told apart by {worth} in {found.replications} replications."
    told = [one for one in found.unknowns if one.worth.clear][:TOLD]
    untold = [one for one in found.unknowns if not one.worth.clear]
    said = [f"{choice} {_worth(told)}"]
    if untold:
        most = [f"{name_of(one).lower()} (hardly more than {usd(one.worth.estimate.high)})" for one in untold]
        said.append(f"Not told from nothing: knowing {listed(most)}.")
    return said


def _worth(told: list[Unknown]) -> str:
    if not told:
        return "Knowing any one uncertainty before you choose cannot be told to be worth anything."
    first, *others = [
        f"{name_of(one).lower()} {'is worth at most ' if place == 0 else ''}{_range(one)}"
        for place, one in enumerate(told)
    ]  # fmt: skip
    more = f"; knowing {', '.join(others)}" if others else ""
    return f"Knowing {first} before you choose{more}."


def _range(one: Unknown) -> str:
    estimate = one.worth.estimate
    return f"{usd(estimate.mean)} ({usd(estimate.low)} to {usd(estimate.high)})"


def rows(found: BeforeChoosing) -> list[Row]:
    """A line an uncertainty."""
    return [
        Row(
            (
                name_of(one),
                *(usd(x) for x in (one.worth.estimate.mean, one.worth.estimate.low, one.worth.estimate.high)),
                usd(one.worth.noise),
                "" if one.worth.clear else "not told from nothing",
            ),
            one.worth.clear,
        )
        for one in found.unknowns
    ]


def picture(found: BeforeChoosing) -> str:
    """A bar an uncertainty with its range as a line, pale where nothing is told. An SVG element, names escaped."""
    reach = max((one.worth.estimate.high for one in found.unknowns), default=0.0) or 1.0
    scale = (WIDTH - 2 * MARGIN) / reach
    height = TOP + ROW * len(found.unknowns)
    parts = [
        text(MARGIN, 14, "What knowing is worth; the line is its range; pale: not told from nothing.", 12, QUIET),
    ]  # fmt: skip
    for place, one in enumerate(found.unknowns):
        y, estimate = TOP + ROW * place, one.worth.estimate
        pale = "" if one.worth.clear else f' fill-opacity="{PALE}"'
        wide, low, high = (max(x * scale, 0.5) for x in (estimate.mean, estimate.low, estimate.high))
        parts += [
            text(MARGIN, y + 12, name_of(one), 13, INK if one.worth.clear else QUIET),
            text(WIDTH - MARGIN, y + 12, usd(estimate.mean), 12, INK, "end"),
            f'<rect x="{MARGIN}" y="{y + 16}" width="{wide:.1f}" height="11" fill="{COLOUR}"{pale}/>',
            f'<path d="M{MARGIN + low:.1f} {y + 21.5}H{MARGIN + high:.1f}" stroke="{QUIET}"/>',
        ]
    return drawing(WIDTH, height, "What knowing is worth", parts)
