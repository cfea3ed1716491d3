"""``salesim validation``: what is published about organizations beside ours. ``docs/validation.md`` is this page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from sim.app.check import check_draws
from sim.app.progress import Notes
from sim.app.request import Request
from sim.app.saying import say
from sim.crm.errors import ExportError
from sim.evidence.backtest.backtest import DRAWS
from sim.evidence.backtest.public_tables import section
from sim.evidence.published.section import Check, Grid, Section, percent
from sim.evidence.published.validation import sections
from sim.experiment.settings import RunSettings
from sim.scenario.errors import UserError


def main(request: Request) -> int:
    """Plays what the sections need, some minutes, and prints the page or writes it to the file given as ``out``."""
    settings, source = request.settings(), request.sources()[0]
    check_draws(source)
    folder = request.options.get("tables")
    found = chain(sections(source, settings, progress=Notes()), _of_tables(Path(folder), settings) if folder else ())
    text = page(source.name, settings, found)
    out = request.options.get("out")
    if out is None:
        say(text, end="")
    else:
        Path(out).write_text(text, encoding="utf-8")
        say(f"wrote {out}")
    return 0


def _of_tables(folder: Path, settings: RunSettings) -> Iterator[Section]:
    """The section of companies' own deals. Raises UserError."""
    try:
        yield section(folder, DRAWS, settings.seed, Notes().note)
    except ExportError as error:
        raise UserError(f"tables: {error}") from None


def page(name: str, settings: RunSettings, found: Iterable[Section]) -> str:
    """The page as Markdown. The same scenario, seed and number of replications give the same page."""
    lines = [
        "# Validation",
        "",
        f"What is published about sales organizations as a whole, beside what the scenario `{name}` does. Made by"
        " `salesim validation out=docs/validation.md` (`make validation`) from"
        f" {settings.replications} replications of each world, seed {settings.seed}. Ours is given with its standard"
        " error; what is published about parts of an organization is compared by `salesim plausibility`.",
    ]
    for one in found:
        lines += section_lines(one)
    return "\n".join(lines) + "\n"


def section_lines(told: Section) -> Iterator[str]:
    """A section as lines of Markdown."""
    yield from ("", f"## {told.title}", *_spaced(told.about))
    if told.checks:
        yield from ("", *_checks(told.checks))
    if told.grid:
        yield from ("", *_grid(told.grid))
    yield from _spaced(told.after)


def _spaced(paragraphs: Iterable[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        yield ""
        yield paragraph


def _checks(checks: Iterable[Check]) -> Iterator[str]:
    rows = [("claim", "published", "source", "ours", "holds", "reading")]
    for one in checks:
        wanted, ours = _number(one.published, math.nan, one.unit), _number(one.ours, one.error, one.unit)
        rows.append((one.claim, wanted, one.source, ours, "yes" if one.holds else "**no**", one.reading))
    yield from _grid(Grid(tuple(rows)))


def _number(value: float, error: float, unit: str) -> str:
    if math.isnan(value):
        return ""
    if unit == "share":
        return f"{value:.1%}" if math.isnan(error) else percent(value, error)
    return f"{value:.3g}" + ("" if math.isnan(error) else f" ± {error:.2g}") + f" {unit}"


def _grid(grid: Grid) -> Iterator[str]:
    head, *rows = grid.rows
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
