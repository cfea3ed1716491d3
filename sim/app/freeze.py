"""``salesim freeze``: puts a finished run away as a plan of record."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from sim.app.finished_run import PLANS, finished
from sim.app.request import Request
from sim.app.saying import say
from sim.results.frozen import freeze
from sim.scenario.errors import UserError

_NAME = re.compile(r"[\w][\w.-]*")


def main(request: Request) -> int:
    """Copies the run below results/plans with the hash of each file. Raises UserError."""
    folder, name = finished(request.options.get("folder")), request.options.get("name", "")
    if not _NAME.fullmatch(name):
        raise UserError(
            f"name={name}: freeze needs a name for the plan of record, of letters, digits and - _ . such as"
            " name=plan_2027."
        )
    try:
        count = freeze(folder, PLANS / name, datetime.now(UTC).date())
    except FileExistsError:
        raise UserError(
            f"name={name}: {PLANS / name} is there already, and a plan of record is never written over. Give it another"
            " name."
        ) from None
    say(f"Frozen: {folder} as {PLANS / name}, {count} files with their hashes. salesim diff before={name} tells later"
        " what has changed.")  # fmt: skip
    return 0
