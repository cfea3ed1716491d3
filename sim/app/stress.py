"""``salesim stress``: what would break a plan, and under which shock another plan would be the better choice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.app.check import check_draws
from sim.app.deciding import announced, known, known_ends, tell, write_facts
from sim.app.progress import ScreenProgress
from sim.app.request import Request, names_of, yes_or_no
from sim.app.saying import aligned
from sim.decide.shocks.break_even import BreakEven, break_even
from sim.decide.shocks.shock import SHIPPED, Shock, shocks_of
from sim.decide.shocks.stress import NO_SHOCK, TOLD_USD, Cell, Stress, laid, stress
from sim.evidence.trust.grounds import of_scenarios, under_shocks
from sim.experiment.content import content_hash
from sim.experiment.making import making
from sim.experiment.play import Player
from sim.experiment.settings import RunSettings
from sim.results.criterion import HITS_TARGET
from sim.results.csv_file import number, text, write_table
from sim.results.gap import Gap
from sim.results.layout import Table, unit_in_names
from sim.results.store import facts_of, write_scenarios
from sim.scenario.errors import UserError
from sim.scenario.load import ScenarioSource
from sim.show import stress as words
from sim.show.decision_page import DecisionPage
from sim.show.heat_map import heat_map
from sim.show.words import listed, plan_name

REPLICATIONS = 40  # unless given: two plans under ten shocks of base within three minutes on two cores
STRESS = Table(
    "stress.csv",
    "a line a plan and shock, none among them: what it comes to, and what the shock changes of it",
    ("plan", "shock", "choice", "over_pick_unit", "over_pick_mean", "over_pick_ci_low", "over_pick_ci_high",
     *(f"{one}_mean_usd" for one in TOLD_USD), "odds_share", "odds_ci_low_share", "odds_ci_high_share",
     "bookings_p10_usd",
     *(f"{one}_change_{end}_usd" for one in TOLD_USD for end in ("mean", "ci_low", "ci_high")),
     "odds_change_mean_share", "odds_change_ci_low_share", "odds_change_ci_high_share", "bookings_p10_change_usd"),
    ("plan", "shock", "choice", "over_pick_unit"),
    ("plan", "shock"),
)  # fmt: skip
BREAK_EVEN = Table(
    "break_even.csv",
    "by shock: how many times as strong as written it turns the choice, and to which plan",
    ("shock", "turns_to", "at_times", "ci_low_times", "ci_high_times", "most_tried_times", "why_not"),
    ("shock", "turns_to", "why_not"),
    ("shock",),
)
_TEXT_COLUMNS = (0, 1, 10)


def main(request: Request) -> int:
    """Plays plans under shocks, and says what breaks them and what turns the choice. Raises UserError."""
    settings, plans = request.settings(REPLICATIONS), _plans(request)
    shocks = shocks_of(names_of(request.options["shocks"]) if "shocks" in request.options else SHIPPED)
    asks_how_strong = yes_or_no(request, "break_even")
    if asks_how_strong and len(plans) == 1:
        raise UserError("break_even=true asks what turns the choice between plans; give two plans or more.")
    hit = laid(plans, shocks)
    console = announced(
        request,
        f"{listed([plan.name for plan in plans])} under {len(shocks)} shocks and none: {settings.replications}"
        f" replications of {settings.months} months, seed {settings.seed}",
    )
    player = Player(settings, ScreenProgress(console))
    with making(content_hash(list(hit.values()), settings), settings, player) as made:
        found = stress(hit, settings, player)
        evens: list[BreakEven] = []
        if asks_how_strong and not words.why_no_break_even(found):
            console.print("Now how strong each shock must be ...", markup=False, highlight=False)
            evens = break_even(found, plans, shocks, settings, player)
        said = words.answer(found, evens)
        if asks_how_strong and not evens:
            said.append(words.why_no_break_even(found))
        _write(made.folder, found, evens, said, plans, shocks, settings, request)
    return tell(request, settings, made.folder, lambda: _document(found, evens, said), lambda: _lines_said(found, said))


def _plans(request: Request) -> list[ScenarioSource]:
    """The plans asked for. Raises UserError for one that is weather."""
    plans = request.sources()
    for plan in plans:
        if plan.kind != "plan":
            raise UserError(
                f"{plan.name} is weather, which befalls plans: name it in shocks=[{plan.name}], or say kind=plan."
            )
        check_draws(plan)
    return plans


def _lines_said(found: Stress, said: Sequence[str]) -> list[str]:
    table = aligned([words.HEADINGS, *(row.cells for row in words.rows(found))], _TEXT_COLUMNS)
    return [*said, "", *table, "", words.note(found)]


def _write(
    folder: Path,
    found: Stress,
    evens: Sequence[BreakEven],
    said: Sequence[str],
    plans: Sequence[ScenarioSource],
    shocks: Sequence[Shock],
    settings: RunSettings,
    request: Request,
) -> None:
    """The tables, plans and shocks as they were played, the page unless it is not wanted, and last the manifest."""
    write_table(folder, STRESS, [_line(found, cell) for cell in found.cells.values()], _own_columns(found))
    if evens:
        write_table(folder, BREAK_EVEN, map(_even_line, evens))
    files = write_scenarios(folder, plans)
    for place, shock in enumerate(shocks, 1):
        whole = "\n---\n".join(document.text for document in shock.documents)
        (folder / f"shock-{place:02}.yaml").write_text(whole, encoding="utf-8")
    if settings.figures:
        DecisionPage(
            title=f"What would break {listed([plan_name(one, 40) for one in found.plans[:3]])}"
            + (" and other plans" if len(found.plans) > 3 else ""),
            under=f"{found.replications} replications of {found.months} months, each shock under the same luck",
            answer=said,
            picture=heat_map(found),
            headings=words.HEADINGS,
            rows=words.rows(found),
            text_columns=_TEXT_COLUMNS,
            notes=[words.note(found), *(f"{words.name_of(one.name)}: {one.question}" for one in shocks)],
            trust=of_scenarios(
                plans,
                found.replications,
                settings.uncertain,
                under_shocks(
                    len(found.shocks),
                    len(found.of("turns")),
                    len(found.of("untold")),
                    len(found.rivals) + 1,
                    found.enough,
                ),
            ),
            few=words.few(found),
        ).write(folder)
    named = {one.name: f"shock-{place:02}.yaml" for place, one in enumerate(shocks, 1)}
    write_facts(folder, request, settings, files, shocks=named, verdict=facts_of(found.verdict))


def _line(found: Stress, cell: Cell) -> str:
    becomes = words.choice_said(found, cell.shock) if cell.shock else found.pick
    means = [cell.means[one] for one in TOLD_USD]
    chance = [cell.odds.mean, cell.odds.low, cell.odds.high]
    changes = [end for one in (*TOLD_USD, HITS_TARGET) for end in _of(cell.gaps.get(one))]
    p10 = cell.p10_change if cell.shock else math.nan
    over = _of(found.choices[cell.shock].margins.get(cell.plan))
    own = [cell.means[found.worth], *_of(cell.gaps.get(found.worth))] if _own_columns(found) else []
    numbers = map(number, (*over, *means, *chance, cell.bookings_p10, *changes, p10, *own))
    unit = found.verdict.criterion.unit
    return ",".join([text(cell.plan), text(cell.shock or "none"), text(becomes), unit, *numbers])


def _own_columns(found: Stress) -> list[str]:
    """Columns of the measure that what shocks take is told in, where it is none of those that always stand there."""
    if found.worth in TOLD_USD:
        return []
    unit = unit_in_names(found.verdict.risk_criterion.unit)
    return [f"{found.worth}_{end}_{unit}" for end in ("mean", "change_mean", "change_ci_low", "change_ci_high")]


def _of(gap: Gap | None) -> tuple[float, float, float]:
    return (gap.mean, gap.low, gap.high) if gap is not None else (math.nan,) * 3


def _even_line(one: BreakEven) -> str:
    numbers = map(number, (one.at, one.low, one.high, one.most))
    return ",".join([text(one.shock), text(one.rival or ""), *numbers, text(one.why_not)])


def _document(found: Stress, evens: Sequence[BreakEven], said: Sequence[str]) -> dict[str, Any]:
    """The finding for a script: the words first, then the cells. What is undefined is null."""
    return {
        "answer": list(said), "plans": list(found.plans), "shocks": list(found.shocks),
        "criterion": found.verdict.criterion.name, **found.verdict.criterion.facts,
        "pick": found.pick if found.enough else None, "worth": found.worth,
        "replications": found.replications, "months": found.months,
        "choice": {
            one: {"turns_to": found.choices[one].turns_to if found.enough else None,
                  "becomes": words.choice_said(found, one),
                  "others_less_pick": {name: known_ends(gap) for name, gap in found.choices[one].margins.items()}}
            for one in found.shocks
        },
        "weakest": {one.plan: {"shock": one.shock, "may_cost_as_much": list(one.level)} for one in found.weaknesses},
        "cells": [_cell(cell, found) for cell in found.cells.values()],
        "break_even": [
            {"shock": one.shock, "turns_to": one.rival, "at_times": known(one.at), "low_times": known(one.low),
             "high_times": known(one.high), "most_tried_times": known(one.most), "why_not": one.why_not or None}
            for one in evens
        ],
    }  # fmt: skip


def _cell(cell: Cell, found: Stress) -> dict[str, Any]:
    worth, unit = found.worth, unit_in_names(found.verdict.risk_criterion.unit)
    document: dict[str, Any] = {
        "plan": cell.plan, "shock": cell.shock if cell.shock != NO_SHOCK else None,
        f"worth_{unit}": known(cell.means[worth]), "odds": known_ends(cell.odds),
        "bookings_p10_usd": known(cell.bookings_p10),
    }  # fmt: skip
    if cell.gaps:
        document[f"worth_change_{unit}"] = known_ends(cell.gaps[worth])
        document["odds_change"] = known_ends(cell.gaps[HITS_TARGET])
        document["bookings_p10_change_usd"] = known(cell.p10_change)
    return document
