"""What the numbers of an experiment depend on, as one hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sim import __version__
from sim.experiment.settings import RunSettings
from sim.scenario.load import ScenarioSource

UNSEEN_IN_RESULTS = {  # settings that change no number
    "n_jobs", "executor", "scheduler", "results_folder", "figures", "criterion", "label", "keep", "keep_gb",
}  # fmt: skip


def content_hash(sources: Sequence[ScenarioSource], settings: RunSettings) -> str:
    """A hash of all that the numbers depend on: the resolved scenarios in order with the bytes of the files that they
    read, the settings and the version."""
    content: dict[str, Any] = {
        "scenarios": [source.to_yaml() for source in sources],
        "settings": settings.model_dump(mode="json", exclude=UNSEEN_IN_RESULTS),
        "version": __version__,
    }
    hashes = [source.file_hashes for source in sources]
    if any(hashes):
        content["files"] = hashes
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
