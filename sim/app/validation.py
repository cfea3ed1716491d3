"""``salesim validation``: what is published about organizations beside ours. ``docs/validation.md`` is this page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path

from sim.app.check import check_draws
from sim.app.progress import Notes
from sim.app.request import Request
from sim.app.saying import say
from sim.evidence.published.section import Check, Grid, Section, percent
from sim.evidence.published.validation import sections
from sim.experiment.settings import RunSettings


def main(request: Request) -> int:
    """Plays what the sections need, some minutes, and prints the page or writes it to the file given as ``out``."""
    settings, source = request.settings(), request.sources()[0]
    check_draws(source)
    text = page(source.name, settings, sections(source, settings, progress=Notes()))
    out = request.options.get("out")
    if out is None:
        say(text, end="")
    else:
        Path(out).write_text(text, encoding="utf-8")
        say(f"wrote {out}")
    return 0


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
    for section in found:
        lines += ["", f"## {section.title}", *_spaced(section.about)]
        if section.checks:
            lines += ["", *_checks(section.checks)]
        if section.grid:
            lines += ["", *_grid(section.grid)]
        lines += _spaced(section.after)
    return "\n".join(lines) + "\n"


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
