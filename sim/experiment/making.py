"""The making of a results folder: hidden until it is whole, gone where the work breaks off, its losses in a line."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sim.experiment.in_order import WorkersLost
from sim.experiment.play import Player
from sim.experiment.settings import RunSettings
from sim.results import store
from sim.results.layout import PART
from sim.results.unfinished import sweep
from sim.scenario.errors import UserError

NOTHING_WRITTEN = "no results were written"


@dataclass
class Made:
    """A folder: hidden while it is being made, and under its name after."""

    folder: Path


@contextmanager
def making(content: str, settings: RunSettings, player: Player) -> Iterator[Made]:
    """A new folder that gets its name when the block is through, in which the player plays.

    What breaks off leaves no folder; what is finished is kept. Raises UserError for what the user can mend.
    """
    results = Path(settings.results_folder)
    is_new = not results.exists()
    sweep(results)
    try:
        made = Made(store.create_folder(results, content, datetime.now()))
    except OSError as problem:
        raise UserError(
            f"run.results_folder={results}: no folder can be made there: {problem.strerror or problem}."
        ) from None
    try:
        with _losses_in_a_line(results, player), player:
            yield made
            made.folder = store.finish_folder(made.folder)
    except BaseException as problem:
        shutil.rmtree(made.folder, ignore_errors=True)
        if is_new:
            with suppress(OSError):
                results.rmdir()
        if isinstance(problem, KeyboardInterrupt):
            problem.args = (NOTHING_WRITTEN + _kept_in_words(player),)
        raise


def _kept_in_words(player: Player) -> str:
    """What a run that breaks off leaves behind for the next."""
    if not player.kept:
        return ""
    return f"; {player.kept} of {player.replications} replications are kept, and the same command goes on from there"


@contextmanager
def _losses_in_a_line(results: Path, player: Player) -> Iterator[None]:
    """Raises UserError for what ends a run from outside: workers lost again and again, a disk that is full."""
    try:
        yield
    except WorkersLost as lost:
        raise UserError(f"{lost} {NOTHING_WRITTEN.capitalize()}{_kept_in_words(player)}.") from None
    except BrokenPipeError:  # whoever reads the screen went away
        raise
    except OSError as problem:
        named = str(problem.filename or "")
        where = results if not named or PART in named else named
        why = os.strerror(problem.errno) if problem.errno else problem
        said = f"{where}: {why}; {NOTHING_WRITTEN}{_kept_in_words(player)}."
        raise UserError(said) from None
