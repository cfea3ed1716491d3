"""A team of zero is no free lunch: without seats nobody does the work, as when all of them leave, unless others do."""

from __future__ import annotations

import numpy as np
import pytest

from sim import ledger, world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.scenario.checks.doubts import doubts
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load, load_source
from sim.scenario.scenario import Scenario
from tests.makers.play import WORLDS, digest, ledgers, plain

OF_CUSTOMERS = ("customers", "contracts", "arr_moves")
MONTHS, REPLICATIONS, YEAR = 24, 12, 365.0
TEAMS = {
    "manager": ["managers_{}"],
    "recruiter": ["recruiters_{}"],
    "sdr": ["sdr_smb_{}", "sdr_mid_market_{}", "sdr_enterprise_{}"],
    "se": ["se_{}"],
    "csm": ["csm_smb_{}", "csm_mid_market_{}", "csm_enterprise_{}"],
}
# So that nobody of the role comes back: neither planned, nor from inside, nor because a place is to be filled. And so
# that both begin with the same people: whoever never had managers or recruiters has others, known by no formula.
PLAIN_BASE = (
    "opening.past_seat_years=0",
    "~levers.requisitions", "~world.hiring.internal", "opening.vacant_share=0", "~levers.coverage",
    "~world.market.common_factor", "world.market.regimes.normal.next_month={normal: 1.0, growth: 0.0, recession: 0.0}",
)  # fmt: skip


def base(*overrides: str) -> Scenario:
    return load("base", (*PLAIN_BASE, *overrides))


def none_of(role: str) -> Scenario:
    teams = [team.format(region) for team in TEAMS[role] for region in ("east", "west")]
    return base(*(f"opening.teams.{team}.seats=0" for team in teams))


def all_leave(role: str) -> Scenario:
    gone = f"role: {role}, share: 1.0, on_date: 2027-01-04, seat: close"
    return base(*(f"+levers.departures.all_{region}={{{gone}, region: {region}}}" for region in ("east", "west")))


def second_year(book: Ledger) -> list[float]:
    """What the second year brings: bookings, opportunities, hires, ARR lost."""
    late = book.credits["day"] >= YEAR
    created = np.sum((book.deals["created_day"] >= YEAR) & (book.deals["created_day"] < ledger.NEVER))
    hired = np.sum((book.requisitions["accept_day"] >= YEAR) & (book.requisitions["accept_day"] < ledger.NEVER))
    moves = book.arr_moves[(book.arr_moves["kind"] == ledger.ARR_CHURN) & (book.arr_moves["day"] >= YEAR)]
    return [book.credits["amount_usd"][late].sum(), float(created), float(hired), -float(moves["amount_usd"].sum())]


def played(scenario: Scenario) -> np.ndarray:
    return np.array([second_year(book) for book in ledgers(scenario, MONTHS, REPLICATIONS)])


@pytest.fixture(scope="module")
def as_it_is() -> np.ndarray:
    return played(base())


# Which of the measures suffers, its sign, and by how much at least.
SUFFERS = {"manager": (0, -0.06), "recruiter": (0, -0.08), "sdr": (0, -0.10), "se": (0, -0.10), "csm": (3, 0.20)}


@pytest.mark.slow
@pytest.mark.parametrize("role", TEAMS)
def test_zero_seats_are_as_bad_as_losing_them_all_and_never_free(role: str, as_it_is: np.ndarray) -> None:
    """In the second year, when the first weeks of the loss are over, both bring the same.

    Nearly: who was there until the first day has left customers, and has let people go.
    """
    measure, least = SUFFERS[role]
    usual = as_it_is[:, measure].mean()
    none, lost = (played(plan)[:, measure].mean() / usual - 1.0 for plan in (none_of(role), all_leave(role)))
    assert none / least > 1.0
    assert lost / least > 1.0
    assert abs(none - lost) < 0.03


def customers(*overrides: str) -> Scenario:
    return load(str(WORLDS / "customers.yaml"), overrides)


QUIET = (
    *(f"world.roles.{role}.exits.voluntary_per_year=0" for role in ("rep", "am", "csm")),
    "+opening.teams.ams.tenure_months=[30, 30]",
)
GONE = ("opening.vacant_share=1", "levers.backfill.enabled=false")  # of the teams whose people are not named


def test_without_csm_seats_the_same_customers_leave_as_when_all_csms_left() -> None:
    """To the byte: the same luck decides each renewal, against the same odds."""
    for k in range(2):
        none = world.simulate(customers(*QUIET, "opening.teams.csms.seats=0"), 14, Luck(1, k))
        lost = world.simulate(customers(*QUIET, *GONE), 14, Luck(1, k))
        kept = world.simulate(customers(*QUIET), 14, Luck(1, k))
        assert digest(none, OF_CUSTOMERS) == digest(lost, OF_CUSTOMERS) != digest(kept, OF_CUSTOMERS)


def test_without_manager_seats_deals_go_as_when_all_managers_left() -> None:
    led = (
        "opening.teams.reps.seats=12", f"+opening.teams.reps.tenure_months={[0] * 12}",
        "world.roles.rep.ramp={kind: linear, months: 12}",
        "+world.roles.boss={duty: manages, manages: [rep], coaching: {odds_logit: 0.5}}",
        "world.roles.boss.exits={voluntary_per_year: 0}",
        "+world.hiring.recruiting_mean_days.boss=30", "+world.costs.salary_usd_per_year.boss=150000",
    )  # fmt: skip
    bosses = "+opening.teams.bosses={role: boss, region: here, seats: 3}"
    none = world.simulate(plain(*led), 12, Luck(1, 0))
    lost = world.simulate(plain(*led, bosses, *GONE), 12, Luck(1, 0))
    kept = world.simulate(plain(*led, bosses), 12, Luck(1, 0))
    assert digest(none, ("credits",)) == digest(lost, ("credits",))
    assert none.credits["amount_usd"].sum() < 0.8 * kept.credits["amount_usd"].sum()


def test_what_is_nobodys_duty_or_done_by_others_costs_nothing() -> None:
    """Without any role that serves, or where others serve, each customer renews with the share given."""
    steady = (
        *QUIET, "world.sources.more.opportunities_per_customer_per_year=0", "world.segments.all.contracts.load_logit=5",
        "opening.teams.csms.seats=0", "world.segments.all.contracts.opening_customers.here=1200",
    )  # fmt: skip
    others = customers(*steady, "+world.roles.csm.without_seats=others")
    nobodys = customers(*steady, "world.roles.csm.duty=supports", "~world.roles.csm.accounts_per_head")
    for plan in (others, nobodys):
        left = []
        for book in ledgers(plan, 12, 8):
            first = book.customers["deal"] < 0
            left.append(np.mean(book.customers["left_day"][first] == ledger.NEVER))
        assert abs(np.mean(left) - 0.9) < 0.02, "lost sellers take a few"
    assert digest(world.simulate(others, 6, Luck(1, 0))) == digest(world.simulate(nobodys, 6, Luck(1, 0)))


def test_others_serve_until_the_first_of_ones_own_does() -> None:
    first = "+levers.requisitions.first={role: csm, region: here, open_date: 2027-01-04}"
    hires = (*QUIET, "opening.teams.csms.seats=0", first, "world.roles.csm.accounts_per_head.all=5")
    hires = (*hires, "+world.roles.finder={duty: recruits, without_seats: others}")
    hires = (*hires, "+world.roles.csm.without_seats=others")
    book = world.simulate(customers(*hires), 12, Luck(1, 0))
    none = world.simulate(customers(*hires, "~levers.requisitions"), 12, Luck(1, 0))
    came = float(book.seats["start_day"][book.seats["requisition"] >= 0].min())
    assert 20.0 < came < 200.0

    def churn(ledger_: Ledger) -> np.ndarray:
        moves = ledger_.arr_moves[ledger_.arr_moves["kind"] == ledger.ARR_CHURN]
        return np.histogram(moves["day"], [0.0, came, 360.0], weights=-moves["amount_usd"])[0]

    before, after = churn(book) - churn(none)
    assert before == 0.0
    assert after > 0.0, "one CSM for five accounts has far too many"


FINDER = "+world.roles.finder={duty: recruits, exits: {voluntary_per_year: 0}"
LEAVE = "world.roles.rep.exits.voluntary_per_year=2"


@pytest.mark.parametrize(("says", "hires"), [(", without_seats: nobody}", False), (", without_seats: others}", True)])
def test_without_recruiters_nobody_is_hired_unless_others_do_it(says: str, hires: bool) -> None:
    book = world.simulate(plain(LEAVE, FINDER + says), 12, Luck(1, 0))
    assert np.any(book.seats["start_day"] > 0.0) == hires
    if hires:
        nobodys = world.simulate(plain(LEAVE), 12, Luck(1, 0))
        assert digest(book, ("seats", "requisitions")) == digest(nobodys, ("seats", "requisitions"))


def test_the_first_recruiter_of_ones_own_ends_what_others_do() -> None:
    first = "+levers.requisitions.first={role: finder, region: here, open_date: 2027-01-01}"
    more = ("+world.hiring.recruiting_mean_days.finder=30", "+world.costs.salary_usd_per_year.finder=80000")
    finder = FINDER + ", without_seats: others, open_requisitions_per_head: 1}"
    book = world.simulate(plain(LEAVE, finder, first, *more), 12, Luck(1, 0))
    rows = book.requisitions[book.requisitions["role"] == book.names.roles.index("rep")]
    waited = rows["recruiter_day"] - rows["open_day"]
    early = rows["open_day"] < 30.0
    assert np.all(waited[early] == 0.0)
    assert np.median(waited[rows["open_day"] > 90.0]) > 30.0


def test_others_belong_to_duties_that_stand_behind_others() -> None:
    with pytest.raises(ScenarioError, match="without_seats: others belongs to roles whose duty is recruits, serves"):
        plain("+world.roles.rep.without_seats=others")


def test_work_that_nobody_does_is_doubted() -> None:
    bare = ("opening.teams.csms.seats=0",)
    said = " ".join(doubts(load_source(str(WORLDS / "customers.yaml"), bare), 12))
    assert "role csm has no seats on the first day, so nobody serves in its place" in said
    others = load_source(str(WORLDS / "customers.yaml"), (*bare, "+world.roles.csm.without_seats=others"))
    assert "has no seats" not in " ".join(doubts(others, 12))
