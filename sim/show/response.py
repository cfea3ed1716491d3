"""What a sweep came to, in words and as a table: the best and what cannot be told from it first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.decide.response import Response, Tried
from sim.results.gap import Gap
from sim.results.judged_by import FEWEST_REPLICATIONS
from sim.show.criterion import amount, apart, between, by, change, how_ranked_if_asked, in_points
from sim.show.decision_page import Row
from sim.show.formats import odds, usd
from sim.show.words import listed, plan_name, readable, sentence
from sim.spelling import counted

MOST_NAMED = 5  # plans named in a sentence
MOST_LINES = 50  # of the table on a screen
LONGEST_NAME = 44
TEXT_COLUMNS = (0, 9)
BEST, LEVEL, FIRST, WEATHER = "best", "not told from the best", "reference", "weather"


@dataclass(frozen=True)
class Along:
    """A direction of a sweep as a reader sees it: what changes, and its values; numbers where all of them are."""

    label: str
    values: tuple[str, ...]
    are_names: bool = False  # of plans, whatever they look like

    @property
    def numbers(self) -> tuple[float, ...] | None:
        """The values as numbers, or None where they are none."""
        if self.are_names:
            return None
        try:
            found = tuple(float(value) for value in self.values)
        except ValueError:
            return None
        return found if all(map(math.isfinite, found)) and len(set(found)) == len(found) else None


def name_of(one: Tried, longest: int = LONGEST_NAME) -> str:
    return plan_name(one.name, longest)


def answer(found: Response, axes: Sequence[Along]) -> list[str]:
    """The best plan, what cannot be told from it, how far the reference is behind, and what the interval allows."""
    measure, count = by(found.criterion), found.replications
    if not found.enough:
        return [
            f"{count} replications are too few to tell plans apart; give {FEWEST_REPLICATIONS} or more"
            " (run.replications). The table shows what was seen."
        ]
    if found.best is None:
        return _of_weather(found)
    best, others = found.tried[found.best], [place for place in found.plans if place != found.best]
    end = "lowest" if found.criterion.less_is_better else "highest"
    mean = amount(found.criterion, best.mean.mean)
    high = f"{sentence(name_of(best))} has the {end} mean {mean}"
    if len(found.level) == len(others):
        same = all(_is_same(found.tried[place].from_best) for place in others)
        why = "are the same in every replication" if same else f"cannot be told apart in {count} replications"
        said = [f"By {measure} the {len(found.plans)} plans {why}{'' if same else f'. {high}'}."]
    elif found.level:
        names = [name_of(found.tried[place]) for place in found.level]
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        told = ", ".join(names[:MOST_NAMED]) + more if more else listed(names)
        said = [
            f"Best by {measure}: {name_of(best)}, {mean} on the mean. Of the other {len(others)}"
            f" plans, {len(names)} cannot be told from it: {told}."
        ]
    else:
        said = [
            f"Best by {measure}: {name_of(best)}, {mean} on the mean."
            + (f" Each of the other {len(others)} plans is clearly behind." if len(others) > 1 else "")
        ]
    ranked = how_ranked_if_asked(found.by, count)
    said += [one for one in (_behind(found), _edge(found, axes), ranked) if one]
    if weather := [one for one in found.tried if one.kind != "plan"]:
        said.append(f"{counted(len(weather), 'other line')} of the table {_is(weather)} weather, which nobody chooses.")
    return said


def _is(things: Sequence[object]) -> str:
    return "is" if len(things) == 1 else "are"


def _of_weather(found: Response) -> list[str]:
    """Values of which nobody chooses one: what they change, held against the first."""
    measure, first = by(found.criterion), found.tried[0]
    others = [one for one in found.tried[1:] if math.isfinite(one.from_first.mean)]
    told = [one for one in others if one.from_first.clear_among_all]
    said = f"These values are weather, not plans to choose from, so none is best. Against {name_of(first)},"
    if not others:
        return [f"{said} nothing can be told."]
    if not told:
        return [f"{said} none changes {measure} by as much as can be told in {found.replications} replications."]
    worst = min(told, key=lambda one: one.from_first.mean)
    top = max(told, key=lambda one: one.from_first.mean)
    parts = []
    if worst.from_first.mean < 0:
        parts.append(f"{measure} falls most, by {_gap(found, worst.from_first)}, with {name_of(worst)}")
    if top.from_first.mean > 0:
        parts.append(f"{measure} rises most, by {_gap(found, top.from_first)}, with {name_of(top)}")
    untold = len(others) - len(told)
    more = f" {counted(untold, 'value')} cannot be told from the first." if untold else ""
    return [f"{said} {' and '.join(parts)}.{more}"]


def _behind(found: Response) -> str:
    """How far the reference and the nearest plan that can be told are behind the best."""
    assert found.best is not None
    said, first = "", found.tried[0]
    if first.kind == "plan" and found.best != 0:
        if 0 in found.level:
            said = f"The reference, {name_of(first)}, is among those that cannot be told from it."
        else:
            said = f"The reference, {name_of(first)}, is {_gap(found, first.from_best)} behind."
    told = [k for k in found.order if k in found.plans and k != found.best and k not in found.level and k != 0]
    if told and (said or found.best == 0):
        nearest = found.tried[told[0]]
        said += f" The nearest plan that is clearly behind is {name_of(nearest)}, {_gap(found, nearest.from_best)}."
    return said.strip()


def _edge(found: Response, axes: Sequence[Along]) -> str:
    """Whether the best stands at an end of what was tried, so that there may be better beyond."""
    assert found.best is not None
    if len(found.level) + 1 == len(found.plans):
        return ""
    at, ends = found.best, []
    for axis in reversed(axes):
        at, place = divmod(at, len(axis.values))
        numbers = axis.numbers
        if numbers and numbers[place] in (min(numbers), max(numbers)):
            ends.append(f"{readable(axis.label)} {axis.values[place]}")
    if not ends:
        return ""
    where = f"{sentence(listed(ends[::-1]))} {_is(ends)} at the end of what was tried"
    return f"{where}: there may be better beyond, if more is possible."


def _is_same(gap: Gap) -> bool:
    return gap.low == gap.high == 0


def _gap(found: Response, gap: Gap) -> str:
    """``$1.2M ($0.8M to $1.6M)``, or in points; without a sign."""
    return f"{apart(found.criterion, gap.mean)} ({between(found.criterion, gap.among_all)})"


def headings(found: Response) -> tuple[str, ...]:
    """Of the table's columns."""
    against = "against the best" if found.best is not None else "against the first"
    if not found.criterion.stands:
        against += in_points(found.criterion)
    return (
        "", f"{by(found.criterion)}, mean", "P10", "P90", against, "19 times in 20 between", "and", "odds of target",
        "cost, mean", "",
    )  # fmt: skip


def rows(found: Response) -> list[Row]:
    """A line a plan, the best first, then weather."""
    return [_row(found, place) for place in found.order]


def _row(found: Response, place: int) -> Row:
    one = found.tried[place]
    gap = one.from_first if found.best is None else one.from_best
    ends: tuple[float, ...] = (math.nan,) * 3
    if place != (0 if found.best is None else found.best):
        wide = gap.among_all
        ends = (wide.mean, wide.low, wide.high)
    draw, (low, _, high) = change(found.criterion), (amount(found.criterion, end) for end in one.range)
    cells = (
        name_of(one), amount(found.criterion, one.mean.mean), low, high, *map(draw, ends), odds(one.odds.mean),
        usd(one.means["cost"]), ", ".join(marks(found, place)),
    )  # fmt: skip
    return Row(cells, found.best is None or place == found.best or place not in found.level)


def marks(found: Response, place: int) -> list[str]:
    """What sets a line apart."""
    said = []
    if found.enough and place == found.best:
        said.append(BEST)
    if found.enough and place in found.level:
        said.append(LEVEL)
    if place == 0:
        said.append(FIRST)
    if found.tried[place].kind != "plan":
        said.append(WEATHER)
    return said


def screen_lines(found: Response) -> tuple[list[int], int]:
    """Which of ``rows`` a screen has, and how many it leaves out: the first ones, and the reference."""
    order = found.order
    if len(order) <= MOST_LINES:
        return list(range(len(order))), 0
    shown = list(range(MOST_LINES))
    if order.index(0) >= MOST_LINES:
        shown = [*shown[:-1], order.index(0)]
    return shown, len(order) - len(shown)


def notes(found: Response) -> list[str]:
    """How to read it."""
    said = [
        f"{counted(len(found.tried), 'line')}, each {found.replications} replications of {found.months} months under"
        " the same luck, so differences are far sharper than the means. P10 and P90 are what one replication in ten"
        " falls below and goes beyond. Intervals of differences hold for all lines at once, 19 times in 20."
    ]
    if found.best is not None:
        said.append(
            "The best of many plans looks a little better than it is, for luck had a hand in the choice. The plan that"
            " is truly best is, 19 times in 20, the one named or among those that cannot be told from it."
        )
    return said
