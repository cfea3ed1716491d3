"""``salesim report``: draws the report of a finished run again, from its folder."""

from __future__ import annotations

from pathlib import Path

from sim.app.request import Request
from sim.app.saying import say
from sim.results.layout import LATEST, MANIFEST
from sim.results.store import led_to
from sim.scenario.errors import UserError
from sim.show.html import write_report
from sim.show.undrawn import reason_of

USUAL = Path("results") / LATEST


def main(request: Request) -> int:
    """Writes figures and report.html into the run folder, the newest in ./results unless named. Raises UserError."""
    folder = led_to(Path(request.options.get("folder", str(USUAL))).expanduser())
    if not (folder / MANIFEST).is_file():
        raise UserError(f"{folder} is not the folder of a finished run: it has no {MANIFEST}. Give one: salesim report"
                        f" {USUAL.parent}/NAME")  # fmt: skip
    try:
        path = write_report(folder)
    except OSError:
        raise
    except Exception as problem:
        raise UserError(f"{folder}: its files cannot be read as a run: {reason_of(problem)}") from None
    say(f"Report: {path}")
    return 0
