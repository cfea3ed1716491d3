"""Invented cases are the same in every run; ``pytest --hypothesis-profile=search`` looks for new ones."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

import sim  # noqa: F401 - before numpy is, which then starts no threads that spin beside the other tests

os.environ["SALESIM_CHECKS_ROOM"] = "1"  # each event of the pipeline against the room that is made for it

EVERYWHERE = {
    "deadline": None,  # the first case waits for the compiler
    "suppress_health_check": [
        HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture,
    ],
}  # fmt: skip
settings.register_profile("fixed", derandomize=True, **EVERYWHERE)
settings.register_profile("search", **EVERYWHERE)
settings.load_profile("fixed")


@pytest.fixture(autouse=True)
def nothing_is_kept(request, monkeypatch):
    """A test plays what it asks for: what an earlier one kept would hide that it is broken. ``keeps`` marks those that
    are about keeping; commands in processes of their own are told by ``run.keep``."""
    if not request.node.get_closest_marker("keeps"):
        monkeypatch.setattr("sim.experiment.kept.Kept.of", lambda settings, tell: None)
