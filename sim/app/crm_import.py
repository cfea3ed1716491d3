"""``salesim crm``: reads a company's CRM exports as they are, and says what became of every row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.app.exports import export_asked, folder_asked, paths_asked
from sim.app.request import Request
from sim.app.saying import say
from sim.crm.dates import iso
from sim.crm.headings import OPPORTUNITIES
from sim.crm.opportunities import LOST, OPEN, WON, Opportunities
from sim.crm.reading import Export
from sim.crm.report import MENDED, NOTE, READ, SET_ASIDE, USED, Rows
from sim.crm.writing import FILES, report_lines, write_export

LONGEST = 76  # signs of an example on the screen


def main(request: Request) -> int:
    """Says the data report, and writes the arrays as CSV to ``out=FOLDER`` where one is given. Raises UserError."""
    export = export_asked("crm", request.options, FILES)
    folder = folder_asked(request.options)
    written = write_export(export, folder, paths_asked(request.options)[OPPORTUNITIES.name]) if folder else []
    if request.as_json:
        say(json.dumps({**document(export), "folder": str(folder) if folder else None}, indent=2, ensure_ascii=False))
        return 0
    for line in told_lines(export):
        say(line)
    if folder:
        say(f"wrote {', '.join(written)} to {folder}")
    return 0


def told_lines(export: Export) -> Iterator[str]:
    """The report in plain words: the deals, each file's rows, since when closes are known, what could not be seen."""
    seen = export.opportunities
    yield (
        f"{len(seen):,} deals as of {iso(seen.as_of)}: "
        + ", ".join(f"{count:,} {word}" for word, count in _counts(seen).items())
        + f". Created from {iso(seen.created.min())} on."
    )
    won = seen.amount[seen.outcome == WON]
    if np.isfinite(won).any():
        unit = f" {export.currency}" if export.currency else ""
        yield f"Amounts won: {np.nansum(won):,.0f}{unit} in {int(np.isfinite(won).sum()):,} deals."
    yield f"Closes are known from {iso(seen.closes_known_from)} on" + (
        f": {export.why_from}." if export.why_from else "."
    )
    for rows in export.rows:
        yield from _rows_told(rows)
    if export.unseen:
        yield f"Not to be seen in these files: {', '.join(export.unseen)}."


def _counts(seen: Opportunities) -> dict[str, int]:
    return {word: int((seen.outcome == code).sum()) for word, code in (("won", WON), ("lost", LOST), ("open", OPEN))}


def _rows_told(rows: Rows) -> Iterator[str]:
    """A file's totals, then what was mended and set aside, with a row as an example, and the notes."""
    count = {verdict: rows.count(verdict) for verdict in (READ, USED, MENDED, SET_ASIDE)}
    mended = f" ({count[MENDED]:,} of them mended)" if count[MENDED] else ""
    what = "row" if count[READ] == 1 else "rows"
    kept = f"{count[USED]:,} used{mended} + {count[SET_ASIDE]:,} set aside"
    yield f"{rows.table.name}: {count[READ]:,} {what} read = {kept}"
    for line in rows.lines():
        if line.verdict == NOTE:
            yield f"  note: {line.reason}"
        elif line.reason:
            example = line.example if len(line.example) <= LONGEST else f"{line.example[: LONGEST - 3]}..."
            yield f"  {line.verdict} {line.rows:,}: {line.reason} (row {line.row}: {example})"


def document(export: Export) -> dict[str, Any]:
    """The report for programs. A day is 2026-12-31."""
    seen = export.opportunities
    return {
        "as_of": iso(seen.as_of),
        "deals": _counts(seen),
        "currency": export.currency,
        "closes_known_from": iso(seen.closes_known_from),
        "created_known_from": iso(seen.created_known_from),
        "closes_known_because": export.why_from,
        "unseen": list(export.unseen),
        "files": [
            {"file": rows.table.name, "kind": rows.kind}
            | {verdict.replace(" ", "_"): rows.count(verdict) for verdict in (READ, USED, MENDED, SET_ASIDE)}
            for rows in export.rows
        ],
        "report": [line._asdict() for line in report_lines(export)],
    }
