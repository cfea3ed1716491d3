"""How long a week, a month and a year are stands once, in the calendar."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sim

ROOT = Path(sim.__file__).parent
LONG = r"(7|52|365|365\.25|30\.4\d*|12)(\.0)?"
NAMED = re.compile(rf"^_?[A-Z_]*(WEEK|MONTH|YEAR|QUARTER)[A-Z_]* = {LONG}\s*(#|$)", re.M)
DIVIDED = re.compile(r"[*/] ?(7\.0|52\.0|365\.0|365\.25|30\.4\d*)\b|\b365(\.25|\.0)? ?\*")


def told_again(text: str) -> list[str]:
    return [found.group(0) for pattern in (NAMED, DIVIDED) for found in pattern.finditer(text)]


def test_no_other_file_says_how_long_a_week_a_month_or_a_year_is() -> None:
    files = [path for path in ROOT.rglob("*.py") if path.name != "calendar.py"]
    assert {path.name: found for path in files if (found := told_again(path.read_text()))} == {}


@pytest.mark.parametrize(
    "text", ["WEEK_DAYS = 7.0\n", "MONTHS_PER_YEAR = 12\n", "x = days / 7.0\n", "y = 365.25 * a\n"]
)
def test_what_is_told_again_is_found(text: str) -> None:
    assert told_again(text + "\n")
