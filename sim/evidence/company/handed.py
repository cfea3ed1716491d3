"""What becomes of leavers' open deals, where an earlier export shows whose deals were whose."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.calendar import DAYS_PER_MONTH
from sim.crm.dates import iso
from sim.crm.opportunities import NONE, WON, Opportunities
from sim.crm.owners import spelled
from sim.crm.reading import Export
from sim.evidence.company.learn import DRAWS, Segment
from sim.fit.hand_overs import HandOvers, hand_overs, losses, of_stages_left, usual_odds
from sim.spelling import counted

ONE_EXPORT = (
    "one export has owners as last edited, so that no change shows (an older one does, earlier=FILE, or a history of"
    " the field Owner)"
)
LOOKED_BACK_DAYS = round(6 * DAYS_PER_MONTH)  # where a history has changes of owner
FEWEST_PEOPLE, FEWEST_CLOSES = 3, 10  # who left with open deals; closes of these deals: below, base's stands


@dataclass(frozen=True)
class Handed:
    """``seen`` is None without an earlier export, which was made on the day ``since``. Draws, shape (DRAWS,): ``days``
    until deals are handed on, the ``share`` that is, and the ``loss`` of log-odds a stage; None where ``why_not`` or
    ``no_loss`` say why base's stands.
    """

    seen: HandOvers | None = None
    since: int = NONE
    share: np.ndarray | None = None
    days: np.ndarray | None = None
    loss: np.ndarray | None = None
    why_not: str = ONE_EXPORT
    no_loss: str = ONE_EXPORT


def learn_handed(
    export: Export, earlier: Opportunities | None, where: dict[str, np.ndarray], segments: list[Segment], seed: int
) -> Handed:
    """From the deals of both exports, or from a history's changes of owner; ``where`` has the deals of each segment,
    bool.
    """
    deals = export.opportunities
    if earlier is None and export.changes is not None and deals.as_of == export.owners_of:
        earlier = export.changes.known_on(deals.as_of - LOOKED_BACK_DAYS, deals)
    if earlier is None or export.roster is None:
        return Handed()
    earlier = replace(earlier, owner=spelled(earlier.owner, [*export.roster.owner, *deals.owner.names]))
    seen = hand_overs(earlier, deals, export.roster)
    if len(seen.days) < FEWEST_PEOPLE:
        why = _too_few(seen, f"between {iso(earlier.as_of)} and {iso(deals.as_of)}")
        return Handed(seen, earlier.as_of, why_not=why, no_loss=why)
    rng = np.random.default_rng((seed, 6))
    share, days = seen.waits(rng, DRAWS)
    won, usual, counts, left = [], [], [], []
    for one in segments:
        mine = seen.closes[where[one.name][seen.closes] & ~deals.bulk[seen.closes]]
        mine = mine[deals.closed[mine] >= one.fits.hazards.months.starts[0]]
        won.append(deals.outcome[mine] == WON)
        usual.append(usual_odds(deals[mine], one.fits.hazards))
        counts.append(len(mine))
        left.append(of_stages_left(one.stages.advance))
    if sum(counts) < FEWEST_CLOSES:
        why = f"{counted(sum(counts), 'close')} of leavers' deals seen, and {FEWEST_CLOSES} are needed"
        return Handed(seen, earlier.as_of, share, days, None, "", why)
    chance, slope = np.average(left, axis=0, weights=counts)
    loss = losses(rng, np.concatenate(won), np.concatenate(usual), share, float(chance), float(slope))
    return Handed(seen, earlier.as_of, share, days, loss, "", "")


def _too_few(seen: HandOvers, when: str) -> str:
    if not seen.gone:
        return f"nobody on the roster left {when}"
    if not len(seen.days):
        return f"{counted(seen.gone, 'seller')} left {when}, none with open deals that both exports have"
    return f"{counted(len(seen.days), 'seller')} with open deals left {when}, and {FEWEST_PEOPLE} are needed"


def told(handed: Handed, as_of: int) -> str:
    """What was seen, in a sentence; "" without an earlier export."""
    seen = handed.seen
    if seen is None:
        return ""
    if not seen.deals:
        return f"Of hand-overs nothing is known: {handed.why_not}."
    return (
        f"{counted(seen.people, 'seller')} with open deals left between {iso(handed.since)} and {iso(as_of)}:"
        f" of {counted(seen.deals, 'deal')} {seen.moved:,} have another owner, {seen.closed_before:,} they closed in"
        f" time, {seen.left_behind:,} are still under their names."
    )
