"""Validation: what is published about organizations as a whole, set beside what ours does, subject by subject.

A subject is one section. It plays its own replications, and its readings are made from the numbers, so that the page
cannot say what the numbers do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.evidence.published.judged import judged_section
from sim.evidence.published.pay_section import pay_section
from sim.evidence.published.plan_misses import misses
from sim.evidence.published.scenario_table import scenario_section
from sim.evidence.published.section import Section
from sim.experiment.play import Progress
from sim.experiment.settings import RunSettings
from sim.scenario.load import ScenarioSource

Subject = Callable[[ScenarioSource, RunSettings, Progress | None], Section]
SUBJECTS: tuple[Subject, ...] = (misses, scenario_section, judged_section, pay_section)


def sections(
    source: ScenarioSource,
    settings: RunSettings,
    subjects: tuple[Subject, ...] = SUBJECTS,
    progress: Progress | None = None,
) -> Iterator[Section]:
    """Every subject, in the order of the page. ``progress`` is told what the user should know meanwhile."""
    for subject in subjects:
        yield subject(source, settings, progress)
