"""``salesim measures``: the glossary of measures, made from their declarations. ``docs/measures.md`` is this page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sim.app.request import Request
from sim.app.saying import say
from sim.measures.catalogue import CHAPTERS, ROLLS
from sim.measures.kpis import MOST_ROWS
from sim.measures.measure import FORMAT_MEANINGS, KIND_MEANINGS, Measure

INTRODUCTION = f"""\
# Measures

Every number that a run reports, defined once, in `sim/measures/`. This page is made from there by
`salesim measures out=docs/measures.md`; change the declarations, not the page.

All measures are sums over the ledger of one replication, worked out again for each group and period. Over replications,
`summary.csv` gives their mean, spread and percentiles: P10 to P90 holds 80% of replications. What
is yes or no in a replication has a chance over replications, with a score interval and without percentiles.
The `mean` of a ratio is the mean of the replications' ratios. Where Finance would divide sums, `ratio_of_means`
gives the ratio of the means of its parts, with a 95% interval (`ratio_low` to `ratio_high`, a jackknife over draws);
the report tells it as the mean. `differences.csv` has both, too (`mean_difference`, `ratio_difference`).
A number is left empty where it is undefined, such as a win rate in a month without wins and losses; `n_defined` counts
the replications in which it is defined.

Months, quarters and years are fiscal. *All* is the whole organization. What belongs to no one segment, region or role,
such as recruiters, who serve all segments, stands in the row `unallocated`: for every measure that adds up (flows,
states and averages in dollars, heads, deals and the like) the rows of one kind of group add up to *all*.
A table holds at most {MOST_ROWS:,} rows a replication (`run.most_rows`); where a scenario has many groups or months,
the finest ones are left out first, and the screen and the report say which.
"""


def main(request: Request) -> int:
    """Prints the page, or writes it to the file given as ``out``."""
    out = request.options.get("out")
    if out is None:
        say(page(), end="")
    else:
        Path(out).write_text(page(), encoding="utf-8")
        say(f"wrote {out}")
    return 0


def page() -> str:
    """The glossary as Markdown."""
    lines = [INTRODUCTION, "## Kinds of measures", ""]
    lines += [f"- **{kind}**: {meaning}." for kind, meaning in KIND_MEANINGS.items()]
    lines += ["", "## How numbers are shown", ""]
    lines += [f"- **{form}**: {meaning}." for form, meaning in FORMAT_MEANINGS.items()]
    lines += ["", "## Balances roll", "", "To the cent, in each period and group that has all of these:", ""]
    lines += [f"- {roll}" for roll in ROLLS]
    for chapter in CHAPTERS:
        lines += ["", f"## {chapter.title}"]
        for measure in chapter.measures:
            lines += ["", *_entry(measure)]
    return "\n".join(lines) + "\n"


def _entry(measure: Measure) -> Iterator[str]:
    yield f"### {measure.name}"
    yield ""
    yield f"{measure.meaning} *{measure.unit}, {measure.kind}{', yes or no' if measure.yes_no else ''}.*"
    yield ""
    yield f"- Shown as: {measure.label}; {measure.format}."
    yield f"- Formula: {measure.formula}."
    if measure.over_replications:
        yield f"- Over replications: {measure.over_replications}."
    yield f"- Given for: {_given(measure)}."
    if measure.better and measure.is_of_everybody:
        yield f"- Better: {measure.better}; `criterion={measure.name}` ranks plans by it."


def _given(measure: Measure) -> str:
    """Such as ``all by month; segment, region by quarter``: groups gathered by the finest period they are given for."""
    by_period: dict[str, list[str]] = {}
    for group, period in measure.finest.items():
        by_period.setdefault(period, []).append(group.replace("segment_region", "segment and region together"))
    return "; ".join(f"{', '.join(groups)} by {period}" for period, groups in by_period.items())
