"""Each plan's bookings and odds, held against the market and the assumptions that the replications happened to meet, or
through the first plan where that was played more often."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from sim.results.criterion import HITS_TARGET
from sim.results.mapped import BENT, FEW
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
PROVISIONAL = {
    BENT: "it moves the best or the worst replications otherwise than the rest",
    FEW: "it shares too few replications to see whether it moves the best or the worst otherwise than the rest",
}


def said(run: RunFolder) -> list[str]:
    """A paragraph each: the odds of the target and mean bookings of plans, beside what counting alone knows.

    First what the replications met, of the plans that are not told through the first one; then those that are. Nothing
    where the replications are too few for it, or hardly the sharper for it.
    """
    shown = [one.name for one in run.verdict.standings if one.name in (run.verdict.pick, run.verdict.reference)]
    shown += [plan for plan in run.plans if plan not in shown]
    through = [plan for plan in shown if plan != run.reference and _rows(run, plan, run.reference)]
    return [*_met(run, [plan for plan in shown if plan not in through]), *_through(run, through)]


def _met(run: RunFolder, plans: Sequence[str]) -> list[str]:
    told = [text for plan in plans[:MOST_NAMED] if (text := _said(run, plan))]
    if not told:
        return []
    what = "the market and the assumptions" if uncertain_used(run) else "the market"
    count = number(run.replication_count)
    return [f"Held against {what} that these {count} replications happened to meet, {'; '.join(told)}."]


def _through(run: RunFolder, plans: Sequence[str]) -> list[str]:
    """Those told through the first plan, and in words why that may be off."""
    told = {plan: text for plan in plans[:MOST_NAMED] if (text := _said(run, plan, run.reference))}
    if not told:
        return []
    first, why = plan_name(run.reference), []
    for reason, words in PROVISIONAL.items():
        rows = {plan: _rows(run, plan, run.reference) for plan in told}
        named = [plan_name(plan) for plan in told if any(row["provisional"] == reason for row in rows[plan])]
        if named:
            why.append(f" Take {listed(named)} as provisional: {words}.")
    return [f"Through {first}, which was played {_times(run)} times, {'; '.join(told.values())}.{''.join(why)}"]


def _times(run: RunFolder) -> str:
    """How often the first plan was played, where the others were played less."""
    return number((run.manifest.get("settings") or {})["reference_replications"])


def _said(run: RunFolder, plan: str, through: str = "") -> str:
    """``base has odds of 43%, give or take 4 points (counted alone 9), and books ...``."""
    parts: list[str] = []
    for row in _rows(run, plan, through):
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
    found = []
    if rows := _table_rows(run):
        found.append(
            Table(
                "Held against what the replications happened to meet",
                (*HEAD, "Held against it", "Between", "And", "Explained"),
                rows,
                text_columns=2,
                note="Replications meet, by chance, a market and assumptions better or worse than on average."
                " What each met is known, and so is the average; what that did to bookings is taken out."
                " Between and and: where the true figure lies, 19 times in 20. Explained: the part of the spread that"
                " market and assumptions make. All other figures of this report are counted.",
            )
        )
    if rows := _table_rows(run, run.reference):
        first = plan_name(run.reference)
        found.append(
            Table(
                f"Through {first}, which was played {_times(run)} times",
                (*HEAD, f"Through {first}", "Between", "And", "Explained"),
                rows,
                text_columns=2,
                note=f"What each plan came to under the same luck as {first} says how it would come out in all that"
                f" {first} was played. Counted: from the {number(run.replication_count)} replications that all plans"
                f" share. Between and and: where the true figure lies, 19 times in 20. Explained: the part of the"
                f" spread that {first} shares. Provisional: the plan moves the best or the worst replications"
                " otherwise than the rest, or those that it shares are too few to see whether it does.",
            )
        )
    return found


HEAD = ("Plan", "Figure", "Counted", "Between", "And")


def _table_rows(run: RunFolder, through: str = "") -> list[Row]:
    rows = []
    for plan in run.plans:
        for row in _rows(run, plan, through):
            is_odds = row["statistic"] == ODDS
            form, label = ("odds", LABEL_OF_ODDS) if is_odds else ("dollars", LABELS[row["statistic"]])
            label += ", provisional" if row.get("provisional") else ""
            numbers = (*(f"plain{end}" for end in ENDS), *(f"sharper{end}" for end in ENDS))
            cells = (Cell(row[name], form) for name in numbers)
            rows.append(Row((plan_name(plan, 40), label, *cells, Cell(row["share_explained"], "percent"))))
    return rows


ENDS = ("", "_low", "_high")


def document(run: RunFolder, plan: str) -> dict[str, Any] | None:
    """The same figures for a script; null where there are none."""
    return {name: found for name, _, found in _documents(run, plan)} or None


def through_document(run: RunFolder, plan: str) -> dict[str, Any] | None:
    """Those through the first plan, and why each is provisional, if it is; null where there are none."""
    rows = _documents(run, plan, run.reference)
    return {name: {**found, "provisional": row["provisional"] or None} for name, row, found in rows} or None


def _documents(run: RunFolder, plan: str, through: str = "") -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    found = []
    for row in _rows(run, plan, through):
        name = HITS_TARGET if row["statistic"] == ODDS else f"bookings_{row['statistic']}"
        numbers = [row[f"sharper{end}"] for end in ENDS] + [row["share_explained"]]
        keys = ("mean", "ci_low", "ci_high", "share_explained")
        said = {key: one if math.isfinite(one) else None for key, one in zip(keys, numbers, strict=True)}
        found.append((name, row, said))
    return found


def _rows(run: RunFolder, plan: str, through: str = "") -> list[dict[str, Any]]:
    table: pd.DataFrame = run.sharper
    found = table[table["scenario"] == plan].to_dict("records") if len(table) else []
    rows = [{str(name): value for name, value in row.items()} for row in found]
    return [row for row in rows if row.get("through", "") == through]


def _reach(row: dict[str, Any], of: str) -> float:
    return float(row[f"{of}_high"] - row[f"{of}_low"]) / 2
