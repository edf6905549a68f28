"""The scribe: what is written of what was done, and for whose sake a tag was changed."""

from collections.abc import Callable
from datetime import date

from kiosk.app import scribe as module
from kiosk.app.scribe import REMEMBERED, Scribe
from kiosk.domain.ids import CardNumber, ItemId, SessionId, TagUid, TxnId
from kiosk.domain.items import Loan, Security
from kiosk.domain.records import Entry, Kind
from kiosk.domain.refusal import Reason, Refusal
from kiosk.effects import Record, SetSecurity
from kiosk.events import (
    CheckoutApproved,
    CheckoutRefused,
    Event,
    Intent,
    NotRecorded,
    Recorded,
    SecurityNotSet,
    SecuritySet,
)
from kiosk.ports.journal import JournalFault
from tests.kiosk.standins import MemoryJournal

HERS, ANNA, SOLARIS = SessionId("s-1"), CardNumber("20000000002001"), ItemId("1001")
BOOK, TXN = TagUid("E004010000000001"), TxnId("t-1")
APPROVED = Entry(Kind.CHECKOUT_APPROVED, HERS, TXN, ANNA, SOLARIS)
YES = CheckoutApproved(HERS, Loan(SOLARIS, due=date(2026, 12, 11)))
NO = CheckoutRefused(HERS, SOLARIS, Refusal(Reason.NOT_RECORDED))


class Place:
    def __init__(self) -> None:
        self.told: list[Event] = []
        self.faults: list[JournalFault | None] = []
        self.left_open = 0
        self.journal = MemoryJournal()
        self.scribe = Scribe(self.journal, self.told.append, lambda: TXN, self.faults.append, self.leave)

    def leave(self) -> None:
        self.left_open += 1


def test_nothing_is_told_before_it_is_on_disk() -> None:
    place = Place()
    waiting: list[Callable[[JournalFault | None], None]] = []
    place.journal.append = lambda entries, done: waiting.append(done)  # type: ignore[method-assign]
    place.scribe.record(Record(HERS, Intent.CHECKOUT, SOLARIS, ANNA))
    place.scribe.answer(APPROVED, YES, NO)
    place.scribe.confirm(SecuritySet(BOOK, Security.DISARMED))
    assert place.told == []
    for done in waiting:
        done(None)
    assert place.told == [
        Recorded(HERS, Intent.CHECKOUT, SOLARIS, TXN),
        YES,
        SecuritySet(BOOK, Security.DISARMED),
    ]


def test_a_repair_without_a_name_ends_the_transaction_that_moved_the_copy() -> None:
    place = Place()
    place.scribe.answer(APPROVED, YES, NO)
    place.scribe.about_to_write(SetSecurity(BOOK, Security.DISARMED, SOLARIS))  # seen again, long after
    place.scribe.confirm(SecuritySet(BOOK, Security.DISARMED))
    assert [(row.kind, row.txn) for row in place.journal.rows[1:]] == [(Kind.TAG_DISARMED, TXN)]


def test_two_orders_for_one_tag_are_told_apart() -> None:
    place = Place()
    other = TxnId("t-2")
    place.scribe.about_to_write(SetSecurity(BOOK, Security.DISARMED, SOLARIS, TXN))
    place.scribe.about_to_write(SetSecurity(BOOK, Security.ARMED, SOLARIS, other))
    place.scribe.confirm(SecuritySet(BOOK, Security.DISARMED))
    place.scribe.confirm(SecurityNotSet(BOOK, Security.ARMED))
    assert [(row.kind, row.txn) for row in place.journal.rows] == [
        (Kind.TAG_DISARMED, TXN),
        (Kind.TAG_NOT_WRITTEN, other),
    ]


def test_a_bit_that_changed_is_told_even_where_the_journal_is_full() -> None:
    place = Place()
    place.journal.fault = JournalFault("full")
    place.scribe.confirm(SecuritySet(BOOK, Security.DISARMED))
    assert place.told == [SecuritySet(BOOK, Security.DISARMED)]


def test_an_approval_that_cannot_be_written_is_no_loan_and_is_asked_about_later() -> None:
    place = Place()
    place.journal.fault = JournalFault("full")
    place.scribe.answer(APPROVED, YES, NO)
    assert place.told == [NO]
    assert place.left_open == 1
    assert place.faults == [place.journal.fault]


def test_a_barcode_that_is_none_is_refused_and_is_no_fault_of_the_journal() -> None:
    place = Place()
    for item in (ItemId("9" * 300), ItemId("\ud800")):
        place.scribe.record(Record(HERS, Intent.CHECKOUT, item, ANNA))
        assert place.told.pop() == NotRecorded(HERS, Intent.CHECKOUT, item)
    assert place.faults == []
    assert place.journal.rows == []


def test_a_disk_that_hangs_does_not_hang_the_abis_thread(monkeypatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    place = Place()
    place.journal.append = lambda entries, done: None  # type: ignore[method-assign]
    assert place.scribe.write_now(APPROVED) is False


def test_it_remembers_no_more_than_it_may() -> None:
    place = Place()
    for number in range(REMEMBERED * 2):
        place.scribe.about_to_write(SetSecurity(TagUid(f"{number:016X}"), Security.ARMED, ItemId(str(number))))
        place.scribe.moved(ItemId(str(number)), TXN)
        place.scribe.tagged(ItemId(str(number)), BOOK)
    assert {len(kept) for kept in (place.scribe._writes, place.scribe._moved, place.scribe._tags)} == {REMEMBERED}


def test_what_is_recorded_of_a_copy_names_its_tag_so_that_recovery_knows_there_is_one() -> None:
    place = Place()
    place.scribe.tagged(SOLARIS, BOOK)
    place.scribe.record(Record(HERS, Intent.CHECKOUT, SOLARIS, ANNA))
    place.scribe.record(Record(HERS, Intent.CHECKOUT, ItemId("1002"), ANNA))  # scanned
    assert [row.tag for row in place.journal.rows] == [BOOK, None]
