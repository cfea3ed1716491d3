"""Every lead, deal, head and dollar is accounted for, in any organization that can be written down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import ledger, world
from sim.ledger import NEVER, Ledger
from sim.luck import Luck
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import reason_of
from tests.makers.invented_worlds import FINDER, SELLER, worlds
from tests.makers.play import TABLES

ENDS = {ledger.WIN: ledger.WON, ledger.LOSS: ledger.LOST, ledger.GAVE_UP: ledger.NO_DECISION}
GIVEN_BACK = (ledger.DRAW_RECOVERY, ledger.CLAWBACK, ledger.BENEFITS)  # the load on what is given back, too
NOT_YET_A_DEAL = (ledger.WAITING, ledger.STALE)


def leads_and_deals_are_each_in_one_state(plan: Scenario, months: int, book: Ledger) -> None:
    deals, horizon = book.deals, plan.calendar(months).horizon
    created = deals["created_day"] < NEVER
    assert np.array_equal(created, ~np.isin(deals["state"], NOT_YET_A_DEAL))
    still_open = np.isin(deals["state"], [*ledger.OPEN_STATES, ledger.WAITING])
    assert np.array_equal(deals["closed_day"] < NEVER, ~still_open)
    assert np.all(deals["closed_day"][~still_open] < horizon)
    assert np.all(deals["arrived_day"] <= np.minimum(deals["created_day"], deals["closed_day"]))
    assert np.all(deals["created_day"][created] <= deals["closed_day"][created])
    assert np.all(deals["seat"][created] >= 0)


def each_deal_tells_a_legal_story(plan: Scenario, months: int, book: Ledger) -> None:
    """Created first, stages in order and none skipped, orphaned before reassigned, one end and nothing after it."""
    order = np.lexsort((np.arange(len(book.moves)), book.moves["day"], book.moves["deal"]))
    rows = book.moves[order]
    stories = np.split(rows, np.flatnonzero(np.diff(rows["deal"])) + 1) if len(rows) else []
    names = [list(segment.stages) for segment in plan.world.segments.values()]
    for story in stories:
        deal = book.deals[story["deal"][0]]
        before = deal["created_day"] < 0.0 or deal["opening"]
        check_story([int(kind) for kind in story["kind"]], bool(before), int(deal["state"]), bool(plan.levers.recarves))
        stages = names[deal["segment"]]
        steps = story["stage"][np.isin(story["kind"], [ledger.CREATED, ledger.ADVANCED])].tolist()
        assert steps == list(range(steps[0], steps[0] + len(steps))) if steps else True
        if not before and deal["created_day"] < NEVER:
            assert steps[0] == 0
        if deal["state"] == ledger.WON:
            assert book.names.stages[deal["stage"]] == stages[-1]
            assert story["stage"][story["kind"] == ledger.WIN][0] == len(stages) - 1
        assert np.sum(story["kind"] == ledger.REASSIGNED) <= deal["reassigned"]
        assert np.sum(story["kind"] == ledger.SLIPPED) <= deal["slips"]
    told = {int(story["deal"][0]) for story in stories}
    happened = (book.deals["created_day"] >= 0.0) & (book.deals["created_day"] < NEVER) & ~book.deals["opening"]
    assert set(np.flatnonzero(happened).tolist()) <= told


def check_story(kinds: list[int], began_before: bool, state: int, handed_over: bool) -> None:
    """One deal's moves in order of time. ``began_before``: it was a deal already on the first day.

    ``handed_over``: territory was divided anew, so that deals change hands whose rep is still there.
    """
    alive, orphaned, ended, waits = began_before, False, False, False
    for place, kind in enumerate(kinds):
        assert not ended, "nothing happens after the end"
        if kind in (ledger.LEAD_WAITED, ledger.LEAD_STALE, ledger.CREATED):
            assert not alive
            alive = kind == ledger.CREATED
            ended = kind == ledger.LEAD_STALE
        else:
            assert alive
        if kind == ledger.LEAD_WAITED:
            assert place == 0
        if kind == ledger.SE_START:
            assert waits or began_before
        elif waits and kind != ledger.SE_WITHOUT:
            assert kind in (ledger.GAVE_UP, ledger.ORPHAN, ledger.SLIPPED, ledger.REASSIGNED), (
                "nobody works a deal that waits for an SE"
            )
        waits = kind == ledger.SE_WAIT or (waits and kind == ledger.SLIPPED)
        if kind == ledger.ORPHAN:
            assert not orphaned, "a deal without a rep cannot lose its rep"
            orphaned = True
        elif kind == ledger.REASSIGNED:
            # On the first day it may have been waiting for a rep since before.
            assert orphaned or began_before or handed_over
            orphaned = False
        elif kind in ENDS:
            ended = True
            assert state == ENDS[kind]
            assert not orphaned or kind == ledger.GAVE_UP
        elif orphaned:
            assert kind in (ledger.REVIVED, ledger.SLIPPED), "nobody works a deal that has no rep"
    if not ended:
        assert state in ledger.OPEN_STATES if alive else state == ledger.WAITING


def wins_are_credited_once_to_the_cent(plan: Scenario, months: int, book: Ledger) -> None:
    won = np.flatnonzero((book.deals["state"] == ledger.WON) & (book.deals["closed_day"] >= 0.0))
    order = np.argsort(book.credits["deal"])
    credits, deals = book.credits[order], book.deals[won]
    assert np.array_equal(credits["deal"], won)
    for mine, theirs in (("day", "closed_day"), ("amount_usd", "amount_usd"), ("seat", "seat")):
        assert np.array_equal(credits[mine], deals[theirs])
    assert np.all(credits["share"] == 1.0)
    assert np.all(np.diff(book.credits["day"]) >= 0.0)
    cents = book.deals["amount_usd"] * 100.0
    np.testing.assert_allclose(cents, np.round(cents), rtol=0, atol=1e-4)


def the_photographs_show_what_was_created_and_not_closed(plan: Scenario, months: int, book: Ledger) -> None:
    deals, regions = book.deals, len(plan.world.regions)
    cell = deals["segment"].astype(int) * regions + deals["region"]
    cells = len(plan.world.segments) * regions
    list_usd = deals["amount_usd"].copy()  # before what was given away to sign early
    list_usd[book.timings["deal"]] += book.timings["discount_usd"]
    for month, day in enumerate(plan.calendar(months).month_starts[:-1]):
        is_open = (deals["opening"] | (deals["created_day"] < day)) & (deals["closed_day"] >= day)
        is_lead = (deals["arrived_day"] < day) & (deals["created_day"] >= day) & ~deals["opening"]
        is_lead &= deals["closed_day"] >= day
        if plan.levers.recarves:  # deals that moved count where they are now
            cell = deals["segment"].astype(int) * regions
        expected = {
            ledger.OPEN_DEALS: np.bincount(cell[is_open], minlength=cells),
            ledger.OPEN_USD: np.bincount(cell[is_open], list_usd[is_open], cells),
            ledger.WAITING_LEADS: np.bincount(cell[is_lead], minlength=cells),
        }
        rows = book.snapshots[book.snapshots["month"] == month]
        for quantity, values in expected.items():
            of = rows[rows["quantity"] == quantity]
            place = of["segment"].astype(int) * regions + (0 if plan.levers.recarves else of["region"])
            whole, parts = (np.bincount(place[p], of["value"][p], cells) for p in (of["stage"] < 0, of["stage"] >= 0))
            np.testing.assert_allclose(whole, values, atol=1e-6)
            if quantity != ledger.WAITING_LEADS:
                np.testing.assert_allclose(parts, values, atol=1e-6)


def nobody_sits_where_somebody_sits(plan: Scenario, months: int, book: Ledger) -> None:
    horizon = plan.calendar(months).horizon
    spells = book.seats[np.lexsort((book.seats["start_day"], book.seats["seat"]))]
    follows = spells["seat"][1:] == spells["seat"][:-1]
    assert np.all(spells["start_day"][1:][follows] >= spells["end_day"][:-1][follows])
    assert np.array_equal(spells["holder"][1:][follows], spells["holder"][:-1][follows] + 1)
    assert np.all(spells["holder"][np.unique(spells["seat"], return_index=True)[1]] == 0)
    assert np.array_equal(spells["exit_kind"] == ledger.STILL_HERE, spells["end_day"] == NEVER)
    assert np.all(spells["end_day"] >= spells["start_day"])
    gone = spells["end_day"] < NEVER
    assert np.all((spells["end_day"][gone] >= 0.0) & (spells["end_day"][gone] < horizon))


def nobody_gives_more_days_than_they_sat(plan: Scenario, months: int, book: Ledger) -> None:
    """A row a spell and month, for spells held in that month, of no more days than they were held and not away."""
    edges, rows = plan.calendar(months).month_starts, book.ramped
    assert len(np.unique(rows[["spell", "month"]])) == len(rows)
    spells = book.seats[rows["spell"]]
    first = np.maximum(spells["start_day"], edges[rows["month"]])
    held = np.minimum(spells["end_day"], edges[rows["month"] + 1]) - first
    assert np.all(rows["ramped_days"] >= 0.0)
    assert np.all(rows["away_days"] >= 0.0)
    assert np.all(rows["ramped_days"] + rows["away_days"] <= held + 1e-9)


def each_hire_comes_by_one_requisition(plan: Scenario, months: int, book: Ledger) -> None:
    rows = book.requisitions
    steps = [rows[name] for name in ("open_day", "recruiter_day", "accept_day", "start_day")]
    for earlier, later in pairwise(steps):
        assert np.all((earlier <= later) & ((earlier < NEVER) | (later == NEVER)))
    assert np.all(rows["vacated_day"][rows["backfill"]] <= rows["open_day"][rows["backfill"]])
    started = np.flatnonzero(rows["start_day"] < NEVER)
    hired = book.seats[book.seats["requisition"] >= 0]
    assert np.array_equal(np.sort(hired["requisition"]), started)
    asked = rows[hired["requisition"]]
    for name in ("seat", "role", "segment", "region", "start_day"):
        assert np.array_equal(hired[name], asked[name]), name
    of_old = (book.seats["requisition"] < 0) & (book.seats["moved_from"] < 0)
    assert np.all(book.seats["start_day"][of_old] <= 0.0)


def people_are_as_many_as_came_less_those_who_went(plan: Scenario, months: int, book: Ledger) -> None:
    """Each person is in one seat at a time, comes once and goes once at most; who moves goes on in the same instant."""
    spells = book.seats
    came = spells["moved_from"] < 0
    assert len(np.unique(spells["person"])) == came.sum()
    after = np.flatnonzero(~came)
    before = spells["moved_from"][after]
    assert len(np.unique(before)) == len(before)
    assert np.array_equal(np.sort(before), np.flatnonzero(spells["exit_kind"] == ledger.MOVED))
    assert np.array_equal(spells["end_day"][before], spells["start_day"][after])
    for name in ("person", "ability"):
        assert np.array_equal(spells[name][before], spells[name][after])
    went = np.isin(spells["exit_kind"], [ledger.VOLUNTARY, ledger.INVOLUNTARY, ledger.DATED])
    assert np.sum(spells["end_day"] == NEVER) == came.sum() - went.sum()


def nobody_sits_in_a_closed_seat(plan: Scenario, months: int, book: Ledger) -> None:
    for row in book.seats[book.seats["seat_closed"]]:
        assert np.all(book.seats["start_day"][book.seats["seat"] == row["seat"]] <= row["start_day"])


def recruiters_take_up_no_more_than_they_can(plan: Scenario, months: int, book: Ledger) -> None:
    """Nor anything during a freeze. A recruiter who leaves or starts in the same instant counts.

    Recruiters' own seats take no recruiter's time, nor do those that are filled from inside. Where others recruit there
    is no limit.
    """
    own = {team.region for team in plan.opening.teams.values() if team.role == FINDER and team.seats > 0}
    others = plan.world.roles[FINDER].without_seats == "others"
    calendar, each = plan.calendar(months), plan.world.roles[FINDER].open_requisitions_per_head
    finders = book.seats[book.seats["role"] == book.names.roles.index(FINDER)]
    inside = np.isin(np.arange(len(book.requisitions)), book.seats["requisition"][book.seats["moved_from"] >= 0])
    for_others = book.requisitions[~inside & (book.requisitions["role"] != book.names.roles.index(FINDER))]
    for row in book.requisitions[~inside & (book.requisitions["recruiter_day"] < NEVER)]:
        day = row["recruiter_day"]
        peers = for_others[for_others["region"] == row["region"]]
        in_work = np.sum((peers["recruiter_day"] <= day) & (peers["accept_day"] > day))
        here = (finders["region"] == row["region"]) & (finders["start_day"] <= day) & (finders["end_day"] >= day)
        if not (others and book.names.regions[row["region"]] not in own):
            assert in_work <= max(np.ceil(each * here.sum()), 0) or row["role"] == book.names.roles.index(FINDER)
        for freeze in plan.levers.freezes.values():
            if freeze.from_date is None or freeze.to_date is None:
                continue
            assert not calendar.day_of(freeze.from_date) <= day < calendar.day_of(freeze.to_date)


def what_waits_for_a_trigger_opens_when_it_acts(plan: Scenario, months: int, book: Ledger) -> None:
    """Every trigger fires once at most; the requisitions that wait for it open so long after, all of them or none."""
    calendar, rows = plan.calendar(months), book.decisions[book.decisions["kind"] == ledger.FIRED]
    fired = {book.names.reasons[row["reason"]]: float(row["day"]) for row in rows}
    assert len(fired) == len(rows)
    assert all(day in calendar.month_starts for day in fired.values())
    opened = [book.names.requisitions[code] for code in book.requisitions["name"]]
    for name, one in plan.levers.requisitions.items():
        days = book.requisitions["open_day"][[other == name for other in opened]]
        if one.trigger is not None:
            acts = fired.get(reason_of(one.trigger), np.inf) + plan.levers.triggers[one.trigger].act_after_days
            assert days.tolist() == [acts] * (one.count if acts < calendar.horizon else 0)


def only_people_in_their_seats_work_deals(plan: Scenario, months: int, book: Ledger) -> None:
    """Who moves a deal on, takes one over or wins one is there on that day; so is who gets the credit."""
    spells = {(int(row["seat"]), int(row["holder"])): row for row in book.seats}
    for row in book.credits:
        spell = spells[int(row["seat"]), int(row["holder"])]
        assert spell["start_day"] <= row["day"] <= spell["end_day"]
    seller = book.names.roles.index(SELLER)
    needs_somebody = [ledger.CREATED, ledger.ADVANCED, ledger.WIN, ledger.LOSS, ledger.STALL, ledger.REASSIGNED]
    for row in book.moves[np.isin(book.moves["kind"], needs_somebody)]:
        here = book.seats[book.seats["seat"] == row["seat"]]
        assert np.any((here["start_day"] <= row["day"]) & (row["day"] <= here["end_day"]))
        assert np.all(here["role"] == seller)


def quotas_measure_all_that_was_sold(plan: Scenario, months: int, book: Ledger) -> None:
    sold: Counter[tuple[int, int]] = Counter()
    for row in book.credits:
        sold[int(row["seat"]), int(row["holder"])] += row["amount_usd"]
    attained: Counter[tuple[int, int]] = Counter()
    for row in book.quotas:
        attained[int(row["seat"]), int(row["holder"])] += row["attained_usd"]
    for rep in sold | attained:
        assert attained[rep] == pytest.approx(sold[rep], abs=0.005)
    periods = list(zip(book.quotas["seat"], book.quotas["holder"], book.quotas["quarter"], strict=True))
    assert len(set(periods)) == len(periods)
    assert np.all(book.quotas["quota_usd"] <= book.quotas["full_usd"] + 0.005)


def moved_deals_are_what_they_were_less_discounts(plan: Scenario, months: int, book: Ledger) -> None:
    """A deal is signed early or put off once; what it is worth then is its size less what was given away."""
    pulled = book.timings[book.timings["kind"] == ledger.PULLED_IN]
    assert len(np.unique(pulled["deal"])) == len(pulled)
    won = book.deals[pulled["deal"]]
    assert np.all(won["state"] == ledger.WON)
    assert np.all(won["closed_day"] == pulled["day"])
    assert np.allclose(won["amount_usd"] + pulled["discount_usd"], pulled["amount_usd"], rtol=0.0, atol=1e-6)
    assert np.all(book.timings["gain_usd"] > 0.0)
    assert np.all((book.efforts["effort"] >= 0.3 - 1e-6) & (book.efforts["effort"] <= 1.8 + 1e-6))
    if plan.world.behaviour.responsiveness == 0.0:
        assert len(book.efforts) == len(book.timings) == 0


def what_is_paid_is_what_was_earned(plan: Scenario, months: int, book: Ledger) -> None:
    """Flat commission by seat and month from the deals, salary from the days worked, a hire's cost once; to the cent.

    Bent plans are worked out by hand in the tests of pay.
    """
    calendar, paid, roles = plan.calendar(months), book.payments, book.names.roles
    commission = plan.levers.pay.plans[SELLER].components["commission"]
    rate, flat = Decimal(str(commission.commission_share)), len(commission.tiers) == 1
    earned: Counter[tuple[int, int]] = Counter()
    halves: Counter[tuple[int, int]] = Counter()  # half cents, which may be rounded either way
    for row in book.credits:
        key = calendar.month_of(row["day"]), int(row["seat"])
        cents = Decimal(f"{row['amount_usd']:.2f}") * rate * 100
        earned[key] += float(cents.to_integral_value()) / 100
        halves[key] += cents % 1 == Decimal("0.5")
    got: Counter[tuple[int, int]] = Counter()
    for row in paid[(paid["kind"] == ledger.COMMISSION) & (paid["role"] == roles.index(SELLER))]:
        got[int(row["month"]), int(row["seat"])] += row["amount_usd"]
    for key in earned | got if flat else ():
        assert got[key] == pytest.approx(earned[key], abs=1e-6 + 0.01 * halves[key])
    start, end = calendar.month_starts[:-1], calendar.month_starts[1:]
    costs, segments, regions = plan.world.costs, [*plan.world.segments, None], list(plan.world.regions)
    raised = _raised_days(plan, months)
    for code, role in enumerate(roles):
        mine = book.seats[book.seats["role"] == code]
        first = np.clip(mine["start_day"][:, None], start, end)
        last = np.maximum(np.clip(mine["end_day"][:, None], start, end), first)
        worked = (raised(last) - raised(first)) / (end - start)
        yearly = [
            costs.salary(role, segments[row["segment"]])
            * costs.region_salary_multiplier.get(regions[row["region"]], 1.0)
            for row in mine
        ]
        due = (np.array(yearly)[:, None] / 12.0 * worked).sum()
        salary = paid["amount_usd"][(paid["role"] == code) & (paid["kind"] == ledger.SALARY)].sum()
        assert salary == pytest.approx(due, abs=0.005 * max(worked.size, 1))
        hires = np.sum((mine["requisition"] >= 0) & (mine["moved_from"] < 0))
        hired = paid[(paid["role"] == code) & (paid["kind"] == ledger.RECRUITING)]
        cost = costs.recruiting_usd_per_hire.get(role, 0.0)
        assert len(hired) == (hires if cost else 0)
        dearer = (1.0 + costs.inflation_per_year) ** (hired["month"] // 12)
        assert hired["amount_usd"] == pytest.approx(cost * dearer, abs=0.005001)
    np.testing.assert_allclose(paid["amount_usd"] * 100, np.round(paid["amount_usd"] * 100), rtol=0, atol=1e-4)


def _raised_days(plan: Scenario, months: int) -> Callable[[np.ndarray], np.ndarray]:
    """Days up to an instant, each counted at what raises have made of a dollar by then."""
    calendar, rise = plan.calendar(months), plan.world.costs.yearly_raise
    month, day = (int(part) for part in rise.month_day.split("-"))
    dates = [calendar.day_of(date(year, month, day)) for year in range(calendar.start.year, calendar.start.year + 9)]
    later = [one for one in dates if one > 0.0] if rise.share else []

    def counted(when: np.ndarray) -> np.ndarray:
        more = [rise.share * (1.0 + rise.share) ** k * np.clip(when - one, 0.0, None) for k, one in enumerate(later)]
        return when + sum(more)

    return counted


def who_waited_for_an_engineer_is_written_down(plan: Scenario, months: int, book: Ledger) -> None:
    """Each end of a wait is in the table with its days; where nobody goes on without, none gets past without SEs."""
    waits = book.waits
    stages = [[stage.needs_se for stage in segment.stages.values()] for segment in plan.world.segments.values()]
    needs = np.array([flags + [False] * (12 - len(flags)) for flags in stages])
    assert np.all(waits["days"] >= 0.0)
    assert np.all(np.diff(waits["day"]) >= 0.0)
    told = {
        kind: book.moves[book.moves["kind"] == kind] for kind in (ledger.SE_WAIT, ledger.SE_START, ledger.SE_WITHOUT)
    }
    for kind, ended in ((ledger.SE_START, ledger.SE_CAME), (ledger.SE_WITHOUT, ledger.WENT_WITHOUT)):
        mine = waits[(waits["ended"] == ended) & ((waits["days"] > 0.0) | (kind == ledger.SE_WITHOUT))]
        told_of = set(zip(told[kind]["deal"].tolist(), told[kind]["day"].tolist(), strict=True))
        assert set(zip(mine["deal"].tolist(), mine["day"].tolist(), strict=True)) <= told_of
    still = waits["deal"][waits["ended"] == ledger.STILL_WAITS]
    assert np.array_equal(np.sort(still), np.flatnonzero(book.deals["state"] == ledger.QUEUED))
    patience = plan.world.engineering.go_without_after_days
    assert patience is not None or not len(told[ledger.SE_WITHOUT])
    asked = np.concatenate(list(told.values()))
    assert np.all(needs[book.deals["segment"][asked["deal"]], asked["stage"]])
    region = book.deals["region"].astype(int)
    helped = {int(row["region"]) for row in book.seats if book.names.roles[row["role"]] == "helper"}
    opening = [team.region for team in plan.opening.teams.values() if team.role == "helper" and team.seats > 0]
    helped |= {book.names.regions.index(name) for name in opening}  # a seat, be it empty, is waited for
    divided = {book.names.segments.index(one.segment) for one in plan.levers.recarves.values()}
    stays = ~np.isin(book.deals["segment"], list(divided))  # a deal may bring what it got to a region without SEs
    served = waits["deal"][waits["ended"] == ledger.SE_CAME]
    for code in set(range(len(plan.world.regions))) - helped if patience is None else ():
        assert not np.any((region[served] == code) & stays[served])
        won = (book.deals["state"] == ledger.WON) & (book.deals["closed_day"] >= 0)
        ended = book.deals[(region == code) & stays & won]
        assert not np.any(needs.any(axis=1)[ended["segment"]])


def every_account_is_in_one_place(plan: Scenario, months: int, book: Ledger) -> None:
    """At each month's start, in each segment; accounts only move between its regions, and none is lost or made."""
    names = (
        ledger.ACCOUNTS, ledger.ACCOUNTS_FREE, ledger.ACCOUNTS_WORKED, ledger.ACCOUNTS_COOLING,
        ledger.ACCOUNTS_CUSTOMERS,
    )  # fmt: skip
    counted = plan.world.territory.accounts if plan.world.territory else {}
    cells = [(s, r) for s in plan.world.segments for r in plan.world.regions if r in counted.get(s, {})]
    rows = {name: book.snapshots[book.snapshots["quantity"] == name] for name in names}
    for name in names:
        assert len(rows[name]) == len(cells) * months
    total, *parts = (rows[name]["value"] for name in names)
    assert np.array_equal(total, np.sum(parts, axis=0))
    assert np.min([total, *parts], initial=0.0) >= 0.0
    for code, segment in enumerate(plan.world.segments):
        mine = rows[ledger.ACCOUNTS]
        mine = mine[mine["segment"] == code]
        by_month = np.bincount(mine["month"], mine["value"], months)
        assert np.all(by_month == by_month[0])
        assert by_month[0] >= sum(counted.get(segment, {}).values()), "more where there are more customers"
    taken = book.snapshots[book.snapshots["quantity"] == ledger.ACCOUNTS_TAKEN]["value"].sum()
    finite = np.array([[r in counted.get(s, {}) for r in plan.world.regions] for s in plan.world.segments])
    deals = book.deals
    kinds = np.array([source.kind == "expansion" for source in plan.world.sources.values()])
    here = (
        finite[deals["segment"], deals["region"]]
        & ~kinds[deals["source"]]
        & (deals["arrived_day"] >= 0.0)
        & ~deals["opening"]
    )
    assert taken == here.sum()


def partners_keep_their_part_of_each_deal(plan: Scenario, months: int, book: Ledger) -> None:
    """To the cent by cell and month, half cents either way."""
    due: Counter[tuple[int, int, int]] = Counter()
    deals: Counter[tuple[int, int, int]] = Counter()
    for row in book.credits:
        deal = book.deals[row["deal"]]
        source = plan.world.sources[book.names.sources[deal["source"]]]
        if source.kind == "partner":
            key = plan.calendar(months).month_of(row["day"]), int(deal["segment"]), int(deal["region"])
            due[key] += row["amount_usd"] * source.margin_share
            deals[key] += 1
    paid: Counter[tuple[int, int, int]] = Counter()
    for row in book.payments[book.payments["kind"] == ledger.PARTNER_MARGIN]:
        paid[int(row["month"]), int(row["segment"]), int(row["region"])] += row["amount_usd"]
    for key in due | paid:
        assert paid[key] == pytest.approx(due[key], abs=1e-6 + 0.005 * deals[key])


def deals_handed_on_are_decided_on(plan: Scenario, months: int, book: Ledger) -> None:
    decided = book.decisions[book.decisions["kind"] == ledger.REASSIGN]
    moved = book.moves[book.moves["kind"] == ledger.REASSIGNED]
    assert Counter(moved["day"].tolist()) == _sums(decided["day"], decided["value"])


def _sums(keys: np.ndarray, values: np.ndarray) -> dict[float, float]:
    places, index = np.unique(keys, return_inverse=True)
    return dict(zip(places.tolist(), np.bincount(index, values, len(places)), strict=True))


def nobody_works_more_hours_than_they_have(plan: Scenario, months: int, book: Ledger) -> None:
    key = ["month", "segment", "region"]
    used, held = (book.snapshots[book.snapshots["quantity"] == q] for q in (ledger.HOURS_USED, ledger.HOURS_HELD))
    assert np.array_equal(used[key], held[key])
    assert np.all(used["value"] >= 0.0)
    assert np.all(used["value"] <= held["value"] * (1 + 1e-9) + 1e-9)


def every_number_is_a_number(plan: Scenario, months: int, book: Ledger) -> None:
    for table in TABLES:
        rows = getattr(book, table)
        for name in rows.dtype.names:
            assert not np.isnan(np.asarray(rows[name], float)).any(), (table, name)
            if name.endswith("_usd"):
                assert np.isfinite(rows[name]).all(), (table, name)
                taken_back = np.isin(rows["kind"], GIVEN_BACK) if table == "payments" else np.zeros(len(rows), bool)
                assert (rows[name][~taken_back] >= 0.0).all() or table == "arr_moves", (table, name)


def arr_adds_up_to_the_cent(plan: Scenario, months: int, book: Ledger) -> None:
    """Opening and moves are what customers pay at the end, and what the contracts in force say, one by one."""
    horizon, customers = plan.calendar(months).horizon, book.customers
    moved = np.bincount(book.arr_moves["customer"], book.arr_moves["amount_usd"], len(customers))
    np.testing.assert_allclose(moved, customers["arr_usd"], rtol=0, atol=0.005)
    in_force = book.contracts[(book.contracts["start_day"] < horizon) & (book.contracts["end_day"] >= horizon)]
    agreed = np.bincount(in_force["customer"], in_force["arr_usd"], len(customers))
    here = customers["left_day"] == NEVER
    np.testing.assert_allclose(agreed[here], customers["arr_usd"][here], rtol=0, atol=0.005)
    assert np.all(customers["arr_usd"][~here] == 0.0)
    cents = book.arr_moves["amount_usd"] * 100.0
    np.testing.assert_allclose(cents, np.round(cents), rtol=0, atol=1e-4)
    assert np.all(np.diff(book.arr_moves["day"]) >= 0.0)


def every_customer_was_there_or_was_won(plan: Scenario, months: int, book: Ledger) -> None:
    """One customer a deal won of a new one in a segment that keeps them; each leaves at most once, at a term's end."""
    kinds, customers = book.arr_moves["kind"], book.customers
    keeps = np.array([segment.contracts is not None for segment in plan.world.segments.values()])
    deals = book.deals
    won = (deals["state"] == ledger.WON) & (deals["closed_day"] >= 0.0) & keeps[deals["segment"]]
    new = np.flatnonzero(won & (deals["customer"] < 0))
    assert np.array_equal(np.sort(customers["deal"][customers["deal"] >= 0]), new)
    for kind, count in ((ledger.ARR_OPENING, np.sum(customers["deal"] < 0)), (ledger.ARR_NEW, len(new))):
        assert np.sum(kinds == kind) == count
    left = book.arr_moves["customer"][kinds == ledger.ARR_CHURN]
    assert np.array_equal(np.sort(left), np.flatnonzero(customers["left_day"] < NEVER))
    ends = {(int(row["customer"]), float(row["end_day"])) for row in book.contracts}
    assert all((int(c), float(customers["left_day"][c])) in ends for c in left)
    grown = np.flatnonzero(won & (deals["customer"] >= 0))
    assert np.all(deals["closed_day"][grown] <= customers["left_day"][deals["customer"][grown]])
    rises = book.arr_moves[kinds == ledger.ARR_EXPANSION]
    order = np.lexsort((deals["customer"][grown], deals["amount_usd"][grown], deals["closed_day"][grown]))
    same = np.lexsort((rises["customer"], rises["amount_usd"], rises["day"]))
    assert np.array_equal(deals["amount_usd"][grown][order], rises["amount_usd"][same])
    assert np.array_equal(deals["customer"][grown][order], rises["customer"][same])


def terms_follow_one_another(plan: Scenario, months: int, book: Ledger) -> None:
    """A renewal starts where the term before ended; what runs beside a term ends with it."""
    beside = np.isin(book.contracts["kind"], [ledger.EXPANSION_TERM, ledger.GROWTH_TERM])
    terms, others = book.contracts[~beside], book.contracts[beside]
    terms = terms[np.lexsort((terms["start_day"], terms["customer"]))]
    follows = terms["customer"][1:] == terms["customer"][:-1]
    assert np.array_equal(terms["start_day"][1:][follows], terms["end_day"][:-1][follows])
    assert np.array_equal(terms["kind"][1:] == ledger.RENEWAL_TERM, follows)
    ends = set(zip(terms["customer"].tolist(), terms["end_day"].tolist(), strict=True))
    assert set(zip(others["customer"].tolist(), others["end_day"].tolist(), strict=True)) <= ends
    assert np.all(others["start_day"] <= others["end_day"])


INVARIANTS = (
    arr_adds_up_to_the_cent, every_customer_was_there_or_was_won, terms_follow_one_another,
    leads_and_deals_are_each_in_one_state, each_deal_tells_a_legal_story, wins_are_credited_once_to_the_cent,
    the_photographs_show_what_was_created_and_not_closed, nobody_sits_where_somebody_sits,
    nobody_gives_more_days_than_they_sat, people_are_as_many_as_came_less_those_who_went, nobody_sits_in_a_closed_seat,
    what_waits_for_a_trigger_opens_when_it_acts,
    each_hire_comes_by_one_requisition, recruiters_take_up_no_more_than_they_can,
    only_people_in_their_seats_work_deals, quotas_measure_all_that_was_sold, what_is_paid_is_what_was_earned,
    moved_deals_are_what_they_were_less_discounts,
    every_account_is_in_one_place, who_waited_for_an_engineer_is_written_down, partners_keep_their_part_of_each_deal,
    deals_handed_on_are_decided_on,
    nobody_works_more_hours_than_they_have, every_number_is_a_number,
)  # fmt: skip

runs = given(plan=worlds(), months=st.integers(6, 18), replication=st.integers(0, 2**20))


@pytest.mark.slow
@settings(max_examples=60)
@runs
def test_everything_is_accounted_for(plan: Scenario, months: int, replication: int) -> None:
    book = world.simulate(plan, months, Luck(11, replication))
    for holds in INVARIANTS:
        holds(plan, months, book)


@pytest.mark.slow
@settings(max_examples=600)
@runs
def test_everything_is_accounted_for_in_many_more_worlds(plan: Scenario, months: int, replication: int) -> None:
    book = world.simulate(plan, months, Luck(11, replication))
    for holds in INVARIANTS:
        holds(plan, months, book)
