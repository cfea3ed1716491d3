"""The answer at the top of the report: what to do in a few sentences, and one row a plan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.results import ranking
from sim.results.criterion import MEASURE_OF
from sim.results.gap import Gap
from sim.results.run_folder import RunFolder
from sim.results.verdict import Standing
from sim.show import findings, judgment, verdict
from sim.show.figures.style import colour
from sim.show.words import number, odds, plan_name, points, sentence, signed_points, usd

NONE = ("", "")


@dataclass(frozen=True)
class Score:
    """One scenario at a glance, ready to print. A difference is two texts: its mean, and its interval or what it is."""

    plan: str
    colour: str
    question: str
    marks: tuple[str, ...]
    worth: str  # value, or bookings less cost where the run has no billing
    worth_more: tuple[str, str]  # against the plan that others are held against; empty for that one
    chance: str
    chance_error: str
    chance_more: tuple[str, str]
    bookings: tuple[str, str, str]  # P10, P50, P90
    bookings_more: tuple[str, str]
    cost: str
    cost_more: tuple[str, str]


def answer(run: RunFolder) -> list[str]:
    """A few paragraphs: the verdict, the odds, what weather costs; of a small run only what it saw."""
    if caution := findings.too_few(run.replication_count):
        return [caution, " ".join(_seen(run, plan) for plan in run.plans), *_judgments(run)]
    return [*verdict.paragraphs(run.verdict, findings.last_month(run)), *_judgments(run)]


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
    plan, gaps = standing.name, standing.gaps
    return Score(
        plan=plan_name(plan, 40),
        colour=colour(drawn, plan) if plan in drawn else "transparent",
        question=str(run.scenarios.get(plan, {}).get("question", "")),
        marks=_marks(run, standing),
        worth=usd(standing.means[worth]),
        worth_more=_change(gaps.get(worth)),
        chance=odds(ranking.chance(run, plan).mean),
        chance_error=_error(run, plan),
        chance_more=_points(gaps.get(MEASURE_OF["odds"])),
        bookings=tuple(usd(run.statistic(plan, "bookings", name)) for name in ("p10", "p50", "p90")),  # type: ignore[arg-type]
        bookings_more=_plain_change(gaps.get("bookings")),
        cost=usd(run.statistic(plan, "cost")),
        cost_more=_plain_change(gaps.get("cost")),
    )


def _marks(run: RunFolder, standing: Standing) -> tuple[str, ...]:
    """What sets a row apart: the choice, and what is no plan."""
    if standing.kind != "plan":
        return ("weather",)
    chosen = run.verdict.enough and run.verdict.told is not None and standing.name == run.verdict.pick
    return (("keep" if standing.name == run.verdict.reference else "do this"),) if chosen else ()


def _change(gap: Gap | None) -> tuple[str, str]:
    if gap is None or not math.isfinite(gap.mean):
        return NONE
    if not math.isfinite(gap.low):
        return usd(gap.mean, signed=True), ""
    if gap.low == gap.high == 0:
        return "none", ""
    return usd(gap.mean, signed=True), f"{usd(gap.low, signed=True)} to {usd(gap.high, signed=True)}"


def _plain_change(gap: Gap | None) -> tuple[str, str]:
    """A difference without its interval, which stands among the differences below, but for whether it is one."""
    mean, interval = _change(gap)
    return mean, "within noise" if gap is not None and interval and not gap.clear else ""


def _points(gap: Gap | None) -> tuple[str, str]:
    """A difference of odds in percentage points."""
    if gap is None or not math.isfinite(gap.mean):
        return NONE
    mean, low, high = (signed_points(value) for value in (gap.mean, gap.low, gap.high))
    return mean, f"{low} to {high}" if math.isfinite(gap.low) else ""


def _error(run: RunFolder, plan: str) -> str:
    chance = ranking.chance(run, plan)
    return f"\N{PLUS-MINUS SIGN}{points(chance.reach)}" if math.isfinite(chance.low) else ""
