"""The answer at the top of the report: odds, bookings, cost and risk in a few sentences, and one row a plan."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.report import findings
from sim.report.figures.style import colour
from sim.report.run_folder import RunFolder
from sim.report.words import listed, number, odds, plan_name, points, sentence, usd


@dataclass(frozen=True)
class Score:
    """One plan at a glance, ready to print."""

    plan: str
    colour: str
    question: str
    chance: str
    chance_error: str
    bookings: tuple[str, str, str]  # P10, P50, P90
    target: str
    cost: str
    more_bookings: str  # against the reference; empty for the reference itself
    more_cost: str
    best_odds: bool
    cheapest: bool


def answer(run: RunFolder) -> list[str]:
    """Two or three paragraphs of a sentence or two: the odds, the money, the risk."""
    best = findings.by_chance(run)[0]
    return [
        f"{sentence(_odds(run, best))} {_bookings(run, best)}",
        *([_money(run, best)] if len(run.plans) > 1 else [_cost(run, best)]),
        _risk(run, best),
    ]


def scores(run: RunFolder) -> list[Score]:
    """All plans in the run's order."""
    best, cheapest = findings.by_chance(run)[0], findings.by_cost(run)[0]
    several = len(run.plans) > 1
    return [
        Score(
            plan=plan_name(plan, 40),
            colour=colour(run.plans, plan),
            question=str(run.scenarios.get(plan, {}).get("question", "")),
            chance=odds(findings.chance(run, plan).mean),
            chance_error=_error(run, plan),
            bookings=tuple(usd(run.statistic(plan, "bookings", name)) for name in ("p10", "p50", "p90")),  # type: ignore[arg-type]
            target=usd(run.statistic(plan, "target")),
            cost=usd(run.statistic(plan, "cost")),
            more_bookings=_change(run, plan, "bookings"),
            more_cost=_change(run, plan, "cost"),
            best_odds=several and plan == best and findings.best_is_clear(run),
            cheapest=several and plan == cheapest,
        )
        for plan in run.plans
    ]


def _odds(run: RunFolder, best: str) -> str:
    chance, when, target = findings.chance(run, best), findings.last_month(run), usd(run.statistic(best, "target"))
    says = f"a chance of {odds(chance.mean)} to meet its target of {target} by {when}"
    if len(run.plans) == 1:
        return f"{plan_name(best)} has {says}."
    others = listed([f"{odds(findings.chance(run, p).mean)} for {plan_name(p)}" for p in findings.by_chance(run)[1:5]])
    if findings.best_is_clear(run):
        return f"{plan_name(best)} has the best odds: {says}, against {others}."
    return (
        f"{plan_name(best)} has {says}, against {others}; the best two cannot be told apart with"
        f" {number(run.replication_count)} replications."
    )


def _bookings(run: RunFolder, plan: str) -> str:
    low, middle, high = (run.statistic(plan, "bookings", name) for name in ("p10", "p50", "p90"))
    return f"It books {usd(middle)} in the middle case, and between {usd(low)} and {usd(high)} in 8 cases of 10."


def _money(run: RunFolder, best: str) -> str:
    """What the best plan costs and brings against the reference, and which plan is the cheapest."""
    cheapest = findings.by_cost(run)[0]
    said = f"It costs {usd(run.statistic(best, 'cost'))}"
    said += ", the least of all plans" if best == cheapest else ""
    if best != run.reference:
        cost, bookings = (findings.total_difference(run, best, m) for m in ("cost", "bookings"))
        said += f", {_more_or_less(cost)} than {plan_name(run.reference)}, and books {_more_or_less(bookings)}"
        if bookings.clear:
            said += f" (give or take {usd((bookings.high - bookings.low) / 2, decimals=2)})"
    said += "."
    if best == cheapest:
        return said
    saved = run.statistic(best, "cost") - run.statistic(cheapest, "cost")
    return f"{said} {sentence(plan_name(cheapest))} is the cheapest, at {usd(saved)} less."


def _more_or_less(difference: findings.Difference) -> str:
    if not difference.clear:
        return f"about as much ({usd(difference.mean, signed=True)}, not told apart from zero)"
    return f"{usd(abs(difference.mean))} {'more' if difference.mean > 0 else 'less'}"


def _cost(run: RunFolder, plan: str) -> str:
    low, middle, high = (run.statistic(plan, "cost", name) for name in ("p10", "p50", "p90"))
    return f"It costs {usd(middle)} in the middle case ({findings.span(low, high)} in 8 cases of 10)."


def _risk(run: RunFolder, plan: str) -> str:
    low, target = run.statistic(plan, "bookings", "p10"), run.statistic(plan, "target")
    if not math.isfinite(target) or target <= 0:
        return f"The risk: in one case of ten it books {usd(low)} or less."
    if low >= target:
        return f"The risk is small: even the case that only one in ten falls below books {usd(low)}, above the target."
    return (
        f"The risk: in one case of ten it books {usd(low)} or less, {usd(target - low)} or more short of the target"
        f" ({odds(low / target)} of it)."
    )


def _change(run: RunFolder, plan: str, measure: str) -> str:
    if plan == run.reference:
        return ""
    difference = findings.total_difference(run, plan, measure)
    if not math.isfinite(difference.mean):
        return ""
    return usd(difference.mean, signed=True) + ("" if difference.clear else ", not told from zero")


def _error(run: RunFolder, plan: str) -> str:
    chance = findings.chance(run, plan)
    return f"\N{PLUS-MINUS SIGN}{points((chance.high - chance.low) / 2)}" if math.isfinite(chance.low) else ""
