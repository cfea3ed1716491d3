"""``salesim opening``: the first day of one replication as CSV files, in the layout that a company's own files have."""

from __future__ import annotations

from pathlib import Path

from sim.app.request import Request, whole_number
from sim.app.saying import say
from sim.experiment.plan import Plan
from sim.experiment.settings import MOST_REPLICATIONS
from sim.luck import Luck
from sim.org.first_day.opening_export import records_of
from sim.records.layout import LAYOUTS
from sim.results.csv_file import write_records
from sim.scenario.errors import UserError
from sim.world import prepare


def main(request: Request) -> int:
    """Writes roster.csv, pipeline.csv and customers.csv into ``out=FOLDER``. Raises UserError."""
    settings = request.settings()
    luck = whole_number("luck", request.options.get("luck", "0"), MOST_REPLICATIONS)
    out = request.options.get("out")
    if not out:
        raise UserError("opening needs a folder to write to: out=FOLDER")
    source = request.sources()[0]
    scenario = Plan.of(source, settings).scenario(luck)
    opening = prepare(scenario, settings.months, Luck(settings.seed, luck))
    records = records_of(opening, scenario, scenario.calendar(settings.months))
    folder = Path(out).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    for kind, rows in records.items():
        write_records(folder / f"{kind}.csv", LAYOUTS[kind].columns, rows)
        say(f"wrote {folder / f'{kind}.csv'}: {len(rows)} rows")
    return 0
