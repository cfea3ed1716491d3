"""Headline numbers of three worlds are what they were; ``python -m tests.baseline refresh`` is how they move."""

from __future__ import annotations

import math

from tests import baseline


def test_no_headline_number_moved() -> None:
    before = baseline.kept()
    assert {world for world, *_ in before} == set(baseline.WHICH)
    assert {measure for _, _, measure, _ in before} == set(baseline.HEADLINES)
    said = baseline.differences(list(baseline.played()), before)
    assert not said, "\n".join(
        [*said, "If that is meant: python -m tests.baseline refresh, and the reason in the commit."]
    )


def test_a_difference_is_told() -> None:
    """Beyond rounding, and where a number came or went; what is undefined in both is alike."""
    before = [("w", 0, "a", 1.0), ("w", 0, "b", math.nan), ("w", 0, "c", 2.0), ("w", 0, "e", 0.0)]
    assert baseline.differences(before, before) == []
    assert baseline.differences([("w", 0, "a", 1.0 + 1e-10), *before[1:]], before) == []
    now = [("w", 0, "a", 1.0 + 1e-8), ("w", 0, "b", 1.0), ("w", 0, "d", 2.0), ("w", 0, "e", 1e-12)]
    assert [line.split("'")[3] for line in baseline.differences(now, before)] == ["a", "b", "c", "e", "d"]
