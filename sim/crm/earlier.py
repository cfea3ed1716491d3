"""An earlier export of the same deals: with the owners that they had then, which a later one does not know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from sim.crm.dates import iso
from sim.crm.errors import ExportError
from sim.crm.history import rows_of
from sim.crm.mapping import Told
from sim.crm.opportunities import NONE, Opportunities
from sim.crm.reading import Export, read_export

NOW = ("as_of", "closes_known_from", "created_known_from")  # days of a mapping that are the later export's


def read_earlier(path: Path, told: Told, as_of: int | None, later: Export) -> Opportunities:
    """The deals of an earlier export, with ids and owners as the later one spells them.

    Raises ExportError: as ``read_export`` does, where the later one has no roster or is seen on a day of the past, or
    where the two cannot be compared.

    Args:
        as_of: the day on which it was made; the latest that a row of it knows unless given.
    """
    deals = later.opportunities
    if later.roster is None:
        raise ExportError("there is no roster, so nobody knows who has left; give roster=FILE.")
    if deals.as_of < later.owners_of:
        raise ExportError(
            f"as_of={iso(deals.as_of)} shows the deals as on an earlier day, but their owners are those of"
            f" {iso(later.owners_of)}, as last edited; leave as_of= out."
        )
    found = read_export({"opportunities": path}, _of_then(told), as_of)
    mine = found.opportunities
    if mine.as_of < found.owners_of:
        raise ExportError(
            f"{path.name} has rows of {iso(found.owners_of)}, so it was not made on {iso(mine.as_of)}; leave"
            " earlier_as_of= out, or give the day on which it was made."
        )
    if mine.as_of >= deals.as_of:
        raise ExportError(
            f"{path.name} is of {iso(mine.as_of)}, not before {iso(deals.as_of)}, the day of opportunities=; give an"
            " export that was made earlier."
        )
    for which, one in ((path.name, found), ("opportunities=", later)):
        if not one.has_ids:
            raise ExportError(f"{which} has no ids, so that nobody can tell which deals are the same.")
    rows = rows_of([str(name) for name in mine.ids], [str(name) for name in deals.ids])
    if (rows == NONE).all():
        raise ExportError(
            f"{path.name} has no deal in common with opportunities=, such as {mine.ids[0]} and {deals.ids[0]}; both"
            " have to be exports of the same deals."
        )
    ids = np.where(rows == NONE, mine.ids, deals.ids[rows])
    return replace(mine, ids=ids)


def _of_then(told: Told) -> Told:
    days: Mapping[str, int] = {name: day for name, day in told.days.items() if name not in NOW}
    return replace(told, days=days)
