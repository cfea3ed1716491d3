"""The days at which the past is cut: those asked for, or the month ends that a file can bear."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sim.crm.dates import iso
from sim.crm.errors import ExportError
from sim.crm.opportunities import OPEN, WON, Opportunities
from sim.crm.reading import Export
from sim.evidence.backtest.came import earlier, months_after
from sim.evidence.backtest.frozen import frozen

MOST_CUTS = 12
LEAST_DAYS, LEAST_CLOSES, LEAST_WINS = 14, 20, 2  # of closes whose day is known, before a cut


def cuts(export: Export, months: int, asked: Sequence[int] | None = None) -> list[int]:
    """The cuts, in order: those asked for, each checked, or the latest month ends that bear one.

    Raises ExportError: a cut lies before the data or after it, knows too little, or what followed is not seen whole;
    or no month end bears a cut.
    """
    if asked is not None:
        for cut in asked:
            if why := _why_not(export, cut, months):
                raise ExportError(f"cutoffs: {iso(cut)} {why}")
        return sorted(set(asked))
    deals = export.opportunities
    at, found, why = earlier(last_month_end(deals.as_of), months), list[int](), ""
    while at >= deals.created.min() and len(found) < MOST_CUTS:
        if not (reason := _why_not(export, at, months)):
            found.append(at)
        why = why or f"{iso(at)} {reason}"
        at = earlier(at, 1)
    if not found:
        raise ExportError(
            f"no month end bears a cut with {_months(months)} after it"
            + (f"; the last one, {why}" if why else f": the deals begin on {iso(deals.created.min())}.")
            + (f" With months={months - 1} less is asked of the file." if months > 1 else "")
        )
    return found[::-1]


def _why_not(export: Export, cut: int, months: int) -> str:
    """Why a day cannot be a cut; empty if it can."""
    deals = export.opportunities
    last = int(months_after(cut, months)[-1]) - 1
    if cut < deals.created.min():
        return f"lies before the data, which begin on {iso(deals.created.min())}."
    if cut >= deals.as_of:
        return f"lies not before the day of the export, {iso(deals.as_of)}: nothing is seen of what followed."
    if last > deals.as_of:
        return (
            f"has {_months(months)} after it until {iso(last)}, and the export knows nothing after"
            f" {iso(deals.as_of)}: the last whole one is {iso(earlier(last_month_end(deals.as_of), months))}."
        )
    if cut + 1 < deals.closes_known_from:
        return f"has months after it whose closes are not known whole: they are from {iso(deals.closes_known_from)} on."
    then = frozen(export, cut)
    days, closes, wins = seen_before(then)
    if days < LEAST_DAYS or closes < LEAST_CLOSES or wins < LEAST_WINS:
        return (
            f"has too little before it: {max(days, 0)} days of known closes, {closes} closes, {wins} of them won;"
            f" at least {LEAST_DAYS}, {LEAST_CLOSES} and {LEAST_WINS} are needed."
        )
    return ""


def seen_before(then: Opportunities) -> tuple[int, int, int]:
    """Days whose closes are known, closes on them, and wins among those."""
    first = max(then.closes_known_from, int(then.created.min()))
    known = (then.outcome != OPEN) & (then.closed >= first) & ~then.bulk
    return then.as_of - first + 1, int(known.sum()), int((then.outcome[known] == WON).sum())


def last_month_end(as_of: int) -> int:
    """The last day of the last whole month that is seen."""
    return date.fromordinal(as_of + 1).replace(day=1).toordinal() - 1


def _months(count: int) -> str:
    return "one month" if count == 1 else f"{count} months"
