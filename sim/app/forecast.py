"""``salesim forecast``: this quarter and the next four from a company's own deals, dated and kept in a register."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim import __version__
from sim.app.deciding import known
from sim.app.exports import dataset, export_asked, folder_asked, paths_asked, register_folder
from sim.app.request import Request
from sim.app.saying import aligned, say
from sim.crm.dates import iso
from sim.crm.reading import Export
from sim.evidence.backtest.blend import EVEN
from sim.evidence.backtest.cells import write_samples
from sim.evidence.backtest.kept import Kept, read_kept
from sim.evidence.forecast.ahead import ALL_PARTS, FIGURES, Forecast, forecast
from sim.evidence.forecast.must_close import hangs_on
from sim.evidence.forecast.register import BrokenRegisterError, Entry, add, hash_of_all
from sim.evidence.forecast.weighted import stage_weighted
from sim.fit.outlook import MEASURES
from sim.results.csv_file import number, text, write_table
from sim.results.layout import REPORT, Table
from sim.scenario.errors import UserError
from sim.show import forecast as words
from sim.show.decision_page import DecisionPage, MoreTable
from sim.show.forecast import Said
from sim.show.forecast_picture import picture
from sim.show.words import plan_name
from sim.spelling import did_you_mean

SAMPLES = "samples.csv"
MONTHS = ("january", "february", "march", "april", "may", "june",
          "july", "august", "september", "october", "november", "december")  # fmt: skip
DRAWS, FEWEST_DRAWS, MOST_DRAWS = 1000, 200, 20_000
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
    name, kept_score = dataset(options), _score(options.get("backtest"))
    factor, of_simple = (kept_score.factor, kept_score.share) if kept_score else (1.0, EVEN)
    try:
        found = forecast(export.opportunities, export.history, draws, seed, year_starts, factor, of_simple)
    except ValueError as problem:
        raise UserError(f"opportunities={options['opportunities']}: nothing can be forecast: {problem}") from None
    said = Said(
        found,
        hangs_on(found, target),
        stage_weighted(export.opportunities, export.history),
        name,
        export.currency,
        target,
        kept_score,
    )
    kept = _register(request, export, found, name, draws, seed)
    folder = folder_asked(options)
    if folder:
        _write(folder, said, found)
    if request.as_json:
        say(json.dumps({**_document(said), "register": kept, "folder": str(folder) if folder else None}, indent=2))
        return 0
    for line in (*words.answer(said), "", *_table(said), "", kept):
        say(line)
    if folder:
        say(f"All files: {folder}\nReport: {folder / REPORT}")
    return 0


def _register(request: Request, export: Export, found: Forecast, name: str, draws: int, seed: int) -> str:
    """Write the forecast into the register, and say so. Raises UserError."""
    folder = register_folder(request.options)
    if folder is None:
        return "Not written into a register."
    entry = Entry(
        "", datetime.now(UTC).date().isoformat(), name, iso(export.opportunities.as_of),
        hash_of_all(paths_asked(request.options).values()), "", str(draws), str(seed), __version__,
    )  # fmt: skip
    try:
        entry, is_new = add(folder, entry, found.cells())
    except BrokenRegisterError as problem:
        raise UserError(f"register={folder}: {problem}") from None
    when = "Registered" if is_new else f"Registered before, on {entry.written},"
    return f"{when} as {entry.name} in {folder}; salesim score tells later how it did."


def _write(folder: Path, said: Said, found: Forecast) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_table(folder, FORECAST, _forecast_lines(found))
    write_table(folder, MUST_CLOSE, _must_close_lines(said))
    write_samples(folder / SAMPLES, said.name, found.cells())
    _, headings, rows, text_columns = words.QUARTERS_TABLE
    DecisionPage(
        f"Forecast of {plan_name(said.name, 40)}",
        f"As of {iso(found.deals.as_of)}. {len(found.looked.samples):,} futures, each with its own laws.",
        words.answer(said),
        picture(said),
        headings,
        rows(said),
        text_columns,
        words.notes(said),
        more=[MoreTable(name, heads, rows(said), columns) for name, heads, rows, columns in words.TABLES if rows(said)],
    ).write(folder)


def _forecast_lines(found: Forecast) -> list[str]:
    lines = []
    for span in found.spans:
        for part in ALL_PARTS:
            figures = found.figures(span, part)
            for at, measure in enumerate(MEASURES):
                if measure != "bookings" or found.has_amounts:
                    lines.append(",".join((span.kind, span.name, measure, part, *map(number, figures[:, at]))))
    return lines


def _must_close_lines(said: Said) -> list[str]:
    deals = said.found.deals
    texts = [deals.ids, *(getattr(deals, name).texts() for name in ("owner", "account", "stage"))]
    lines = []
    for one in said.hangs.deals:
        numbers = (one.amount, one.chance, one.odds_if_won, one.odds_if_not, one.error, one.won_where_hit,
                   one.won_where_missed)  # fmt: skip
        lines.append(",".join((*(text(str(column[one.deal])) for column in texts), *map(number, numbers))))
    return lines


def _table(said: Said) -> list[str]:
    _, headings, rows, text_columns = words.QUARTERS_TABLE
    return aligned([headings, *(row.cells for row in rows(said))], text_columns)


def _document(said: Said) -> dict[str, Any]:
    found = said.found
    periods = [
        {"period_kind": span.kind, "period": span.name, "measure": measure, "part": part}
        | dict(zip(FIGURES, map(known, map(float, found.figures(span, part)[:, at])), strict=True))
        for span in found.spans
        for part in ALL_PARTS
        for at, measure in enumerate(MEASURES)
    ]
    hangs = said.hangs
    return {
        "dataset": said.name,
        "as_of": iso(found.deals.as_of),
        "answer": words.answer(said),
        "currency": said.currency,
        "target": said.target,
        "backtest": asdict(said.score) if said.score else None,
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
            {"owner": one.owner, "open_deals": one.deals, "mean": one.mean, "odds": one.odds} for one in hangs.reps
        ],
        "stage_weighted": sum(one.weighted for one in said.weights),
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
    if given.isdigit() and 1 <= int(given) <= len(MONTHS):
        return int(given)
    found = [place for place, name in enumerate(MONTHS, 1) if len(given) >= 3 and name.startswith(given.lower())]
    if len(found) != 1:
        raise UserError(f"year_starts={given}: expected a month, such as february or 2.{did_you_mean(given, MONTHS)}")
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
