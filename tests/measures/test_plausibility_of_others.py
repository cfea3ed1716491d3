"""Plausibility of a company whose roles, segments and sources have other names than base's."""

from __future__ import annotations

import numpy as np

from sim.evidence.published import plausibility
from sim.experiment.settings import RunSettings
from sim.scenario.load import load_source
from tests.makers.play import WORLDS


def test_what_a_benchmark_names_and_a_company_lacks_is_undefined() -> None:
    source = load_source(str(WORLDS / "plain.yaml"), ["opening.past_seat_years=0"])
    own = source.at_central()
    inputs = [plausibility._input(one, own) for one in plausibility.of_kind("input")]
    assert any(all(np.isnan(value)) for value in inputs)
    assert any(not np.isnan(value).any() for value in inputs)
    settings = RunSettings(months=3, replications=1, n_jobs=1)
    outputs = plausibility._play(source, settings, plausibility.of_kind("output"))
    assert np.isnan(outputs).any()
