"""What the company ran on before the first day: the levers of the file that describes the opening.

A plan that builds on that file changes its own levers; the past stays as it was, and so does the first day.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from functools import lru_cache
from pathlib import Path as File
from typing import Any

from sim.scenario.opening import PastLevers
from sim.scenario.reading.compose import join
from sim.scenario.reading.document import Document
from sim.scenario.reading.folders import chain
from sim.scenario.reading.origin import Origin, drop_replaced
from sim.scenario.reading.removal import take_away
from sim.scenario.scenario import Scenario
from sim.scenario.schema.node import SchemaNode


def fill_past_levers(raw: dict[str, Any], documents: Sequence[Document], overridden: bool) -> None:
    """Write ``opening.levers`` in place. A group that a file gives there is whole.

    An override changes what is filled in.

    Args:
        raw: the joined scenario. documents: the files it was joined from, the most basic first.
        overridden: whether the command line changed their levers.
    """
    opening, own = raw.get("opening"), raw.get("levers")
    if not isinstance(opening, dict) or not isinstance(own, dict):
        return
    owner = _describes_opening(documents)
    is_own = owner is documents[-1] and not overridden
    texts = tuple(document.text for document in documents[: documents.index(owner) + 1])
    past = own if is_own else deepcopy(_levers_of(owner.path, owner.label, texts))
    given = opening.get("levers")
    filled: dict[str, Any] = dict(given) if isinstance(given, dict) else {}
    for key in PastLevers.model_fields:
        if key in past and not any(("opening", "levers", key) in document.lines for document in documents):
            filled[key] = _under(filled.get(key), past[key])
    opening["levers"] = filled


def _describes_opening(documents: Sequence[Document]) -> Document:
    """The last file that says who is there on the first day."""
    for document in reversed(documents):
        opening = document.raw.get("opening")
        if isinstance(opening, dict) and ("teams" in opening or "files" in opening):
            return document
    return documents[-1]


@lru_cache(maxsize=8)
def _levers_of(path: File, label: str, texts: tuple[str, ...]) -> dict[str, Any]:
    """The levers of a scenario as its files give them. ``texts``: what these say, so that a changed file counts."""
    documents = chain(path)
    raw, origin, shape = join(documents), Origin(label, documents, ()), SchemaNode.of(Scenario)
    take_away(raw, shape, origin)
    drop_replaced(raw, shape, origin)
    levers = raw.get("levers")
    return levers if isinstance(levers, dict) else {}


def _under(given: Any, below: Any) -> Any:
    """A group with what it does not say itself; where it is of another kind, it says all."""
    if not isinstance(given, dict) or not isinstance(below, dict):
        return below if given is None else given
    if given.get("kind", below.get("kind")) != below.get("kind"):
        return given
    return below | {key: _under(value, below.get(key)) for key, value in given.items()}
