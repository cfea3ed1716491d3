"""``salesim why``: what the gap between two plans, or between a plan and its target, comes from, to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.app.check import check_draws
from sim.app.deciding import announced, known, known_ends, tell, write_facts
from sim.app.progress import ScreenProgress
from sim.app.request import Request
from sim.app.saying import aligned
from sim.decide.gap.course import Quarter
from sim.decide.gap.why import MEASURES, Footing, Part, Puzzle, Why, why
from sim.evidence.trust.grounds import of_scenarios
from sim.evidence.trust.levels import Ground, Level
from sim.experiment.content import content_hash
from sim.experiment.making import making
from sim.experiment.play import Player
from sim.experiment.settings import RunSettings
from sim.results.criterion import Criterion
from sim.results.csv_file import number, text, write_table
from sim.results.estimates import Estimate
from sim.results.layout import Table
from sim.results.store import write_scenarios
from sim.scenario.errors import UserError
from sim.scenario.load import ScenarioSource
from sim.show import why as words
from sim.show.criterion import by
from sim.show.decision_page import DecisionPage, MoreTable
from sim.show.formats import cents_exact
from sim.show.waterfall import waterfall
from sim.show.words import plan_name
from sim.spelling import listed

COURSE = 60  # replications of the two ends for months and quarters, unless replications are given
_GAPS = tuple(f"{what}_{end}_usd" for what in ("part", "alone", "last") for end in ("mean", "ci_low", "ci_high"))
WHY = Table(
    "why.csv",
    "a line a measure and a cause, and the ends of the gap; part_usd of a measure's lines adds up to its last one",
    ("measure", "line", "causes", "label", "part_usd", *_GAPS, "told_from_zero"),
    ("measure", "line", "causes", "label", "told_from_zero"),
    ("measure", "line", "causes"),
)
_SHARES = ("selling_hours_used_share", "se_places_used_share", "accounts_used_share", "without_se_share",
           "leads_lost_share")  # fmt: skip
COURSE_TABLE = Table(
    "why_by_period.csv",
    "months and quarters of the plan: bookings less target or less the first plan's; by quarter what was used up",
    ("scenario", "period_kind", "period", "gap_mean_usd", "gap_ci_low_usd", "gap_ci_high_usd", *_SHARES,
     "held_back_by", "sure"),
    ("scenario", "period_kind", "period", "held_back_by", "sure"),
    ("scenario", "period_kind", "period"),
)  # fmt: skip
_TEXT_COLUMNS, _QUARTER_TEXT = (0, 6), (0, 8)


def main(request: Request) -> int:
    """Plays the worlds between the two ends, splits the gap, and says what it comes from. Raises UserError."""
    sources = request.sources()
    _refuse_what_cannot_be_split(request.settings().ranked_by)
    puzzle = Puzzle.of(sources)
    settings = request.settings(puzzle.replications)
    is_given = request.settings(1).replications == request.settings(2).replications
    if settings.uncertain:
        for source in sources:
            check_draws(source)
    against = "its target" if puzzle.against == "target" else sources[0].name
    console = announced(
        request,
        f"{sources[-1].name} against {against}: {len(puzzle.groups)} causes, {settings.replications} replications of"
        f" {settings.months} months, seed {settings.seed}",
    )
    player = Player(settings, ScreenProgress(console))
    course = settings.replications if is_given else max(settings.replications, COURSE)
    with making(content_hash(sources, settings), settings, player) as made:
        found = why(puzzle, settings, player, course)
        _write(made.folder, found, sources, settings, request)
    return tell(request, settings, made.folder, lambda: _document(found), lambda: _lines_said(found))


def _refuse_what_cannot_be_split(criterion: Criterion) -> None:
    """Raises UserError for a measure of which causes are no parts."""
    if criterion.adds_up_in_dollars:
        return
    if criterion.name == "odds":
        what, can = "odds are", "a measure in dollars can"
    else:
        what, can = f"{by(criterion)} is", f"measures in dollars that add up can, such as {listed(MEASURES)}"
    raise UserError(f"criterion={criterion.name}: {what} no dollars that could be split to the cent; {can}.")


def _lines_said(found: Why) -> list[str]:
    parts = aligned([words.HEADINGS, *(row.cells for row in words.rows(found))], _TEXT_COLUMNS)
    quarters = aligned(
        [words.quarter_headings(found), *(row.cells for row in words.quarter_rows(found.quarters))], _QUARTER_TEXT
    )
    return [
        *words.answer(found), "", *parts, "", *words.other_measures(found), "", *quarters, "", *words.notes(found)
    ]  # fmt: skip


def _write(
    folder: Path, found: Why, sources: Sequence[ScenarioSource], settings: RunSettings, request: Request
) -> None:
    """The tables, the page unless it is not wanted, and last the manifest."""
    write_table(folder, WHY, [line for one in found.footings.values() for line in _lines(found, one)])
    write_table(folder, COURSE_TABLE, _periods(found))
    files = write_scenarios(folder, sources)
    if settings.figures:
        changed = Ground(1, "each cause was put first, last and in between; no assumption was changed")
        trust = of_scenarios(sources, found.replications, settings.uncertain, changed)
        _page(found, trust).write(folder)
    write_facts(folder, request, settings, files, measure=found.measure)


def _page(found: Why, trust: Sequence[Level]) -> DecisionPage:
    name = plan_name(found.names[1], 60)
    against = "its target" if found.against == "target" else plan_name(found.names[0], 60)
    held = [(name, found.quarters), *([(against, found.other_quarters)] if found.other_quarters else [])]
    quarters = [
        MoreTable(f"What held {one} back", words.quarter_headings(found), words.quarter_rows(some), _QUARTER_TEXT)
        for one, some in held
    ]
    return DecisionPage(
        title=f"Why {name} differs from {against}",
        under=f"{found.replications} replications of {found.horizon} months, all worlds under the same luck",
        answer=words.answer(found),
        picture=waterfall(found),
        headings=words.HEADINGS,
        rows=words.rows(found),
        text_columns=_TEXT_COLUMNS,
        notes=[*words.other_measures(found), *words.notes(found)],
        trust=trust,
        few=words.few(found),
        more=quarters,
    )


def _lines(found: Why, footing: Footing) -> list[str]:
    """The ends of a gap and what lies between, in dollars and cents."""
    nothing = [""] * 9
    first = footing.start_cents
    lines = []
    if found.target_cents is not None and found.paper is not None:
        gap = [number(one) for one in (found.paper.mean, found.paper.low, found.paper.high)]
        lines += [
            _line(footing, "target", "", "Target", found.target_cents, nothing, ""),
            _line(footing, "paper", "", "The plan on paper against the target", first - found.target_cents,
                  [*gap, *nothing[3:]], _yes(found.paper.clear)),
        ]  # fmt: skip
    else:
        lines.append(_line(footing, "start", "", found.names[0], first, nothing, ""))
    for one in footing.parts:
        gaps = [number(x) for gap in (one.each, one.alone, one.last) for x in (gap.mean, gap.low, gap.high)]
        causes = " ".join(cause.name for cause in one.group)
        lines.append(_line(footing, "cause", causes, words.name_of(one.group), one.cents, gaps, _yes(one.each.clear)))
    return [*lines, _line(footing, "end", "", found.names[1], footing.end_cents, nothing, "")]


def _line(footing: Footing, kind: str, causes: str, label: str, cents: int, gaps: Sequence[str], told: str) -> str:
    exact = cents_exact(cents).replace("$", "").replace(",", "").replace("\N{MINUS SIGN}", "-")
    return ",".join([footing.measure, kind, causes, text(label), exact, *gaps, told])


def _periods(found: Why) -> list[str]:
    lines = []
    for one in found.months:
        gap = [number(x) for x in (one.gap.mean, one.gap.low, one.gap.high)]
        lines.append(",".join([text(found.names[1]), "month", one.label, *gap, *[""] * 7]))
    for name, quarters in ((found.names[1], found.quarters), (found.names[0], found.other_quarters)):
        for quarter in quarters:
            gap = [number(x) for x in (quarter.gap.mean, quarter.gap.low, quarter.gap.high)]
            shares = [number(one.mean) for one in _shares(quarter)]
            lines.append(
                ",".join([text(name), "quarter", quarter.label, *gap, *shares, quarter.held_by, _yes(quarter.sure)])
            )
    return lines


def _shares(one: Quarter) -> list[Estimate]:
    return [one.used["hours"], one.used["engineers"], one.used["accounts"], one.without_engineer, one.leads_lost]


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _document(found: Why) -> dict[str, Any]:
    """The finding for a script: the words first, then the numbers. What is undefined is null."""
    return {
        "answer": words.answer(found), "against": found.against, "scenarios": list(dict.fromkeys(found.names)),
        "measure": found.measure, "replications": found.replications, "months": found.horizon,
        "target_usd": None if found.target_cents is None else found.target_cents / 100,
        "paper_less_target_usd": None if found.paper is None else known_ends(found.paper),
        "plan_less_target_usd": None if found.whole is None else known_ends(found.whole),
        "measures": {name: _footing(one) for name, one in found.footings.items()},
        "by_month": [{"period": one.label, "gap_usd": known_ends(one.gap)} for one in found.months],
        "by_quarter": [_quarter(one) for one in found.quarters],
        "by_quarter_of_the_first": [_quarter(one) for one in found.other_quarters],
        "told_together": [[cause.name for cause in one] for one in found.hang_together],
        "smallest_put_together": [cause.name for cause in found.put_together],
    }  # fmt: skip


def _footing(one: Footing) -> dict[str, Any]:
    return {
        "start_usd": one.start_cents / 100, "end_usd": one.end_cents / 100, "gap_usd": known_ends(one.gap),
        "parts": [_part(part) for part in one.parts],
    }  # fmt: skip


def _part(one: Part) -> dict[str, Any]:
    return {
        "causes": [cause.name for cause in one.group], "label": words.name_of(one.group), "part_usd": one.cents / 100,
        "part": known_ends(one.each), "alone": known_ends(one.alone), "last": known_ends(one.last),
        "told_from_zero": one.each.clear,
    }  # fmt: skip


def _quarter(one: Quarter) -> dict[str, Any]:
    shares = {name.removesuffix("_share"): known(x.mean) for name, x in zip(_SHARES, _shares(one), strict=True)}
    return {
        "period": one.label, "gap_usd": known_ends(one.gap), **shares, "held_back_by": one.held_by, "sure": one.sure,
    }  # fmt: skip
