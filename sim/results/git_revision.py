"""The revision of the code that a run was played by."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 5


@cache
def git_revision(project: Path = PROJECT) -> str | None:
    """The commit that is checked out, with ``+changes`` where files differ from it; None where it is no checkout."""
    if not (project / ".git").exists():
        return None
    commit, changes = _git(project, "rev-parse", "HEAD"), _git(project, "status", "--porcelain", "--", "sim")
    if commit is None or changes is None:
        return None
    return f"{commit}+changes" if changes else commit


def _git(project: Path, *words: str) -> str | None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(
            ["git", *words], cwd=project, env={**environment, "GIT_OPTIONAL_LOCKS": "0"}, capture_output=True,
            text=True, check=True, timeout=PATIENCE_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
