"""The folder of a finished run that a command is given, be it by its path or as a plan of record by its name."""

from __future__ import annotations

from pathlib import Path

from sim.results.frozen import NotAsFrozenError, frozen_on
from sim.results.layout import LATEST, MANIFEST
from sim.results.run_folder import RunFolder, read_run
from sim.results.store import led_to
from sim.scenario.errors import UserError
from sim.show.undrawn import reason_of

USUAL = Path("results") / LATEST
PLANS = Path("results") / "plans"


def finished(given: str | None) -> Path:
    """The folder of a run; the newest in ./results unless one is given. Raises UserError where it holds no run."""
    folder = led_to(Path(given or str(USUAL)).expanduser())
    if not (folder / MANIFEST).is_file():
        raise UserError(f"{folder} is not the folder of a finished run: it has no {MANIFEST}. Give one, such as"
                        f" {USUAL.parent}/NAME")  # fmt: skip
    return folder


def run_asked(given: str) -> Path | None:
    """The run or plan of record that a word names; None where it names neither. Raises UserError for a changed plan."""
    for path in (PLANS / given, led_to(Path(given).expanduser())):
        if (path / MANIFEST).is_file():
            try:
                frozen_on(path)
            except NotAsFrozenError as problem:
                raise UserError(str(problem)) from None
            return path
    return None


def read_finished(folder: Path) -> RunFolder:
    """Reads a run. Raises UserError where its files cannot be read as one."""
    try:
        return read_run(folder)
    except OSError:
        raise
    except Exception as problem:
        raise UserError(f"{folder}: its files cannot be read as a run: {reason_of(problem)}") from None
