"""Sellers in the scenario of a company: how they leave, ramp and differ, each number with where it is from."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.crm.dates import iso
from sim.evidence.company.company import Company
from sim.evidence.company.learn import middle
from sim.evidence.company.opening import OPEN_DEALS
from sim.evidence.company.people import STEP_MONTHS
from sim.evidence.company.sellers import PRIOR_EXITS, USUAL_EXITS

SELLERS = "ae"  # base's role
_EXITS, _FIRST_YEAR, _RAMP, _ABILITY = "exits", "exits_first_year", "ramp", "ability"
_HANDED, _LOSS = "handed_on_days", "handed_on_loss"
_LEAST = 1e-3


def columns(company: Company) -> dict[str, np.ndarray]:
    """Factors by draw, as of ``scenario.joint``."""
    exits, people = company.exits, company.people
    found = {_EXITS: exits.rates / middle(exits.rates)}
    if exits.by_tenure is not None:
        found[_FIRST_YEAR] = exits.first_year / middle(exits.first_year)
    if people.ramp is not None and company.ramp is not None:
        for step, share in enumerate(company.ramp):
            drawn = people.ramp[:, step]
            found[f"{_RAMP}_{step + 1}"] = np.minimum(drawn / max(middle(drawn), _LEAST), 1.0 / share)
    if people.spread is not None:
        found[_ABILITY] = people.spread.sigma_log / middle(people.spread.sigma_log)
    for name, draws in ((_HANDED, company.handed.days), (_LOSS, company.handed.loss)):
        if draws is not None:
            found[name] = draws / middle(draws)
    return found


def lines(company: Company) -> Iterator[str]:
    """The role of sellers."""
    exits = company.exits
    yield f"    {SELLERS}:  # all owners of deals; hours, and what is not here, are base's"
    yield f"      takes: [inbound, self, {OPEN_DEALS}]"
    yield f"      # {exits.seen} exits in {exits.years:.1f} years of sellers" + (
        "" if exits.by_tenure else ", and a prior"
    )
    if exits.by_tenure is None:
        yield f"      # as of {PRIOR_EXITS:g} exits at {USUAL_EXITS:g} a year (Harvard Business Review 2017)"
    yield "      exits:"
    yield "        _replace_: true"
    yield f"        voluntary_per_year: {{uncertain: {_EXITS}, times: {number(middle(exits.rates))}}}"
    if exits.by_tenure is not None:
        times = number(middle(exits.first_year))
        yield f"        first_year_multiplier: {{uncertain: {_FIRST_YEAR}, times: {times}}}  # by tenure, of the roster"
    yield from _ramp(company)
    yield from _ability(company)


def _ramp(company: Company) -> Iterator[str]:
    if company.ramp is None:
        yield f"      # ramp: base's (sales hiring compilation), for {company.people.no_ramp}"
        return
    shares = ", ".join(
        f"{{uncertain: {_RAMP}_{step + 1}, times: {number(share)}}}" for step, share in enumerate(company.ramp)
    )
    yield "      # of hours; played until newcomers get as many deals beside the others as in the file"
    yield f"      ramp: {{kind: schedule, step_months: {STEP_MONTHS}, shares: [{shares}]}}"


def _ability(company: Company) -> Iterator[str]:
    spread = company.people.spread
    if spread is None:
        yield f"      # ability: base's (Skok; judged), for {company.people.no_spread}"
        return
    sigma = f"{{uncertain: {_ABILITY}, times: {number(middle(spread.sigma_log))}}}"
    yield f"      # of wins of {spread.people} sellers of a year or more; who never ramps is among them"
    yield f"      ability: {{_replace_: true, sigma_log: {sigma}, volume_share: {number(spread.volume_share)}}}"


def orphans(company: Company) -> Iterator[str]:
    """The lever of leavers' deals; nothing where it is base's."""
    handed = company.handed
    if handed.days is None or handed.seen is None:
        return
    yield f"  orphans:  # of {handed.seen.people} sellers who left after {iso(handed.since)}: {handed.seen.deals} deals"
    yield f"    delay_days: {{uncertain: {_HANDED}, times: {number(middle(handed.days))}}}"
    if handed.loss is not None:
        yield f"    logit: {{uncertain: {_LOSS}, times: -{number(middle(handed.loss))}}}  # what nobody took is in it"


def number(value: float) -> str:
    """Five digits, without an exponent."""
    return f"{float(f'{value:.5g}'):.10g}" if abs(value) < 1e5 else f"{value:.0f}"
