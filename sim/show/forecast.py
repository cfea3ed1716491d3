"""A forecast in words and as tables: the quarter first, then what it hangs on, then what a spreadsheet would say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sim.crm.dates import iso
from sim.crm.opportunities import OPEN
from sim.evidence.backtest.kept import Kept
from sim.evidence.forecast.ahead import COMMITTED, MONTH, QUARTER, TOTAL, Forecast, Span
from sim.evidence.forecast.must_close import Hangs, MustClose
from sim.evidence.forecast.weighted import StageWeight
from sim.fit.outlook import HIRES, MEASURES
from sim.show.backtest import WORSE
from sim.show.decision_page import Row
from sim.show.formats import NO_VALUE, money, number, odds, period_name, points, share
from sim.show.words import cut, listed, shown

TELLS = 2.0  # errors from nothing, from which on a deal's weight is told
MATTERS = 0.1  # of the odds: less hangs on no deal that is worth a name on the first screen
PART_NAMES = {COMMITTED: "booked already", "open": "from deals open now", "new": "from deals not yet created"}
SHORT_NAMES = {COMMITTED: "booked already", "open": "open deals", "new": "new deals"}
DEAL_HEADINGS = ("deal", "owner", "account", "stage", "worth", "chance this quarter", "odds if won", "if not won")
REP_HEADINGS = ("rep", "open deals", "they bring", "new deals bring", "odds without the rep", "brings in all quarters")
STAGE_HEADINGS = ("stage", "open deals", "amount", "won of those that closed", "weighted")
TEXT, DEAL_TEXT, REP_TEXT, STAGE_TEXT = (0,), (0, 1, 2, 3), (0,), (0,)
LONGEST = 28


@dataclass(frozen=True)
class Said:
    """A forecast with what is said beside it; amounts are in ``currency``, None where the files name none."""

    found: Forecast
    hangs: Hangs
    weights: Sequence[StageWeight]
    name: str
    currency: str | None
    target: float | None
    score: Kept | None = None  # of the last back-test
    refilled: int | None = None  # months until the seat of a rep who goes is filled again, in what-ifs
    to_come: int = 0  # people of the roster who start later and were not asked for

    @property
    def measure(self) -> int:
        """What is told first: bookings, or wins where no amount is known."""
        return MEASURES.index("bookings" if self.found.has_amounts else "wins")

    def amount(self, value: float) -> str:
        """Of that measure."""
        return money(value, self.currency) if self.found.has_amounts else number(value)

    def range(self, span: Span, part: str) -> tuple[str, str, str]:
        """P10, P50 and P90."""
        low, middle, high = self.found.figures(span, part)[:3, self.measure]
        return self.amount(low), self.amount(middle), self.amount(high)


def part_name(found: Forecast, part: str) -> str:
    """A part in a sentence: ``from deals open now``."""
    if part != HIRES or found.hiring is None:
        return PART_NAMES[part]
    each = (("people who still ramp", found.hiring.ramping), ("hires not yet made", found.hiring.heads))
    return f"from {listed([name for name, count in each if count])}"


def short_name(found: Forecast, part: str) -> str:
    """A part as a heading."""
    if part != HIRES or found.hiring is None:
        return SHORT_NAMES[part]
    return " and ".join(
        name for name, count in (("ramping", found.hiring.ramping), ("hires", found.hiring.heads)) if count
    )


def answer(said: Said) -> list[str]:
    """What to know first: the quarter, its parts, the target, what it hangs on, and what a spreadsheet says."""
    told = (_quarter(said), _score(said), _parts(said), _hires(said), _target(said), _hangs(said), _spreadsheet(said))
    return [one for one in told if one]


def _quarter(said: Said) -> str:
    quarter = said.found.running
    low, middle, high = said.range(quarter, TOTAL)
    verb = "books" if said.found.has_amounts else "wins"
    what = "" if said.found.has_amounts else " deals (no amounts are known)"
    return (
        f"{period_name(quarter.name)} {verb} {middle}{what}, as likely more as less; 8 times in 10 between {low} and"
        f" {high}. Known on {iso(said.found.deals.as_of)}."
    )


def _score(said: Said) -> str:
    """How far such ranges held in the past."""
    score = said.score
    if score is None:
        return (
            "How far such ranges held in the past is not known: salesim backtest finds it, backtest=FOLDER brings it."
        )
    told = f"At {score.dates} earlier dates, such ranges held {score.held} of {score.of} outcomes"
    if score.ratio is not None:
        told += f", with {score.ratio:.2f} times the error of simple forecasts"
        told += ", so that simple ones were better" if score.ratio > WORSE else ""
    if score.factor > 1:
        told += f"; as that was too few, this one is {score.factor:.2f} times as wide"
    return f"{told}."


def _parts(said: Said) -> str:
    quarter, each = said.found.running, []
    for part in said.found.parts[1:]:
        low, middle, high = said.range(quarter, part)
        each.append(f"{middle} {part_name(said.found, part)}" + (f" ({low} to {high})" if part != COMMITTED else ""))
    return f"Of it {listed(each)}."


def _hires(said: Said) -> str:
    """What people who still ramp and hires bring until the last quarter: in the running one it is little."""
    found, told = said.found, said.found.hiring
    if told is None:
        return ""
    if HIRES not in found.parts:
        return " ".join(told.said)
    each = [f"{said.range(one, HIRES)[1]} in {period_name(one.name)}" for one in found.of(QUARTER)[1:]]
    if told.ramping:
        who = f"The {told.ramping:,} people who still ramp" + f" and {told.heads:,} hires not yet made" * (
            told.heads > 0
        )
        return f"{who} bring {listed(each)}, on top of what has been created of late."
    return f"Hires not yet made ({told.heads:,}) bring {listed(each)}, on top of who is there now."


def _target(said: Said) -> str:
    if said.target is None:
        return ""
    hangs, found, quarter = said.hangs, said.found, period_name(said.found.running.name)
    told = f"The odds that {quarter} reaches {said.amount(said.target)} are {odds(hangs.said)}."
    if hangs.more_where_hit is None:
        return told
    more = (
        f"{said.amount(more)} more {part_name(found, part)}"
        for part, more in zip(found.ahead, hangs.more_where_hit, strict=True)
    )
    return f"{told} By the laws of the deals, where it does there is {listed(list(more))}, on average, than where not."


def telling(hangs: Hangs) -> list[MustClose]:
    """The deals of which it can be told that something hangs on them."""
    return [one for one in hangs.deals if one.swing > TELLS * one.error]


def _hangs(said: Said) -> str:
    hangs = said.hangs
    line = "the target" if said.target is not None else f"the middle, {said.amount(hangs.line)},"
    told = telling(hangs)
    if not said.found.has_amounts:
        return ""
    if not told or told[0].swing < MATTERS:
        far = f"{points(told[0].swing)} points" if told else "a point or two"
        return f"No open deal by itself moves the odds of {line} by more than {far}." if hangs.deals else ""
    most = told[0]
    name = f"{said.found.deals.ids[most.deal]} ({said.amount(most.amount)})"
    rest = f"{odds(most.odds_if_won)} if it is won this quarter, {odds(most.odds_if_not)} if not"
    lead = f"Most hangs on deal {shown(name)}: by the laws of the deals"
    return f"{lead} the odds of {line} are {rest}; its own chance is {share(most.chance)}."


def _spreadsheet(said: Said) -> str:
    weighted = sum(one.weighted for one in said.weights)
    deals = sum(one.deals for one in said.weights)
    if not said.found.has_amounts or not deals:
        return ""
    low, middle, high = said.range(said.found.running, "open")
    return (
        f"A stage-weighted spreadsheet says {said.amount(weighted)} of the {deals:,} open deals, without a date."
        f" Here they bring {middle} this quarter ({low} to {high})."
    )


def headings(said: Said) -> tuple[str, ...]:
    """Of quarters and months."""
    return ("", "P10", "P50", "P90", *(short_name(said.found, part) for part in said.found.parts[1:]))


def rows(said: Said, kind: str) -> list[Row]:
    """The quarters or the months, a line each."""
    lines = []
    for span in said.found.of(kind):
        parts = (said.range(span, part)[1] for part in said.found.parts[1:])
        lines.append(Row((period_name(span.name), *said.range(span, TOTAL), *parts)))
    return lines


def deal_rows(said: Said) -> list[Row]:
    """The deals that most hangs on; pale where it cannot be told."""
    deals, clear = said.found.deals, telling(said.hangs)
    texts = {name: getattr(deals, name).texts() for name in ("owner", "account", "stage")}
    return [
        Row(
            (
                _cut(deals.ids[one.deal]), *(_cut(texts[name][one.deal]) or NO_VALUE for name in texts),
                said.amount(one.amount), share(one.chance), odds(one.odds_if_won), odds(one.odds_if_not),
            ),
            one in clear,
        )
        for one in said.hangs.deals
    ]  # fmt: skip


def rep_rows(said: Said) -> list[Row]:
    """The reps on whom most hangs."""
    return [
        Row((_cut(one.owner), f"{one.deals:,}", said.amount(one.mean), said.amount(one.new), odds(one.odds),
             said.amount(one.in_all)))
        for one in said.hangs.reps
    ]  # fmt: skip


def stage_rows(said: Said) -> list[Row]:
    """The stage-weighted pipeline."""
    return [
        Row((_cut(one.stage) or "all stages", f"{one.deals:,}", said.amount(one.amount), share(one.share),
             said.amount(one.weighted)))
        for one in said.weights
    ]  # fmt: skip


def notes(said: Said) -> list[str]:
    """How to read it, and what it does not know."""
    found, told = said.found, []
    bulk = int((found.deals.bulk & (found.deals.closed >= found.running.first)).sum())
    if bulk:
        told.append(
            f"Booked already counts {bulk:,} closes on days of mass edits by the day in the file; some of them were"
            " won earlier."
        )
    line = "the target" if said.target is not None else "the middle of the forecast"
    told += [
        "P10 to P90 is the range that holds 8 of 10 futures; months and parts have ranges of their own, so their P10 or"
        " P90 do not add up. Means do.",
        "The ranges mix what the laws of the deals say with simple forecasts, by what each has earned in the past; odds"
        " if won, if not won and without a rep are by the laws alone.",
        f"Odds if won and if not won: of reaching {line} in the same futures, with that one deal won in it or not."
        f" Odds without a rep: if all deals that the rep has open now were lost, and none were created {_until(said)};"
        " whose the new deals are goes by shares of creation in the past.",
        f"Deals not yet created come from the file's own pace, season and spread. {_without_hires(said)}".strip(),
        *(found.hiring.said if found.hiring else ()),
        "A stage-weighted pipeline multiplies each open deal by the share won of the deals of the last year that had"
        " been in its stage.",
    ]
    if not (found.deals.outcome == OPEN).any():
        told.append("The file has no open deals.")
    return told


def _until(said: Said) -> str:
    """Until when a rep's seat is empty."""
    if said.refilled is None:
        return "until the end of the forecast"
    return f"until the seat is filled again, after {said.refilled} months"


def _without_hires(said: Said) -> str:
    if said.found.hiring and said.found.hiring.heads:
        return ""
    told = "Hires not yet made add nothing unless hires=FILE says them."
    return told + (f" The roster has {said.to_come:,} who start later; hires=roster takes them." * (said.to_come > 0))


def _cut(name: str) -> str:
    return cut(shown(str(name)), LONGEST)


_Table = tuple[str, Callable[[Said], Sequence[str]], Callable[[Said], list[Row]], tuple[int, ...]]
TABLES: tuple[_Table, ...] = (
    ("By month", headings, lambda said: rows(said, MONTH), TEXT),
    ("Deals that this quarter hangs on", lambda _: DEAL_HEADINGS, deal_rows, DEAL_TEXT),
    ("Reps that this quarter hangs on", lambda _: REP_HEADINGS, rep_rows, REP_TEXT),
    ("The stage-weighted pipeline", lambda _: STAGE_HEADINGS, stage_rows, STAGE_TEXT),
)
QUARTERS_TABLE: _Table = ("By quarter", headings, lambda said: rows(said, QUARTER), TEXT)
