"""A finished run for a script: the answer in words, the verdict, and the numbers of each plan."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sim.app.deciding import known, known_ends
from sim.results import ranking
from sim.results.gap import Gap
from sim.results.run_folder import RunFolder
from sim.results.store import facts_of
from sim.results.verdict import Standing
from sim.show import sharper
from sim.show.answer import answer
from sim.show.differences import differences_said


def document_of(run: RunFolder) -> dict[str, Any]:
    """What ``--json`` prints. What is undefined is null."""
    verdict = run.verdict
    return {
        "answer": answer(run), "differences": differences_said(verdict, run.plans), "verdict": facts_of(verdict),
        "not_told_from_pick": list(verdict.level) if verdict.enough and verdict.pick else None,
        "turned_by_criterion": dict(verdict.turned) if verdict.enough else {}, "replications": run.replication_count,
        "plans": [_plan(run, one) for one in verdict.standings], "folder": str(run.folder),
    }  # fmt: skip


def _plan(run: RunFolder, one: Standing) -> dict[str, Any]:
    chance = ranking.chance(run, one.name)
    low, middle, high = map(known, one.bookings_usd)
    return {
        "name": one.name, "kind": one.kind, "means": {name: known(mean) for name, mean in one.means.items()},
        "bookings_usd": {"p10": low, "p50": middle, "p90": high},
        "odds_of_target": known_ends(chance), "sharper": sharper.document(run, one.name),
        "through_reference": sharper.through_document(run, one.name),
        "against_reference": {name: _gap(gap) for name, gap in one.gaps.items()},
    }  # fmt: skip


def _gap(gap: Gap) -> dict[str, Any]:
    numbers = {name: x for name, x in asdict(gap).items() if name != "better"}
    said = {{"low": "ci_low", "high": "ci_high"}.get(name, name): known(x) for name, x in numbers.items()}
    return {**said, "told_from_zero": gap.clear, "told_from_zero_among_all": gap.clear_among_all}
