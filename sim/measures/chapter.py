"""A chapter of measures: one file, in which sums over the ledger and the measures made of them stand together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sim.measures.measure import Measure
from sim.measures.reading import Reading
from sim.measures.sums import Cube, Sums


@dataclass(frozen=True)
class Roll:
    """A balance that opens, moves and closes to the cent, in each period and group of tables that has all of it.

    ``closing`` = ``opening`` + ``more`` - ``less``, and what closes a period opens the next. Names of measures.
    """

    opening: str
    more: tuple[str, ...]
    less: tuple[str, ...]
    closing: str

    def __str__(self) -> str:
        return " - ".join((" + ".join((self.opening, *self.more)), *self.less)) + f" = {self.closing}"


@dataclass(frozen=True)
class Chapter:
    """Measures in the order of tables, and what they are made of."""

    title: str
    measures: tuple[Measure, ...]
    sums: tuple[Callable[[Reading], Cube], ...] = ()
    # What no sum holds (quantiles, rates over time): put into the sums of each of these families of groups.
    beyond_sums: Mapping[Callable[[Sums, Reading], None], tuple[str, ...]] = field(default_factory=dict)
    rolls: tuple[Roll, ...] = ()
