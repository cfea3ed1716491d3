"""What cannot be read: one message each, with what is there and the nearest valid name."""

from __future__ import annotations

import pytest

from sim.crm.errors import ExportError
from tests.makers.messy_exports import CLEAN, HEADING, read

# The file, its mapping, and what is said.
REFUSED = {
    "wrong columns": (
        ["Id,Created Dat,Closing,Stage", "1,2023-01-05,,x"], "",
        'no column for created, closed. Did you mean "Created Dat"',
    ),
    "a wrong column of the mapping": (None, "columns: {owner: Ownr}", 'reads owner from "Ownr".* Did you mean "Owner"'),
    "a wrong key": (None, "colums: {}", 'Did you mean "columns"'),
    "a wrong column's name": (None, "columns: {ownr: Owner}", 'Did you mean "owner"'),
    "no YAML": (None, "columns: {", "is no YAML in line"),
    "a wrong outcome": (None, "outcomes: {won: Closd Won}", 'Did you mean "Closed Won"'),
    "a wrong word": (None, "dates: us", "dates is .us.; allowed are month_first, day_first"),
    "a rate that is none": (None, "rates: {USD: x}", "a rate is a number above 0"),
    "no closed deal": ([HEADING, "1,Ann,2023-01-05,,Proposal,3"], "", "no deal is won or lost: stage has Proposal"),
    "three rows": ([HEADING, *CLEAN[:3]], "", "3 deals that can be used, of 3 rows; at least 4"),
    "nothing that can be used": ([HEADING, *["1,Ann,,2023-01-05,Closed Won,3"] * 9], "", "8 are set aside: a copy"),
    "an empty file": ([""], "", "is empty"),
    "a heading alone": ([HEADING], "", "no row below its heading"),
    "no table": (["Dear all", "the deals are fine", "Ann"], "", "is no table"),
    "another table": (["a,b", "1,2"], "", "no column for created, closed, stage. The columns there are a, b"),
    "a quote that is not closed": ([HEADING, *CLEAN, '9,"Ann', *CLEAN * 5], "", "a quote in row 7 that is not closed"),
    "commas in amounts": ([HEADING, *CLEAN[:2], *["9,Ann,2023-01-05,,x,1,200"] * 3], "", "3 of 5 rows have more or"),
    "a page": (["<html><table>"], "", "HTML"),
    "a column twice": ([HEADING + ",stage", "1,Ann,2023-01-05,,Proposal,3,x"], "", '"Stage" stands twice'),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_said_in_one_message(tmp_path, case):
    lines, mapping, said = REFUSED[case]
    rows, heading = (CLEAN, HEADING) if lines is None else (lines[1:], lines[0])
    with pytest.raises(ExportError, match=said):
        read(tmp_path, rows=rows, heading=heading, mapping=mapping)
