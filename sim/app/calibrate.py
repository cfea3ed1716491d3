"""``salesim calibrate``: from a company's exports to a scenario of its own that runs, and what was learned of it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sim.app.deciding import known
from sim.app.exports import earlier_asked, export_asked, folder_asked, told_asked
from sim.app.request import Request
from sim.app.saying import aligned, say
from sim.crm.dates import iso
from sim.crm.errors import ExportError
from sim.crm.mapping import a_day
from sim.evidence.company import leaning
from sim.evidence.company.company import Company, learn, next_month
from sim.evidence.company.learn import Segment, middle
from sim.evidence.company.not_used import not_used
from sim.evidence.company.played import Played, adjust, fitted
from sim.evidence.company.scenario import JOINT, OPENING_FILES, SCENARIO, opening_rows
from sim.scenario.errors import UserError
from sim.show import fit

REPORT = "fit.html"
FILES = (SCENARIO, JOINT, *OPENING_FILES, REPORT)


def main(request: Request) -> int:
    """Reads the exports, fits, writes the scenario with its files and the fit report, and says it. Raises UserError."""
    options = request.options
    folder = folder_asked(options)
    if folder is None:
        raise UserError("calibrate needs a folder to write the scenario to: out=FOLDER")
    seed = request.settings(1).seed
    export = export_asked(request.command, options, FILES)
    earlier = earlier_asked(options, export)
    start = _start(options.get("start"), export.opportunities.as_of)
    try:
        company = learn(export, told_asked(options), start, seed, earlier)
    except ValueError as problem:
        raise UserError(f"opportunities={options['opportunities']}: no company can be learned: {problem}.") from None
    company, played = adjust(company, folder, seed)
    fit.page(company, played).write(folder, REPORT)
    written = [SCENARIO, JOINT, *(f"{kind}.csv" for kind in opening_rows(company)), REPORT]
    if request.as_json:
        say(json.dumps({**_document(company, played), "folder": str(folder), "written": written}, indent=2))
        return 0
    for line in (*fit.answer(company), "", *_table(company, played), "", *fit.far_off(company, played)):
        say(line)
    if export.unseen:
        say(fit.unseen(company))
    say(f"wrote {', '.join(written)} to {folder}\nPlay it: salesim run scenario={folder / SCENARIO}")
    return 0


def _table(company: Company, played: dict[str, Played]) -> list[str]:
    return aligned([fit.HEADINGS, *(row.cells for row in fit.learned(company, played))], fit.TEXT)


def _start(given: str | None, as_of: int) -> int | None:
    if not given:
        return None
    try:
        start = a_day("start", given)
    except ExportError as problem:
        raise UserError(str(problem)) from None
    if start <= as_of:
        raise UserError(f"start={given}: the scenario begins after the day of the export, {iso(as_of)}.")
    if date.fromordinal(start).day != 1:
        raise UserError(f"start={given}: a scenario begins on the first of a month, such as {iso(next_month(start))}.")
    return start


def _stages(segment: Segment) -> list[dict[str, Any]]:
    """The stages of a history; none without."""
    if segment.own is None:
        return []
    laws, moved_on, days = segment.own.laws, segment.own.moved_on.std(axis=0), segment.own.days.std(axis=0)
    columns = (segment.stage_names, laws.advance, moved_on, laws.mean_days, days)
    keys = ("stage", "moves_on", "sd_moves_on", "mean_days", "sd_mean_days")
    return [
        {key: value if key == "stage" else float(value) for key, value in zip(keys, row, strict=True)}
        for row in zip(*columns, strict=True)
    ]


def _people(company: Company) -> dict[str, Any]:
    """Ramp by step of tenure and spread of sellers; null where they are base's."""
    ramp, spread, played = company.people.ramp, company.people.spread, company.ramp_played
    return {
        "ramp": None if ramp is None else [middle(step) for step in ramp.T],
        "ramp_sd": None if ramp is None else ramp.std(axis=0).tolist(),
        "ramp_played": None if ramp is None or played is None else [known(share) for share in played],
        "sigma_log": None if spread is None else middle(spread.sigma_log),
        "sigma_log_sd": None if spread is None else float(spread.sigma_log.std()),
        "volume_share": None if spread is None else spread.volume_share,
    }


def _hand_overs(company: Company) -> dict[str, Any] | None:
    """What became of leavers' deals; null without an earlier export, or where a number is base's."""
    handed = company.handed
    if handed.seen is None:
        return None
    draws = {"share": handed.share, "days": handed.days, "loss_a_stage": handed.loss}
    counts = {key: value for key, value in vars(handed.seen).items() if isinstance(value, int)}
    return {
        "since": iso(handed.since),
        **counts,
        **{key: None if one is None else middle(one) for key, one in draws.items()},
        **{f"{key}_sd": None if one is None else float(one.std()) for key, one in draws.items()},
    }


def _document(company: Company, played: dict[str, Played]) -> dict[str, Any]:
    """What was learned, for programs. A day is 2026-12-31, amounts are US dollars."""
    segments = [
        {
            "segment": one.name,
            "deals": len(one.deals),
            "fitted": {key: known(value) for key, value in vars(fitted(company, one)).items() if key != "deals"},
            "played": {key: known(value) for key, value in vars(played[one.name]).items()},
            "won_in_the_end": middle(one.won),
            "leans": {"closes": leaning.of_closes(one), "amounts": leaning.of_amounts(one)},
            "stages": _stages(one),
            "sd": {
                "created": float(one.created.std()), "won": float(one.won.std()), "days": float(one.cycle.std()),
                "amount": float(one.amount.std()),
            },
        }
        for one in company.segments
    ]  # fmt: skip
    return {
        "as_of": iso(company.as_of),
        "start": iso(company.start),
        "answer": fit.answer(company),
        "segments": segments,
        "sellers": len(company.sellers),
        "sellers_learned": _people(company),
        "exits_per_year": company.exits.a_year,
        "hand_overs": _hand_overs(company),
        "unseen": list(company.export.unseen),
        "not_used": [list(one) for one in not_used(company)],
        "assumed": [list(row.cells) for row in fit.assumptions(company)],
        "far_off": fit.far_off(company, played),
    }
