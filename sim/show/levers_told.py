"""Levers in words: what a plan of a search decides."""

from __future__ import annotations

from datetime import date
from typing import Any

from sim.decide.best.lever import Lever, opens_of
from sim.decide.best.space import Space
from sim.decide.best.tried import AS_IS, Point
from sim.show.formats import MONTHS, share
from sim.show.words import listed, plain, readable, shown


def plan_told(space: Space, point: Point) -> str:
    """A plan as what it decides beside the one that the search began with."""
    if point == AS_IS:
        return "as it is"
    told = [one for lever in space.levers if (one := _told(lever, space, point))]
    return listed(told) if told else "nothing more"


def _told(lever: Lever, space: Space, point: Point) -> str:
    """What one lever decides; nothing where it hires or moves nobody, and of dates, which are told with the hires."""
    at = space.values(point)
    value, rest = at[lever.name], lever.words[1:]
    if lever.kind == "hires":
        if not value:
            return ""
        opens = opens_of(lever, space.levers)
        when = f", to be sought from {day_told(at[opens.name])}" if opens else ""
        return f"{value} more {_where(rest, len(space.source.at_central().world.segments) > 1)}{when}"
    if lever.kind == "opens" or (lever.kind == "move" and not value):
        return ""
    if lever.kind == "move":
        role, here, there = (_name(one) for one in rest)
        return f"{value} {role} from {here} to {there}"
    if lever.kind == "shift":
        whose = f"requisition {_name('.'.join(rest))}" if rest else "planned hires"
        days = f"{abs(value):.10g} days {'later' if value > 0 else 'earlier'}"
        return f"{whose} {days if value else 'as dated'}"
    if lever.kind == "ratio":
        return f"{plain(value)} {_name(rest[0])} for each {_name(rest[1])}"
    if lever.kind == "spend":
        return f"{_name(rest[0])} spend {plain(value)} times"
    if lever.kind == "coverage":
        return f"coverage of {plain(value)} times the target"
    if lever.kind == "over_assignment":
        return f"quotas {share(value)} above their base"
    return f"{_name(' '.join(rest))} {value_told(value)}"


def _where(rest: tuple[str, ...], has_segments: bool) -> str:
    role, *places = rest
    places = places if has_segments else places[1:]
    return f"{_name(role)}{' in ' if places else ''}{' '.join(map(_name, places))}"


def _name(name: str) -> str:
    return readable(shown(name))


def value_told(value: Any) -> str:
    """A value as a reader says it."""
    return day_told(value) if isinstance(value, date) else plain(value)


def day_told(day: date) -> str:
    """``1 March 2027``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
