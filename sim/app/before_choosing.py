"""``salesim sensitivity`` of several plans: what it is worth to know each uncertainty before one chooses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sim.app.check import check_draws
from sim.app.deciding import announced, tell, write_facts
from sim.app.progress import ScreenProgress
from sim.app.request import Request
from sim.app.saying import aligned
from sim.decide.assumptions.before_choosing import BeforeChoosing, Unknown, before_choosing, check_choice
from sim.evidence.trust.grounds import of_scenarios
from sim.evidence.trust.levels import Ground, Level
from sim.experiment.content import content_hash
from sim.experiment.making import making
from sim.experiment.play import Player
from sim.results.csv_file import number, text, write_table
from sim.results.layout import Table
from sim.results.store import write_scenarios
from sim.scenario.load import ScenarioSource
from sim.show import before_choosing as words
from sim.show.decision_page import DecisionPage
from sim.show.words import plan_name

KNOWING = Table(
    "worth_of_knowing.csv",
    "a line an uncertainty: what knowing it before one chooses is worth",
    ("name", "measure", "mean_usd", "ci_low_usd", "ci_high_usd", "noise_usd", "told_from_zero"),
    ("name", "measure", "told_from_zero"),
    ("name",),
)
_TEXT_COLUMNS = (0, 5)


def play(request: Request, sources: Sequence[ScenarioSource]) -> int:
    """Plays the plans as a comparison does and says what knowing is worth. Raises UserError."""
    settings = request.settings()
    plans = check_choice(sources, settings)
    for source in plans:
        check_draws(source)
    names = ", ".join(source.name for source in plans)
    console = announced(request, f"{names}: {settings.replications} replications of {settings.months} months")
    player = Player(settings, ScreenProgress(console))
    with making(content_hash(plans, settings), settings, player) as made:
        found = before_choosing(plans, settings, player)
        write_table(made.folder, KNOWING, [_line(one, found.by) for one in found.unknowns])
        files = write_scenarios(made.folder, plans)
        if settings.figures:
            known = Ground(2, "the choice was tried under all that is unsure; salesim stress tries shocks")
            trust = of_scenarios(plans, found.replications, True, known)
            _page(found, trust).write(made.folder)
        write_facts(made.folder, request, settings, files, by=found.by)
    return tell(request, settings, made.folder, lambda: _document(found), lambda: _lines_said(found))


def _document(found: BeforeChoosing) -> dict[str, Any]:
    """The finding for a script: the words first, then the uncertainties."""
    return {
        "answer": words.answer(found), "plans": found.plans, "best": found.best, "next_best": found.next_best,
        "by": found.by, "replications": found.replications, "months": found.months,
        "worth_of_knowing_usd": [
            {
                "name": one.name, **asdict(one.worth.estimate), "noise": one.worth.noise,
                "told_from_zero": one.worth.clear,
            }
            for one in found.unknowns
        ],
    }  # fmt: skip


def _lines_said(found: BeforeChoosing) -> list[str]:
    table = aligned([words.HEADINGS, *(row.cells for row in words.rows(found))], _TEXT_COLUMNS)
    return [*words.answer(found), "", *table, "", words.NOTE]


def _page(found: BeforeChoosing, trust: Sequence[Level]) -> DecisionPage:
    return DecisionPage(
        title="What knowing is worth before you choose",
        under=f"{', '.join(map(plan_name, found.plans))}: {found.replications} replications of {found.months} months",
        answer=words.answer(found), picture=words.picture(found), headings=words.HEADINGS, rows=words.rows(found),
        text_columns=_TEXT_COLUMNS, notes=[words.NOTE], trust=trust,
    )  # fmt: skip


def _line(one: Unknown, by: str) -> str:
    estimate = one.worth.estimate
    numbers = map(number, (estimate.mean, estimate.low, estimate.high, one.worth.noise))
    return ",".join([text(one.name), by, *numbers, "yes" if one.worth.clear else "no"])
