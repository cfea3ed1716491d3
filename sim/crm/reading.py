"""An export, read: opportunities and what goes with them, each row accounted for. The steps stand in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sim.crm import mending
from sim.crm.amounts import Amounts, read_amounts
from sim.crm.dates import Dates, iso, read_dates, read_moments
from sim.crm.errors import ExportError
from sim.crm.files import read_table
from sim.crm.headings import ACCOUNTS, OPPORTUNITIES, PRODUCTS, Kind, places
from sim.crm.history import left_by, on_day, one_list_of_stages, read_history, read_roster, views_on_day
from sim.crm.known_from import bulk_days, closes_known_from, day_of_export
from sim.crm.mapping import Told
from sim.crm.mending import Draft
from sim.crm.names import fold, fold_person, read_names
from sim.crm.opportunities import NONE, OPEN, Named, Opportunities, Roster, StageHistory, Views
from sim.crm.outcomes import read_outcomes
from sim.crm.owners import OwnerChanges
from sim.crm.report import SET_ASIDE, Rows
from sim.crm.table import Distinct
from sim.crm.telling import unseen, worth_knowing
from sim.records.cells import Unreadable, unguarded, yes_or_no

LEAST_DEALS = 4  # below it there is nothing to learn, and most likely the wrong file
DATED = ("created", "closed", "expected")
NAMED = ("owner", "segment", "product", "account", "stage", "category")


@dataclass(frozen=True)
class Export:
    """What was read. ``rows`` has an account a file, ``unseen`` what the files do not know, ``why_from`` why closes are
    known from their day on, "" where all are. ``marked``, bool, shape (deals,), are closes that the file itself marks
    as mass edits; ``told_days`` are the days that the mapping names; ``views`` is what people said of deals and when,
    None where no history has it. ``owners_of`` is the day whose owners deals have, however early they are seen."""

    opportunities: Opportunities
    history: StageHistory | None
    roster: Roster | None
    rows: tuple[Rows, ...]
    currency: str
    unseen: tuple[str, ...]
    why_from: str
    marked: np.ndarray
    told_days: Mapping[str, int]
    views: Views | None = None
    owners_of: int = NONE
    has_ids: bool = True  # of the file's own
    changes: OwnerChanges | None = None  # of owner, by the rows of all deals, where the history has them


def read_export(paths: Mapping[str, Path], told: Told | None = None, as_of: int | None = None) -> Export:
    """Read the files of an export, by kind: opportunities and, if there are any, history, roster, accounts, products.

    Raises ExportError for what the user has to mend.

    Args:
        as_of: the day to see the export on; the latest that a row knows unless given here or by the mapping.
    """
    return _Reading(paths, told or Told(), as_of).export()


class _Reading:
    """The opportunities' file as it is read, with what the other files add."""

    def __init__(self, paths: Mapping[str, Path], told: Told, as_of: int | None):
        self.paths, self.told = paths, told
        self.as_of = told.days.get("as_of") if as_of is None else as_of
        self.table = read_table(paths["opportunities"])
        self.rows = Rows("opportunities", self.table)
        self.at = places(OPPORTUNITIES, self.table, told.headings.get("opportunities", {}))
        self.columns = {name: self.table.columns[place] for name, place in self.at.items()}
        self.others: list[Rows] = []
        self.why_from = ""
        self.changes: OwnerChanges | None = None
        self.edited: tuple[np.ndarray, Dates] | None = None
        if "edited" in self.at:
            heading = self.table.heading[self.at["edited"]]
            self.edited = read_moments(self.table.name, heading, self.columns["edited"], told.dates)

    def export(self) -> Export:
        mending.empty_rows(self.rows)
        self._copies()
        draft, currency = self._draft()
        latest = self._latest(draft)
        mending.after_export(self.rows, draft, latest)
        names = self._names()
        self._check_enough()
        used = np.flatnonzero(self.rows.used)
        whole = self._arrays(draft, used, names, latest)
        history, views = None, None
        if "history" in self.paths:
            table = read_table(self.paths["history"])
            found = read_history(table, self.told, list(whole.ids), whole.stage.names)
            history, views, self.changes, rows = found
            self.others.append(rows)
            whole, history = one_list_of_stages(whole, history)
            if self.as_of is None and len(history.entered):
                latest = max(latest, int(history.entered.max()))
            whole = replace(whole, as_of=latest)
        seen, marked = self._seen_on(whole, history, views, used)
        if seen.as_of < whole.as_of:
            history = None if history is None else on_day(history, whole, seen.as_of)
            views = None if views is None else views_on_day(views, whole, seen.as_of)
        roster = self._roster(seen)
        self.rows.notes += worth_knowing(seen)
        return Export(
            seen, history, roster, (self.rows, *self.others), currency, unseen(seen, self.paths), self.why_from,
            marked, self.told.days, views, whole.as_of, "id" in self.columns, self.changes,
        )  # fmt: skip

    def _copies(self) -> None:
        if "id" not in self.columns:
            self.rows.note("there are no ids, so copies cannot be told")
            return
        mending.copies(self.rows, self.columns["id"], self.edited and self.edited[0])

    def _draft(self) -> tuple[Draft, str]:
        """Dates, outcomes and amounts, mended."""
        heading = self.table.heading
        dates = read_dates(
            self.table.name,
            {heading[self.at[name]]: self.columns[name] for name in DATED if name in self.at},
            self.told.dates,
        )
        nothing = np.zeros(len(self.table), bool)
        created, closed = (dates[heading[self.at[name]]] for name in ("created", "closed"))
        none = Dates(np.full(len(self.table), NONE, np.int64), nothing)
        expected = dates[heading[self.at["expected"]]] if "expected" in self.at else none
        for name, one in dates.items():
            for note in one.notes:
                self.rows.note(f"{name} {note}")
        outcome, said = read_outcomes(self.table.name, self.columns, self.told.outcomes)
        self.rows.note(said)
        amounts = self._amounts()
        draft = Draft(created.days, closed.days, expected.days, outcome, amounts.values)
        mending.no_creation(self.rows, draft, created.unreadable)
        mending.undated_closes(self.rows, draft, closed.unreadable)
        mending.open_deals_dates(self.rows, draft)
        mending.closed_before_created(self.rows, draft)
        self.rows.mend(expected.unreadable, "the date expected cannot be read: counts as unknown")
        mending.amounts_that_say_nothing(self.rows, draft, amounts.unreadable, amounts.converted)
        return draft, amounts.currency

    def _amounts(self) -> Amounts:
        if "amount" not in self.columns:
            nothing = np.zeros(len(self.table), bool)
            return Amounts(np.full(len(self.table), np.nan), nothing, nothing, self.told.currency)
        name = self.table.heading[self.at["amount"]]
        found = read_amounts(
            self.table.name, name, self.columns["amount"], self.columns.get("currency"), self.told.decimal,
            self.told.currency, self.told.rates,
        )  # fmt: skip
        for note in found.notes:
            self.rows.note(f"{name} {note}")
        return found

    def _latest(self, draft: Draft) -> int:
        """The day of the export: the latest that a row knows, or the one given where no deal is created after it."""
        used = self.rows.used
        if not used.any():
            self._check_enough()
        created, closed = draft.created[used], draft.closed[used]
        if self.as_of is not None and self.as_of >= day_of_export(created, created):
            return self.as_of
        stamped = [created]
        if self.edited:
            days = self.edited[1].days
            stamped.append(days[used & (days != NONE)])
        return day_of_export(np.concatenate(stamped), closed[closed != NONE])

    def _names(self) -> dict[str, Named]:
        """The columns of names. Products and accounts are spelled as in their lists; a list of accounts may have the
        segments."""
        known = {"product": self._list("products", PRODUCTS)[0]}
        known["account"], segment_of = self._list("accounts", ACCOUNTS)
        names: dict[str, Named] = {}
        for name in NAMED:
            if name not in self.columns:
                names[name] = Named.nobody(len(self.table))
                continue
            spelled = read_names(self.columns[name], known.get(name, ()), fold_person if name == "owner" else fold)
            self.rows.mend(spelled.otherwise, f"{name} was spelled otherwise")
            names[name] = spelled.named
        if segment_of and "segment" not in self.columns:
            by_account = [segment_of.get(fold(account), "") for account in names["account"].names]
            segments = Named.of([*by_account, ""])
            names["segment"] = Named(segments.codes[names["account"].codes], segments.names)
            self.rows.note("segments are those of the accounts")
        return names

    def _list(self, what: str, kind: Kind) -> tuple[list[str], dict[str, str]]:
        """The names of a list of products or accounts, and the segment of each by its folded name."""
        if what not in self.paths:
            return [], {}
        table = read_table(self.paths[what])
        rows = Rows(what, table)
        mending.empty_rows(rows)
        at = places(kind, table, self.told.headings.get(what, {}))
        named = read_names(table.columns[at[next(iter(kind.columns))]]).named
        rows.set_aside(~named.known, "no name")
        self.others.append(rows)
        if "segment" not in at:
            return list(named.names), {}
        segments = read_names(table.columns[at["segment"]]).named.texts()
        return list(named.names), dict(zip(map(fold, named.texts()), segments, strict=True))

    def _check_enough(self) -> None:
        count = int(self.rows.used.sum())
        if count >= LEAST_DEALS:
            return
        reasons = sorted(
            (line for line in self.rows.lines() if line.verdict == SET_ASIDE and line.reason),
            key=lambda line: -line.rows,
        )
        why = f" {reasons[0].rows:,} are set aside: {reasons[0].reason}." if reasons else ""
        raise ExportError(
            f"{self.table.name} has {count} deals that can be used, of {len(self.table):,} rows; "
            f"at least {LEAST_DEALS} are needed.{why}"
        )

    def _arrays(self, draft: Draft, used: np.ndarray, names: Mapping[str, Named], latest: int) -> Opportunities:
        created, closed = draft.created[used], draft.closed[used]
        done = closed != NONE
        bulk = bulk_days(created[done], closed[done])
        first_close, first_created, self.why_from = closes_known_from(created, closed, bulk)
        if "closes_known_from" in self.told.days:
            self.why_from = "the mapping says so"
        marked = np.isin(closed, bulk) | (self._marked()[used] & done)
        if bulk:
            self.rows.note(
                f"{len(bulk)} days of mass edits, of which closes only say by then: "
                + ", ".join(f"{iso(day)} ({int((closed == day).sum()):,} closes)" for day in bulk[-8:])
            )
        return Opportunities(
            as_of=latest,
            ids=self._ids()[used],
            created=created,
            closed=closed,
            outcome=draft.outcome[used],
            amount=draft.amount[used],
            expected=draft.expected[used],
            bulk=marked,
            closes_known_from=self.told.days.get("closes_known_from", first_close),
            created_known_from=self.told.days.get("created_known_from", first_created),
            **{name: column[used] for name, column in names.items()},
        )

    def _ids(self) -> np.ndarray:
        if "id" not in self.columns:
            return np.array([f"row {number}" for number in self.table.numbers], object)
        distinct = Distinct.of(self.columns["id"])
        ids = np.array([unguarded(text) for text in distinct.texts], object)[distinct.codes]
        nameless = np.flatnonzero(ids == "")
        ids[nameless] = [f"row {number}" for number in self.table.numbers[nameless]]
        return ids

    def _marked(self) -> np.ndarray:
        """Closes that the file itself marks as mass edits."""
        if "bulk" not in self.columns:
            return np.zeros(len(self.table), bool)
        distinct = Distinct.of(self.columns["bulk"])
        try:
            return np.array([bool(yes_or_no(text)) for text in distinct.texts], bool)[distinct.codes]
        except Unreadable:
            return np.zeros(len(self.table), bool)

    def _seen_on(
        self, whole: Opportunities, history: StageHistory | None, views: Views | None, used: np.ndarray
    ) -> tuple[Opportunities, np.ndarray]:
        """The export as on an earlier evening, where one is asked for, and which closes are marked."""
        day = whole.as_of if self.as_of is None else self.as_of
        marked = self._marked()[used]
        if day >= whole.as_of:
            return replace(whole, as_of=day), marked
        later, reopened = np.zeros((2, len(self.table)), bool)
        later[used] = whole.created > day
        reopened[used] = whole.closed > day
        self.rows.set_aside(later, f"created after {iso(day)}, the day asked for")
        self.rows.mend(reopened, f"closed after {iso(day)}, the day asked for: counts as open")
        self._check_enough()
        return whole.known_on(day, history, views), marked[whole.created <= day]

    def _roster(self, seen: Opportunities) -> Roster | None:
        if "roster" not in self.paths:
            return None
        roster, rows = read_roster(read_table(self.paths["roster"]), self.told, seen.owner.names)
        self.others.append(rows)
        gone = np.isin(seen.owner.texts(), left_by(roster, seen.as_of)) & (seen.outcome == OPEN)
        if gone.any():
            rows.note(f"{int(gone.sum()):,} open deals belong to people who have left")
        return roster
