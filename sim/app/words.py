"""An outcome in plain words: a table of plans, and a sentence for how each differs from the reference."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.table import Table
from rich.text import Text

from sim.experiment.experiment import Outcome
from sim.measures.catalogue import MEASURES
from sim.measures.groups import GROUP_KINDS
from sim.measures.kpis import Rows
from sim.measures.periods import TOTAL
from sim.report.words import odds, plan_name, sentence, usd

LONGEST_NAME = 100  # as long as a name may be: its end may be what tells it from another


def plans_table(outcome: Outcome) -> Table:
    """One line a plan: bookings with their range, the odds of the target, and cost."""
    table = Table(title="Over the whole run", title_justify="left")
    table.add_column("plan", overflow="fold")  # never cut, as it tells plans apart
    headings = ("bookings\nP10", "bookings\nP50", "bookings\nP90", "odds of\ntarget", "cost,\nmean")
    for heading in headings:
        table.add_column(heading, justify="right")
    for plan, rows, summary in zip(outcome.plans, outcome.rows, outcome.summaries, strict=True):
        bookings, hits, cost = (total_place(rows, name) for name in ("bookings", "hits_target", "cost"))
        range_usd = [usd(float(q[bookings])) for q in (summary.p10, summary.p50, summary.p90)]
        table.add_row(
            Text(plan_name(plan, LONGEST_NAME)),
            *range_usd,
            odds(float(summary.mean[hits])),
            usd(float(summary.mean[cost])),
        )
    return table


def differences_in_words(outcome: Outcome) -> Iterator[str]:
    """A sentence for each plan but the first."""
    a, *others = (plan_name(plan, LONGEST_NAME) for plan in outcome.plans)
    for b, rows, d in zip(others, outcome.difference_rows, outcome.differences, strict=True):
        bookings, cost, hits = (total_place(rows, name) for name in ("bookings", "cost", "hits_target"))
        low, high = float(d.ci_low[bookings]), float(d.ci_high[bookings])
        cost_said = more_or_less(float(d.mean_difference[cost]), "costs")
        if low == high == 0.0:
            yield f"{sentence(b)} books the same as {a} in every replication and {cost_said}."
            continue
        said = more_or_less(float(d.mean_difference[bookings]), "books")
        line = f"{sentence(b)} {said} {'as' if said.endswith('as much') else 'than'} {a}"
        if not np.isnan(low):
            line += f" (95% interval of the mean: {usd(low, signed=True)} to {usd(high, signed=True)})"
        line += f" and {cost_said}."
        points = round(float(d.mean_difference[hits]) * 100)
        points_word = "point" if abs(points) == 1 else "points"
        moved = f"moves the odds of the target by {points:+d} {points_word}"
        moved = moved if points else "leaves the odds of the target as they are"
        line += f" It books more in {odds(float(d.p_b_above_a[bookings]))} of replications and {moved}."
        if not np.isnan(low) and low <= 0.0 <= high:
            line += " The difference in bookings could be none: its interval holds 0."
        yield line


def judgments_in_words(outcome: Outcome) -> Iterator[str]:
    """A sentence for each plan that leaders overrule, apart from the model's numbers."""
    for plan, rows, summary in zip(outcome.plans, outcome.rows, outcome.summaries, strict=True):
        names = ("judgment", "bookings_with_judgment", "hits_target_with_judgment")
        amount, total, hits = (float(summary.mean[total_place(rows, name)]) for name in names)
        if abs(amount) >= 0.005:
            yield (
                f"Leaders' judgment on {plan_name(plan, LONGEST_NAME)}: {usd(amount, signed=True)}, which is in none of"
                f" the numbers above; with it bookings would be {usd(total)} on average and the odds of the target"
                f" {odds(hits)}."
            )


def total_place(rows: Rows, measure: str) -> int:
    """Where a measure's value for everybody over the whole run stands."""
    code = next(k for k, one in enumerate(MEASURES) if one.name == measure)
    everybody = rows.group_kind == GROUP_KINDS.index("all")
    return int(np.flatnonzero((rows.measure == code) & (rows.period_kind == TOTAL) & everybody)[0])


def more_or_less(value: float, verb: str) -> str:
    """``books $2.1M more``, with the verb given."""
    if abs(value) < 0.005:
        return f"{verb} as much"
    return f"{verb} {usd(abs(value))} {'more' if value > 0 else 'less'}"
