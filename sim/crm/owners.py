"""Changes of owner, where a history of fields has them: whose a deal was on an earlier evening."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.crm.names import fold_person
from sim.crm.opportunities import NONE, Named, Opportunities

_ID_OF_A_PERSON = re.compile("005[0-9A-Za-z]{12}([0-9A-Za-z]{3})?")
OWNER_FIELDS = frozenset(("owner", "ownerid", "owner id", "opportunity owner"))  # folded, of a field history


@dataclass(frozen=True)
class OwnerChanges:
    """In the order of deal and time, shape (changes,) each: ``deal`` int64, the row of the deal; ``entered`` float64 in
    days; ``before`` whose it was until then. Ids of people, which name nobody, are not among them.
    """

    deal: np.ndarray
    entered: np.ndarray
    before: Named

    def known_on(self, day: int, deals: Opportunities) -> Opportunities:
        """The deals as known on an evening, with their owners of then: the one before the next change, or today's."""
        names = tuple(sorted({*self.before.names, *deals.owner.names}))
        owner = _coded(deals.owner, names)
        before = _coded(self.before, names)
        later = np.flatnonzero(self.entered >= day + 1)[::-1]
        owner[self.deal[later]] = before[later]  # the latest first: the next one stays
        return replace(deals, owner=Named(owner, names)).known_on(day)


def spelled(owner: Named, known: Iterable[str]) -> Named:
    """Names of owners as others spell them."""
    spelling = {fold_person(name): name for name in known}
    return Named.of([spelling.get(fold_person(name), name) if name else "" for name in owner.texts()])


def owner_changes(deal: np.ndarray, entered: np.ndarray, before: Sequence[str]) -> OwnerChanges | None:
    """Those of a file whose deal, time and owner before are known, in any order; None where there is none. Salesforce
    writes each change twice, with names and with ids of people.
    """
    named = Named.of(["" if _ID_OF_A_PERSON.fullmatch(text) else text for text in before])
    told = np.flatnonzero(named.known & (deal != NONE) & np.isfinite(entered))
    order = told[np.lexsort((told, entered[told], deal[told]))]
    return OwnerChanges(deal[order], entered[order], named[order]) if len(order) else None


def _coded(named: Named, names: tuple[str, ...]) -> np.ndarray:
    place = {name: code for code, name in enumerate(names)}
    codes = np.array([*(place[name] for name in named.names), NONE], np.int32)
    found: np.ndarray = codes[named.codes].copy()
    return found
