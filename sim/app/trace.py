"""``salesim trace``: one replication as a story that a person can read, with dates: a rep's life, a deal's, or both."""

from __future__ import annotations

from difflib import get_close_matches

from sim.app.request import Request, whole_number, yes_or_no
from sim.app.saying import say
from sim.experiment.plan import Plan
from sim.experiment.replicate import replicate
from sim.experiment.settings import MOST_REPLICATIONS
from sim.scenario.errors import UserError
from sim.spelling import listed
from sim.story.book import Book
from sim.story.deal import deal_story
from sim.story.effort import efforts
from sim.story.moved import moved_deals
from sim.story.pay import statement
from sim.story.rep import rep_story
from sim.story.telling import telling_deal, telling_rep
from sim.story.triggers import silent, trigger_lines

PAGES = {"pay": statement, "effort": efforts}  # of one rep, in a period or all along


def main(request: Request) -> int:
    """Plays one replication, the one that a run plays under the same number, and tells it. Raises UserError."""
    settings, page = request.settings(), _page(request)
    luck = whole_number("luck", request.options.get("luck", "0"), MOST_REPLICATIONS)
    source = request.sources()[0]
    ((scenario, ledger),) = replicate([Plan.of(source, settings)], luck)
    calendar = scenario.calendar(settings.months)
    book = Book(scenario, calendar, ledger)
    rep, deal = chosen(request, book)
    dates = f"{book.date(0.0)} to {book.date(calendar.horizon)}"
    say(f"{source.name}, {dates}, seed {settings.seed}, luck {luck}")
    if scenario.levers.triggers and page is None:
        _tell("Triggers", [*book.told(trigger_lines(book)), *silent(book)])
    period = request.options.get("period")
    if page == "moved":
        _tell("Deals signed early or put off" + (f" by {book.seat(rep)}" if rep is not None else ""),
              moved_deals(book, rep, period))  # fmt: skip
        return 0
    if page is not None:
        seat = telling_rep(book.ledger) if rep is None else rep
        _tell(f"{book.seat(seat)} ({book.place(seat)})", PAGES[page](book, seat, period))
        return 0
    if rep is not None:
        _tell(f"{book.seat(rep)} ({book.place(rep)})", book.told(rep_story(book, rep)))
    if deal is not None:
        text = book.deal(deal)
        _tell(text[0].upper() + text[1:], book.told(deal_story(book, deal)))
    return 0


def chosen(request: Request, book: Book) -> tuple[int | None, int | None]:
    """The seat and the deal to tell: those asked for, or the most telling ones when neither is. Raises UserError."""
    options, ledger = request.options, book.ledger
    rep = _seat(options["rep"], book) if "rep" in options else None
    deal = whole_number("deal", options["deal"], len(ledger.deals)) if "deal" in options else None
    if rep is None and deal is None and options.get("moved") != "true":
        rep = telling_rep(ledger)
        deal = telling_deal(ledger, rep)
    return rep, deal


def _page(request: Request) -> str | None:
    """Which page is asked for instead of a story. Raises UserError."""
    wanted = [name for name in (*PAGES, "moved") if yes_or_no(request, name)]
    if len(wanted) > 1:
        raise UserError(f"{wanted[0]}=true and {wanted[1]}=true: ask for one of them at a time.")
    if not wanted and "period" in request.options:
        raise UserError("period=...: belongs to pay, effort or moved; add one of them, such as pay=true.")
    if wanted and "deal" in request.options:
        raise UserError(f"deal=...: {wanted[0]}=true tells of reps; leave one of the two out.")
    return wanted[0] if wanted else None


def _tell(title: str, lines: list[str]) -> None:
    say(f"\n{title}")
    for line in lines:
        say(f"  {line}")


def _seat(name: str, book: Book) -> int:
    names = book.ledger.names.seats
    if name in names:
        return names.index(name)
    planned = book.scenario.levers.requisitions.get(name.rpartition("/")[0] or name)
    if planned is not None and planned.trigger is not None:
        raise UserError(
            f'rep={name}: the seat waits for trigger "{planned.trigger}", which did not act in this replication; try'
            " another luck."
        )
    teams = dict.fromkeys(seat.rpartition("/")[0] for seat in names)
    if name in teams:
        count = sum(seat.startswith(f"{name}/") for seat in names)
        raise UserError(f"rep={name}: this is a team. Its seats are {name}/1 to {name}/{count}.")
    near = get_close_matches(name, names, n=3)
    nearest = f" Nearest: {listed(near)}." if near else ""
    raise UserError(
        f"rep={name}: there is no such seat.{nearest} A seat is a team or a requisition with a number; these are"
        f" {listed(teams)}."
    )
