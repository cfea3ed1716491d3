"""Sentences of a run that several parts of the report need: its end, its smallness, and what is told plan by plan."""

from __future__ import annotations

import math
from collections.abc import Callable

from sim.results.judged_by import FEWEST_REPLICATIONS
from sim.results.ranking import by_chance, headline
from sim.results.run_folder import RunFolder
from sim.show.formats import number, period_name, usd
from sim.show.words import listed, plan_name

# The standard error of even odds is 50/sqrt(n) points: 9 with 30 replications, so that even odds may come out as 32% or
# as 68%; 5 with 100.
GOOD_REPLICATIONS = 100
MOST_IN_TITLE = 3


def last_month(run: RunFolder) -> str:
    """The run's last month in words."""
    periods = run.periods("month") or run.periods("quarter") or ["total"]
    return period_name(periods[-1]) if periods[-1] != "total" else "the end of the run"


def too_few(replications: int) -> str:
    """What to say before any number of a run that is too short to judge plans by; empty where it is long enough."""
    if replications >= FEWEST_REPLICATIONS:
        return ""
    play = f"Play {GOOD_REPLICATIONS} or more before you decide: run.replications={GOOD_REPLICATIONS}."
    if replications == 1:
        return f"One replication was played: too few to judge a plan by. It is one story of many. {play}"
    error = math.floor(50.0 / math.sqrt(replications) + 0.5)
    return (
        f"Only {number(replications)} replications were played: too few to judge a plan by. Odds carry a standard error"
        f" of up to {error} points, and P10 and P90 rest on a few outcomes. {play}"
    )


def told(run: RunFolder, says: Callable[[str], str]) -> str:
    """What is said of the plans in a title: once where it is the same in all, and together where it is the same."""
    parts = {plan: says(plan) for plan in run.plans}
    if len(set(parts.values())) == 1:
        return parts[run.reference] + (" in every plan" if len(run.plans) > 1 else "")
    shown, alike = in_title(run), dict[str, list[str]]()
    for plan in shown:
        alike.setdefault(parts[plan], []).append(plan_name(plan))
    joined = [f"{part} in {listed(plans)}" for part, plans in alike.items()]
    several_ands = any(" and " in part for part in alike) or len(alike) < len(shown)
    return "; ".join(joined) if several_ands else listed(joined)


def in_title(run: RunFolder, most: int = MOST_IN_TITLE) -> list[str]:
    """The plans that a title has room for: the reference, the headline plan, and the next by their odds."""
    first = dict.fromkeys((run.reference, headline(run), *by_chance(run), *run.plans))
    chosen = list(first)[:most]
    return [plan for plan in run.plans if plan in chosen]


def others_in_title(run: RunFolder) -> list[str]:
    """The plans beside the reference that a title has room for where it tells the reference apart."""
    return [plan for plan in in_title(run, MOST_IN_TITLE + 1) if plan != run.reference]


def span(low: float, high: float) -> str:
    """A range of dollars that names the unit once where it can: ``$0.4M to $3.9M``."""
    return f"{usd(low)} to {usd(high)}"
