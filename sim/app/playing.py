"""What ``run`` and ``compare`` share: play the plans, write the report, say in plain words what came out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from rich.console import Console

from sim.app.accounts import set_aside_lines
from sim.app.check import check_draws
from sim.app.plans_table import plans_table
from sim.app.progress import PatientConsole, ScreenProgress
from sim.app.request import Request
from sim.app.run_document import document_of
from sim.app.saying import say
from sim.experiment.run import run
from sim.results.run_folder import RunFolder, read_run
from sim.scenario.checks.doubts import doubts
from sim.scenario.errors import UserError
from sim.scenario.load import ScenarioSource
from sim.show.answer import answer, scores
from sim.show.criterion import heading
from sim.show.differences import differences_said
from sim.show.findings import too_few
from sim.show.html import report_of
from sim.show.undrawn import made_or_told, reason_of


def play(request: Request) -> int:
    """Play all scenarios of a request and print the outcome. Raises UserError for what the user can mend."""
    settings, sources = request.settings(), request.sources()
    console = PatientConsole(stderr=request.as_json)
    if settings.uncertain:
        for source in sources:
            check_draws(source)
    names = ", ".join(source.name for source in sources)
    for source in sources:
        for doubt in doubts(source, settings.months):
            console.print(f"{source.name}: warning: {doubt}", markup=False, highlight=False)
    for line in _files_in_words(sources):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    most = "" if settings.precision is None else "at most "
    more = settings.reference_replications
    first = f" ({more} of {sources[0].name})" if more else ""
    console.print(
        f"{names}: {most}{settings.replications} replications{first} of {settings.months} months, seed {settings.seed}",
        markup=False,
    )
    outcome = run(sources, settings, " ".join(("salesim", *request.words)), ScreenProgress(console))
    for note in outcome.notes:
        console.print(note, markup=False, highlight=False)
    try:
        found = read_run(outcome.folder)
        if request.as_json:
            say(json.dumps(document_of(found), indent=2, ensure_ascii=False))
        else:
            made_or_told(
                lambda: _tell(found, console),
                lambda why: console.print(f"The outcome cannot be told here: {why}", markup=False, highlight=False),
            )
        console.print(f"All files: {outcome.folder}", markup=False, highlight=False, soft_wrap=True)
        if settings.figures:
            _draw(found, console)
    except KeyboardInterrupt as interrupt:
        interrupt.args = (f"the results are complete, but perhaps not the report: {outcome.folder}",)
        raise
    return 0


def _files_in_words(sources: Sequence[ScenarioSource]) -> Iterator[str]:
    """What was set aside of the files of the first day, each reading once."""
    read = {source.reading.files: (source.name, source.reading) for source in sources if source.reading is not None}
    for name, reading in read.values():
        for account in reading.accounts:
            yield from (f"{name}: {line}" for line in set_aside_lines(account))


def _tell(found: RunFolder, console: Console) -> None:
    """The report's answer, its table of plans, and how each differs from the reference."""
    few = bool(too_few(found.replication_count))
    for place, paragraph in enumerate(answer(found)):
        style = None if place else "bold red" if few else "bold"
        console.print(paragraph, markup=False, highlight=False, style=style)
    console.print(plans_table(scores(found), found.verdict.worth, heading(found.verdict.criterion)))
    for line in differences_said(found.verdict, found.plans):
        console.print(line, markup=False, highlight=False)


def _draw(found: RunFolder, console: Console) -> None:
    """The report. Raises UserError where it cannot be written; the run is kept."""
    console.print("Drawing the report ...")
    try:
        report = report_of(found)
    except Exception as problem:
        said = problem.strerror if isinstance(problem, OSError) and problem.strerror else reason_of(problem)
        raise UserError(
            f"the results are complete, but the report could not be written: {said}. To draw it again:"
            f" salesim report {found.folder}"
        ) from None
    console.print(f"Report: {report}", markup=False, highlight=False, soft_wrap=True)
