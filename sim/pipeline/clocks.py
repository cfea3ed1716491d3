"""Clocks: the heap of next times, a seat's heap of deals, the calendar of dated deals, and the working clock."""

from __future__ import annotations

import numpy as np

from sim.calendar import months_from, months_later
from sim.compiled import compiled, inlined
from sim.pipeline.rows import next_row
from sim.pipeline.tables import CALENDAR, INDEX, NOBODY, NUMBER, Field, growing

FIELDS = {
    # Clocks by next time: seats, then streams, then the calendar as the last clock.
    "heap": Field(INDEX, 1, lambda ground: np.arange(ground.clocks)),
    "heap_at": Field(INDEX, 1, lambda ground: np.arange(ground.clocks)),  # where each clock stands in the heap
    "time": Field(NUMBER, 1, lambda ground: np.full(ground.clocks, np.inf)),  # next time of each clock, in days
    "calendar_day": growing(NUMBER, CALENDAR),  # heap of dated deals: stalls, stale leads, moves put off to an open day
    "calendar_deal": growing(INDEX, CALENDAR),
    "open_days": Field(NUMBER, 1, lambda ground: ground.calendar.open_days),
    "worked_before": Field(NUMBER, 1, lambda ground: ground.calendar.worked_before),
    "open_day_numbers": Field(NUMBER, 1, lambda ground: ground.calendar.open_day_numbers),
    "last_open_days": Field(NUMBER, 1, lambda ground: ground.calendar.last_open_days),  # of each day's month
}


@compiled
def sooner(time, a, b):
    """Whether clock a comes before clock b: by time, then by clock number."""
    return time[a] < time[b] or (time[a] == time[b] and a < b)


@inlined
def set_time(state, clock, day):
    """Give a clock its next time and restore the heap."""
    heap, heap_at, time = state.heap, state.heap_at, state.time
    time[clock] = day
    j = heap_at[clock]
    while j > 0:
        up = (j - 1) >> 1
        if not sooner(time, clock, heap[up]):
            break
        heap[j] = heap[up]
        heap_at[heap[j]] = j
        j = up
    count = len(heap)
    while True:
        down = 2 * j + 1
        if down >= count:
            break
        if down + 1 < count and sooner(time, heap[down + 1], heap[down]):
            down += 1
        if not sooner(time, heap[down], clock):
            break
        heap[j] = heap[down]
        heap_at[heap[j]] = j
        j = down
    heap[j] = clock
    heap_at[clock] = j


@compiled
def meld(deals, a, b):
    """Join two skew heaps of deals ordered by ``clock_end``; returns the new root."""
    if a == NOBODY:
        return b
    if b == NOBODY:
        return a
    if deals[b]["clock_end"] < deals[a]["clock_end"]:
        a, b = b, a
    top = a
    while True:
        right = deals[a]["right"]
        deals[a]["right"] = deals[a]["left"]
        if right == NOBODY:
            deals[a]["left"] = b
            return top
        if deals[b]["clock_end"] < deals[right]["clock_end"]:
            right, b = b, right
        deals[a]["left"] = right
        a = right


@compiled
def put_in_calendar(state, deal, day):
    """Date a deal. An older entry of it stays behind and is passed over, for it no longer equals ``due``."""
    state.deals[deal]["due"] = day
    enter(state, deal, day)


@compiled
def enter(state, deal, day):
    """Write a day into the calendar: of a deal, or of customer c as ``-1 - c``."""
    days, ids = state.calendar_day, state.calendar_deal
    j = next_row(state, CALENDAR, len(days))
    while j > 0:
        up = (j - 1) >> 1
        if days[up] < day or (days[up] == day and ids[up] <= deal):
            break
        days[j] = days[up]
        ids[j] = ids[up]
        j = up
    days[j] = day
    ids[j] = deal
    set_time(state, len(state.heap) - 1, days[0])


@compiled
def take_from_calendar(state):
    """Remove the calendar's first entry; returns its deal, or ``-1 - c`` for customer c."""
    days, ids = state.calendar_day, state.calendar_deal
    first = ids[0]
    count = state.count[CALENDAR] - 1
    state.count[CALENDAR] = count
    day, deal = days[count], ids[count]
    j = 0
    while True:
        down = 2 * j + 1
        if down >= count:
            break
        if down + 1 < count and (
            days[down + 1] < days[down] or (days[down + 1] == days[down] and ids[down + 1] < ids[down])
        ):
            down += 1
        if day < days[down] or (day == days[down] and deal <= ids[down]):
            break
        days[j] = days[down]
        ids[j] = ids[down]
        j = down
    days[j] = day
    ids[j] = deal
    set_time(state, len(state.heap) - 1, days[0] if count > 0 else np.inf)
    return first


@inlined
def row_of_day(state, day):
    """Where an instant's day stands in the calendar's tables; NOBODY where they do not reach. Work may end in years."""
    since = np.floor(day) - state.knobs[0]["origin"]
    return int(since) if 0.0 <= since < len(state.open_days) else NOBODY


@inlined
def is_open(state, day):
    """Whether an instant lies on an open day. Every day is open where the calendar's tables do not reach."""
    index = row_of_day(state, day)
    return index == NOBODY or state.open_days[index] > 0.0


@compiled
def same_time_next_open_day(state, day):
    """The same time of day on the next open day, so that moves put off do not pile up at one instant."""
    index = row_of_day(state, day)
    if index == NOBODY:
        return day
    whole = np.floor(day)
    while index < len(state.open_days) and state.open_days[index] == 0.0:
        index += 1
    return index + state.knobs[0]["origin"] + (day - whole)


@inlined
def worked_at(state, day):
    """The working clock at an instant; before and after the calendar's tables it runs on every day."""
    whole = np.floor(day)
    index = row_of_day(state, day)
    if index == NOBODY:
        since = day - state.knobs[0]["origin"]
        return since if since < 0.0 else state.worked_before[-1] + (since - len(state.open_days))
    return state.worked_before[index] + state.open_days[index] * (day - whole)


@inlined
def day_when_worked(state, worked):
    """The instant at which the working clock shows ``worked``; NEVER past the calendar's end."""
    if not 0.0 <= worked < len(state.open_day_numbers):
        return np.inf
    whole = np.floor(worked)
    return state.open_day_numbers[int(whole)] + (worked - whole)


@inlined
def months_after(state, day, months):
    """The instant so many calendar months after another."""
    knobs = state.knobs[0]
    return months_later(day, months, knobs["first_ordinal"], knobs["equal_months"])


@inlined
def months_since(state, first, day):
    """Calendar months from an instant to another."""
    knobs = state.knobs[0]
    return months_from(first, day, knobs["first_ordinal"], knobs["equal_months"])
