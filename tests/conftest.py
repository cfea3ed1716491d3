"""Invented cases are the same in every run; ``pytest --hypothesis-profile=search`` looks for new ones."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

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
