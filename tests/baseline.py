"""The baseline: a few dozen headline numbers of three worlds, so that a change that means to move none moves none.

python -m tests.baseline            what differs from the file
python -m tests.baseline refresh    write the file anew; say in the commit why numbers moved
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from sim import world
from sim.luck import Luck
from sim.measures import kpis
from sim.scenario.load import load

FILE = Path(__file__).parent / "baseline.csv"
WORLDS = Path(__file__).parent / "worlds"
WHICH = {"base": "base", "from_files": "from_files", "every_lever": str(WORLDS / "every_lever.yaml")}
QUICK = ["opening.past_seat_years=0"]  # a past of the seats costs seconds
MONTHS, REPLICATIONS, SEED = 15, 3, 1
HEADLINES = (
    "bookings", "wins", "win_rate_broad", "cycle_days_won", "heads", "hires", "exits_voluntary", "attainment_mean",
    "arr", "recognized_revenue", "cost", "variable_pay",
)  # fmt: skip
EXACT_TO = 1e-9  # relative; compilers of other machines may round the last digits of exp and log another way

Row = tuple[str, int, str, float]  # world, replication, measure, value of the whole run


def played() -> Iterator[Row]:
    """The numbers as they are now."""
    for name, source in WHICH.items():
        scenario = load(source, QUICK if name != "every_lever" else [])
        table = kpis.table(scenario, scenario.calendar(MONTHS))
        places = [table.rows.total_place(measure) for measure in HEADLINES]
        for replication in range(REPLICATIONS):
            values = table.values(world.simulate(scenario, MONTHS, Luck(SEED, replication)))
            for measure, place in zip(HEADLINES, places, strict=True):
                yield name, replication, measure, float(values[place])


def kept() -> list[Row]:
    """The numbers of the file."""
    with FILE.open(newline="") as file:
        return [(row[0], int(row[1]), row[2], float(row[3])) for row in csv.reader(file) if row[0] != "world"]


def refresh() -> None:
    with FILE.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("world", "replication", "measure", "value"))
        rows.writerows((*key, repr(value)) for *key, value in played())


def differences(now: list[Row], before: list[Row]) -> list[str]:
    """What moved, came or went, a line each."""
    old, new = ({tuple(key): value for *key, value in rows} for rows in (before, now))
    said = []
    for key in dict.fromkeys([*old, *new]):
        was, is_now = old.get(key), new.get(key)
        if was is None or is_now is None:
            said.append(f"{key}: {was} -> {is_now}")
        elif was != is_now and not abs(is_now - was) <= EXACT_TO * abs(was) and not (was != was and is_now != is_now):
            said.append(f"{key}: {was} -> {is_now} ({is_now / was - 1:+.2%})" if was else f"{key}: {was} -> {is_now}")
    return said


if __name__ == "__main__":
    if sys.argv[1:] == ["refresh"]:
        refresh()
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        found = differences(list(played()), kept())
        sys.exit("\n".join(found) if found else None)
