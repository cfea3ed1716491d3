"""``salesim report``: draws the report of a finished run again, from its folder."""

from __future__ import annotations

from sim.app.finished_run import finished
from sim.app.request import Request
from sim.app.saying import say
from sim.scenario.errors import UserError
from sim.show.html import write_report
from sim.show.undrawn import reason_of


def main(request: Request) -> int:
    """Writes figures and report.html into the run folder, the newest in ./results unless named. Raises UserError."""
    folder = finished(request.options.get("folder"))
    try:
        path = write_report(folder)
    except OSError:
        raise
    except Exception as problem:
        raise UserError(f"{folder}: its files cannot be read as a run: {reason_of(problem)}") from None
    say(f"Report: {path}")
    return 0
