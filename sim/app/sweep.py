"""``salesim sweep``: a plan for each value of some keys; which is best, and what cannot be told from it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

from sim.app.axes import EXAMPLE, FILE, PREFIX, labels_of, point_name
from sim.app.check import check_draws
from sim.app.deciding import known, known_ends, tell, write_facts
from sim.app.progress import InTurns, PatientConsole, ScreenProgress
from sim.app.request import Request
from sim.app.saying import aligned
from sim.decide.response import Response, response, turns_of
from sim.evidence.trust.grounds import of_scenarios
from sim.evidence.trust.levels import Ground
from sim.experiment.content import content_hash
from sim.experiment.making import making
from sim.experiment.play import Player
from sim.experiment.settings import RunSettings
from sim.results.csv_file import number, text, write_table
from sim.results.layout import Table
from sim.results.store import write_scenarios
from sim.scenario.errors import UserError
from sim.scenario.load import ScenarioSource
from sim.show import response as words
from sim.show.decision_page import DecisionPage
from sim.show.response import Along
from sim.show.response_picture import picture
from sim.show.words import readable

MANY = 20  # plans, which take a while to be read
MEASURED = ("value", "contribution", "bookings_less_cost", "bookings", "cost", "arr_at_end")
SWEEP = Table(
    "sweep.csv",
    "a line a plan, in the order of the sweep: what it comes to, and how far it is from the best; then its own values",
    ("name", "kind", "criterion", "unit", "mean", "ci_low", "ci_high", "p10", "p50", "p90", "from_best_mean",
     "from_best_ci_low", "from_best_ci_high", "from_first_mean", "from_first_ci_low", "from_first_ci_high", "is_best",
     "told_from_best", "odds_of_target", "odds_ci_low", "odds_ci_high",
     *(f"{measure}_mean_usd" for measure in MEASURED)),
    ("name", "kind", "criterion", "unit", "is_best", "told_from_best"),
    ("name",),
)  # fmt: skip


def main(request: Request) -> int:
    """Plays every plan of the sweep under the same luck and says which is best. Raises UserError."""
    if not request.sweeps:
        raise UserError(
            f"a sweep of nothing: give a key with its values, such as {EXAMPLE}, or {PREFIX}.{FILE}=plans.csv."
        )
    settings, console = request.settings(), PatientConsole(stderr=request.as_json)
    count = len(request.scenarios) * prod(len(axis.points) for axis in request.sweeps)
    if count > MANY:
        console.print(f"Reading and checking {count} plans before any is played ...", markup=False)
    sources = request.sources()
    if len(sources) < 2:
        raise UserError(f"a sweep of one plan has nothing to hold it against; {request.sweeps[0].file} has one row.")
    if settings.uncertain:
        for source in sources:
            check_draws(source)
    axes = _axes(request)
    console.print(
        f"{len(sources)} plans from {', '.join(request.scenarios)}: {settings.replications} replications of"
        f" {settings.months} months each, seed {settings.seed}",
        markup=False, highlight=False, soft_wrap=True,
    )  # fmt: skip
    progress = InTurns(ScreenProgress(console), turns_of(len(sources)), settings.replications)
    player = Player(settings, progress)
    with making(content_hash(sources, settings), settings, player) as made:
        with progress.all_turns():
            found = response(sources, settings, player)
        _write(made.folder, found, sources, axes, settings, request)
    return tell(
        request, settings, made.folder, lambda: _document(found, axes, request), lambda: _lines_said(found, axes)
    )


def _axes(request: Request) -> list[Along]:
    """The directions of the sweep for the reader, scenarios first where there are several."""
    labels = labels_of([key for axis in request.sweeps for key in axis.keys])
    axes = [Along("scenario", tuple(request.scenarios), are_names=True)] if len(request.scenarios) > 1 else []
    for axis in request.sweeps:
        if len(axis.keys) == 1 and not axis.file:
            values = tuple((point.values[0] or "").strip("'\"") for point in axis.points)
            axes.append(Along(labels[axis.keys[0]], values))
        else:
            values = tuple(point_name(labels, axis, point) for point in axis.points)
            label = "plan" if axis.file else ", ".join(labels[key] for key in axis.keys)
            axes.append(Along(label, values, are_names=True))
    return axes


def _lines_said(found: Response, axes: Sequence[Along]) -> list[str]:
    rows = words.rows(found)
    shown, left_out = words.screen_lines(found)
    table = aligned([words.headings(found), *(rows[place].cells for place in shown)], words.TEXT_COLUMNS)
    more = [f"{left_out} more lines are in {SWEEP.file}."] if left_out else []
    return [*words.answer(found, axes), "", *table, *more, "", *words.notes(found)]


def _write(
    folder: Path, found: Response, sources: Sequence[ScenarioSource], axes: Sequence[Along], settings: RunSettings,
    request: Request,
) -> None:  # fmt: skip
    """The table, the reference and the best as scenarios that run, the page unless unwanted, and last the manifest."""
    keys = [key for axis in request.sweeps for key in axis.keys]
    values = _values(request)
    lines = [f"{_line(found, place)},{','.join(map(text, values[place]))}" for place in range(len(sources))]
    write_table(folder, SWEEP, lines, keys)
    chosen = dict.fromkeys([0, *([found.best] if found.best is not None and found.enough else [])])
    files = write_scenarios(folder, [sources[place] for place in chosen])
    if settings.figures:
        DecisionPage(
            title=f"Sweep of {' and '.join(readable(axis.label) for axis in axes)}",
            under=f"{len(sources)} plans, {found.replications} replications of {found.months} months, all under the"
            " same luck",
            answer=words.answer(found, axes), picture=picture(found, axes), headings=words.headings(found),
            rows=words.rows(found), text_columns=words.TEXT_COLUMNS, notes=words.notes(found),
            trust=of_scenarios(sources, found.replications, settings.uncertain, _robustness(found)),
            few=not found.enough,
        ).write(folder)  # fmt: skip
    write_facts(folder, request, settings, files, criterion=found.criterion.name, **found.criterion.facts)


def _robustness(found: Response) -> Ground:
    if not found.enough:
        return Ground(0, "too few replications to tell plans apart")
    return Ground(1, "only the swept keys were changed; salesim stress tries shocks")


def _values(request: Request) -> list[list[str]]:
    """What each plan was given, key by key; empty where a file leaves a key as it is."""
    of_one = [[value or "" for point in points for value in point.values]
              for points in product(*(axis.points for axis in request.sweeps))]  # fmt: skip
    return of_one * len(request.scenarios)


def _line(found: Response, place: int) -> str:
    one = found.tried[place]
    gaps = [gap.among_all for gap in (one.from_best, one.from_first)]
    ends = [x for gap in gaps for x in (gap.mean, gap.low, gap.high)]
    numbers = [one.mean.mean, one.mean.low, one.mean.high, *one.range, *ends]
    is_best = found.enough and place == found.best
    told = "" if found.best is None or not found.enough or is_best else "no" if place in found.level else "yes"
    if one.kind != "plan":
        told = ""
    after = [one.odds.mean, one.odds.low, one.odds.high, *(one.means.get(measure, math.nan) for measure in MEASURED)]
    cells = [text(one.name), one.kind, found.criterion.name, found.criterion.unit]
    return ",".join([*cells, *map(number, numbers), "yes" if is_best else "no", told, *map(number, after)])


def _document(found: Response, axes: Sequence[Along], request: Request) -> dict[str, Any]:
    """The finding for a script: the words first. What is undefined is null."""
    keys = [key for axis in request.sweeps for key in axis.keys]
    judged = found.enough and found.best is not None
    return {
        "answer": words.answer(found, axes), "criterion": found.criterion.name, **found.criterion.facts,
        "replications": found.replications,
        "months": found.months, "reference": found.tried[0].name,
        "best": found.tried[found.best].name if judged and found.best is not None else None,
        "not_told_from_best": [found.tried[place].name for place in found.level] if judged else None,
        "plans": [
            {
                "name": one.name, "kind": one.kind, "set": {k: v for k, v in zip(keys, given, strict=True) if v},
                "mean": known_ends(one.mean), "p10": known(one.range[0]), "p50": known(one.range[1]),
                "p90": known(one.range[2]), "from_best": known_ends(one.from_best.among_all),
                "from_first": known_ends(one.from_first.among_all), "odds_of_target": known_ends(one.odds),
                "means": {measure: known(value) for measure, value in one.means.items()},
            }
            for one, given in zip(found.tried, _values(request), strict=True)
        ],
    }  # fmt: skip
