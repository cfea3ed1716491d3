"""``salesim forecast``: this quarter and the next four from a company's own deals, dated and kept in a register."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim import __version__
from sim.app.deciding import known, said
from sim.app.exports import dataset, export_asked, folder_asked, hires_asked, paths_asked, register_folder
from sim.app.request import Request, whole_number
from sim.app.saying import aligned
from sim.crm.dates import iso
from sim.crm.hires import still_to_come
from sim.crm.history import left_by
from sim.crm.reading import Export
from sim.evidence.backtest.blend import EVEN
from sim.evidence.backtest.cells import Cell, write_samples
from sim.evidence.backtest.kept import Kept, read_kept
from sim.evidence.forecast.ahead import FIGURES, Forecast, forecast
from sim.evidence.forecast.must_close import hangs_on
from sim.evidence.forecast.register import BrokenRegisterError, Entry, add, hash_of_all
from sim.evidence.forecast.weighted import stage_weighted
from sim.evidence.trust.grounds import of_forecast
from sim.fit.outlook import MEASURES
from sim.results.csv_file import number, text, write_table
from sim.results.layout import REPORT, Table
from sim.scenario.errors import UserError
from sim.show import forecast as words
from sim.show.decision_page import DecisionPage, MoreTable
from sim.show.forecast import Said
from sim.show.forecast_picture import picture
from sim.show.formats import MONTHS
from sim.show.words import plan_name
from sim.spelling import did_you_mean

SAMPLES = "samples.csv"
DRAWS, FEWEST_DRAWS, MOST_DRAWS = 1000, 200, 20_000
MOST_MONTHS = 15  # of the horizon
FORECAST = Table(
    "forecast.csv",
    "a line a period, measure and part: P10, P50, P90 and mean; committed is what is won already",
    ("period_kind", "period", "measure", "part", *FIGURES),
    ("period_kind", "period", "measure", "part"),
    ("period_kind", "period", "measure", "part"),
)
MUST_CLOSE = Table(
    "must_close.csv",
    "open deals that the running quarter hangs on: odds of the line if the deal is won in it and if not",
    ("deal", "owner", "account", "stage", "amount", "chance", "odds_if_won", "odds_if_not", "error",
     "won_where_hit", "won_where_missed"),
    ("deal", "owner", "account", "stage"),
    ("deal",),
)  # fmt: skip
FILES = (FORECAST.file, MUST_CLOSE.file, SAMPLES, REPORT)


def main(request: Request) -> int:
    """Reads the exports, looks ahead, writes the register and ``out=FOLDER``, and says it. Raises UserError."""
    options = request.options
    draws = _draws(options.get("draws"))
    seed = request.settings(1).seed
    year_starts = _month(options.get("year_starts"))
    target = _target(options.get("target"))
    export = export_asked(request.command, options, FILES)
    hires, roster = hires_asked(options, export), export.roster
    refilled = (
        whole_number("refill_months", options["refill_months"], MOST_MONTHS + 1)
        if options.get("refill_months")
        else None
    )
    name, kept_score = dataset(options), _score(options.get("backtest"))
    factor, of_simple = (kept_score.factor, kept_score.share) if kept_score else (1.0, EVEN)
    try:
        found = forecast(
            export.opportunities, export.history, draws, seed, year_starts, factor, of_simple, hires, roster
        )
    except ValueError as problem:
        raise UserError(f"opportunities={options['opportunities']}: nothing can be forecast: {problem}") from None
    told = Said(
        found,
        hangs_on(found, target, left_by(roster, found.deals.as_of) if roster else (), refilled),
        stage_weighted(export.opportunities, export.history),
        name,
        export.currency,
        target,
        kept_score,
        refilled,
        len(still_to_come(roster, found.deals.as_of)) if roster else 0,
    )
    cells = found.cells()
    kept = _register(request, export, cells, name, draws, seed)
    folder = folder_asked(options)
    if folder:
        _write(folder, told, cells)
    return said(
        request,
        folder,
        lambda: {**_document(told), "register": kept},
        lambda: (*words.answer(told), "", *_table(told), "", kept),
    )


def _register(request: Request, export: Export, cells: list[Cell], name: str, draws: int, seed: int) -> str:
    """Write the forecast into the register, and say so. Raises UserError."""
    folder = register_folder(request.options)
    if folder is None:
        return "Not written into a register."
    entry = Entry(
        "", datetime.now(UTC).date().isoformat(), name, iso(export.opportunities.as_of),
        hash_of_all(paths_asked(request.options).values()), "", str(draws), str(seed), __version__,
    )  # fmt: skip
    try:
        entry, is_new = add(folder, entry, cells)
    except BrokenRegisterError as problem:
        raise UserError(f"register={folder}: {problem}") from None
    when = "Registered" if is_new else f"Registered before, on {entry.written},"
    return f"{when} as {entry.name} in {folder}; salesim score tells later how it did."


def _write(folder: Path, told: Said, cells: list[Cell]) -> None:
    found = told.found
    folder.mkdir(parents=True, exist_ok=True)
    write_table(folder, FORECAST, _forecast_lines(found))
    write_table(folder, MUST_CLOSE, _must_close_lines(told))
    write_samples(folder / SAMPLES, told.name, cells)
    _, headings, rows, text_columns = words.QUARTERS_TABLE
    DecisionPage(
        f"Forecast of {plan_name(told.name, 40)}",
        f"As of {iso(found.deals.as_of)}. {len(found.looked.samples):,} futures, each with its own laws.",
        words.answer(told),
        picture(told),
        headings(told),
        rows(told),
        text_columns,
        words.notes(told),
        of_forecast(told.score),
        more=[
            MoreTable(name, heads(told), lines, columns)
            for name, heads, rows, columns in words.TABLES
            if (lines := rows(told))
        ],
    ).write(folder)


def _forecast_lines(found: Forecast) -> list[str]:
    lines = []
    for span in found.spans:
        for part in found.parts:
            figures = found.figures(span, part)
            for at, measure in enumerate(MEASURES):
                if measure != "bookings" or found.has_amounts:
                    lines.append(",".join((span.kind, span.name, measure, part, *map(number, figures[:, at]))))
    return lines


def _must_close_lines(told: Said) -> list[str]:
    deals = told.found.deals
    texts = [deals.ids, *(getattr(deals, name).texts() for name in ("owner", "account", "stage"))]
    lines = []
    for one in told.hangs.deals:
        numbers = (one.amount, one.chance, one.odds_if_won, one.odds_if_not, one.error, one.won_where_hit,
                   one.won_where_missed)  # fmt: skip
        lines.append(",".join((*(text(str(column[one.deal])) for column in texts), *map(number, numbers))))
    return lines


def _table(told: Said) -> list[str]:
    _, headings, rows, text_columns = words.QUARTERS_TABLE
    return aligned([headings(told), *(row.cells for row in rows(told))], text_columns)


def _document(told: Said) -> dict[str, Any]:
    found = told.found
    periods = [
        {"period_kind": span.kind, "period": span.name, "measure": measure, "part": part}
        | dict(zip(FIGURES, map(known, map(float, found.figures(span, part)[:, at])), strict=True))
        for span in found.spans
        for part in found.parts
        for at, measure in enumerate(MEASURES)
    ]
    hangs = told.hangs
    return {
        "dataset": told.name,
        "as_of": iso(found.deals.as_of),
        "answer": words.answer(told),
        "currency": told.currency,
        "target": told.target,
        "backtest": asdict(told.score) if told.score else None,
        "line": hangs.line,
        "odds": hangs.said,
        "odds_by_laws": hangs.odds,
        "periods": periods,
        "must_close": [
            {"deal": str(found.deals.ids[one.deal]), "amount": one.amount, "chance": one.chance,
             "odds_if_won": one.odds_if_won, "odds_if_not": one.odds_if_not, "error": one.error}
            for one in hangs.deals
        ],
        "reps": [
            {"owner": one.owner, "open_deals": one.deals, "mean": one.mean, "new": one.new, "in_all": one.in_all,
             "odds": one.odds}
            for one in hangs.reps
        ],
        "hires": {"heads": found.hiring.heads, "ramping": found.hiring.ramping, "said": found.hiring.said}
        if found.hiring else None,
        "stage_weighted": sum(one.weighted for one in told.weights),
    }  # fmt: skip


def _score(given: str | None) -> Kept | None:
    """The score of the last back-test, of the folder that it left."""
    if not given:
        return None
    try:
        return read_kept(Path(given).expanduser())
    except FileNotFoundError:
        raise UserError(
            f"backtest={given}: there is no back-test. salesim backtest opportunities=... out={given} makes one."
        ) from None
    except ValueError as problem:
        raise UserError(f"backtest={given}: it cannot be read: {problem}") from None


def _draws(given: str | None) -> int:
    if not given:
        return DRAWS
    if not given.isdigit() or not FEWEST_DRAWS <= int(given) <= MOST_DRAWS:
        raise UserError(f"draws={given}: expected a whole number from {FEWEST_DRAWS:,} to {MOST_DRAWS:,}.")
    return int(given)


def _month(given: str | None) -> int:
    if not given:
        return 1
    names = [name.lower() for name in MONTHS]
    if given.isdigit() and 1 <= int(given) <= len(names):
        return int(given)
    found = [place for place, name in enumerate(names, 1) if len(given) >= 3 and name.startswith(given.lower())]
    if len(found) != 1:
        raise UserError(f"year_starts={given}: expected a month, such as february or 2.{did_you_mean(given, names)}")
    return found[0]


def _target(given: str | None) -> float | None:
    if not given:
        return None
    try:
        value = float(given.replace(",", "").replace("_", ""))
    except ValueError:
        value = float("nan")
    if not 0 < value < float("inf"):
        raise UserError(f"target={given}: expected the bookings to reach this quarter, a number above 0.")
    return value
