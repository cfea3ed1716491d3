"""The pipeline as the organization sees it: arrays that grow by themselves, advanced and acted on by verbs."""

from __future__ import annotations

import os

import numpy as np

from sim.pipeline import (
    installed_base,
    loop,
    opening_customers,
    opening_deals,
    pools,
    renewals,
    streams,
    territory,
    verbs,
    win_chance,
)
from sim.pipeline.room import Room, overdrawn
from sim.pipeline.state import State
from sim.pipeline.tables import (
    ARR_MOVES,
    CONTRACTS,
    CREDITS,
    CUSTOMERS,
    DEALS,
    MOVES,
    NOBODY,
    OPEN,
    WAITING_LEADS,
    WAITS,
)

CHECKS_ROOM = bool(os.environ.get("SALESIM_CHECKS_ROOM"))  # as the tests do


class Pipeline:
    """Holds the state of one replication. Days never run backwards."""

    def __init__(self, state: State):
        self.state = state
        self._room = Room(state)
        state.knobs["checks_room"] = CHECKS_ROOM
        cells, stages = len(state.cell_first) - 1, state.stages.shape[1]
        self._by_stage = np.zeros((cells, stages, 2))
        self._by_cell = np.zeros((cells, 4))
        self._waiting = np.zeros(cells)

    def advance(self, until: float) -> None:
        """Handle every event before ``until``."""
        while self.state.time[self.state.heap[0]] < until:
            answer = loop.advance(until, self.state)
            if answer == loop.DONE:
                return
            if answer == loop.OVERDRAWN:
                raise AssertionError(f"an event wrote too many rows: {overdrawn(self.state)}")
            self._room.grow()

    def fill(self, seat: int, day: float, entity: np.uint64, holder: int, logit: float) -> None:
        verbs.fill(self.state, seat, day, entity, holder, logit)

    def set_hours(self, seat: int, day: float, hours: float, rate_per_hour: float) -> None:
        verbs.set_hours(self.state, seat, day, hours, rate_per_hour)

    def set_odds(self, seat: int, logit: float) -> None:
        """Set the log-odds of a seat's holder, a stage."""
        self.state.seats[seat]["logit"] = logit

    def vacate(self, seat: int, day: float) -> int:
        """Empty a seat; answers how many open deals lost their rep. Its customers lose their seller, too."""
        renewals.lose_seller(self.state, seat)
        self._room.for_moves(2 * self._open_count() + 2)
        return verbs.vacate(self.state, seat, day)

    def reassign(self, seat: int, holder: int, day: float, routing: int) -> None:
        """Hand on what a former holder of a seat left: open deals, and customers. NOBODY left what has no owner yet."""
        self._room.for_moves(2 * self._open_count() + 2)
        verbs.reassign(self.state, seat, holder, day, routing)
        renewals.hand_on_customers(self.state, seat, holder, routing)

    def count_left(self, seat: int, holder: int) -> tuple[int, int]:
        """Open deals and customers that a former holder of a seat left, and that nobody has taken over."""
        return (
            verbs.count_without_rep(self.state, seat, holder),
            renewals.count_customers_without_seller(self.state, seat, holder),
        )

    def cells_without_seller(self) -> np.ndarray:
        """Cells with customers who belong to no seat."""
        alone = (self.customers["seat"] == NOBODY) & (self.customers["left_day"] == np.inf)
        return np.unique(self.state.customer_cell[: len(alone)][alone])

    def park_customers(self, cell: int, seat: int) -> None:
        """A cell's customers who belong to no seat wait with one until they are handed on."""
        renewals.park_customers(self.state, cell, seat)

    def plan_customers(self, day: float, week_end: float, renewal_logit: np.ndarray, expansion: np.ndarray) -> None:
        """The customers' weekly tick: what acts on renewals and expansion opportunities a working day, by cell."""
        self.state.cell_renewal[:] = renewal_logit
        self.state.cell_expansion[:] = expansion
        self._room.in_calendar(2 * int(self.state.count[CUSTOMERS]))
        renewals.plan_customers(self.state, day, week_end)

    def seed_customers(self, day: float, entity: np.uint64, cell: int, customers: int) -> None:
        """Put customers of the first day in place, each cell's together and in the order of cells."""
        self._room.for_customers(customers)
        installed_base.seed_customers(self.state, day, entity, cell, customers)

    def place_customers(self, customers: np.ndarray, day: float) -> None:
        """Put customers in place that records name; ``OPENING_CUSTOMER`` rows in the order of cells."""
        self._room.for_customers(len(customers))
        opening_customers.place_customers(self.state, customers, day)

    def open_recorded_books(self, customers: np.ndarray, day: float, seller_since: np.ndarray) -> None:
        """Begin the terms of the customers that records name, who were put in place before."""
        opening_customers.open_recorded_books(self.state, customers, day, seller_since)

    def remember(self, past: np.ndarray, day: float) -> None:
        """Tell what the customers of the first day have been through; who signs later than ``day`` is not there yet."""
        installed_base.remember(self.state, past, day)

    def open_books(self, day: float, seller_since: np.ndarray, past: np.ndarray, sells_new: np.ndarray) -> None:
        """Begin the terms of the customers of the first day, and give them to sellers, who came on the days given."""
        steps = int(self.state.renewal["growth_steps"].max(initial=1))
        self._room.for_contracts((2 + steps) * len(past))
        installed_base.open_books(self.state, day, seller_since, past, sells_new)

    def staff_stream(self, stream: int, day: float, entity: np.uint64) -> None:
        streams.staff_stream(self.state, stream, day, entity)

    def set_rate(self, stream: int, day: float, rate: float, boost: float) -> None:
        streams.set_rate(self.state, stream, day, rate, boost)

    def start_week(
        self, day: float, hours: np.ndarray, rate_per_hour: np.ndarray, logit: np.ndarray, rate: np.ndarray,
        boost: np.ndarray,
    ) -> None:  # fmt: skip
        """The weekly tick; three arrays by seat, two by stream."""
        self._room.for_moves(2 * int(self.state.count[WAITING_LEADS]) + 2)
        verbs.start_week(self.state, day, hours, rate_per_hour, logit, rate, boost)

    def set_early_dates(self, share: np.ndarray) -> None:
        """By which part of the time to a close the forecast dates set from now on fall short; by seat."""
        self.state.seats["early"] = share

    def set_market(self, logit: np.ndarray, cycle: np.ndarray, size: np.ndarray) -> None:
        """What the market adds to log-odds and by what it multiplies, from now on; arrays of (cells, sources)."""
        rows = self.state.market
        rows["logit"], rows["cycle"], rows["size"] = logit, cycle, size

    def territory(self, day: float) -> np.ndarray:
        """Accounts by cell as they stand at an instant: rows of ``territory.TERRITORY``."""
        territory.end_cooling(self.state, day)
        return self.state.territory

    def count_customers(self) -> None:
        """The customers of the first day hold accounts of their cells."""
        cells = self.state.customer_cell[: self.state.count[CUSTOMERS]]
        for cell, accounts in enumerate(np.bincount(cells, minlength=len(self.state.territory))):
            territory.count_customers(self.state.territory, cell, int(accounts))

    def cool_off(self, cell: np.ndarray, until: np.ndarray, accounts: np.ndarray) -> None:
        """Free accounts are left alone until a day; rows in order of day, none before one put here earlier."""
        self._room.to_cool(len(cell))
        territory.put_aside(self.state, cell, until, accounts)

    def recarve(self, cells: np.ndarray, shares: np.ndarray, deals_share: float, day: float) -> tuple[np.ndarray, int]:
        """Divide the accounts of cells anew; answers what each won and lost, and how many deals changed hands."""
        change = territory.move_accounts(self.territory(day), cells, shares)
        self._room.for_moves(3 * self._open_count() + 2)
        won, moved = np.maximum(change, 0), 0
        if won.any():
            for cell in cells[change < 0]:
                moved += verbs.hand_to_cells(
                    self.state, int(cell), cells[won > 0], np.cumsum(won[won > 0]) / won.sum(), deals_share, day
                )
        return change, moved

    def set_capacity(self, pool: int, day: float, capacity: int) -> None:
        """How many deals a pool of SEs may have in work at once; those that wait may start now."""
        self._room.for_moves(self._open_count() + 2)
        pools.set_capacity(self.state, pool, day, capacity)

    def serve_cell(self, cell: int, pool: int) -> None:
        """Deals of a cell ask this pool from now on; those that asked another stay with it."""
        self.state.cell_pool[cell] = pool

    def places_by_pool(self, day: float) -> tuple[np.ndarray, np.ndarray]:
        """Days of SEs' places used and held since the last call, by pool."""
        table = self.state.pools
        verbs.bring_all(self.state, day)
        used, held = table["busy_days"].copy(), table["place_days"].copy()
        table["busy_days"] = table["place_days"] = 0.0
        return used, held

    def snapshot(self, day: float, month_end: float, quarter_end: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """See ``verbs.snapshot``; the arrays are reused by the next call."""
        self._room.for_moves(verbs.count_pushes(self.state, day) + 2)
        verbs.snapshot(self.state, day, month_end, quarter_end, self._by_stage, self._by_cell, self._waiting)
        return self._by_stage, self._by_cell, self._waiting

    def win_chances(self, day: float) -> np.ndarray:
        """Chance of each deal to be won from where it stands; see ``win_chance.win_chances``."""
        return win_chance.win_chances(self.state, day)

    def hours_by_cell(self, day: float) -> tuple[np.ndarray, np.ndarray]:
        """Hours used and held since the last call, by cell."""
        table = self.state.seats
        verbs.bring_all(self.state, day)
        selling = table["cell"] >= 0
        cells = len(self.state.cell_first) - 1
        used = np.bincount(table["cell"][selling], table["hours_used"][selling], cells)
        held = np.bincount(table["cell"][selling], table["hours_held"][selling], cells)
        table["hours_used"] = 0.0
        table["hours_held"] = 0.0
        return used, held

    def make_room_to_close(self, day: float) -> int:
        """Room for every open deal to close at an instant, and to sign a customer; answers how many there are."""
        deals = self._open_count()
        self._room.for_moves(3 * deals + verbs.count_pushes(self.state, day) + 2)
        self._room.for_customers(2 * deals)
        self._room.to_cool(deals)
        self._room.for_credits(deals)
        return deals

    def make_room_for_deals(self, deals: int) -> None:
        """Room for deals that are put in place at once."""
        self._room.for_deals(deals)

    def place_opening_deals(self, deals: np.ndarray, day: float) -> None:
        """Put deals in place that records name; ``OPENING_DEAL`` rows, see ``opening_deals.place_opening_deals``."""
        self.make_room_for_deals(2 * len(deals))
        opening_deals.place_opening_deals(self.state, deals, day)

    def refresh_clocks(self) -> None:
        """Find every clock's next event anew, after the tables were put in place from outside."""
        verbs.refresh_clocks(self.state)

    def forget_history(self, new_since: float = np.inf) -> None:
        """Drop the moves and credits so far: what came before the first day is no part of the run.

        A wait for an SE is, also where one came at once, if the deal entered its stage after ``new_since``.
        """
        self.state.count[MOVES] = 0
        self.state.count[CREDITS] = 0
        kept = self.waits[self.deals["entered_day"][self.waits["deal"]] > new_since]
        self.state.waits[: len(kept)] = kept
        self.state.count[WAITS] = len(kept)
        self.state.pools["busy_days"] = self.state.pools["place_days"] = 0.0
        self.state.seats["hours_used"] = 0.0
        self.state.seats["hours_held"] = 0.0

    @property
    def deals(self) -> np.ndarray:
        return self.state.deals[: self.state.count[DEALS]]

    @property
    def moves(self) -> np.ndarray:
        return self.state.moves[: self.state.count[MOVES]]

    @property
    def customers(self) -> np.ndarray:
        return self.state.customers[: self.state.count[CUSTOMERS]]

    @property
    def contracts(self) -> np.ndarray:
        return self.state.contracts[: self.state.count[CONTRACTS]]

    @property
    def arr_moves(self) -> np.ndarray:
        return self.state.arr_moves[: self.state.count[ARR_MOVES]]

    @property
    def credits(self) -> np.ndarray:
        return self.state.credits[: self.state.count[CREDITS]]

    @property
    def waits(self) -> np.ndarray:
        return self.state.waits[: self.state.count[WAITS]]

    def _open_count(self) -> int:
        return int(self.state.count[OPEN])
