"""``salesim run``: one scenario, many times over."""

from __future__ import annotations

from sim.app.playing import play
from sim.app.request import Request


def main(request: Request) -> int:
    """Plays the scenario, writes its run folder and prints the outcome. Raises UserError."""
    return play(request)
