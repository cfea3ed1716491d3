"""``salesim sensitivity shares=true``: what a plan's spread is made of, and what missed years share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sim.app.check import check_draws
from sim.app.deciding import announced, known_ends, tell, write_facts
from sim.app.progress import ScreenProgress
from sim.app.request import Request
from sim.app.saying import aligned
from sim.decide.assumptions.made_of import MadeOf, check_rows, made_of
from sim.decide.assumptions.spread import Spread
from sim.evidence.trust.grounds import of_scenarios
from sim.evidence.trust.levels import Ground, Level
from sim.experiment.content import content_hash
from sim.experiment.making import making
from sim.experiment.play import Player
from sim.results.csv_file import number, text, write_table
from sim.results.estimates import Estimate
from sim.results.layout import Table
from sim.results.store import write_scenarios
from sim.scenario.load import ScenarioSource
from sim.show import made_of as words
from sim.show.decision_page import DecisionPage
from sim.show.words import plan_name

ROWS = 100  # unless given: base is through within three minutes on two idle cores
ENDS = ("mean", "ci_low", "ci_high")
SPREAD = Table(
    "spread.csv",
    "a line a part of the variance: what it makes by itself, and with what it does together with others",
    ("measure", "part", "names", *(f"alone_share_{end}" for end in ENDS), *(f"total_share_{end}" for end in ENDS)),
    ("measure", "part", "names"),
    ("measure", "part", "names"),
)
SIGNPOSTS = Table(
    "signposts.csv",
    "a line a condition that years that miss the target share; none where nothing stands the test",
    ("kind", "name", "side", "value"),
    ("kind", "name", "side"),
    ("kind", "name", "side"),
)


def play(request: Request, source: ScenarioSource) -> int:
    """Plays the rows and says what the spread is made of. Raises UserError."""
    settings = request.settings(ROWS)
    check_rows(source, settings)
    check_draws(source)
    console = announced(
        request,
        f"{source.name}: what its spread is made of, {settings.replications} rows of {settings.months} months, seed"
        f" {settings.seed}",
    )
    player = Player(settings, ScreenProgress(console))
    with making(content_hash([source], settings), settings, player) as made:
        found = made_of(source, settings, player)
        write_table(made.folder, SPREAD, [line for of, one in found.spreads.items() for line in _lines(of, one)])
        write_table(made.folder, SIGNPOSTS, list(_posts(found)))
        files = write_scenarios(made.folder, [source])
        if settings.figures:
            drawn = Ground(2, "all assumptions and luck were drawn anew, alone and together; no plan was changed")
            _page(found, of_scenarios([source], settings.replications, True, drawn)).write(made.folder)
        write_facts(made.folder, request, settings, files, worth=found.worth)
    return tell(request, settings, made.folder, lambda: _document(found), lambda: _lines_said(found))


def _page(found: MadeOf, trust: Sequence[Level]) -> DecisionPage:
    rows = found.spreads[found.worth].rows
    return DecisionPage(
        title=f"What the spread of {plan_name(found.name, 60)} is made of",
        under=f"{rows} rows of {found.months} months, {found.plays} plays",
        answer=words.answer(found), picture=words.picture(found), headings=words.HEADINGS, rows=words.rows(found),
        text_columns=words.TEXT_COLUMNS, notes=words.notes(found), trust=trust, few=words.few(found),
    )  # fmt: skip


def _lines_said(found: MadeOf) -> list[str]:
    table = aligned([words.HEADINGS, *(row.cells for row in words.rows(found))], words.TEXT_COLUMNS)
    return [*words.answer(found), "", *table, "", *words.notes(found)]


def _lines(measure: str, spread: Spread) -> Iterator[str]:
    for part, one in (("assumptions", spread.assumptions), ("luck", spread.luck), ("together", spread.together)):
        yield ",".join([measure, part, "", *map(number, (one.mean, one.low, one.high)), "", "", ""])
    for factor in spread.factors:
        ends = (x for one in (factor.alone, factor.total) for x in (one.mean, one.low, one.high))
        yield ",".join([measure, "factor", text(" and ".join(factor.names)), *map(number, ends)])


def _posts(found: MadeOf) -> Iterator[str]:
    for one in found.signposts.conditions:
        watched = found.watched[one.unknown]
        yield ",".join([watched.kind, text(watched.name), "above" if one.above else "at_most", number(one.value)])


def _document(found: MadeOf) -> dict[str, Any]:
    """The finding for a script: the words first. What is undefined is null."""
    posts = found.signposts
    return {
        "answer": words.answer(found), "scenario": found.name, "worth": found.worth, "months": found.months,
        "plays": found.plays, "spreads": {measure: _spread(one) for measure, one in found.spreads.items()},
        "missed": {
            "replications": posts.replications, "misses": posts.misses, "share": _known(posts.base),
            "conditions": [
                {"kind": found.watched[one.unknown].kind, "name": found.watched[one.unknown].name,
                 "side": "above" if one.above else "at_most", "value": one.value,
                 "said": words.condition_said(one, found)}
                for one in posts.conditions
            ],
            "share_where_they_hold": _known(posts.density), "share_elsewhere": _known(posts.elsewhere),
            "share_of_misses_described": _known(posts.coverage),
            "replications_where_they_hold": posts.holding, "of_these_missing": posts.missing,
        },
    }  # fmt: skip


def _spread(spread: Spread) -> dict[str, Any]:
    return {
        "rows": spread.rows, "sd_usd": spread.sd, "assumptions": _known(spread.assumptions),
        "luck": _known(spread.luck), "together": _known(spread.together),
        "factors": [
            {"names": one.names, "alone": _known(one.alone), "total": _known(one.total)} for one in spread.factors
        ],
    }  # fmt: skip


def _known(one: Estimate | None) -> dict[str, float | None] | None:
    return None if one is None else known_ends(one)
