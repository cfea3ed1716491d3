"""``salesim forecast``: quarters that foot, odds that are those of the samples, and what hangs on a deal."""

from __future__ import annotations

import csv
import io
import json
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.cli import main
from sim.crm.opportunities import NONE, OPEN, WON, Named, StageHistory
from sim.evidence.forecast.ahead import MONTH, QUARTER, TOTAL, Forecast, forecast, past_quarters, spans_after
from sim.evidence.forecast.must_close import hangs_on
from sim.evidence.forecast.weighted import stage_weighted
from tests.makers.exported import export_file
from tests.makers.known_laws import deals as made_deals
from tests.makers.known_laws import played
from tests.makers.trusted import trusted

DRAWS = 200
NOVEMBER = date(2017, 11, 12).toordinal()


@pytest.fixture(scope="module")
def made():
    """Two years of deals by known laws, seen in the middle of a quarter; two sellers."""
    deals = played(np.random.default_rng(5), 730, 1.2, 0.01, 0.02).known_on(NOVEMBER)
    return replace(deals, owner=Named((np.arange(len(deals)) % 2).astype(np.int32), ("Ann", "Bob")))


@pytest.fixture(scope="module")
def found(made) -> Forecast:
    return forecast(made, None, DRAWS, seed=3)


@pytest.fixture(scope="module")
def folder(made, tmp_path_factory):
    """What the command writes, and beside it what it says as a document."""
    folder = tmp_path_factory.mktemp("forecast")
    file = export_file(made, folder / "deals.csv")
    words = [f"as_of={date.fromordinal(NOVEMBER)}", "target=38000", f"draws={DRAWS}", "seed=3"]
    said = io.StringIO()
    with redirect_stdout(said):
        assert main(["forecast", str(file), *words, "register=none", f"out={folder / 'out'}", "--json"]) == 0
    (folder / "out" / "said.json").write_text(said.getvalue(), encoding="utf-8")
    return folder / "out"


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_means_of_parts_and_of_months_foot(folder):
    means = {(r["period"], r["measure"], r["part"]): float(r["mean"]) for r in table(folder / "forecast.csv")}
    for (period, measure, part), mean in means.items():
        if part == "total":
            parts = sum(means[period, measure, one] for one in ("committed", "open", "new"))
            assert mean == pytest.approx(parts, rel=1e-9), (period, measure)
    for part in ("total", "open", "new"):
        months = sum(means[f"2018-0{month}", "bookings", part] for month in (1, 2, 3))
        assert means["2018-Q1", "bookings", part] == pytest.approx(months, rel=1e-9)


def test_what_is_booked_already_is_what_the_quarter_has_won(made, folder):
    rows = {(r["period"], r["measure"], r["part"]): float(r["p50"]) for r in table(folder / "forecast.csv")}
    won = (made.outcome == WON) & (made.closed >= date(2017, 10, 1).toordinal())
    assert won.sum() > 5
    assert rows["2017-Q4", "wins", "committed"] == won.sum()
    assert rows["2017-Q4", "bookings", "committed"] == pytest.approx(made.amount[won].sum(), abs=0.01 * won.sum())
    assert rows["2018-Q1", "wins", "committed"] == 0
    november = won & (made.closed >= date(2017, 11, 1).toordinal())
    assert rows["2017-11", "wins", "committed"] == november.sum()


def test_the_odds_are_the_share_of_samples_that_reach_the_target(folder):
    """What is left of the quarter is what is left of November, and December."""
    told = json.loads((folder / "said.json").read_text(encoding="utf-8"))
    rows = {(r["period"], r["measure"], r["part"]): float(r["p50"]) for r in table(folder / "forecast.csv")}
    total = np.full(DRAWS, rows["2017-Q4", "bookings", "committed"])
    for row in table(folder / "samples.csv"):
        if (row["measure"], row["part"]) == ("bookings", "total") and row["horizon"] in ("month1", "month2"):
            total[int(row["sample"])] += float(row["value"])
    assert told["line"] == told["target"] == 38_000
    assert told["odds"] == (total >= 38_000).mean()
    assert 0.05 < told["odds"] < 0.95
    assert rows["2017-Q4", "bookings", "total"] == pytest.approx(np.median(total))


def test_quarters_are_those_of_the_fiscal_year():
    names = lambda day, starts: [s.name for s in spans_after(day, starts) if s.kind == QUARTER]  # noqa: E731
    assert names(date(2017, 9, 30).toordinal(), 1) == ["2017-Q4", "2018-Q1", "2018-Q2", "2018-Q3", "2018-Q4"]
    assert names(date(2017, 9, 29).toordinal(), 1)[0] == "2017-Q3"
    # A year that starts in February and ends in January 2018 is 2018; October 2017 is in its third quarter.
    assert names(date(2017, 9, 30).toordinal(), 2)[:3] == ["2018-Q3", "2018-Q4", "2019-Q1"]
    assert names(date(2018, 1, 15).toordinal(), 2)[0] == "2018-Q4"
    assert names(date(2018, 1, 31).toordinal(), 2)[0] == "2019-Q1"
    for day in (date(2017, 9, 30), date(2017, 12, 31), date(2018, 2, 14)):
        for starts in range(1, 13):
            spans = spans_after(day.toordinal(), starts)
            months = [span for span in spans if span.kind == MONTH]
            assert [span.months.start for span in months] == list(range(len(months)))
            assert spans[0].first <= day.toordinal() + 1 <= spans[0].last
            for quarter in spans[:5]:
                inside = [m for m in months if quarter.months.start <= m.months.start < quarter.months.stop]
                assert all(quarter.first <= m.first and m.last <= quarter.last for m in inside)
                assert inside[-1].last == quarter.last


def test_past_quarters_are_told_where_the_file_knows_them_whole(found, made):
    told = past_quarters(found)
    assert [name for name, _, _ in told] == ["2016-Q4", "2017-Q1", "2017-Q2", "2017-Q3"]
    won = (made.outcome == WON) & (made.closed >= date(2017, 7, 1).toordinal())
    won &= made.closed <= date(2017, 9, 30).toordinal()
    assert told[-1][1:] == (won.sum(), pytest.approx(made.amount[won].sum()))
    late = replace(found, deals=replace(made, closes_known_from=date(2017, 2, 1).toordinal()))
    assert [name for name, _, _ in past_quarters(late)] == ["2017-Q2", "2017-Q3"]


def test_a_deal_worth_the_gap_is_what_the_quarter_hangs_on(made):
    """One open deal is worth more than all others together, and its amount is known."""
    great = int(np.flatnonzero(made.outcome == OPEN)[-1])
    amount = np.where(made.outcome == OPEN, 1000.0, made.amount)
    amount[great] = 1e6
    found = forecast(replace(made, amount=amount), None, DRAWS, seed=3)
    hangs = hangs_on(found, 900_000.0)
    first, *others = hangs.deals
    assert first.deal == great
    assert first.odds_if_won == 1.0
    assert first.odds_if_not == 0.0
    assert first.won_where_hit == 1.0
    assert first.won_where_missed == 0.0
    assert first.chance == hangs.odds
    assert all(one.swing == 0 for one in others)
    owner = found.deals.owner.texts()[great]
    assert hangs.reps[0].owner == owner
    assert hangs.reps[0].odds == 0.0
    assert hangs.reps[1].odds == hangs.odds


def test_what_hangs_on_a_deal_is_that_of_the_same_futures_with_it_and_without(found):
    total = found.by_laws(found.running)[:, 1]
    line = float(np.median(found.samples(found.running, TOTAL)[:, 1]))
    hangs = hangs_on(found)
    assert hangs.line == line
    one = hangs.deals[0]
    wins = found.looked.wins
    own = (wins.deal == one.deal) & (wins.month < found.running.months.stop)
    without = total.copy()
    without[wins.draw[own]] -= wins.amount[own]
    assert one.chance == own.sum() / DRAWS
    assert one.odds_if_not == (without >= line).mean()
    assert one.odds_if_won == (without + one.amount >= line).mean()
    assert one.swing >= max(other.swing for other in hangs.deals)


def test_a_stage_weighs_what_was_won_of_the_deals_that_had_been_in_it():
    # Four closed deals had been in "offer", three of them won; two of these and no other in "demo"; two deals are open.
    outcome = np.array([1, 1, 1, 2, 0, 0])
    file = made_deals([-90] * 6, [-9, -9, -9, -9, 0, 0], outcome, [5.0, 5, 5, np.nan, 10, np.nan], known_from=-300)
    stages = Named(np.array([-1, -1, -1, -1, 0, 1], np.int32), ("demo", "offer"))
    file = replace(file, stage=stages)
    history = StageHistory(
        np.array([0, 0, 1, 1, 2, 3, 4, 5]), Named(np.array([0, 1, 0, 1, 1, 1, 0, 1], np.int32), stages.names),
        np.full(8, float(file.as_of - 80)),
    )  # fmt: skip
    told = {one.stage: one for one in stage_weighted(file, history)}
    assert told["offer"].share == 0.75
    assert told["demo"].share == 1.0
    assert told["demo"].weighted == 10.0
    assert told["offer"].weighted == 0.75 * 5  # no amount is known: the mean of what was won
    (one,) = stage_weighted(file, None)
    assert (one.deals, one.share, one.amount) == (2, 0.75, 15.0)


def test_without_amounts_wins_are_told(made, tmp_path, capsys):
    file = export_file(replace(made, amount=np.full(len(made), np.nan)), tmp_path / "deals.csv")
    assert main(["forecast", str(file), "draws=200", "register=none", f"out={tmp_path / 'out'}"]) == 0
    said = capsys.readouterr().out
    assert "deals (no amounts are known)" in said
    assert {row["measure"] for row in table(tmp_path / "out" / "forecast.csv")} == {"wins"}


def test_a_back_test_widens_totals_and_its_score_stands_beside(found, made, tmp_path, capsys):
    wide = replace(found, factor=2.0)
    quarter = found.spans[1]
    narrow, twice = found.figures(quarter, TOTAL)[:3], wide.figures(quarter, TOTAL)[:3]
    assert (np.median(found.samples(quarter, TOTAL), axis=0) > 0).all()
    np.testing.assert_allclose(twice[1], narrow[1])
    np.testing.assert_allclose(twice[2] - twice[1], 2 * (narrow[2] - narrow[1]))
    np.testing.assert_array_equal(wide.samples(quarter, "open"), found.samples(quarter, "open"))
    told = {cell.key: cell.samples for cell in wide.cells()}
    ahead = found.mixed[:, 0, 0].sum(axis=1)
    middle = np.median(ahead)
    key = (found.deals.as_of, "month1", "wins", "total", "all", "")
    np.testing.assert_allclose(told[key], np.maximum(middle + 2 * (ahead - middle), 0))
    kept = tmp_path / "backtest.json"
    score = {"dates": 4, "last_date": "2017-06-30", "held": 20, "of": 32, "ratio": 1.2, "factor": 1.5, "share": 0.3}
    kept.write_text(json.dumps(score), encoding="utf-8")
    file = export_file(made[np.arange(120)], tmp_path / "deals.csv")
    assert (
        main(["forecast", str(file), "register=none", f"draws={DRAWS}", f"backtest={tmp_path}", f"out={tmp_path}"]) == 0
    )
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert trusted(page) == {"forecast": [3, 3, 2, 3, 1]}
    assert "20 of 32 outcomes lay in ranges meant for 8 of 10: too few, so ranges are widened by 1.50" in page
    said = capsys.readouterr().out
    assert "At 4 earlier dates, such ranges held 20 of 32 outcomes, with 1.20 times the error of simple" in said
    assert "this one is 1.50 times as wide" in said
    for text in ("{}", "no json", json.dumps({**score, "factor": 0.5})):
        kept.write_text(text, encoding="utf-8")
        assert main(["forecast", str(file), "register=none", f"backtest={tmp_path}"]) == 2
        assert "it cannot be read" in capsys.readouterr().err
    assert main(["forecast", str(file), "register=none", "backtest=nowhere"]) == 2
    assert "backtest=nowhere: there is no back-test." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("target=lots", "target=lots: expected the bookings to reach this quarter, a number above 0."),
        ("target=-5", "target=-5: expected"),
        ("year_starts=febuary", 'expected a month, such as february or 2. Did you mean "february"?'),
        ("year_starts=13", "year_starts=13: expected a month"),
        ("draws=10", "draws=10: expected a whole number from 200 to 20,000."),
        ("seed=x", "run.seed"),
        ("dataset==1", "dataset==1: a name begins with a letter or digit."),
        ("as_of=1999-01-01", "1999-01-01"),
        ("horizon=3", "horizon"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_in_one_message(made, tmp_path, capsys, word, told):
    few = made[np.arange(60)]
    file = export_file(few, tmp_path / "deals.csv")
    assert main(["forecast", str(file), "register=none", word]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert "Traceback" not in said


def test_a_file_without_closed_deals_has_no_forecast(tmp_path, capsys):
    is_open = made_deals(np.arange(-40, 0), [NONE] * 40, [OPEN] * 40)
    file = export_file(is_open, tmp_path / "deals.csv")
    assert main(["forecast", str(file), "register=none"]) == 2
    assert "deals.csv" in capsys.readouterr().err
