"""The answer at the top of the report: what to do in a few sentences, and one row a plan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.results import ranking
from sim.results.criterion import HITS_TARGET
from sim.results.estimates import Estimate
from sim.results.gap import Gap
from sim.results.layout import TOTAL
from sim.results.run_folder import RunFolder
from sim.results.verdict import Standing
from sim.show import findings, judgment, precision, sharper, verdict, waiting
from sim.show.criterion import amount_form, apart, between, ends
from sim.show.criterion import by as said
from sim.show.figures.style import colour
from sim.show.formats import Cell, Content, number, usd
from sim.show.words import plan_name, sentence

RATIO = ("ratio_difference", "ratio_difference_low", "ratio_difference_high")
Change = tuple[Content, Content]  # the mean of a difference, and its interval or what it is
NONE: Change = ("", "")


@dataclass(frozen=True)
class Score:
    """One scenario at a glance. A difference is two cells, both empty for the plan that others are held against."""

    name: str  # of the scenario
    plan: str  # the name as the table has it
    colour: str
    question: str
    marks: tuple[str, ...]
    worth: Cell  # value, or bookings less cost where the run has no billing
    worth_more: Change
    ranked: Cell | None  # by the criterion, where that is none of those that stand
    ranked_more: Change
    chance: Cell
    chance_error: Cell
    chance_more: Change
    bookings: tuple[Cell, ...]  # P10, P50, P90
    bookings_more: Change
    cost: Cell
    cost_more: Change


def answer(run: RunFolder) -> list[str]:
    """A few paragraphs: the verdict, the odds, what weather and waiting cost; of a small run only what it saw."""
    if caution := findings.too_few(run.replication_count):
        seen = " ".join(_seen(run, plan) for plan in run.plans)
        return [caution, seen, *waiting.said(run), *_judgments(run)]
    known = [text for text in (precision.said(run.manifest.get("precision")),) if text]
    decided = verdict.paragraphs(run.verdict, findings.last_month(run))
    return [*decided, *divided(run), *sharper.said(run), *waiting.said(run), *_judgments(run), *known]


def divided(run: RunFolder) -> list[str]:
    """Where the ratio of means, which Finance reads, tells plans the other way round than the mean of ratios."""
    found, gap = run.verdict, run.verdict.decides
    by = found.criterion
    if by.stands or not by.is_ratio or gap is None or found.told is None or run.reference != found.reference:
        return []
    rows = run.difference_rows(found.told, by.measure, TOTAL)
    if not len(rows):
        return []
    one = Estimate(*(float(rows[name].loc[TOTAL]) for name in RATIO))
    is_turned = one.mean * gap.mean < 0 and abs(one.mean) >= gap.rounding
    if not is_turned or not (gap.clear or one.clear):
        return []
    way = "less" if one.mean < 0 else "more"
    within = between(by, one) if one.clear else f"{ends(by, one)}, which may be chance"
    return [
        f"As a ratio of means, which Finance reads, it is the other way round: {plan_name(found.told)} comes to"
        f" {apart(by, one.mean)} {way} in {said(by)} ({within})."
    ]


def _seen(run: RunFolder, plan: str) -> str:
    """What a small run saw of a plan, without odds or a range that it cannot know."""
    booked = run.replications.table(plan, "bookings", "total").iloc[:, 0]
    count, met = len(booked), ranking.chance(run, plan).mean * len(booked)
    target = usd(run.statistic(plan, "target"))
    if count == 1:
        verb = "meets" if met else "misses"
        return f"{sentence(plan_name(plan))} books {usd(float(booked.iloc[0]))} and {verb} its target of {target}."
    return (
        f"{sentence(plan_name(plan))} meets its target of {target} in {number(met)} of {count} replications; they book"
        f" between {usd(float(booked.min()))} and {usd(float(booked.max()))}."
    )


def _judgments(run: RunFolder) -> list[str]:
    """One paragraph for all plans that leaders overrule; none where they do not."""
    found = [text for plan in run.plans if (text := judgment.said(run, plan))]
    return [" ".join(found)] if found else []


def scores(run: RunFolder, drawn: Sequence[str] = ()) -> list[Score]:
    """All scenarios in the run's order. ``drawn``: those of the figures, where each has a colour; all unless given."""
    worth = run.verdict.worth
    return [_score(run, run.verdict.by_name[plan], worth, drawn or run.plans) for plan in run.plans]


def _score(run: RunFolder, standing: Standing, worth: str, drawn: Sequence[str]) -> Score:
    plan, gaps, by = standing.name, standing.gaps, run.verdict.criterion
    chance = ranking.chance(run, plan)
    return Score(
        name=plan,
        plan=plan_name(plan, 40),
        colour=colour(drawn, plan) if plan in drawn else "transparent",
        question=str(run.scenarios.get(plan, {}).get("question", "")),
        marks=_marks(run, standing),
        worth=Cell(standing.means[worth], "dollars"),
        worth_more=_change(gaps.get(worth)),
        ranked=None if by.stands else Cell(standing.means[by.measure], amount_form(by)),
        ranked_more=_change(gaps.get(by.measure), f"change of {by.format}"),
        chance=Cell(chance.mean, "odds"),
        chance_error=Cell(chance.reach, "points"),
        chance_more=_change(gaps.get(HITS_TARGET), "points more"),
        bookings=tuple(Cell(run.statistic(plan, "bookings", name), "dollars") for name in ("p10", "p50", "p90")),
        bookings_more=_plain_change(gaps.get("bookings")),
        cost=Cell(run.statistic(plan, "cost"), "dollars"),
        cost_more=_plain_change(gaps.get("cost")),
    )


def _marks(run: RunFolder, standing: Standing) -> tuple[str, ...]:
    """What sets a row apart: the choice, and what is no plan."""
    if standing.kind != "plan":
        return ("weather",)
    chosen = run.verdict.enough and run.verdict.told is not None and standing.name == run.verdict.pick
    return (("keep" if standing.name == run.verdict.reference else "do this"),) if chosen else ()


def _change(gap: Gap | None, form: str = "dollars more") -> Change:
    """A difference and its interval."""
    if gap is None or not math.isfinite(gap.mean):
        return NONE
    if form != "points more" and gap.low == gap.high == 0:
        return "none", ""
    return Cell(gap.mean, form), Cell(gap.low, form, gap.high) if math.isfinite(gap.low) else ""


def _plain_change(gap: Gap | None) -> Change:
    """A difference without its interval, which stands among the differences below, but for whether it is one."""
    mean, interval = _change(gap)
    return mean, "within noise" if gap is not None and interval and not gap.clear else ""
