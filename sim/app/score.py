"""``salesim score``: a later export scores the forecasts that the register keeps."""

from __future__ import annotations

import json
from typing import Any

from sim.app.exports import dataset, export_asked, folder_asked, register_folder
from sim.app.request import Request
from sim.app.saying import aligned, say
from sim.evidence.backtest.scores import RANGES, SHARES, percentile
from sim.evidence.forecast.register import FILE, BrokenRegisterError
from sim.evidence.forecast.scoring import Scored, score_register
from sim.results.csv_file import number, text, write_table
from sim.results.layout import Table
from sim.scenario.errors import UserError
from sim.show import score as words

_LOW, _MIDDLE, _HIGH = SHARES
_HELD = tuple(f"held_{share * 100:.0f}" for share in RANGES)
SCORED = Table(
    "scored.csv",
    "a line a number of the future that is over: what was said, what came, and its scores",
    ("forecast", "cutoff", "horizon", "measure", "part", "p10", "p50", "p90", "actual", *_HELD, "place", "crps"),
    ("forecast", "cutoff", "horizon", "measure", "part"),
    ("forecast", "horizon", "measure", "part"),
)


def main(request: Request) -> int:
    """Says how each forecast did, and writes scored.csv to ``out=FOLDER``. Raises UserError."""
    folder = register_folder(request.options)
    if folder is None or not (folder / FILE).is_file():
        raise UserError(f"register={folder or 'none'}: there is no register of forecasts. salesim forecast makes one.")
    export = export_asked(request.command, request.options, (SCORED.file,))
    try:
        scored = score_register(folder, dataset(request.options), export.opportunities)
    except BrokenRegisterError as problem:
        raise UserError(f"register={folder}: {problem}") from None
    out = folder_asked(request.options)
    if out:
        out.mkdir(parents=True, exist_ok=True)
        write_table(out, SCORED, _lines(scored))
    if request.as_json:
        say(json.dumps({**_document(scored), "folder": str(out) if out else None}, indent=2, ensure_ascii=False))
        return 0
    for line in (words.answer(scored), *words.not_scored(scored)):
        say(line)
    if any(one.cells for one in scored):
        say("")
        for line in aligned([words.HEADINGS, *words.rows(scored, export.currency)], words.TEXT):
            say(line)
    if out:
        say(f"wrote {SCORED.file} to {out}")
    return 0


def _lines(scored: list[Scored]) -> list[str]:
    lines = []
    for one in scored:
        for cell, score in zip(one.cells, one.scores, strict=True):
            ends = (float(percentile(cell.samples, share)) for share in (_LOW, _MIDDLE, _HIGH))
            names = (text(one.entry.name), one.entry.cutoff, cell.horizon, cell.measure, cell.part)
            numbers = (*ends, cell.actual, *map(float, score.held), score.place, score.crps)
            lines.append(",".join((*names, *map(number, numbers))))
    return lines


def _document(scored: list[Scored]) -> dict[str, Any]:
    return {
        "answer": words.answer(scored),
        "forecasts": [
            {
                "name": one.entry.name, "written": one.entry.written, "dataset": one.entry.dataset,
                "cutoff": one.entry.cutoff, "not_scored": one.not_scored or None,
                "held": {f"{share:g}": dict(zip(("count", "of"), one.held(share), strict=True)) for share in RANGES},
            }
            for one in scored
        ],
    }  # fmt: skip
