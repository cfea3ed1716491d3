"""Amounts: dollars are rounded to the cent where they arise."""

from __future__ import annotations

import math

from sim.compiled import inlined


@inlined
def whole_cents(usd):
    """Dollars of the model's own draws to the nearest cent. What is owed to somebody is rounded by ``money.cents``.

    By definition.
    """
    return math.floor(usd * 100.0 + 0.5) / 100.0
