"""Forecasts as cells, and their file."""

from __future__ import annotations

import numpy as np
import pytest

from sim.evidence.backtest.cells import EVERYBODY, Cell, cells_of, read_samples, write_samples

CUTOFF = 736_694  # 2017-12-31


@pytest.fixture
def samples():
    return np.random.default_rng(1).poisson(5.0, (40, 4, 2, 2)) * np.array([[1.0], [999.5]])


def test_cells_add_up(samples):
    actual = samples[0]
    cells = {(cell.horizon, cell.measure, cell.part): cell for cell in cells_of(CUTOFF, samples, actual)}
    assert len(cells) == 5 * 2 * 3
    for measure in ("wins", "bookings"):
        for horizon in ("month1", "month4", "quarter"):
            total, opened, new = (cells[horizon, measure, part] for part in ("total", "open", "new"))
            assert np.allclose(total.samples, opened.samples + new.samples)
            assert total.actual == pytest.approx(opened.actual + new.actual)
        months = [cells[f"month{number}", measure, "total"] for number in (1, 2, 3)]
        assert np.allclose(cells["quarter", measure, "total"].samples, sum(one.samples for one in months))
        assert cells["quarter", measure, "total"].actual == pytest.approx(sum(one.actual for one in months))


def test_two_months_make_no_quarter(samples):
    assert "quarter" not in {cell.horizon for cell in cells_of(CUTOFF, samples[:, :2])}


@pytest.mark.parametrize("group", [(EVERYBODY, ""), ("owner", "=Ann, B")])
def test_what_is_written_is_read(tmp_path, samples, group):
    samples[3, 0, 1] = np.nan
    cells = [*cells_of(CUTOFF, samples, None, *group), Cell(CUTOFF + 31, "month1", "wins", "total", np.array([1 / 3]))]
    path = tmp_path / "samples.csv"
    write_samples(path, "@ours", cells)
    heading = path.read_text().splitlines()[0].replace('"', "")
    assert heading.startswith("dataset,cutoff,horizon,measure,part,sample,value")
    assert ("group" in heading) == (group[0] == "owner")
    read = list(read_samples(path))
    assert {dataset for dataset, _ in read} == {"@ours"}
    assert [cell.key for _, cell in read] == [cell.key for cell in cells]
    for (_, one), other in zip(read, cells, strict=True):
        np.testing.assert_array_equal(one.samples, other.samples)
    write_samples(tmp_path / "again.csv", "@ours", (cell for _, cell in read))
    assert (tmp_path / "again.csv").read_bytes() == path.read_bytes()


def test_another_file_is_refused(tmp_path):
    path = tmp_path / "samples.csv"
    path.write_text("dataset,cutoff\na,2017-12-31\n")
    with pytest.raises(ValueError, match="no column horizon"):
        list(read_samples(path))
