"""Vacant seats are counted where they stand, whatever the order of a company's roster."""

from __future__ import annotations

from pathlib import Path

from sim.luck import Luck
from sim.measures import kpis
from sim.measures.catalogue import MEASURES
from sim.world import simulate
from tests.makers.company import ROSTER, source

OPEN = [
    {**ROSTER[2], "name": "Open SDR", "status": "open", "start_date": ""},
    {**ROSTER[1], "name": "Open AE", "status": "open", "start_date": ""},
]


def vacancy_by_group(folder: Path, roster: list[dict]) -> dict[tuple[str, str], float]:
    """Days of the first quarter in which seats stood empty, by group and member."""
    folder.mkdir()
    plan = source(folder, roster=roster).at_central()
    book = simulate(plan, 3, Luck(1, 0))
    layout = kpis.table(plan, plan.calendar(3))
    code = [one.name for one in MEASURES].index("vacancy_days")
    values = layout.values(book)
    return {
        (group, member): float(value)
        for (kind, _, group, member, m), value in zip(layout.rows.labels(), values, strict=True)
        if (kind, m) == ("total", code)
    }


def test_vacant_days_do_not_go_by_the_order_of_the_roster(tmp_path: Path) -> None:
    by_team = sorted([*ROSTER, *OPEN], key=lambda row: (row["role"], row["segment"], row["region"]))
    shuffled = [OPEN[0], *ROSTER[::-1], OPEN[1]]
    first, second = vacancy_by_group(tmp_path / "one", by_team), vacancy_by_group(tmp_path / "two", shuffled)
    assert first == second
    assert first["role", "sdr"] + first["role", "ae"] == first["all", "all"] > 0.0
    assert first["region", "east"] == first["role", "sdr"]
    assert first["region", "west"] == first["role", "ae"]
