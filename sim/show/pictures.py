"""Pictures: the figures of a run on disk, and the pages on which they stand with their tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.results.run_folder import RunFolder
from sim.show import findings
from sim.show.figures.style import caution, house_style, save
from sim.show.page import Page, Subject
from sim.show.pages import PAGES
from sim.show.tables import Table, by_year, table_or_reason, tables_or_reason
from sim.show.undrawn import made_or_told


@dataclass(frozen=True)
class Picture:
    """A figure on disk, or the reason why there is none."""

    subject: Subject
    finding: str
    path: Path
    reading: str
    missing: str = ""  # the reason why it could not be drawn


def _can_be_drawn(run: RunFolder, subject: Subject) -> bool:
    return subject.has(run) and all(run.has(measure) for measure in subject.needs)


def draw_all(run: RunFolder, folder: Path) -> list[Picture]:
    """Draw every figure that makes sense for the run into a folder; one that compares plans needs two of them.

    A subject whose measures the run does not have is left out; one that cannot be drawn says why.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    with house_style():
        for subject in (one for page in PAGES for one in page.figures):
            path = folder / f"{subject.name}.png"
            if (subject.compares and len(run.plans) < 2) or not _can_be_drawn(run, subject):
                path.unlink(missing_ok=True)  # left by an earlier run in the same folder
                continue
            pictures.append(_drawn(run, subject, path))
    return pictures


def _drawn(run: RunFolder, subject: Subject, path: Path) -> Picture:
    """The figure on disk; where it cannot be drawn no file, and the reason."""

    def draw() -> Picture:
        drawn = subject.draw(run)
        if findings.too_few(run.replication_count):
            caution(drawn.figure, f"{run.replication_count} played: too few replications to judge by")
        save(drawn.figure, path)
        alone = len(run.plans) == 1 and subject.reading_alone
        return Picture(subject, drawn.finding, path, alone or subject.reading)

    def tell(reason: str) -> Picture:
        path.unlink(missing_ok=True)
        left_out = run.manifest.get("left_out") or []
        return Picture(subject, "", path, "", missing=" ".join((reason, *left_out)))

    return made_or_told(draw, tell)


@dataclass(frozen=True)
class Filled:
    """A page with what a run has to show on it."""

    page: Page
    pictures: list[Picture]
    tables: list[Table]


def filled_pages(run: RunFolder, pictures: list[Picture]) -> list[Filled]:
    """The pages that have a picture or a number to show, in order."""
    found = []
    for page in PAGES:
        if all(run.has(measure) for measure in page.needs):
            own = [picture for picture in pictures if picture.subject in page.figures]
            found.append(Filled(page, own, _tables(run, page)))
    return [one for one in found if one.pictures or one.tables]


def _tables(run: RunFolder, page: Page) -> list[Table]:
    own = tables_or_reason(page.heading, lambda: page.tables(run))
    yearly = table_or_reason(f"{page.heading} by year", lambda: by_year(run, page.heading, page.measures))
    return [*own, *([yearly] if yearly else [])]
