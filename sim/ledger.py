"""The ledger: everything that happened in one replication, as typed tables. All measures are sums over it.

Times are days since the scenario's first day (day 0.0 is its midnight); what happened before carries a negative
day. Amounts are US dollars, rounded to the cent where they arise. Codes index the tuples in ``Names``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter

import numpy as np

NEVER = np.inf

# How a spell in a seat ended (seats.exit_kind).
STILL_HERE, VOLUNTARY, INVOLUNTARY, DATED, MOVED = range(5)
EXIT_KINDS = ("still here", "voluntary", "involuntary", "dated", "moved to another seat")

# What a deal is (deals.state). Waiting and stale leads never became opportunities.
WAITING, WORKING, DEFERRED, STALLED, ORPHANED, WON, LOST, NO_DECISION, STALE, QUEUED = range(10)
DEAL_STATES = (
    "waiting", "working", "deferred", "stalled", "orphaned", "won", "lost", "no decision", "stale", "waiting for an SE",
)  # fmt: skip
OPEN_STATES = (WORKING, DEFERRED, STALLED, ORPHANED, QUEUED)

# What happened to a deal (moves.kind).
CREATED, ADVANCED, STALL, REVIVED, WIN, LOSS, GAVE_UP, ORPHAN, REASSIGNED, SLIPPED, LEAD_WAITED, LEAD_STALE = range(12)
SE_WAIT, SE_START, SE_WITHOUT = 12, 13, 14
MOVE_KINDS = (
    "created", "advanced", "stalled", "revived", "won", "lost", "no decision", "orphaned", "reassigned",
    "slipped", "lead waited", "lead went stale", "waits for an SE", "SE found", "goes on without an SE",
)  # fmt: skip

# What a contract is (contracts.kind), and what moved annual recurring revenue (arr_moves.kind).
OPENING_TERM, NEW_TERM, RENEWAL_TERM, EXPANSION_TERM, GROWTH_TERM = range(5)
CONTRACT_KINDS = ("opening", "new", "renewal", "expansion", "growth")
ARR_OPENING, ARR_NEW, ARR_EXPANSION, ARR_GROWTH, ARR_UPLIFT, ARR_CONTRACTION, ARR_CHURN = range(7)
ARR_KINDS = ("opening", "new", "expansion", "growth", "uplift", "contraction", "churn")

# Why it moved (arr_moves.cause).
OWN_COURSE, SELLER_LEFT = range(2)
ARR_CAUSES = ("own course", "the seller left")

# What was paid (payments.kind).
SALARY, COMMISSION, BENEFITS, RECRUITING, OVERHEAD, PROGRAMS, SEVERANCE, TRAINING, PARTNER_MARGIN = range(9)
BONUS, SPIFF, DRAW, DRAW_RECOVERY, GUARANTEE, CLAWBACK, OVERRIDE, TEAM_BONUS = range(9, 17)
OTHER_COST = 17
PAYMENT_KINDS = (
    "salary", "commission", "benefits", "recruiting", "overhead", "programs", "severance", "training", "partner margin",
    "bonus", "SPIFF", "draw", "draw recovery", "guarantee", "clawback", "override", "team bonus", "other",
)  # fmt: skip
VARIABLE_PAY = (COMMISSION, BONUS, SPIFF, DRAW, DRAW_RECOVERY, GUARANTEE, CLAWBACK, OVERRIDE, TEAM_BONUS)

# What a snapshot counts (snapshots.quantity). Taken at each month's first instant; hours are those of the month.
(
    OPEN_DEALS, OPEN_USD, DATED_IN_MONTH_USD, DATED_IN_QUARTER_USD, HOURS_USED, HOURS_HELD, WAITING_LEADS,
    COVERAGE_TARGET, COMMITTED_USD, SE_PLACES_USED, SE_PLACES_HELD, ACCOUNTS, ACCOUNTS_FREE, ACCOUNTS_WORKED,
    ACCOUNTS_COOLING, ACCOUNTS_CUSTOMERS, ACCOUNTS_TAKEN, LED, COACHED,
) = range(19)  # fmt: skip
SNAPSHOT_QUANTITIES = (
    "open deals", "open usd", "usd dated in this month", "usd dated in the rest of this quarter", "hours used",
    "hours held", "waiting leads", "coverage target", "usd in stages of forecast category commit",
    "SE place days used", "SE place days held", "accounts", "free accounts", "accounts worked", "accounts cooling off",
    "customers' accounts", "accounts newly taken", "people whom somebody should lead", "of these, coached",
)  # fmt: skip

# What the organization decided (decisions.kind).
(
    FILL_GAP, REVIEW_FAILED, APPROVE_BACKFILL, OFFER_DECLINED, REASSIGN, RECARVE, REVIEW_MISSED, LEAVE_BEGAN,
    LEAVE_ENDED, TRAINED, FILLED_INSIDE, REVIEW_SKIPPED, FIRED,
) = range(13)  # fmt: skip
DECISION_KINDS = (
    "fill coverage gap",
    "review failed",
    "approve backfill",
    "offer declined",
    "reassign deals",
    "divide territory anew",
    "review missed",
    "leave began",
    "leave ended",
    "trained",
    "filled from inside",
    "review skipped",
    "trigger fired",
)

SEATS = np.dtype([
    ("seat", "i4"), ("holder", "i4"), ("role", "i2"), ("segment", "i2"), ("region", "i2"),
    ("start_day", "f8"),  # negative for people of the opening roster
    ("end_day", "f8"),  # NEVER while held
    ("exit_kind", "i1"), ("requisition", "i4"),  # -1: opening roster
    ("ability", "f8"), ("ramp_ceiling", "f8"),  # 1, or less for a hire who never ramps
    ("person", "u8"),  # the same in all seats that somebody sat in
    ("credited_days", "f8"),  # tenure brought along from a seat before
    ("moved_from", "i4"),  # the spell before of who moved here; -1: they came from outside
    ("seat_closed", "?"),  # with this spell the position ended
])  # fmt: skip
# Where each seat of the first day stands, in the order of seat codes; what plans add comes after them.
PLACES = np.dtype([("role", "i2"), ("segment", "i2"), ("region", "i2")])
REQUISITIONS = np.dtype([
    ("name", "i4"), ("unit", "i4"), ("seat", "i4"), ("role", "i2"), ("segment", "i2"), ("region", "i2"),
    ("backfill", "?"), ("vacated_day", "f8"), ("open_day", "f8"), ("recruiter_day", "f8"),
    ("accept_day", "f8"), ("start_day", "f8"), ("offers_declined", "i4"),
])  # fmt: skip
# What each spell gave in each month: days weighted with ramp, and days on leave, which give nothing.
RAMPED = np.dtype([("spell", "i4"), ("month", "i4"), ("ramped_days", "f8"), ("away_days", "f8")])
MOVES = np.dtype([("day", "f8"), ("deal", "i4"), ("seat", "i4"), ("kind", "i1"), ("stage", "i1")])
CREDITS = np.dtype(
    [("day", "f8"), ("deal", "i4"), ("seat", "i4"), ("holder", "i4"), ("share", "f8"), ("amount_usd", "f8")]
)
# Attempts at stages that need a solution engineer (SE), as their wait for one ends (waits.ended).
SE_CAME, WENT_WITHOUT, GONE_STALE, REP_LEFT, STILL_WAITS = range(5)
WAIT_ENDS = (
    "an SE was free",
    "went on without",
    "closed as stale",
    "lost its rep",
    "still waits at the end of the run",
)
WAITS = np.dtype([
    ("day", "f8"),  # on which the wait ended; the end of the run for those who still wait
    ("deal", "i4"), ("pool", "i4"), ("days", "f8"),  # days waited, often 0
    ("ended", "i1"),
])  # fmt: skip
DEALS = np.dtype([
    ("source", "i2"), ("segment", "i2"), ("region", "i2"), ("seat", "i4"), ("stage", "i1"), ("state", "i1"),
    ("arrived_day", "f8"),  # as a lead
    ("created_day", "f8"),  # as an opportunity; NEVER for leads that never became one
    ("closed_day", "f8"), ("forecast_close_day", "f8"), ("amount_usd", "f8"),
    ("slips", "i4"), ("reassigned", "i2"), ("marginal", "?"), ("opening", "?"),
    ("customer", "i4"),  # whose expansion it is; -1: a new customer's
    ("win_chance", "f8"),  # of one that is open at the horizon, from where it stands; else 0
])  # fmt: skip
CUSTOMERS = np.dtype([
    ("deal", "i4"),  # the deal that won it; -1: there on the first day
    ("segment", "i2"), ("region", "i2"),
    ("source", "i2"),  # -1: there on the first day
    ("seat", "i4"), ("holder", "i4"),  # to whom it belongs at the end
    ("since_day", "f8"),  # negative for the first day's; of a file's customers the start of their term
    ("left_day", "f8"),  # NEVER while a customer
    ("arr_usd", "f8"),  # at the end; 0 for one who left
    ("renewals", "i4"),
    ("term_end_day", "f8"),  # of the last term
    ("extra_loss", "f8"),  # chance more to be lost at the next renewal, as the seller left
    ("growth_left_usd", "f8"), ("growth_steps", "i4"), ("growth_day", "f8"),  # of a slow start, and its next step
])  # fmt: skip
# A customer's ARR is the sum of its contracts in force: one for the term, and one for each rise within it, which ends
# with the term and is part of the next one.
CONTRACTS = np.dtype([
    ("customer", "i4"), ("deal", "i4"), ("kind", "i1"),  # deal: -1 where none was won for it
    ("segment", "i2"), ("region", "i2"), ("source", "i2"), ("seat", "i4"), ("holder", "i4"),
    ("start_day", "f8"), ("end_day", "f8"), ("arr_usd", "f8"),
    ("anchor_day", "f8"),  # from which its months count: of 31 January the second begins on the last of February
])  # fmt: skip
ARR_MOVES = np.dtype([
    ("day", "f8"), ("customer", "i4"), ("kind", "i1"), ("cause", "i1"),
    ("segment", "i2"), ("region", "i2"), ("source", "i2"), ("seat", "i4"),
    ("amount_usd", "f8"),  # signed
])  # fmt: skip
QUOTAS = np.dtype([
    ("seat", "i4"), ("holder", "i4"), ("month", "i4"), ("quarter", "i4"),  # the period's month and quarter index
    ("segment", "i2"), ("region", "i2"),
    ("full_usd", "f8"),  # before relief for ramp and for part of a period held
    ("quota_usd", "f8"),  # street quota, relieved
    ("attained_usd", "f8"),
])  # fmt: skip
PAYMENTS = np.dtype(
    [
        ("day", "f8"),  # on which it is paid; it may lie past the horizon
        ("month", "i4"),  # in which it is earned
        ("seat", "i4"),
        ("segment", "i2"),
        ("region", "i2"),
        ("role", "i2"),
        ("kind", "i1"),
        ("amount_usd", "f8"),
    ]
)
MARKET = np.dtype([("day", "f8"), ("regime", "i2"), ("level", "f8")])  # level: of the common factor, in its sd
SNAPSHOTS = np.dtype([
    ("month", "i4"), ("quantity", "i1"), ("segment", "i2"), ("region", "i2"), ("stage", "i1"),  # stage -1: all
    ("value", "f8"),
])  # fmt: skip
DECISIONS = np.dtype(
    [
        ("day", "f8"),
        ("kind", "i1"),
        ("seat", "i4"),
        ("segment", "i2"),
        ("region", "i2"),
        ("value", "f8"),
        ("reason", "i4"),
    ]
)

# What each seller went by at a weekly tick, where sellers respond to pay.
EFFORTS = np.dtype([
    ("day", "f8"), ("seat", "i4"), ("holder", "i4"),
    ("effort", "f4"), ("wanted", "f4"),  # after and before last week's habit
    ("worth", "f4"),  # of a dollar more, in units of the usual commission rate
    ("ratchet", "f4"),  # what of it a quota that follows sales takes
    ("attainment", "f4"), ("weeks_left", "f4"),  # of the plan's first component; -1 without a quota
])  # fmt: skip
# Deals that sellers signed early, or put off, at the end of a pay period (timings.kind).
PULLED_IN, PUSHED_OUT = 0, 1
TIMINGS = np.dtype([
    ("day", "f8"), ("deal", "i4"), ("seat", "i4"), ("holder", "i4"), ("kind", "i1"),
    ("planned_day", "f8"),  # when it would have closed
    ("until_day", "f8"),  # pushed out: to when
    ("amount_usd", "f8"), ("discount_usd", "f8"),  # before discount; what was given away
    ("lost", "?"),  # pushed out: the buyer will not wait
    ("together", "i4"), ("gain_usd", "f8"),  # deals moved at once, and what that adds to expected pay
    ("sold_usd", "f8"), ("quota_usd", "f8"),  # in the plan's first component, with what closes by itself
])  # fmt: skip


@dataclass(frozen=True)
class Names:
    """What the codes in the tables mean. Index i of a tuple is code i."""

    seats: tuple[str, ...]
    requisitions: tuple[str, ...]
    roles: tuple[str, ...]
    segments: tuple[str, ...]
    regions: tuple[str, ...]
    sources: tuple[str, ...]
    stages: tuple[str, ...]  # all stage names over segments, in order of first use
    regimes: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass
class Ledger:
    """One replication, whole. Tables are structured arrays of the dtypes above, one row an event or a thing."""

    names: Names
    seats: np.ndarray
    requisitions: np.ndarray
    moves: np.ndarray
    deals: np.ndarray
    credits: np.ndarray
    customers: np.ndarray
    contracts: np.ndarray
    arr_moves: np.ndarray
    quotas: np.ndarray
    payments: np.ndarray
    market: np.ndarray
    snapshots: np.ndarray
    decisions: np.ndarray
    ramped: np.ndarray
    places: np.ndarray = field(default_factory=lambda: np.zeros(0, PLACES))
    waits: np.ndarray = field(default_factory=lambda: np.zeros(0, WAITS))
    efforts: np.ndarray = field(default_factory=lambda: np.zeros(0, EFFORTS))
    timings: np.ndarray = field(default_factory=lambda: np.zeros(0, TIMINGS))


def with_columns_of(rows: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Rows of a type, with the columns that other rows have by the same name; zero in the rest."""
    found = np.zeros(len(rows), dtype)
    for name in set(dtype.names or ()).intersection(rows.dtype.names or ()):
        found[name] = rows[name]
    return found


class Table:
    """A growing table: rows are appended, the array doubles when full."""

    def __init__(self, dtype: np.dtype, room: int = 64):
        self._rows = np.zeros(room, dtype)
        self._names = dtype.names or ()
        self._in_order = itemgetter(*self._names)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, **values: object) -> int:
        """Append one row, each field by its name; returns its index. A field left out or not there is an error."""
        if self._count == len(self._rows):
            self._grow(self._count + 1)
        if len(values) != len(self._names):
            raise TypeError(f"a row has the fields {', '.join(self._names)}, given {', '.join(values)}")
        self._rows[self._count] = self._in_order(values)
        self._count += 1
        return self._count - 1

    def extend(self, rows: np.ndarray) -> None:
        """Append many rows of the same dtype."""
        self._grow(self._count + len(rows))
        self._rows[self._count : self._count + len(rows)] = rows
        self._count += len(rows)

    def __getitem__(self, index):
        return self.rows[index]

    @property
    def rows(self) -> np.ndarray:
        """The rows so far, as a view."""
        return self._rows[: self._count]

    def _grow(self, needed: int) -> None:
        if needed > len(self._rows):
            more = np.zeros(max(needed, 2 * len(self._rows)), self._rows.dtype)
            more[: self._count] = self._rows[: self._count]
            self._rows = more
