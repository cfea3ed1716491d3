"""What ``run`` and ``compare`` share: play the plans, write the report, say in plain words what came out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console

from sim.app.accounts import set_aside_lines
from sim.app.check import accounts_in, check_draws
from sim.app.progress import PatientConsole, ScreenProgress
from sim.app.request import Request
from sim.app.words import differences_in_words, judgments_in_words, last_month, plans_table
from sim.experiment.run import Outcome, run
from sim.experiment.settings import RunSettings
from sim.scenario.doubts import doubts
from sim.scenario.errors import UserError
from sim.scenario.load import ScenarioSource
from sim.show.findings import too_few
from sim.show.html import write_report
from sim.show.undrawn import made_or_told, reason_of
from sim.show.verdict import paragraphs


def play(request: Request) -> int:
    """Play all scenarios of a request and print the outcome. Raises UserError for what the user can mend."""
    settings, sources = request.settings(), request.sources()
    console = PatientConsole()
    if settings.uncertain:
        for source in sources:
            check_draws(source)
    names = ", ".join(source.name for source in sources)
    for source in sources:
        for doubt in doubts(source, settings.months):
            console.print(f"{source.name}: warning: {doubt}", markup=False, highlight=False)
    for line in _files_in_words(sources):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    console.print(
        f"{names}: {settings.replications} replications of {settings.months} months, seed {settings.seed}", markup=False
    )
    outcome = run(sources, settings, " ".join(("salesim", *request.words)), ScreenProgress(console))
    for note in outcome.notes:
        console.print(note, markup=False, highlight=False)
    try:
        made_or_told(
            lambda: _tell(outcome, settings, console),
            lambda reason: console.print(f"The outcome cannot be told here: {reason}", markup=False, highlight=False),
        )
        console.print(f"All files: {outcome.folder}", markup=False, highlight=False, soft_wrap=True)
        if settings.figures:
            _draw(outcome, console)
    except KeyboardInterrupt as interrupt:
        interrupt.args = (f"the results are complete, but perhaps not the report: {outcome.folder}",)
        raise
    return 0


def _files_in_words(sources: Sequence[ScenarioSource]) -> Iterator[str]:
    """What was set aside of the files of the first day, each reading once. Raises ScenarioError."""
    found = {source.at_central().opening.found: source for source in sources}
    for source in (source for files, source in found.items() if files is not None):
        for account in accounts_in(source):
            yield from (f"{source.name}: {line}" for line in set_aside_lines(account))


def _tell(outcome: Outcome, settings: RunSettings, console: Console) -> None:
    if caution := too_few(settings.replications):
        console.print(caution, markup=False, highlight=False, style="bold red")
    for place, paragraph in enumerate(paragraphs(outcome.verdict, last_month(outcome))):
        console.print(paragraph, markup=False, highlight=False, style="bold" if place == 0 else None)
    console.print(plans_table(outcome))
    for line in (*differences_in_words(outcome), *judgments_in_words(outcome)):
        console.print(line, markup=False, highlight=False)


def _draw(outcome: Outcome, console: Console) -> None:
    """The report. Raises UserError where it cannot be written; the run is kept."""
    console.print("Drawing the report ...")
    try:
        report = write_report(outcome.folder)
    except Exception as problem:
        said = problem.strerror if isinstance(problem, OSError) and problem.strerror else reason_of(problem)
        raise UserError(
            f"the results are complete, but the report could not be written: {said}. To draw it again:"
            f" salesim report {outcome.folder}"
        ) from None
    console.print(f"Report: {report}", markup=False, highlight=False, soft_wrap=True)
