"""Which file or override wrote each key of a joined scenario."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from hydra.core.override_parser.types import Override

from sim.scenario.errors import Path, Problem, ScenarioError, dotted
from sim.scenario.reading.compose import override_path
from sim.scenario.reading.document import Document
from sim.scenario.reading.references import KEYS, is_reference
from sim.scenario.schema.node import SchemaNode

COMMAND_LINE = "command line"


class Origin:
    """The layers that were joined, the most basic first and the command line last."""

    def __init__(self, label: str, documents: Sequence[Document], overrides: Sequence[Override]) -> None:
        self.label = label
        self.documents = list(documents)
        self.gone: dict[Path, str] = {}  # keys that a replaced group lost, with what replaced it
        self.overridden: set[Path] = set()
        self.deleted = [override_path(override) for override in overrides if override.is_delete()]
        for override in overrides:
            path = override_path(override)
            self.overridden.update(path[:depth] for depth in range(1, len(path) + 1))
            if not override.is_delete():
                self.overridden.update(_paths_below(override.value(), path))

    def is_written_below(self, path: Path, layer: int) -> bool:
        """Whether a layer below one wrote a key."""
        return any(path in document.lines for document in self.documents[:layer])

    def names_below(self, path: Path, layer: int) -> list[str]:
        """The names that layers below one wrote in a group."""
        depth, written = len(path), [document.lines for document in self.documents[:layer]]
        return [str(at[depth]) for lines in written for at in lines if len(at) == depth + 1 and at[:depth] == path]

    def layer(self, path: Path) -> int:
        """The number of the last layer that wrote a key; -1 if none did."""
        if path in self.overridden:
            return len(self.documents)
        written = [number for number, document in enumerate(self.documents) if path in document.lines]
        return written[-1] if written else -1

    def place(self, path: Path) -> str:
        """The override, or the file and line, that wrote a key or the nearest group above it."""
        if path in self.gone:
            return self.gone[path]
        for depth in range(len(path), 0, -1):
            layer = self.layer(path[:depth])
            if layer == len(self.documents):
                return COMMAND_LINE
            if layer >= 0:
                document = self.documents[layer]
                return f"{document.label}:{document.lines[path[:depth]]}"
        return self.label

    def error(self, problems: Sequence[Problem]) -> ScenarioError:
        return ScenarioError([f"{self.place(path)}: {dotted(path)}: {text}" for path, text in problems])


def _paths_below(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield (*path, str(key))
            yield from _paths_below(below, (*path, str(key)))


def drop_replaced(raw: dict[str, Any], shape: SchemaNode, origin: Origin, path: Path = ()) -> None:
    """Takes out, in place, what a later layer has replaced by something of another kind.

    Joining adds keys to keys. A diff that names another ``kind``, or puts a reference where there was a dated value,
    would otherwise inherit keys that mean nothing to it.
    """
    if is_reference(raw):
        _replace_around_reference(raw, origin, path)
        return
    if shape.kinds and raw.get("kind") in shape.kinds:
        own, others = shape.chosen(raw).keys, shape.keys_of_all_kinds()
        chosen_in = origin.layer((*path, "kind"))
        for key in [key for key in raw if key in others and key not in own]:
            if 0 <= origin.layer((*path, key)) < chosen_in:
                del raw[key]
        shape = shape.chosen(raw)
    for key, value in raw.items():
        if isinstance(value, dict):
            drop_replaced(value, shape.child(key), origin, (*path, key))


def _replace_around_reference(raw: dict[str, Any], origin: Origin, path: Path) -> None:
    """A reference is replaced as a whole: by another reference, or by a dated value from a later layer."""
    named_in = origin.layer((*path, "uncertain"))
    later = {key for key in raw if origin.layer((*path, key)) > named_in}
    is_replaced = any(key not in KEYS for key in later)
    for key in list(raw):
        layer = origin.layer((*path, key))
        if (is_replaced and key in KEYS and layer <= named_in) or 0 <= layer < named_in:
            del raw[key]
