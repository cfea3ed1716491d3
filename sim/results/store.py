"""Writes a run folder, whose layout stands in ``sim.results.layout``: its making, its scenarios and its tables."""

from __future__ import annotations

import json
import math
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, fields
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from sim import __version__
from sim.measures.catalogue import MEASURES
from sim.measures.kpis import Rows
from sim.results.contest import Contest
from sim.results.copies import Copies
from sim.results.csv_file import number, text, write_table
from sim.results.estimates import Difference, Summary
from sim.results.git_revision import git_revision
from sim.results.kpi_file import names_of
from sim.results.layout import ALL, DIFFERENCES, LATEST, MANIFEST, SCENARIO, SHARPER, SUMMARY, contest_table
from sim.results.measures_file import write_measures
from sim.results.precision import Precision
from sim.results.sharper import Held
from sim.results.unfinished import name_when_finished, unfinished
from sim.results.verdict import Verdict
from sim.scenario.load import ScenarioSource

LIBRARIES = ("numpy", "numba", "simpy", "scipy", "pydantic", "joblib", "pyarrow")


def create_folder(results: Path, name_hash: str, now: datetime) -> Path:
    """A new folder for a run in the making, named after the instant, to the microsecond, and the content.

    It is hidden, see ``sim.results.unfinished``, until ``finish_folder`` gives it its name.
    """
    folder = unfinished(results, f"{now:%Y-%m-%d_%H-%M-%S-%f}_{name_hash[:8]}")
    folder.mkdir(parents=True)
    return folder


def finish_folder(folder: Path) -> Path:
    """Give a run that is whole its name."""
    return folder.rename(folder.with_name(name_when_finished(folder)))


def point_latest(folder: Path) -> str:
    """Let ``latest`` lead to a finished run: a symbolic link, or a text file where links are not allowed.

    Returns: why it could not; empty where it does. The run is kept either way.
    """
    latest = folder.parent / LATEST
    if latest.is_dir() and not latest.is_symlink():
        return f"{latest} is a folder, so it does not lead to this run; rename it."
    try:
        if latest.is_symlink() or latest.exists():
            latest.unlink()
        try:
            latest.symlink_to(folder.name, target_is_directory=True)
        except OSError:
            latest.write_text(folder.name + "\n", encoding="utf-8")
    except OSError as problem:
        return f"{latest} does not lead to this run: {problem.strerror or problem}."
    return ""


def led_to(path: Path) -> Path:
    """The run folder that a path names, be it ``latest`` as a link or as a text file."""
    return path.parent / path.read_text(encoding="utf-8").strip() if path.is_file() else path


def write_scenarios(folder: Path, sources: Sequence[ScenarioSource]) -> dict[str, str]:
    """Write each scenario as run, the reference plan first, with copies of its files. Returns names by scenario."""
    files: dict[str, str] = {}
    copies = Copies(folder)
    for place, source in enumerate(sources):
        file = f"scenario-{re.sub('[^A-Za-z0-9_-]+', '_', source.name)}.yaml" if place else SCENARIO
        if file.lower() in {other.lower() for other in files.values()}:
            file = file.replace(".yaml", f"-{place}.yaml")
        as_run = copies.of(source, Path(file).stem)
        (folder / file).write_text(as_run.to_yaml(), encoding="utf-8")
        files[source.name] = file
    return files


def write_manifest(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write the facts of a run, with the versions of what it ran on."""
    versions = {"salesim": __version__, "python": platform.python_version(), **{lib: version(lib) for lib in LIBRARIES}}
    content = {
        **facts,
        "versions": versions,
        "git_revision": git_revision(),
        "platform": f"{platform.system()} {platform.machine()}",
    }
    (folder / MANIFEST).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def facts_of(verdict: Verdict) -> dict[str, Any]:
    """The verdict for the manifest: what was asked, what was found, and the years that it counts."""
    return {
        "asked": verdict.by.asked.name,
        "criterion": verdict.criterion.name,
        **verdict.criterion.facts,
        "reference": verdict.reference,
        "pick": verdict.pick if verdict.enough else None,
        "clear": verdict.clear,
        **asdict(verdict.horizon),
    }


def precision_facts_of(found: Precision) -> dict[str, Any]:
    """How closely a run that stops by itself knows what it was asked for; null where it cannot tell."""
    return {**asdict(found), "within": found.within if math.isfinite(found.within) else None, "reached": found.reached}


def write_summary(folder: Path, plans: Sequence[str], rows: Sequence[Rows], summaries: Sequence[Summary]) -> None:
    """Write summary.csv, one line a plan and KPI row, and measures.csv, which says what its measures are."""
    numbers = [field.name for field in fields(Summary)]
    lines: list[str] = []
    for plan, one, summary in zip(plans, rows, summaries, strict=True):
        units = [MEASURES[code].unit for code in one.measure]
        keys = (f"{key},{unit}" for key, unit in zip(_keys(one), units, strict=True))
        lines += _lines(text(plan), keys, [getattr(summary, name) for name in numbers])
    write_table(folder, SUMMARY, lines)
    write_measures(folder, rows)


def write_differences(
    folder: Path, plans: Sequence[str], rows: Sequence[Rows], differences: Sequence[Difference]
) -> None:
    """Write differences.csv.

    Args:
        plans: the reference first, then one for each of ``differences`` and of ``rows``, the rows both plans have.
    """
    numbers = [field.name for field in fields(Difference)]
    lines: list[str] = []
    for b, one, difference in zip(plans[1:], rows, differences, strict=True):
        lines += _lines(f"{text(plans[0])},{text(b)}", _keys(one), [getattr(difference, name) for name in numbers])
    write_table(folder, DIFFERENCES, lines)


def write_contest(folder: Path, found: Contest, unit: str) -> None:
    """Write contest.csv: of each plan first how it stands against all, then against each other one.

    Args:
        unit: of what plans fall short.
    """
    lines = []
    for one in found.chances:
        of_all = [*astuple(one.best), *astuple(one.regret)]
        lines.append(_contest_line(one.plan, ALL, found.measure, of_all, ""))
        for (plan, other), share in found.ahead.items():
            if plan == one.plan:
                better_in = found.throughout.get((plan, other), "")
                lines.append(_contest_line(plan, other, found.measure, [*astuple(share), *[np.nan] * 3], better_in))
    write_table(folder, contest_table(unit), lines)


def write_sharper(folder: Path, found: Sequence[Held]) -> None:
    """Write sharper.csv, one line a plan and figure; no file where there is none."""
    lines = []
    for one in found:
        numbers = (*astuple(one.plain), *astuple(one.sharper.estimate), one.sharper.explained)
        last = (text(one.through), one.provisional)
        lines.append(",".join((text(one.plan), one.measure, one.statistic, *map(number, numbers), *last)))
    if lines:
        write_table(folder, SHARPER, lines)


def _contest_line(plan: str, other: str, measure: str, numbers: Sequence[float], better_in: str) -> str:
    return ",".join((text(plan), text(other), measure, *map(number, numbers), better_in))


def _keys(rows: Rows) -> list[str]:
    """The cells of ``ROW_COLUMNS`` of each row."""
    cells = []
    for column, names in names_of(rows).items():
        safe = [text(name) for name in names]
        cells.append([safe[code] for code in getattr(rows, column)])
    return [",".join(row) for row in zip(*cells, strict=True)]


def _lines(first: str, keys: Iterable[str], columns: list[np.ndarray]) -> list[str]:
    cells = [[number(value) for value in column.tolist()] for column in columns]
    return [f"{first},{key},{','.join(row)}" for key, *row in zip(keys, *cells, strict=True)]
