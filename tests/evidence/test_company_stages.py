"""A company with a history of moves gets its own stages, and its open deals stand where they were seen last."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest

from sim.crm.mapping import Told
from sim.crm.opportunities import OPEN
from sim.crm.reading import read_export
from sim.evidence.company.company import learn
from sim.evidence.company.places import SOON_DAYS, bent, places, won_soon
from sim.evidence.company.scenario import write_company
from sim.evidence.company.stages import stages_of_history
from sim.scenario.load import load_source
from tests.makers.known_stages import STAGES, staged_deals, write_staged

MEAN_DAYS = sum(one.mean_days for one in STAGES)
WON = np.prod([one.advance for one in STAGES])


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("staged")
    files = write_staged(folder, *staged_deals(np.random.default_rng(2), 480, 4.0))
    learned = learn(read_export(files), Told())
    write_company(learned, folder / "mine")
    return learned, folder / "mine"


def test_the_scenario_has_the_stages_of_the_history(company):
    learned, folder = company
    (segment,) = learned.segments
    assert segment.stage_names == ["talks", "trial", "offer"]
    source = load_source(str(folder / "company.yaml"))
    stages = source.at_central().world.segments["all"].stages
    assert list(stages) == ["talks", "trial", "offer"]
    for known, made in zip(STAGES, stages.values(), strict=True):
        assert made.duration.mean_days == pytest.approx(known.mean_days, rel=0.2)
        assert made.duration.sigma_log == pytest.approx(known.sigma_log, abs=0.15)
        assert made.advance_share == pytest.approx(known.advance, abs=0.07)


def test_a_draw_has_its_share_won_and_its_days_to_a_win(company):
    """Stages are drawn each for itself, and multiply to what the draw believes of all of them together."""
    learned, folder = company
    (segment,) = learned.segments
    source = load_source(str(folder / "company.yaml"))
    drawn = [source.drawn(1, k) for k in range(2)]
    with (folder / "joint.csv").open(encoding="utf-8") as file:
        rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]
    odds = np.array([[row[f"all_{name}_odds"] for name in segment.stage_names] for row in rows])
    won = (odds * segment.stages.advance).prod(axis=1)
    assert won / won.mean() == pytest.approx(segment.won / segment.won.mean(), rel=0.02)
    assert np.corrcoef(odds.T)[0, 1] < 0.9
    assert drawn[0]["all_talks_days"] != drawn[1]["all_talks_days"]
    assert np.median(segment.won) == pytest.approx(WON, abs=4 * np.sqrt(WON * (1 - WON) / len(segment.deals)))


def test_open_deals_are_in_their_stage_since_the_day_of_the_move(company):
    learned, folder = company
    (segment,) = learned.segments
    with (folder / "pipeline.csv").open(encoding="utf-8") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    history, deals = learned.export.history, segment.deals
    for row in np.flatnonzero(deals.outcome == OPEN):
        last = np.flatnonzero(history.deal == row)[-1]
        found = rows[deals.ids[row]]
        assert found["stage"] == history.stage.names[history.stage.codes[last]].lower()
        assert found["source"] == "open_deals"
    assert len(rows) == (deals.outcome == OPEN).sum()


def test_without_a_history_open_deals_have_the_odds_of_their_age(company):
    """Parts by stage are dealt so that as many are won within a quarter as the hazards say at each age."""
    learned, _ = company
    blind = replace(learned.segments[0], own=None)
    for age in (10, 30, 60, 120):
        odds = bent(blind, age)
        soon = [blind.stages.soon(k, age - since, SOON_DAYS) for k, since in enumerate(odds.where.entered)]
        assert odds.stages @ soon == pytest.approx(won_soon(blind, age), abs=0.005)
        assert odds.stages.sum() + odds.quiet == pytest.approx(1.0)
    dealt = places(blind)
    assert len(dealt) == (blind.deals.outcome == OPEN).sum()
    wanted = sum(won_soon(blind, int(blind.deals.as_of + 1 - blind.deals.created[row])) or 0.0 for row, _ in dealt)
    made = sum(
        blind.stages.soon(place.stage, blind.deals.as_of + 1 - place.entered, SOON_DAYS)
        for _, place in dealt if place.quiet_since is None
    )  # fmt: skip
    assert made == pytest.approx(wanted, rel=0.1)


def test_a_stage_in_which_deals_are_parked_is_not_taken(company):
    """Its few ends would have to be hurried to make the ages of the file: stages that nobody sees do better."""
    learned, _ = company
    segment = learned.segments[0]
    laws = segment.own.laws
    parked = replace(laws, mean_log=laws.mean_log + np.array([0.0, 0.0, 2.5]), sigma_log=np.array([0.9, 0.7, 2.2]))
    ages = (segment.ages_won, segment.ages_lost, segment.never)
    assert stages_of_history(laws, *ages) is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(laws), "with_losses_later", lambda self, days: None)
        assert stages_of_history(parked, *ages) is None
