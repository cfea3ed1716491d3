"""What the commands that decide share: how they begin on the screen, and how they end in a folder and in words."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from sim.app.progress import PatientConsole
from sim.app.request import Request
from sim.app.saying import say
from sim.experiment.settings import RunSettings
from sim.results.estimates import Estimate
from sim.results.layout import REPORT
from sim.results.store import write_manifest


def announced(request: Request, line: str) -> PatientConsole:
    """The console of a command, on which it has said what it is about to do; beside a document that is stderr."""
    console = PatientConsole(stderr=request.as_json)
    console.print(line, markup=False, highlight=False, soft_wrap=True)
    return console


def write_facts(
    folder: Path, request: Request, settings: RunSettings, files: Mapping[str, str], **found: object
) -> None:
    """The manifest: the command, its scenarios with their files, how it was played, and what else it is to keep."""
    command = " ".join(("salesim", *request.words))
    facts = {"command": command, "scenarios": files, "settings": settings.model_dump(mode="json")}
    write_manifest(folder, {**facts, **found})


def tell(
    request: Request,
    settings: RunSettings,
    folder: Path,
    document: Callable[[], dict[str, Any]],
    lines: Callable[[], Iterable[str]],
) -> int:
    """Say what was found of plans that were played: ``said``, with a report where figures are asked for."""
    return said(request, folder, document, lines, settings.figures)


def said(
    request: Request,
    folder: Path | None,
    document: Callable[[], dict[str, Any]],
    lines: Callable[[], Iterable[str]],
    has_report: bool = True,
) -> int:
    """Say what was found, as one JSON document or as lines, and where its files are, if any. Returns the exit code."""
    if request.as_json:
        where = str(folder) if folder else None
        say(json.dumps({**document(), "folder": where}, indent=2, ensure_ascii=False))
        return 0
    for line in lines():
        say(line)
    if folder:
        say(f"All files: {folder}")
        if has_report:
            say(f"Report: {folder / REPORT}")
    return 0


def known(value: float) -> float | None:
    """A number of a document; null where it is undefined."""
    return value if math.isfinite(value) else None


def known_ends(one: Estimate) -> dict[str, float | None]:
    """An estimate of a document."""
    return {"mean": known(one.mean), "ci_low": known(one.low), "ci_high": known(one.high)}
