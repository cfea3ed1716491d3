"""What one more head of each role brings, as a run has measured it, beside what the average one brings."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.results.estimates import Estimate
from sim.results.more_heads import OneMoreHead, most_for_its_cost, one_more_heads
from sim.results.run_folder import RunFolder
from sim.show.formats import MINUS, Cell, ratio, rounded_usd
from sim.show.tables import Row, Table
from sim.show.words import plan_name, readable

WORTH = {
    "value": "Value",
    "contribution": "Contribution",
    "bookings_less_cost": "Bookings less cost",
}
FRACTIONS = (
    (0.22, "less than a quarter"), (0.30, "about a quarter"), (0.38, "about a third"), (0.47, "less than half"),
    (0.55, "about half"), (0.72, "about two thirds"),
)  # fmt: skip
CLEARLY_LESS = 0.8  # of the average head's bookings: below it the reason is named


def name_of(one: OneMoreHead) -> str:
    """``mid market AE``."""
    return " ".join(readable(part) for part in (one.segment, one.role) if part)


def table(run: RunFolder) -> Table | None:
    """A row for each role and segment; None where nothing was played."""
    found = one_more_heads(run.one_more_head)
    if not found:
        return None
    rows, before = [], ""
    for one in found:
        first = one.role != before
        before = one.role
        rows.append(
            Row(
                (
                    readable(one.role) if first else "", readable(one.segment) or "all",
                    _money(one.bookings.mean), _range(one.bookings), _money(one.whole_run.mean), _money(one.average),
                    _money(one.cost.mean), _money(one.worth.mean), _range(one.worth), Cell(_needed(one), "cents"),
                ),
                "first" if first else "plain",
            )
        )  # fmt: skip
    count = int(run.one_more_head["replications"].iloc[0])
    return Table(
        f"What one more head brings to {plan_name(run.reference, 40)}",
        (
            "Role", "Segment", "Last 12 months", "95% interval", "Whole run", "Average head", "Last 12 months", "Mean",
            "95% interval", "of bookings",
        ),
        rows,
        (("", 2), ("Bookings a year", 4), ("Cost a year", 1), (f"{WORTH[found[0].worth_measure]}, whole run", 2),
         ("Cost of a dollar", 1)),
        text_columns=2,
        note=_note(count) + _most_for_its_cost(found),
    )  # fmt: skip


def _note(count: int) -> str:
    return (
        f"One seat more, opened on the first day in each region, and what it changes for each seat, under the same luck"
        f" ({count} replications). In the last 12 months whoever was hired then has mostly ramped; the whole run counts"
        " the search and the ramp as well. The average head's bookings are those that the role carries: what sellers"
        " sell, what the prospectors' source brings, what solution engineers are needed for."
    )


def told(run: RunFolder) -> str:
    """One sentence for the leader: what one more seller brings, and why that is less than the average one brings."""
    found = one_more_heads(run.one_more_head)
    first = next((one.role for one in found if math.isfinite(one.average)), None)
    if first is None:
        return f"one more {name_of(found[0])} brings {rounded_usd(found[0].bookings.mean)} of bookings a year"
    group = [one for one in found if one.role == first]
    name = name_of(group[0]) if len(group) == 1 else readable(first)
    average = _span([one.average for one in group])
    if not any(one.bookings.clear for one in group):
        return f"what one more {name} books cannot be told from nothing; the average one brings {average} a year"
    brings = _span([one.bookings.mean for one in group])
    share = ratio(sum(one.bookings.mean for one in group), sum(one.average for one in group))
    said = f"one more {name} brings {brings} of bookings a year"
    if max(ratio(one.bookings.mean, one.average) for one in group) >= CLEARLY_LESS:
        return f"{said} where the average one brings {average}"
    return f"{said}, {_fraction(share)} of the average {name}'s {average}, because leads do not grow with heads"


def _span(amounts: Sequence[float]) -> str:
    """``$0.15M to $0.23M``: from the least segment to the most."""
    low, high = (f"${amount / 1e6:,.2f}M".replace("$-", f"{MINUS}$") for amount in (min(amounts), max(amounts)))
    return low if low == high else f"{low} to {high}"


def _most_for_its_cost(found: Sequence[OneMoreHead]) -> str:
    """Which head books the most above its cost, if any surely does."""
    best = most_for_its_cost(found)
    return f" Of all, one more {name_of(best)} books the most above its cost in a year." if best else ""


def _fraction(share: float) -> str:
    """``less than half``, for a share below ``CLEARLY_LESS``."""
    return next((text for most, text in FRACTIONS if share < most), "about three quarters")


def _needed(one: OneMoreHead) -> float:
    """What a dollar of the added bookings costs; NaN where it cannot be told that there are any."""
    return one.cost.mean / one.bookings.mean if one.bookings.low > 0 else float("nan")


def _money(amount: float) -> Cell:
    return Cell(amount, "rounded dollars")


def _range(one: Estimate) -> Cell:
    return Cell(one.low, "rounded dollars", one.high)
