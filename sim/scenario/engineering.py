"""Engineering: how deals wait for solution engineers (SEs), and when a rep goes on without one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.quantities import Days, Noun, Share


class Engineering(Noun):
    """What happens to deals at a stage that needs a solution engineer (SE) while none is free."""

    order: Literal["first_come", "largest_first"] = Field(
        default="first_come", description="which deal gets the next SE who is free: who waits longest, or the largest"
    )
    go_without_after_days: Days | None = Field(
        default=None, description="days in line after which a rep goes on without an SE; none: never"
    )
    without_logit: float = Field(
        default=-0.5, ge=-10, le=0, description="log-odds that an attempt loses which is made without its SE"
    )
    small_below_share: Share = Field(
        default=0.0,
        description="deals below this share of their segment's mean size go on without one at once when none is free",
    )
