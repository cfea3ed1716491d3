"""The tables that Finance reads: every number of the summary that matters, by quarter, plan, segment and region."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from sim.results import ranking
from sim.results.run_folder import RunFolder
from sim.scenario.scenario import UNALLOCATED
from sim.show.formats import Cell, Content, drawn, is_known, period_name
from sim.show.undrawn import made_or_told
from sim.show.words import plan_name, readable, sentence

PERCENTILES = ("p10", "p50", "p90")
SPREAD_COLUMNS = ("P10", "P50", "P90")
WITH_JUDGMENT = ("bookings_with_judgment", "hits_target_with_judgment")  # told beside the model's number, never alone


@dataclass(frozen=True)
class Row:
    """Cells, numbers with their formats or words. ``kind`` sets the weight: quarter, year, total or plain."""

    cells: tuple[Content, ...]
    kind: str = "plain"

    @property
    def texts(self) -> tuple[str, ...]:
        """The cells as they are printed."""
        return tuple(drawn(cell) for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """A table: ``spans`` are headings over groups of columns, as (text, columns)."""

    title: str
    columns: tuple[str, ...]
    rows: list[Row]
    spans: tuple[tuple[str, int], ...] = ()
    text_columns: int = 1  # how many columns on the left hold text
    note: str = ""


def _missing(title: str, reason: str) -> Table:
    """What stands where a table cannot be made."""
    return Table(title, (), [], note=f"Cannot be shown: {reason}")


def table_or_reason(title: str, make: Callable[[], Table | None]) -> Table | None:
    """A table, or in its place why it cannot be made."""
    return made_or_told(make, lambda reason: _missing(title, reason))


def tables_or_reason(title: str, make: Callable[[], Sequence[Table]]) -> Sequence[Table]:
    """Tables, or in their place why they cannot be made."""
    return made_or_told(make, lambda reason: [_missing(title, reason)])


def by_period(run: RunFolder, plan: str) -> Table:
    """Target, bookings, odds, cost and cost of sales of a plan, by quarter, year and whole run."""
    rows = []
    for kind in ("quarter", "year", "total"):
        for period in run.periods(kind):
            chance = ranking.chance(run, plan, kind, period)
            rows.append(
                Row(
                    (
                        period_name(period),
                        Cell(run.statistic(plan, "target", "mean", kind, period), "dollars"),
                        *_mean_and_spread(run, plan, "bookings", kind, period),
                        Cell(chance.mean, "odds"),
                        Cell(chance.reach, "points"),
                        *_mean_and_spread(run, plan, "cost", kind, period),
                        *spread(run, plan, "cost_of_sales", kind, period),
                    ),
                    kind,
                )
            )
    return Table(
        sentence(plan_name(plan, 60)),
        (
            "Period",
            "",
            "Mean",
            *SPREAD_COLUMNS,
            "",
            "\N{PLUS-MINUS SIGN}",
            "Mean",
            *SPREAD_COLUMNS,
            *SPREAD_COLUMNS,
        ),
        rows,
        (("", 1), ("Target", 1), ("Bookings", 4), ("Odds", 2), ("Cost", 4), ("Cost over bookings", 3)),
    )


def all_measures(run: RunFolder) -> Table:
    """Every measure over the whole run, by plan: P10, P50 and P90, or P50 alone when there are many plans."""
    wide = len(run.plans) <= 3
    whole = run.summary[(run.summary["period_kind"] == "total") & (run.summary["group_kind"] == "all")]
    rows = []
    for measure in dict.fromkeys(whole["measure"]):
        if measure in WITH_JUDGMENT:
            continue
        if measure == "hits_target":
            chances = [Cell(run.statistic(plan, measure), "odds") for plan in run.plans]
            values: list[Content] = [c for cell in chances for c in (("", cell, "") if wide else (cell,))]
        else:
            values = [
                cell
                for plan in run.plans
                for cell in (spread(run, plan, measure) if wide else spread(run, plan, measure)[1:2])
            ]
        if any(is_known(value) for value in values):
            rows.append(Row((run.label(measure), *values)))
    spans = (("", 1), *((plan_name(plan), 3 if wide else 1) for plan in run.plans))
    columns = ("Measure", *(SPREAD_COLUMNS if wide else ("P50",)) * len(run.plans))
    return Table("All measures, whole run", columns, rows, spans)


def by_year(run: RunFolder, title: str, measures: Sequence[str]) -> Table | None:
    """Some measures by year, one row a measure and plan: mean, P10, P50 and P90; None where the run has none of them.

    Of more than three years the first, the last and the whole run are given.
    """
    years = run.periods("year")
    periods = [*(years if len(years) <= 3 else (years[0], years[-1])), *(["total"] if len(years) > 1 else [])]
    kinds = ["total" if period == "total" else "year" for period in periods]
    several = len(run.plans) > 1
    rows = []
    for measure in measures:
        for place, plan in enumerate(run.plans):
            spreads = [_mean_and_spread(run, plan, measure, kind, p) for kind, p in zip(kinds, periods, strict=True)]
            cells = [cell for spread in spreads for cell in spread]
            if not any(is_known(cell) for cell in cells):
                continue
            names = (run.label(measure) if place == 0 else "", *((plan_name(plan),) if several else ()))
            rows.append(Row((*names, *cells), "first" if several and place == 0 else "plain"))
    if not rows:
        return None
    texts = 2 if several else 1
    return Table(
        f"{title} by year",
        ("Measure", *(("Plan",) if several else ()), *("Mean", *SPREAD_COLUMNS) * len(periods)),
        rows,
        (("", texts), *((period_name(period), 4) for period in periods)),
        text_columns=texts,
        note=_what_means_are(run, measures),
    )


def _what_means_are(run: RunFolder, measures: Sequence[str]) -> str:
    """Which means of ratios are ratios of means, and which are not."""
    ratios = [name for name in measures if name in run.measure_names and name in run.measures]
    ratios = [name for name in ratios if run.measures[name].is_ratio]
    parts = [
        (says, [run.label(name) for name in ratios if run.is_ratio_of_means(name) == of_means])
        for says, of_means in (("Means that are ratios of means", True), ("means of ratios", False))
    ]
    return sentence("; ".join(f"{says}: {', '.join(names)}" for says, names in parts if names) + ".") if ratios else ""


def differences(run: RunFolder, plan: str) -> Table:
    """A plan less the reference: bookings, odds and cost by period, and every other measure for the whole run."""
    rows = []
    for measure in ("bookings", "hits_target", "cost"):
        for kind in ("quarter", "year"):
            rows += difference_rows(run, plan, measure, kind)
        rows += difference_rows(run, plan, measure, "total")
    pairs = run.differences
    rest = pairs[(pairs["b"] == plan) & (pairs["period_kind"] == "total") & (pairs["group_kind"] == "all")]["measure"]
    for measure in dict.fromkeys(rest):
        if measure not in ("bookings", "hits_target", "cost", *WITH_JUDGMENT):
            rows += difference_rows(run, plan, measure, "total", "plain")
    return Table(
        f"{sentence(plan_name(plan, 40))} less {plan_name(run.reference, 40)}",
        ("Measure", "Period", "Mean", "from", "to", "Chance to be above", "Reading"),
        rows,
        (("", 2), ("Difference", 1), ("95% interval of the mean", 2), ("", 2)),
        text_columns=2,
    )


def difference_rows(run: RunFolder, plan: str, measure: str, period_kind: str, kind: str = "") -> list[Row]:
    """A plan less the reference in one measure, a row a period; periods in which nothing differs are left out."""
    rows = []
    for period, row in run.difference_rows(plan, measure, period_kind).iterrows():
        mean, low, high = float(row["mean_difference"]), float(row["ci_low"]), float(row["ci_high"])
        if not math.isfinite(mean) or (mean == low == high == 0):
            continue
        said = "" if low > 0 or high < 0 else "not told from zero"
        values = [Cell(value, f"change of {run.format_of(measure)}") for value in (mean, low, high)]
        above = "" if measure == "hits_target" else Cell(float(row["p_b_above_a"]), "odds")
        cells = (run.label(measure), period_name(str(period)), *values, above, said)
        rows.append(Row(cells, kind or period_kind))
    return rows


GROUP_COLUMNS = (
    ("target", "Target", "mean"),
    ("hits_target", "Odds", "mean"),
    ("bookings", "Mean", "mean"),
    ("bookings", "P10", "p10"),
    ("bookings", "P50", "p50"),
    ("bookings", "P90", "p90"),
    ("wins", "Deals won", "p50"),
    ("average_deal", "Average deal", "p50"),
    ("win_rate_broad", "Win rate", "p50"),
    ("cycle_days_won", "Days to win", "p50"),
    ("attainment_mean", "Attainment", "p50"),
    ("ramped_rep_equivalents", "Ramped reps", "mean"),
    ("cost", "Cost", "mean"),
    ("value", "Value", "mean"),
)
ADD_UP = ("target", "bookings", "ramped_rep_equivalents", "cost", "value")  # whose means add up over groups
LEAST_REST = 1e-4  # of the whole; less is the rounding of summary.csv


def by_group(run: RunFolder, group_kind: str, title: str) -> Table | None:
    """The whole run by segment, region, both, or source; None where the run keeps no bookings by that group."""
    groups = run.groups(group_kind, "bookings")
    if not groups:
        return None
    kept = [c for c in GROUP_COLUMNS if run.groups(group_kind, c[0]) and (c[0] != "value" or run.has("value"))]
    several = len(run.plans) > 1
    rows, note = [], ""
    for group in (*groups, UNALLOCATED):
        for place, plan in enumerate(run.plans):
            if group == UNALLOCATED:
                values = _rest(run, plan, group_kind, kept)
            else:
                values = [_group_cell(run, plan, group_kind, group, measure, name) for measure, _, name in kept]
            names = (readable(group) if place == 0 else "", *((plan_name(plan),) if several else ()))
            rows.append(Row((*names, *values), "first" if several and place == 0 else "plain"))
    if not any(is_known(cell) for row in rows[-len(run.plans) :] for cell in row.cells[2 if several else 1 :]):
        rows = rows[: -len(run.plans)]
    else:
        note = f"{sentence(UNALLOCATED)}: people, programs and targets of no one {group_kind.split('_')[0]}."
    texts = 2 if several else 1
    before = sum(measure in ("target", "hits_target") for measure, _, _ in kept)
    means = sum(measure in ("ramped_rep_equivalents", "cost", "value") for measure, _, _ in kept)
    after = len(kept) - before - 4 - means
    return Table(
        title,
        (group_kind.replace("_", ", ").capitalize(), *(("Plan",) if several else ()), *(label for _, label, _ in kept)),
        rows,
        (("", texts + before), ("Bookings", 4), ("Middle case (P50)", after), ("Mean", means)),
        text_columns=texts,
        note=f"Means add up to the whole organization's; percentiles do not. {note}".strip(),
    )


def _rest(run: RunFolder, plan: str, group_kind: str, columns: Sequence[tuple[str, str, str]]) -> list[Cell]:
    """What of the whole organization's means is in no group; a dash for what does not add up or leaves nothing."""
    cells = []
    for measure, _, name in columns:
        rest = float("nan")
        if name == "mean" and measure in ADD_UP:
            whole, names = run.statistic(plan, measure), run.groups(group_kind, measure)
            rest = whole - sum(run.rows(plan, measure, "total", group_kind, one)["mean"].sum() for one in names)
            rest = rest if abs(rest) > LEAST_REST * abs(whole) else float("nan")
        cells.append(Cell(rest, run.format_of(measure)))
    return cells


def _group_cell(run: RunFolder, plan: str, group_kind: str, group: str, measure: str, name: str) -> Cell:
    rows = run.rows(plan, measure, "total", group_kind, group)
    return Cell(float(rows[name].iloc[0]) if len(rows) else math.nan, run.format_of(measure))


def _mean_and_spread(run: RunFolder, plan: str, measure: str, period_kind: str, period: str) -> list[Cell]:
    """Means add up over periods, percentiles do not: Finance needs both."""
    mean = Cell(run.mean(plan, measure, period_kind, period), run.format_of(measure))
    return [mean, *spread(run, plan, measure, period_kind, period)]


def spread(run: RunFolder, plan: str, measure: str, period_kind: str = "total", period: str = "total") -> list[Cell]:
    """P10, P50 and P90 of a measure of the whole organization in a period."""
    rows: pd.DataFrame = run.rows(plan, measure, period_kind)
    values = [float(rows[name].loc[period]) if period in rows.index else math.nan for name in PERCENTILES]
    return [Cell(value, run.format_of(measure)) for value in values]


def all_by_group(run: RunFolder) -> Sequence[Table]:
    """By segment, region, both and source, as far as the run keeps them."""
    kinds = (("segment", "By segment"), ("region", "By region"), ("segment_region", "By segment and region"))
    found = [by_group(run, kind, title) for kind, title in (*kinds, ("source", "By source"))]
    return [table for table in found if table is not None]
