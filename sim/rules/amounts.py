"""Amounts: dollars are rounded to the cent where they arise."""

from __future__ import annotations

import math

from sim.compiled import inlined


@inlined
def whole_cents(usd):
    """US dollars to the nearest cent, half cents up."""
    return math.floor(usd * 100.0 + 0.5) / 100.0
