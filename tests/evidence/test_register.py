"""The register of forecasts: kept once, sealed, and scored by a later export."""

from __future__ import annotations

import csv
import json
from datetime import date

import numpy as np
import pytest

from sim.cli import main
from sim.crm.opportunities import WON
from sim.evidence.backtest.cells import cells_of
from sim.evidence.forecast.register import BrokenRegisterError, Entry, add, read_register, samples_of
from sim.evidence.forecast.scoring import score_register
from tests.makers.exported import export_file
from tests.makers.known_laws import AS_OF, deals, played

CUTOFF = date(2017, 8, 31).toordinal()


def entry(dataset="us", cutoff="2017-08-31"):
    return Entry("", "2017-09-01", dataset, cutoff, "f" * 64, "", "4", "1", "0.1.0")


def cells(value: float = 0.0, months: int = 3):
    return cells_of(CUTOFF, np.arange(4.0 * months * 4).reshape(4, months, 2, 2) + value)


@pytest.fixture
def three(tmp_path):
    """A register of three forecasts."""
    for value in range(3):
        add(tmp_path, entry(), cells(value))
    return tmp_path


def test_a_forecast_is_read_back_as_it_was_written(three):
    names = [one.name for one in read_register(three)]
    assert len(set(names)) == 3
    for value, one in enumerate(read_register(three)):
        told = samples_of(three, one)
        assert [(cell.key, cell.samples.tolist()) for cell in told] == [
            (cell.key, cell.samples.tolist()) for cell in cells(value)
        ]


def test_the_same_forecast_is_kept_once(three):
    before = (three / "register.csv").read_bytes()
    again, is_new = add(three, entry(), cells(1))
    assert not is_new
    assert again == read_register(three)[1]
    assert (three / "register.csv").read_bytes() == before
    assert sorted(path.name for path in three.iterdir() if path.name.startswith(".")) == []
    _, is_new = add(three, entry("another company"), cells(1))
    assert is_new


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [lines[0], lines[1].replace("2017-09-01", "2017-08-01", 1), *lines[2:]],
        lambda lines: [lines[0], *lines[2:]],
        lambda lines: [lines[0], lines[2], lines[1], lines[3]],
        lambda lines: [*lines[:3], lines[1], lines[3]],
        lambda lines: [*lines, lines[3][: len(lines[3]) // 2]],
        lambda lines: ["a,b\n", *lines[1:]],
    ],
    ids=["a date", "taken out", "order", "put in", "cut off amid a line", "heading"],
)
def test_a_line_that_was_changed_is_found(three, change):
    path = three / "register.csv"
    path.write_text("".join(change(path.read_text().splitlines(keepends=True))))
    with pytest.raises(BrokenRegisterError, match=r"register\.csv"):
        read_register(three)
    with pytest.raises(BrokenRegisterError):
        add(three, entry(), cells(9))


def test_samples_that_were_changed_are_not_scored(three):
    late = played(np.random.default_rng(1), 500, 1.0, 0.02, 0.02)
    name = read_register(three)[1].name
    path = three / name / "samples.csv"
    path.write_text(path.read_text().replace("5", "6", 1))
    told = {one.entry.name: one for one in score_register(three, "us", late)}
    assert "is not as it was written on 2017-09-01" in told[name].not_scored
    assert all(one.cells for key, one in told.items() if key != name)


def test_only_what_is_over_is_scored_and_by_the_day_of_the_close(three):
    """Wins by hand: two of deals open at the cutoff, in September and October, and one new in September."""
    made = deals(
        np.array([-200, -200, -115, -30]), np.array([-100, -70, -95, -20]), np.full(4, WON), [10.0, 20.0, 40.0, 80.0],
        known_from=-300,
    )  # fmt: skip
    seen = made.known_on(AS_OF - 35)  # 2017-11-26
    one = score_register(three, "us", seen)[0]
    came = {(cell.horizon, cell.measure, cell.part): cell.actual for cell in one.cells}
    assert {horizon for horizon, _, _ in came} == {"month1", "month2"}
    assert [came["month1", "bookings", part] for part in ("open", "new", "total")] == [10.0, 40.0, 50.0]
    assert [came["month2", "wins", part] for part in ("open", "new", "total")] == [1.0, 0.0, 1.0]
    whole = score_register(three, "us", made)[0]
    came = {(cell.horizon, cell.measure, cell.part): cell.actual for cell in whole.cells}
    assert came["quarter", "bookings", "total"] == 70.0
    assert score_register(three, "them", made)[0].not_scored == "it is of us"
    early = made.known_on(CUTOFF)
    assert "nothing of it is over by 2017-08-31" in score_register(three, "us", early)[0].not_scored


@pytest.mark.slow
def test_a_forecast_is_registered_and_a_later_export_scores_it(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = played(np.random.default_rng(8), 600, 1.0, 0.01, 0.02)
    company = tmp_path / "acme"
    company.mkdir()
    then = export_file(made.known_on(CUTOFF), company / "then.csv")
    now = export_file(made, company / "now.csv")
    for is_new in (True, False):
        assert main(["forecast", str(then), "draws=200", "as_of=2017-08-31"]) == 0
        assert ("Registered as" in capsys.readouterr().out) is is_new
    assert len(read_register(tmp_path / "results" / "register")) == 1
    assert main(["score", str(now), "as_of=2017-12-31", "out=scored", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (one,) = told["forecasts"]
    assert one["dataset"] == "acme"
    assert one["held"]["0.8"]["of"] == 10, "four months and a quarter, wins and bookings each"
    with (tmp_path / "scored" / "scored.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert sum(float(row["held_80"]) for row in rows if row["part"] == "total") == one["held"]["0.8"]["count"]
    september = (made.closed >= date(2017, 9, 1).toordinal()) & (made.closed <= date(2017, 9, 30).toordinal())
    won = next(r for r in rows if (r["horizon"], r["measure"], r["part"]) == ("month1", "wins", "total"))
    assert float(won["actual"]) == (september & (made.outcome == WON)).sum()
    assert main(["score", str(now), "as_of=2017-12-31"]) == 0
    said = capsys.readouterr().out
    assert f"held {one['held']['0.8']['count']} of 10 outcomes." in said
    assert main(["score", str(now), "dataset=other"]) == 0
    assert "None of the 1 registered forecasts can be scored." in capsys.readouterr().out
    assert main(["score", str(now), "register=nowhere"]) == 2
    assert "there is no register of forecasts" in capsys.readouterr().err
