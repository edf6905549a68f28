"""The hands: who carries out what, and what is answered where nobody can."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.app.enquiries import Enquiries
from kiosk.app.hands import Hands
from kiosk.app.headless import HeadlessUi
from kiosk.app.scribe import Scribe
from kiosk.app.staff_desk import StaffDesk
from kiosk.domain.ids import CardNumber, ItemId, Secret, SessionId, StaffId, TagUid, TxnId
from kiosk.domain.items import Security
from kiosk.domain.mail import Address
from kiosk.domain.receipts import Receipt, Way
from kiosk.domain.records import Kind
from kiosk.domain.rules import Rules
from kiosk.effects import (
    CheckStaff,
    DescribeItem,
    Effect,
    EndSession,
    MailReceipt,
    Note,
    OpenSession,
    Pretend,
    PrintReceipt,
    Record,
    Restart,
    SetSecurity,
    TryPrinter,
)
from kiosk.events import (
    CardRead,
    Event,
    Intent,
    NotRecorded,
    Pretended,
    PrinterTried,
    ReceiptFailed,
    ReceiptPrinted,
    Recorded,
    SecurityNotSet,
    SecuritySet,
    StaffCardShown,
    StaffRefused,
    TagLost,
    TagSeen,
    Touched,
)
from kiosk.ports.devices import Driver
from kiosk.ports.mail import Letter, Mailer
from tests.kiosk.standins import HeldClock, MemoryJournal, NothingSeen, Printer, Reader, ScriptedAbis

HERS, ANNA, SOLARIS = SessionId("s-1"), CardNumber("20000000002001"), ItemId("1001")
BOOK, TXN = TagUid("E004010000000001"), TxnId("t-1")
OPEN = SetSecurity(BOOK, Security.DISARMED, SOLARIS, TXN)
SLIP = PrintReceipt(HERS, Receipt())
TO = Address("anna@mail.ru")


class Place:
    def __init__(self, *drivers: Driver, mailer: Mailer | None = None, staff: StaffDesk | None = None) -> None:
        self.told: list[Event] = []
        self.journal, self.abis, self.ui, self.clock = MemoryJournal(), ScriptedAbis(), HeadlessUi(), HeldClock()
        self.scribe = Scribe(self.journal, self.told.append, lambda: TXN)
        self.enquiries = Enquiries(self.abis, self.scribe, NothingSeen(), self.clock, self.told.append, Rules)
        zone = ZoneInfo("Europe/Samara")
        self.hands = Hands(
            self.scribe, self.enquiries, drivers, self.ui, self.clock, zone, Rules, self.told.append, mailer, staff
        )  # fmt: skip


def test_each_tag_is_written_by_the_reader_that_saw_it() -> None:
    left, right = Reader(), Reader()
    place = Place(left, right)
    place.hands.ear(left)(TagSeen(BOOK))
    place.hands.perform(OPEN)
    place.hands.ear(right)(TagSeen(BOOK))  # carried over to the other pad
    place.hands.ear(left)(TagLost(BOOK))
    place.hands.perform(OPEN)
    assert left.written == right.written == [(BOOK, Security.DISARMED)]


def test_a_tag_that_another_pad_has_by_now_is_not_called_lost_by_the_one_it_left() -> None:
    left, right = Reader(), Reader()
    place = Place(left, right)
    place.hands.ear(left)(TagSeen(BOOK))
    place.hands.ear(right)(TagSeen(BOOK))
    place.hands.ear(left)(TagLost(BOOK))
    assert TagLost(BOOK) not in place.told
    place.hands.ear(right)(TagLost(BOOK))
    assert place.told[-1] == TagLost(BOOK)


def test_a_tag_between_two_pads_is_lost_only_when_neither_sees_it_and_written_by_the_one_that_does() -> None:
    left, right = Reader(), Reader()
    place = Place(left, right)
    place.hands.ear(left)(TagSeen(BOOK))
    place.hands.ear(right)(TagSeen(BOOK))
    place.hands.ear(right)(TagLost(BOOK))
    assert TagLost(BOOK) not in place.told
    place.hands.perform(OPEN)
    assert (left.written, right.written) == ([(BOOK, Security.DISARMED)], [])
    place.hands.ear(left)(TagLost(BOOK))
    place.hands.ear(left)(TagLost(BOOK))  # a flicker that was told twice
    assert place.told[-2:] == [TagLost(BOOK), TagLost(BOOK)]


def test_a_tag_that_left_is_not_written_and_the_flow_hears_it_at_once() -> None:
    reader = Reader()
    place = Place(reader)
    ear = place.hands.ear(reader)
    ear(TagSeen(BOOK))
    ear(TagLost(BOOK))
    place.hands.perform(OPEN)
    assert reader.written == []
    assert place.told[-1] == SecurityNotSet(BOOK, Security.DISARMED)
    assert place.journal.kinds == []  # nothing was done to any tag


def test_a_bit_is_journaled_before_the_flow_hears_of_it_with_whom_it_was_for() -> None:
    reader = Reader()
    place = Place(reader)
    ear = place.hands.ear(reader)
    ear(TagSeen(BOOK))
    place.hands.perform(OPEN)
    ear(SecuritySet(BOOK, Security.DISARMED))
    assert [(row.kind, row.txn, row.item, row.tag) for row in place.journal.rows] == [
        (Kind.TAG_DISARMED, TXN, SOLARIS, BOOK)
    ]
    assert place.told[-1] == SecuritySet(BOOK, Security.DISARMED)


def test_a_pad_that_dies_leaves_nothing_to_write_to() -> None:
    class Dying(Reader):
        def set_security(self, uid: TagUid, security: Security) -> None:
            raise OSError("gone")

    reader = Dying()
    place = Place(reader)
    place.hands.ear(reader)(TagSeen(BOOK))
    place.hands.perform(OPEN)
    assert place.told[-1] == SecurityNotSet(BOOK, Security.DISARMED)


def test_a_receipt_is_printed_when_the_printer_says_so_and_fails_without_one() -> None:
    printer = Printer()
    place = Place(printer)
    place.hands.perform(SLIP)
    assert place.told == []
    printer.asked.pop()(True)
    assert place.told == [ReceiptPrinted(HERS)]
    without = Place(Reader())
    without.hands.perform(SLIP)
    assert without.told == [ReceiptFailed(HERS)]
    assert (place.journal.kinds, without.journal.kinds) == ([Kind.RECEIPT_PRINTED], [Kind.RECEIPT_FAILED])


class Post:
    def __init__(self, taken: bool = True) -> None:
        self.letters: list[Letter] = []
        self.taken = taken

    def take(self, letter: Letter, done: Callable[[bool], None]) -> None:
        self.letters.append(letter)
        done(self.taken)


@pytest.mark.parametrize("at", [None, datetime(2026, 11, 1, 12, tzinfo=UTC)])
def test_a_letter_is_on_its_way_when_the_post_says_so_and_bears_the_time_of_its_visit(at: datetime | None) -> None:
    post = Post()
    place = Place(mailer=post)
    place.hands.perform(MailReceipt(HERS, ANNA, TO, Receipt(), at))
    (letter,) = post.letters
    assert (letter.session, letter.card, letter.to, letter.template) == (HERS, ANNA, TO, Rules().letterhead)
    assert letter.at == (at or datetime(2026, 11, 20, 14, tzinfo=ZoneInfo("Europe/Samara")))
    assert place.told == [ReceiptPrinted(HERS, Way.MAIL)]
    assert place.journal.kinds == []  # the post writes its own


def test_where_there_is_no_post_or_it_takes_nothing_the_reader_hears_so() -> None:
    for mailer in (None, Post(taken=False)):
        place = Place(mailer=mailer)
        place.hands.perform(MailReceipt(HERS, ANNA, TO, Receipt()))
        assert place.told == [ReceiptFailed(HERS, Way.MAIL)]


def test_what_is_printed_of_somebody_who_left_says_nothing_of_the_readers_own_receipt() -> None:
    printer = Printer()
    place = Place(printer)
    place.hands.perform(PrintReceipt(HERS, Receipt(), apart=True))
    printer.asked.pop()(True)
    Place().hands.perform(PrintReceipt(HERS, Receipt(), apart=True))
    assert (place.told, place.journal.kinds) == ([], [])


def test_the_end_of_a_session_clears_the_screen_first_and_tells_the_abis() -> None:
    place = Place()
    place.hands.perform(OpenSession(HERS))
    place.hands.perform(DescribeItem(SOLARIS))
    place.hands.perform(EndSession(HERS, ANNA))
    place.enquiries.start()
    place.abis.wait_for("item_info")
    place.enquiries.stop()
    assert place.ui.forgotten == 1
    assert place.journal.kinds == [Kind.SESSION_STARTED, Kind.SESSION_ENDED]
    assert place.abis.asked.index("end_session") < place.abis.asked.index("item_info")


@pytest.mark.parametrize(
    ("effect", "answer"),
    [
        (Record(HERS, Intent.CHECKOUT, SOLARIS, ANNA), NotRecorded(HERS, Intent.CHECKOUT, SOLARIS)),
        (SLIP, ReceiptFailed(HERS)),
        (MailReceipt(HERS, ANNA, TO, Receipt()), ReceiptFailed(HERS, Way.MAIL)),
        (TryPrinter(), PrinterTried(printed=False)),
        (Note(Kind.STAFF_CALLED, HERS), None),
    ],
)
def test_what_could_not_even_be_begun_is_answered_as_not_done(
    effect: Effect, answer: Event | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("Иванова Анна")

    post = Post()
    monkeypatch.setattr(post, "take", broken)
    place = Place(Printer(), mailer=post)
    for name in ("record", "note"):
        monkeypatch.setattr(place.scribe, name, broken)
    monkeypatch.setattr(place.hands._printer, "print_receipt", broken)
    place.hands.perform(effect)
    assert place.told == ([answer] if answer else [])


class Door:
    """As much of a `StaffDesk` as hands reach for."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def heard(self, event: Event) -> Event:
        return StaffCardShown(event.card) if isinstance(event, CardRead) else event

    def check(self, asked: CheckStaff) -> None:
        if asked.card == ANNA:
            raise RuntimeError("broken")
        self.asked.append(asked)

    def restart(self) -> None:
        self.asked.append("restart")


def test_what_staff_want_reaches_whoever_does_it() -> None:
    printer, door = Printer(), Door()
    place = Place(printer, staff=door)  # type: ignore[arg-type]
    asked = CheckStaff(CardNumber("9000"), Secret("739164"))
    for effect in (asked, Restart(), TryPrinter(), CheckStaff(ANNA, Secret("739164"))):
        place.hands.perform(effect)
    assert door.asked == [asked, "restart"]
    assert place.told == [StaffRefused(ANNA, 0, minutes=1)]
    place.hands.ear(Reader())(CardRead(ANNA))
    assert place.told[-1] == StaffCardShown(ANNA)
    place = Place()
    place.hands.perform(TryPrinter())
    assert place.told == [PrinterTried(printed=False)]
    place.hands.perform(asked)  # nobody knows any staff here: it is logged


def test_a_visit_that_never_counted_ends_on_the_screen_alone() -> None:
    place = Place()
    made_up = Pretended(HERS, Touched())
    place.hands.perform(Pretend(made_up))
    place.hands.perform(EndSession(HERS, None, trial=True))
    assert (place.told, place.ui.forgotten, place.journal.kinds) == ([made_up], 1, [])
    assert place.enquiries.quiet


def test_who_did_it_is_journaled() -> None:
    place = Place()
    place.hands.perform(Note(Kind.STAFF_DID, topic="cleaning", staff=StaffId("olga")))
    assert [dict(row.data) for row in place.journal.rows] == [{"topic": "cleaning", "staff": "olga"}]


def test_a_record_is_told_with_the_name_of_its_transaction() -> None:
    place = Place()
    place.hands.perform(Record(HERS, Intent.OFFLINE_CHECKOUT, SOLARIS, ANNA, due=date(2026, 12, 4), unknown=True))
    assert place.told == [Recorded(HERS, Intent.OFFLINE_CHECKOUT, SOLARIS, TXN)]
    assert place.journal.rows[0].data == {"unknown": True, "due": "2026-12-04"}
