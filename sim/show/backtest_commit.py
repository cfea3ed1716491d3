"""People's commit beside a back-test, in plain words and as a table; or why it could not be scored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.crm.dates import iso
from sim.evidence.backtest.commit import NOT_DATED, NOT_IN_TIME, NOT_THERE, Commit, beside
from sim.show.formats import money

UNSCORED = {
    NOT_DATED: "The file has forecast categories, but as last edited: what people had committed at the earlier dates is"
    " not in it, so their forecast cannot be scored beside this one. A history with category, close date and amount as"
    " of each change has it.",
    NOT_THERE: "The files have no forecast category, so people's own forecast cannot be scored beside this one.",
    NOT_IN_TIME: "At none of the dates was a category and close date of an open deal known, and the quarter's end"
    " within the months ahead, so people's own forecast cannot be scored beside this one.",
}


def commit_said(scored: Sequence[Commit], currency: str) -> str:
    """People's commit beside what was said here; empty where none was scored."""
    found = beside(scored)
    if found is None:
        return ""
    off, ours = (money(value, currency) for value in (found.off, found.ours_off))
    told = (
        f"At {dates(found.dates)}, people's commit for the quarter was off by {off} on average, the middle said here by"
        f" {ours}; the forecast was nearer {_times(found.nearer)}. What came was below the commit"
        f" {_times(found.below)}"
    )
    told += "." if found.above_best is None else f", above the best case {_times(found.above_best)}."
    unknown = sum(one.unknown for one in scored)
    return told + (f" {unknown:,} deals in commit had no amount, and count as 0." if unknown else "")


def _times(count: int) -> str:
    return "never" if not count else "once" if count == 1 else f"{count} times"


COMMIT_HEADINGS = (
    "date",
    "quarter's end",
    "won by then",
    "commit",
    "best case",
    "said here",
    "came",
    "commit off",
    "said here off",
)


def commit_lines(scored: Sequence[Commit], currency: str) -> Iterator[tuple[str, ...]]:
    """A line a date, under COMMIT_HEADINGS."""
    for one in scored:
        sums = (one.won, one.commit, one.best, one.ours, one.came, one.off, one.ours_off)
        yield (
            iso(one.cutoff),
            iso(one.last),
            *(money(value, currency) for value in sums),
        )


def dates(count: int) -> str:
    """So many earlier dates."""
    return "one earlier date" if count == 1 else f"{count} earlier dates"
