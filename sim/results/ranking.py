"""How the plans of a finished run stand by the odds of the target, by cost, and against one another.

The verdict (``sim.results.verdict``) says which plan to choose; this says the rest that sentences and figures need.
"""

from __future__ import annotations

from sim.results.criterion import HITS_TARGET, scale_of
from sim.results.estimates import UNKNOWN, Estimate
from sim.results.gap import NO_GAP, Gap, gap_between
from sim.results.judged_by import FEWEST_REPLICATIONS
from sim.results.replications import share_with_error
from sim.results.run_folder import RunFolder


def chance(run: RunFolder, plan: str, period_kind: str = "total", period: str = "total") -> Estimate:
    """The chance to reach a period's target, the whole run's if none is named, with its 95% interval."""
    hits = run.replications.table(plan, HITS_TARGET, period_kind)
    if period in hits:
        return share_with_error(hits[period])
    if period_kind == "total":
        hits = run.replications.target_met_to_date(plan, "quarter").iloc[:, -1:]
    return share_with_error(hits.iloc[:, 0]) if hits.shape[1] else UNKNOWN


def gap(run: RunFolder, b: str, a: str, measure: str) -> Gap:
    """A measure of plan b over the whole run less that of plan a, under the same luck; unknown where one lacks it.

    Of ``MEASURED`` and what else the replications keep (``sim.results.replications``).
    """
    first, second = (run.replications.table(plan, measure, "total") for plan in (a, b))
    both = first.index.intersection(second.index)
    if not len(both) or not (first.shape[1] and second.shape[1]):
        return NO_GAP
    one, other = (table.loc[both].iloc[:, 0].to_numpy(float) for table in (first, second))
    return gap_between(one, other, both.get_level_values("draw").to_numpy(), scale_of(measure))


def rivals(run: RunFolder) -> list[str]:
    """The scenarios that compete: those that are plans, or all where none is."""
    return [plan for plan in run.plans if run.kind(plan) == "plan"] or list(run.plans)


def by_chance(run: RunFolder) -> list[str]:
    """Plans, the best odds first; the one with the greater mean bookings where odds are equal."""
    return sorted(rivals(run), key=lambda plan: (-chance(run, plan).mean, -run.statistic(plan, "bookings")))


def by_cost(run: RunFolder) -> list[str]:
    """Plans, the cheapest first."""
    return sorted(rivals(run), key=lambda plan: run.statistic(plan, "cost"))


def has_better_odds(run: RunFolder, plan: str, other: str) -> bool:
    """Whether the odds of two plans can be told apart. The first is the likelier one."""
    return gap(run, plan, other, HITS_TARGET).clear


def level_with_best(run: RunFolder) -> list[str]:
    """The plans whose odds cannot be told from the best, in order of their odds."""
    ranked = by_chance(run)
    return [p for p in ranked if p == ranked[0] or not has_better_odds(run, ranked[0], p)]


def best_is_clear(run: RunFolder) -> bool:
    """Whether the best odds can be told apart from those of every other plan, in a run that is large enough."""
    enough = run.replication_count >= FEWEST_REPLICATIONS
    return len(rivals(run)) > 1 and enough and len(level_with_best(run)) == 1


def has_best_odds(run: RunFolder, plan: str) -> bool:
    """Whether a plan's odds are clearly better than those of every other plan."""
    return best_is_clear(run) and by_chance(run)[0] == plan


def headline(run: RunFolder) -> str:
    """The plan that the report speaks for: the verdict's pick, or what plans are held against where there is none."""
    return run.verdict.pick or run.verdict.reference
