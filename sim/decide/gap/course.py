"""Course: how a plan goes month by month and quarter by quarter, and what held it back in each quarter.

What holds sellers back is what is used up most: their hours, the places of solution engineers, or the accounts of the
territory. Where none of them is nearly used up, there are too few leads for those who sell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.calendar import Calendar
from sim.ledger import LEAD_STALE, Ledger
from sim.measures import kpis
from sim.measures.groups import GROUP_KINDS
from sim.measures.periods import QUARTER
from sim.results.estimates import Estimate, mean_interval
from sim.results.gap import USD, Gap, gap_between
from sim.results.simultaneous import widening
from sim.scenario.scenario import Scenario

Held = Literal["hours", "engineers", "accounts", "leads"]
USED: dict[Held, str] = {"hours": "attention_used", "engineers": "se_utilization", "accounts": "territory_saturation"}
USED_UP = 0.9  # of which on there is no more to be had in practice
MEASURES = ("bookings", "target", "opportunities_created", "without_se_share", *USED.values())
STALE = "leads_lost"  # counted beside them: leads that nobody took in time
LINES = (*MEASURES, STALE)


@dataclass(frozen=True)
class Course:
    """The numbers of ``LINES`` by month and then by quarter, shape (lines, months + quarters); NaN where undefined."""

    def __call__(self, scenario: Scenario, calendar: Calendar, ledger: Ledger) -> np.ndarray:
        layout = kpis.by_month_and_segment(scenario, calendar, MEASURES)
        rows, values = layout.rows, layout.values(ledger)
        periods = rows.frame.periods
        count = int((periods.kinds <= QUARTER).sum())
        found = np.full((len(LINES), count), np.nan)
        names = [kpis.MEASURES[code].name for code in range(len(kpis.MEASURES))]
        everybody = (rows.group_kind == GROUP_KINDS.index("all")) & (rows.period < count)
        for line, name in enumerate(MEASURES):
            mine = np.flatnonzero(everybody & (rows.measure == names.index(name)))
            found[line, rows.period[mine]] = values[mine]
        moves = ledger.moves
        lost = moves["day"][(moves["kind"] == LEAD_STALE) & (moves["day"] >= 0.0) & (moves["day"] < calendar.horizon)]
        by_month = np.bincount(periods.month_index(lost), minlength=periods.count_months)
        found[LINES.index(STALE)] = periods.months[:count] @ by_month
        return found


@dataclass(frozen=True)
class Month:
    """A month, and how far it lies from the target or from the other plan's."""

    label: str  # 2027-01
    gap: Gap


@dataclass(frozen=True)
class Quarter:
    """A quarter of a plan, how much of each resource was used, and what held it back.

    ``sure``: whether the intervals leave no other answer.
    """

    label: str
    gap: Gap
    used: dict[Held, Estimate]
    without_engineer: Estimate
    leads_lost: Estimate  # share of leads
    held_by: Held
    sure: bool


def labels_of(calendar: Calendar) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of months and quarters."""
    return tuple(calendar.month_labels), tuple(calendar.quarter_labels)


def months_of(labels: Sequence[str], mine: np.ndarray, other: np.ndarray, draws: np.ndarray) -> tuple[Month, ...]:
    """How far each month lies above or below what it is held against.

    Args:
        mine, other: shape (replications, months), dollars.
    """
    wider = widening(mine - other, draws, False)
    return tuple(
        Month(label, gap_between(other[:, k], mine[:, k], draws, USD, wider)) for k, label in enumerate(labels)
    )


def quarters_of(labels: Sequence[str], course: np.ndarray, other: np.ndarray, draws: np.ndarray) -> tuple[Quarter, ...]:
    """What held a plan back, quarter by quarter.

    Args:
        course: shape (replications, lines, quarters). other: shape (replications, quarters), bookings or target.
    """
    gaps = months_of(labels, course[:, LINES.index("bookings")], other, draws)
    return tuple(_quarter(gaps[k], course[:, :, k], draws) for k in range(len(labels)))


def _quarter(month: Month, lines: np.ndarray, draws: np.ndarray) -> Quarter:
    shares = mean_interval(lines, draws)
    lost, taken = lines[:, LINES.index(STALE)], lines[:, LINES.index("opportunities_created")]
    with np.errstate(invalid="ignore", divide="ignore"):
        share_lost = mean_interval((lost / (lost + taken))[:, None], draws).of(0)
    used = {what: shares.of(LINES.index(measure)) for what, measure in USED.items()}
    held_by, sure = held_back(used)
    without = shares.of(LINES.index("without_se_share"))
    return Quarter(month.label, month.gap, used, without, share_lost, held_by, sure)


def held_back(used: dict[Held, Estimate]) -> tuple[Held, bool]:
    """What holds sellers back, by what is used of each resource, and whether the intervals leave no other answer."""
    known = {what: one for what, one in used.items() if one.mean == one.mean}
    if not known:
        return "leads", False
    most = max(known, key=lambda what: known[what].mean)
    if known[most].mean < USED_UP:
        return "leads", all(one.high < USED_UP for one in known.values())
    others = [one for what, one in known.items() if what != most]
    return most, known[most].low >= USED_UP and all(one.high < known[most].low for one in others)
