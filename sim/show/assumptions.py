"""What the numbers rest on: what the plans change, what is held to be uncertain, how sure the run is, and its facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from sim.results import ranking
from sim.results.run_folder import RunFolder
from sim.show.formats import Cell, number, odds, points, usd
from sim.show.tables import Row, Table
from sim.show.words import listed, plain, plan_name, readable, sentence

MOST_CHANGES = 60
MOST_ACROSS = 8
NOT_GIVEN = "not given"
SETTINGS_SHOWN = ("months", "lucks_per_draw", "uncertain")  # settings that change numbers
LAWS = {
    "normal": "normal, mean {mean}, standard deviation {sd}",
    "lognormal": "lognormal, median {median}, log spread {sigma_log}",
    "uniform": "anything from {low} to {high}",
    "triangular": "triangular from {low} to {high}, likeliest {mode}",
    "pert": "from {low} to {high}, likeliest {mode}",
    "choice": "one of {values}",
    "rows": "rows of {file}, column {column}",
}


def changes(run: RunFolder) -> Table | None:
    """The keys in which the scenarios differ; None where there is nothing to compare."""
    flat = {plan: dict(_flattened(run.scenarios.get(plan, {}))) for plan in run.plans}
    if len(run.plans) < 2 or not any(flat.values()):
        return None
    keys = dict.fromkeys(key for one in flat.values() for key in one if key not in ("name", "question", "kind"))
    differing = [key for key in keys if len({flat[plan].get(key, NOT_GIVEN) for plan in run.plans}) > 1]
    if len(run.plans) > MOST_ACROSS:
        return _changes_down(run, flat, differing)
    rows = [Row((key, *(flat[plan].get(key, NOT_GIVEN) for plan in run.plans))) for key in differing[:MOST_CHANGES]]
    left = len(differing) - len(rows)
    note = f"{left} more keys differ; see the scenarios at the end." if left > 0 else ""
    if not rows:
        note = "The scenarios do not differ."
    return Table("What the plans change", ("Key", *(plan_name(p) for p in run.plans)), rows, note=note)


def _changes_down(run: RunFolder, flat: dict[str, dict[str, str]], differing: list[str]) -> Table:
    """Many plans, a row each, and the keys in which they differ across."""
    keys = differing[:MOST_ACROSS]
    rows = [Row((plan_name(plan, 40), *(flat[plan].get(key, NOT_GIVEN) for key in keys))) for plan in run.plans]
    left = len(differing) - len(keys)
    note = f"{left} more keys differ; see the scenario files of the run." if left > 0 else ""
    return Table("What the plans change", ("Plan", *keys), rows, note=note)


def uncertainties(run: RunFolder) -> Table | None:
    """The named uncertainties of all plans, each once; None where there are none."""
    rows: dict[tuple[str, ...], None] = {}
    for plan in run.plans:
        given = run.scenarios.get(plan, {}).get("uncertainties") or {}
        for name, spec in given.items():
            if isinstance(spec, dict):
                meaning = str(spec.get("meaning") or "")
                rows[(readable(str(name)), meaning, _law(spec), str(spec.get("source") or ""))] = None
    if not rows:
        return None
    columns = ("Uncertainty", "What is uncertain", "How", "Source")
    return Table("What we are unsure of", columns, [Row(cells) for cells in rows], text_columns=4)


def opening_files(run: RunFolder) -> Table | None:
    """What became of the rows of the files that the first day was read from; None where there are none."""
    given = run.opening_files[run.opening_files["scenario"].isin(run.plans)]
    if given.empty:
        return None
    seen = given.drop_duplicates(["kind", "file", "verdict", "reason", "rows", "usd"])
    rows = []
    for row in seen[seen["verdict"] != "note"].to_dict("records"):
        is_total = not row["reason"]
        what = f"{row['file']}: {row['verdict']}" if is_total else f"{row['verdict']}: {row['reason']}"
        dollars = Cell(row["usd"], "dollars") if row["kind"] != "roster" else ""
        cells = (what, Cell(row["rows"], "whole"), dollars, row["first_lines"])
        rows.append(Row(cells, "year" if is_total else "plain"))
    notes = ". ".join(f"{row.file}: {row.reason}" for row in seen[seen["verdict"] == "note"].itertuples())
    note = "In the file = read + mended + set aside; read and mended are what the first day starts with."
    return Table(
        "What the files brought", ("Rows", "Count", "US dollars", "First lines"), rows, note=f"{note} {notes}".strip()
    )


def uncertain_used(run: RunFolder) -> bool:
    """Whether the run drew the uncertainties, or held them at their middle values."""
    settings = run.manifest.get("settings")
    return bool(settings.get("uncertain", True)) if isinstance(settings, dict) else True


def warnings(run: RunFolder) -> list[str]:
    """What the scenarios allow but probably do not mean, plan by plan."""
    given = run.manifest.get("warnings")
    found = given if isinstance(given, dict) else {}
    return [f"{plan_name(plan)}: {text}." for plan in run.plans for text in found.get(plan, ())]


def how_sure(run: RunFolder) -> list[str]:
    """The Monte Carlo error in plain words."""
    count, best = run.replication_count, ranking.headline(run)
    chance = ranking.chance(run, best)
    median_error = run.median_reach(best, "bookings")
    if count < 2:
        return ["Each plan was played once. That is a story, not an estimate: it says nothing about the range."]
    said = [
        f"Each plan was played {number(count)} times. Two things differ between replications: chance (who quits, which"
        f" deal closes) and, where the scenario says so, the assumptions themselves.",
        f"The odds of {odds(chance.mean)} for {plan_name(best)} carry a Monte Carlo error of about"
        f" {points(chance.reach)} points either way, and its median bookings one of"
        f" {usd(median_error)}: 19 times in 20 the true figure lies within that range. Four times the replications"
        " halve the error. It is the error of the sampling only; the P10 to P90 range is what the world may do.",
    ]
    shrunk = _variance_kept(run)
    if shrunk:
        said.append(shrunk)
    return said


def _variance_kept(run: RunFolder) -> str:
    """What playing the plans under the same luck has bought."""
    ratios = {}
    for plan in run.plans[1:]:
        rows = run.difference_rows(plan, "bookings", "total")
        if len(rows):
            ratio = float(rows["variance_ratio_vs_independent"].iloc[0])
            if ratio > 1:
                ratios[plan] = ratio
    if not ratios:
        return ""
    parts = listed(
        [f"{number(ratio, 0 if ratio >= 10 else 1)} for {plan_name(plan)}" for plan, ratio in ratios.items()]
    )
    return (
        "All plans were played under the same luck, which makes their differences sharper. To know the difference in"
        f" bookings as well with separate luck would take this many times the replications: {parts}."
    )


def facts(run: RunFolder) -> list[tuple[str, str]]:
    """What names the run. Nothing here depends on the machine's speed or the number of workers."""
    manifest = run.manifest
    given = manifest.get("settings")
    settings = given if isinstance(given, dict) else {}
    shown = [
        ("Label", manifest.get("label") or None),
        ("Seed", str(manifest.get("seed"))),
        ("Replications a plan", manifest.get("replications")),
        *((sentence(readable(key)), settings.get(key)) for key in SETTINGS_SHOWN),
        ("Content hash", manifest.get("content_hash")),
        ("Versions", manifest.get("versions")),
        ("Git revision", manifest.get("git_revision")),
    ]
    return [(name, plain(value)) for name, value in shown if value is not None]


def scenario_texts(run: RunFolder) -> list[tuple[str, str]]:
    """Each plan's name and its scenario as run."""
    return [
        (plan_name(plan, 60), yaml.safe_dump(run.scenarios[plan], sort_keys=False, allow_unicode=True, width=110))
        for plan in run.plans
        if plan in run.scenarios
    ]


def _flattened(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _flattened(inner, f"{path}.{key}" if path else str(key))
    else:
        yield path, plain(value)


def _law(spec: dict[str, Any]) -> str:
    form = LAWS.get(str(spec.get("kind")))
    if form is None:
        return plain({k: v for k, v in spec.items() if k not in ("meaning", "source")})
    return form.format_map({key: plain(value) for key, value in spec.items()})
