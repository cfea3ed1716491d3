"""The first day in the layout of a company's own files (docs/opening_files.md): sellers, open deals, customers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from sim.crm.opportunities import NONE, WON, Opportunities
from sim.evidence.company.learn import Segment
from sim.evidence.company.places import places
from sim.evidence.company.regions import Regions
from sim.evidence.company.sellers import Seller

Row = dict[str, str | float]
TERM_DAYS = 365  # judged: contracts of a year
OPEN_DEALS = "open_deals"  # the source of the deals that are open on the first day


def roster_rows(sellers: list[Seller], regions: Regions, led_by_one: int, to_a_recruiter: int) -> Iterator[Row]:
    """Sellers by name, and the managers and recruiters that are assumed, so many for the sellers of each region."""
    for one in sellers:
        yield {"name": one.name, "role": "ae", "segment": one.segment, "region": regions.where(one.name),
               "start_date": _iso(one.start)}  # fmt: skip
    for role, many in (("manager", led_by_one), ("recruiter", to_a_recruiter)):
        number = 0
        for region in regions.names:
            heads = sum(regions.where(one.name) == region for one in sellers)
            for _ in range(max(1, round(heads / many))):
                number += 1
                yield {"name": f"{role} {number}", "role": role, "segment": "", "region": region, "start_date": ""}


def pipeline_rows(segments: list[Segment], sellers: list[Seller], regions: Regions, per_dollar: float) -> Iterator[Row]:
    """Open deals, each in the stage of its history or dealt to one; see ``places``."""
    there = {one.name for one in sellers}
    for segment in segments:
        deals = segment.deals
        owners = deals.owner.texts()
        for row, place in places(segment):
            expected, amount = int(deals.expected[row]), deals.amount[row] / per_dollar
            yield {
                "id": deals.ids[row],
                "owner": owners[row] if owners[row] in there else "",
                "segment": segment.name,
                "region": regions.where(owners[row]),
                "source": OPEN_DEALS,
                "stage": segment.stage_names[place.stage],
                "created_date": _iso(int(deals.created[row])),
                "stage_entered_date": _iso(place.entered),
                "forecast_close_date": _iso(expected if expected > deals.as_of else None),
                "amount_usd": f"{amount:.2f}" if np.isfinite(amount) else "",
                "quiet_since_date": _iso(place.quiet_since),
            }


def customer_rows(segments: list[Segment], sellers: list[Seller], regions: Regions, per_dollar: float) -> Iterator[Row]:
    """Accounts with a win in the last year: what they bought in it, from the day of the latest win."""
    there = {one.name for one in sellers}
    for segment in segments:
        owners = segment.deals.owner.texts()
        for account, rows in _by_account(segment.deals):
            latest = rows[np.argmax(segment.deals.closed[rows])]
            worth = np.nansum(segment.deals.amount[rows]) / per_dollar
            owner = owners[latest]
            start = int(segment.deals.closed[latest])
            if worth > 0:
                yield {
                    "id": account, "owner": owner if owner in there else "", "segment": segment.name,
                    "region": regions.where(owner), "arr_usd": f"{worth:.2f}", "term_start": _iso(start),
                    "term_end": _iso(start + TERM_DAYS), "seller_left": "no",
                }  # fmt: skip


def _by_account(deals: Opportunities) -> Iterator[tuple[str, np.ndarray]]:
    codes = deals.account.codes
    lately = np.flatnonzero((deals.outcome == WON) & (deals.closed > deals.as_of - TERM_DAYS) & (codes != NONE))
    lately = lately[np.argsort(codes[lately], kind="stable")]
    starts = np.flatnonzero(np.diff(codes[lately], prepend=-2))
    for rows in np.split(lately, starts[1:]) if len(lately) else []:
        yield deals.account.names[codes[rows[0]]], rows


def _iso(day: int | None) -> str:
    return "" if day is None else date.fromordinal(day).isoformat()
