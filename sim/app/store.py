"""``salesim store``: what is kept of finished replications, plan by plan, and how to be rid of it."""

from __future__ import annotations

from sim.app.request import Request, yes_or_no
from sim.app.saying import aligned, say
from sim.experiment.kept import Kept, Line

_HEADINGS = ("scenario", "measured", "months", "seed", "replications", "MB", "last used")
_TEXT_COLUMNS = (0, 1, 6)
_BYTES_PER_MB = 1e6


def main(request: Request) -> int:
    """Prints a line a plan, or empties the store. Raises UserError."""
    empty, settings = yes_or_no(request, "empty"), request.settings()
    kept = Kept.of(settings, say)
    lines = sorted(kept.lines(), key=lambda line: line.used, reverse=True)
    size = sum(line.size for line in lines) / _BYTES_PER_MB
    if empty:
        kept.empty()
        say(f"{kept.folder} is empty now; {size:.1f} MB are free again.")
    elif not lines:
        say(f"{kept.folder} holds nothing.")
    else:
        for text in aligned([_HEADINGS, *map(_cells, lines)], _TEXT_COLUMNS):
            say(text)
        say(f"\n{kept.folder}: {size:.1f} MB of at most {settings.keep_gb:g} GB (run.keep_gb).")
    return 0


def _cells(line: Line) -> tuple[str, ...]:
    about = (str(line.about.get(name, "?")) for name in ("scenario", "measured", "months", "seed"))
    return (*about, str(line.replications), f"{line.size / _BYTES_PER_MB:.1f}", f"{line.used:%Y-%m-%d %H:%M}")
