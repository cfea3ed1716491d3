"""The layout of the run folder: which files a run leaves behind, what each holds, and its columns.

    manifest.json       command, settings, versions, content hash, seconds; the only file that differs between two runs
                        of the same content
    scenario.yaml       the resolved scenario, as run; of a comparison, the reference plan
    scenario-NAME.yaml  of a comparison, each other plan; all of them can be run again
    files/PLAN/         copies of the files that a scenario reads, by the name of its own file without .yaml
    kpis.parquet        every measure of every replication
    report.html         the report, with figures/ beside it, where it was drawn

and the tables below, as CSV files. ``latest`` beside the run folders leads to the newest. A run in the making has a
hidden folder that ends in ``.part``. Writers and readers know the folder from here alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace

from sim.results.estimates import Difference, Summary

MANIFEST, KPIS, REPORT = "manifest.json", "kpis.parquet", "report.html"
FIGURES, FILES = "figures", "files"
LATEST, PART = "latest", ".part"
SCENARIO, SCENARIOS = "scenario.yaml", "scenario*.yaml"  # the reference plan's, and a pattern of all
ROW_COLUMNS = ("period_kind", "period", "group_kind", "group", "measure")
KPI_NUMBERS = ("draw", "luck")  # which replication; beside ``scenario``, ``ROW_COLUMNS`` and ``value``
LAST_YEAR, WHOLE_RUN = "last_year", "whole_run"  # the periods of one_more_head.csv
ALL, TOTAL = "all", "total"  # the group of everybody, and the period of the whole run


@dataclass(frozen=True)
class Table:
    """A CSV file. ``key`` tells its rows apart; ``text`` are the columns of names, the others hold numbers."""

    file: str
    holds: str
    columns: tuple[str, ...]
    text: tuple[str, ...]
    key: tuple[str, ...]


def _numbers(of: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(of))


SUMMARY = Table(
    "summary.csv",
    "means and percentiles of every measure with their errors; of ratios the ratio of means, too",
    ("scenario", *ROW_COLUMNS, "unit", *_numbers(Summary)),
    ("scenario", *ROW_COLUMNS, "unit"),
    ("scenario", *ROW_COLUMNS),
)
DIFFERENCES = Table(
    "differences.csv",
    "of a comparison: each other plan b against the reference a, under the same luck",
    ("a", "b", *ROW_COLUMNS, *_numbers(Difference)),
    ("a", "b", *ROW_COLUMNS),
    ("b", *ROW_COLUMNS),
)
CONTEST = Table(
    "contest.csv",
    "of a comparison: how often each plan is ahead of each other one, how often it is best of all, and its regret",
    (
        "plan", "against", "measure", "share_ahead", "share_low", "share_high", "regret_usd", "regret_low_usd",
        "regret_high_usd", "better_in",
    ),
    ("plan", "against", "measure", "better_in"),
    ("plan", "against"),
)  # fmt: skip
SHARPER = Table(
    "sharper.csv",
    "each plan's bookings and odds held against the market and the assumptions that its replications happened to meet;"
    " or through the first plan, where that was played more often",
    (
        "scenario", "measure", "statistic", "plain", "plain_low", "plain_high", "sharper", "sharper_low",
        "sharper_high", "share_explained", "through", "provisional",
    ),
    ("scenario", "measure", "statistic", "through", "provisional"),
    ("scenario", "measure", "statistic", "through"),
)  # fmt: skip


def unit_in_names(unit: str) -> str:
    """A unit of measures as it ends the name of a column: ``usd``, ``days``, ``usd_per_day``."""
    return unit.lower().replace("/", "_per_")


def contest_table(unit: str) -> Table:
    """contest.csv with the regret in a unit of measures: ``regret_usd``, ``regret_days``."""
    named = unit_in_names(unit)
    return replace(CONTEST, columns=tuple(re.sub("^(regret.*)_usd$", rf"\1_{named}", one) for one in CONTEST.columns))


UNCERTAINTIES = Table(
    "uncertainties.csv",
    "what each uncertainty came to in each draw, a column each, where they are drawn",
    ("scenario", "draw"),
    ("scenario",),
    ("scenario", "draw"),
)
ONE_MORE_HEAD = Table(
    "one_more_head.csv",
    "what one more head of each role brings to the reference plan, where that was played",
    (
        "role", "segment", "heads_added", "quantity", "period", "unit", "mean", "ci_low", "ci_high", "replications",
    ),
    ("role", "segment", "quantity", "period", "unit"),
    ("role", "segment", "quantity", "period"),
)  # fmt: skip
OPENING_FILES = Table(
    "opening_files.csv",
    "by scenario and file of the first day: rows and dollars in it, read, mended and set aside, with the reasons",
    ("scenario", "kind", "file", "verdict", "reason", "rows", "usd", "first_lines"),
    ("scenario", "kind", "file", "verdict", "reason", "first_lines"),
    ("scenario", "kind", "verdict", "reason"),
)
SET_ASIDE = Table(
    "set_aside.csv",
    "each row of those files that was not used, with its line and reason, as it stands in the file",
    ("scenario", "kind", "line", "reason", "row"),
    ("scenario", "kind", "reason", "row"),
    ("scenario", "kind", "line"),
)
MEASURES = Table(
    "measures.csv",
    "what each measure of the run is: its label, unit, how it is shown, kind, meaning and formula",
    ("name", "label", "unit", "format", "kind", "meaning", "formula"),
    ("name", "label", "unit", "format", "kind", "meaning", "formula"),
    ("name",),
)
TABLES = (SUMMARY, MEASURES, DIFFERENCES, CONTEST, SHARPER, UNCERTAINTIES, ONE_MORE_HEAD, OPENING_FILES, SET_ASIDE)
