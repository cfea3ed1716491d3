"""``salesim sensitivity``: what moves a plan most, in dollars, and what a tenth more of each driver is worth."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sim.app import before_choosing, made_of
from sim.app.check import check_draws
from sim.app.deciding import announced, known, known_ends, tell, write_facts
from sim.app.progress import ScreenProgress
from sim.app.request import Request, names_of, yes_or_no
from sim.app.saying import aligned
from sim.decide.assumptions.drivers import named
from sim.decide.assumptions.sensitivity import Bar, Sensitivity, Side, sensitivity
from sim.decide.varied import Variations
from sim.evidence.trust.grounds import of_scenarios
from sim.evidence.trust.levels import Ground
from sim.experiment.content import content_hash
from sim.experiment.making import making
from sim.experiment.play import Player
from sim.experiment.settings import RunSettings
from sim.results.csv_file import number, text, write_table
from sim.results.gap import Gap
from sim.results.layout import Table
from sim.results.store import write_scenarios
from sim.scenario.errors import UserError
from sim.scenario.load import ScenarioSource
from sim.show import sensitivity as words
from sim.show.decision_page import DecisionPage
from sim.show.tornado import tornado
from sim.show.words import plan_name

REPLICATIONS = 16  # unless given: all bars of base within three minutes on two cores
_GAPS = tuple(
    f"{what}_{end}_usd" for what in ("low_end", "high_end", "low_to_high") for end in ("mean", "ci_low", "ci_high")
)
SENSITIVITY = Table(
    "sensitivity.csv",
    "a line a number that is moved: its two ends, and what they change in worth and bookings",
    ("name", "label", "kind", "measure", "low_end_at", "high_end_at", *_GAPS, "better_by_a_tenth_mean_usd",
     "better_by_a_tenth_ci_low_usd", "better_by_a_tenth_ci_high_usd", "told_from_zero"),
    ("name", "label", "kind", "measure", "told_from_zero"),
    ("name", "measure"),
)  # fmt: skip
_TEXT_COLUMNS = (0, 1, 3, 8)


def main(request: Request) -> int:
    """Plays the plan with each number at both its ends, and says what moves it; of several plans what knowing is worth.

    Raises UserError.
    """
    shares, sources = yes_or_no(request, "shares"), request.sources()
    if shares and (len(sources) > 1 or "drivers" in request.options):
        raise UserError("shares: what a spread is made of is told of one plan, without drivers; ask for them apart.")
    if shares:
        return made_of.play(request, sources[0])
    if len(sources) > 1:
        if "drivers" in request.options:
            raise UserError(
                "drivers: of several plans it is told what knowing is worth; give one scenario to move drivers."
            )
        return before_choosing.play(request, sources)
    settings, source = request.settings(REPLICATIONS), sources[0]
    if settings.uncertain:
        check_draws(source)
    more = named(names_of(request.options["drivers"]) if "drivers" in request.options else [], Variations.of(source))
    console = announced(
        request,
        f"{source.name}: each number at both its ends, {settings.replications} replications of"
        f" {settings.months} months, seed {settings.seed}",
    )
    player = Player(settings, ScreenProgress(console))
    with making(content_hash([source], settings), settings, player) as made:
        found = sensitivity(source, more, settings, player)
        _write(made.folder, found, source, settings, request)
    return tell(request, settings, made.folder, lambda: _document(found), lambda: _lines_said(found))


def _lines_said(found: Sensitivity) -> list[str]:
    table = aligned([words.HEADINGS, *(row.cells for row in words.rows(found))], _TEXT_COLUMNS)
    return [*words.answer(found), "", *table, "", words.note(found), *found.left_out]


def _write(folder: Path, found: Sensitivity, source: ScenarioSource, settings: RunSettings, request: Request) -> None:
    """The table, the page unless it is not wanted, and last the manifest."""
    write_table(folder, SENSITIVITY, [line for bar in found.bars for line in _lines(bar, found.worth)])
    files = write_scenarios(folder, [source])
    if settings.figures:
        DecisionPage(
            title=f"What moves {plan_name(found.name, 60)}",
            under=f"{found.replications} replications of {found.months} months, each bar under the same luck",
            answer=words.answer(found),
            picture=tornado(found),
            headings=words.HEADINGS,
            rows=words.rows(found),
            text_columns=_TEXT_COLUMNS,
            notes=[words.note(found), *found.left_out],
            trust=of_scenarios(
                [source],
                found.replications,
                settings.uncertain,
                Ground(2, f"each of {len(found.bars)} numbers was moved, one at a time, under the same luck"),
            ),
            few=words.few(found),
        ).write(folder)
    write_facts(folder, request, settings, files, worth=found.worth)


def _lines(bar: Bar, worth: str) -> list[str]:
    kind = "uncertainty" if bar.driver is None else "driver"
    lines = []
    for measure, gaps in ((worth, _gaps(bar, "worth")), ("bookings", _gaps(bar, "bookings"))):
        whole = gaps[-1]
        numbers = [bar.low.at, bar.high.at, *(one for gap in gaps for one in (gap.mean, gap.low, gap.high))]
        step = [math.nan] * 3
        if bar.driver is not None:
            step = [bar.sign * whole.mean / 2, *sorted(bar.sign * end / 2 for end in (whole.low, whole.high))]
        names = [text(bar.name), text(words.name_of(bar)), kind, measure]
        lines.append(",".join([*names, *map(number, (*numbers, *step)), "yes" if whole.clear else "no"]))
    return lines


def _gaps(bar: Bar, what: str) -> list[Gap]:
    whole = bar.whole if what == "worth" else bar.whole_bookings
    return [getattr(bar.low, what), getattr(bar.high, what), whole]


def _document(found: Sensitivity) -> dict[str, Any]:
    """The finding for a script: the words first, then the bars. What is undefined is null."""
    return {
        "answer": words.answer(found), "scenario": found.name, "worth": found.worth,
        "mean_worth_usd": known(found.mean_worth), "mean_bookings_usd": known(found.mean_bookings),
        "replications": found.replications, "months": found.months, "bars": [_bar(bar) for bar in found.bars],
        "left_out": list(found.left_out),
    }  # fmt: skip


def _bar(bar: Bar) -> dict[str, Any]:
    document = {
        "name": bar.name, "label": words.name_of(bar), "kind": "uncertainty" if bar.driver is None else "driver",
        "low_end": _side(bar.low), "high_end": _side(bar.high), "low_to_high_worth_usd": known_ends(bar.whole),
        "low_to_high_bookings_usd": known_ends(bar.whole_bookings), "told_from_zero": bar.clear,
    }  # fmt: skip
    if bar.driver is not None:
        document["better_by_a_tenth_usd"] = {name: known(value) for name, value in asdict(bar.step_worth).items()}
    return document


def _side(side: Side) -> dict[str, Any]:
    return {"at": known(side.at), "worth_usd": known_ends(side.worth), "bookings_usd": known_ends(side.bookings)}
