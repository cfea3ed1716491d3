"""Crossed draws: a plan some of whose uncertainties come from another draw, all else, luck too, from its own.

Of two replications, one has its own draw and its own luck; crossing them changes one thing at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.load import ScenarioSource


@dataclass
class Crossed(ScenarioSource):
    """A scenario whose named uncertainties are those of the draw ``shift`` further on."""

    names: tuple[str, ...] = ()
    shift: int = 0

    @property
    def file_hashes(self) -> dict[str, str]:
        """Of the files that it reads, and of what is crossed: its numbers depend on both."""
        return {**super().file_hashes, "crossed": f"{self.shift} {self.names}"}

    def drawn(self, seed: int, number: int) -> dict[str, float]:
        own, other = super().drawn(seed, number), super().drawn(seed, number + self.shift)
        return {name: (other if name in self.names else own)[name] for name in own}


def crossed(source: ScenarioSource, names: tuple[str, ...], shift: int) -> Crossed:
    """A source with some of its uncertainties from the draw ``shift`` further on."""
    return source.turned_into(Crossed, names=names, shift=shift)


def drawn_together(source: ScenarioSource, used: list[str]) -> list[tuple[str, ...]]:
    """The uncertainties in groups that are drawn independently of each other: those of one file stay together."""
    groups: dict[str, list[str]] = {}
    for name in used:
        groups.setdefault(source.uncertainties[name].luck_name(name), []).append(name)
    return [tuple(group) for group in groups.values()]
