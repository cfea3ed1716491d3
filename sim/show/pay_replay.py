"""A pay plan on last year's deals in words and as tables: cost, who wins and who loses, and whether quotas are fair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.evidence.pay_replay.credited import Credited
from sim.evidence.pay_replay.fairness import Fairness
from sim.evidence.pay_replay.replay import Paid
from sim.results.estimates import Estimate
from sim.show.decision_page import Row
from sim.show.formats import NO_VALUE, cents_exact, odds, share, usd, usd_range
from sim.show.waterfall import Step, stepped
from sim.show.words import cut, plan_name, sentence, shown

TELLS_CENTS = 100_00  # a change of pay in a year that is told of one person
FEW_SELLERS = 6
LONGEST, IN_PICTURE = 28, 12
TEXT = (0,)


@dataclass(frozen=True)
class Played:
    """What the simulation says of the two plans, with behaviour: differences over ``replications``."""

    replications: int
    pay_usd: Estimate
    bookings_usd: Estimate


@dataclass(frozen=True)
class Replay:
    """``paid`` by one plan or two, the old one first; ``span`` names the days."""

    year: Credited
    paid: Sequence[Paid]
    fair: Fairness
    span: str
    even_quota: bool  # whether each seat carries the same one, for none was given
    played: Played | None = None

    @property
    def change_cents(self) -> np.ndarray:
        """New less old, by seller."""
        return self.paid[-1].cents - self.paid[0].cents


def answer(told: Replay) -> list[str]:
    """What to know first."""
    lines = [_cost(told), _who(told), _played(told), _odds(told), _thirds(told)]
    return [one for one in lines if one]


def _cost(told: Replay) -> str:
    booked = float(told.year.booked_usd.sum())
    last = told.paid[-1]
    of = f" ({last.usd / booked:.1%} of {usd(booked)} booked)" if booked else ""
    name = sentence(plan_name(last.plan))
    if len(told.paid) == 1:
        return f"{name} pays {len(told.year.names)} sellers {usd(last.usd)} on the deals of {told.span}{of}."
    change = float(told.change_cents.sum()) / 100
    old = f"{plan_name(told.paid[0].plan)} pays {usd(told.paid[0].usd)}"
    if change == 0:
        return (
            f"On the deals of {told.span} {name} pays as much as {plan_name(told.paid[0].plan)}: {usd(last.usd)}{of}."
        )
    way = "more" if change > 0 else "less"
    return f"{name} costs {usd(abs(change))} {way} on the deals of {told.span}: it pays {usd(last.usd)}{of}, {old}."


def _who(told: Replay) -> str:
    if len(told.paid) == 1:
        return ""
    change = told.change_cents
    up, down = int((change >= TELLS_CENTS).sum()), int((change <= -TELLS_CENTS).sum())
    same = len(change) - up - down
    lines = f"{up} of {len(change)} sellers would have been paid more, {down} less, {same} the same within $100."
    if up and down:
        most, least = int(change.argmax()), int(change.argmin())
        lines += (
            f" Most: {_name(told, most)} {usd(change[most] / 100, signed=True)};"
            f" least: {_name(told, least)} {usd(change[least] / 100, signed=True)}."
        )
    return f"{lines} On these deals nobody answers to the plan: sellers sold what they sold under the old one."


def _played(told: Replay) -> str:
    if told.played is None or len(told.paid) == 1:
        return ""
    one = told.played
    told_pay = f"{usd(one.pay_usd.mean, signed=True)} of variable pay ({usd_range(one.pay_usd.low, one.pay_usd.high)})"
    told_book = (
        f"{usd(one.bookings_usd.mean, signed=True)} of bookings"
        f" ({usd_range(one.bookings_usd.low, one.bookings_usd.high)})"
        if one.bookings_usd.clear
        else "no change of bookings that can be told from none"
    )
    played = f"Played {one.replications} times, with sellers who answer to their pay"
    return f"{played}, the new plan brings {told_pay} and {told_book}."


def _odds(told: Replay) -> str:
    known = told.fair.odds[np.isfinite(told.fair.odds)]
    if not len(known):
        return ""
    low, high = odds(float(known.min())), odds(float(known.max()))
    even = ", the same for each seat, for none was given" if told.even_quota else ""
    at = float(np.nanmean(told.fair.attained >= 1.0))
    return (
        f"{share(at)} of sellers made their quota{even}. In another such span a seat's odds of quota go from {low} to"
        f" {high}."
    )


def _thirds(told: Replay) -> str:
    if len(told.fair.by_third) == 0:
        return f"With fewer than {FEW_SELLERS} sellers it cannot be said whether quotas follow the pipeline given."
    least, _, most = told.fair.by_third
    return (
        f"The third of seats that was given most pipeline attained {share(most)} of its quotas, the third with least"
        f" {share(least)}."
    )


def headings(told: Replay) -> tuple[str, ...]:
    """Above the sellers."""
    names = [plan_name(one.plan, 20) for one in told.paid]
    pay = (*names, "change") if len(names) > 1 else (names[0],)
    return ("seller", "booked", "quota", "attained", *pay, "pipeline given", "odds of quota")


def rows(told: Replay) -> list[Row]:
    """A line a seller, who gains most first, then the sums."""
    order = np.argsort(-told.change_cents if len(told.paid) > 1 else -told.paid[0].cents, kind="stable")
    return [*(_row(told, int(seat)) for seat in order), _sums(told)]


def _row(told: Replay, seat: int) -> Row:
    year, fair = told.year, told.fair
    pay = [cents_exact(int(one.cents[seat])) for one in told.paid]
    if len(told.paid) > 1:
        pay.append(cents_exact(int(told.change_cents[seat]), signed=True))
    known = np.isfinite(fair.attained[seat])
    given = f"{fair.potential[seat]:.2f} of the mean" if np.isfinite(fair.potential[seat]) else NO_VALUE
    return Row(
        (_name(told, seat), usd(float(year.booked_usd[seat])), usd(float(year.quota_usd[seat])),
         share(float(fair.attained[seat])) if known else NO_VALUE, *pay, given,
         odds(float(fair.odds[seat])) if np.isfinite(fair.odds[seat]) else NO_VALUE),
        len(told.paid) == 1 or abs(int(told.change_cents[seat])) >= TELLS_CENTS,
    )  # fmt: skip


def _sums(told: Replay) -> Row:
    year = told.year
    booked, quota = float(year.booked_usd.sum()), float(year.quota_usd.sum())
    pay = [cents_exact(int(one.cents.sum())) for one in told.paid]
    if len(told.paid) > 1:
        pay.append(cents_exact(int(told.change_cents.sum()), signed=True))
    return Row(("All", usd(booked), usd(quota), share(booked / quota) if quota else NO_VALUE, *pay, "", ""))


def _name(told: Replay, seat: int) -> str:
    return cut(shown(told.year.names[seat]), LONGEST)


def picture(told: Replay) -> str:
    """From the old plan's cost over who gains and loses most to the new one's; of one plan nothing."""
    if len(told.paid) == 1:
        return ""
    change = told.change_cents
    chosen = np.sort(np.argsort(-np.abs(change), kind="stable")[:IN_PICTURE])
    chosen = chosen[np.argsort(-change[chosen], kind="stable")]
    steps = [Step(_name(told, int(seat)), change[seat] / 100, True) for seat in chosen]
    rest = int(change.sum() - change[chosen].sum())
    if len(chosen) < len(change):
        steps.append(Step(f"The other {len(change) - len(chosen)} sellers", rest / 100, True))
    old, new = (sentence(plan_name(one.plan)) for one in told.paid)
    begins = (f"Variable pay by {old}", told.paid[0].usd)
    return stepped("What the new plan costs on the same deals", begins, steps, f"By {new}", "within $100")


def notes(told: Replay) -> list[str]:
    """How to read it, and what it does not know."""
    year = told.year
    lines = [
        "Pay is worked out to the cent by the payroll that the simulation pays with: tiers, caps, bonuses, draws."
        " Managers' shares of their people's deals and clawbacks are left out, for the exports do not say who reports"
        " to whom, and who left as a customer.",
        "Pipeline given: what came to the seat in the time that it was there, over the mean of all seats; deals without"
        " an amount count as much as a won one does on average. Odds of quota are those of a span like this one, each"
        " seat's own pace and deal size drawn to those of all as far as chance explains what lies between them.",
    ]
    if year.title:
        lines.append(f"Sellers are those whom the roster calls {shown(year.title)}; others who own deals are left out.")
    if year.without_seller:
        lines.append(f"{year.without_seller:,} wins belong to none of these sellers in the time that they were there.")
    if year.without_amount:
        lines.append(f"{year.without_amount:,} wins have no amount that is known and pay nothing.")
    if not year.is_placed.all() and year.is_placed.any():
        lines.append(f"{int((~year.is_placed).sum())} sellers are in no segment that the plan knows.")
    return lines
