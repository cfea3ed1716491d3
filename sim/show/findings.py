"""What the run says, as numbers that a sentence needs: odds, differences, and which plan is best at what."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from sim.results.replications import Estimate, mean_with_error, share_difference_with_error, share_with_error
from sim.results.run_folder import RunFolder
from sim.results.verdict import FEWEST_REPLICATIONS
from sim.show.words import listed, number, period_name, plan_name, usd

# The standard error of even odds is 50/sqrt(n) points: 9 with 30 replications, so that even odds may come out as 32% or
# as 68%; 5 with 100.
GOOD_REPLICATIONS = 100
MOST_IN_TITLE = 3


@dataclass(frozen=True)
class Difference:
    """A plan's total less the reference's, under the same luck."""

    plan: str
    mean: float
    low: float  # 95% interval of the mean
    high: float
    p10: float  # of single replications: what luck may make of it
    p90: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero, so that the sign can be trusted."""
        return self.low > 0 or self.high < 0


def last_month(run: RunFolder) -> str:
    """The run's last month in words."""
    periods = run.periods("month") or run.periods("quarter") or ["total"]
    return period_name(periods[-1]) if periods[-1] != "total" else "the end of the run"


def chance(run: RunFolder, plan: str, period_kind: str = "total", period: str = "total") -> Estimate:
    """The chance to reach a period's target, the whole run's if none is named, with its 95% interval."""
    hits = run.replications.table(plan, "hits_target", period_kind)
    if period in hits:
        return share_with_error(hits[period])
    if period_kind == "total":
        hits = run.replications.target_met_to_date(plan, "quarter").iloc[:, -1:]
    return share_with_error(hits.iloc[:, 0]) if hits.shape[1] else Estimate(float("nan"), float("nan"), float("nan"))


def total_difference(run: RunFolder, plan: str, measure: str = "bookings") -> Difference:
    """A plan's difference from the reference over the whole run."""
    rows = run.difference_rows(plan, measure, "total")
    pairs = run.replications.paired(plan, run.reference, measure, "total")
    spread = pairs.iloc[:, 0].quantile([0.1, 0.9]) if pairs.shape[1] else None
    p10, p90 = (float("nan"), float("nan")) if spread is None else (float(spread.iloc[0]), float(spread.iloc[1]))
    if len(rows):
        first = rows.iloc[0]
        return Difference(
            plan, float(first["mean_difference"]), float(first["ci_low"]), float(first["ci_high"]), p10, p90
        )
    own = mean_with_error(pairs.iloc[:, 0]) if pairs.shape[1] else Estimate(p10, p10, p10)
    return Difference(plan, own.mean, own.low, own.high, p10, p90)


def paired_chance(run: RunFolder, b: str, a: str) -> Estimate:
    """How much likelier plan b meets the target than plan a, under the same luck."""
    pairs = run.replications.paired(b, a, "hits_target", "total")
    if not pairs.shape[1]:
        return Estimate(float("nan"), float("nan"), float("nan"))
    return share_difference_with_error(pairs.iloc[:, 0])


def rivals(run: RunFolder) -> list[str]:
    """The scenarios that compete: those that are plans, or all where none is."""
    return [plan for plan in run.plans if run.kind(plan) == "plan"] or list(run.plans)


def by_chance(run: RunFolder) -> list[str]:
    """Plans, the best odds first; the one with the greater mean bookings where odds are equal."""
    return sorted(rivals(run), key=lambda plan: (-chance(run, plan).mean, -run.statistic(plan, "bookings")))


def best_is_clear(run: RunFolder) -> bool:
    """Whether the best odds can be told apart from those of every other plan, in a run that is large enough."""
    return len(rivals(run)) > 1 and not too_few(run.replication_count) and len(level_with_best(run)) == 1


def has_best_odds(run: RunFolder, plan: str) -> bool:
    """Whether a plan's odds are clearly better than those of every other plan."""
    return best_is_clear(run) and by_chance(run)[0] == plan


def level_with_best(run: RunFolder) -> list[str]:
    """The plans whose odds cannot be told from the best, in order of their odds."""
    ranked = by_chance(run)
    return [p for p in ranked if p == ranked[0] or not paired_chance(run, ranked[0], p).clear]


def headline(run: RunFolder) -> str:
    """The plan that the report speaks for: the verdict's pick, or what plans are held against where there is none."""
    return run.verdict.pick or run.verdict.reference


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


def by_cost(run: RunFolder) -> list[str]:
    """Plans, the cheapest first."""
    return sorted(rivals(run), key=lambda plan: run.statistic(plan, "cost"))


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
