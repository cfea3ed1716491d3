"""An outcome in plain words: a table of plans, and a sentence for how each differs from the first plan."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from sim.experiment.run import Outcome
from sim.results.gap import Gap
from sim.results.verdict import Standing
from sim.show.verdict import LONGEST_NAME, worth_measure
from sim.show.words import odds, period_name, plan_name, sentence, signed_points, usd

WORTH_HEADING = {"value": "value,\nmean", "bookings_less_cost": "bookings\nless cost"}


def plans_table(outcome: Outcome) -> Table:
    """One line a scenario: what it is worth, bookings with their range, the odds of the target, and cost."""
    worth = worth_measure(outcome.verdict)
    table = Table(title="Over the whole run", title_justify="left")
    table.add_column("plan", overflow="fold")  # never cut, as it tells plans apart
    bookings = ("bookings\nP10", "bookings\nP50", "bookings\nP90")
    for heading in (WORTH_HEADING[worth], *bookings, "odds of\ntarget", "cost,\nmean"):
        table.add_column(heading, justify="right")
    for one in outcome.verdict.standings:
        cells = [usd(one.means[worth]), *map(usd, one.bookings_usd), odds(one.means["hits_target"])]
        table.add_row(Text(plan_name(one.name, LONGEST_NAME)), *cells, usd(one.means["cost"]))
    return table


def differences_in_words(outcome: Outcome) -> Iterator[str]:
    """A sentence for each scenario but the one that plans are held against, with the verdict's numbers."""
    found = outcome.verdict
    worth = worth_measure(found)
    for one in found.standings:
        if one.name != found.reference:
            yield _difference(one, plan_name(found.reference, LONGEST_NAME), worth)


def _difference(one: Standing, base: str, worth: str) -> str:
    bookings, cost, hits, gap = (one.gaps[name] for name in ("bookings", "cost", "hits_target", worth))
    name, costs = sentence(plan_name(one.name, LONGEST_NAME)), more_or_less(cost, "costs")
    if bookings.low == bookings.high == 0.0:
        said = f"{name} books the same as {base} in every replication and {costs}{_interval(cost)}"
    else:
        booked = more_or_less(bookings, "books")
        than = f"{'as' if booked.endswith('as much') else 'than'} {base}"
        said = f"{name} {booked} {than}{_interval(bookings)} and {costs}{_interval(cost)}"
    if worth == "value":
        said += f"; it {more_or_less(gap, 'is worth')}{_interval(gap)}"
    if abs(hits.mean) < hits.rounding:
        return f"{said}. The odds of the target stay as they are."
    return f"{said}. It moves the odds of the target by {signed_points(hits.mean)} points."


def _interval(gap: Gap) -> str:
    """The 95% interval of a mean difference, and whether it could be none."""
    if gap.low != gap.low or gap.low == gap.high:
        return ""
    none = "" if gap.clear else ", so perhaps none"
    return f" ({usd(gap.low, signed=True)} to {usd(gap.high, signed=True)}{none})"


def more_or_less(gap: Gap, verb: str) -> str:
    """``books $2.1M more``, with the verb given."""
    if abs(gap.mean) < gap.rounding:
        return f"{verb} as much"
    return f"{verb} {usd(abs(gap.mean))} {'more' if gap.mean > 0 else 'less'}"


def judgments_in_words(outcome: Outcome) -> Iterator[str]:
    """A sentence for each plan that leaders overrule, apart from the model's numbers."""
    for plan, rows, summary in zip(outcome.plans, outcome.rows, outcome.summaries, strict=True):
        names = ("judgment", "bookings_with_judgment", "hits_target_with_judgment")
        amount, total, hits = (float(summary.mean[rows.total_place(name)]) for name in names)
        if abs(amount) >= 0.005:
            yield (
                f"Leaders' judgment on {plan_name(plan, LONGEST_NAME)}: {usd(amount, signed=True)}, which is in none of"
                f" the numbers above; with it bookings would be {usd(total)} on average and the odds of the target"
                f" {odds(hits)}."
            )


def last_month(outcome: Outcome) -> str:
    """The run's last month in words."""
    periods = outcome.rows[0].frame.periods
    return period_name(periods.labels[periods.count_months - 1])
