"""``salesim pay-replay``: pay plans on a company's own deals, who wins and loses, and whether quotas are fair."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from sim.app.deciding import known, said
from sim.app.exports import export_asked, folder_asked
from sim.app.request import Request
from sim.app.saying import aligned
from sim.calendar import MONTHS_PER_QUARTER, MONTHS_PER_YEAR, first_of_month
from sim.crm.dates import iso
from sim.crm.errors import ExportError
from sim.crm.mapping import a_day
from sim.crm.reading import Export
from sim.evidence.pay_replay.credited import Credited, credited
from sim.evidence.pay_replay.fairness import fairness
from sim.evidence.pay_replay.replay import paid
from sim.evidence.published.scenario_table import totals
from sim.evidence.selling_roles import main_selling_role, selling_roles
from sim.evidence.trust.grounds import of_replay
from sim.experiment.settings import PREFIX
from sim.results.csv_file import number, text, write_table
from sim.results.estimates import mean_interval
from sim.results.layout import REPORT, Table
from sim.scenario.errors import UserError
from sim.scenario.load import ScenarioSource, load_source
from sim.scenario.scenario import Scenario
from sim.show import pay_replay as words
from sim.show.decision_page import DecisionPage
from sim.show.pay_replay import Played, Replay
from sim.spelling import did_you_mean, listed

PAY = Table(
    "pay_replay.csv",
    "a line a seller: what was booked, the quota, variable pay by each plan, the pipeline given, and the odds of quota",
    ("seller", "booked_usd", "quota_usd", "old_usd", "new_usd", "pipeline_over_mean", "odds_of_quota"),
    ("seller",),
    ("seller",),
)
FILES = (PAY.file, REPORT)
DECIDE_PAY = ("pay", "quota", "target")  # levers
SELLER, QUOTA = ("owner", "seller", "rep", "name"), ("quota", "quota_usd", "quota_usd_per_year")


def main(request: Request) -> int:
    """Pays last year's deals by one plan or two, and says it. Raises UserError."""
    options = request.options
    export = export_asked(request.command, options, FILES)
    names = request.scenarios
    first, months = _span(options.get("first"), load_source(names[0]).at_central(), export)
    plans = [_on_those_days(name, request.overrides, first) for name in names]
    role = _role(options.get("role"), plans[0])
    quotas = _quotas(Path(options["quotas"]).expanduser()) if options.get("quotas") else None
    year = credited(
        export.opportunities, export.roster, plans[0], plans[0].calendar(months), role, quotas,
        _title(options.get("title"), export),
    )  # fmt: skip
    _check(year, quotas, export)
    told = Replay(
        year,
        [paid(plan, plan.calendar(months), year) for plan in plans],
        fairness(year, request.settings(1).seed),
        f"{first} to {date.fromordinal(first.toordinal() + int(plans[0].calendar(months).month_starts[-1]) - 1)}",
        quotas is None,
        _played(request),
    )
    folder = folder_asked(options)
    if folder:
        _write(folder, told)
    table = [words.headings(told), *(row.cells for row in words.rows(told))]
    return said(
        request,
        folder,
        lambda: _document(told),
        lambda: (*words.answer(told), "", *aligned(table, words.TEXT), "", *words.notes(told)),
    )


def _span(given: str | None, scenario: Scenario, export: Export) -> tuple[date, int]:
    """The first day and how many months: a year of whole fiscal quarters, or as much of one as the export knows."""
    deals = export.opportunities
    after = date.fromordinal(deals.as_of + 1)
    end = after.year * MONTHS_PER_YEAR + after.month - 1
    starts = scenario.calendar(1).fiscal_year_start_month
    end -= (after.month - starts) % MONTHS_PER_QUARTER
    if given:
        try:
            day = date.fromordinal(a_day("first", given))
        except ExportError as error:
            raise UserError(str(error)) from None
        begin = day.year * MONTHS_PER_YEAR + day.month - 1
        if day.day != 1 or (day.month - starts) % MONTHS_PER_QUARTER:
            raise UserError(f"first={given}: expected the first day of a fiscal quarter.")
        months = min(end - begin, MONTHS_PER_YEAR)
    else:
        months = MONTHS_PER_YEAR
        while months and first_of_month(end - months).toordinal() < deals.closes_known_from:
            months -= MONTHS_PER_QUARTER
        begin = end - months
    if months < MONTHS_PER_QUARTER or first_of_month(begin).toordinal() < deals.closes_known_from:
        raise UserError(
            f"{'first=' + given + ': ' if given else ''}no whole quarter to pay: the export knows closes from"
            f" {iso(deals.closes_known_from)} to {iso(deals.as_of)}."
        )
    return first_of_month(begin), months


def _on_those_days(name: str, overrides: tuple[str, ...], first: date) -> Scenario:
    """The scenario's pay with its calendar moved to the deals' days; what else it decides has days of its own, and
    changes nobody's pay here.
    """
    levers = load_source(name, overrides).raw.get("levers") or {}
    others = [key for key, value in levers.items() if isinstance(value, dict) and key not in DECIDE_PAY]
    away = (f"levers.{key}=null" for key in others if not any(f"levers.{key}" in one for one in overrides))
    return load_source(name, (*overrides, f"dates.start={first}", *away)).at_central()


def _role(given: str | None, scenario: Scenario) -> str:
    """The role whose plan is replayed: the one that sells and has most seats, unless one is given."""
    sells = selling_roles(scenario)
    if given:
        if given not in sells:
            raise UserError(f"role={given}: roles that sell are {listed(sells)}.{did_you_mean(given, sells)}")
        return given
    return main_selling_role(scenario)


def _title(given: str | None, export: Export) -> str | None:
    if given is None:
        return None
    known = export.roster.role.names if export.roster is not None else ()
    if given not in known:
        has = f"the roster has {listed(known)}" if known else "there is no roster with titles"
        raise UserError(f"title={given}: {has}.{did_you_mean(given, known)}")
    return given


def _quotas(path: Path) -> dict[str, float]:
    """US dollars a year by name: a CSV with a column of names and one of quotas."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as problem:
        raise UserError(f"quotas={path}: cannot be read: {getattr(problem, 'strerror', None) or problem}.") from None
    heads = {str(name).strip().casefold(): name for name in (rows[0] if rows else {}) if name}
    found = [next((heads[one] for one in some if one in heads), None) for some in (SELLER, QUOTA)]
    if None in found:
        raise UserError(
            f"quotas={path}: expected columns owner and quota_usd_per_year; it has {listed(heads) or 'none'}."
        )
    quotas: dict[str, float] = {}
    for number_, row in enumerate(rows, 2):
        name, cell = str(row[found[0]] or "").strip(), str(row[found[1]] or "").strip()
        try:
            value = float(cell.replace(",", "").lstrip("$"))
        except ValueError:
            value = float("nan")
        if not name or not 0 <= value < float("inf"):
            raise UserError(f"quotas={path} row {number_}: {name or 'nobody'} with a quota of {cell or 'nothing'}:"
                            " expected a name and dollars a year.")  # fmt: skip
        if name in quotas:
            raise UserError(f"quotas={path} row {number_}: {name} is there twice.")
        quotas[name] = value
    return quotas


def _check(year: Credited, quotas: Mapping[str, float] | None, export: Export) -> None:
    known = export.opportunities.owner.names
    if not known:
        raise UserError("pay-replay needs to know who owned a deal: the export has no owners.")
    if quotas is not None:
        strange = [
            name for name in quotas if name not in known and name not in (export.roster.owner if export.roster else ())
        ]
        if strange:
            near = did_you_mean(strange[0], known)
            raise UserError(f"quotas: {listed(strange, 5)} own no deal and are in no roster.{near}")
    if not len(year.credits):
        raise UserError("pay-replay finds no win with an owner and an amount in these days.")


def _played(request: Request) -> Played | None:
    """Both scenarios as they are, with behaviour; only where replications are asked for."""
    if len(request.scenarios) == 1 or not any(f"{PREFIX}.replications=" in one for one in request.run_overrides):
        return None
    settings = request.settings()
    sources: list[ScenarioSource] = [load_source(name, request.overrides) for name in request.scenarios]
    played = totals(sources, settings, ["variable_pay", "bookings"])
    gap = mean_interval(played[1] - played[0], np.arange(played.shape[1]))
    return Played(settings.replications, gap.of(0), gap.of(1))


def _write(folder: Path, told: Replay) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    year, fair = told.year, told.fair
    lines = (
        ",".join((text(name), *map(number, (
            year.booked_usd[k], year.quota_usd[k], told.paid[0].cents[k] / 100, told.paid[-1].cents[k] / 100,
            fair.potential[k], fair.odds[k],
        ))))
        for k, name in enumerate(year.names)
    )  # fmt: skip
    write_table(folder, PAY, lines)
    DecisionPage(
        "A pay plan on last year's deals",
        f"{told.span}, {len(year.names)} sellers, {len(year.amounts):,} wins.",
        words.answer(told), words.picture(told), words.headings(told), words.rows(told), words.TEXT, words.notes(told),
        of_replay(not told.even_quota, told.played is not None),
    ).write(folder)  # fmt: skip


def _document(told: Replay) -> dict[str, Any]:
    year, fair = told.year, told.fair
    return {
        "answer": words.answer(told),
        "span": told.span,
        "plans": [{"plan": one.plan, "variable_pay_usd": one.usd} for one in told.paid],
        "attained_by_third_of_pipeline": list(fair.by_third),
        "sellers": [
            {
                "seller": name, "booked_usd": float(year.booked_usd[k]), "quota_usd": float(year.quota_usd[k]),
                "variable_pay_usd": [int(one.cents[k]) / 100 for one in told.paid],
                "pipeline_over_mean": known(float(fair.potential[k])), "odds_of_quota": known(float(fair.odds[k])),
            }
            for k, name in enumerate(year.names)
        ],
    }  # fmt: skip
