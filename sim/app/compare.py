"""``salesim compare``: plans side by side under the same luck. The first is the reference."""

from __future__ import annotations

from sim.app.playing import play
from sim.app.request import Request


def main(request: Request) -> int:
    """Plays all plans, writes the run folder and prints how each differs from the first. Raises UserError."""
    return play(request)
