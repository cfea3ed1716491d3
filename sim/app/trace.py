"""``salesim trace``: one replication as a story that a person can read, with dates: a rep's life, a deal's, or both."""

from __future__ import annotations

from difflib import get_close_matches

from sim.app.request import Request, whole_number
from sim.experiment.replicate import draw_of
from sim.experiment.settings import MOST_REPLICATIONS
from sim.ledger import Ledger
from sim.luck import Luck
from sim.scenario.errors import UserError, listed
from sim.story.book import Book
from sim.story.choice import telling_deal, telling_rep
from sim.story.deal import deal_story
from sim.story.pay import statement
from sim.story.rep import rep_story
from sim.world import simulate


def main(request: Request) -> int:
    """Plays one replication, the one that a run plays under the same number, and tells it. Raises UserError."""
    settings = request.settings()
    luck = whole_number("luck", request.options.get("luck", "0"), MOST_REPLICATIONS)
    source = request.sources()[0]
    scenario = (
        source.at_draw(settings.seed, int(draw_of(luck, settings))) if settings.uncertain else source.at_central()
    )
    calendar = scenario.calendar(settings.months)
    book = Book(scenario, calendar, simulate(scenario, settings.months, Luck(settings.seed, luck)))
    rep, deal = chosen(request, book.ledger)
    dates = f"{book.date(0.0)} to {book.date(calendar.horizon)}"
    print(f"{source.name}, {dates}, seed {settings.seed}, luck {luck}")
    if _wants_pay(request):
        seat = telling_rep(book.ledger) if rep is None else rep
        _tell(f"{book.seat(seat)} ({book.place(seat)})", statement(book, seat, request.options.get("period")))
        return 0
    if rep is not None:
        _tell(f"{book.seat(rep)} ({book.place(rep)})", book.told(rep_story(book, rep)))
    if deal is not None:
        text = book.deal(deal)
        _tell(text[0].upper() + text[1:], book.told(deal_story(book, deal)))
    return 0


def chosen(request: Request, ledger: Ledger) -> tuple[int | None, int | None]:
    """The seat and the deal to tell: those asked for, or the most telling ones when neither is. Raises UserError."""
    options = request.options
    rep = _seat(options["rep"], ledger) if "rep" in options else None
    deal = whole_number("deal", options["deal"], len(ledger.deals)) if "deal" in options else None
    if rep is None and deal is None:
        rep = telling_rep(ledger)
        deal = telling_deal(ledger, rep)
    return rep, deal


def _wants_pay(request: Request) -> bool:
    """Whether a statement is asked for. Raises UserError."""
    given = request.options.get("pay", "false")
    if given not in ("true", "false"):
        raise UserError(f"pay={given}: allowed are true and false.")
    if given == "false" and "period" in request.options:
        raise UserError("period=...: belongs to a statement of pay; add pay=true.")
    return given == "true"


def _tell(title: str, lines: list[str]) -> None:
    print(f"\n{title}")
    for line in lines:
        print(f"  {line}")


def _seat(name: str, ledger: Ledger) -> int:
    names = ledger.names.seats
    if name in names:
        return names.index(name)
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
