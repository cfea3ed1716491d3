"""``salesim actuals``: a quarter that is over against its plan, the gap to the cent, each part with its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from sim.app.deciding import said
from sim.app.exports import export_asked, folder_asked
from sim.app.finished_run import PLANS, read_finished, run_asked
from sim.app.request import Request
from sim.app.saying import aligned
from sim.crm.dates import iso
from sim.crm.opportunities import NONE
from sim.crm.reading import Export
from sim.evidence.actuals.actual import Actual, actual
from sim.evidence.actuals.drivers import AMOUNTS, ARRIVALS, CYCLE, EXITS, LEADS, ODDS, OPEN_AT_START
from sim.evidence.actuals.gap import Gap, Part, gap
from sim.evidence.actuals.planned import Planned, planned, quarters_of
from sim.evidence.trust.grounds import of_actuals
from sim.results.csv_file import number, text, write_table
from sim.results.layout import REPORT, SCENARIO, Table
from sim.results.run_folder import RunFolder
from sim.scenario.errors import UserError
from sim.scenario.load import ScenarioSource, load_source
from sim.scenario.scenario import Scenario
from sim.show import actuals as words
from sim.show.decision_page import DecisionPage
from sim.show.formats import period_name
from sim.show.words import plan_name
from sim.spelling import did_you_mean, listed

ACTUALS = Table(
    "actuals.csv",
    "a line a driver: the plan's, what it held likely, the actual one, and its part of the gap; the parts add up,"
    " each is its own, the market's and luck's",
    ("quarter", "driver", "plan", "low", "high", "actual", "part_usd", "own_usd", "market_usd", "luck_usd"),
    ("quarter", "driver"),
    ("driver",),
)
ROWS = Table(
    "actuals_rows.csv",
    "the deals and people behind each driver",
    ("driver", "what", "name", "owner", "day", "amount"),
    ("driver", "what", "name", "owner", "day"),
    ("driver", "what", "name"),
)
FILES = (ACTUALS.file, ROWS.file, REPORT)


def main(request: Request) -> int:
    """Says where the quarter lies and what its gap is made of, and writes ``out=FOLDER``. Raises UserError."""
    options = request.options
    run, source = _plan(options.get("plan"))
    export = export_asked(request.command, options, FILES)
    months = int(run.manifest["settings"]["months"])
    quarter = _quarter(options.get("quarter"), source.at_central(), months, export)
    try:
        plan = planned(run, run.reference, source, quarter)
    except KeyError as missing:
        raise UserError(
            f"plan={options['plan']}: its run keeps no months of {missing}. Play it again without run.most_rows."
        ) from None
    came = actual(export.opportunities, export.roster, plan)
    found = gap(plan, came)
    folder = folder_asked(options)
    if folder:
        _write(folder, run, plan, came, found, export)
    table = [words.HEADINGS, *(row.cells for row in words.rows(came, found))]
    return said(
        request,
        folder,
        lambda: _document(run.reference, plan, came, found),
        lambda: (
            *words.answer(run.reference, plan, came, found), "", *aligned(table, words.TEXT), "",
            *words.notes(plan, came, found),
        ),
    )  # fmt: skip


def _plan(given: str | None) -> tuple[RunFolder, ScenarioSource]:
    if not given:
        raise UserError(
            "actuals needs a plan: plan=results/latest, another run's folder, or a plan of record by its name."
        )
    folder = run_asked(given)
    if folder is None:
        known = sorted(path.name for path in PLANS.glob("*")) if PLANS.is_dir() else []
        raise UserError(
            f"plan={given}: neither the folder of a finished run nor a plan of record.{did_you_mean(given, known)}"
        )
    return read_finished(folder), load_source(str(folder / SCENARIO))


def _quarter(given: str | None, scenario: Scenario, months: int, export: Export) -> str:
    """The quarter asked for, or the last one that both know whole."""
    quarters = quarters_of(scenario, months)
    deals = export.opportunities
    if not quarters:
        raise UserError(f"the plan plays {months} months, and no whole quarter.")
    over = [
        name for name, (first, last, _) in quarters.items() if last <= deals.as_of and first >= deals.closes_known_from
    ]
    ends = f"the export knows closes from {iso(deals.closes_known_from)} to {iso(deals.as_of)}"
    if given is None:
        if not over:
            raise UserError(
                f"no quarter of the plan ({words.quarters_said(list(quarters))}) is whole in the export: {ends}."
            )
        return over[-1]
    if given not in quarters:
        raise UserError(
            f"quarter={given}: the plan has {listed(quarters)}.{did_you_mean(given, quarters)}"
        )  # fmt: skip
    if given not in over:
        raise UserError(f"quarter={given}: it is not whole in the export: {ends}.")
    return given


def _write(folder: Path, run: RunFolder, plan: Planned, came: Actual, found: Gap, export: Export) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = run.reference
    write_table(folder, ACTUALS, _lines(plan, found))
    write_table(folder, ROWS, _rows(came, export))
    quarter = period_name(plan.quarter)
    DecisionPage(
        f"{quarter} against its plan",
        f"{plan_name(name, 60)}, {len(plan.bookings):,} replications; actual as of {iso(export.opportunities.as_of)}.",
        words.answer(name, plan, came, found),
        words.picture(name, plan, came, found),
        words.HEADINGS,
        words.rows(came, found),
        words.TEXT,
        words.notes(plan, came, found),
        of_actuals(
            run.scenarios.get(run.reference, {}),
            len(plan.bookings),
            run.manifest["settings"].get("uncertain", True),
            found.low_usd <= found.actual_cents / 100 <= found.high_usd,
            found.market_told and plan.met.has_market,
        ),
    ).write(folder)


def _lines(plan: Planned, found: Gap) -> Iterator[str]:
    for part in found.parts:
        values = (part.plan, part.low, part.high, part.actual, *_dollars(part).values())
        yield ",".join((plan.quarter, part.driver, *map(number, values)))


def _dollars(part: Part) -> dict[str, float]:
    cents = {"part": part.cents, "own": part.own_cents, "market": part.market_cents, "luck": part.luck_cents}
    return {f"{name}_usd": value / 100 for name, value in cents.items()}


def _rows(came: Actual, export: Export) -> Iterator[str]:
    deals, roster = export.opportunities, export.roster
    owners = deals.owner.texts()
    lost = np.setdiff1d(came.closed, came.won)
    of_deals = (
        (OPEN_AT_START, "open at the start", came.open_at_start, deals.created),
        (LEADS, "created", came.created, deals.created),
        (CYCLE, "closed", came.closed, deals.closed),
        (ODDS, "lost", lost, deals.closed),
        (AMOUNTS, "won", came.won, deals.closed),
    )
    for driver, what, which, days in of_deals:
        for row in which:
            names = (text(str(deals.ids[row])), text(str(owners[row])), iso(int(days[row])))
            yield ",".join((driver, what, *names, number(float(deals.amount[row]))))
    if roster is not None:
        for driver, what, which, days in (
            (ARRIVALS, "joined", came.joined, roster.start), (EXITS, "left", came.left, roster.end),
        ):  # fmt: skip
            for row in which:
                day = iso(int(days[row])) if days[row] != NONE else ""
                yield ",".join((driver, what, text(roster.owner[row]), "", day, ""))


def _document(name: str, plan: Planned, came: Actual, found: Gap) -> dict[str, Any]:
    return {
        "plan": name,
        "quarter": plan.quarter,
        "answer": words.answer(name, plan, came, found),
        "plan_usd": found.plan_cents / 100,
        "actual_usd": found.actual_cents / 100,
        "p10_usd": found.low_usd,
        "p90_usd": found.high_usd,
        "share_of_replications_below": found.below,
        "market_usd": found.market_cents / 100,
        "luck_usd": found.luck_cents / 100,
        "market_error_usd": found.market_error_usd,
        "luck_error_usd": found.luck_error_usd,
        "drivers": [
            {key: value for key, value in asdict(part).items() if not key.endswith("cents")}
            | {**_dollars(part), "is_told": part.is_told}
            for part in found.parts
        ],
        "has_people": came.has_people,
        "has_market": plan.met.has_market,
        "market_told": found.market_told,
        "assumptions_told": found.unsure_told,
    }
