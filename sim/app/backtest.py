"""``salesim backtest``: what would have been said at earlier days, beside what came."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from sim.app.exports import export_asked, folder_asked
from sim.app.request import Request, names_of, whole_number, yes_or_no
from sim.app.saying import aligned, say
from sim.crm.dates import iso
from sim.crm.errors import ExportError
from sim.crm.mapping import a_day
from sim.evidence.backtest.backtest import DRAWS, MONTHS, Backtest, backtest
from sim.evidence.backtest.commit import why_unscored
from sim.evidence.backtest.kept import KEPT, keep
from sim.evidence.backtest.summary import Summary, summary
from sim.evidence.backtest.tables import FILES, PAGE, WEEKS, write_tables
from sim.evidence.backtest.weeks import WeekRow, by_week, weekly
from sim.scenario.errors import UserError
from sim.show import backtest as shown
from sim.show.backtest_commit import UNSCORED, commit_said
from sim.show.template import write_whole

MOST_MONTHS, MOST_DRAWS, LEAST_DRAWS = 12, 10_000, 100


def main(request: Request) -> int:
    """Says the scores, and writes tables and page to ``out=FOLDER`` where one is given. Raises UserError."""
    options = request.options
    months = whole_number("months", options.get("months", str(MONTHS)), MOST_MONTHS + 1)
    draws = whole_number("draws", options.get("draws", str(DRAWS)), MOST_DRAWS + 1)
    seed = request.settings(1).seed
    if not months:
        raise UserError(f"months=0: allowed is a whole number from 1 to {MOST_MONTHS}.")
    if draws < LEAST_DRAWS:
        raise UserError(f"draws={draws}: allowed is a whole number from {LEAST_DRAWS} to {MOST_DRAWS}.")
    asks_weeks = yes_or_no(request, "weeks")
    try:
        given = options.get("cutoffs")
        cutoffs = None if given is None else [a_day("cutoffs", name) for name in names_of(given)]
        export = export_asked(request.command, options, (*FILES, WEEKS, KEPT))
        tell = None if request.as_json else _tell
        told = backtest(export, cutoffs, months, draws, seed, tell)
        weeks = list(by_week(weekly(export, draws, seed, tell), seed)) if asks_weeks else []
    except ExportError as error:
        raise UserError(str(error)) from None
    found = summary(told, seed)
    folder, dataset = folder_asked(options), export.rows[0].table.name
    why = why_unscored(export, told.commits)
    notes = [UNSCORED[why]] if why else []
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        names = write_tables(folder, dataset, told, found, seed, weeks)
        keep(folder, told, found)
        write_whole(folder / PAGE, shown.page(told, found, dataset, export.currency, weeks, notes).html())
    if request.as_json:
        say(json.dumps(document(told, found, weeks, folder), indent=2, ensure_ascii=False))
        return 0
    for line in filter(None, [*shown.said(told, found), commit_said(told.commits, export.currency), *notes]):
        say(line)
    say("")
    for line in aligned([shown.HEADINGS, *shown.score_lines(found.of())], {0, 1, 2}):
        say(line)
    if asks_weeks:
        say("")
        say(shown.weeks_said(weeks))
        for line in aligned([shown.WEEK_HEADINGS, *shown.week_lines(weeks)], {0}) if weeks else ():
            say(line)
    if folder:
        say(f"wrote {', '.join([*names, KEPT, PAGE])} to {folder}")
    return 0


def _tell(at: int, of: int) -> None:
    say(f"date {at + 1} of {of} ...", is_error=True)


def document(told: Backtest, found: Summary, weeks: list[WeekRow], folder: Path | None) -> dict[str, Any]:
    """The scores for programs; null is not known."""
    return {
        "cutoffs": [iso(cut.cutoff) for cut in told.cuts],
        "held": {f"{share:g}": {"count": held.count, "of": held.of} for share, held in found.held.items()},
        "held_80_widened": {"count": found.held_widened.count, "of": found.held_widened.of},
        "crps_over_pool": _number(found.ratio),
        "widening": {"by_cutoff": {iso(cut): factor for cut, factor in told.factors.items()}, "now": told.factor_now},
        "laws_alone": {
            "share_of_simple_by_cutoff": {iso(cut): share for cut, share in told.shares.items()},
            "share_now": told.share_now,
            "held_80": {"count": found.held_laws.count, "of": found.held_laws.of},
            "crps_over_pool": _number(found.ratio_laws),
        },
        "quarters": {
            kind: {"held_80": held.count, "of": held.of, "crps_over_pool": _number(ratio)}
            for kind, (held, ratio) in found.calm.items()
        },
        "reliability": [vars(one) for one in found.deciles],
        "commit": [
            {
                key: iso(value) if key in ("cutoff", "first", "last") else _number(value)
                for key, value in vars(one).items()
            }
            for one in told.commits
        ],
        "scores": [{key: _number(value) for key, value in vars(row).items()} for row in found.rows],
        "weeks": [{key: _number(value) for key, value in vars(row).items()} for row in weeks],
        "folder": str(folder) if folder else None,
    }


def _number(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
