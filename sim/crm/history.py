"""Stage histories and rosters: files that go with the opportunities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from sim.crm.amounts import read_amounts
from sim.crm.dates import read_dates, read_moments
from sim.crm.headings import HISTORY, ROSTER, places
from sim.crm.mapping import Told
from sim.crm.mending import NEGLIGIBLE, empty_rows
from sim.crm.names import fold_person, read_names
from sim.crm.opportunities import NONE, Named, Opportunities, Roster, StageHistory, Views
from sim.crm.outcomes import outcome_of
from sim.crm.owners import OWNER_FIELDS, OwnerChanges, owner_changes
from sim.crm.report import Rows
from sim.crm.table import Distinct, Table
from sim.records.layout import folded

SALESFORCE_SHORT, SALESFORCE_LONG = 15, 18  # signs of one and the same id; both are case-sensitive in the first 15
PARKED = frozenset(("hold", "parked", "paused", "nurture", "deferred", "postponed", "dormant"))  # words of a stage
AT_ONCE = 1 / 1440  # days: moves within a minute are a clean-up


def read_history(
    table: Table, told: Told, ids: Sequence[str], stages: Sequence[str]
) -> tuple[StageHistory, Views | None, OwnerChanges | None, Rows]:
    """The moves of deals that are known, in the order of deal and time, with names of their own; and what people
    said of the deals, and whose they were before, where the file has that.

    Raises ExportError as ``read_moments``, ``read_dates``, ``read_amounts`` and ``places`` do.

    Args:
        ids: of the deals, in their order; stages: the opportunities' spellings.
    """
    rows = Rows("history", table)
    empty_rows(rows)
    at = places(HISTORY, table, told.headings.get("history", {}))
    of_owner = np.zeros(len(table), bool)
    if "field" in at:
        fields = Distinct.of(table.columns[at["field"]])
        of_stage = np.array([folded(text) in ("stage", "stagename", "stage name") for text in fields.texts])
        if "before" in at:
            of_owner = np.array([folded(text) in OWNER_FIELDS for text in fields.texts])[fields.codes]
        rows.set_aside(of_owner, "a change of owner, which is no move: read for hand-overs")
        rows.set_aside(~of_stage[fields.codes], "a change of another field than the stage")
    deal = _deals(table.columns[at["deal"]], ids)
    rows.set_aside(deal == NONE, "its deal is not among the opportunities used")
    entered, dates = read_moments(table.name, table.heading[at["entered"]], table.columns[at["entered"]], told.dates)
    rows.set_aside(dates.unreadable, "the time of the move cannot be read")
    rows.set_aside(np.isnan(entered), "no time of the move")
    stage = read_names(table.columns[at["stage"]], stages)
    rows.set_aside(~stage.named.known, "no stage")
    rows.mend(stage.otherwise, "stage was spelled otherwise")
    used = np.flatnonzero(rows.used)
    order = used[np.lexsort((used, entered[used], deal[used]))]
    views = _views(table, told, at, rows, deal, entered)
    same = (np.diff(deal[order]) == 0) & (np.diff(stage.named.codes[order]) == 0)
    alike = same & (np.diff(entered[order]) == 0)
    for name in _SAID if views else ():
        alike &= np.diff(Distinct.of(table.columns[at[name]]).codes[order]) == 0 if name in at else True
    again = np.zeros(len(table), bool)
    again[order[1:][alike]] = True
    rows.set_aside(again, "a copy of another row")
    order = order[~again[order]]
    moves = order
    if views is not None:
        moved = np.append(True, (np.diff(deal[order]) != 0) | (np.diff(stage.named.codes[order]) != 0))[: len(order)]
        moves = order[moved]
        if not moved.all():
            rows.note(f"{int((~moved).sum()):,} rows are no move: they change what people said of a deal")
    history = StageHistory(deal[moves], stage.named[moves], entered[moves])
    _tell(rows, history)
    changes = None
    if of_owner.any():
        before = Distinct.of(table.columns[at["before"]])
        texts = np.array(before.texts, object)[before.codes]
        changes = owner_changes(deal[of_owner], entered[of_owner], list(texts[of_owner]))
    return history, None if views is None else views[order], changes, rows


_SAID = ("category", "expected", "amount")


def _views(
    table: Table, told: Told, at: Mapping[str, int], rows: Rows, deal: np.ndarray, entered: np.ndarray
) -> Views | None:
    """What each row says of its deal; None where the file has no such column."""
    if not set(_SAID) & set(at):
        return None
    category = _named(table, at, "category") if "category" in at else None
    expected = amount = None
    if "expected" in at:
        heading = table.heading[at["expected"]]
        found = read_dates(table.name, {heading: table.columns[at["expected"]]}, told.dates)[heading]
        rows.mend(found.unreadable, "the close date cannot be read: counts as unknown")
        expected = found.days
    if "amount" in at:
        codes = table.columns[at["currency"]] if "currency" in at else None
        name = table.heading[at["amount"]]
        sums = read_amounts(
            table.name, name, table.columns[at["amount"]], codes, told.decimal, told.currency, told.rates
        )  # fmt: skip
        rows.mend(sums.unreadable, "the amount cannot be read: counts as unknown")
        amount = np.where(np.nan_to_num(sums.values) > NEGLIGIBLE, sums.values, np.nan)
    return Views(deal, entered, category, expected, amount)


def _deals(column: pa.ChunkedArray, ids: Sequence[str]) -> np.ndarray:
    """The row of each id, int64."""
    distinct = Distinct.of(column)
    return rows_of(distinct.texts, ids)[distinct.codes]


def rows_of(texts: Sequence[str], ids: Sequence[str]) -> np.ndarray:
    """The row of each text among ``ids``, int64, NONE where it is not there; ids of Salesforce match in their short and
    long form.
    """
    place = {text: row for row, text in enumerate(ids)}
    short = {text[:SALESFORCE_SHORT]: row for text, row in place.items() if len(text) == SALESFORCE_LONG}

    def find(text: str) -> int:
        if text in place:
            return place[text]
        if len(text) == SALESFORCE_LONG:
            return place.get(text[:SALESFORCE_SHORT], NONE)
        return short.get(text, NONE)

    return np.array([find(text) for text in texts], np.int64)


def _tell(rows: Rows, history: StageHistory) -> None:
    """What the moves say of deals that came back from a close, and of clean-ups."""
    closed = np.array([outcome_of(name) != 0 for name in history.stage.names], bool)[history.stage.codes]
    follows = np.diff(history.deal) == 0
    reopened = np.unique(history.deal[1:][follows & closed[:-1] & ~closed[1:]])
    if len(reopened):
        rows.note(f"{len(reopened):,} deals came back from a closed stage")
    at_once = follows & (np.diff(history.entered) < AT_ONCE)
    if at_once.any():
        rows.note(f"{int(at_once.sum()):,} moves follow another one of the same deal within a minute")
    _tell_ways(rows, history, follows, closed)


def _tell_ways(rows: Rows, history: StageHistory, follows: np.ndarray, closed: np.ndarray) -> None:
    """What the moves say of deals that skipped a stage, went back to an earlier one, or were parked."""
    names, code, deal = np.array(history.stage.names), history.stage.codes, history.deal
    parked = np.array([bool(set(folded(name).split()) & PARKED) for name in names])[code]
    if parked.any():
        of = ", ".join(sorted(set(names[code[parked]])))
        rows.note(f"{len(np.unique(deal[parked])):,} deals were parked ({of})")
    at_work = ~closed & ~parked
    starts = np.flatnonzero(np.r_[True, ~follows])
    place = np.arange(len(deal)) - np.repeat(starts, np.diff(np.r_[starts, len(deal)]))
    count = np.bincount(code[at_work], minlength=len(names))
    mean = np.bincount(code[at_work], place[at_work], minlength=len(names)) / np.maximum(count, 1)
    order = np.argsort(mean + np.where(count, 0, np.inf))[: np.count_nonzero(count)]
    rank = np.full(len(names), NONE)
    rank[order] = np.arange(len(order))
    reached = np.zeros((int(deal[-1]) + 1 if len(deal) else 0, len(order)), bool)
    reached[deal[at_work], rank[code[at_work]]] = True
    passed = np.maximum.accumulate(reached, axis=1) & np.maximum.accumulate(reached[:, ::-1], axis=1)[:, ::-1]
    missed = (passed & ~reached) & (2 * reached.sum(axis=0) > passed.sum(axis=0))
    if missed.any():
        most = names[order[int(missed.sum(axis=0).argmax())]]
        rows.note(f"{int(missed.any(axis=1).sum()):,} deals skipped a stage that most pass, such as {most}")
    both = follows & at_work[1:] & at_work[:-1]
    back = np.unique(deal[1:][both & (rank[code[1:]] < rank[code[:-1]])])
    if len(back):
        rows.note(f"{len(back):,} deals went back to an earlier stage; they count where they had come furthest")


def one_list_of_stages(whole: Opportunities, history: StageHistory) -> tuple[Opportunities, StageHistory]:
    """Both with the same names of stages."""
    names = tuple(sorted({*whole.stage.names, *history.stage.names}))

    def coded(stage: Named) -> Named:
        codes = np.array([*(names.index(name) for name in stage.names), NONE], np.int32)
        return Named(codes[stage.codes], names)

    return replace(whole, stage=coded(whole.stage)), replace(history, stage=coded(history.stage))


def on_day(history: StageHistory, whole: Opportunities, day: int) -> StageHistory:
    """The moves until an evening, of the deals that are known then."""
    place = np.cumsum(whole.created <= day) - 1
    there = (history.entered < day + 1) & (whole.created[history.deal] <= day)
    return StageHistory(place[history.deal[there]], history.stage[there], history.entered[there])


def views_on_day(views: Views, whole: Opportunities, day: int) -> Views:
    """What people had said until an evening, of the deals that are known then."""
    place = np.cumsum(whole.created <= day) - 1
    there = (views.entered < day + 1) & (whole.created[views.deal] <= day)
    return replace(views[there], deal=place[views.deal[there]])


def read_roster(table: Table, told: Told, owners: Sequence[str]) -> tuple[Roster, Rows]:
    """The people of a roster; a name is spelled as the opportunities spell it. Raises ExportError."""
    rows = Rows("roster", table)
    empty_rows(rows)
    at = places(ROSTER, table, told.headings.get("roster", {}))
    owner = read_names(table.columns[at["owner"]], owners, fold_person)
    rows.set_aside(~owner.named.known, "no name")
    _, first = np.unique(owner.named.codes, return_index=True)
    once = np.zeros(len(table), bool)
    once[first] = True
    rows.set_aside(~once, "the name stands in another row")
    rows.mend(owner.otherwise, "owner was spelled otherwise")
    dated = {table.heading[at[name]]: table.columns[at[name]] for name in ("start", "end") if name in at}
    dates = read_dates(table.name, dated, told.dates)
    days: dict[str, np.ndarray] = {name: np.full(len(table), NONE, np.int64) for name in ("start", "end")}
    for name in days:
        if name in at:
            found = dates[table.heading[at[name]]]
            days[name] = found.days
            rows.mend(found.unreadable, f"the day of the {name} cannot be read: counts as unknown")
    backwards = (days["end"] != NONE) & (days["start"] != NONE) & (days["end"] < days["start"])
    rows.mend(backwards, "the end lies before the start: counts as unknown")
    days["end"] = np.where(backwards, NONE, days["end"])
    used = np.flatnonzero(rows.used)
    used = used[np.argsort(owner.named.codes[used], kind="stable")]
    others = {name: _named(table, at, name)[used] for name in ("role", "segment", "region")}
    people = Roster(tuple(owner.named.texts()[used]), days["start"][used], days["end"][used], **others)
    known = set(people.owner)
    missing = [name for name in owners if name not in known]
    if missing:
        rows.note(f"{len(missing):,} owners of deals are not on the roster, such as {missing[0]}")
    return people, rows


def left_by(people: Roster, as_of: int) -> list[str]:
    """Who had left by the evening of a day."""
    return [name for name, end in zip(people.owner, people.end, strict=True) if end != NONE and end <= as_of]


def _named(table: Table, at: Mapping[str, int], name: str) -> Named:
    return read_names(table.columns[at[name]]).named if name in at else Named.nobody(len(table))
