"""Hires not yet made in ``salesim forecast``: none change nothing, some bring what the laws say, bad files are told."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.calendar import DAYS_PER_MONTH
from sim.cli import main
from sim.crm.dates import iso
from sim.crm.hires import Hires, read_hires, still_to_come
from sim.crm.mapping import Told
from sim.crm.opportunities import WON, Named
from sim.evidence.backtest.cells import read_samples
from sim.evidence.forecast.ahead import TOTAL, Forecast, spans_after
from sim.evidence.forecast.hires import hiring
from sim.evidence.forecast.must_close import hangs_on
from sim.evidence.forecast.scoring import score_register
from sim.evidence.published.ramp import ramp_cost, ramp_curves
from sim.fit.hazards import fit_hazards
from sim.fit.newcomers import newcomers
from sim.fit.outlook import HIRES, fit_laws, outlook
from sim.fit.ramp import Ramp, months_lost, rep_months
from sim.show.forecast import Said, answer, notes, part_name, short_name
from tests.makers.exported import export_file
from tests.makers.hired import RAMP_MONTHS, crew
from tests.makers.known_laws import AS_OF, Rep

DRAWS, MONTHS = 120, 6
WIN, LOSS, A_DAY = 0.012, 0.03, 0.25


def hires(days_from_now, segment="west") -> Hires:
    start = AS_OF + np.asarray(days_from_now, np.int64)
    return Hires(start, Named.of(["AE"] * len(start)), Named.of([segment] * len(start)))


@pytest.fixture(scope="module")
def made():
    return crew(np.random.default_rng(4), 500, [Rep(A_DAY, WIN, LOSS)] * 10, ("west", "east"))


@pytest.fixture(scope="module")
def fits(made):
    return fit_laws(made[0], MONTHS)


def looked(made, fits, come=None, roster=None) -> Forecast:
    """A forecast of two quarters, by the laws alone."""
    told = hiring(made[0], roster, come, fits.hazards, MONTHS) if come else None
    found = outlook(made[0], MONTHS, DRAWS, 3, fits, hires=told and told.newcomers)
    spans = tuple(span for span in spans_after(AS_OF) if span.months.stop <= MONTHS)
    return Forecast(made[0], None, found, found.samples, spans, hiring=told)


@pytest.fixture(scope="module")
def plain(made, fits):
    return looked(made, fits)


@pytest.fixture(scope="module")
def eight(made, fits):
    return looked(made, fits, hires([31] * 8), made[1])


def test_hires_are_a_part_of_their_own_and_leave_all_others_alone(plain, eight):
    before = len(plain.cells())
    assert {cell.part for cell in eight.cells()[before:]} == {HIRES}
    for none, some in zip(plain.cells(), eight.cells()[:before], strict=True):
        assert none.key == some.key
        is_same = none.part != TOTAL or none.horizon == "month1"
        assert (none.samples.tobytes() == some.samples.tobytes()) == is_same, none.key
    for span in eight.spans:
        parts = sum(eight.samples(span, part) for part in eight.parts[1:])
        np.testing.assert_allclose(eight.samples(span, TOTAL), parts)
        np.testing.assert_allclose(eight.by_laws(span), parts)
    assert HIRES not in plain.parts


def expected_wins(start: int, days: np.ndarray) -> float:
    """Wins on days until the last one, of somebody who starts on a day, by the laws of the made-up world."""
    tenure = (days - start) / DAYS_PER_MONTH
    work = np.where(tenure >= 0, np.minimum((np.floor(tenure) + 0.5) / RAMP_MONTHS, 1.0), 0.0)
    gone = 1 - np.exp(-(WIN + LOSS) * (days[-1] - days + 1))
    return float(A_DAY * np.sum(work * gone) * WIN / (WIN + LOSS))


def test_they_bring_what_the_laws_say(eight, made):
    days = np.arange(AS_OF + 1, eight.spans[1].last + 1)
    told = eight.looked.of_hires[..., 0].sum(axis=1)
    expected = 8 * expected_wins(AS_OF + 31, days)
    # Of 1250 deals in ten levels and a chance of 2/7: a tenth of error in what one brings, and half as much by chance.
    assert told.mean() == pytest.approx(expected, rel=0.25)
    assert told.std() > np.sqrt(expected)  # what is not known of the laws, and more than the chance of wins alone
    per_win = eight.looked.of_hires[:, :, 1].sum() / eight.looked.of_hires[:, :, 0].sum()
    assert per_win == pytest.approx(np.nanmean(made[0].amount), rel=0.15)
    by_month = eight.looked.of_hires[:, :, 0].mean(axis=0)
    assert by_month[0] == 0.0
    assert 0 < by_month[2] < 0.4 * by_month[5]
    assert eight.hiring.heads == 8


def test_half_as_many_bring_half_as_much_and_those_after_the_horizon_nothing(made, fits, eight):
    four, late = (looked(made, fits, hires(days), made[1]).looked.of_hires for days in ([31] * 4, [800]))
    # About 9 and 18 wins in each of 200 draws, whose spread is twice Poisson's: 5% of error.
    assert eight.looked.of_hires[..., 0].sum() == pytest.approx(2 * four[..., 0].sum(), rel=0.15)
    assert not late.any()


def test_heads_that_the_last_year_added_at_the_same_pace_add_nothing():
    """Every month one head came, for a year: of those who go on coming so, the trend has the first ones already."""
    reps = [Rep(A_DAY, WIN, LOSS)] * 8 + [Rep(A_DAY, WIN, LOSS, start=-30 * ago) for ago in range(12, 0, -1)]
    deals, roster = crew(np.random.default_rng(6), 600, reps)
    hazards = fit_hazards(deals, MONTHS)
    work, teams = rep_months(roster, deals, "created", AS_OF - 599), np.zeros(len(reps), np.int64)
    known = ramp_curves(Ramp("nobody was seen", np.zeros((0, 9, 1)), np.zeros((0, 9, 1)), 0.0))
    rest, leap = (
        newcomers(deals, roster, work, teams, hires(days).start, np.zeros(len(days), np.int64), known, hazards, MONTHS)
        for days in ([20, 50, 80], [20] * 20)
    )
    curves = rest.curves(np.random.default_rng(1), 50)
    days = np.arange(AS_OF + 1, AS_OF + 120)
    month = np.repeat(np.arange(4), (31, 28, 31, 29))
    ramped = np.minimum((np.floor(np.arange(12, 0, -1) * 30 / DAYS_PER_MONTH) + 0.5) / RAMP_MONTHS, 1).sum()
    assert rest.kept_up[0, 0] == pytest.approx(0.8 * ramped / 12, rel=0.15)
    assert (np.diff(rest.kept_up[:, 0]) > 0).all()
    assert rest.on_top(curves, days, month).mean() < 0.05
    assert leap.on_top(curves, days, month)[:, -1].mean() > 0.5
    owners = hiring(deals, None, hires([20]), hazards, MONTHS)
    assert "only keep it up" in " ".join(owners.said)
    assert owners.ramping == 0


@pytest.mark.slow
def test_with_the_hires_that_came_a_forecast_holds_what_came_more_often():
    """Four companies of ten, whom twelve more join after the cut. Without them the year's wins lie above."""
    held, middles, year = np.zeros(2), np.zeros(2), 12
    old, new = [Rep(A_DAY, WIN, LOSS)] * 10, [Rep(A_DAY, WIN, LOSS, start=-360 + 30 * (at % 3)) for at in range(12)]
    cut = date(2016, 12, 31).toordinal()
    for seed in range(4):
        whole, roster = crew(np.random.default_rng(20 + seed), 900, old + new)
        then, to_come = whole.known_on(cut), still_to_come(roster, cut)
        assert len(to_come) == 12
        fits = fit_laws(then, year)
        told = hiring(then, roster, to_come, fits.hazards, year).newcomers
        found = outlook(then, year, 100, 3, fits, hires=told)
        plain = found.samples[:, :, 0].sum(axis=(1, 2))
        came = np.sum((whole.outcome == WON) & (whole.closed > cut))
        for place, draws in enumerate((plain, plain + found.of_hires[..., 0].sum(axis=1))):
            low, high = np.quantile(draws, (0.1, 0.9))
            held[place] += low <= came <= high
            middles[place] += np.median(draws) / came / 4
    assert held[1] > held[0]
    assert held[1] >= 2  # of 4 that should be 3.2: fewer than two but once in 37
    assert abs(middles[1] - 1) < 0.15 < abs(middles[0] - 1)


def test_without_a_roster_they_are_like_all_owners(made, fits):
    bare, known = (hiring(made[0], people, hires([31] * 4), fits.hazards, MONTHS) for people in (None, made[1]))
    assert bare.newcomers.volume.point() == pytest.approx(known.newcomers.volume.point().mean(), rel=0.1)
    assert bare.newcomers.volume.point() == pytest.approx(A_DAY * DAYS_PER_MONTH, rel=0.2)
    assert "No roster says" in " ".join(bare.said)


def test_roles_that_own_no_deals_add_nothing(made, fits):
    roster = made[1]
    more = replace(
        roster, owner=(*roster.owner, "Boss"), start=np.append(roster.start, AS_OF - 900),
        end=np.append(roster.end, -1), role=Named.of([*roster.role.texts(), "Manager"]),
        segment=Named.of([*roster.segment.texts(), ""]), region=Named.nobody(len(roster.owner) + 1),
    )  # fmt: skip
    come = Hires(np.array([AS_OF + 9]), Named.of(["Manager"]), Named.of([""]))
    found = looked(made, fits, come, more)
    assert HIRES not in found.parts
    assert found.hiring.said == ("1 hires are Manager, who own no deals: they add nothing.",)


def test_a_published_ramp_costs_what_is_published():
    unknown = Ramp("nobody was seen", np.zeros((0, 9, 1)), np.zeros((0, 9, 1)), 0.0)
    lost, cost = months_lost(ramp_curves(unknown)(np.random.default_rng(1), 400)), ramp_cost(unknown)
    assert cost.low - 0.1 < lost.min() < lost.max() < cost.high + 0.1
    assert lost.mean() == pytest.approx((cost.low + cost.typical + cost.high) / 3, abs=0.1)


def test_who_goes_takes_a_share_of_what_is_not_yet_created(plain):
    halves = replace(plain.deals, owner=Named((np.arange(len(plain.deals)) % 4 > 0).astype(np.int32), ("Ann", "Bob")))
    found = replace(plain, deals=halves)

    def away(**given):
        return {one.owner: one for one in hangs_on(found, line, **given).reps}

    line = float(np.median(plain.by_laws(plain.running)[:, 1]))
    for_good, at_once, soon, gone = away(), away(refilled=0), away(refilled=1), away(left=["Ann"])
    new = plain.by_laws(plain.running, "new")[:, 1].mean()
    assert for_good["Bob"].new == pytest.approx(0.75 * new, rel=0.1)
    assert for_good["Ann"].new == pytest.approx(0.25 * new, rel=0.2)
    assert for_good["Bob"].in_all > for_good["Bob"].new + for_good["Bob"].mean
    assert at_once["Bob"].new == 0.0
    assert at_once["Bob"].mean == for_good["Bob"].mean
    assert 0.0 < soon["Bob"].new < 0.9 * for_good["Bob"].new
    assert gone["Ann"].new == 0.0
    assert for_good["Bob"].odds <= soon["Bob"].odds <= at_once["Bob"].odds
    assert for_good["Bob"].odds < for_good["Ann"].odds < at_once["Ann"].odds


@pytest.fixture(scope="module")
def files(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hires")
    deals, roster = made
    with (folder / "roster.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("name", "start", "role", "segment"))
        segments = roster.segment.texts()
        for at, name in enumerate(roster.owner):
            writer.writerow((name, iso(roster.start[at]), "AE", segments[at]))
        writer.writerow(("Next One", iso(AS_OF + 40), "AE", "west"))
    return export_file(deals, folder / "deals.csv"), folder / "roster.csv"


@pytest.mark.slow
def test_the_command_tells_them_registers_them_and_scores_them(files, made, tmp_path, capsys):
    deals, roster = files
    plan = tmp_path / "plan.csv"
    plan.write_text("Start date;Heads;Team;Title\n2018-02-01;3;West;ae\n", encoding="utf-8")
    words = [str(deals), f"roster={roster}", "draws=200", f"register={tmp_path / 'register'}", "dataset=us"]
    words.append("as_of=2017-12-31")
    assert main(["forecast", *words, f"hires={plan}", f"out={tmp_path / 'out'}"]) == 0
    said = capsys.readouterr().out
    assert "from hires not yet made" in said
    assert "Hires not yet made (3) bring" in said
    cells = {cell.key[1:4]: cell.samples for _, cell in read_samples(tmp_path / "out" / "samples.csv")}
    parts = sum(cells["month9", "wins", part] for part in ("open", "new", "hires"))
    np.testing.assert_array_equal(cells["month9", "wins", "total"], parts)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert 'fill="#E69F00"' in page
    assert "(AE, west, of 5 people)" in page
    later = replace(made[0], as_of=AS_OF + 450)
    (scored,) = score_register(tmp_path / "register", "us", later)
    of_new = next(cell for cell in scored.cells if cell.key[1:4] == ("month9", "wins", "new"))
    np.testing.assert_array_equal(of_new.samples, cells["month9", "wins", "new"] + cells["month9", "wins", "hires"])
    assert "hires" not in {cell.part for cell in scored.cells}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("start,count\nsoon,3\n", 'plan.csv row 1: start is "soon"; write a day as 2027-01-31.'),
        ("start,count\n2018-02-01,1\n,2\n", 'plan.csv row 2: start is "";'),
        ("start,count\n2017-12-31,1\n", "lies not after 2017-12-31, the day of the export"),
        ("start,count\n2018-02-01,none\n", 'plan.csv row 1: count is "none"; allowed are 1 to 10,000.'),
        ("start,count\n2018-02-01,0\n", 'count is "0"'),
        ("start,role\n2018-02-01,AF\n", 'nobody on the roster has that role. There are AE.'),
        ("start,segment\n2018-02-01,wst\n", 'Did you mean "west"? There are east, west.'),
        ("start,role\n2018-02-01,AE\n2018-03-01,\n", 'row 2: role is ""; say it in all rows, or in none.'),
        ("when,count\n2018-02-01,1\n", "there is no column for start"),
        ("start,count\n2018-02-01,1,4\n2018-02-01,1\n", "row 1 has more or fewer cells"),
        ("start,count\n", "plan.csv"),
        (None, "plan.csv cannot be read"),
    ],
)  # fmt: skip
def test_a_bad_file_of_hires_gets_one_message(files, tmp_path, capsys, rows, told):
    deals, roster = files
    plan = tmp_path / "plan.csv"
    if rows is not None:
        plan.write_text(rows, encoding="utf-8")
    words = [str(deals), f"roster={roster}", f"hires={plan}", "register=none", "as_of=2017-12-31"]
    assert main(["forecast", *words]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1
    assert "Traceback" not in said


def test_hires_of_a_roster_that_is_not_there(files, tmp_path, capsys):
    assert main(["forecast", str(files[0]), "hires=roster", "register=none"]) == 2
    assert "hires=roster: there is no roster" in capsys.readouterr().err
    short = tmp_path / "roster.csv"
    short.write_text("name,start\nrep 00,2016-01-01\n", encoding="utf-8")
    assert main(["forecast", str(files[0]), f"roster={short}", "hires=roster", "register=none"]) == 2
    assert "nobody on it starts after" in capsys.readouterr().err


def test_headings_and_words_are_read_as_in_exports(tmp_path, made):
    plan = tmp_path / "plan.csv"
    plan.write_text("Hire Date,Role,Segment\n01/02/2018,a e,WEST\n13/02/2018,AE,east\n", encoding="utf-8")
    found = read_hires(plan, Told(), AS_OF, made[1])
    assert len(still_to_come(made[1], AS_OF)) == 0
    assert [iso(day) for day in found.start] == ["2018-02-01", "2018-02-13"]
    assert list(found.segment.texts()) == ["west", "east"]
    assert set(found.role.texts()) == {"AE"}


@pytest.fixture(scope="module")
def joined():
    """Ten who were always there, and six who came in the last quarter."""
    new = [Rep(A_DAY, WIN, LOSS, start=-90 + 12 * place) for place in range(6)]
    return crew(np.random.default_rng(9), 500, [Rep(A_DAY, WIN, LOSS)] * 10 + new)


def said_of(found: Forecast) -> Said:
    return Said(found, hangs_on(found, None, (), None), (), "us", None, None)


def test_who_still_ramps_is_a_part_of_its_own_that_adds_up(joined):
    deals, roster = joined
    fits = fit_laws(deals, MONTHS)
    plain = outlook(deals, MONTHS, 40, 3, fits)
    told = hiring(deals, roster, None, fits.hazards, MONTHS)
    found = outlook(deals, MONTHS, 40, 3, fits, hires=told.newcomers)
    spans = tuple(span for span in spans_after(AS_OF) if span.months.stop <= MONTHS)
    ramps = Forecast(deals, None, found, found.samples, spans, hiring=told)
    assert found.samples.tobytes() == plain.samples.tobytes()
    assert (told.heads, told.ramping) == (0, 6)
    for span in spans:
        parts = sum(ramps.samples(span, part) for part in ramps.parts[1:])
        np.testing.assert_allclose(ramps.samples(span, TOTAL), parts)
    assert ramps.samples(spans[1], HIRES)[:, 0].mean() > 3
    assert part_name(ramps, HIRES) == "from people who still ramp"
    assert short_name(ramps, HIRES) == "ramping"
    assert "The 6 people who still ramp bring" in " ".join(answer(said_of(ramps)))
    assert "Hires not yet made add nothing" in " ".join(notes(said_of(ramps)))
    both = replace(ramps, hiring=hiring(deals, roster, hires([31] * 8), fits.hazards, MONTHS))
    assert part_name(both, HIRES) == "from people who still ramp and hires not yet made"
    assert "The 6 people who still ramp and 8 hires not yet made bring" in " ".join(answer(said_of(both)))


def test_more_trend_in_what_is_said_leaves_less_on_top(joined, fits):
    deals, roster = joined
    days, month = np.arange(AS_OF + 1, AS_OF + 150), np.repeat(np.arange(5), (31, 28, 31, 30, 29))
    shares = []
    for trend in (0.0, 0.5, 1.0):
        found = hiring(deals, roster, hires([40]), fits.hazards, MONTHS, trend).newcomers
        shares.append(found.on_top(found.curves(np.random.default_rng(1), 20), days, month).mean())
    assert 1 >= shares[0] > shares[1] > shares[2] > 0


def test_a_roster_of_people_who_have_long_been_there_changes_no_byte(made):
    deals, roster = made
    assert hiring(deals, roster, None, None, MONTHS) is None
    unknown = replace(roster, start=np.full(len(roster.owner), -1))
    assert hiring(deals, unknown, None, None, MONTHS) is None
