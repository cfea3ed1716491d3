"""uncertainties.csv: what each uncertainty came to in each draw, so that numbers can be held against their causes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.experiment.settings import RunSettings
from sim.experiment.store import number, text
from sim.luck import Luck
from sim.scenario.load import ScenarioSource
from sim.scenario.uncertainty import draw

DRAWS = "uncertainties.csv"


def write_draws(folder: Path, sources: Sequence[ScenarioSource], settings: RunSettings) -> None:
    """Write a line a scenario and draw, a column an uncertainty; empty where a scenario does not have it.

    No file where nothing is drawn. The values are those of ``ScenarioSource.at_draw``.
    """
    names = list(dict.fromkeys(name for source in sources for name in source.uncertainties))
    if not settings.uncertain or not names:
        return
    draws = -(-settings.replications // settings.lucks_per_draw)
    with (folder / DRAWS).open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(("scenario", "draw", *map(text, names))) + "\n")
        for source in sources:
            for k in range(draws):
                luck = Luck(settings.seed, k)
                drawn = {name: draw(name, one, luck) for name, one in source.uncertainties.items()}
                cells = (number(drawn[name]) if name in drawn else "" for name in names)
                file.write(f"{text(source.name)},{k},{','.join(cells)}\n")
