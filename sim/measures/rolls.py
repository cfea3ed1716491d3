"""Rolls: balances that open, move and close, to the cent, in each period and group of the tables that has them all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Roll:
    """``closing`` = ``opening`` + ``more`` - ``less``, and what closes a period opens the next. Names of measures."""

    opening: str
    more: tuple[str, ...]
    less: tuple[str, ...]
    closing: str

    def __str__(self) -> str:
        return " - ".join((" + ".join((self.opening, *self.more)), *self.less)) + f" = {self.closing}"


ROLLS = (
    Roll("open_opportunities", ("opportunities_created",), ("wins", "losses", "no_decisions"),
         "open_opportunities_at_end"),
    Roll("open_pipeline", ("pipeline_created",), ("pipeline_won", "pipeline_lost"), "open_pipeline_at_end"),
    Roll("customers", ("new_customers",), ("lost_customers",), "customers_at_end"),
    Roll("arr", ("new_arr", "expansion_arr"), ("contraction_arr", "churned_arr"), "arr_at_end"),
    Roll("deferred_revenue_at_start", ("billings",), ("recognized_revenue",), "deferred_revenue"),
    Roll("receivables_at_start", ("billings",), ("collections", "written_off"), "receivables"),
    Roll("cash_at_start", ("cash_flow",), (), "cash"),
)  # fmt: skip
