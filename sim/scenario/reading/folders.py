"""Where scenarios and run settings lie: beside the user, at a path, or shipped with the package."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sim.scenario.errors import ScenarioError
from sim.scenario.reading.document import Document, read_document
from sim.spelling import did_you_mean, listed

_PACKAGE = Path(__file__).resolve().parents[2]


def shipped(folder: str) -> Path:
    """A folder that comes with the package: inside it when installed, beside it in a checkout."""
    inside = _PACKAGE / "shipped" / folder
    return inside if inside.is_dir() else _PACKAGE.parent / folder


@dataclass(frozen=True)
class Folders:
    """The folders in which a scenario's names are looked up, in order."""

    paths: tuple[Path, ...]

    @classmethod
    def around(cls, path: Path | None = None) -> Folders:
        """Beside a scenario file, then ``scenarios`` of the current folder, then what is shipped."""
        own = (path.parent,) if path else ()
        return cls(tuple(dict.fromkeys((*own, Path.cwd() / "scenarios", shipped("scenarios")))))

    def names(self) -> list[str]:
        """The scenarios that can be named, in alphabetical order but for ``base``, which comes first."""
        found = {path.stem for folder in self.paths if folder.is_dir() for path in folder.glob("*.yaml")}
        return sorted(found, key=lambda name: (name != "base", name))

    def find(self, name: str) -> Path | None:
        """The first file of a name; None if there is none."""
        for folder in self.paths:
            path = Path(os.path.normpath(folder / f"{name}.yaml"))
            if path.is_file():
                return path
        return None


def find_scenario(name_or_path: str) -> Path:
    """The file of a scenario given by name or by path. Raises ScenarioError with the nearest name."""
    given = Path(name_or_path).expanduser()
    if given.suffix in (".yaml", ".yml") or len(given.parts) > 1:
        return _at_path(given, name_or_path)
    folders = Folders.around()
    found = folders.find(name_or_path) if name_or_path else None
    if found is None:
        names = folders.names()
        raise ScenarioError(
            f'there is no scenario "{name_or_path}".{did_you_mean(name_or_path, names)} Scenarios: {listed(names)}. '
            "A file anywhere is given by its path, such as plans/mine.yaml."
        )
    return found.absolute()


def _at_path(given: Path, as_typed: str) -> Path:
    if given.suffix == ".yml":
        raise ScenarioError(f'"{as_typed}": scenario files end in .yaml; rename it.')
    if given.suffix != ".yaml":
        given = given.with_name(given.name + ".yaml")
    if given.is_file():
        return given.absolute()
    if len(given.parts) == 1:
        found = Folders.around().find(given.stem)
        if found:
            return found.absolute()
    folder = given.parent
    names = [path.name for path in folder.glob("*.yaml")] if folder.is_dir() else []
    reason = f"Scenarios there: {listed(sorted(names))}." if folder.is_dir() else f"There is no folder {folder}."
    raise ScenarioError(f'there is no scenario file "{as_typed}".{did_you_mean(given.name, names)} {reason}')


def label_of(path: Path) -> str:
    """A file's name for messages: from the current folder where it lies below, from the package where shipped."""
    for root in (Path.cwd(), shipped("scenarios").parent):
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return str(path)


def chain(path: Path) -> list[Document]:
    """A scenario's file and all that it builds on, the most basic first. Raises ScenarioError."""
    ordered: list[Document] = []
    _follow(path, Folders.around(path), (), ordered)
    return ordered


def _follow(path: Path, folders: Folders, above: tuple[Path, ...], ordered: list[Document]) -> None:
    document = read_document(path, label_of(path))
    beside = Folders(tuple(dict.fromkeys((path.parent, *folders.paths))))
    for name in document.defaults:
        found = beside.find(name)
        if found is None:
            names = beside.names()
            raise document.error(
                ("defaults",), f'there is no scenario "{name}".{did_you_mean(name, names)} Scenarios: {listed(names)}.'
            )
        if found in (*above, path):
            raise document.error(("defaults",), f'"{name}" leads back to this file; a scenario cannot build on itself.')
        if all(found != known.path for known in ordered):
            _follow(found, folders, (*above, path), ordered)
    ordered.append(document)
