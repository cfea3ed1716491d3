"""The contest of plans in words and as tables: how often each comes out best, and by how much it falls short."""

from __future__ import annotations

from sim.results.contest import Chances, Contest
from sim.results.criterion import Criterion
from sim.results.run_folder import RunFolder
from sim.results.verdict import Verdict
from sim.show.criterion import apart, apart_form, ends, in_points, is_best, is_better
from sim.show.formats import Cell, Content, odds
from sim.show.tables import Row, Table
from sim.show.words import listed, plan_name, sentence

MOST_NAMED = 3
MOST_COLUMNS = 6  # plans told side by side


def said(verdict: Verdict) -> str:
    """How often each plan comes out best, what choosing may give up, and whether it is better throughout."""
    found = verdict.contest
    if found is None or verdict.pick is None:
        return ""
    risked = verdict.risk_criterion
    several = []
    if len(found.chances) > 2:  # of two the risk says it
        several = [_shares(found, risked), _short(found, verdict.pick, risked)]
    return " ".join(part for part in (*several, _throughout(found, verdict)) if part)


def _shares(found: Contest, risked: Criterion) -> str:
    first, *others = sorted(found.chances, key=lambda one: -one.best.mean)
    most = f"{plan_name(first.plan)} {is_best(risked)} in {odds(first.best.mean)} of replications"
    rest = [f"{plan_name(one.plan)} in {odds(one.best.mean)}" for one in others[:MOST_NAMED]]
    text = f"{sentence(listed([most, *rest]))}"
    return f"{text}." if found.leads else f"{text}; which of them comes out best most often cannot be told yet."


def _short(found: Contest, pick: str, risked: Criterion) -> str:
    one = found.of(pick)
    if one.regret.mean == 0:
        return ""
    return (
        f"{sentence(plan_name(pick))} falls short of whichever plan comes out best by {apart(risked, one.regret.mean)}"
        f" on average ({ends(risked, one.regret)})."
    )


def _throughout(found: Contest, verdict: Verdict) -> str:
    pick = verdict.pick or ""
    rivals = [one.plan for one in found.chances if one.plan != pick]
    in_all = [name for name in rivals if found.throughout.get((pick, name)) == "every outcome"]
    in_bad = [name for name in rivals if found.throughout.get((pick, name)) == "bad outcomes first"]
    name = sentence(plan_name(pick))
    for others, where in (
        (in_all, "in bad outcomes and in good ones alike"), (in_bad, "on average, and in bad outcomes too"),
    ):  # fmt: skip
        if others:
            named = listed([plan_name(one) for one in others[:MOST_NAMED]])
            return f"{name} {is_better(verdict.risk_criterion)} than {named} {where}."
    return ""


def tables(run: RunFolder) -> list[Table]:
    """How often each plan comes out best; and of a few plans each against each. None of a run of one plan."""
    found, risked = run.verdict.contest, run.verdict.risk_criterion
    if found is None:
        return []
    best = sorted(found.chances, key=lambda one: -one.best.mean)
    first = Table(
        f"Which plan {is_best(risked)}, in shares of all replications",
        ("Plan", "Comes out best", "Between", "And", "Falls short by", "Between", "And"),
        [Row(_row(one, apart_form(risked))) for one in best],
        note=f"Falls short: of whichever plan came out best in the same replication, on average{in_points(risked)}."
        " Between and and: where the true number lies, 19 times in 20.",
    )
    return [first, _each_against_each(found, best[:MOST_COLUMNS])] if len(best) > 2 else [first]


def _row(one: Chances, form: str) -> tuple[Content, ...]:
    shares = (Cell(x, "odds") for x in (one.best.mean, one.best.low, one.best.high))
    amounts = (Cell(x, form) for x in (one.regret.mean, one.regret.low, one.regret.high))
    return (plan_name(one.plan, 40), *shares, *amounts)


def _each_against_each(found: Contest, shown: list[Chances]) -> Table:
    def cell(a: Chances, b: Chances) -> Content:
        return "" if a is b else Cell(found.ahead[a.plan, b.plan].mean, "odds")

    return Table(
        "How often the plan of the row is ahead of the plan of the column",
        ("Plan", *(plan_name(one.plan, 24) for one in shown)),
        [Row((plan_name(a.plan, 40), *(cell(a, b) for b in shown))) for a in shown],
        note="Where two plans are level in a replication, each has half of it.",
    )
