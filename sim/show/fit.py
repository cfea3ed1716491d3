"""What calibrate tells: what was learned beside the file's own numbers, what is assumed, and what nobody could see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from sim.crm.dates import iso
from sim.evidence.company import company as assumed
from sim.evidence.company import handed, leaning
from sim.evidence.company.company import Company
from sim.evidence.company.learn import SOON_DAYS, Segment, middle
from sim.evidence.company.not_used import not_used
from sim.evidence.company.played import FOLLOWED, Played, fitted
from sim.evidence.company.seen import by_age, by_amount, by_month, by_stage, plain
from sim.evidence.company.sellers import PRIOR_EXITS, USUAL_EXITS
from sim.evidence.trust.grounds import of_fit
from sim.results.percentiles import percentiles
from sim.show import fit_people
from sim.show.decision_page import DecisionPage, MoreTable, Row
from sim.show.fit_picture import picture
from sim.show.formats import number, share_to_a_tenth, usd
from sim.spelling import listed

HEADINGS = ("", "the file itself", "fitted", "P10", "P90", "the scenario, played")
TEXT = (0,)
STAGES = ("", "moved on", "share", "P10 to P90", "mean days", "P10 to P90")
ASSUMED = ("what", "value", "why, and from where")
OF_LEAVERS = "Open deals of sellers who left"


def answer(company: Company) -> list[str]:
    """The first screen."""
    deals = company.export.opportunities
    segments = company.segments
    created, wins = sum(middle(one.created) for one in segments), sum(_wins(one) for one in segments)
    booked = sum(_wins(one) * middle(one.amount) for one in segments)
    has_amounts = np.isfinite(deals.amount).any()
    many = f" in {len(segments)} segments" if len(segments) > 1 else ""
    worth = f", {usd(booked)}" if has_amounts else ""
    return [
        f"Learned from {len(deals):,} deals as of {iso(company.as_of)}{many}: {number(created)} deals a month, of which"
        f" {share_to_a_tenth(wins / created)} are won in the end: {number(wins)} wins{worth} a month.",
        f"{len(company.sellers):,} sellers are there; {share_to_a_tenth(company.exits.a_year)} leave a year"
        f" ({company.exits.seen} exits seen in {number(company.exits.years)} years of sellers)."
        if company.sellers
        else f"The file names no owners: {company.all_heads} sellers are assumed, one for each"
        f" {assumed.OPEN_DEALS_A_SELLER:.0f} open deals.",
        *([said] if (said := handed.told(company.handed, company.as_of)) else []),
        *([company.said_of_money] if company.said_of_money else []),
        *([gap(company)] if company.start > company.as_of + 1 else []),
    ]


def gap(company: Company) -> str:
    """What a first day that is not the export's next one leaves out."""
    days = company.start - company.as_of - 1
    return (
        f"The scenario begins on {iso(company.start)}, for it begins with a month; what the {days} days after the"
        " export bring is not in it."
    )


def leans(company: Company) -> list[str]:
    """How far each segment leans on the others; nothing where there is one."""
    if len(company.segments) == 1:
        return []
    return [
        f"{one.name} leans on the other segments: {leaning.of_closes(one):.0%} of what is said of how its deals close"
        f" is theirs, and {leaning.of_amounts(one):.0%} of what a win brings; the rest is its own."
        for one in company.segments
    ]


def _wins(segment: Segment) -> float:
    return float(middle(segment.created) * middle(segment.won))


def learned(company: Company, played: Mapping[str, Played]) -> list[Row]:
    """The file, the fit with its range and the scenario's play, by segment."""
    return [row for one in company.segments for row in _segment(company, one, played[one.name])]


def _segment(company: Company, one: Segment, made: Played) -> Iterator[Row]:
    seen, wanted = plain(one.deals, one.fits.creation.first, company.per_dollar), fitted(company, one)
    wins = one.created * one.won
    lines = (
        ("deals created a month", seen.created, one.created, None, made.created, number),
        ("won in the end", seen.won, one.won, None, None, share_to_a_tenth),
        (f"won within {FOLLOWED} days", None, None, wanted.won, made.won, share_to_a_tenth),
        ("median days to a win", seen.median_days, None, wanted.median_days, made.median_days, number),
        ("mean days to a win", None, one.cycle, None, None, number),
        ("mean amount won", seen.amount, one.amount, None, made.amount, usd),
        ("wins a month", seen.wins, wins, None, made.wins, number),
        ("bookings a month", seen.booked, wins * one.amount, None, made.booked, usd),
        (f"wins of open deals in {SOON_DAYS} days", None, one.soon, None, made.soon, number),
        (f"bookings of open deals in {SOON_DAYS} days", None, one.soon_usd, None, made.soon_usd, usd),
    )
    for what, file, draws, point, simulated, said in lines:
        if said is usd and one.fits.amounts is None:
            continue
        low, high = percentiles(draws[:, None])[[0, 2], 0] if draws is not None else (None, None)
        cells = (file, middle(draws) if draws is not None else point, low, high, simulated)
        yield Row((f"{one.name}: {what}", *("" if cell is None else said(float(cell)) for cell in cells)))


def assumptions(company: Company) -> list[Row]:
    """What the file cannot tell, and what stands in the scenario instead, with its source."""
    hours = ", ".join(f"{one.name} {company.hours_a_week(one):.1f}" for one in company.segments)
    busy, found = f"{assumed.BUSY_SHARE:.0%}", f"{assumed.SELF_SHARE:.0%}"
    staff = f"one for {assumed.LED_BY_ONE} and {assumed.SELLERS_A_RECRUITER} sellers"
    rows: tuple[tuple[str, str, str], ...] = (
        ("target", "the last year's bookings", "judged: the file has no target"),
        ("quotas", f"{assumed.OVER_ASSIGNED:.0%} of them beyond the target", "Kellblog's survey: 11 to 25%"),
        ("hours a week to sell", "as in base", "judged: deals do not show them"),
        *_sellers_assumed(company),
        ("hours a week of a deal", hours, f"judged: so that open deals take {busy} of sellers' hours"),
        ("deals that sellers find", found, "Kellblog; CSO Insights: 20 to 45%. Where a deal came from is not read"),
        ("leads that become deals", "all", "the CRM knows deals, not the leads before them"),
        ("managers and recruiters", staff, "compilation: 8 to 10 ramped people a manager; as in base"),
        ("renewals", f"{assumed.RENEW_SHARE:.0%} a year", "Lightspeed: gross retention 88 to 90%"),
        *_stages_assumed(company),
        ("market, pay, cost, billing", "as in base", "sources stand in base.yaml; write your own over them"),
        ("accounts", "without end", "how many there are nobody can read from deals"),
    )
    return [Row(cells) for cells in rows]


def _sellers_assumed(company: Company) -> Iterator[tuple[str, str, str]]:
    if company.people.ramp is None:
        yield "ramp", "as in base", f"sales hiring compilation: {company.people.no_ramp}"
    if company.people.spread is None:
        yield "how much sellers differ", "as in base", f"Skok; judged: {company.people.no_spread}"
    if company.handed.days is None:
        yield "how soon leavers' deals are handed on", "as in base", f"judged: {company.handed.why_not}"
    if company.handed.loss is None:
        yield "what a change of owner costs", "as in base", f"judged: {company.handed.no_loss}"
    else:
        yield "deals that nobody takes over", "in the odds", "the scenario hands on all, and so many fewer are won"
    if company.exits.by_tenure is None:
        usual = f"{USUAL_EXITS:.0%} a year, as {PRIOR_EXITS:g} exits"
        yield "exits before any is seen", usual, "Harvard Business Review 2017"


def _stages_assumed(company: Company) -> Iterator[tuple[str, str, str]]:
    without = [one.name for one in company.segments if one.own is None]
    if without:
        why = "no history of moves" if company.export.history is None else "its history does not tell when deals close"
        yield "stages of " + ", ".join(without), "one or two that nobody sees", f"{why}; deals close at the file's ages"
    if len(without) < len(company.segments):
        yield (
            "parked and reopened deals", "where they had come furthest", "so that each stage is passed once: judged"
        )  # fmt: skip


def stages(company: Company) -> list[Row]:
    """Each stage of a history: who moved on and how long it took."""
    rows = []
    for one in company.segments:
        if one.own is None:
            continue
        laws = one.own.laws
        for k, name in enumerate(laws.names):
            seen = f"{laws.moved_on[k]:,.0f} of {laws.moved_on[k] + laws.failed[k]:,.0f}"
            cells = [f"{one.name}: {name}", seen]
            numbers = (
                (laws.advance[k], one.own.moved_on[:, k], share_to_a_tenth),
                (laws.mean_days[k], one.own.days[:, k], number),
            )
            for point, draws, said in numbers:
                low, high = percentiles(draws[:, None])[[0, 2], 0]
                cells += [said(float(point)), f"{said(float(low))} to {said(float(high))}"]
            rows.append(Row(tuple(cells)))
    return rows


def unseen(company: Company) -> str:
    """What the files do not know."""
    lacking = company.export.unseen
    return f"Not to be seen in these files: {listed(lacking, 20)}." if lacking else ""


def far_off(company: Company, played: Mapping[str, Played]) -> list[str]:
    """Where the scenario, played, is far from what was fitted; empty where it is near."""
    found = []
    for one in company.segments:
        wanted, made = fitted(company, one), played[one.name]
        for what, ours, theirs in (
            ("deals created", made.created, wanted.created),
            ("share won", made.won, wanted.won),
            ("mean days to a win", made.days, wanted.days),
            ("median days to a win", made.median_days, wanted.median_days),
        ):
            if not abs(ours / theirs - 1) < _NEAR:
                off = f"{ours / theirs - 1:+.0%} off" if np.isfinite(ours) else "none, and so far off"
                found.append(f"{one.name}: played, {what} are {off} what was fitted.")
    return found


_NEAR = 0.15


def page(company: Company, played: Mapping[str, Played]) -> DecisionPage:
    """fit.html."""
    pictures = [
        picture(one.name, by_age(one), by_month(one), by_amount(one, company.per_dollar), by_stage(one))
        for one in company.segments
    ]
    notes = [
        "Fitted: by the likelihood, with deals still open, closes before the file begins and mass edits accounted for;"
        " P10 and P90 hold 80% of what the file leaves open. The file itself: plain counts, which those bend.",
        "The scenario, played: its central values in a market as it is now, adjusted so that it makes what was fitted."
        " A run has base's market on top, in which recessions and good years come and go: on average it books less.",
        "The running quarter is better told by salesim forecast, which follows each open deal's age; here it has the"
        " odds of its stage. Its open deals are as often won in the first quarter as forecast says of all of them.",
        *leans(company),
        *far_off(company, played),
        *([unseen(company)] if company.export.unseen else []),
    ]
    return DecisionPage(
        "Your company, as its CRM shows it",
        f"As of {iso(company.as_of)}. The scenario begins on {iso(company.start)}.",
        answer(company),
        "\n".join(one for one in (*pictures, fit_people.picture(company)) if one),
        HEADINGS,
        learned(company, played),
        TEXT,
        notes,
        of_fit(company.export.roster is not None),
        more=[
            *([MoreTable("Stages, from their history", STAGES, told, (0,))] if (told := stages(company)) else []),
            MoreTable("Sellers", fit_people.HEADINGS, fit_people.rows(company), (0,)),
            *([MoreTable(OF_LEAVERS, ("", "deals"), told, (0,))] if (told := fit_people.of_leavers(company)) else []),
            MoreTable("What is assumed", ASSUMED, assumptions(company), (0, 1, 2)),
            MoreTable("What could not be used", ("what", "why"), [Row(one) for one in not_used(company)], (0, 1)),
        ],
    )
