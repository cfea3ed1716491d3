"""Cases at and beyond the edges: OK or one clear line, soon, and never a traceback. tests/odd_cases.py makes them.

The sets are fixed. The whole 5,000: ``python -m tests.odd_cases 5000``.
"""

from __future__ import annotations

import pytest

from tests.odd_cases import KINDS, case, faults

FEW, MANY = 72, 400


def test_a_fixed_set_at_the_edges() -> None:
    found, ended = faults(range(FEW))
    assert found == []
    assert sum(count for (_, code), count in ended.items() if code == 0) > FEW / 10
    assert sum(count for (_, code), count in ended.items() if code == 2) > FEW / 2
    assert {kind for kind, _ in ended} == {"override", "removal", "file", "company", "line"}


def test_cases_are_the_same_in_every_run() -> None:
    assert [case(number) for number in range(len(KINDS))] == [case(number) for number in range(len(KINDS))]


@pytest.mark.slow
def test_a_large_set_at_the_edges() -> None:
    assert faults(range(FEW, FEW + MANY))[0] == []
