"""What a command line asks for: a command, its scenarios, overrides and options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

from sim.app import axes
from sim.app.axes import Axis, read_axes, swept
from sim.app.commands import COMMANDS, MOST_SWEPT, SCENARIO_KEYS, Command
from sim.experiment.settings import PREFIX, RunSettings, load_settings
from sim.scenario.errors import UserError
from sim.scenario.load import ScenarioSource, load_source
from sim.scenario.reading.company_files import Readings
from sim.scenario.reading.compose import check_given_once
from sim.spelling import did_you_mean, listed

SWEPT_KEYS = tuple(key for key in SCENARIO_KEYS if key not in ("name", "question", "kind"))
JSON = "--json"
RANK = ("run", "compare", "sweep", "stress", "why")  # commands that a criterion has a say in
STOP_THEMSELVES = ("run", "compare")  # commands that may play until they know enough
THROUGH_THE_FIRST = "compare"  # the command that may play its first plan more often, to tell the others through it


@dataclass(frozen=True)
class Request:
    """A command with all that was said to it.

    ``overrides`` change the scenarios and ``run_overrides`` the run settings, both as typed; ``sweeps`` make several
    plans of each scenario; ``options`` are of the command alone.
    """

    command: str
    scenarios: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    run_overrides: tuple[str, ...] = ()
    sweeps: tuple[Axis, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    block: Mapping[str, str] = field(default_factory=dict)  # by key, without the first part
    words: tuple[str, ...] = ()
    as_json: bool = False

    def settings(self, replications: int | None = None) -> RunSettings:
        """How to run; with so many replications unless they are given. Raises ScenarioError."""
        usual = () if replications is None or any(map(_is_replications, self.run_overrides)) else (replications,)
        settings = load_settings((*self.run_overrides, *(f"{PREFIX}.replications={count}" for count in usual)))
        if settings.precision is not None and self.command not in STOP_THEMSELVES:
            raise UserError(
                f"run.precision: {self.command} plays what it needs; only {listed(STOP_THEMSELVES)} stop so."
            )
        if settings.reference_replications is not None and self.command != THROUGH_THE_FIRST:
            raise UserError(
                f"run.reference_replications: {self.command} tells no plan through another; only {THROUGH_THE_FIRST}"
                " does. How often one plan is played is run.replications."
            )
        return settings

    def sources(self) -> list[ScenarioSource]:
        """The scenarios asked for, each with the overrides. Raises UserError if two have one name."""
        if self.sweeps:
            sources = swept(self.scenarios, self.overrides, self.sweeps)
        else:
            readings: Readings = {}
            sources = [load_source(name, self.overrides, readings) for name in self.scenarios]
        names = [source.name for source in sources]
        twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
        if twice:
            raise UserError(
                f'two scenarios are named "{twice[0]}"; results are told apart by name, so give one another name.'
                + (" (name= names all plans of a command line.)" if any(map(_is_name, self.overrides)) else "")
            )
        return sources


def _is_replications(override: str) -> bool:
    return override.lstrip("+").startswith(f"{PREFIX}.replications=")


def _is_name(override: str) -> bool:
    return override.lstrip("+").startswith("name=")


def parse(command: str, words: Sequence[str]) -> Request:
    """A request from a command's words. Raises UserError for a word that the command does not know."""
    known = COMMANDS[command]
    scenarios: list[str] = []
    overrides: list[str] = []
    run_overrides: list[str] = []
    swept_words: list[str] = []
    options: dict[str, str] = {}
    block: dict[str, str] = {}
    as_json = known.tells_json and JSON in words
    for word in (word for word in words if not (as_json and word == JSON)):
        _refuse_criterion(command, word)
        if known.bare and not options and "=" not in word and not word.startswith("-"):
            word = f"{known.bare}={word}"
        key, first, value = _split(word, known)
        if key in ("scenario", "scenarios"):
            scenarios += names_of(value)
        elif known.is_run_setting(key):
            run_overrides.append(f"{PREFIX}.{word}")
        elif key in known.options:
            options[key] = value
        elif known.block and first == known.block:
            inner = key.removeprefix(known.block).removeprefix(".")
            if inner in block:
                raise UserError(f"{key} is given twice.")
            block[inner] = value
        elif first == PREFIX and key != PREFIX:
            run_overrides.append(word)
        elif first == axes.PREFIX:
            swept_words.append(word)
        elif first in SCENARIO_KEYS:
            overrides.append(word)
        else:
            raise UserError(f'"{word}": a run setting is given as {PREFIX}.replications=500.')
    check_given_once((*overrides, *run_overrides))
    if known.unless_named and not scenarios:
        scenarios.append(known.unless_named)
    sweeps = read_axes(swept_words, SWEPT_KEYS)
    _check_count(command, known, scenarios, prod(len(one.points) for one in sweeps))
    return Request(
        command, tuple(scenarios), tuple(overrides), tuple(run_overrides), sweeps, options, block,
        (command, *words), as_json,
    )  # fmt: skip


def _refuse_criterion(command: str, word: str) -> None:
    """Raises UserError for a criterion given to a command that plays plans and has goals of its own."""
    key = word.partition("=")[0].lstrip("+")
    if key not in ("criterion", f"{PREFIX}.criterion") or command in RANK or not COMMANDS[command].most_scenarios:
        return
    own = "has a goal of its own, search.target_odds or search.budget_usd" if command == "search" else "ranks no plans"
    raise UserError(
        f"{key}: {command} {own}, so a criterion changes nothing; {', '.join(RANK[:-1])} and {RANK[-1]} take one."
    )


def _split(word: str, known: Command) -> tuple[str, str, str]:
    """A word's key, the key's first part and the value; the command must know the first part."""
    key, equals, value = word.partition("=")
    bare = key.lstrip("+~")
    first = bare.split(".")[0]
    if not equals and not key.startswith("~"):
        hint = f" Did you mean scenario={word}?" if known.most_scenarios and not word.startswith("-") else ""
        raise UserError(f'"{word}" is not of the form key=value, such as {(known.keys or ("key",))[0]}=...{hint}')
    if first in known.keys:
        return bare, first, value
    if known.most_scenarios == 1 and first == axes.PREFIX:
        raise UserError(f'"{word}": a sweep plays a plan for each value, which compare and sweep do: sweep {word}')
    if known.most_scenarios and bare in RunSettings.model_fields:
        raise UserError(f'"{bare}" is a run setting. Did you mean {PREFIX}.{word}?')
    if not known.keys:
        raise UserError(f'"{word}": this command takes nothing more.')
    raise UserError(f'"{bare}": unknown key.{did_you_mean(first, known.keys)} Allowed here: {listed(known.keys)}.')


def names_of(text: str) -> list[str]:
    """The names of ``a``, ``a,b`` or ``[a,b]``."""
    inside = text.strip()
    if inside.startswith("[") != inside.endswith("]"):
        raise UserError(f'"{text}" opens or closes a bracket too few; write scenarios=[base,hire_early].')
    return [name.strip().strip("'\"") for name in inside.removeprefix("[").removesuffix("]").split(",")]


def _check_count(command: str, known: Command, scenarios: list[str], values: int) -> None:
    """A command has a least and a most number of plans; each scenario is one for each of the values of a sweep."""
    plans = len(scenarios) * values
    if known.most_scenarios == 1 and len(scenarios) > 1:
        raise UserError(
            f"{command} takes one scenario; {len(scenarios)} are given. To set plans side by side, use compare."
        )
    if plans < known.least_scenarios:
        wanted = "scenario=base" if known.least_scenarios == 1 else "scenarios=[base,hire_early,hire_late]"
        raise UserError(
            f"{command} needs {'a scenario' if known.least_scenarios == 1 else 'two scenarios or more'}: {wanted}"
        )
    if plans > known.most_scenarios:
        counted = f"{len(scenarios)} are given" + (f", with {values} values each: {plans} plans" if values > 1 else "")
        more = f" salesim sweep takes up to {MOST_SWEPT}." if command == "compare" and plans <= MOST_SWEPT else ""
        raise UserError(f"{command} takes at most {known.most_scenarios} scenarios; {counted}.{more}")


def yes_or_no(request: Request, option: str) -> bool:
    """An option that is true or false, and false unless given. Raises UserError."""
    given = request.options.get(option, "false")
    if given not in ("true", "false"):
        raise UserError(f"{option}={given}: allowed are true and false.")
    return given == "true"


def whole_number(option: str, text: str, end: int) -> int:
    """A whole number from 0 to below ``end``. Raises UserError."""
    if not (text.isascii() and text.isdigit() and int(text) < end):
        allowed = f"a whole number from 0 to {end - 1}" if end else "none, for there are none"
        raise UserError(f"{option}={text}: allowed is {allowed}.")
    return int(text)
