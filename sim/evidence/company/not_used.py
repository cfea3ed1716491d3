"""What the files have, or might have had, that the scenario does not take from them, and why."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.crm.opportunities import NONE
from sim.evidence.company.company import Company
from sim.evidence.company.deal_size import deal_size
from sim.evidence.company.learn import ALL


def not_used(company: Company) -> list[tuple[str, str]]:
    """What, and why."""
    return [*_of_sellers(company), *_of_deals(company)]


def _of_sellers(company: Company) -> Iterator[tuple[str, str]]:
    people, roster = company.people, company.export.roster
    if people.ramp is None:
        yield "ramp", f"{people.no_ramp}: base's stands instead (sales hiring compilation)"
    if people.spread is None:
        yield "how much sellers differ", f"{people.no_spread}: base's stands instead (Skok; judged)"
    if company.exits.by_tenure is None:
        why = "there is no roster" if roster is None else "too few exits with a start are on the roster"
        yield "exits by tenure", f"{why}: one rate for all"
    else:
        yield "exits by month", "the scenario has one rate, and one for the first year"
    handed = company.handed
    if handed.days is None:
        yield "hand-overs", f"{handed.why_not}: base's days and loss of odds stand (levers.orphans)"
    elif handed.loss is None:
        yield "what a change of owner costs", f"{handed.no_loss}: base's loss of odds stands (levers.orphans)"
    if roster is not None and (undated := int((roster.start == NONE).sum())):
        yield f"{undated:,} people without a start", "their tenure is drawn, and they tell nothing of ramp and exits"


def _of_deals(company: Company) -> Iterator[tuple[str, str]]:
    deals = company.export.opportunities
    for one in company.segments:
        if company.export.history is not None and one.own is None:
            yield (
                f"stages of {one.name}",
                "too few moves of some stage, or stages that end at other ages than deals close",
            )
        if lost := deal_size(one, company.per_dollar).lost:
            yield f"the shape of amounts of {one.name}", lost
        if one.fits.amounts is not None and one.fits.amounts.by_age is not None:
            yield (
                f"amounts of {one.name} by age",
                "older wins bring other amounts; in the scenario all ages bring the same",
            )
    if len(deals.segment.names) > 1 and [one.name for one in company.segments] == [ALL]:
        yield "segments", "too small, too many, or without sellers of their own: all deals are one segment"
    if company.regions.why_not and company.export.roster is not None and company.export.roster.region.known.any():
        yield "regions", f"{company.regions.why_not}: all deals are in one place"
    if deals.product.names:
        yield "products", "a scenario has none; where amounts go by product, their mixture counts"
    if np.isfinite(deals.amount).any() and company.segments[0].fits.hazards.seen > 1:
        yield "good and bad months of the past", "the scenario has base's market; salesim forecast carries them on"
