"""Each plan's bookings and odds, held against the market and the assumptions that the replications happened to meet."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from sim.results.criterion import HITS_TARGET
from sim.results.run_folder import RunFolder
from sim.results.sharper import ODDS
from sim.show.assumptions import uncertain_used
from sim.show.formats import Cell, number, odds, points, usd
from sim.show.tables import Row, Table
from sim.show.verdict import MOST_NAMED
from sim.show.words import listed, plan_name

WORTH_SAYING = 0.9  # of the plain error: a figure that is hardly sharper needs no sentence
LABELS = {"mean": "bookings, mean", "p10": "bookings, P10", "p50": "bookings, P50", "p90": "bookings, P90"}
LABEL_OF_ODDS = "odds of target"


def said(run: RunFolder) -> list[str]:
    """One paragraph: the odds of the target and mean bookings of the plans, beside what counting alone knows.

    Nothing where the replications are too few for it, or hardly the sharper for it.
    """
    shown = [one.name for one in run.verdict.standings if one.name in (run.verdict.pick, run.verdict.reference)]
    shown += [plan for plan in run.plans if plan not in shown]
    told = [text for plan in shown[:MOST_NAMED] if (text := _said(run, plan))]
    if not told:
        return []
    what = "the market and the assumptions" if uncertain_used(run) else "the market"
    count = number(run.replication_count)
    return [f"Held against {what} that these {count} replications happened to meet, {'; '.join(told)}."]


def _said(run: RunFolder, plan: str) -> str:
    """``base has odds of 43%, give or take 4 points (counted alone 9), and books ...``."""
    parts: list[str] = []
    for row in _rows(run, plan):
        sharp, plain = _reach(row, "sharper"), _reach(row, "plain")
        if row["statistic"] not in ("mean", ODDS) or not sharp < WORTH_SAYING * plain:
            continue
        if row["statistic"] == ODDS:
            error = f"{points(sharp)} {'point' if points(sharp) == '1' else 'points'}"
            parts.insert(0, f"has odds of {odds(row['sharper'])}, give or take {error} (counted alone {points(plain)})")
        else:
            much = f"{usd(row['sharper'])} on average, give or take {usd(sharp)} (counted alone {usd(plain)})"
            parts.append(f"books {much}")
    return f"{plan_name(plan)} {listed(parts)}" if parts else ""


def tables(run: RunFolder) -> list[Table]:
    """Every such figure beside the plain one; none of a run with too few replications."""
    rows = []
    for plan in run.plans:
        for row in _rows(run, plan):
            is_odds = row["statistic"] == ODDS
            form, label = ("odds", LABEL_OF_ODDS) if is_odds else ("dollars", LABELS[row["statistic"]])
            numbers = (*(f"plain{end}" for end in ENDS), *(f"sharper{end}" for end in ENDS))
            cells = (Cell(row[name], form) for name in numbers)
            rows.append(Row((plan_name(plan, 40), label, *cells, Cell(row["share_explained"], "percent"))))
    if not rows:
        return []
    return [
        Table(
            "Held against what the replications happened to meet",
            ("Plan", "Figure", "Counted", "Between", "And", "Held against it", "Between", "And", "Explained"),
            rows,
            text_columns=2,
            note="Replications meet, by chance, a market and assumptions better or worse than on average."
            " What each met is known, and so is the average; what that did to bookings is taken out."
            " Between and and: where the true figure lies, 19 times in 20. Explained: the part of the spread that"
            " market and assumptions make. All other figures of this report are counted.",
        )
    ]


ENDS = ("", "_low", "_high")


def document(run: RunFolder, plan: str) -> dict[str, Any] | None:
    """The same figures for a script; null where there are none."""
    found: dict[str, Any] = {}
    for row in _rows(run, plan):
        name = HITS_TARGET if row["statistic"] == ODDS else f"bookings_{row['statistic']}"
        numbers = [row[f"sharper{end}"] for end in ENDS] + [row["share_explained"]]
        keys = ("mean", "ci_low", "ci_high", "share_explained")
        found[name] = {key: one if math.isfinite(one) else None for key, one in zip(keys, numbers, strict=True)}
    return found or None


def _rows(run: RunFolder, plan: str) -> list[dict[str, Any]]:
    table: pd.DataFrame = run.sharper
    found = table[table["scenario"] == plan].to_dict("records") if len(table) else []
    return [{str(name): value for name, value in row.items()} for row in found]


def _reach(row: dict[str, Any], of: str) -> float:
    return float(row[f"{of}_high"] - row[f"{of}_low"]) / 2
