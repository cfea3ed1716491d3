"""The back-test: nothing of the future is used, cuts are refused with a reason, and what is written is told rightly."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict, replace
from datetime import date

import numpy as np
import pytest

from sim.cli import main
from sim.crm.reading import read_export
from sim.evidence.backtest.backtest import LAWS, cut_told
from sim.evidence.backtest.blend import EVEN, blended
from sim.evidence.backtest.came import came, months_after
from sim.evidence.backtest.cells import cells_of, read_samples
from sim.evidence.backtest.cuts import cuts
from sim.evidence.backtest.frozen import frozen
from sim.evidence.backtest.pool import POOLED, pool_samples
from sim.fit.outlook import outlook
from tests.makers.known_laws import AS_OF
from tests.makers.played_exports import CUT, DAY, played_rows, with_another_future, written
from tests.makers.trusted import trusted


@pytest.fixture(scope="module")
def rows():
    return played_rows()


@pytest.fixture(scope="module")
def deals(rows, tmp_path_factory):
    return written(tmp_path_factory.mktemp("crm") / "deals.csv", rows)


def test_nothing_after_a_cut_changes_what_is_said_then(rows, deals, tmp_path):
    other = written(tmp_path / "deals.csv", with_another_future(rows, CUT, np.random.default_rng(1)))
    exports = [read_export({"opportunities": path}) for path in (deals, other)]
    then = [frozen(export, DAY) for export in exports]
    np.testing.assert_equal(*map(asdict, then))
    since = [export.opportunities.closes_known_from for export in exports]
    assert since[0] < DAY < since[1]  # the tidying moves it, and only those who look ahead see that
    told = [cut_told(export, DAY, draws=100) for export in exports]
    for kind in ("cells", "pool", LAWS):
        one, two = (cut.cells if kind == "cells" else cut.naive[kind] for cut in told)
        assert [cell.key for cell in one] == [cell.key for cell in two]
        for first, second in zip(one, two, strict=True):
            assert first.samples.tobytes() == second.samples.tobytes(), first.key
    assert told[0].odds.tobytes() == told[1].odds.tobytes()
    assert [cell.actual for cell in told[0].cells] != [cell.actual for cell in told[1].cells]


def test_what_a_later_edit_may_have_changed_is_not_known(deals):
    then = frozen(read_export({"opportunities": deals}), DAY)
    is_open = then.outcome == 0
    assert np.isnan(then.amount[is_open]).all()
    assert not then.owner.known[is_open].any()
    assert then.owner.known[~is_open].all()
    assert then.product.known.all()
    assert then.as_of == DAY


def test_what_came_is_counted_from_the_later_file(rows, deals):
    cut = cut_told(read_export({"opportunities": deals}), DAY, draws=100)
    won = [row for row in rows if row[5] == "Won"]
    of_key = {(cell.horizon, cell.measure, cell.part): cell.actual for cell in cut.cells}
    september = [row for row in won if row[4].startswith("2017-09")]
    quarter = [row for row in won if row[4][:7] in ("2017-09", "2017-10", "2017-11")]
    assert of_key["month1", "wins", "total"] == len(september)
    assert of_key["month1", "wins", "new"] == sum(row[3] > "2017-08-31" for row in september)
    assert of_key["quarter", "wins", "total"] == len(quarter)
    assert of_key["quarter", "bookings", "total"] == pytest.approx(sum(float(row[6]) for row in quarter))
    there = [row for row in rows if row[3] <= "2017-08-31" and not (row[4] and row[4] <= "2017-08-31")]
    assert (cut.deals_open, cut.won.sum()) == (len(there), sum(row in quarter for row in there))


def test_wins_without_an_amount_book_the_mean_of_the_others(deals):
    made = read_export({"opportunities": deals}).opportunities
    starts = months_after(DAY, 3)
    won = np.flatnonzero((made.outcome == 1) & (made.closed > DAY) & (made.closed < starts[1]) & (made.created <= DAY))
    amount = made.amount.copy()
    amount[won[0]] = np.nan
    whole, found = (came(one, DAY, starts) for one in (made, replace(made, amount=amount)))
    assert found[0, 1, 0] == pytest.approx(made.amount[won[1:]].mean() * len(won))
    whole[0, 1, 0] = found[0, 1, 0]
    np.testing.assert_allclose(found, whole)


def test_samples_are_those_of_the_outlook(deals):
    export = read_export({"opportunities": deals})
    cut = cut_told(export, DAY, draws=100, seed=5)
    samples = outlook(frozen(export, DAY), draws=100, seed=5).samples
    (quarter,) = [
        cell for cell in cut.naive[LAWS] if (cell.horizon, cell.measure, cell.part) == ("quarter", "wins", "total")
    ]
    np.testing.assert_array_equal(quarter.samples, samples[:, :, 0].sum(axis=(1, 2)))
    told = cells_of(DAY, blended(samples, pool_samples(frozen(export, DAY), 3, 100, 5)[POOLED], EVEN))
    assert [(one.key, one.samples.tolist()) for one in cut.cells] == [(one.key, one.samples.tolist()) for one in told]


def test_month_ends_are_tried_as_far_as_the_file_bears(deals):
    export = read_export({"opportunities": deals})  # from 7 March to the end of 2017
    ends = [f"2017-{end}" for end in ("04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31")]
    for months, last in ((4, "2017-08-31"), (2, "2017-10-31")):
        days = [date.fromordinal(day).isoformat() for day in cuts(export, months)]
        assert days == [end for end in ends if end <= last]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "backtest needs the file of opportunities"),
        (["cutoffs=[2015-12-31]"], "cutoffs: 2015-12-31 lies before the data, which begin on 2017-03-0"),
        (["cutoffs=[2018-03-31]"], "cutoffs: 2018-03-31 lies not before the day of the export, 2017-12-31"),
        (["cutoffs=[2017-10-31]"], "until 2018-01-31, and the export knows nothing after 2017-12-31: the last whole one"
         " is 2017-09-30"),
        (["cutoffs=2017-03-12"], "has too little before it"),
        (["cutoffs=[2017-06-31]"], 'cutoffs is "2017-06-31"; write a day as'),
        (["cutoffs=[2017-06-30"], "a bracket too few"),
        (["months=0"], "months=0: allowed is"),
        (["months=13"], "months=13: allowed is"),
        (["months=10"], "no month end bears a cut with 10 months after it"),
        (["seed=-1"], "run.seed"),
        (["draws=10"], "draws=10: allowed is"),
        (["cutofs=[2017-06-30]"], 'Did you mean "cutoffs"?'),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told(words, said, deals, capsys):
    files = [] if not words else [str(deals)]
    assert main(["backtest", *files, *words]) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert "Traceback" not in shown.err


def test_command_says_and_writes(deals, tmp_path, capsys):
    words = ["backtest", str(deals), "cutoffs=[2017-06-30,2017-08-31]", "draws=100"]
    assert main([*words, f"out={tmp_path / 'one'}"]) == 0
    shown = capsys.readouterr().out
    assert "outcomes at 2 earlier dates" in shown.splitlines()[0]
    assert "of what simple forecasts make" in shown.splitlines()[0]
    page = (tmp_path / "one" / "backtest.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 4
    assert "<script" not in page
    assert trusted(page) == {"forecast": [3, 3, 2, 3, 2]}, "two dates are too few"
    cells = list(csv.DictReader((tmp_path / "one" / "cells.csv").open(encoding="utf-8")))
    assert len(cells) == 2 * 4 * 2 * 3
    samples = {cell.key: cell for _, cell in read_samples(tmp_path / "one" / "samples.csv")}
    for row in cells:
        key = (date.fromisoformat(row["cutoff"]).toordinal(), row["horizon"], row["measure"], row["part"], "all", "")
        assert float(row["mean"]) == pytest.approx(samples[key].samples.mean())
    assert main([*words, f"out={tmp_path / 'two'}", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["held"]["0.8"]["of"] == 2 * 4 * 2
    for name in ("scores.csv", "cells.csv", "samples.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_file_that_is_read_is_not_written_over(rows, tmp_path, capsys):
    path = written(tmp_path / "cells.csv", rows)
    assert main(["backtest", str(path), f"out={tmp_path}"]) == 2
    assert "would write over" in capsys.readouterr().err


def test_days_of_the_made_file():
    assert date.fromordinal(AS_OF) == date(2017, 12, 31)


def test_a_commit_as_last_edited_is_said_not_to_be_scored(deals, tmp_path, capsys):
    lines = deals.read_text(encoding="utf-8").splitlines()
    with_category = [f"{lines[0]},forecast_category", *(f"{line},Commit" for line in lines[1:])]
    path = tmp_path / "deals.csv"
    path.write_text("\n".join(with_category), encoding="utf-8")
    assert main(["backtest", str(path), "cutoffs=2017-08-31", "draws=100"]) == 0
    assert "forecast categories, but as last edited" in capsys.readouterr().out
