"""uncertainties.csv: what each uncertainty came to in each draw, so that numbers can be held against their causes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.experiment.plan import draw_of
from sim.experiment.settings import RunSettings
from sim.results.csv_file import number, text, write_table
from sim.results.layout import UNCERTAINTIES
from sim.scenario.load import ScenarioSource


def write_draws(folder: Path, sources: Sequence[ScenarioSource], settings: RunSettings) -> None:
    """Write a line a scenario and draw, a column an uncertainty; empty where a scenario does not have it.

    No file where nothing is drawn.
    """
    names = list(dict.fromkeys(name for source in sources for name in source.uncertainties))
    if not settings.uncertain or not names:
        return
    draws = int(draw_of(settings.replications - 1, settings)) + 1
    lines = []
    for source in sources:
        for k in range(draws):
            drawn = source.drawn(settings.seed, k)
            cells = (number(drawn[name]) if name in drawn else "" for name in names)
            lines.append(f"{text(source.name)},{k},{','.join(cells)}")
    write_table(folder, UNCERTAINTIES, lines, more=names)
