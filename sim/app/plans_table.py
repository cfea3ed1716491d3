"""The plans of a run as a table of the screen: the report's own numbers, as it has them at its top."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from sim.show.answer import Score
from sim.show.formats import drawn
from sim.show.verdict import LONGEST_NAME
from sim.show.words import plan_name

WORTH_HEADING = {"value": "value,\nmean", "bookings_less_cost": "bookings\nless cost"}


def plans_table(scores: Sequence[Score], worth: str, ranked_by: str = "") -> Table:
    """One line a scenario: what it is worth, bookings with their range, the odds of the target, and cost.

    Args:
        worth: the measure of what a plan is worth. ranked_by: what heads the criterion's column, if it has one.
    """
    table = Table(title="Over the whole run", title_justify="left")
    table.add_column("plan", overflow="fold")  # never cut, as it tells plans apart
    bookings = ("bookings\nP10", "bookings\nP50", "bookings\nP90")
    own = (ranked_by.replace(" (", "\n("),) if ranked_by else ()
    for heading in (WORTH_HEADING[worth], *own, *bookings, "odds of\ntarget", "cost,\nmean"):
        table.add_column(heading, justify="right")
    for one in scores:
        ranked = (one.ranked,) if one.ranked is not None else ()
        cells = map(drawn, (one.worth, *ranked, *one.bookings, one.chance, one.cost))
        table.add_row(Text(plan_name(one.name, LONGEST_NAME)), *cells)
    return table
