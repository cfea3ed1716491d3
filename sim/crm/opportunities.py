"""Deals as arrays: one row a deal, as it was known on the evening of one day. Days are ``date.toordinal()``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

OPEN, WON, LOST = 0, 1, 2
NONE = -1  # no day, or no name


@dataclass(frozen=True)
class Named:
    """A column of names: ``codes`` int32, shape (rows,), index ``names``; -1 is no name."""

    codes: np.ndarray
    names: tuple[str, ...]

    @classmethod
    def of(cls, texts: Sequence[str | None]) -> Named:
        """Names in the order of their letters; an empty text is no name."""
        names = tuple(sorted({text for text in texts if text}))
        codes = {name: code for code, name in enumerate(names)}
        return cls(np.array([codes.get(text or "", NONE) for text in texts], np.int32), names)

    @classmethod
    def nobody(cls, count: int) -> Named:
        """A column that the file does not have."""
        return cls(np.full(count, NONE, np.int32), ())

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, rows: np.ndarray) -> Named:
        """Some of the rows, by mask or index; all names stay, so that codes mean the same."""
        return Named(self.codes[rows], self.names)

    @property
    def known(self) -> np.ndarray:
        """Which rows have a name, bool."""
        return self.codes >= 0

    def texts(self) -> np.ndarray:
        """The names themselves, object, "" for none."""
        return np.array([*self.names, ""], object)[self.codes]


@dataclass(frozen=True)
class StageHistory:
    """Moves between stages in the order of deal and time, shape (moves,) each.

    ``deal`` is int64, the row of the deal in ``Opportunities``; ``stage`` has the names of ``Opportunities.stage``;
    ``entered`` is float64 in days, the day's fraction its time, as the file's clock said it.
    """

    deal: np.ndarray
    stage: Named
    entered: np.ndarray

    def stage_on(self, day: int, deals: int) -> np.ndarray:
        """The stage that each deal was in that evening, codes int32, shape (deals,); -1 where it had not moved yet."""
        stages = np.full(deals, NONE, np.int32)
        then = np.flatnonzero(self.entered < day + 1)
        stages[self.deal[then]] = self.stage.codes[then]  # in the order of time: the last one stays
        return stages

    def among(self, kept: np.ndarray) -> StageHistory:
        """The moves of some of the deals, ``kept`` bool, shape (deals,), by their rows among those kept."""
        there = kept[self.deal]
        return StageHistory((np.cumsum(kept) - 1)[self.deal[there]], self.stage[there], self.entered[there])


@dataclass(frozen=True)
class Views:
    """What people said of deals, in the order of deal and time, shape (views,) each: one stands until the next
    one of the same deal.

    ``deal`` and ``entered`` are as of ``StageHistory``; ``category``, ``expected`` and ``amount`` as of
    ``Opportunities``, None where the history does not have them.
    """

    deal: np.ndarray
    entered: np.ndarray
    category: Named | None = None
    expected: np.ndarray | None = None
    amount: np.ndarray | None = None

    def __getitem__(self, rows: np.ndarray) -> Views:
        """Some of them, by mask or index."""
        columns = (None if one is None else one[rows] for one in (self.category, self.expected, self.amount))
        return Views(self.deal[rows], self.entered[rows], *columns)  # type: ignore[arg-type]

    def known_on(self, day: int, deals: int) -> dict[str, np.ndarray | Named]:
        """What stood on an evening, by column, shape (deals,) each; not known where nothing had been said."""
        last = np.full(deals, NONE, np.int64)
        then = np.flatnonzero(self.entered < day + 1)
        last[self.deal[then]] = then  # in the order of time: the last one stays
        said, found = last != NONE, dict[str, np.ndarray | Named]()
        if self.category is not None:
            codes = np.where(said, self.category.codes[last], NONE) if len(self.deal) else last
            found["category"] = Named(codes.astype(np.int32), self.category.names)
        for name, column, missing in (("expected", self.expected, NONE), ("amount", self.amount, np.nan)):
            if column is not None:
                found[name] = np.where(said, column[last], missing) if len(self.deal) else np.full(deals, missing)
        return found


@dataclass(frozen=True)
class Roster:
    """Sellers, shape (people,) each: names as ``Opportunities.owner`` has them; ``start`` and ``end`` int64, -1 none.

    ``end`` is the first day on which somebody was no longer there.
    """

    owner: tuple[str, ...]
    start: np.ndarray
    end: np.ndarray
    role: Named
    segment: Named
    region: Named

    def __getitem__(self, rows: np.ndarray) -> Roster:
        """Some of the people, by mask or index."""
        names = tuple(np.array(self.owner, object)[rows])
        return Roster(
            names, self.start[rows], self.end[rows], self.role[rows], self.segment[rows], self.region[rows]
        )  # fmt: skip


@dataclass(frozen=True)
class Opportunities:
    """One row a deal, as known at the end of the day ``as_of``; shape (deals,) each. Raises ValueError if unsound.

    ``created`` and ``closed`` are int64 days, ``closed`` -1 while open and never before ``created``; ``outcome`` is
    int8: OPEN, WON, LOST. ``amount`` is float64 in one currency, NaN where it is not known. ``expected`` is the
    forecast close date, -1 none. ``bulk`` marks closes on a day of mass edits, of which only "by then" is known.

    Closes before ``closes_known_from`` are missing or not to be trusted. Deals created before ``created_known_from``
    are known only if they were still open then (left truncation).
    """

    as_of: int
    ids: np.ndarray
    created: np.ndarray
    closed: np.ndarray
    outcome: np.ndarray
    amount: np.ndarray
    owner: Named
    segment: Named
    product: Named
    account: Named
    stage: Named
    category: Named
    expected: np.ndarray
    bulk: np.ndarray
    closes_known_from: int
    created_known_from: int

    def __post_init__(self) -> None:
        for column in self._columns():
            if len(getattr(self, column)) != len(self.ids):
                raise ValueError(f"{column} has {len(getattr(self, column))} rows, ids {len(self.ids)}")
        if ((self.closed == NONE) != (self.outcome == OPEN)).any():
            raise ValueError("a deal has a day of its close just where it is won or lost")
        if ((self.closed < self.created) & (self.outcome != OPEN)).any():
            raise ValueError("a deal is closed before it is created")
        if (np.maximum(self.created, self.closed) > self.as_of).any():
            raise ValueError("a deal is created or closed after the day of the export")

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, rows: np.ndarray) -> Opportunities:
        """Some of the deals, by mask or index."""
        return replace(self, **{column: getattr(self, column)[rows] for column in self._columns()})

    @property
    def amounts_at_close_only(self) -> bool:
        """Whether the file knows no open deal's amount, so that amounts come with the close."""
        return not np.isfinite(self.amount[self.outcome == OPEN]).any()

    def known_on(
        self, day: int, history: StageHistory | None = None, views: Views | None = None
    ) -> Opportunities:  # fmt: skip
        """What was known on the evening of an earlier day: deals created later are gone, later closes are open again.

        Amounts of deals open then are unknown if the file knows amounts at the close only; else they are those of the
        export, as owners are. Their stages come from the history, forecast dates and categories from the views of a
        history, and amounts, where it has them; without, dates, categories and stages are unknown, for the file has
        them as last edited. Raises ValueError for a day after the export.
        """
        if day > self.as_of:
            raise ValueError(f"day {day} lies after that of the export, {self.as_of}")
        if day == self.as_of:
            return self
        is_open = (self.outcome == OPEN) | (self.closed > day)
        unknown = is_open & self.amounts_at_close_only
        nothing = np.full(len(self), NONE, np.int64)
        then = nothing if history is None else history.stage_on(day, len(self))
        columns = {
            "closed": np.where(is_open, NONE, self.closed),
            "outcome": np.where(is_open, OPEN, self.outcome).astype(np.int8),
            "amount": np.where(unknown, np.nan, self.amount),
            "stage": Named(np.where(is_open, then, self.stage.codes).astype(np.int32), self.stage.names),
            "category": Named.nobody(len(self)),
            "expected": nothing,
            "bulk": self.bulk & ~is_open,
        }
        if views is not None:
            said = views.known_on(day, len(self))
            if "amount" in said:
                said["amount"] = np.where(is_open, said["amount"], self.amount)  # type: ignore[arg-type]
            columns |= said
        there = self.created <= day
        return replace(self[there], as_of=int(day), **{name: column[there] for name, column in columns.items()})

    @staticmethod
    def _columns() -> tuple[str, ...]:
        return tuple(one.name for one in fields(Opportunities) if one.type in ("np.ndarray", "Named"))
