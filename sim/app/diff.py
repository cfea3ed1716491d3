"""``salesim diff``: what changed between two plans, or between two runs with their figures."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from sim.app.deciding import known_ends
from sim.app.finished_run import PLANS, read_finished, run_asked
from sim.app.request import Request
from sim.app.saying import aligned, say
from sim.results.between_runs import SETTINGS, Figure, figures
from sim.results.layout import SCENARIO
from sim.results.run_folder import RunFolder
from sim.scenario.differences import NOT_SAID, Change, changes
from sim.scenario.errors import UserError
from sim.scenario.load import ScenarioSource, load_source
from sim.show import diff as words
from sim.show.words import plain


@dataclass(frozen=True)
class Side:
    """One of the two: its scenario, and its run where it is one."""

    said: str
    source: ScenarioSource
    run: RunFolder | None


def main(request: Request) -> int:
    """Says what the second says otherwise than the first. Raises UserError."""
    before, after = (_side(request, key) for key in ("before", "after"))
    found = changes(before.source, after.source)
    told = _figures(before, after)
    settings = _settings(before, after)
    if request.as_json:
        say(json.dumps(_document(before, after, found, told, settings), indent=2, ensure_ascii=False))
        return 0
    say(words.answer(before.said, after.said, found))
    if found:
        _table(words.HEADINGS, words.rows(found), words.TEXT)
    for line in settings:
        say(line)
    if told and before.run:
        say(words.figures_said(told))
        form = {one.measure: before.run.format_of(one.measure) for one in told}
        _table(words.FIGURE_HEADINGS, words.figure_rows(told, form), words.FIGURE_TEXT)
    return 0


def _table(headings: tuple[str, ...], rows: list, text_columns: tuple[int, ...]) -> None:
    say("")
    for line in aligned([headings, *rows], text_columns):
        say(line)
    say("")


def _side(request: Request, key: str) -> Side:
    given = request.options.get(key)
    if not given:
        raise UserError(
            f"diff needs {key}=: a scenario, the folder of a run, or a plan of record in {PLANS}. For example salesim"
            " diff before=base after=hire_early"
        )
    folder = run_asked(given)
    if folder is None:
        return Side(given, load_source(given), None)
    run = read_finished(folder)
    source = load_source(str(folder / SCENARIO))
    return Side(f"{source.name} of {given}", source, run)


def _figures(before: Side, after: Side) -> list[Figure]:
    if before.run is None or after.run is None:
        return []
    return list(figures(before.run, before.run.reference, after.run, after.run.reference))


def _settings(before: Side, after: Side) -> list[str]:
    """How the runs were played otherwise."""
    if before.run is None or after.run is None:
        return []
    one, other = (side.run.manifest.get("settings", {}) for side in (before, after) if side.run)
    return [
        f"run.{key}: {plain(one.get(key))} before, {plain(other.get(key))} after"
        for key in SETTINGS
        if one.get(key) != other.get(key)
    ]


def _document(
    before: Side, after: Side, found: list[Change], told: list[Figure], settings: list[str]
) -> dict[str, Any]:
    def said(value: Any) -> Any:
        return None if value is NOT_SAID else value

    return {
        "before": before.said,
        "after": after.said,
        "answer": words.answer(before.said, after.said, found),
        "changes": [
            {"key": words.place_told(one), "before": said(one.before), "after": said(one.after)} for one in found
        ],
        "settings": settings,
        "figures": [
            asdict(one) | {"gap": known_ends(one.gap) if one.gap else None} for one in told
        ],
    }  # fmt: skip
