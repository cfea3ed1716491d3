"""``salesim example-crm``: what a simulated company's CRM would export, with the usual mess planted in it."""

from __future__ import annotations

from pathlib import Path

from sim.app.request import Request
from sim.app.saying import say
from sim.evidence.example.earlier import earlier_day, earlier_deals
from sim.evidence.example.export import crm_of, facts
from sim.evidence.example.mess import plant
from sim.evidence.example.writing import write_example
from sim.experiment.plan import Plan
from sim.experiment.replicate import replicate
from sim.scenario.errors import UserError
from sim.scenario.load import load_source

_SHORT_PAST = "opening.past_seat_years=0"  # who is there on the first day, by the usual rates: seconds, not minutes


def main(request: Request) -> int:
    """Plays the first replication and writes it into ``out=FOLDER``. Raises UserError."""
    settings = request.settings()
    if not request.options.get("out"):
        raise UserError("example-crm needs a folder to write to: out=FOLDER")
    folder = Path(request.options["out"]).expanduser()
    overrides = request.overrides
    if not any(one.lstrip("+").startswith("opening.past_seat_years=") for one in overrides):
        overrides = (*overrides, _SHORT_PAST)
    source = load_source(request.scenarios[0], overrides)
    ((scenario, ledger),) = replicate([Plan.of(source, settings)], 0)
    calendar = scenario.calendar(settings.months)
    crm = crm_of(scenario, ledger, calendar.horizon)
    true = facts(crm)
    mess = plant(crm, settings.seed)
    origin = {
        "scenario": request.scenarios[0], "overrides": list(overrides), "seed": settings.seed,
        "months": settings.months, "segments": true,
    }  # fmt: skip
    day = earlier_day(crm)
    earlier = earlier_deals(crm, ledger, day)
    written = write_example(mess, earlier, day, calendar.date_of(0.0), folder, origin)
    say(f"{len(mess.deals):,} rows of {len(mess.crm.deals):,} deals over {settings.months} months of {source.name}")
    say("planted: " + ", ".join(f"{count:,} {kind}" for kind, count in mess.counts.items()))
    say(f"wrote {', '.join(written)} to {folder}")
    return 0
