"""Territory: a finite number of accounts in each cell; each is free, worked, cooling off, or a customer.

Who searches hits an account at random, so a find counts only where that account is free; who asks by themselves is
free if anybody is. Accounts that cool off stand in a table in the order of their return, for all wait equally long.
They return when somebody looks: nothing sees the free accounts in between.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import ledger, luck
from sim.compiled import compiled, inlined
from sim.pipeline.ground import Ground
from sim.pipeline.rows import next_row
from sim.pipeline.tables import COOLED, COOLING, Field

# The accounts of a cell; ``accounts``, all there are, is negative where they are endless.
TERRITORY = np.dtype([
    ("accounts", "i8"), ("free", "i8"), ("worked", "i8"), ("cooling", "i8"), ("customers", "i8"),
    ("taken", "i8"),  # since the month began
], align=True)  # fmt: skip

COOLING_OFF = np.dtype([("day", "f8"), ("cell", "i8"), ("accounts", "i8")], align=True)  # until when

MARKET = np.dtype([("logit", "f8"), ("cycle", "f8"), ("size", "f8")], align=True)


def _territory(ground: Ground) -> np.ndarray:
    """Accounts by cell, all free; endless where the scenario gives none."""
    world = ground.scenario.world
    told = world.territory.accounts if world.territory else {}
    rows = np.zeros(ground.cells, TERRITORY)
    rows["accounts"] = [told.get(s, {}).get(r, -1) for s in world.segments for r in world.regions]
    rows["free"] = np.maximum(rows["accounts"], 0)
    return rows


def _take_territory(name: str, old: Any, new: Any) -> None:
    """Accounts stand as they stood."""
    new.territory[:] = old.territory
    new.territory["taken"] = 0


def _take_cooling(name: str, old: Any, new: Any) -> None:
    """Accounts that cool off move to the front of the table."""
    still = old.cooling[old.count[COOLED] : old.count[COOLING]]
    if len(still) >= len(new.cooling):
        new.put("cooling", np.empty(2 * len(still), COOLING_OFF))
    new.cooling[: len(still)] = still
    new.count[COOLED], new.count[COOLING] = 0, len(still)


FIELDS = {
    "territory": Field(TERRITORY, 1, _territory, _take_territory),  # by cell
    # By day; those before count[COOLED] are free again.
    "cooling": Field(COOLING_OFF, 1, lambda ground: np.empty(ground.room, COOLING_OFF), _take_cooling, COOLING),
}


@inlined
def find_account(state, cell, source, day, word):
    """Take the account of a lead; answers whether there is one. ``word`` decides whether a search hits a free one."""
    if state.territory[cell]["accounts"] < 0:
        return True
    return take_account(state, cell, state.sources[source]["searches"], day, word)


@compiled
def take_account(state, cell, searches, day, word):
    end_cooling(state, day)
    here = state.territory[cell]
    if searches:
        if luck.uniform(word) * here["accounts"] >= here["free"]:
            return False
    elif here["free"] <= 0:
        return False
    here["free"] -= 1
    here["worked"] += 1
    here["taken"] += 1
    return True


@inlined
def is_finite(state, cell):
    return state.territory[cell]["accounts"] >= 0


@compiled
def give_back(state, d, day):
    """A deal or lead that held an account ends: a customer, free again, or first to cool off."""
    deal = state.deals[d]
    here = state.territory[deal["cell"]]
    here["worked"] -= 1
    deal["has_account"] = False
    if deal["state"] == ledger.WON and not stands_for_churn(state, deal):
        here["customers"] += 1
    elif deal["state"] == ledger.STALE:
        here["free"] += 1
    else:
        cool_off(state, deal["cell"], 1, day + state.knobs[0]["cooling_days"])


@inlined
def stands_for_churn(state, deal):
    """Before the first day nobody churns, so where customers can, each win is taken to replace one who left."""
    return state.renewal[deal["segment"]]["keeps"] and not state.knobs[0]["signs"]


@compiled
def cool_off(state, cell, accounts, until):
    """Accounts are left alone until a day, which is not before that of any put here earlier."""
    state.territory[cell]["cooling"] += accounts
    row = state.cooling[next_row(state, COOLING, len(state.cooling))]
    row["day"] = until
    row["cell"] = cell
    row["accounts"] = accounts


@compiled
def end_cooling(state, day):
    """Accounts whose time is over are free again."""
    while state.count[COOLED] < state.count[COOLING]:
        row = state.cooling[state.count[COOLED]]
        if row["day"] > day:
            return
        here = state.territory[row["cell"]]
        here["cooling"] -= row["accounts"]
        here["free"] += row["accounts"]
        state.count[COOLED] += 1


@compiled
def lose_customers(state, cell, accounts, day):
    """Customers who left are accounts like others once they have cooled off."""
    if is_finite(state, cell) and state.territory[cell]["customers"] >= accounts:
        state.territory[cell]["customers"] -= accounts
        cool_off(state, cell, accounts, day + state.knobs[0]["cooling_days"])


def put_aside(state, cell: np.ndarray, until: np.ndarray, accounts: np.ndarray) -> None:
    """Free accounts cool off until a day, many at once; rows in order of day, none before one put here earlier."""
    first = int(state.count[COOLING])
    rows = state.cooling[first : first + len(cell)]
    rows["cell"], rows["day"], rows["accounts"] = cell, until, accounts
    state.count[COOLING] += len(cell)
    change = np.bincount(cell, accounts, len(state.territory)).astype(np.int64)
    state.territory["cooling"] += change
    state.territory["free"] -= change


def count_customers(territory: np.ndarray, cell: int, accounts: int) -> None:
    """Free accounts turn out to be customers already; where there are too few, there were more accounts."""
    here = territory[cell]
    if here["accounts"] >= 0 and accounts > 0:
        missing = max(accounts - int(here["free"]), 0)
        here["accounts"] += missing
        here["free"] += missing - accounts
        here["customers"] += accounts


def move_accounts(territory: np.ndarray, cells: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Move free accounts between cells so that each has its share of all; as far as there are free ones.

    Returns: accounts won by each cell, negative where lost; shape (cells,).
    """
    rows = territory[cells]
    wanted = np.floor(shares * rows["accounts"].sum() + 0.5).astype(np.int64) - rows["accounts"]
    given = np.minimum(np.maximum(-wanted, 0), rows["free"])
    asked = np.maximum(wanted, 0)
    part = np.cumsum(asked) * given.sum() // max(int(asked.sum()), 1)
    change = np.diff(np.minimum(part, given.sum()), prepend=0) - given
    territory["accounts"][cells] += change
    territory["free"][cells] += change
    return change
