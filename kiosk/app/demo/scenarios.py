"""What happens at a desk on good and on bad days, played by `Hands`.

A scenario begins at a tidy desk with nobody at the kiosk, names step by step what is to be watched (the words are the
page's) and leaves as a reader would. What is broken in it is mended by it.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from kiosk.app.demo.hands import Hands, identified_rows
from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason
from kiosk.events import Choice, Chosen, Task, TaskChosen
from kiosk.views import Banner, Checkin, Checkout, Home, Identify, Idle, Paper, PutBack, RefusalCard, View
from ui.simdesk.port import Trouble, Weather

ANNA, BORIS, GRISHA = CardNumber("20234000134172"), CardNumber("20234000200148"), CardNumber("20234000200403")
MARIA, MISHA, MASHA = CardNumber("20234000202482"), CardNumber("20234000202615"), CardNumber("20234000202748")
HELD, ADULT = ItemId("30234000524693"), ItemId("30234000524768")
DISCS, WITH_DISC = ItemId("30234000541614"), ItemId("30234000541135")
"""Sets: two discs with a tag each, and a book with a disc that has none."""
CHECKOUT = "11"
"""SIP2's request for a loan."""


def three_books(hands: Hands) -> None:
    """Three books, one of which is kept for another reader."""
    hands.step("lay")
    hands.lay(*hands.books(2), HELD)
    hands.see(Identify, also=identified_rows(3))
    hands.step("card")
    hands.log_in(ANNA)
    hands.settled(3)
    hands.step("answers", 5)
    hands.finish()
    hands.step("receipt", 4)
    hands.leave()
    hands.step("end", 0)


def power_cut(hands: Hands) -> None:
    """The power goes while the library system's yes is on its way."""
    books = hands.books(2)
    hands.step("lay")
    hands.lay(*books)
    hands.see(Identify, also=identified_rows(2))
    asked = hands.line.when_asked(CHECKOUT)
    hands.line.hold(CHECKOUT)
    hands.log_in(BORIS)
    hands.until("the library system was asked", lambda: asked(0.2))
    hands.step("asked", 5)
    hands.kiosk.cut()
    hands.step("dark", 4)
    hands.fair()
    hands.kiosk.start()
    hands.see(Idle)
    hands.step("again", 4)
    hands.until("the loan is taken back", lambda: hands.written(Kind.REPLAY_CONFIRMED, books))
    hands.step("undone", 5)
    hands.desk.lift_all()
    hands.rest(1)
    hands.lay(*books)
    hands.see(Identify, also=identified_rows(2))
    hands.log_in(BORIS)
    hands.settled(2)
    hands.step("once_more", 4)
    hands.finish()
    hands.step("printed", 4)
    hands.leave()
    hands.step("end", 0)


def link_lost(hands: Hands) -> None:
    """The network goes; two books are lent all the same, and reported when it is back."""
    hands.step("known")
    hands.log_in(BORIS)
    hands.see(Home, Checkout, RefusalCard)
    hands.out()
    hands.step("cut")
    hands.line.change(Weather.CUT_OFF)
    hands.lay(*hands.books(2))
    hands.see(Identify)
    hands.log_in(BORIS)
    hands.settled(2)
    hands.step("recorded", 5)
    hands.finish()
    hands.step("receipt", 4)
    hands.leave()
    hands.step("back", 1)
    hands.line.change(Weather.FAIR)
    hands.see(Idle, also=lambda view: view.frame.waiting == 0 and not view.frame.offline)
    hands.step("end", 0)


def paper_out(hands: Hands) -> None:
    """The paper ends at the farewell; the receipt is offered at the next log-in."""
    hands.step("lay")
    hands.lay(*hands.books(1))
    hands.see(Identify)
    hands.log_in(BORIS)
    hands.settled(1)
    hands.step("out")
    hands.cause(Trouble.PAPER_OUT)
    hands.finish(Paper.FAILED)
    hands.step("farewell", 5)
    hands.leave()
    hands.step("new_roll")
    hands.tidy()
    hands.see(Idle, also=lambda view: view.frame.banner is not Banner.NO_RECEIPT)
    hands.log_in(BORIS)
    _owed(hands)
    hands.step("end", 0)


def child(hands: Hands) -> None:
    """A child of nine wants a book that is marked 18+."""
    hands.step("lay")
    hands.lay(ADULT)
    hands.see(Identify, also=identified_rows(1))
    hands.step("card")
    hands.log_in(GRISHA)
    hands.settled(1)
    hands.step("stays", 6)
    hands.out()
    hands.desk.lift_all()
    hands.step("end", 0)


def three_cards(hands: Hands) -> None:
    """A mother borrows on three cards, one after the other; the second card comes too early."""
    for number, card in enumerate((MARIA, MISHA, MASHA)):
        hands.step(f"card_{number + 1}")
        hands.lay(*hands.books(1))
        hands.see(Identify)
        hands.log_in(card)
        hands.settled(1)
        if number == 0:
            hands.desk.show_card(MISHA)
            hands.see(Checkout, also=lambda view: view.frame.banner is Banner.SECOND_CARD)
            hands.step("too_early", 5)
        hands.finish()
        hands.leave()
    hands.step("end", 0)


def lifted_early(hands: Hands) -> None:
    """The book is lifted before its tag was told that it is lent."""
    (book,) = hands.books(1)
    hands.step("lay")
    hands.lay(book)
    hands.see(Identify, also=identified_rows(1))
    asked = hands.line.when_asked(CHECKOUT)
    hands.line.hold(CHECKOUT)
    hands.log_in(BORIS)
    hands.until("the library system was asked", lambda: asked(0.2))
    hands.step("lifted")
    hands.desk.lift(book)
    hands.rest(1)
    hands.step("gone", 2)
    hands.fair()
    hands.see(PutBack)
    hands.step("put_back", 5)
    hands.lay(book)
    hands.until("the tag is open", lambda: not hands.desk.armed(book))
    hands.settled(1)
    hands.step("mended", 3)
    hands.finish()
    hands.leave()
    hands.step("end", 0)


def set_whole(hands: Hands) -> None:
    """Two discs, each with a tag, are one loan and one return."""
    _at_home(hands, DISCS)
    hands.step("lay")
    hands.lay(DISCS)
    hands.see(Identify)
    hands.log_in(BORIS)
    hands.settled(1)
    hands.until("both tags are open", lambda: hands.desk.open(DISCS))
    hands.step("lent", 5)
    hands.finish()
    hands.leave()
    hands.step("back")
    hands.returns(DISCS)
    hands.step("end", 0)


def set_missing(hands: Hands) -> None:
    """The second disc comes late, at the loan and at the return."""
    _at_home(hands, DISCS)
    hands.step("lay")
    hands.lay_part(DISCS, 1)
    hands.see(Identify)
    hands.log_in(BORIS)
    hands.see(RefusalCard, also=_asks)
    hands.step("missing", 5)
    hands.lay_part(DISCS, 2)
    hands.until("both tags are open", lambda: hands.desk.open(DISCS))
    hands.settled(1)
    hands.step("lent", 4)
    hands.finish()
    hands.leave()
    hands.step("back")
    hands.press(TaskChosen(Task.CHECKIN))
    hands.see(Checkin)
    hands.lay_part(DISCS, 1)
    hands.see(Checkin, also=lambda view: any(row.refusal for row in getattr(view, "rows", ())))
    hands.step("incomplete", 5)
    hands.lay_part(DISCS, 2)
    hands.until("both tags are armed", lambda: hands.desk.armed_whole(DISCS))
    hands.step("found", 4)
    hands.finish()
    hands.leave()
    hands.step("end", 0)


def set_untagged(hands: Hands) -> None:
    """A book whose disc has no tag: its reader is asked whether it is there."""
    _at_home(hands, WITH_DISC)
    hands.step("lay")
    hands.lay(WITH_DISC)
    hands.see(Identify)
    hands.log_in(BORIS)
    hands.see(RefusalCard, also=_asks)
    hands.step("asked", 5)
    hands.press(Chosen(WITH_DISC, Choice.YES))
    hands.until("the tag is open", lambda: hands.desk.open(WITH_DISC))
    hands.settled(1)
    hands.step("lent", 4)
    hands.finish()
    hands.leave()
    hands.step("back")
    hands.returns(WITH_DISC)
    hands.step("end", 0)


def disk_full(hands: Hands) -> None:
    """The disk under the journal is full while a book is lent: that is ended, nothing new is begun."""
    first, second = hands.books(2)
    hands.step("lay")
    hands.lay(first)
    hands.see(Identify, also=identified_rows(1))
    asked = hands.line.when_asked(CHECKOUT)
    hands.line.hold(CHECKOUT)
    hands.log_in(BORIS)
    hands.until("the library system was asked", lambda: asked(0.2))
    hands.cause(Trouble.DISK_FULL)
    hands.step("full", 4)
    hands.fair()
    hands.until("the tag is open", lambda: not hands.desk.armed(first))
    hands.settled(1)
    hands.step("ended", 5)
    hands.lay(second)
    hands.see(Checkout, RefusalCard, also=_not_recorded)
    hands.step("refused", 5)
    hands.desk.lift_all()
    hands.out()
    hands.step("out_of_service", 4)
    hands.tidy()
    hands.see(Idle)
    hands.step("end", 0)


def _asks(view: View) -> bool:
    """The kiosk has waited long enough and asks."""
    return isinstance(view, RefusalCard) and bool(view.choices)


def _not_recorded(view: View) -> bool:
    refusals = [row.refusal for row in getattr(view, "rows", ())] or [getattr(view, "refusal", None)]
    return any(refusal is not None and refusal.reason is Reason.NOT_RECORDED for refusal in refusals)


def _at_home(hands: Hands, item: ItemId) -> None:
    """Whoever played before may have it still."""
    if not hands.desk.armed_whole(item):
        hands.returns(item)


def _owed(hands: Hands) -> None:
    """The kiosk offers the receipt that never came out; the reader takes it."""
    offer = hands.see(RefusalCard)
    assert isinstance(offer, RefusalCard)
    assert offer.row.item is not None
    printed = len(hands.desk.receipts())
    hands.step("owed", 5)
    hands.press(Chosen(offer.row.item, Choice.YES))
    hands.until("the receipt", lambda: len(hands.desk.receipts()) > printed)
    hands.step("printed", 4)
    hands.out()


SCENARIOS: Mapping[str, Callable[[Hands], None]] = MappingProxyType(
    {
        "three_books": three_books,
        "power_cut": power_cut,
        "link_lost": link_lost,
        "paper_out": paper_out,
        "child": child,
        "three_cards": three_cards,
        "lifted_early": lifted_early,
        "set_whole": set_whole,
        "set_missing": set_missing,
        "set_untagged": set_untagged,
        "disk_full": disk_full,
    }
)
