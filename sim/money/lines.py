"""The lines of a statement: what was earned, when, for what; and the payments that they add up to."""

from __future__ import annotations

import numpy as np

from sim import ledger
from sim.money.cents import to_cents
from sim.money.commission import EARNED_FIELDS

NO_DEAL = NO_TERMS = -1
LINES = np.dtype([
    ("spell", "i4"),  # row of the ledger's seats
    ("month", "i4"), ("day", "f8"),  # in which and on which it is earned
    ("paid_day", "f8"),
    ("deal", "i4"),  # NO_DEAL for what no deal earned
    ("kind", "i1"),  # of the payment
    ("terms", "i2"),  # the component, NO_TERMS for what belongs to the whole plan
    ("quota_usd", "f8"),  # carried in the component's period
    *EARNED_FIELDS,
])  # fmt: skip


def payments_of(lines: np.ndarray, spells: np.ndarray, benefits_share: float) -> np.ndarray:
    """Rows of ledger.PAYMENTS: lines added up by person, month, kind and payday, and the benefits load on them.

    By definition.
    """
    if not len(lines):
        return np.zeros(0, ledger.PAYMENTS)
    days, payday = np.unique(lines["paid_day"], return_inverse=True)
    months = int(lines["month"].max()) + 1
    person = (lines["spell"].astype(np.int64) * months + lines["month"]) * len(days) + payday
    paid = _added(person * len(ledger.PAYMENT_KINDS) + lines["kind"], lines["amount_usd"])
    loaded = _added(person, lines["amount_usd"])
    keys = np.concatenate([
        paid[0], loaded[0] * len(ledger.PAYMENT_KINDS) + ledger.BENEFITS
    ])  # fmt: skip
    person, kind = np.divmod(keys, len(ledger.PAYMENT_KINDS))
    person, payday = np.divmod(person, len(days))
    spell, month = np.divmod(person, months)
    rows = np.zeros(len(keys), ledger.PAYMENTS)
    rows["day"], rows["month"], rows["kind"] = days[payday], month, kind
    for name in ("seat", "segment", "region", "role"):
        rows[name] = spells[name][spell]
    rows["amount_usd"] = np.concatenate([paid[1], to_cents(benefits_share * loaded[1])])
    return rows[rows["amount_usd"] != 0.0]


def _added(keys: np.ndarray, amounts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each key once, and the sum of its amounts to the cent."""
    found, place = np.unique(keys, return_inverse=True)
    return found, np.round(np.bincount(place, amounts), 2)
