"""Run folders in the making: hidden, named after the process that makes them, swept away when it was killed.

    RESULTS/.RUN.HOST.PID.part

The name says whose it is from the first moment on, so that no folder is there that nobody answers for.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import time
from contextlib import suppress
from pathlib import Path

from sim.results.layout import PART

FORGOTTEN_SECONDS = 7 * 86_400.0  # after which nobody makes a folder in which nothing has changed
_MADE_BY = re.compile(rf"\.(?P<run>[^.]+)\.(?P<host>[^.]+)\.(?P<process>\d+){re.escape(PART)}")


def unfinished(results: Path, run: str) -> Path:
    """Where this process makes a run of that name."""
    return results / f".{run}{made_here()}"


def made_here() -> str:
    """How the name of what this process makes, and removes again, ends."""
    return f".{_host()}.{os.getpid()}{PART}"


def name_when_finished(folder: Path) -> str:
    """The name of a run folder that is whole."""
    return folder.name.removeprefix(".").partition(".")[0]


def sweep(folder_of_all: Path, name: str = "*") -> None:
    """Remove what processes that were killed have left. What other machines made is left alone for a week."""
    with suppress(OSError):
        for folder in folder_of_all.glob(f".{name}{PART}"):
            if _is_left(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    made_by = _MADE_BY.fullmatch(folder.name)
    if made_by and made_by["host"] == _host() and _is_gone(int(made_by["process"])):
        return True
    with suppress(OSError):
        last = max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))
        return time.time() - last > FORGOTTEN_SECONDS
    return False  # somebody is at it


def _is_gone(process: int) -> bool:
    """Whether there is no such process on this machine. Where that cannot be asked, none is gone."""
    if os.name != "posix":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9-]+", "-", platform.node()) or "here"
