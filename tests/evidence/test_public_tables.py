"""The section of the validation page that back-tests public exports: here made-up ones."""

from __future__ import annotations

import numpy as np
import pytest

from sim.app.validation import section_lines
from sim.crm.errors import ExportError
from sim.evidence.backtest.public_tables import section, sets
from tests.makers.known_laws import played
from tests.makers.played_exports import rows_of, written


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two sets, one of them beneath a folder of views, and a folder that is none."""
    made = tmp_path_factory.mktemp("tables")
    for place in ("one/asof/2017-12-31", "bad", "none"):
        (made / place).mkdir(parents=True)
    rows = rows_of(played(np.random.default_rng(2), 170, 2.0, 0.01, 0.02))
    written(made / "one/asof/2017-12-31/opportunities.csv", rows)
    (made / "one/asof/2017-12-31/accounts.csv").write_text("account,segment\nA,S\n")
    (made / "bad/opportunities.csv").write_text("a,b\n1,2\n")
    return made


def test_sets_are_found_with_what_lies_beside_them(folder):
    (bad, _, _), (one, files, mapping) = sets(folder)
    assert (bad, one, mapping) == ("bad", "one", None)
    assert set(files) == {"opportunities", "accounts"}


def test_a_set_that_cannot_be_read_is_named(folder):
    with pytest.raises(ExportError, match=r"bad: opportunities\.csv: there is no column for created"):
        section(folder, 100, 1)
    with pytest.raises(ExportError, match="no folder in it"):
        section(folder / "none", 100, 1)


def test_the_section_says_how_many_outcomes_were_held(folder):
    (folder / "bad/opportunities.csv").unlink()
    text = "\n".join(section_lines(section(folder, 100, 1)))
    assert "\n| one | 2 | 2017-08-31 | 2017-09-30 |" in text
    assert "of 16 outcomes" in text
