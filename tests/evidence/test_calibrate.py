"""``salesim calibrate``: from an export of known laws to a scenario that makes the same, and one message where not."""

from __future__ import annotations

import csv
import gc
import json
import weakref
from dataclasses import replace
from math import exp, sqrt

import pytest
import yaml

from sim.cli import main
from sim.evidence.company.company import Adjusted, learn
from sim.evidence.company.played import plays
from sim.experiment.replicate import replicate
from sim.org.state.organization import Organization
from sim.scenario.load import load_source
from tests.makers.company_exports import A_DAY, LOSS, MEDIAN, SELLERS, SPREAD, WIN, write_known
from tests.makers.trusted import trusted

MONTH = 365.25 / 12
WON = WIN / (WIN + LOSS)


FAR_OFF = {"all": Adjusted(leads=1.4, days=0.7, logit=0.4)}


def learn_badly(*given):
    """As learned, but with a scenario that is far from it, so that adjusting has something to do."""
    return learn(*given).with_adjusted(FAR_OFF, 0.7)


learned, still_there = [], []  # companies, and how many organizations were in memory as each play began


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    deals = write_known(folder)
    organizations = weakref.WeakSet()
    begin = Organization.__init__

    def counted(self, *given, **more):
        organizations.add(self)
        begin(self, *given, **more)

    def replicated(*given):
        still_there.append(len(organizations))
        return replicate(*given)

    with pytest.MonkeyPatch.context() as patch:
        said = []
        patch.setattr("sim.app.calibrate.say", said.append)
        patch.setattr("sim.app.calibrate.learn", lambda *given: learned.append(learn_badly(*given)) or learned[0])
        patch.setattr("sim.evidence.company.played._MOST_PLAYS", 8)
        patch.setattr("sim.evidence.company.played.replicate", replicated)
        patch.setattr(Organization, "__init__", counted)
        gc.disable()  # when it would collect by itself hangs on all that was made before
        try:
            assert main(["calibrate", f"opportunities={deals}", f"out={folder / 'mine'}", "--json"]) == 0
        finally:
            gc.enable()
    return folder / "mine", json.loads(said[0])


@pytest.mark.slow
def test_a_play_is_measured_and_gone_before_the_next_begins(company):
    """Plays of a million deals would not fit beside each other."""
    assert len(still_there) == 32
    assert max(still_there) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("desks", "times", "played"),
    [(1, 1, 20), (1, 2000, 20), (25, 1, 8), (25, 30, 3), (25, 2000, 1)],
)
def test_a_scenario_is_played_until_sellers_and_deals_are_enough(company, desks, times, played):
    """200 sellers are enough, 20 plays at most; and 100,000 deals, of some 120 a month of which a year is followed."""
    (own,) = learned
    crowd = replace(own, sellers=[one for one in own.sellers for _ in range(desks)])
    assert plays(with_deals(crowd, times)) == played


def with_deals(company, times):
    return replace(company, segments=[replace(one, created=one.created * times) for one in company.segments])


@pytest.mark.slow
def test_it_learns_the_laws_that_made_the_file(company):
    _, found = company
    (one,) = found["segments"]
    fitted, sd = one["fitted"], one["sd"]
    deals, wins = one["deals"], one["deals"] * WON
    # Four standard errors of the sample; what is not known is more, for months ahead may differ.
    assert one["won_in_the_end"] == pytest.approx(WON, abs=4 * sqrt(WON * (1 - WON) / deals))
    assert sqrt(WON * (1 - WON) / deals) < sd["won"] < 0.06
    created = A_DAY * MONTH
    assert fitted["created"] == pytest.approx(created, rel=4 / sqrt(deals))
    assert 1 / sqrt(deals) < sd["created"] / created < 0.2
    assert fitted["amount"] == pytest.approx(MEDIAN * exp(SPREAD**2 / 2), rel=4 * SPREAD * 1.1 / sqrt(wins))
    assert fitted["median_days"] == pytest.approx(0.693 / (WIN + LOSS), abs=4 * 1.2 / (WIN + LOSS) / sqrt(wins))
    assert deals == pytest.approx(A_DAY * 540, abs=4 * sqrt(A_DAY * 540))
    assert found["sellers"] == SELLERS


@pytest.mark.slow
def test_the_scenario_played_makes_what_was_fitted(company):
    """Bounds: four standard errors of the play, and 8% for what three rounds of adjusting leave."""
    _, found = company
    (one,) = found["segments"]
    fitted, played = one["fitted"], one["played"]
    followed = played["deals"]
    won = fitted["won"]
    assert followed > 4000
    assert played["won"] == pytest.approx(won, abs=4 * sqrt(won * (1 - won) / followed) + 0.08 * won)
    assert played["created"] == pytest.approx(fitted["created"], rel=4 / sqrt(2 * followed) + 0.08)
    assert played["days"] == pytest.approx(fitted["days"], rel=4 / sqrt(won * followed) + 0.08)
    assert played["amount"] == pytest.approx(fitted["amount"], rel=4 * 0.66 / sqrt(2 * won * followed) + 0.02)
    assert played["booked"] == pytest.approx(fitted["booked"], rel=0.2)
    soon = fitted["soon"]  # wins of open deals in the first quarter
    assert played["soon"] == pytest.approx(soon, rel=4 / sqrt(8 * soon) + 0.05)
    assert played["soon_usd"] == pytest.approx(fitted["soon_usd"], rel=4 * 1.2 / sqrt(8 * soon) + 0.1)
    assert found["far_off"] == [] or all("median" in line for line in found["far_off"])


@pytest.mark.slow
def test_the_scenario_runs_with_its_files_and_carries_what_is_not_known(company):
    folder, found = company
    source = load_source(str(folder / "company.yaml"))
    (pipeline,) = [one for one in source.reading.accounts if one.kind == "pipeline"]
    assert pipeline.rows["set aside"] == 0
    with (folder / "pipeline.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert pipeline.row_count == len(rows) > 50
    assert {row["stage"] for row in rows} == {"open"}  # wins and losses come at the same ages: one stage has them
    draws = [source.drawn(1, k) for k in range(200)]
    odds = [one["all_odds"] for one in draws]
    mean = sum(odds) / len(odds)
    spread = sqrt(sum((one - mean) ** 2 for one in odds) / len(odds))
    wanted = found["segments"][0]["sd"]["won"] / found["segments"][0]["won_in_the_end"]
    assert spread == pytest.approx(wanted, rel=0.25)  # 200 of 400 rows: four errors of a spread


@pytest.mark.slow
def test_what_is_assumed_is_said_with_its_source(company):
    folder, found = company
    assert {"target", "deals that sellers find", "exits before any is seen"} <= {row[0] for row in found["assumed"]}
    assert all(source for _, _, source in found["assumed"])
    text = (folder / "company.yaml").read_text(encoding="utf-8")
    assert "assumed: sellers find 20% of the deals (Kellblog)" in text
    assert set(yaml.safe_load(text)["world"]["segments"]) == {"_replace_", "all"}
    page = (folder / "fit.html").read_text(encoding="utf-8")
    assert "Chance a day to close, by age in days" in page
    assert "What is assumed" in page
    assert trusted(page) == {"hire": [2, 3, 2, 3, 0], "forecast": [3, 3, 1, 3, 0]}


HEADING = "id,owner,created,close date,stage,amount\n"
FEW = HEADING + "".join(
    f"{k},{'Ann' if k % 2 else 'Bob'},2023-01-{5 + k:02d},2023-02-{3 + k:02d},{'Won' if k % 3 else 'Lost'},{100 + k}\n"
    for k in range(12)
)


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        (FEW, [], "out=FOLDER"),
        (FEW, ["out=x", "start=2023-01-01"], "begins after the day of the export"),
        (FEW, ["out=x", "start=2023-04-15"], "such as 2023-05-01"),
        (FEW, ["out=x", "as_of=2022-01-01"], "2022-01-01"),
        (FEW.replace("Bob", "Ann"), ["out=x"], "all deals belong to one owner, Ann"),
        (FEW.replace("Won", "Open").replace("Lost", "Open"), ["out=x"], "no deal is won or lost"),
        (FEW.replace("Won", "Lost"), ["out=x"], "no deal is won"),
        (FEW.replace("Lost", "Won"), ["out=x"], "no deal is lost"),
        (HEADING + "\n".join(FEW.splitlines()[1:4]), ["out=x"], "at least 4 are needed"),
        (FEW.replace(",100\n", ",€100\n").replace(",101\n", ",$101\n"), ["out=x"], "currenc"),
    ],
)  # fmt: skip
def test_one_message_where_there_is_nothing_to_learn_from(text, more, said, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deals.csv").write_text(text, encoding="utf-8")
    assert main(["calibrate", "deals.csv", *more]) == 2
    message = capsys.readouterr().err
    assert said in message
    assert "Traceback" not in message
    assert not (tmp_path / "x").exists()


def test_amounts_in_another_currency_count_at_the_rate_of_the_mapping():
    from sim.crm.mapping import Told
    from sim.evidence.company.company import dollars

    assert dollars("EUR", Told(currency="EUR", rates={"USD": 0.8}))[0] == 0.8
    assert dollars("USD", Told()) == (1.0, "")
    assert "taken as they are" in dollars("EUR", Told(currency="EUR"))[1]


@pytest.mark.slow
def test_the_example_becomes_a_company_that_is_as_its_truth_and_runs(tmp_path, capsys):
    """The export of base with all its mess; the truth is that of the ledger before it. A share has the errors of truth
    and fit, a count those of a year of Poisson months and the market's own moves (15% in base).
    """
    export, mine = tmp_path / "export", tmp_path / "mine"
    assert main(["example-crm", f"out={export}", "seed=2"]) == 0
    truth = yaml.safe_load((export / "truth.yaml").read_text(encoding="utf-8"))["segments"]
    files = [f"{kind}={export / kind}.csv" for kind in ("opportunities", "history", "roster", "accounts")]
    capsys.readouterr()
    assert main(["calibrate", *files, f"out={mine}", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["segment"] for one in found["segments"]} == set(truth)
    page = (mine / "fit.html").read_text(encoding="utf-8")
    assert page.count("leans on the other segments") == len(truth)
    for one in found["segments"]:
        true, fitted, played, sd = truth[one["segment"]], one["fitted"], one["played"], one["sd"]
        share = true["won_share"]
        error = sqrt(share * (1 - share) / true["won_of"] + sd["won"] ** 2)
        assert one["won_in_the_end"] == pytest.approx(share, abs=4 * error)
        assert sd["won"] < 0.2 * share
        assert 0.0 <= one["leans"]["closes"] < 0.2  # thousands of deals speak for themselves
        assert fitted["created"] == pytest.approx(true["created_a_month"], rel=0.15)
        assert fitted["median_days"] == pytest.approx(true["median_days_to_a_win"], rel=4 / sqrt(true["wins"]) + 0.1)
        assert fitted["amount"] == pytest.approx(true["mean_amount_won"], rel=4 * 1.0 / sqrt(true["wins"]))
        for what in ("created", "won", "days", "booked", "soon"):
            assert played[what] == pytest.approx(fitted[what], rel=0.15), what
    assert main([
        "run", f"scenario={mine / 'company.yaml'}", "run.replications=2", "run.months=3", "run.n_jobs=1",
        "run.figures=false", "run.keep=false", f"run.results_folder={tmp_path}",
    ]) == 0  # fmt: skip
