"""Other cost: what belongs to nobody's seat is paid to the cent, in every plan alike, and moves nothing else."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from sim import ledger
from sim.ledger import Ledger
from sim.measures import kpis
from sim.measures.catalogue import MEASURES
from sim.scenario.scenario import Scenario
from tests.makers.play import TABLES, digest, ledgers, plain

YEARLY = {"leaders": "1000000.01", "tools": "99.99", "free": "0"}
GIVEN = "+world.costs.other_usd_per_year={" + ", ".join(f"{name}: {usd}" for name, usd in YEARLY.items()) + "}"


def other(book: Ledger) -> np.ndarray:
    return book.payments[book.payments["kind"] == ledger.OTHER_COST]


@pytest.mark.parametrize("years", [1, 2])
def test_whole_years_cost_what_is_given_to_the_cent(years: int) -> None:
    (book,) = ledgers(plain(GIVEN), 12 * years, 1)
    rows = other(book)
    paid = sum((Decimal(f"{usd:.2f}") for usd in rows["amount_usd"]), Decimal(0))
    assert paid == years * sum(Decimal(usd) for usd in YEARLY.values())
    assert len(rows) == 12 * years * 2, "what costs nothing is not written"
    for nobody in ("seat", "role", "segment", "region"):
        assert np.all(rows[nobody] == -1)
    by_month = np.bincount(rows["month"], rows["amount_usd"])
    assert np.ptp(by_month) < 0.025, "months differ by cents"


def test_it_is_in_cost_and_moves_nothing_else() -> None:
    off, on = plain(), plain(GIVEN)
    (before,), (after,) = ledgers(off, 14, 1), ledgers(on, 14, 1)
    assert digest(before, tuple(set(TABLES) - {"payments"})) == digest(after, tuple(set(TABLES) - {"payments"}))
    kept = after.payments["kind"] != ledger.OTHER_COST
    assert np.array_equal(before.payments, after.payments[kept])
    cost = [kpi(plan, book, "cost") for plan, book in ((off, before), (on, after))]
    assert cost[1] - cost[0] == pytest.approx(other(after)["amount_usd"].sum(), abs=0.005)
    assert kpi(on, after, "other_cost") == pytest.approx(cost[1] - cost[0], abs=0.005)


def test_without_it_nothing_is_written() -> None:
    (book,) = ledgers(plain(), 14, 1)
    assert len(other(book)) == 0
    (empty,) = ledgers(plain("+world.costs.other_usd_per_year={nothing: 0}"), 14, 1)
    assert digest(book) == digest(empty)


def kpi(plan: Scenario, book: Ledger, measure: str) -> float:
    """A measure of the whole run and of everybody."""
    layout = kpis.table(plan, plan.calendar(14))
    labels = [(MEASURES[m].name, period, group) for _, period, _, group, m in layout.rows.labels()]
    return float(layout.values(book)[labels.index((measure, "total", "all"))])
