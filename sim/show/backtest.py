"""A back-test in plain words, and its page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.crm.dates import iso
from sim.evidence.backtest.backtest import LAWS, Backtest
from sim.evidence.backtest.cells import QUARTER, TOTAL
from sim.evidence.backtest.kept import kept_of
from sim.evidence.backtest.pool import POOLED
from sim.evidence.backtest.scores import RANGES
from sim.evidence.backtest.summary import OURS, Summary
from sim.evidence.backtest.summary import Row as ScoreRow
from sim.evidence.backtest.turns import CALM, UNKNOWN
from sim.evidence.backtest.weeks import WeekRow
from sim.evidence.backtest.widening import PROMISED
from sim.evidence.trust.grounds import FEWEST_DATES, of_backtest
from sim.fit.outlook import MEASURES
from sim.show.backtest_commit import COMMIT_HEADINGS, commit_lines, commit_said, dates
from sim.show.backtest_pictures import places, ranges, reliability
from sim.show.decision_page import DecisionPage, MoreTable, Row
from sim.show.formats import number, share
from sim.show.words import listed, sentence

BETTER, WORSE = 0.95, 1.05  # of the simple forecasts' error: within, neither
TOO_FEW, TOO_MANY = 0.7, 0.9  # of outcomes held by ranges that promise 80%
HIGH, LOW = 0.35, 0.65  # mean place of outcomes beyond which forecasts were too high or too low
SAID_BADLY = 4
NEAR = 0.1  # of what came
HORIZONS = {
    "month1": "the first month",
    "month2": "the second month",
    "month3": "the third month",
    QUARTER: "three months",
}
PARTS_SAID = {TOTAL: "all", "open": "of deals open then", "new": "of deals not yet created"}


def said(told: Backtest, found: Summary) -> list[str]:
    """What the back-test says, the most important first; each a paragraph."""
    lines = [decision(told, found), _badly(found)]
    lines += [_laws(told, found), _turns(found), _widening(told, found)]
    if len(told.cuts) < FEWEST_DATES:
        lines.append(
            f"Few dates could be tried: {dates(len(told.cuts))}. Outcomes of one date hang together, so this says"
            " little."
        )
    return [line for line in lines if line]


def decision(told: Backtest, found: Summary) -> str:
    """Whether to trust it, with the two numbers that say so."""
    held = found.held[PROMISED]
    kept = f"Its {PROMISED:.0%} ranges held {held.count} of {held.of} outcomes at {dates(len(told.cuts))}"
    if len(told.cuts) < FEWEST_DATES:
        pass  # too little to judge by, which is said below
    elif held.share < TOO_FEW:
        kept += ", which is too few: take wider ones"
    elif held.share > TOO_MANY:
        kept += ": they are wider than they need to be"
    if not np.isfinite(found.ratio):
        return f"{kept}. No simple forecast could be made beside it."
    error = f"Its error is {found.ratio:.2f} of what simple forecasts make"
    if found.ratio > WORSE:
        error += ": here, simple forecasts are better"
    elif found.ratio > BETTER:
        error += ": about as good, no better"
    return f"{kept}. {error}."


def _badly(found: Summary) -> str:
    """What it does badly, the worst first; or that it does nothing so."""
    rows = found.of(OURS)
    bad = sorted((row for row in rows if row.ratio > WORSE), key=lambda row: -row.ratio)
    lines = []
    if bad:
        worst = [f"{row.measure} of {horizon_told(row.horizon)} ({row.ratio:.2f})" for row in bad[:SAID_BADLY]]
        more = f" and {len(bad) - SAID_BADLY} more" if len(bad) > SAID_BADLY else ""
        lines.append(f"It does badly on {listed(worst)}{more}: there simple forecasts have the smaller error.")
    elif rows:
        lines.append("On no measure and horizon do simple forecasts have an error that is clearly smaller.")
    for measure in MEASURES:
        mine = [row.mean_place for row in rows if row.measure == measure]
        if mine and np.mean(mine) < HIGH:
            lines.append(f"It said too much of {measure}: most came in below the middle.")
        elif mine and np.mean(mine) > LOW:
            lines.append(f"It said too little of {measure}: most came in above the middle.")
    return " ".join(lines)


def _turns(found: Summary) -> str:
    """Calm and turning quarters apart."""
    parts = []
    for kind, (held, ratio) in found.calm.items():
        if kind == UNKNOWN:
            continue
        quarters = "calm quarters" if kind == CALM else "quarters that turned"
        error = f", its error {ratio:.2f} of the simple ones'" if np.isfinite(ratio) else ""
        parts.append(f"in {quarters} its ranges held {held.count} of {held.of}{error}")
    return sentence(f"{'; '.join(parts)}.") if parts else ""


def _laws(told: Backtest, found: Summary) -> str:
    """What it would be without the simple forecasts that it is mixed with."""
    if not np.isfinite(found.ratio_laws):
        return ""
    held = found.held_laws
    return (
        "It is what the laws of the deals say, mixed with the simple forecasts by weights that only outcomes known at"
        f" each date set. The laws alone have an error of {found.ratio_laws:.2f} and held {held.count} of {held.of}. By"
        f" all that is known now, simple forecasts have earned {share(told.share_now)} of the mixture."
    )


def _widening(told: Backtest, found: Summary) -> str:
    used = [factor for factor in told.factors.values() if factor > 1]
    lines = ""
    if used:
        held = found.held_widened
        lines = (
            f"Widened at each date by what was known of earlier misses then, up to {max(used):.2f} times, they held"
            f" {held.count} of {held.of}."
        )
    if told.factor_now > 1:
        lines += f" Ranges of forecasts made now should be {told.factor_now:.2f} times as wide."
    return lines.strip()


def horizon_told(name: str) -> str:
    """A span of months ahead, as a table says it."""
    return HORIZONS.get(name, f"month {name.removeprefix('month')}")


HEADINGS = (
    "measure",
    "deals",
    "months ahead",
    "dates",
    "50% held",
    "80% held",
    "95% held",
    "error",
    "of simple ones",
    "came, mean",
)


def score_lines(rows: list[ScoreRow]) -> Iterator[tuple[str, ...]]:
    """Rows of a table of scores, under HEADINGS."""
    for row in rows:
        held = tuple(share(one) for one in row.held)
        yield (
            row.measure, PARTS_SAID[row.part], horizon_told(row.horizon), str(row.cuts), *held, *_against(row),
            _sized(row.mean_actual),
        )  # fmt: skip


WEEK_HEADINGS = ("measure", "weeks over", "quarters", "80% held", "middle off by", "pace off by", "width of 80%")


def week_lines(rows: Sequence[WeekRow]) -> Iterator[tuple[str, ...]]:
    """How soon quarters were known, under WEEK_HEADINGS; shares are of what came."""
    for row in rows:
        shares = (share(one) for one in (row.off, row.pace_off, row.width))
        yield row.measure, str(row.week), str(row.quarters), f"{row.held} of {row.quarters}", *shares


def weeks_said(rows: Sequence[WeekRow]) -> str:
    """How soon quarters were known, in a sentence a measure."""
    if not rows:
        return "No calendar quarter is seen whole with enough before it, so nothing can be said of its weeks."
    lines = []
    for measure in MEASURES:
        own = [row for row in rows if row.measure == measure]
        near = [row.week for row in own if all(later.off < NEAR for later in own if later.week >= row.week)]
        if own:
            when = f"from week {near[0]} on" if near else "in no week"
            lines.append(f"The middle of a quarter's {measure} was within {NEAR:.0%} of what came {when}.")
    return " ".join(lines)


def page(
    told: Backtest,
    found: Summary,
    dataset: str,
    currency: str,
    weeks: Sequence[WeekRow] = (),
    more_notes: Sequence[str] = (),
) -> DecisionPage:
    """The page of a back-test."""
    days = [cut.cutoff for cut in told.cuts]
    longest = told.cuts[0].cells[-1].horizon
    pictures = []
    for measure in MEASURES:
        if picture := ranges(told, measure, longest):
            unit = f", {currency}" if measure == "bookings" and currency else ""
            pictures.append(f"<h3>{sentence(measure)} of {horizon_told(longest)}{unit}</h3>\n{picture}")
    if picture := reliability(found.deciles):
        pictures.append(f"<h3>Deals open at the dates: odds said and share won</h3>\n{picture}")
    pictures.append(f"<h3>Where outcomes fell in what was said</h3>\n{places(found.places)}")
    week_table = [Row(cells) for cells in week_lines(weeks)]
    commits = [Row(cells) for cells in commit_lines(told.commits, currency)]
    ours = [row for part in PARTS_SAID for row in found.of(OURS, part)]
    naive = [name for name in dict.fromkeys(row.of for row in found.rows) if name != OURS]
    return DecisionPage(
        title="What it would have said",
        under=f"{dataset}: {dates(len(days))}, {iso(days[0])} to {iso(days[-1])}",
        answer=[*said(told, found), *filter(None, [commit_said(told.commits, currency)])],
        picture="\n<p></p>\n".join(pictures),
        headings=HEADINGS,
        rows=[Row(cells) for cells in score_lines(ours)],
        text_columns={0, 1, 2},
        notes=(*NOTES, *more_notes),
        trust=of_backtest(kept_of(told, found)),
        few=len(days) < FEWEST_DATES,
        more=[
            MoreTable("Every date", CUT_HEADINGS, [Row(cells) for cells in _cut_lines(told)], {0, 4}),
            *([MoreTable("People's commit beside it", COMMIT_HEADINGS, commits, {0, 1})] if commits else []),
            *([MoreTable("How soon a quarter is known", WEEK_HEADINGS, week_table, {0})] if weeks else []),
            MoreTable(
                "The simple forecasts, each alone",
                ("forecast", "measure", "months ahead", "dates", "error", "of the pool's"),
                [
                    Row(
                        (
                            row.of,
                            row.measure,
                            horizon_told(row.horizon),
                            str(row.cuts),
                            _sized(row.crps),
                            f"{row.ratio:.2f}",
                        )
                    )
                    for name in naive
                    for row in found.of(name)
                    if name not in (POOLED, LAWS)
                ],
                {0, 1, 2},
            ),
        ],
    )


CUT_HEADINGS = ("date", "deals known", "open", "widened by", "the quarter")


def _cut_lines(told: Backtest) -> Iterator[tuple[str, ...]]:
    for cut in told.cuts:
        factor = told.factors.get(cut.cutoff, 1.0)
        yield iso(cut.cutoff), number(cut.deals_known), number(cut.deals_open), f"{factor:.2f}", cut.turn


def _against(row: ScoreRow) -> tuple[str, str]:
    """The error and what it is of the simple forecasts'."""
    return _sized(row.crps), f"{row.ratio:.2f}" if np.isfinite(row.ratio) else ""


def _sized(value: float) -> str:
    return number(value, 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0)


NOTES = (
    "At each date only what was known that evening is used: later deals are gone, later closes are open again, and the"
    " amounts, owners and accounts of deals open then are not used, for a file shows them as last edited; where a"
    " history says what amount, close date and category a deal had by then, that is known.",
    "A commit is what the quarter has won by then and all that is open in category commit with a close date in the"
    " quarter; the best case adds the categories between commit and the open pipeline.",
    "A win without an amount in the later file counts with the mean amount of the others in its months.",
    "The error is the continuous ranked probability score: the mean distance of what was said from what came, in wins"
    " or money, less what spread is due. Below 1 in the column beside it, simple forecasts have the larger error.",
    "The simple forecasts are always the same, in equal parts: the last period, the mean of the last three, the same"
    " period of the last quarter and of the last year where seen, rates at which open deals of a like age were won, and"
    " chances by age. Their spread is that of their own earlier misses.",
    "A quarter turned if its wins lie beyond the lowest and the highest of the three-month sums of the year before, by"
    " more than twice the square root of that sum; with fewer than three such sums this cannot be told.",
    f"Ranges that promise {', '.join(f'{one:.0%}' for one in RANGES)} should hold as many outcomes in the long run."
    " Outcomes of one date and of neighbouring dates hang together, so shares jump more than their number suggests.",
)
