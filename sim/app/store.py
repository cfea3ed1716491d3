"""``salesim store``: what is kept of finished replications, plan by plan, and how to be rid of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.app.request import Request
from sim.app.saying import say
from sim.experiment.kept import BYTES_PER_GB, KEPT, Kept, Line
from sim.scenario.errors import UserError

_HEADINGS = ("scenario", "measured", "months", "seed", "replications", "MB", "last used")
_TEXT_COLUMNS = (0, 1, 6)
_BYTES_PER_MB = 1e6


def main(request: Request) -> int:
    """Prints a line a plan, or empties the store. Raises UserError."""
    empty = request.options.get("empty", "false")
    if empty not in ("true", "false"):
        raise UserError(f"empty={empty}: allowed are true and false.")
    settings = request.settings()
    kept = Kept(Path(settings.results_folder) / KEPT, settings.keep_gb * BYTES_PER_GB)
    lines = sorted(kept.lines(), key=lambda line: line.used, reverse=True)
    size = sum(line.size for line in lines) / _BYTES_PER_MB
    if empty == "true":
        kept.empty()
        say(f"{kept.folder} is empty now; {size:.1f} MB are free again.")
    elif not lines:
        say(f"{kept.folder} holds nothing.")
    else:
        for text in page(lines):
            say(text)
        say(f"\n{kept.folder}: {size:.1f} MB of at most {settings.keep_gb:g} GB (run.keep_gb).")
    return 0


def page(lines: Sequence[Line]) -> Iterator[str]:
    """The plans as aligned lines."""
    rows = [_HEADINGS, *map(_cells, lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    for row in rows:
        cells = (
            f"{cell:<{width}}" if column in _TEXT_COLUMNS else f"{cell:>{width}}"
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()


def _cells(line: Line) -> tuple[str, ...]:
    about = (str(line.about.get(name, "?")) for name in ("scenario", "measured", "months", "seed"))
    return (*about, str(line.replications), f"{line.size / _BYTES_PER_MB:.1f}", f"{line.used:%Y-%m-%d %H:%M}")
