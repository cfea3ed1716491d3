"""People: how able they are, how many of them never ramp, and how likely they are to leave."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy.integrate import quad

from sim import luck
from sim.rules.people import (
    draw_person,
    exit_weight,
    fill_tenures,
    mean_stay_days,
    traits_of,
    usual_exits_per_year,
    voluntary_hazard,
)
from sim.scenario.people import Role
from tests.makers.play import check_mean, numbers, plain
from tests.makers.published import whole


def drawn(*ability: str, people: int = 4000) -> np.ndarray:
    """Ability and whether they never ramp, of many people of one role; shape (people, 2)."""
    role = traits_of([plain(*ability).world.roles["rep"]])[0]
    key0, key1 = luck.Luck(1, 0).key
    with np.errstate(over="ignore"):
        return np.array([draw_person(role, luck.entity(f"person {k}"), key0, key1) for k in range(people)], float)


@pytest.mark.parametrize(("sigma", "share"), [(0.0, 0.3), (0.4, 0.0), (0.4, 0.3), (0.0, 0.0)])
def test_ability_is_lognormal_of_mean_one_and_a_share_never_ramps(sigma: float, share: float) -> None:
    people = drawn(f"world.roles.rep.ability={{sigma_log: {sigma}, never_ramps_share: {share}}}")
    check_mean(people, [1.0, share])
    if sigma == 0.0:
        assert np.all(people[:, 0] == 1.0)
        return
    logs = np.log(people[:, 0])
    assert abs(logs.mean() + sigma**2 / 2) < 4 * sigma / math.sqrt(len(logs))
    assert abs(logs.std(ddof=1) - sigma) < 4 * sigma / math.sqrt(2 * len(logs))
    if share > 0.0:
        assert abs(np.corrcoef(people.T)[0, 1]) < 4 / math.sqrt(len(logs))


@pytest.mark.parametrize(("sigma", "share"), [(0.4, 0.3), (1.0, 0.0), (0.0, 1.0)])
def test_a_person_is_drawn_by_name(sigma: float, share: float) -> None:
    """From the first three uniform numbers of the person: two make a normal one, the third says who never ramps."""
    role = traits_of(
        [plain(f"world.roles.rep.ability={{sigma_log: {sigma}, never_ramps_share: {share}}}").world.roles["rep"]]
    )
    for name in ("ann", "bob", "carl", "dora"):
        a, b, c, _ = luck.uniforms(luck.Luck(3, 5), luck.PERSON, luck.entity(name))
        with np.errstate(over="ignore"):
            level, never = draw_person(role[0], luck.entity(name), *luck.Luck(3, 5).key)
        assert level == pytest.approx(math.exp(sigma * luck.to_normal(a, b) - sigma**2 / 2), rel=1e-14)
        assert never == (c < share)


def test_those_who_never_ramp_stay_at_their_ceiling() -> None:
    """Of a team that is ramped from the first day, only those who never ramp are missing."""
    share, ceiling, seats = 0.3, 0.4, 200
    ability = f"world.roles.rep.ability={{never_ramps_share: {share}, never_ramps_ceiling: {ceiling}}}"
    plan = plain(ability, f"opening.teams.reps.seats={seats}", "world.sources.self.opportunities_per_month_per_head=0")
    ramped = numbers(plan, 1, 40, lambda book: whole(plan, 1, book, "ramped_rep_equivalents", "total"))
    check_mean(ramped, seats * (1.0 - share * (1.0 - ceiling)))


EXITS = "world.roles.rep.exits={voluntary_per_year: %s, hump_per_year: %s, first_year_multiplier: %s}"


def rep(yearly: float = 0.3, hump: float = 0.0, first_year: float = 1.0, *overrides: str) -> Role:
    return plain(EXITS % (yearly, hump, first_year), *overrides).world.roles["rep"]


def test_the_hazard_is_a_hump_of_attainment_raised_by_the_first_year_and_by_peers() -> None:
    """At the center, one width off it on either side, far off; and with a fifth or most of the team gone."""
    args = (0.1, 0.4, 0.95, 0.3)
    for attainment, part in ((0.95, 1.0), (1.25, math.exp(-0.5)), (0.65, math.exp(-0.5)), (9.0, 0.0)):
        assert voluntary_hazard(*args, attainment, 1.0, 0.0, 0.3) == pytest.approx(0.1 + 0.4 * part)
    for first, contagion, left, times in ((2.0, 0.0, 0.2, 2.0), (1.5, 2.0, 0.2, 1.5 * math.exp(0.4)),
                                          (1.0, 2.0, 0.5, math.e), (1.0, 2.0, 0.9, math.e)):  # fmt: skip
        assert voluntary_hazard(*args, 0.95, first, contagion, left) == pytest.approx(0.5 * times)
        assert exit_weight(first, contagion, left) == pytest.approx(times)


def test_the_usual_hazard_has_seven_tenths_of_the_hump_where_people_sell() -> None:
    assert usual_exits_per_year(rep(0.3, 0.5)) == pytest.approx(0.3 + 0.35)
    other = rep(0.3, 0.5).model_copy(update={"duty": "serves"})
    assert usual_exits_per_year(other) == 0.3
    row = traits_of([rep(0.3, 0.5, 1.5), other])
    assert row["sells"].tolist() == [True, False]
    assert row["exits_per_year"].tolist() == pytest.approx([0.65, 0.3])
    assert row["first_year_multiplier"].tolist() == [1.5, 1.0]


def survival(late: float, early: float, year: float) -> Callable[[float], float]:
    return lambda day: math.exp(-early * min(day, year) - late * max(day - year, 0.0))


@pytest.mark.parametrize(("yearly", "first_year", "market"), [(0.3, 1.0, 1.0), (0.6, 2.5, 0.7), (0.4, 0.0, 1.2)])
def test_a_mean_stay_is_the_integral_of_survival(yearly: float, first_year: float, market: float) -> None:
    """Nobody resigns while on leave: of a year with half a leave of 60 days, so much less is at risk."""
    year = 365.25
    role = rep(yearly, 0.0, first_year, "+world.roles.rep.time_off={leaves_per_year: 0.5, leave_mean_days: 60}")
    away = 0.5 * 60 / year
    late = yearly / year * market * (1.0 - away / (1.0 + away))
    known = quad(survival(late, first_year * late, year), 0.0, 40_000.0, points=[year], limit=400)[0]
    assert mean_stay_days(role, year, market) == pytest.approx(known, rel=1e-8)
    assert mean_stay_days(rep(0.0), year) == math.inf


@pytest.mark.parametrize(("yearly", "first_year"), [(0.3, 1.0), (0.6, 2.5), (0.4, 0.0), (0.0, 1.0)])
def test_tenures_found_are_drawn_from_survival_up_to_forty_years(yearly: float, first_year: float) -> None:
    """The part of all survival that lies before the tenure is the uniform number."""
    year, chances = 360.0, np.array([1e-9, 0.2, 0.5, 0.9, 0.9999])
    days, roles = np.empty(5), np.zeros(5, np.int64)
    fill_tenures(days, roles, traits_of([rep(yearly, 0.0, first_year)]), chances, year)
    alive = survival(yearly / year, first_year * yearly / year, year)

    def area(until: float) -> float:
        return sum(
            quad(alive, low, min(until, high), limit=400)[0]
            for low, high in ((0, year), (year, 40 * year))
            if until > low
        )

    for chance, day in zip(chances, days, strict=True):
        assert area(day) == pytest.approx(chance * area(40 * year), rel=1e-7)
