"""What two scenarios differ in, what holds a plan back, and what is said of a gap: never more than intervals allow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.decide.gap.causes import AMOUNTS, CUSTOMERS, EXITS, OTHER, PROSPECTORS, RAMP, SELLERS, TRADED, Cause, cause_of
from sim.decide.gap.course import LINES, Held, Month, held_back, months_of, quarters_of
from sim.decide.gap.exchange import Exchange, joined
from sim.decide.gap.on_paper import OnPaper
from sim.decide.gap.why import Footing, Part, Puzzle, Why
from sim.results.estimates import Estimate
from sim.results.gap import Gap
from sim.scenario.load import load_source
from sim.scenario.numbers import fields
from sim.show import why as words
from sim.show.waterfall import waterfall

DUTIES = {"ae": "sells", "sdr": "prospects"}


def test_every_key_of_a_scenario_belongs_to_a_cause() -> None:
    places = {tuple(word for word in one.at if not word.startswith("<")) for one in fields()}
    groups = {place[:length] for place in places for length in range(len(place))}
    for place in places - groups - {("name",), ("question",), ("kind",)}:
        shock = {"acts_on": "odds"} if place[:2] == ("world", "shocks") else {"role": "ae"}
        assert cause_of(place, [shock], DUTIES) is not OTHER, place


def test_a_row_is_of_the_duty_of_its_people_and_of_neither_where_that_changes() -> None:
    place = ("levers", "requisitions", "q2")
    assert cause_of(place, [{"role": "ae"}], DUTIES) is SELLERS
    assert cause_of(place, [{"role": "sdr"}, {"role": "sdr"}], DUTIES) is PROSPECTORS
    assert cause_of(place, [{"role": "ae"}, {"role": "sdr"}], DUTIES) is TRADED


def test_hires_a_quarter_late_are_told_by_whom_they_are_of() -> None:
    exchange = Exchange.of(load_source("base"), load_source("hire_late"))
    assert [cause.name for cause in exchange.places] == ["sellers", "prospectors", "customers"]
    groups = joined(exchange)
    assert exchange.world(groups, 0).name == "base"
    assert exchange.world(groups, 0b111).name == "hire_late"
    late = {
        name: one.shift_days for name, one in exchange.world(groups, 0b010).at_central().levers.requisitions.items()
    }
    assert {name for name, days in late.items() if days} == {"q2_sdr", "q4_sdr"}
    back = Exchange.of(load_source("hire_late"), load_source("base"))
    assert back.world(groups, 0b101).raw == exchange.world(groups, 0b010).raw


def test_a_region_that_one_plan_lacks_takes_along_all_that_stands_in_it() -> None:
    puzzle = Puzzle.of([load_source("base"), load_source("new_region")])
    assert [len(one) > 1 for one in puzzle.groups] == [True, False]
    assert puzzle.hang_together == puzzle.groups[:1]


def test_the_same_said_in_another_way_is_no_cause() -> None:
    late = load_source("base", ["levers.requisitions.q2_smb.shift_days=0", "name=again"])
    exchange = Exchange.of(load_source("base"), late)
    assert not exchange.places


def test_on_paper_hires_come_when_they_are_wanted_and_nothing_is_uncertain() -> None:
    base = load_source("base")
    paper = OnPaper.of(base)
    groups = [(one.cause,) for one in paper.switches]
    assert len(groups) == 7
    assert paper.world(groups, 0b1111111) is base
    ideal = paper.world(groups, 0)
    assert not ideal.references
    hires = ideal.at_central().levers.requisitions
    assert hires["q4_sdr"].lead_days == 0, "wanted on a day"
    assert hires["q2_smb"].shift_days == 65, "opened on a day, and planned for so long after"
    without_ramp = paper.world(groups, 0b1111101)
    assert [cause.name for (cause,) in groups][1] == "ramp"
    assert {role.ramp.kind for role in without_ramp.at_central().world.roles.values()} == {"none"}
    assert without_ramp.at_central().world.roles["ae"].exits == base.at_central().world.roles["ae"].exits
    assert len(without_ramp.references) == len(base.references)


@pytest.mark.parametrize(
    ("hours", "engineers", "held", "sure"),
    [
        ((0.95, 0.92, 0.98), (0.5, 0.4, 0.6), "hours", True),
        ((0.95, 0.89, 1.0), (0.5, 0.4, 0.6), "hours", False),  # it may be below the limit
        ((0.95, 0.92, 0.98), (0.93, 0.91, 0.95), "hours", False),  # it may be the other
        ((0.7, 0.6, 0.8), (0.96, 0.95, 0.97), "engineers", True),
        ((0.8, 0.75, 0.85), (0.5, 0.4, 0.6), "leads", True),
        ((0.85, 0.79, 0.9), (0.5, 0.4, 0.6), "leads", False),  # it may be at the limit
        ((0.9, 0.9, 0.9), (np.nan, np.nan, np.nan), "hours", True),
        ((np.nan, np.nan, np.nan), (np.nan, np.nan, np.nan), "leads", False),
    ],
)
def test_what_is_used_up_most_holds_a_plan_back(
    hours: tuple[float, ...], engineers: tuple[float, ...], held: str, sure: bool
) -> None:
    used: dict[Held, Estimate] = {"hours": Estimate(*hours), "engineers": Estimate(*engineers)}
    assert held_back(used) == (held, sure)


def test_a_quarter_tells_how_many_leads_nobody_took() -> None:
    course = np.zeros((4, len(LINES), 1))
    course[:, LINES.index("leads_lost"), 0] = 1, 1, 2, 2
    course[:, LINES.index("opportunities_created"), 0] = 9, 9, 8, 8
    course[:, LINES.index("bookings"), 0] = 100, 120, 100, 120
    (quarter,) = quarters_of(["2027-Q1"], course, np.full((4, 1), 150.0), np.arange(4))
    assert quarter.leads_lost.mean == pytest.approx(0.15)
    assert quarter.gap.mean == pytest.approx(-40)


def gap(low: float, high: float) -> Gap:
    return Gap((low + high) / 2, low, high, low, high, 0.0, 0.0, 0.5)


def part(cause: Cause, low: float, high: float) -> Part:
    one = gap(low, high)
    return Part((cause,), round(one.mean * 100), one, one, one)


def found(whole: Gap, *parts: Part, months: tuple[Month, ...] = ()) -> Why:
    cents = sum(one.cents for one in parts)
    footing = Footing("value", 5_000_000_00, 5_000_000_00 + cents, whole, parts)
    return Why(
        "plan", ("base", "hire_late"), "value", {"value": footing}, None, None, None, (), (), 40, 24, months, (), (), 40
    )


def test_a_gap_and_parts_whose_ranges_include_nothing_are_never_told_as_known() -> None:
    nearly, barely = part(SELLERS, -2e6, 1.0), part(CUSTOMERS, 1.0, 2e6)
    said = words.answer(found(gap(-2e6, 1.0), nearly, barely))
    assert "cannot be told apart by value in 40 replications" in said[0]
    assert "Of its parts, these can be told: customer success" in said[1]
    assert "sellers" not in said[1]
    assert said[2] == "Not told from nothing: sellers."
    said = words.answer(found(gap(-2e6, -1.0), nearly, part(EXITS, -1.0, 1e5)))
    assert said[0].startswith("Hire late has $1.0M less value than base")
    assert said[1] == "No cause's part can be told from nothing in 40 replications."


def test_where_value_cannot_tell_plans_apart_what_can_be_told_is_told() -> None:
    untold = found(gap(-2e6, 2e6), part(SELLERS, -2e6, 2e6))
    saved = Footing("cost", 0, -1_200_000_00, gap(-1.3e6, -1.1e6), (part(SELLERS, -1.3e6, -1.1e6),))
    said = words.answer(replace(untold, footings={**untold.footings, "cost": saved}))
    assert "What can be told: cost \N{MINUS SIGN}$1.2M: sellers \N{MINUS SIGN}$1.2M." in said
    level = replace(saved, gap=gap(-1.3e6, 1.0))
    said = words.answer(replace(untold, footings={**untold.footings, "cost": level}))
    assert not any(line.startswith("What can be told") for line in said)
    clear = found(gap(1.0, 2e6), part(SELLERS, 1.0, 2e6))
    said = words.answer(replace(clear, footings={**clear.footings, "cost": saved}))
    assert not any(line.startswith("What can be told") for line in said), "value can tell them apart"


def test_what_changes_nothing_is_said_to_change_nothing() -> None:
    one = found(gap(1.0, 3e6), part(AMOUNTS, 1.0, 3e6), part(RAMP, 0.0, 0.0))
    assert [row.cells[-1] for row in words.rows(one)] == ["", "", "changes nothing", ""]
    assert not any("Not told" in line for line in words.answer(one))


def test_the_table_foots_as_it_is_printed() -> None:
    one = found(gap(1.0, 3e6), part(AMOUNTS, 1.0, 3e6), part(EXITS, -700.21, -3.05), part(RAMP, -5.01, -4.03))
    cells = [row.cells[1].replace("$", "").replace(",", "").replace("\N{MINUS SIGN}", "-") for row in words.rows(one)]
    amounts = [round(100 * float(cell)) for cell in cells]
    assert sum(amounts[:-1]) == amounts[-1]


def test_a_month_is_short_only_where_all_months_at_once_allow_it() -> None:
    luck = np.random.default_rng(3).normal(0, 10, (30, 24))
    other = np.zeros((30, 24))
    labels = [f"2027-{month + 1:02d}" for month in range(12)] + [f"2028-{month + 1:02d}" for month in range(12)]
    luck[:, 5] -= 4  # as bad as one of 24 months may well be by chance
    none = months_of(labels, luck, other, np.arange(30))
    assert any(one.gap.mean < 0 and one.gap.clear for one in none)
    assert not any(one.gap.clear_among_all for one in none)
    luck[:, 2] -= 50
    short = months_of(labels, luck, other, np.arange(30))
    assert [one.label for one in short if one.gap.clear_among_all] == ["2027-03"]
    whole = gap(1.0, 2.0)
    said = words.short_months(found(whole, part(RAMP, 1.0, 2.0), months=short))
    assert said.startswith("Short of base on the mean of 40 replications: March 2027")
    said = words.short_months(found(whole, part(RAMP, 1.0, 2.0), months=none))
    assert said.startswith("No single month can be told to be short of base in 40 replications; the lowest is ")


def test_names_in_the_picture_are_text() -> None:
    odd = part(replace(RAMP, label="<b>"), -2.0, -1.0)
    assert "<b>" not in waterfall(found(gap(-2.0, -1.0), odd))
