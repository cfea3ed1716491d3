"""The heat map: a row a shock, a cell a plan, darker where it costs more. SVG by hand, with the numbers in the cells.

Orange is a loss and blue a gain, which the colour-blind tell apart; what cannot be told from nothing stays white.
"""

from __future__ import annotations

import math
import textwrap
from html import escape

from sim.decide.shocks.stress import NO_SHOCK, Cell, Stress
from sim.results.gap import Gap
from sim.show.criterion import apart, change, in_points
from sim.show.formats import odds, usd
from sim.show.stress import choice_said, name_of, worth_of
from sim.show.svg import drawing, text
from sim.show.words import listed, plan_name, sentence

NARROWEST, COLUMN, MARGIN, GUTTER = 400, 165, 8, 6  # two plans fill a phone; more of them are scrolled
LABEL, CELL, LINE = 26, 66, 24
BOLDER = 1.22  # by how much bold letters are wider
LOSS, GAIN, QUIET, INK, RULE = (213, 94, 0), (0, 114, 178), "#666666", "#222222", "#BBBBBB"
DEEPEST = 0.72  # part of the colour in the darkest cell: ink stays readable on it
MOST_PLANS = 5
TITLE, NAME, SMALL = 19, 16, 13  # sizes of type


def heat_map(found: Stress) -> str:
    """The picture as an SVG element. Names are escaped."""
    plans, shocks = shown_plans(found), by_cost(found)
    width = max(NARROWEST, COLUMN * len(plans))
    title = finding(found)
    lines, read = (
        textwrap.wrap(said, _letters(width, size)) for said, size in ((title, BOLDER * TITLE), (_reading(found), 14))
    )
    top = 12 + LINE * len(lines) + 19 * len(read)
    height = top + LABEL + (LABEL + CELL) * len(shocks) + 8
    parts = [
        *(text(MARGIN, 20 + LINE * k, one, TITLE, bold=True) for k, one in enumerate(lines)),
        *(text(MARGIN, 18 + LINE * len(lines) + 19 * k, one, 14, QUIET) for k, one in enumerate(read)),
    ]
    wide = (width - 2 * MARGIN + GUTTER) / len(plans)
    for place, plan in enumerate(plans):
        said = plan_name(plan, _letters(wide - GUTTER, BOLDER * NAME))
        parts.append(text(MARGIN + wide * place, top + 18, said, NAME, bold=True))
    for row, shock in enumerate(shocks):
        y = top + LABEL + (LABEL + CELL) * row
        parts.append(text(MARGIN, y + 19, plan_name(shock, _letters(width * 0.52, NAME)), NAME))
        becomes = _cut(choice_said(found, shock), _letters(width * 0.44, SMALL))
        parts.append(text(width - MARGIN, y + 19, becomes, SMALL, QUIET, "end"))
        parts += [
            part
            for place, plan in enumerate(plans)
            for part in _cell(found, found.cells[plan, shock], MARGIN + wide * place, y + LABEL, wide - GUTTER)
        ]
    return f'<div class="scroll">{drawing(width, height, title, parts, width * 3 // 2, width * 3 // 4)}</div>'


def _letters(wide: float, size: float) -> int:
    """How many letters of a size there is room for."""
    return max(8, int(wide / (0.56 * size)))


def _cut(said: str, longest: int) -> str:
    return said if len(said) <= longest else said[: longest - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def shown_plans(found: Stress) -> list[str]:
    """The plans that there is room for: the chosen one, what it was held against, and the next."""
    first = dict.fromkeys((found.pick, found.verdict.reference, *found.plans))
    kept = list(first)[:MOST_PLANS]
    return [plan for plan in found.plans if plan in kept]


def by_cost(found: Stress) -> list[str]:
    """The shocks, what costs the chosen plan most first."""
    return sorted(
        found.shocks, key=lambda shock: _known(found.cells[found.pick, shock].gaps[found.worth].advantage.mean)
    )


def finding(found: Stress) -> str:
    """The picture's title: what costs most, and whether it turns the choice."""
    worst = {one.plan: one for one in found.weaknesses}[found.pick]
    if worst.shock is None:
        costs = "No shock can be told to cost anything"
    else:
        lost = apart(found.verdict.risk_criterion, found.cells[found.pick, worst.shock].gaps[found.worth].mean)
        costs = f"{sentence(name_of(worst.shock))} costs most, {lost} of {worth_of(found)}"
    costs += f" under {name_of(found.pick)}" if len(found.plans) > 1 else ""
    if worst.shock is not None and worst.level:
        costs += f"; {listed([name_of(shock) for shock in worst.level[:2]])} may cost as much"
    if not found.rivals or not found.enough:
        return costs
    turned = [name_of(one.shock) for one in found.of("turns")]
    return f"{costs}; {f'{listed(turned)} would turn the choice' if turned else 'no shock clearly turns the choice'}"


def _reading(found: Stress) -> str:
    left = len(found.plans) - len(shown_plans(found))
    more = f" {left} more {'plan is' if left == 1 else 'plans are'} in the table." if left else ""
    choice = " To the right: what becomes of the choice." if found.rivals and found.enough else ""
    return (
        f"What each shock changes of {worth_of(found)}{in_points(found.verdict.risk_criterion)}, darker where it costs"
        " more, white where it cannot be told; the"
        f" odds of the target; and bookings in a bad case, below which one of ten falls.{choice}{more}"
    )


def _cell(found: Stress, cell: Cell, x: float, y: float, wide: float) -> list[str]:
    gap, calm = cell.gaps[found.worth], found.cells[cell.plan, NO_SHOCK]
    told, changed = gap.clear, change(found.verdict.risk_criterion)(gap.mean)
    chance = f"odds {odds(calm.odds.mean)} to {odds(cell.odds.mean)}" if math.isfinite(cell.odds.mean) else ""
    tip = f"{name_of(cell.plan)}, {name_of(cell.shock)}: {changed} of {worth_of(found)}"
    lines = [
        text(x + 8, y + 23, changed if told else f"{changed}, not told", 18,
              INK if told else QUIET, bold=told),
        text(x + 8, y + 41, chance, 13),
        text(x + 8, y + 57, f"bad case {usd(cell.bookings_p10)}", 13),
    ]  # fmt: skip
    return [
        f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="{CELL - 4}" fill="{_colour(gap, _deepest(found))}"'
        f' stroke="{RULE}"><title>{escape(tip)}</title></rect>',
        *lines,
    ]


def _deepest(found: Stress) -> float:
    gaps = [found.cells[plan, shock].gaps[found.worth].mean for plan in shown_plans(found) for shock in found.shocks]
    return max((abs(_known(mean)) for mean in gaps), default=0.0)


def _colour(gap: Gap, deepest: float) -> str:
    """White to orange for a loss, to blue for a gain, by the square root, so that small ones can be told apart."""
    if not gap.clear or not deepest:
        return "#FFFFFF"
    part = DEEPEST * math.sqrt(abs(gap.mean) / deepest)
    mixed = (round(255 + part * (one - 255)) for one in (LOSS if gap.advantage.mean < 0 else GAIN))
    return "#" + "".join(f"{one:02X}" for one in mixed)


def _known(mean: float) -> float:
    return mean if math.isfinite(mean) else 0.0
