"""The cohort win rate: recovers the true share from censored deals, where plain shares do not."""

from __future__ import annotations

import numpy as np
import pytest

from sim import ledger as tables
from sim.measures import kpis
from sim.measures.catalogue import MEASURES
from tests.makers import ledgers
from tests.makers.small import small

WIN_SHARE, DAYS_TO_WIN, DAYS_TO_LOSE = 0.25, 180.0, 60.0
MONTHS = 24


def cohort(count):
    """A ledger of deals that are won slowly and lost fast, and its deals."""
    scenario = small()
    calendar = scenario.calendar(MONTHS)
    chance = np.random.default_rng(7)
    deals = np.zeros(count, tables.DEALS)
    deals["created_day"] = np.sort(chance.uniform(0, calendar.horizon, count))
    won = chance.random(count) < WIN_SHARE
    age = np.where(won, chance.exponential(DAYS_TO_WIN, count), chance.exponential(DAYS_TO_LOSE, count))
    deals["closed_day"] = deals["created_day"] + age
    still_open = deals["closed_day"] >= calendar.horizon
    deals["closed_day"][still_open] = tables.NEVER
    deals["state"] = np.where(still_open, tables.WORKING, np.where(won, tables.WON, tables.LOST))
    ledger = ledgers.empty(scenario)
    ledger.deals = deals
    return scenario, calendar, ledger, deals


def rate(scenario, calendar, ledger, wanted):
    layout = kpis.table(scenario, calendar)
    for place, (_, period, _, group, code) in enumerate(layout.rows.labels()):
        if (MEASURES[code].name, period, group) == ("win_rate_cohort", wanted, "all"):
            return layout.values(ledger)[place]
    raise AssertionError(wanted)


def test_censored_deals_do_not_bend_the_cohort_rate():
    scenario, calendar, ledger, deals = cohort(60_000)
    error = np.sqrt(WIN_SHARE * (1 - WIN_SHARE) / len(deals))
    # A standard error twice the binomial's: a part of the deals is unseen, and weeks are coarse.
    assert rate(scenario, calendar, ledger, "total") == pytest.approx(WIN_SHARE, abs=4 * 2 * error)
    ended = deals["closed_day"] < calendar.horizon
    plain = (deals["state"] == tables.WON).sum() / ended.sum()
    assert plain < WIN_SHARE - 10 * error


def test_a_cohort_of_which_most_is_unseen_has_no_rate():
    scenario, calendar, ledger, _ = cohort(2_000)
    assert np.isfinite(rate(scenario, calendar, ledger, "2027-Q1"))
    young = ledger.deals["created_day"] > calendar.horizon - 20
    ledger.deals = ledger.deals[young]
    assert np.isnan(rate(scenario, calendar, ledger, "2028-Q4"))


def test_deals_of_the_first_day_belong_to_no_cohort():
    scenario, calendar, ledger, _ = cohort(2_000)
    before = rate(scenario, calendar, ledger, "total")
    opening = np.zeros(500, tables.DEALS)
    opening["created_day"], opening["closed_day"] = -30, 10
    opening["state"], opening["opening"] = tables.WON, True
    ledger.deals = np.concatenate([opening, ledger.deals])
    assert rate(scenario, calendar, ledger, "total") == before
