"""The order of events of ``sim.world`` is what its docstring tells."""

from __future__ import annotations

import re

from sim import world


def test_the_docstring_tells_the_actors_in_the_order_in_which_they_start() -> None:
    told = re.findall(r"^\d+\. (.+)[;.]$", world.__doc__ or "", re.M)
    assert told == [actor.does for actor in world.ACTORS]
    assert re.findall(r"^(\d+)\. ", world.__doc__ or "", re.M) == [str(k + 1) for k in range(len(told))]
