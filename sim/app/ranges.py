"""Ranges of a sweep: ``0.1:0.3:0.05`` has both its ends; ``range(0.1,0.3,0.05)`` stops before its end, as in Hydra.

Values are decimal, so that 0.1 and two steps of 0.05 are 0.2 and nothing beside it.
"""

from __future__ import annotations

import re
from decimal import Decimal

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import RangeSweep
from hydra.errors import HydraException

from sim.scenario.errors import UserError

MOST_VALUES = 1000
EXAMPLE = "0.1:0.3:0.05"
_NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?"
_WITH_ENDS = re.compile(rf"({_NUMBER}):({_NUMBER})(?::({_NUMBER}))?")
_CALL = "range("


def is_range(text: str) -> bool:
    """Whether the values of a sweep are given as a range, be it a sound one or not."""
    return text.startswith(_CALL) or _WITH_ENDS.fullmatch(text) is not None


def range_values(key: str, text: str) -> tuple[str, ...]:
    """The values of a range, as one would type them. Raises UserError for one that goes nowhere or has no end."""
    start, end, step, has_end = _call(key, text) if text.startswith(_CALL) else _with_ends(text)
    if step == 0:
        raise UserError(f"{key}={text}: goes nowhere, because its step is 0; a range is given as {EXAMPLE}.")
    if start == end or (end > start) != (step > 0):
        why = "starts where it ends" if start == end else f"never comes from {start} to {end} in steps of {step}"
        raise UserError(f"{key}={text}: goes nowhere, because it {why}; a range is given as {EXAMPLE}.")
    steps = (end - start) / step
    count = int(steps) + (1 if has_end or steps != int(steps) else 0)
    if count > MOST_VALUES:
        raise UserError(f"{key}={text}: has {Decimal(count):.4g} values; at most {MOST_VALUES:,} are allowed.")
    if count < 2:
        raise UserError(f"{key}={text}: has one value, for its step is {step}; a range is given as {EXAMPLE}.")
    return tuple(_typed(start + place * step) for place in range(count))


def _with_ends(text: str) -> tuple[Decimal, Decimal, Decimal, bool]:
    found = _WITH_ENDS.fullmatch(text)
    assert found is not None
    start, end, step = (Decimal(one) if one else Decimal(1) for one in found.groups())
    return start, end, step, True


def _call(key: str, text: str) -> tuple[Decimal, Decimal, Decimal, bool]:
    """What Hydra reads of ``range(stop)``, ``range(start,stop)`` or ``range(start,stop,step)``."""
    try:
        given = OverridesParser.create().parse_override(f"sweep={text}").value()
    except (HydraException, ValueError, RecursionError):
        given = None
    if not isinstance(given, RangeSweep) or given.stop is None:
        raise UserError(f"{key}={text}: cannot be read as a range; write {EXAMPLE} or range(0,30,10).")
    start, end, step = (Decimal(str(one)) for one in (given.start or 0, given.stop, given.step))
    if not all(one.is_finite() for one in (start, end, step)):
        raise UserError(f"{key}={text}: a range needs numbers, such as range(0,30,10).")
    return start, end, step, False


def _typed(value: Decimal) -> str:
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
