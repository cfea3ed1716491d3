"""The codebook: names become codes and back, cells are segments times regions, stages have one name over segments."""

from __future__ import annotations

import numpy as np
import pytest

from sim.scenario.codebook import ALL, NO_STAGE, Codebook

BOOK = Codebook(
    roles=("ae", "sdr"),
    segments=("small", "large"),
    regions=("north", "south", "west"),
    sources=("inbound",),
    regimes=("always",),
    stages_of=(("meet", "sign"), ("meet", "prove", "sign")),
)


def test_a_cell_is_a_segment_in_a_region_and_back() -> None:
    assert BOOK.cells == 6
    names = [BOOK.cell_name(cell) for cell in range(BOOK.cells)]
    assert names == [f"{segment}/{region}" for segment in BOOK.segments for region in BOOK.regions]
    segment, region = BOOK.of_cells
    np.testing.assert_array_equal(BOOK.cell(segment, region), np.arange(6))
    assert BOOK.segment_region(4) == (1, 1)
    np.testing.assert_array_equal(BOOK.cells_of(1), [3, 4, 5])


def test_a_place_has_all_segments_where_none_is_named() -> None:
    assert BOOK.place("sdr", "large", "west") == (1, 1, 2)
    assert BOOK.place("ae", None, "north") == (0, ALL, 0)
    assert BOOK.segment_name(BOOK.segment(None)) is None
    assert [BOOK.segment_name(BOOK.segment(name)) for name in BOOK.segments] == list(BOOK.segments)
    with pytest.raises(ValueError, match="not in tuple"):
        BOOK.place("ae", "medium", "north")


def test_a_stage_of_one_name_has_one_code_in_all_segments() -> None:
    assert BOOK.stages == ("meet", "sign", "prove")
    np.testing.assert_array_equal(BOOK.stage_code, [[0, 1, NO_STAGE], [0, 2, 1]])
