"""The past in closed form: how long people stay, and how long seats stand vacant, where nothing but a rate acts.

Who leaves at a constant rate, perhaps another one in the first year, stays so long on average, whoever they are. A
seat is vacant for the days of its approval, search and notice; a seat found vacant is in the middle of them. What
recruiters' other work adds is left out: where it counts, the past is played.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from sim.calendar import DAYS_PER_WEEK, Calendar
from sim.luck import FIRST_DAY, Luck, entity, uniforms
from sim.org.first_day.past import PERSON, VACANCY, Past, Stock
from sim.org.state.seating import Seating
from sim.rules.hiring import days_to_offer
from sim.rules.people import mean_stay_days
from sim.rules.stay import mean_law_days
from sim.scenario.codebook import Codebook
from sim.scenario.people import Hiring, Role
from sim.scenario.scenario import Scenario

_SEARCHES = 1024  # that are laid end to end for the law of a search found in its middle
_BUSY_SHARE = 0.25  # of recruiters' places taken in the long run, up to which nobody waits for one to speak of


def simple_past(seats: Seating, calendar: Calendar, wait_days: float = 0.0) -> Past:
    """The past of an organization as if every stay had its closed form.

    ``wait_days``: for which a requisition waits for a recruiter on average.
    """
    jobs = list(dict.fromkeys((seat.role, seat.segment) for seat in seats.seats))
    stocks = tuple(_stock(seats.scenario, calendar, *job, wait_days) for job in jobs)
    return Past(stocks, {seat.place: jobs.index((seat.role, seat.segment)) for seat in seats.seats})


def _stock(scenario: Scenario, calendar: Calendar, role: int, segment: int, wait_days: float) -> Stock:
    codes, world = Codebook.of(scenario), scenario.world
    name, of_segment = codes.roles[role], codes.segment_name(segment)
    noun = world.roles[name]
    regime = world.market.regimes[world.market.first_regime]
    hiring, mean_days = world.hiring, world.hiring.recruiting_mean_days.get(name, 0.0)
    if mean_days > 0.0:
        mean_days = hiring.mean_days(name, of_segment) * regime.recruiting_multiplier
    stay = _stay_days(noun, calendar, regime.exits_multiplier)
    approval = scenario.levers.backfill.approval_days
    monday = hiring.start_weekday != "any" and not calendar.equal_months
    wait_days = 0.0 if noun.duty == "recruits" else wait_days
    empty = wait_days + approval + search_days(hiring, mean_days) + hiring.notice_days + (3.5 if monday else 0.0)
    share = 0.0 if math.isinf(stay) or not scenario.levers.backfill.enabled.start else empty / (empty + stay)
    who = f"searches {name}/{of_segment}"
    vacancies = _found_in_the_middle(hiring, mean_days, approval, monday, who) if share > 0.0 else np.zeros(0, VACANCY)
    return Stock(share, vacancies, np.zeros(0, PERSON), np.zeros(0))


def _stay_days(role: Role, calendar: Calendar, market: float) -> float:
    """Mean days that somebody holds a seat; ``market`` multiplies the hazard."""
    if role.exits.stay is not None:
        return mean_law_days(role, calendar, market)
    return mean_stay_days(role, calendar.days_per_year, market)


def search_days(hiring: Hiring, mean_days: float) -> float:
    """Mean days from a recruiter's start to an accepted offer: 1/p searches, and 1/p - 1 times waited in between."""
    searches = 1.0 / hiring.offer_accept_share
    return mean_days * searches + hiring.reopen_days * (searches - 1.0)


@lru_cache(64)
def _searches(
    mean_days: float, sigma: float, accept_share: float, reopen_days: float, notice_days: float, monday: bool, who: str
) -> np.ndarray:
    """Days from a recruiter's start to acceptance, and from there to the first day at work; shape (searches, 2)."""
    rows = np.zeros((_SEARCHES, 2))
    name = entity(who)
    for k in range(_SEARCHES):
        luck, attempt = Luck(0, k), 0
        while True:
            a, b, c, _ = uniforms(luck, FIRST_DAY, name, attempt)
            rows[k, 0] += days_to_offer(mean_days, sigma, a, b)
            if c < accept_share:
                break
            rows[k, 0] += reopen_days
            attempt += 1
        a, b, _, _ = uniforms(luck, FIRST_DAY, name, 1_000_000)
        rows[k, 1] = notice_days * (0.5 + a) + (DAYS_PER_WEEK * b if monday else 0.0)
    return rows


def _found_in_the_middle(hiring: Hiring, mean_days: float, approval: float, monday: bool, who: str) -> np.ndarray:
    """Searches that a glance finds under way: long ones more often, each at any of its days alike."""
    rows = _searches(
        mean_days, hiring.recruiting_sigma_log, hiring.offer_accept_share, hiring.reopen_days, hiring.notice_days,
        monday, who,
    )  # fmt: skip
    whole = np.cumsum(approval + rows.sum(axis=1))
    glance = (np.arange(_SEARCHES) + 0.5) / _SEARCHES * whole[-1]
    found = np.searchsorted(whole, glance, side="right")
    since = glance - (whole[found] - approval - rows[found].sum(axis=1))
    vacancies = np.zeros(_SEARCHES, VACANCY)
    vacancies["vacated_days"] = vacancies["left_days"] = since
    vacancies["opened_days"] = since - approval
    vacancies["recruiter_days"] = np.where(since >= approval, since - approval, np.nan)
    accepted = since - approval - rows[found, 0]
    vacancies["accepted_days"] = np.where(accepted > 0.0, accepted, np.nan)
    return vacancies


def is_simple(seats: Seating, calendar: Calendar) -> bool:
    """Whether the closed form is all there is to the past: rates alone decide, and recruiters keep up."""
    scenario = seats.scenario
    used = {seat.role for seat in seats.seats}
    roles = [role for role in enumerate(scenario.world.roles.items()) if role[0] in used]
    return all(stays_simply(scenario, name, role) for _, (name, role) in roles) and not _waits(seats, calendar)


def stays_simply(scenario: Scenario, name: str, role: Role) -> bool:
    """Whether people of a role leave at a rate, or by a law, that is the same for all of them, whatever they do."""
    rule, behaviour = role.exits, scenario.world.behaviour
    sells = role.duty == "sells"
    by_pay = sells and behaviour.responsiveness > 0.0 and name in behaviour.exits.market_pay_usd_per_year
    goes_up = any(one.from_role == name and one.share > 0.0 for one in scenario.world.hiring.internal.values())
    reviewed = sells and (rule.review_floor > 0.0 or rule.hump_per_year > 0.0)
    led = any(name in one.manages and one.coaching.exits_multiplier != 1.0 for one in scenario.world.roles.values())
    return not (reviewed or by_pay or goes_up or led or rule.contagion > 0.0)


def _waits(seats: Seating, calendar: Calendar) -> bool:
    """Whether requisitions wait for recruiters to speak of, in any region."""
    scenario = seats.scenario
    roles = list(scenario.world.roles.items())
    asked, room = np.zeros((2, len(scenario.world.regions)))
    for seat in seats.seats:
        name, role = roles[seat.role]
        if role.duty == "recruits":
            room[seat.region] += role.open_requisitions_per_head
            continue
        stay = _stay_days(role, calendar, 1.0)
        segment = seats.codes.segment_name(seat.segment)
        if name in scenario.world.hiring.recruiting_mean_days and not math.isinf(stay):
            hiring = scenario.world.hiring
            asked[seat.region] += search_days(hiring, hiring.mean_days(name, segment)) / stay
    return bool(np.any((room > 0.0) & (asked > _BUSY_SHARE * room)))
