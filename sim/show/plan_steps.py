"""The steps of a plan: who is hired, leaves or moves, and when, as its scenario as run says."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sim.results.run_folder import RunFolder
from sim.scenario.dates import Dates
from sim.scenario.levers import Requisition, opening_day
from sim.show.formats import number
from sim.show.words import plain, readable

LEAD_DAYS = float(Requisition.model_fields["lead_days"].default)
KINDS = {"requisitions": "hire", "departures": "leave", "transfers": "move", "freezes": "no hiring"}
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NEVER = date.max


@dataclass(frozen=True)
class Step:
    """One step. ``seats`` counts those that a requisition opens within the run, ``perhaps`` those that it opens if its
    trigger fires."""

    key: tuple[str, str]  # kind and name in the scenario: the same step in different plans
    what: str
    role: str
    segment: str
    region: str
    count: str
    when: str
    day: date
    seats: float
    perhaps: float = 0.0

    @property
    def content(self) -> tuple[str, ...]:
        """All that a plan may do otherwise in this step."""
        return (self.what, self.role, self.segment, self.region, self.count, self.when)

    @property
    def who(self) -> str:
        """``AE, smb, east``."""
        return ", ".join(one for one in (self.role, self.segment, self.region) if one) or "everybody"

    @property
    def told(self) -> str:
        """``2, opens 1 Apr 2027``."""
        return f"{self.count}, {self.when}" if self.count else self.when


def steps(run: RunFolder, plan: str) -> list[Step]:
    """All steps of a plan in order of time. Empty steps, of nobody, are left out."""
    scenario = run.scenarios.get(plan, {})
    levers = scenario.get("levers") or {}
    dates = scenario.get("dates") or {}
    first = _day(dates.get("start"))
    last = _last_day(run, dates)
    found: list[Step] = []
    for kind in KINDS:
        for name, given in (levers.get(kind) or {}).items():
            if isinstance(given, dict):
                found += _READ[kind](name, given, first, last)
    return sorted(found, key=lambda step: step.day)


def _hires(name: str, given: dict[str, Any], first: date | None, last: date) -> Iterator[Step]:
    """Seats open on a day, or so long before a wanted start; what opens after the run opens no seat of it."""
    count, opens = given.get("count", 1), _opens(given, first)
    some = float(count) if isinstance(count, int | float) else 0.0
    seats = some if opens is not None and opens <= last else 0.0
    perhaps = some if given.get("trigger") is not None else 0.0
    if count == 0:
        return
    if given.get("trigger") is not None:
        when = f"when {readable(str(given['trigger']))} fires"
    elif opens is None:
        when = "at no stated date"
    else:
        when = f"opens {_told(opens)}"
        if given.get("open_date") is None:
            when += f" to start {_told(_moved(_day(given['wanted_start']), given))}"
        when += "" if opens <= last else ", after the run"
    yield _step("requisitions", name, given, plain(count), when, opens or NEVER, seats, perhaps)


def _opens(given: dict[str, Any], first: date | None) -> date | None:
    opened, wanted = _day(given.get("open_date")), _day(given.get("wanted_start"))
    if opened is None and wanted is None:
        return None
    lead, shift = (_days(given.get(key, usual)) for key, usual in (("lead_days", LEAD_DAYS), ("shift_days", 0.0)))
    least = -math.inf if first is None else first.toordinal()
    day = opening_day(
        None if opened is None else opened.toordinal(), 0 if wanted is None else wanted.toordinal(), lead, shift, least
    )
    return date.fromordinal(math.floor(day))


def _moved(day: date | None, given: dict[str, Any]) -> date | None:
    return day + timedelta(days=_days(given.get("shift_days", 0))) if day is not None else day


def _days(given: Any) -> float:
    """A number of days as a plan says it; 0 where it says something else, such as an uncertainty."""
    return float(given) if isinstance(given, int | float) else 0.0


def _leavers(name: str, given: dict[str, Any], first: date | None, last: date) -> Iterator[Step]:
    count = plain(given["count"]) if given.get("count") is not None else "1"
    if isinstance(given.get("share"), int | float):
        count = f"{number(100 * given['share'], 1).removesuffix('.0')}%"
    day = _day(given.get("on_date"))
    seat = ", seats closed" if given.get("seat") == "close" else ""
    yield _step("departures", name, given, count, f"on {_told(day)}{seat}", day or NEVER)


def _movers(name: str, given: dict[str, Any], first: date | None, last: date) -> Iterator[Step]:
    day = _day(given.get("on_date"))
    goals = [readable(str(given[key])) for key in ("to_role", "to_segment", "to_region") if given.get(key)]
    to = f" to {', '.join(goals)}" if goals else ""
    yield _step("transfers", name, given, plain(given.get("count") or 1), f"on {_told(day)}{to}", day or NEVER)


def _freezes(name: str, given: dict[str, Any], first: date | None, last: date) -> Iterator[Step]:
    start, end = _day(given.get("from_date")), _day(given.get("to_date"))
    when = f"{_told(start)} to {_told(end)}"
    if given.get("trigger") is not None:
        when = f"{plain(given.get('lasts_days'))} days, when {readable(str(given['trigger']))} fires"
    yield _step("freezes", name, {}, "", when, start or NEVER)


_READ = {"requisitions": _hires, "departures": _leavers, "transfers": _movers, "freezes": _freezes}


def _step(
    kind: str, name: str, given: dict[str, Any], count: str, when: str, day: date, seats: float = 0.0,
    perhaps: float = 0.0,
) -> Step:  # fmt: skip
    place = [readable(str(given[key])) if given.get(key) else "" for key in ("role", "segment", "region")]
    return Step((kind, str(name)), KINDS[kind], place[0], place[1], place[2], count, when, day, seats, perhaps)


def _last_day(run: RunFolder, dates: dict[str, Any]) -> date:
    """The run's last day; without a start date the end of time."""
    months = len(run.periods("month")) or (run.manifest.get("settings") or {}).get("months", 0)
    if "start" not in dates or not months:
        return NEVER
    calendar = Dates.model_validate(dates).calendar(int(months))
    return calendar.date_of(calendar.horizon) - timedelta(days=1)


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _told(day: date | None) -> str:
    """``1 Apr 2027``."""
    return "no stated date" if day is None else f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"
