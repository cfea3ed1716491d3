"""``salesim search``: the cheapest plan with the odds that are wanted, or the one worth most within a budget."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from sim.app.check import check_draws
from sim.app.deciding import announced, known, tell, write_facts
from sim.app.request import Request
from sim.app.saying import aligned
from sim.decide.best.best_plan import Steps
from sim.decide.best.deadline import Deadline
from sim.decide.best.lever import BLOCK
from sim.decide.best.search import Found, search
from sim.decide.best.space import Space
from sim.decide.best.tried import Score
from sim.decide.best.wanted import FEWEST_KNOWN, read_wanted
from sim.evidence.trust.grounds import of_scenarios
from sim.evidence.trust.levels import Ground, Level
from sim.experiment.content import content_hash
from sim.experiment.making import making
from sim.experiment.play import Player, Silence
from sim.experiment.settings import RunSettings
from sim.results.csv_file import number, text, write_table
from sim.results.estimates import Estimate
from sim.results.layout import Table
from sim.results.store import write_scenarios
from sim.scenario.errors import UserError
from sim.scenario.load import ScenarioSource
from sim.show import search as words
from sim.show.decision_page import DecisionPage, MoreTable
from sim.show.frontier import picture
from sim.show.levers_told import plan_told
from sim.show.words import plan_name

REPLICATIONS = 600  # of the plan as it is, unless given: they say how often the target is met
_ENDS = ("mean", "ci_low", "ci_high")
TRIED = Table(
    "search.csv",
    "a line a plan that was tried: its levers, what it costs and is worth against the plan as it is, and its odds",
    ("plan", "standing", "on_frontier", "replications", *(f"added_cost_{end}_usd" for end in _ENDS),
     *(f"odds_{end}_share" for end in _ENDS), *(f"added_worth_{end}_usd" for end in _ENDS)),
    ("plan", "standing", "on_frontier"),
    ("plan",),
)  # fmt: skip
LOOKS = Table(
    "looks.csv",
    "a line a look at fresh replications: how often the target was met, and what is sure",
    ("plan", "replications", "met", "odds_above_share", "added_cost_below_usd", "confirmed"),
    ("plan", "confirmed"),
    ("plan", "replications"),
)
DEADLINES = Table(
    "deadlines.csv",
    "a line a requisition of the chosen plan: until when it may wait, and what a month of waiting changes",
    ("requisition", "role", "segment", "region", "heads", "opens", "latest", "needed_for_odds",
     *(f"month_later_worth_{end}_usd" for end in _ENDS), "month_later_odds_share"),
    ("requisition", "role", "segment", "region", "opens", "latest", "needed_for_odds"),
    ("requisition",),
)  # fmt: skip


class _Quiet(Silence):
    """Says once that the engine is compiled; a search plays far too often to tell of every time."""

    def __init__(self, console: Console) -> None:
        self._console: Console | None = console

    def compiling(self) -> nullcontext[None]:
        if self._console is not None:
            self._console.print("Compiling, once (a minute or two the first time, afterwards seconds) ...")
            self._console = None
        return nullcontext()


def main(request: Request) -> int:
    """Searches, confirms and says what to decide. Raises UserError."""
    wanted, levers = read_wanted(_given(request.block))
    settings, (source,) = request.settings(REPLICATIONS), request.sources()
    if settings.lucks_per_draw > 1:
        raise UserError("run.lucks_per_draw: a search needs a draw of its own in every replication; leave it at 1.")
    if settings.replications < FEWEST_KNOWN:
        raise UserError(f"run.replications={settings.replications}: too few to tell odds; give {FEWEST_KNOWN} or more.")
    space = Space.of(source, levers)
    if settings.uncertain:
        check_draws(source)
    console = announced(
        request,
        f"{source.name}: {space.plans:,} plans of {len(space.levers)} levers, {wanted.trials} of them and neighbours"
        f" of the best to be tried, {settings.months} months, seed {settings.seed}",
    )
    player = Player(settings, _Quiet(console))
    with making(_content(source, settings, request.block), settings, player) as made:
        found = search(space, wanted, settings, player, _steps(console))
        files = _write(made.folder, found, settings, request)
    return tell(
        request, settings, made.folder, lambda: _document(found), lambda: _lines_said(found, made.folder, files)
    )


def _given(block: Mapping[str, str]) -> dict[str, Any]:
    """What stands after ``search.``, over what a file says that ``search=FILE`` names. Raises UserError."""
    own = {key: value for key, value in block.items() if key}
    if "" not in block:
        return dict(own)
    path = Path(block[""])
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise UserError(f"{BLOCK}={path}: cannot be read: {getattr(problem, 'strerror', None) or problem}.") from None
    except yaml.YAMLError as problem:
        raise UserError(f"{BLOCK}={path}: is no YAML: {' '.join(str(problem).split())}") from None
    if not isinstance(read, dict):
        raise UserError(f"{BLOCK}={path}: expected keys such as target_odds and hires, a line each.")
    return {**dict(_flat(read, "")), **own}


def _flat(group: Mapping[Any, Any], above: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in group.items():
        name = f"{above}.{key}" if above else str(key)
        found += _flat(value, name) if isinstance(value, dict) else [(name, value)]
    return found


def _content(source: ScenarioSource, settings: RunSettings, block: Mapping[str, str]) -> str:
    asked = json.dumps([content_hash([source], settings), sorted(block.items())])
    return hashlib.sha256(asked.encode()).hexdigest()


def _steps(console: Console) -> Steps:
    begun = time.perf_counter()

    def trying(done: int, of: int) -> None:
        nonlocal begun
        if not done:  # from here on, for the plan as it is takes as long as many others
            begun = time.perf_counter()
            return
        spent = time.perf_counter() - begun
        _say(console, f"{done} of {of} plans tried, about {spent / done * (of - done):.0f} s left for the others")

    return Steps(trying, lambda what: _say(console, f"Playing {what} ..."))


def _say(console: Console, line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)


def _lines_said(found: Found, folder: Path, files: Mapping[str, str]) -> list[str]:
    table = aligned([words.HEADINGS, *(row.cells for row in words.rows(found))], words.TEXT_COLUMNS)
    lines = [*words.answer(found), "", *table]
    if found.deadlines:
        until = [words.DEADLINE_HEADINGS, *(row.cells for row in words.deadline_rows(found))]
        lines += ["", *aligned(until, words.DEADLINE_TEXT)]
    lines += ["", words.note(found)]
    if found.chosen is not None:
        lines.append(f"To run it: salesim run scenario={folder / files[found.chosen.name]}")
    return lines


def _write(folder: Path, found: Found, settings: RunSettings, request: Request) -> dict[str, str]:
    """The tables, the plan, the page unless it is not wanted, and last the manifest. Returns files by scenario."""
    best = found.best
    by = "odds" if best.goal.is_cheapest else "worth"
    edge = {one.point for one in words.frontier(best.goal, best.scores, by)}
    names = [one.name for one in found.space.levers]
    write_table(folder, TRIED, [_line(found, one, one.point in edge) for one in best.scores], more=names)
    looks = [
        ",".join([
            text(plan_told(found.space, look.point)), str(look.replications), str(look.met),
            number(look.surely if best.goal.is_cheapest else math.nan),
            number(math.nan if best.goal.is_cheapest else look.surely), "yes" if look.passed else "no",
        ])
        for look in best.looks
    ]  # fmt: skip
    write_table(folder, LOOKS, looks)
    write_table(folder, DEADLINES, [_deadline_line(one) for one in found.deadlines])
    sources = [found.space.source, *([found.chosen] if found.chosen is not None else [])]
    files = write_scenarios(folder, sources)
    if settings.figures:
        trust = of_scenarios([found.space.source], settings.replications, settings.uncertain, _robustness(found))
        _page(found, trust).write(folder)
    write_facts(folder, request, settings, files, search=dict(request.block), worth=found.worth, plays=found.plays)
    return files


def _robustness(found: Found) -> Ground:
    if found.chosen is None:
        return Ground(0, "no plan was confirmed")
    return Ground(2, f"the plan was confirmed under {found.fresh:,} fresh replications; no assumption was changed")


def _page(found: Found, trust: Sequence[Level]) -> DecisionPage:
    goal = found.best.goal
    asked = "The cheapest plan" if goal.is_cheapest else "The best plan within the budget"
    until = MoreTable(
        "Until when each requisition may wait", words.DEADLINE_HEADINGS, words.deadline_rows(found), words.DEADLINE_TEXT
    )
    return DecisionPage(
        title=f"{asked}, beginning with {plan_name(found.name, 60)}",
        under=f"{len(found.best.scores)} plans of {found.months} months, all under the same luck",
        answer=words.answer(found),
        picture=picture(found),
        headings=words.HEADINGS,
        rows=words.rows(found),
        text_columns=words.TEXT_COLUMNS,
        notes=[words.note(found)],
        trust=trust,
        few=words.few(found),
        more=[until] if found.deadlines else [],
    )


def _line(found: Found, one: Score, is_on_frontier: bool) -> str:
    looks = [look for look in found.best.looks if look.point == one.point]
    standing = "chosen" if one.point == found.best.chosen else "tried"
    if standing == "tried" and looks:
        standing = "confirmed" if looks[-1].passed else "not confirmed"
    numbers = [end for estimate in (one.cost, one.odds, one.worth) for end in _ends(estimate)]
    values = [text(str(value)) for value in found.space.values(one.point).values()]
    return ",".join([
        text(plan_told(found.space, one.point)), standing, "yes" if is_on_frontier else "no", str(one.replications),
        *map(number, numbers), *values,
    ])  # fmt: skip


def _deadline_line(one: Deadline) -> str:
    return ",".join([
        *map(text, (" + ".join(one.names), one.role or "", one.segment or "", one.region or "")),
        str(one.count), one.opens.isoformat(),
        one.latest.isoformat() if one.latest else "", "yes" if one.is_needed else "no",
        *map(number, _ends(one.worth_of_a_month)), number(one.odds_of_a_month),
    ])  # fmt: skip


def _ends(one: Estimate) -> tuple[float, float, float]:
    return one.mean, one.low, one.high


def _document(found: Found) -> dict[str, Any]:
    """The finding for a script: the words first, then the plans. What is undefined is null."""
    best = found.best
    by = "odds" if best.goal.is_cheapest else "worth"
    edge = {one.point for one in words.frontier(best.goal, best.scores, by)}
    return {
        "answer": words.answer(found), "scenario": found.name, "worth": found.worth, "months": found.months,
        "target_odds": best.goal.target_odds,
        "may_add_usd": None if best.goal.added_usd is None else known(best.goal.added_usd),
        "odds_as_it_is": words.met_as_it_is(found), "cost_as_it_is_usd": float(found.as_is.cost.mean()),
        "confirmed": best.chosen is not None,
        "chosen": None if best.chosen is None else _plan(found, best.tried.score(best.chosen)),
        "nearest": _plan(found, best.nearest),
        "looks": [
            {"plan": plan_told(found.space, look.point), "replications": look.replications, "met": look.met,
             "surely": look.surely, "confirmed": look.passed}
            for look in best.looks
        ],
        "frontier": [_plan(found, one) for one in best.scores if one.point in edge],
        "deadlines": [_deadline(one) for one in found.deadlines],
        "plays": found.plays,
    }  # fmt: skip


def _plan(found: Found, one: Score) -> dict[str, Any]:
    values = {name: str(value) if not isinstance(value, int | float) else value
              for name, value in found.space.values(one.point).items()}  # fmt: skip
    return {
        "plan": plan_told(found.space, one.point), "levers": values, "replications": one.replications,
        "added_cost_usd": _estimate(one.cost), "odds": _estimate(one.odds), "added_worth_usd": _estimate(one.worth),
    }  # fmt: skip


def _deadline(one: Deadline) -> dict[str, Any]:
    return {
        "requisitions": list(one.names), "role": one.role, "segment": one.segment, "region": one.region,
        "heads": one.count, "opens": one.opens.isoformat(), "latest": one.latest.isoformat() if one.latest else None,
        "needed_for_odds": one.is_needed, "month_later_worth_usd": _estimate(one.worth_of_a_month),
        "month_later_odds": known(one.odds_of_a_month),
    }  # fmt: skip


def _estimate(one: Estimate) -> dict[str, Any]:
    return {"mean": known(one.mean), "low": known(one.low), "high": known(one.high)}
