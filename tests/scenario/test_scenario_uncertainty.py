"""Uncertainties: their distributions, and draws that are keyed by name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter
from scipy import stats

from sim.luck import Luck
from sim.scenario.errors import ScenarioError
from sim.scenario.load import ScenarioSource, load_source
from sim.scenario.uncertainty import Uncertainty, Unknown, draw

ADAPTER: TypeAdapter[Unknown] = TypeAdapter(Uncertainty)
SHARES = (1e-9, 0.01, 0.2, 0.5, 0.77, 0.99, 1 - 1e-9)

LAWS = [
    ({"kind": "normal", "mean": 2, "sd": 3}, stats.norm(2, 3)),
    ({"kind": "lognormal", "median": 2, "sigma_log": 0.4}, stats.lognorm(0.4, scale=2)),
    ({"kind": "uniform", "low": -1, "high": 3}, stats.uniform(-1, 4)),
    ({"kind": "triangular", "low": 1, "mode": 2, "high": 5}, stats.triang(0.25, loc=1, scale=4)),
    ({"kind": "triangular", "low": 1, "mode": 1, "high": 5}, stats.triang(0.0, loc=1, scale=4)),
    ({"kind": "pert", "low": 1, "mode": 2, "high": 5}, stats.beta(2, 4, loc=1, scale=4)),
    ({"kind": "normal", "mean": 2, "sd": 3, "low": 0, "high": 4}, stats.truncnorm(-2 / 3, 2 / 3, loc=2, scale=3)),
    ({"kind": "normal", "mean": 0, "sd": 1, "high": 1}, stats.truncnorm(-np.inf, 1)),
]


@pytest.mark.parametrize(("written", "law"), LAWS, ids=lambda one: one["kind"] if isinstance(one, dict) else "")
def test_values_are_the_inverse_of_the_distribution(written: dict, law: stats.rv_continuous) -> None:
    one = ADAPTER.validate_python(written)
    assert [one.value(u) for u in SHARES] == pytest.approx([law.ppf(u) for u in SHARES], rel=1e-9, abs=1e-9)
    assert one.central() == pytest.approx(law.median())


def test_choices_come_as_often_as_their_weights() -> None:
    one = ADAPTER.validate_python({"kind": "choice", "values": [10, 20, 30], "weights": [1, 0, 3]})
    drawn = [one.value((place + 0.5) / 1000) for place in range(1000)]
    assert [drawn.count(value) for value in (10, 20, 30)] == [250, 0, 750]
    assert one.central() == 30


PLAN = """\
question: Q?
defaults: [base]
world:
  regions:
    east: {logit: {uncertain: first}}
    west: {logit: {uncertain: second, times: 2, plus: 1}}
uncertainties:
  first: {kind: FIRST}
  second: {kind: SECOND}
"""


def plan(folder: Path, first: str, second: str, more: str = "") -> str:
    path = folder / "plan.yaml"
    path.write_text(PLAN.replace("kind: FIRST", first).replace("kind: SECOND", second) + more)
    return str(path)


def drawn_first(source: ScenarioSource, number: int) -> float:
    return draw("first", source.uncertainties["first"], Luck(1, number))


def drawn(path: str, numbers: range, seed: int = 1) -> np.ndarray:
    """Columns: first, second, and the base's own inbound leads."""
    source = load_source(path)
    worlds = [source.at_draw(seed, number).world for number in numbers]
    east, west = ([world.regions[name].logit for world in worlds] for name in ("east", "west"))
    leads = [world.sources["inbound"].leads_per_month["smb"] for world in worlds]
    return np.array([east, west, leads]).T


def test_adding_an_uncertainty_or_changing_one_moves_no_other(tmp_path: Path) -> None:
    uniform = "kind: uniform, low: 0, high: 1"
    before = drawn(plan(tmp_path, uniform, uniform), range(20))
    changed = drawn(
        plan(tmp_path, uniform, "kind: normal, mean: 0, sd: 0.1", "  aaa: {kind: uniform, low: 0, high: 1}\n"),
        range(20),
    )
    assert np.array_equal(before[:, [0, 2]], changed[:, [0, 2]])
    assert not np.array_equal(before[:, 1], changed[:, 1])


def test_draws_follow_seed_draw_and_name(tmp_path: Path) -> None:
    uniform = "kind: uniform, low: 0, high: 1"
    path = plan(tmp_path, uniform, uniform)
    one = drawn(path, range(400))
    assert np.array_equal(one, drawn(path, range(400)))
    assert not np.array_equal(one, drawn(path, range(400), seed=2))
    first, second = one[:, 0], (one[:, 1] - 1) / 2
    assert len(np.unique(first)) == 400
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(400)
    assert stats.kstest(first, "uniform").pvalue > 1e-4


def test_fields_that_share_an_uncertainty_share_its_value() -> None:
    source = load_source("base")
    world = source.at_draw(1, 7).world
    leads = world.sources["inbound"].leads_per_month
    central = source.at_central().world.sources["inbound"].leads_per_month
    factors = [leads[segment] / central[segment] for segment in leads]
    assert factors == pytest.approx([factors[0]] * 3, rel=1e-12)
    assert factors[0] != 1


def test_uncertainties_of_one_file_share_a_row(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n" + "".join(f"{n},{n / 10}\n" for n in range(10)))
    path = plan(tmp_path, "kind: rows, file: rows.csv, column: a", "kind: rows, file: rows.csv, column: b")
    rows = drawn(path, range(200))
    assert np.allclose(rows[:, 0] / 10, (rows[:, 1] - 1) / 2)
    assert set(rows[:, 0]) == set(range(10))
    assert load_source(path).at_central().world.regions["east"].logit == pytest.approx(4.5)


def test_an_edited_file_of_rows_is_read_again(tmp_path: Path) -> None:
    path = plan(tmp_path, "kind: rows, file: rows.csv, column: a", "kind: rows, file: rows.csv, column: a")
    seen = []
    for number in (1, 2):
        rows = tmp_path / "rows.csv"
        rows.unlink(missing_ok=True)
        rows.write_text(f"a\n{number}\n")
        seen.append(load_source(path).at_central().world.regions["east"].logit)
    assert seen == [1, 2]


def test_an_impossible_draw_names_the_uncertainty_and_the_draw(tmp_path: Path) -> None:
    source = load_source(plan(tmp_path, "kind: uniform, low: -30, high: 30", "kind: uniform, low: 0, high: 1"))
    impossible = next(number for number in range(100) if abs(drawn_first(source, number)) > 10)
    with pytest.raises(ScenarioError, match=rf'east\.logit: .* is out of range.*"first" in draw {impossible}\.'):
        source.at_draw(1, impossible)


def test_a_group_may_be_called_uncertain(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        "question: Q?\ndefaults: [base]\nworld: {market: {first_regime: uncertain, "
        "regimes: {uncertain: {next_month: {uncertain: 0.5, normal: 0.5}}}}}\n"
    )
    assert load_source(str(path)).at_central().world.market.first_regime == "uncertain"
