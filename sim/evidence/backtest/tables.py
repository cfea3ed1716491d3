"""The tables that a back-test leaves: scores.csv, cells.csv and samples.csv."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from sim.crm.dates import iso
from sim.evidence.backtest.backtest import Backtest
from sim.evidence.backtest.cells import Cell, write_samples
from sim.evidence.backtest.commit import Commit
from sim.evidence.backtest.pool import POOLED
from sim.evidence.backtest.scores import RANGES, SHARES, can_be_scored, crps, interval, percentile, scored
from sim.evidence.backtest.summary import Summary
from sim.evidence.backtest.weeks import WeekRow

SCORES, CELLS, SAMPLES, PAGE, WEEKS = "scores.csv", "cells.csv", "samples.csv", "backtest.html", "weeks.csv"
COMMIT = "commit.csv"  # where people's commits are known
FILES = (SCORES, CELLS, SAMPLES, COMMIT, PAGE)  # weeks.csv stands beside them where weeks are asked for


def write_tables(
    folder: Path, dataset: str, told: Backtest, found: Summary, seed: int, weeks: Iterable[WeekRow] = ()
) -> list[str]:
    """Write the tables into a folder that is there, and answer their names."""
    write_samples(folder / SAMPLES, dataset, told.cells)
    heading = (
        "forecast", "measure", "part", "horizon", "cuts", *(f"held_{share:.0%}".replace("%", "") for share in RANGES),
        "crps", "crps_over_pool", *(f"pinball_p{share * 100:.0f}" for share in SHARES), "mean_place", "mean_actual",
    )  # fmt: skip
    _write(folder / SCORES, heading, (
        (row.of, row.measure, row.part, row.horizon, row.cuts, *row.held, row.crps, row.ratio, *row.pinball,
         row.mean_place, row.mean_actual) for row in found.rows
    ))  # fmt: skip
    _write(folder / CELLS, CELL_COLUMNS, _cells(told, seed))
    commits = [(iso(one.cutoff), iso(one.first), iso(one.last), *list(vars(one).values())[3:]) for one in told.commits]
    if commits:
        _write(folder / COMMIT, tuple(one.name for one in fields(Commit)), commits)
    rows = [tuple(vars(row).values()) for row in weeks]
    if rows:
        _write(folder / WEEKS, tuple(one.name for one in fields(WeekRow)), rows)
    return [SCORES, CELLS, SAMPLES, *([COMMIT] if commits else []), *([WEEKS] if rows else [])]


CELL_COLUMNS = (
    "cutoff", "horizon", "ends", "measure", "part", "actual", "p10", "p50", "p90", "mean", "place", "crps", "pool_crps",
    "widening", "quarter",
)  # fmt: skip


def _cells(told: Backtest, seed: int) -> Iterable[tuple]:
    known = {cell.key: score for cell, score in _scored(told.cells, seed)}
    pool = {cell.key: crps(cell.samples, cell.actual) for cell in told.naive(POOLED) if can_be_scored(cell)}
    for cut in told.cuts:
        for cell in cut.cells:
            low, high = interval(cell.samples, 0.8)
            score = known.get(cell.key)
            yield (
                iso(cut.cutoff), cell.horizon, iso(cut.ends[cell.horizon]), cell.measure, cell.part, cell.actual, low,
                float(percentile(cell.samples, 0.5)), high, float(cell.samples.mean()),
                score.place if score else "", score.crps if score else "", pool.get(cell.key, ""),
                told.factors.get(cut.cutoff, 1.0), cut.turn,
            )  # fmt: skip


def _scored(cells: list[Cell], seed: int) -> Iterable[tuple]:
    kept = [cell for cell in cells if can_be_scored(cell)]
    return zip(kept, scored(kept, seed), strict=True)


def _write(path: Path, heading: tuple[str, ...], rows: Iterable[tuple]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(["" if cell != cell else cell for cell in row] for row in rows)
