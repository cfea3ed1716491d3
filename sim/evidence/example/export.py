"""One replication as a CRM would know it: deals, moves between stages, people and accounts, all of them clean.

The CRM was brought in on the run's first day. Deals open then were entered with the day of their creation, so the file
knows deals that are older than its log; of closes and moves before that day it knows nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim import ledger as codes
from sim.calendar import DAYS_PER_MONTH
from sim.evidence.example.names import account_name, deal_id, person_name
from sim.ledger import Ledger
from sim.pipeline.stages import median_days
from sim.scenario.codebook import Codebook
from sim.scenario.scenario import Scenario

_LATELY = 365  # days
WON, LOST = "Closed Won", "Closed Lost"
TITLES = {
    "ae": "Account Executive", "am": "Account Manager", "sdr": "Sales Development Rep", "se": "Solution Engineer",
    "csm": "Customer Success Manager", "manager": "Sales Manager", "recruiter": "Recruiter",
}  # fmt: skip
_ENDS = {codes.WIN: WON, codes.LOSS: LOST, codes.GAVE_UP: LOST}
_SHOWN = (codes.CREATED, codes.ADVANCED, *_ENDS)
CLOSED = {WON: "Closed", LOST: "Omitted"}  # forecast categories of closed deals


@dataclass
class Deal:
    """A row of the opportunities. Days count from the run's first one; ``closed`` is None while open."""

    id: str
    account: str
    owner: str
    created: int
    closed: int | None
    expected: int | None
    stage: str
    amount: float | None
    edited: float


@dataclass
class Move:
    """A row of the stage history: a move, or a close date that was pushed. ``amount`` is None where a deal closes for
    what its row says; ``expected`` is None where it closes that day.
    """

    deal: str
    stage: str
    day: float
    category: str = ""
    expected: int | None = None
    amount: float | None = None


@dataclass
class Person:
    """A row of the roster. ``end`` is the first day without them, None while here."""

    name: str
    title: str
    start: int
    end: int | None
    segment: str
    region: str


@dataclass
class Crm:
    """What the CRM knows on the evening of ``as_of``, the run's last day."""

    as_of: int
    deals: list[Deal]
    moves: list[Move]
    people: list[Person]
    accounts: dict[str, str]  # their segments, by name


def crm_of(scenario: Scenario, ledger: Ledger, horizon: float) -> Crm:
    """The CRM at the end of a run of ``horizon`` days, and nothing of what it does not show."""
    rows = ledger.deals
    known = np.flatnonzero((rows["created_day"] < horizon) & (rows["closed_day"] >= 0.0)).tolist()
    known_moves = ledger.moves[np.isin(ledger.moves["deal"], known)]
    known_moves = known_moves[np.lexsort((known_moves["day"], known_moves["deal"]))]
    moves = known_moves[np.isin(known_moves["kind"], _SHOWN)]
    edited = np.zeros(len(rows))
    edited[moves["deal"]] = moves["day"]
    people = People(ledger)
    account_of = _accounts(ledger, known)
    return Crm(
        int(horizon) - 1,
        [_deal(ledger, d, account_of[d], people.owner(rows[d], horizon), float(edited[d])) for d in known],
        list(_moves(scenario, ledger, known_moves[np.isin(known_moves["kind"], (*_SHOWN, codes.SLIPPED))], horizon)),
        list(people.roster()),
        {account_of[d]: ledger.names.segments[rows["segment"][d]] for d in known},
    )


def facts(crm: Crm) -> dict[str, dict[str, float]]:
    """What is true of each segment before any mess: deals created a month of the last year, the share won of those
    created until a year ago, the median days from creation to a win of these, and mean dollars of all wins.
    """
    found = {}
    for segment in sorted(set(crm.accounts.values())):
        deals = [deal for deal in crm.deals if crm.accounts[deal.account] == segment]
        late = [deal for deal in deals if deal.created > crm.as_of - _LATELY]
        old = [deal for deal in deals if 0 <= deal.created <= crm.as_of - _LATELY]
        days = [deal.closed - deal.created for deal in old if deal.stage == WON and deal.closed is not None]
        amounts = [deal.amount for deal in deals if deal.stage == WON and deal.amount is not None]
        found[segment] = {
            "created_a_month": round(len(late) * DAYS_PER_MONTH / min(_LATELY, crm.as_of + 1), 2),
            "won_share": round(len(days) / max(len(old), 1), 4),
            "won_of": len(old),
            "median_days_to_a_win": float(np.median(days)) if days else 0.0,
            "mean_amount_won": round(float(np.mean(amounts)), 2) if amounts else 0.0,
            "wins": len(amounts),
        }
    return found


def _shown(stage: str) -> str:
    return stage.replace("_", " ").title()


def _deal(ledger: Ledger, d: int, account: str, owner: str, edited: float) -> Deal:
    row = ledger.deals[d]
    is_open = row["state"] in codes.OPEN_STATES
    stage = _shown(ledger.names.stages[row["stage"]]) if is_open else WON if row["state"] == codes.WON else LOST
    return Deal(
        deal_id(d), account, owner, int(np.floor(row["created_day"])), None if is_open else int(row["closed_day"]),
        int(row["forecast_close_day"]) if is_open else None, stage, round(float(row["amount_usd"]), 2), edited,
    )  # fmt: skip


def _moves(scenario: Scenario, ledger: Ledger, moves: np.ndarray, horizon: float) -> Iterator[Move]:
    """The rows of the history, deal by deal; ``moves`` in the order of deal and time, slips among them."""
    starts = np.flatnonzero(np.diff(moves["deal"], prepend=-1))
    for mine in np.split(moves, starts[1:]) if len(moves) else ():
        yield from sorted(_of_deal(scenario, ledger, mine, horizon), key=lambda move: move.day)


def _of_deal(scenario: Scenario, ledger: Ledger, moves: np.ndarray, horizon: float) -> Iterator[Move]:
    """A deal's own, in no order: in each stage it has the stage's forecast category and a close date, which is pushed
    as it passes.

    The ledger has the days on which dates passed and the last date. Of a stage that was left in time, the date is
    taken for the median of what remained, as the rep's rule has it, at the deal's pace in its last stage; it lay not
    before the day on which the stage was left.
    """
    d = int(moves["deal"][0])
    row, name = ledger.deals[d], deal_id(d)
    segment = ledger.names.segments[row["segment"]]
    stages = list(scenario.world.segments[segment].stages.values())
    names, push = Codebook.of(scenario).stages_of[row["segment"]], scenario.world.segments[segment].push_days
    entries = np.flatnonzero(np.isin(moves["kind"], (codes.CREATED, codes.ADVANCED)))
    amount = round(float(row["amount_usd"]), 2)
    pace = 1.0
    for at in entries[::-1]:  # the last stage first: its date is known
        entered, k, after = moves[at]["day"], int(moves[at]["stage"]), moves[at + 1 :]
        slips = after["day"][: int(np.argmax(after["kind"] != codes.SLIPPED)) if _moved_on(after) else len(after)]
        median = median_days(stages[k:])
        if len(slips):
            dated = float(slips[0])
        elif _moved_on(after) and after["kind"][0] not in _ENDS:
            dated = max(entered + median * pace, float(after["day"][0]))
        else:
            dated = float(row["forecast_close_day"])
        pace = (dated - entered) / median if median > 0 and dated > entered else pace
        category = stages[k].forecast_category.title()
        yield Move(name, _shown(names[k]), float(entered), category, int(dated), amount)
        for slip in slips[slips < horizon]:
            yield Move(name, _shown(names[k]), float(slip), category, int(slip + push), amount)
    for move in moves[np.isin(moves["kind"], list(_ENDS))]:
        yield Move(name, _ENDS[int(move["kind"])], float(move["day"]), amount=amount)


def _moved_on(after: np.ndarray) -> bool:
    """Whether something but slips follows."""
    return bool((after["kind"] != codes.SLIPPED).any())


def _accounts(ledger: Ledger, known: list[int]) -> dict[int, str]:
    """The account of each deal: its customer's, or one of its own."""
    customer_of = np.where(ledger.deals["customer"] >= 0, ledger.deals["customer"], -1)
    won_by = np.flatnonzero(ledger.customers["deal"] >= 0)
    customer_of[ledger.customers["deal"][won_by]] = won_by
    account = {d: ("customer", int(customer_of[d])) if customer_of[d] >= 0 else ("deal", d) for d in known}
    number = {one: n for n, one in enumerate(dict.fromkeys(account.values()))}
    return {d: account_name(number[one]) for d, one in account.items()}


class People:
    """Who sat where when, by name. Who moves to another seat stays the same person, in the row of the last one."""

    def __init__(self, ledger: Ledger):
        self._names = ledger.names
        self._spells: dict[int, list[tuple[float, str]]] = defaultdict(list)
        rows = ledger.seats[np.argsort(ledger.seats["start_day"], kind="stable")]
        number: dict[int, int] = {}
        self._lives: dict[str, list[np.void]] = defaultdict(list)
        for row in rows:
            name = person_name(number.setdefault(int(row["person"]), len(number)))
            self._spells[int(row["seat"])].append((float(row["start_day"]), name))
            self._lives[name].append(row)

    def owner(self, deal: np.void, horizon: float) -> str:
        """Whoever sat in a deal's seat when it closed, or sits or last sat there."""
        return self.held(int(deal["seat"]), min(float(deal["closed_day"]), horizon))

    def held(self, seat: int, day: float) -> str:
        """Whoever sits or last sat in a seat."""
        held = [name for start, name in self._spells[seat] if start <= day]
        return held[-1] if held else ""

    def roster(self) -> Iterator[Person]:
        for name, spells in self._lives.items():
            last = spells[-1]
            role = self._names.roles[last["role"]]
            left = last["end_day"] < codes.NEVER
            start = spells[0]["start_day"] - spells[0]["credited_days"]
            yield Person(
                name, TITLES.get(role, _shown(role)), int(np.floor(start)),
                int(np.ceil(last["end_day"])) if left else None,
                self._names.segments[last["segment"]] if last["segment"] >= 0 else "",
                self._names.regions[last["region"]],
            )  # fmt: skip
