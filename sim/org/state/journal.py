"""The journal: what the organization writes down as it happens. At the end its tables are the ledger's."""

from __future__ import annotations

from sim import ledger
from sim.ledger import Table


class Journal:
    """The ledger's tables that are written during a run, and what their codes mean."""

    def __init__(self) -> None:
        self.seats = Table(ledger.SEATS, 256)
        self.requisitions = Table(ledger.REQUISITIONS, 128)
        self.quotas = Table(ledger.QUOTAS, 1024)
        self.payments = Table(ledger.PAYMENTS, 4096)
        self.market = Table(ledger.MARKET, 64)
        self.snapshots = Table(ledger.SNAPSHOTS, 2048)
        self.decisions = Table(ledger.DECISIONS, 256)
        self.ramped = Table(ledger.RAMPED, 4096)
        self.efforts, self.timings = Table(ledger.EFFORTS, 64), Table(ledger.TIMINGS, 64)
        self.open_month = 0  # the month that is not closed yet
        self.requisition_codes: dict[str, int] = {}  # by name, in the order in which they were opened
        self.reasons: list[str] = []

    def requisition_code(self, name: str) -> int:
        """The code of a requisition's name, which is new with its first seat."""
        return self.requisition_codes.setdefault(name, len(self.requisition_codes))

    def decide(self, day: float, kind: int, seat: int, segment: int, region: int, value: float, reason: str) -> None:
        """Write down a decision with its reason."""
        if reason not in self.reasons:
            self.reasons.append(reason)
        code = self.reasons.index(reason)
        self.decisions.add(day=day, kind=kind, seat=seat, segment=segment, region=region, value=value, reason=code)
