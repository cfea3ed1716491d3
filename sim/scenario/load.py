"""From a scenario's name to a validated scenario, at central values or at a draw of its uncertainties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path as File
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from sim.luck import Luck
from sim.records.reading import Reading
from sim.scenario.checks.control_signs import control_signs
from sim.scenario.checks.crosscheck import crosscheck
from sim.scenario.checks.near_zero import near_zero
from sim.scenario.errors import Path, Problem
from sim.scenario.reading.company_files import Readings, read_files, with_records
from sim.scenario.reading.complete import completed
from sim.scenario.reading.compose import join, parse_override
from sim.scenario.reading.document import Document
from sim.scenario.reading.explain import explain
from sim.scenario.reading.folders import chain, find_scenario, label_of
from sim.scenario.reading.origin import Origin, drop_replaced
from sim.scenario.reading.past_levers import fill_past_levers
from sim.scenario.reading.references import Reference, filled, find_references
from sim.scenario.reading.removal import Removed, rows_of, take_away, told
from sim.scenario.scenario import Scenario
from sim.scenario.schema.node import SchemaNode
from sim.scenario.uncertainty import Rows, Uncertainty, Unknown, draw

_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_UNCERTAINTY: TypeAdapter[Unknown] = TypeAdapter(Uncertainty)

Kind = TypeVar("Kind", bound="ScenarioSource")


@dataclass
class ScenarioSource:
    """A scenario as written, references to uncertainties kept, from which each draw is made.

    ``raw`` is the joined mapping after overrides; ``uncertainties`` are validated, by name. Files of the opening are
    read once, at the central values.
    """

    name: str
    question: str
    raw: dict[str, Any]
    uncertainties: dict[str, Unknown]
    references: list[Reference]
    origin: Origin = field(repr=False)
    folders: tuple[File, ...] = ()
    removed: tuple[Removed, ...] = ()
    overrides: tuple[str, ...] = field(default=(), repr=False)
    _central: Scenario | None = field(default=None, repr=False)
    readings: Readings = field(default_factory=dict, repr=False)  # of files that other sources have read, too
    _reading: Reading | None = field(default=None, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        """Who plays a plan needs what it was read from, not what others were."""
        return {**self.__dict__, "readings": {}}

    @property
    def files(self) -> dict[str, tuple[str, File]]:
        """The files that a scenario reads: by key, the name given and where it was found."""
        return {key: (name, path) for key, name, path, _ in self._files_read()}

    @property
    def file_hashes(self) -> dict[str, str]:
        """The SHA-256 of the bytes that were read of each of ``files``, by key."""
        return {key: sha256 for key, _, _, sha256 in self._files_read()}

    def _files_read(self) -> Iterator[tuple[str, str, File, str]]:
        """Of each file its key, the name given, where it was found, and the SHA-256 of what was read of it."""
        for name, one in self.uncertainties.items():
            if isinstance(one, Rows) and one.path is not None:
                yield f"uncertainties.{name}.file", one.file, one.path, one.sha256
        opening, reading = self.at_central().opening, self.reading
        if opening.files is not None and reading is not None:
            for kind, file in opening.files.given.items():
                stamp = reading.files.stamps[kind]
                yield f"opening.files.{kind}", file, stamp.path, stamp.sha256

    @property
    def reading(self) -> Reading | None:
        """The files of the opening as they were read; None where it has none."""
        self.at_central()
        return self._reading

    @property
    def kind(self) -> str:
        """``plan`` or ``weather``."""
        return self.at_central().kind

    @property
    def has_own_question(self) -> bool:
        """Whether the scenario's own file asks its question, not one that it builds on."""
        return "question" in self.origin.documents[-1].raw

    def is_given(self, path: Path) -> bool:
        """Whether a file or an override gives a key that was not taken away after."""
        layer = self.origin.layer(path)
        gone = (one.layer for one in self.removed if path[: len(one.path)] == one.path)
        return layer >= 0 and layer > max(gone, default=-1)

    def at_central(self) -> Scenario:
        """The scenario with every uncertainty at its central value. Raises ScenarioError."""
        if self._central is None:
            central = {name: one.central() for name, one in self.uncertainties.items()}
            scenario = self.at_values(central)
            problems = crosscheck(scenario)
            if rows := list(rows_of(self.removed, problems, self.origin)):
                self._without(rows)
                self._reading = None
                scenario = self.at_values(central)
                problems = crosscheck(scenario)
            if problems:
                raise self.origin.error([told(self.removed, problem) for problem in problems])
            self._central = scenario
        return self._central

    def _without(self, rows: Sequence[Path]) -> None:
        """Takes out the rows of what was taken away."""
        for *above, name in rows:
            group = self.raw
            for key in above:
                group = group.get(key, {})  # a row may lie in another one that went before it
            group.pop(name, None)
        gone = set(rows)
        self.references = [one for one in self.references if not any(one.path[:n] in gone for n in range(1, 9))]

    def at_draw(self, seed: int, number: int) -> Scenario:
        """The scenario in one draw, a pure function of (seed, draw). Raises ScenarioError for an impossible draw."""
        if not self.references:
            return self.at_central()
        return self.at_values(self.drawn(seed, number), f" in draw {number}").drawn_from(self.at_central())

    def drawn(self, seed: int, number: int) -> dict[str, float]:
        """What each uncertainty comes to in one draw, by name; a pure function of (seed, draw)."""
        luck = Luck(seed, number)
        return {name: draw(name, one, luck) for name, one in self.uncertainties.items()}

    def at_values(self, drawn: Mapping[str, float], when: str = "") -> Scenario:
        """The scenario with given values of its uncertainties. Raises ScenarioError, saying ``when`` drawn."""
        data = filled(self.raw, self.references, drawn) if self.references else dict(self.raw)
        data["uncertainties"] = self.uncertainties
        try:
            return self._with_files(Scenario.model_validate(data))
        except ValidationError as error:
            by_path = {reference.path: reference.name for reference in self.references}
            problems = [
                Problem(path, text + (f' (From uncertainty "{by_path[path]}"{when}.)' if path in by_path else ""))
                for path, text in explain(error, Scenario, data)
            ]
            own = [problem for problem in problems if not self._is_filled_in(problem.path)]
            raise self.origin.error(own or problems) from None

    def _is_filled_in(self, path: Path) -> bool:
        """Whether a key is a copy of the levers that nobody wrote: what is wrong with it is told of the levers."""
        return path[:2] == ("opening", "levers") and self.origin.layer(path) < 0

    def _with_files(self, scenario: Scenario) -> Scenario:
        """The scenario with what the files of its opening say. Raises ScenarioError."""
        if scenario.opening.files is None:
            return scenario
        if self._reading is None:
            self._reading, problems = read_files(scenario, self.folders, self.readings)
            if self._reading is None:
                raise self.origin.error(problems)
        return with_records(scenario, self._reading)

    def renamed(self, name: str, question: str, kind: str) -> ScenarioSource:
        """The same scenario under another name, with another question and kind."""
        raw = {**self.raw, "name": name, "question": question, "kind": kind}
        return replace(self, name=name, question=question, raw=raw, _central=None)

    def turned_into(self, kind: type[Kind], **changed: Any) -> Kind:
        """The same scenario as another kind of source, with some fields changed or added."""
        same = {one.name: getattr(self, one.name) for one in fields(ScenarioSource)}
        return kind(**{**same, "_central": None, **changed})

    def under(self, documents: Sequence[Document]) -> ScenarioSource:
        """The scenario with more files laid over it, beneath the command line. Raises ScenarioError."""
        return _joined(self.origin.label, [*self.origin.documents, *documents], self.overrides, self.readings)

    def to_yaml(self) -> str:
        """The scenario, complete, as a file that can be run again, its name and question first."""
        full = self.at_central().model_dump(mode="json")
        full["opening"]["teams"] = self.raw["opening"].get("teams", {})  # not those that a roster makes
        whole = completed({"name": self.name, "question": self.question, **self.raw}, full)
        whole["opening"] = _said_once(whole["opening"], whole["levers"])
        return str(yaml.dump(whole, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=120))


def _said_once(opening: dict[str, Any], levers: dict[str, Any]) -> dict[str, Any]:
    """An opening that refers to the levers for what its past ran on, where they are the same."""
    past = opening.get("levers")
    if not past:
        return opening
    shared = {name: levers[name] if levers.get(name) == group else group for name, group in past.items()}
    return {**opening, "levers": shared}


def load(name_or_path: str, overrides: Sequence[str] = ()) -> Scenario:
    """The scenario at the central values of its uncertainties. Raises ScenarioError, whose text is for the user."""
    return load_source(name_or_path, overrides).at_central()


def load_source(name_or_path: str, overrides: Sequence[str] = (), readings: Readings | None = None) -> ScenarioSource:
    """The joined and checked scenario with its references kept. Raises ScenarioError, whose text is for the user.

    ``readings``: of companies' files, which sources loaded together share, so that each is read once.
    """
    path = find_scenario(name_or_path)
    return _joined(label_of(path), chain(path), overrides, {} if readings is None else readings)


def _joined(label: str, documents: Sequence[Document], overrides: Sequence[str], readings: Readings) -> ScenarioSource:
    """The scenario of some files, the most basic first, and of overrides. Raises ScenarioError."""
    origin = Origin(label, documents, [parse_override(text) for text in overrides])
    raw = join(documents, overrides)
    removed, problems = take_away(raw, SchemaNode.of(Scenario), origin)
    if problems:
        raise origin.error(problems)
    drop_replaced(raw, SchemaNode.of(Scenario), origin)
    fill_past_levers(raw, documents, any(path[0] == "levers" for path in origin.overridden))
    if ("name",) not in origin.overridden or raw.get("name") is None:
        raw["name"] = str(documents[-1].raw.get("name") or documents[-1].path.stem)
    folders = tuple(dict.fromkeys(document.path.parent for document in reversed(documents)))
    uncertainties = _uncertainties(raw, origin, folders)
    references, problems = find_references(raw, uncertainties)
    problems += [*near_zero(raw), *control_signs(raw)]
    if problems:
        raise origin.error(problems)
    question = str(raw.get("question", ""))
    source = ScenarioSource(
        raw["name"], question, raw, uncertainties, references, origin, folders, tuple(removed), tuple(overrides),
        readings=readings,
    )  # fmt: skip
    source.at_central()
    return source


def _uncertainties(raw: dict[str, Any], origin: Origin, folders: tuple[File, ...]) -> dict[str, Unknown]:
    """The block of uncertainties, validated; files of rows are looked up in ``folders``."""
    given = raw.get("uncertainties") or {}
    if not isinstance(given, dict):
        raise origin.error([Problem(("uncertainties",), "expected a group of named uncertainties.")])
    found: dict[str, Unknown] = {}
    problems: list[Problem] = []
    for name, one in given.items():
        try:
            found[name] = _UNCERTAINTY.validate_python(one, context={"folders": folders})
        except ValidationError as error:
            problems += explain(error, Scenario, raw, above=("uncertainties", name))
    if problems:
        raise origin.error(problems)
    return found
