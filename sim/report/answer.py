"""The answer at the top of the report: odds, bookings, cost and risk in a few sentences, and one row a plan."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.report import findings, judgment
from sim.report.figures.style import colour
from sim.report.replications import Estimate
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
    kept: str  # mean bookings less mean cost, by which the answer ranks plans whose odds are level
    contribution: str  # empty where the run has no revenue
    more: tuple[str, str, str]  # bookings, cost and what is kept against the reference; empty for the reference itself
    best_odds: bool
    cheapest: bool


def answer(run: RunFolder) -> list[str]:
    """Two or three paragraphs of a sentence or two: the odds, the money, the risk; of a small run only what it saw."""
    pick, caution = findings.headline(run), findings.too_few(run.replication_count)
    if caution:
        return [caution, " ".join(_seen(run, plan) for plan in run.plans), *_judgments(run)]
    if len(run.plans) == 1:
        said = [f"{sentence(_odds(run, pick))} {_bookings(run, pick)}", _cost(run, pick)]
    elif findings.best_is_clear(run):
        said = [f"{sentence(_odds(run, pick))} {_bookings(run, pick)}", _money(run, pick)]
    else:
        said = [_level_said(run, pick), f"{sentence(_chance(run, pick))} {_bookings(run, pick)}"]
    return [*said, _risk(run, pick), *_judgments(run)]


def _seen(run: RunFolder, plan: str) -> str:
    """What a small run saw of a plan, without odds or a range that it cannot know."""
    booked = run.replications.table(plan, "bookings", "total").iloc[:, 0]
    count, met = len(booked), findings.chance(run, plan).mean * len(booked)
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
            kept=usd(findings.kept_usd(run, plan)),
            contribution=usd(run.statistic(plan, "contribution")) if run.has("contribution") else "",
            more=_more(run, plan),
            best_odds=several and plan == best and findings.best_is_clear(run),
            cheapest=several and plan == cheapest and not findings.too_few(run.replication_count),
        )
        for plan in run.plans
    ]


def _odds(run: RunFolder, best: str) -> str:
    if len(run.plans) == 1:
        return _chance(run, best)
    others = listed([f"{odds(findings.chance(run, p).mean)} for {plan_name(p)}" for p in findings.by_chance(run)[1:5]])
    return f"{plan_name(best)} has the best odds: {_says(run, best)}, against {others}."


def _chance(run: RunFolder, plan: str) -> str:
    return f"{plan_name(plan)} has {_says(run, plan)}."


def _says(run: RunFolder, plan: str) -> str:
    chance, target = findings.chance(run, plan), usd(run.statistic(plan, "target"))
    return f"a chance of {odds(chance.mean)} to meet its target of {target} by {findings.last_month(run)}"


def _books_less(run: RunFolder, plan: str) -> bool:
    difference = findings.total_difference(run, plan, "bookings")
    return difference.clear and difference.mean < 0


def _level_said(run: RunFolder, pick: str) -> str:
    """That the best odds cannot be told apart, and what the money says instead."""
    level = findings.level_with_best(run)
    rest = [p for p in findings.by_chance(run) if p not in level]
    shares = ", ".join(odds(findings.chance(run, p).mean) for p in level)
    if rest:
        behind = listed([f"{plan_name(p)} has {odds(findings.chance(run, p).mean)}" for p in rest[:4]])
        said = f"The odds of {listed([plan_name(p) for p in level])} cannot be told apart ({shares}); {behind}."
    else:
        said = f"The plans' odds cannot be told apart ({shares})."
    keeps = f"{usd(findings.kept_usd(run, pick))} on average{_ahead(run, pick)}"
    most = f"After its cost {plan_name(pick)} keeps the most of what it books, {keeps}"
    if pick != run.reference:
        return f"{said} {most}. {sentence(_against_reference(run, pick))}{_cheapest(run, pick)}"
    others = [p for p in run.plans if p != run.reference]
    told = max(others, key=lambda p: run.statistic(p, "bookings"))
    return (
        f"{said} {most}: the odds are no reason to leave it. {sentence(_against_reference(run, told))}"
        f"{_cheapest(run, told)}"
    )


def _ahead(run: RunFolder, pick: str) -> str:
    """How much more the plan keeps than the reference, or that this cannot be told."""
    if pick == run.reference:
        return ""
    more = findings.kept_difference(run, pick)
    if not more.clear:
        return f" (no clear lead on {plan_name(run.reference)})"
    return f" ({usd(more.mean)} more than {plan_name(run.reference)})"


def _against_reference(run: RunFolder, plan: str) -> str:
    cost, bookings = (findings.total_difference(run, plan, m) for m in ("cost", "bookings"))
    costs, than = _more_or_less(cost), "than" if bookings.clear else "as"
    base = plan_name(run.reference)
    return (
        f"{plan_name(plan)} books {_more_or_less(bookings)} {than} {base}{_give_or_take(bookings)} and costs {costs}."
    )


def _give_or_take(difference: findings.Difference) -> str:
    if not difference.clear:
        return ""
    return f" (give or take {usd((difference.high - difference.low) / 2, decimals=2)})"


def _cheapest(run: RunFolder, told: str) -> str:
    """Which plan is the cheapest, against the reference; nothing where two plans have said it already."""
    cheapest = findings.by_cost(run)[0]
    if len(run.plans) < 3 or cheapest == told:
        return ""
    if cheapest == run.reference:
        return f" {sentence(plan_name(cheapest))} is the cheapest."
    less = usd(-findings.total_difference(run, cheapest, "cost").mean)
    said = f" {sentence(plan_name(cheapest))} is the cheapest, at {less} less than {plan_name(run.reference)}"
    if _books_less(run, cheapest):
        said += f", and books {_more_or_less(findings.total_difference(run, cheapest, 'bookings'))}"
    return f"{said}."


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
        said += f", {_more_or_less(cost)} {'than' if cost.clear else 'as'} {plan_name(run.reference)}"
        said += f", and books {_more_or_less(bookings)}"
        said += _give_or_take(bookings)
    return f"{said}.{_cheapest(run, best)}"


def _more_or_less(difference: findings.Difference) -> str:
    if not difference.clear:
        return f"about as much ({usd(difference.mean, signed=True)}, within noise)"
    return f"{usd(abs(difference.mean))} {'more' if difference.mean > 0 else 'less'}"


def _cost(run: RunFolder, plan: str) -> str:
    low, mean, high = (run.statistic(plan, "cost", name) for name in ("p10", "mean", "p90"))
    return f"It costs {usd(mean)} on average ({findings.span(low, high)} in 8 cases of 10)."


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


def _more(run: RunFolder, plan: str) -> tuple[str, str, str]:
    if plan == run.reference:
        return ("", "", "")
    bookings, cost = (findings.total_difference(run, plan, measure) for measure in ("bookings", "cost"))
    return (_change(bookings), _change(cost), _change(findings.kept_difference(run, plan)))


def _change(difference: findings.Difference | Estimate) -> str:
    if not math.isfinite(difference.mean):
        return ""
    return usd(difference.mean, signed=True) + ("" if difference.clear else ", within noise")


def _error(run: RunFolder, plan: str) -> str:
    chance = findings.chance(run, plan)
    return f"\N{PLUS-MINUS SIGN}{points((chance.high - chance.low) / 2)}" if math.isfinite(chance.low) else ""
