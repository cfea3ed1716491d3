"""People's commit beside a back-test: read as of each evening, never later, added up by hand, and said why not."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict, replace
from datetime import date

import numpy as np
import pytest

from sim.cli import main
from sim.crm.categories import BEST_CASE, COMMIT, is_one_of
from sim.crm.dates import iso
from sim.crm.mapping import Told
from sim.crm.opportunities import NONE, OPEN, Named
from sim.crm.reading import read_export
from sim.evidence.backtest.backtest import cut_told
from sim.evidence.backtest.commit import NOT_DATED, NOT_IN_TIME, NOT_THERE, beside, commit_of, why_unscored
from sim.evidence.backtest.frozen import frozen
from sim.show.backtest_commit import commit_lines, commit_said
from sim.show.formats import NO_VALUE
from tests.makers.committed import HEADING, said_of, write_said
from tests.makers.played_exports import CUT, DAY, played_rows, with_another_future, written


@pytest.fixture(scope="module")
def rows():
    return played_rows()


@pytest.fixture(scope="module")
def files(rows, tmp_path_factory):
    folder = tmp_path_factory.mktemp("commit")
    return {
        "opportunities": written(folder / "deals.csv", rows),
        "history": write_said(folder / "history.csv", said_of(rows)),
    }


@pytest.fixture(scope="module")
def cut(files):
    return cut_told(read_export(files), DAY, draws=100)


def by_hand(rows, evening: str) -> dict[str, tuple[str, str, float]]:
    """The last thing said of each deal open on an evening: category, close date, amount."""
    is_open = {row[0] for row in rows if row[3] <= evening and not (row[4] and row[4] <= evening)}
    last = {}
    for deal, _, moment, category, due, amount in said_of(rows):
        if deal in is_open and moment[:10] <= evening:
            last[deal] = (category, due, float(amount))
    return last


def test_what_was_said_is_known_as_of_that_evening(rows, files):
    then, expected = frozen(read_export(files), DAY), by_hand(rows, "2017-08-31")
    at = np.flatnonzero(then.outcome == OPEN)
    assert len(at) == len(expected) > 30
    category = then.category.texts()
    for row in at:
        found = category[row], iso(then.expected[row]), then.amount[row]
        assert found == expected[str(then.ids[row])]


def test_without_a_category_between_commit_and_pipeline_there_is_no_best_case(files, cut):
    then = frozen(read_export(files), DAY)
    names = np.where(is_one_of(then.category, BEST_CASE), "Pipeline", then.category.texts())
    found = commit_of(replace(then, category=Named.of(list(names))), cut.cells, 3)
    assert np.isnan(found.best)
    assert found.commit == cut.commit.commit < cut.commit.best


def test_the_commit_is_what_is_won_and_what_is_due(rows, cut):
    won = [float(r[6]) for r in rows if r[5] == "Won" and "2017-07-01" <= r[4] <= "2017-08-31"]
    due = [one for one in by_hand(rows, "2017-08-31").values() if "2017-07-01" <= one[1] <= "2017-09-30"]
    commit = sum(amount for category, _, amount in due if category == "Forecast")
    best = sum(amount for category, _, amount in due if category == "BestCase")
    assert min(len(won), commit, best) > 0
    found = cut.commit
    assert (iso(found.first), iso(found.last)) == ("2017-07-01", "2017-09-30")
    assert found.won == pytest.approx(sum(won))
    assert found.commit == pytest.approx(sum(won) + commit)
    assert found.best == pytest.approx(sum(won) + commit + best)
    quarter = [float(r[6]) for r in rows if r[5] == "Won" and "2017-07-01" <= r[4] <= "2017-09-30"]
    assert found.came == pytest.approx(sum(quarter))
    month = next(c for c in cut.cells if (c.horizon, c.measure, c.part) == ("month1", "bookings", "total"))
    assert found.ours == pytest.approx(sum(won) + np.median(month.samples))
    none = replace(found, best=np.nan)
    assert beside([none]).above_best is None
    assert "best case" not in commit_said([none], "EUR")
    assert NO_VALUE in next(commit_lines([none], "EUR"))
    assert "above the best case" in commit_said([found], "EUR")
    told = beside([found])
    assert (told.off, told.ours_off) == (abs(found.commit - found.came), abs(found.ours - found.came))
    assert (told.below, told.above_best) == (found.came < found.commit, found.came > found.best)


def test_nothing_said_after_a_cut_changes_what_is_known_then(rows, files, tmp_path):
    """In the other future all that is said later is other: categories, dates, amounts, and of other deals, too."""
    other = with_another_future(rows, CUT, np.random.default_rng(1))
    early = [one for one in said_of(rows) if one[2][:10] <= "2017-08-31"]
    late = [(r[0], "3 dreams", f"2017-09-0{1 + at % 9}T00:00:00.000Z", "Dreamt", "2017-09-02", "55555")
            for at, r in enumerate(other)]  # fmt: skip
    planted = {
        "opportunities": written(tmp_path / "deals.csv", other),
        "history": write_said(tmp_path / "history.csv", [*late, *early]),
    }
    exports = [read_export(one) for one in (files, planted)]
    then = [frozen(export, DAY) for export in exports]
    np.testing.assert_equal(*map(asdict, then))
    told = [cut_told(export, DAY, draws=100).commit for export in exports]
    for name in ("won", "commit", "best", "ours", "unknown"):
        assert getattr(told[0], name) == getattr(told[1], name)
    assert told[0].came != told[1].came


def test_an_export_seen_on_an_earlier_evening_knows_the_same(files):
    whole, early = read_export(files), read_export(files, Told(), DAY)
    rows = early.opportunities.outcome == OPEN
    then = frozen(whole, DAY)
    for name in ("expected", "amount"):
        np.testing.assert_array_equal(getattr(early.opportunities, name)[rows], getattr(then, name)[rows])
    assert early.views.entered.max() < DAY + 1 <= whole.views.entered.max()
    np.testing.assert_array_equal(frozen(early, DAY - 30).expected, frozen(whole, DAY - 30).expected)


def test_rows_that_change_no_stage_are_no_moves(files, rows):
    export = read_export(files)
    moves = {(deal, stage) for deal, stage, *_ in said_of(rows)}
    assert len(export.history.deal) == len(moves) < len(export.views.deal) == len(said_of(rows))
    told = " ".join(line.reason for rows in export.rows for line in rows.lines())
    assert "rows are no move: they change what people said of a deal" in told


def test_amounts_of_a_history_are_in_the_same_currency(rows, tmp_path):
    said = [(*one, "USD") for one in said_of(rows)]
    path = tmp_path / "history.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([(*HEADING, "CurrencyIsoCode"), *said])
    paths = {"opportunities": written(tmp_path / "deals.csv", rows), "history": path}
    views = read_export(paths, Told(currency="EUR", rates={"USD": 0.5})).views
    assert set(views.amount[:2]) <= {500.0, 450.0}
    assert views.expected[0] != NONE


def test_categories_of_salesforce_and_hubspot():
    names = Named.of(["Commit", "COMMIT", "Forecast", "Best Case", "BestCase", "MostLikely", "Pipeline", "Closed", ""])
    assert is_one_of(names, COMMIT).tolist() == [True] * 3 + [False] * 6
    assert is_one_of(names, BEST_CASE).tolist() == [False] * 3 + [True] * 3 + [False] * 3


def test_the_command_says_it_and_writes_it(files, tmp_path, capsys):
    words = [f"{kind}={path}" for kind, path in files.items()]
    words += ["cutoffs=[2017-06-30]", "draws=100", f"out={tmp_path}"]
    assert main(["backtest", *words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["commit"]
    written_rows = list(csv.DictReader((tmp_path / "commit.csv").open(encoding="utf-8")))
    assert [one["cutoff"] for one in told] == [one["cutoff"] for one in written_rows] == ["2017-06-30"]
    assert [one["last"] for one in told] == ["2017-09-30"]
    assert told[0]["won"] == 0.0 < told[0]["commit"]
    assert float(written_rows[0]["commit"]) == told[0]["commit"]
    page = (tmp_path / "backtest.html").read_text(encoding="utf-8")
    assert "At one earlier date, people's commit for the quarter was off by" in page.replace("&#39;", "'")
    assert "commit beside it" in page


def test_where_it_cannot_be_scored_it_is_said_why(files, cut, tmp_path, capsys):
    plain = read_export({"opportunities": files["opportunities"]})
    assert why_unscored(plain, []) == NOT_THERE
    lines = files["opportunities"].read_text(encoding="utf-8").splitlines()
    path = tmp_path / "deals.csv"
    path.write_text("\n".join([f"{lines[0]},forecast_category", *(f"{one},Commit" for one in lines[1:])]), "utf-8")
    assert why_unscored(read_export({"opportunities": path}), []) == NOT_DATED
    export = read_export(files)
    assert why_unscored(export, []) == NOT_IN_TIME
    told = cut_told(export, date(2017, 8, 20).toordinal(), 1, 100)  # the quarter ends in the second month ahead
    assert told.commit is None
    assert why_unscored(export, [cut.commit]) == ""
    assert main(["backtest", str(files["opportunities"]), "cutoffs=2017-08-31", "draws=100"]) == 0
    assert "no forecast category, so people's own forecast" in capsys.readouterr().out
