"""Amounts: dollars are rounded to the cent where they arise, by two rules.

What the model draws goes to the nearest cent as it stands. What is owed to somebody goes half a cent up as payroll
does, also where binary rounding left it a hair below the half: a statement must come out as by hand.
"""

from __future__ import annotations

import math

from sim.compiled import inlined

SAME_CENTS = 1e-6  # what lies so near is the same but for binary rounding


@inlined
def whole_cents(usd):
    """Dollars of the model's own draws to the nearest cent. By definition."""
    return math.floor(usd * 100.0 + 0.5) / 100.0


@inlined
def to_the_cent(amount_usd):
    """Dollars that are owed to the cent, half a cent up; ``money.cents.to_cents`` for arrays. By definition."""
    return math.floor(amount_usd * 100.0 + 0.5 + SAME_CENTS) / 100.0
