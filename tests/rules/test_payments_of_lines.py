"""Lines of statements become payments: added up by person, month, kind and payday, with benefits on top of them."""

from __future__ import annotations

import numpy as np
import pytest

from sim import ledger
from sim.money.lines import LINES, payments_of

Line = tuple[int, int, float, int, float]  # spell, month, payday, kind, USD


def paid(*given: Line, benefits_share: float = 0.1) -> list[tuple[float, ...]]:
    """What is paid: seat, month, day, kind, USD."""
    lines = np.zeros(len(given), LINES)
    for name, values in zip(
        ("spell", "month", "paid_day", "kind", "amount_usd"), zip(*given, strict=True), strict=True
    ):
        lines[name] = values
    spells = np.zeros(3, ledger.SEATS)
    spells["seat"], spells["role"], spells["segment"], spells["region"] = [7, 8, 7], [0, 1, 0], [1, -1, 1], [1, 0, 1]
    rows = payments_of(lines, spells, benefits_share)
    places = {7: (0, 1, 1), 8: (1, -1, 0)}
    assert all((row["role"], row["segment"], row["region"]) == places[int(row["seat"])] for row in rows)
    return sorted(tuple(float(row[name]) for name in ("seat", "month", "day", "kind", "amount_usd")) for row in rows)


def test_lines_of_a_person_add_up_by_month_kind_and_payday() -> None:
    """A tenth of 160.05 is 16.005: half a cent goes up. What is earned and paid back at once leaves no payment."""
    c, s, b = float(ledger.COMMISSION), float(ledger.SPIFF), float(ledger.BENEFITS)
    found = paid(
        (0, 0, 30.0, ledger.COMMISSION, 100.0), (0, 0, 30.0, ledger.COMMISSION, 50.05),
        (0, 0, 30.0, ledger.SPIFF, 10.0),
        (0, 0, 60.0, ledger.COMMISSION, 1.0), (0, 2, 90.0, ledger.COMMISSION, 20.0),
        (1, 1, 60.0, ledger.COMMISSION, 300.0), (1, 1, 60.0, ledger.COMMISSION, -300.0),
        (1, 2, 60.0, ledger.CLAWBACK, -40.0), (2, 2, 90.0, ledger.COMMISSION, 5.0),
    )  # fmt: skip
    assert found == sorted([
        (7, 0, 30, c, 150.05), (7, 0, 30, s, 10), (7, 0, 30, b, 16.01),
        (7, 0, 60, c, 1), (7, 0, 60, b, 0.1),
        (7, 2, 90, c, 20), (7, 2, 90, b, 2), (7, 2, 90, c, 5), (7, 2, 90, b, 0.5),
        (8, 2, 60, float(ledger.CLAWBACK), -40), (8, 2, 60, b, -4),
    ])  # fmt: skip


@pytest.mark.parametrize("usd", [1.0, 0.01])
def test_small_payments_are_payments(usd: float) -> None:
    assert paid((0, 0, 30.0, ledger.COMMISSION, usd), benefits_share=0.0) == [(7, 0, 30, ledger.COMMISSION, usd)]


def test_no_lines_are_no_payments() -> None:
    none = payments_of(np.zeros(0, LINES), np.zeros(0, ledger.SEATS), 0.1)
    assert none.dtype == ledger.PAYMENTS
    assert not len(none)
