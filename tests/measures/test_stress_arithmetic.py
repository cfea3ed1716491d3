"""What is said of plans under shocks, on made-up totals whose answer is known; and where a shock turns the choice."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from sim.decide.shocks.break_even import HALVINGS, BreakEven, Tried, search
from sim.decide.shocks.shock import SHIPPED, Shock
from sim.decide.shocks.strength import most_strength, scaled, why_not
from sim.decide.shocks.stress import NO_SHOCK, Stress, told
from sim.results.criterion import criterion_of
from sim.results.judged_by import MEASURED
from sim.results.verdict import Horizon
from sim.scenario.errors import UserError
from sim.scenario.load import load_source
from sim.scenario.reading.document import Document, read_document
from sim.show import heat_map
from sim.show import stress as words

COUNT = 40
LUCK = np.random.default_rng(1).normal(size=(3, COUNT))  # one that all share, and one of its own for each of two plans
DRAWS = np.arange(COUNT)


def totals(value: float, own: int = 0, spread: float = 0.05) -> dict[str, np.ndarray]:
    """A plan's totals in millions: what it is worth on average, luck that all share, and some of its own."""
    worth = value + 5 * LUCK[0] + spread * (LUCK[own] if own else 0.0)
    hits = (worth > 98).astype(float)
    made = dict.fromkeys(MEASURED, np.full(COUNT, 1.0)) | {"bookings": worth, "value": worth, "hits_target": hits}
    made["bookings_less_cost"] = made["bookings"] - made["cost"]
    return {name: 1e6 * one if name != "hits_target" else one for name, one in made.items()}


def judged(values: Mapping[tuple[str, str], float], spread: float = 0.05) -> Stress:
    plans, shocks = (list(dict.fromkeys(names)) for names in zip(*values, strict=True))
    shocks.remove(NO_SHOCK)
    made = {(plan, shock): totals(v, 1 + plans.index(plan), spread) for (plan, shock), v in values.items()}
    return told(made, plans, shocks, DRAWS, criterion_of("value"), Horizon(2.0, 3.0, 0.1))


TURNED = {
    ("calm", NO_SHOCK): 100.0, ("bold", NO_SHOCK): 101.0, ("calm", "mild"): 99.0, ("bold", "mild"): 100.0,
    ("calm", "storm"): 95.0, ("bold", "storm"): 93.0, ("calm", "fog"): 98.0, ("bold", "fog"): 98.0,
}  # fmt: skip


def test_the_choice_turns_only_where_another_plan_is_clearly_ahead() -> None:
    found = judged(TURNED)
    assert found.pick == "bold"
    assert [one.shock for one in found.of("turns")] == ["storm"]
    assert found.choices["storm"].turns_to == "calm"
    assert [one.shock for one in found.of("holds")] == ["mild"]
    assert [one.shock for one in found.of("untold")] == ["fog"]
    assert found.choices["storm"].margins["calm"].mean == pytest.approx(2e6, abs=3e4)
    said = words.answer(found)
    assert said[0].startswith("Do bold: it is worth $1.0M more than calm")
    assert "The choice turns under storm, where calm is worth $2.0M more than bold." in said[1]
    assert "Bold stays clearly ahead of calm under mild." in said[1]
    assert (
        "Under fog bold cannot be told from calm in 40 replications; run.replications=160 halves the doubt." in said[1]
    )
    assert "storm would turn the choice" in heat_map.finding(found)


def test_no_more_is_said_than_all_intervals_at_once_allow() -> None:
    """A lead of 2.3 errors is clear by itself, and not when it is one of ten that are looked at."""
    spread, shocks = 1.0, [f"s{k}" for k in range(10)]
    apart = float(np.std(LUCK[2] - LUCK[1], ddof=1)) / math.sqrt(COUNT)
    tilt = float(np.mean(LUCK[2] - LUCK[1]))
    values = {("calm", NO_SHOCK): 100.0, ("bold", NO_SHOCK): 110.0}
    values |= {
        (plan, s): 100.0 + (0 if plan == "calm" else tilt * -1 - 2.3 * apart)
        for s in shocks
        for plan in ("calm", "bold")
    }
    made = {
        (plan, shock): totals(value, 1 + ("calm", "bold").index(plan), spread)
        for (plan, shock), value in values.items()
    }
    for k, s in enumerate(shocks):  # each shock with luck of its own
        wind = np.random.default_rng(k).permutation(LUCK[2]) - LUCK[2]
        for measure in ("bookings", "value"):
            made["bold", s][measure] = made["bold", s][measure] + 1e6 * spread * wind
    found = told(made, ["calm", "bold"], shocks, DRAWS, criterion_of("value"), Horizon(2.0, 3.0, 0.1))
    alone = [s for s in shocks if found.choices[s].margins["calm"].clear and found.choices[s].margins["calm"].mean > 0]
    assert alone, "by itself a lead would be clear"
    assert not found.of("turns")
    said = words.answer(found)[1]
    assert said.startswith("No shock here clearly turns the choice: under s0, s1, s2 and 7 more, no other plan is")
    assert "Under none of them can bold be told from calm in 40 replications" in said


def test_the_weakest_point_is_what_costs_most_and_what_cannot_be_told_from_it() -> None:
    values = {("calm", s): v for s, v in ((NO_SHOCK, 100.0), ("mild", 99.0), ("storm", 95.0), ("gale", 95.0))}
    found = judged(values)
    (one,) = found.weaknesses
    assert {one.shock, *one.level} == {"storm", "gale"}
    assert len(one.level) == 1
    assert (found.rivals, found.of("turns"), found.of("untold")) == ((), (), ()), "nothing to choose between"
    said = words.weakness_said(found, one)
    assert f"Calm is weakest against {one.shock}: it costs $5.0M of value" in said
    assert f"{one.level[0].capitalize()} may cost as much." in said
    cell, calm = found.cells["calm", "storm"], found.cells["calm", NO_SHOCK]
    assert cell.p10_change == pytest.approx(-5e6)
    assert cell.gaps["hits_target"].mean == pytest.approx(cell.odds.mean - calm.odds.mean)
    assert calm.gaps == {}
    assert calm.p10_change == 0.0


def test_a_shock_that_changes_nothing_beyond_chance_is_no_weakness() -> None:
    found = judged({("calm", NO_SHOCK): 100.0, ("calm", "breeze"): 100.0})
    assert found.weaknesses[0].shock is None
    assert "no shock here can be told to cost it anything" in words.weakness_said(found, found.weaknesses[0])
    assert "Not told from no shock, in value: breeze." in words.answer(found)
    assert not words.rows(found)[1].is_clear
    assert "#FFFFFF" in heat_map.heat_map(found)


def tried(strength: float, mean: float, reach: float = 1.0) -> Tried:
    return Tried(strength, "other", mean, mean - reach, mean + reach)


def test_a_straight_margin_is_crossed_where_the_line_says() -> None:
    """The other plan gains 2 for each unit of strength from 5 behind: even at 2.5, told within half a unit."""
    asked: list[dict[str, float]] = []

    def measure(strengths: Mapping[str, float]) -> dict[str, Tried]:
        asked.append(dict(strengths))
        slope = {"even": 2.0, "flat": 0.5}
        return {shock: tried(at, slope[shock] * at - 5.0) for shock, at in strengths.items()}

    known = {name: [tried(0.0, -5.0), tried(1.0, slope - 5.0)] for name, slope in (("even", 2.0), ("flat", 0.5))}
    found = search(known, {"even": 4.0, "flat": 4.0}, measure)
    even, flat = found["even"], found["flat"]
    assert (even.at, even.low, even.high) == pytest.approx((2.5, 2.0, 3.0))
    assert even.rival == "other"
    assert math.isnan(flat.at)
    assert (flat.rival, flat.most) == (None, 4.0)
    assert asked[0] == {"even": 4.0, "flat": 4.0}
    assert asked[1:3] == [{"even": 2.5}, {"even": 3.25}], "it halves what holds the turn: at 2.5 it has not turned yet"
    assert len(asked) == HALVINGS + 1


def test_a_turn_below_full_strength_is_looked_for_there() -> None:
    def measure(strengths: Mapping[str, float]) -> dict[str, Tried]:
        return {shock: tried(at, at**2 - 0.25, 0.1) for shock, at in strengths.items()}

    found = search({"bent": [tried(0.0, -0.25, 0.1), tried(1.0, 0.75, 0.1)]}, {"bent": 3.0}, measure)["bent"]
    assert found.at == pytest.approx(0.5, abs=0.03)
    assert words.times(found.at) == "0.5 times"


def test_where_the_choice_turns_is_said_no_surer_than_it_is() -> None:
    found = judged(TURNED)
    turns = BreakEven("storm", (tried(0.0, -1.0, 0.2), tried(1.0, 1.0, 0.2)))
    perhaps = BreakEven("mist", (tried(0.0, -1.5), tried(1.0, -1.0), tried(4.0, 0.5)))
    holds = BreakEven("mild", (tried(0.0, -3.0), tried(1.0, -2.5), tried(4.0, -1.5)))
    open_ = BreakEven("rain", (tried(0.0, -3.0), tried(1.0, -2.5), tried(4.0, -0.5)))
    said = words.answer(found, [turns, perhaps, holds, open_, BreakEven("fog", why_not="it changes x")])[-5:]
    assert said == [
        "Storm turns the choice to other at about 0.5 times its strength as written (between 0.4 times and 0.6 times).",
        "Mist may turn the choice to other, at about 3 times its strength as written; but up to 4 times other is not"
        " clearly ahead, so it may be chance.",
        "Even 4 times as strong as written, bold stays clearly ahead under mild.",
        "Up to 4 times as strong as written, no other plan passes bold under rain, but 40 replications cannot rule it"
        " out.",
        "Not made stronger or weaker: fog (it changes x).",
    ]


def test_a_choice_that_is_open_without_a_shock_has_no_break_even() -> None:
    found = judged({("a", NO_SHOCK): 100.0, ("b", NO_SHOCK): 100.0, ("a", "s"): 99.0, ("b", "s"): 99.0})
    assert "is not asked" in words.why_no_break_even(found)
    assert words.why_no_break_even(judged(TURNED)) == ""


def document(tmp_path: Path, text: str) -> Document:
    path = tmp_path / "shock.yaml"
    path.write_text(text)
    return read_document(path, "shock.yaml")


def test_strength_raises_multipliers_to_a_power_and_multiplies_log_odds_and_people(tmp_path: Path) -> None:
    written = document(
        tmp_path,
        "world: {shocks: {a: {acts_on: size, multiplier: 0.5}, b: {acts_on: odds, logit: -0.2}}}\n"
        "levers: {departures: {c: {count: 3}, d: {share: 0.5}}}\n",
    )
    twice = scaled(written, 2.0).raw
    assert twice["world"]["shocks"]["a"]["multiplier"] == 0.25
    assert twice["world"]["shocks"]["b"]["logit"] == -0.4
    assert twice["levers"]["departures"] == {"c": {"count": 6}, "d": {"share": 1.0}}
    none = scaled(written, 0.0).raw
    assert none["world"]["shocks"]["a"]["multiplier"] == 1.0
    assert none["levers"]["departures"]["c"]["count"] == 0
    assert scaled(written, 0.5).raw["levers"]["departures"]["c"]["count"] == 2, "half a person counts as one"
    assert scaled(written, 1.0) is written
    assert written.raw["world"]["shocks"]["a"]["multiplier"] == 0.5, "what was read stays as it is"
    assert why_not([written]) == ""
    assert most_strength([written]) == 2.0, "nobody can lose more than all"


def test_a_strength_stops_where_the_range_ends(tmp_path: Path) -> None:
    doubled = document(tmp_path, "world: {shocks: {a: {acts_on: exits, multiplier: 2.0}}}\n")
    assert most_strength([doubled]) == pytest.approx(math.log(10) / math.log(2))
    assert scaled(doubled, most_strength([doubled])).raw["world"]["shocks"]["a"]["multiplier"] == 10.0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("world: {market: {first_regime: recession}}", "it changes world.market.first_regime, which has no strength"),
        ("world: {shocks: {a: {acts_on: leads, multiplier: 0}}}", "it stops something altogether"),
        ("levers: {departures: {a: {role: ae}}}", "it does not say how strong it is"),
        ("dates: {start: 2027-01-01}", "it changes dates.start, which has no strength"),
    ],
)
def test_what_has_no_neutral_value_cannot_be_scaled(tmp_path: Path, text: str, why: str) -> None:
    assert why_not([document(tmp_path, f"kind: weather\n{text}\n")]) == why


def test_a_shock_laid_over_base_is_the_shipped_weather_and_over_a_plan_its_diff() -> None:
    base, early = load_source("base"), load_source("hire_early")
    for name in ("recession", "se_shortage"):
        laid, whole = Shock.of(name).over(base).at_central(), load_source(name).at_central()
        same = {"name", "question", "kind"}
        assert laid.model_dump(exclude=same) == whole.model_dump(exclude=same)
    hit = Shock.of("recession").over(early).at_central()
    assert hit.levers == early.at_central().levers
    assert hit.world.market == load_source("recession").at_central().world.market
    assert hit.kind == "plan", "so that plans and their shocks share the years before the first day"


def test_what_a_shock_builds_on_comes_with_it_only_where_it_is_weather(tmp_path: Path) -> None:
    worse, plan = tmp_path / "worse.yaml", tmp_path / "mine.yaml"
    worse.write_text("question: Worse?\nkind: weather\ndefaults: [slow_ramp]\nworld: {hiring: {notice_days: 40}}\n")
    plan.write_text("question: Mine?\ndefaults: [base]\nworld: {hiring: {notice_days: 30, reopen_days: 9}}\n")
    hit = Shock.of(str(worse)).over(load_source(str(plan))).at_central()
    assert "slower" in hit.world.shocks
    assert (hit.world.hiring.notice_days, hit.world.hiring.reopen_days) == (40, 9)


def test_a_shock_that_changes_nothing_is_refused(tmp_path: Path) -> None:
    same = tmp_path / "same.yaml"
    same.write_text("question: Same?\nkind: weather\nworld: {hiring: {notice_days: 21}}\n")
    with pytest.raises(UserError, match="same changes nothing of base"):
        Shock.of(str(same)).over(load_source("base"))


def test_the_shipped_shocks_are_weather_and_all_but_the_recession_can_be_scaled() -> None:
    shocks = [Shock.of(name) for name in SHIPPED]
    assert all(one.documents[-1].raw["kind"] == "weather" for one in shocks)
    assert [one.name for one in shocks if why_not(one.documents)] == ["recession"]
