"""What was left unfinished: asked about once nobody is at work on it, owed to its tag, and never sent again."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.app.recovery import PAUSE, Recovery
from kiosk.domain.health import Health, State
from kiosk.domain.ids import CardNumber, ItemId, SessionId, TagUid, TxnId
from kiosk.domain.items import ItemInfo, Standing
from kiosk.domain.records import Entry, Kind
from kiosk.events import Event, Recovered
from kiosk.ports.abis import NotSent, Unreachable
from sync.journal.delivery import State as Delivered
from sync.journal.journal import StationJournal
from sync.journal.recovery import BARRED
from tests.kiosk.standins import HeldClock, ScriptedAbis

ANNA, HERS, NEXT = CardNumber("20000000002001"), SessionId("s-1"), SessionId("s-2")
SOLARIS, LAURUS, BOOK = ItemId("1001"), ItemId("1002"), TagUid("E004010000000001")
FIRST, SECOND = TxnId("t-1"), TxnId("t-2")


class Place:
    """A journal, and the recovery of a station that starts with it."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.abis, self.told = HeldClock(), ScriptedAbis(), list[Event]()
        self.moved: dict[ItemId, TxnId] = {}
        self.quiet = True
        self.journal = StationJournal(folder / "journal.db", self.clock)
        self.journal.start()
        self.recovery = self.new()

    def new(self) -> Recovery:
        return Recovery(
            self.journal, self.abis, self.told.append, self.clock, self.moved.__setitem__, lambda: self.quiet
        )  # fmt: skip

    def wrote(self, *entries: Entry) -> None:
        self.journal.write(entries)

    def starts(self) -> None:
        self.recovery = self.new()
        self.recovery.begin()

    @property
    def kinds(self) -> list[str]:
        return [row.kind for row in self.journal.rows()]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.journal.close()


def intended(txn: TxnId = FIRST, item: ItemId = SOLARIS, session: SessionId = HERS) -> Entry:
    return Entry(Kind.CHECKOUT_INTENDED, session, txn, ANNA, item, BOOK)


def approved(txn: TxnId = FIRST, item: ItemId = SOLARIS) -> Entry:
    return Entry(Kind.CHECKOUT_APPROVED, HERS, txn, ANNA, item)


ENDED = Entry(Kind.SESSION_ENDED, HERS)
LENT: dict[str, object] = {
    "loans": {SOLARIS},
    "item_info": ItemInfo(SOLARIS, "Солярис", standing=Standing.ON_LOAN),
}


def test_a_question_without_an_answer_is_asked_about_and_the_tag_is_owed_to(place: Place) -> None:
    place.abis.script = LENT
    place.wrote(intended())
    asked = place.journal.now()
    place.starts()
    assert place.told == []
    place.recovery.run()
    assert place.kinds == [Kind.CHECKOUT_INTENDED, Kind.RETURNED_OFFLINE]
    assert place.told == [Recovered(frozenset(), frozenset({SOLARIS}), frozenset({SOLARIS}))]
    assert place.moved == {SOLARIS: FIRST}
    assert place.abis.asked == ["item_info", "loans"], "the outbox undoes it, and asks once more before it does"
    (owed,) = place.journal.deliveries()
    assert (owed.card, owed.state) == (ANNA, Delivered.UNKNOWN)
    assert owed.sent is not None
    assert owed.sent.boottime_ns <= asked.boottime_ns, "as old as the loan, not as the row that undoes it"


@pytest.mark.parametrize("cut_off", ["before its tag was armed", "after its tag was armed", "after the reader left"])
def test_a_loan_that_must_not_go_to_its_reader_opens_no_tag_and_is_undone(place: Place, cut_off: str) -> None:
    place.abis.script = LENT
    barred = replace(approved(), tag=BOOK, data={BARRED: True})
    armed = Entry(Kind.TAG_ARMED, None, FIRST, None, SOLARIS, BOOK)
    asked = place.journal.now()
    more = {"before its tag was armed": (), "after its tag was armed": (armed,), "after the reader left": (ENDED,)}
    place.wrote(intended(), barred, *more[cut_off])
    place.starts()
    assert place.told == [], "nothing is owed to open it"
    place.recovery.run()
    assert place.kinds[-1] == Kind.RETURNED_OFFLINE
    assert place.told == [Recovered(frozenset(), frozenset({SOLARIS}), frozenset({SOLARIS}))]
    (owed,) = place.journal.deliveries()
    assert (owed.card, owed.txn, owed.state) == (ANNA, FIRST, Delivered.UNKNOWN)
    assert owed.sent is not None
    assert owed.sent.boottime_ns <= place.journal.now().boottime_ns
    assert asked.boottime_ns <= owed.sent.boottime_ns
    assert place.journal.receipts_owed(ANNA) == () or cut_off != "after the reader left"
    place.starts()
    place.recovery.run()
    assert place.kinds.count(Kind.RETURNED_OFFLINE) == 1


def test_a_loan_that_must_not_go_to_its_reader_is_left_to_the_visit_that_returns_it(place: Place) -> None:
    place.starts()
    place.wrote(intended(), replace(approved(), tag=BOOK, data={BARRED: True}))
    place.recovery.want()
    place.recovery.run()
    assert place.kinds[-1] == Kind.CHECKOUT_APPROVED, "the reader is still there"
    place.wrote(ENDED)
    place.recovery.run()
    assert place.kinds[-1] == Kind.RETURNED_OFFLINE


def test_a_loan_that_its_reader_was_told_of_later_stands(place: Place) -> None:
    place.abis.script = LENT
    place.wrote(intended(), ENDED, intended(SECOND, session=NEXT))
    place.wrote(Entry(Kind.CHECKOUT_REFUSED, NEXT, SECOND, ANNA, SOLARIS, data={"reason": "ALREADY_YOURS"}))
    place.starts()
    place.recovery.run()
    assert place.kinds[-1] == Kind.CHECKOUT_APPROVED
    assert place.told == [Recovered(frozenset({SOLARIS}))]
    assert place.journal.deliveries() == ()


def test_what_was_lent_or_returned_since_is_closed_without_a_question(place: Place) -> None:
    place.wrote(intended(), approved(SECOND), Entry(Kind.CHECKIN_INTENDED, HERS, TxnId("t-3"), None, LAURUS))
    place.wrote(Entry(Kind.RETURNED_OFFLINE, NEXT, TxnId("t-4"), None, LAURUS))
    place.starts()
    place.recovery.run()
    assert place.abis.asked == []
    assert place.kinds[-2:] == [Kind.CHECKOUT_NOT_SENT, Kind.CHECKIN_NOT_SENT]
    place.recovery.run()
    assert len(place.kinds) == 6


def test_a_return_told_as_failed_is_undone_where_its_reader_took_the_book(place: Place) -> None:
    place.wrote(intended(), approved(), Entry(Kind.TAG_DISARMED, None, FIRST, None, SOLARIS, BOOK))
    place.wrote(Entry(Kind.CHECKIN_INTENDED, HERS, SECOND, ANNA, SOLARIS, BOOK))
    place.wrote(Entry(Kind.TAG_DISARMED, None, SECOND, None, SOLARIS, BOOK), ENDED)
    place.starts()
    place.recovery.run()
    assert place.kinds[-1] == Kind.LENT_OFFLINE
    (owed,) = place.journal.deliveries()
    assert (owed.kind, owed.txn, owed.card, owed.state) == (Kind.LENT_OFFLINE, SECOND, ANNA, Delivered.UNKNOWN)


def test_what_was_never_done_is_closed(place: Place) -> None:
    place.wrote(intended())
    place.starts()
    place.recovery.run()
    assert place.kinds == [Kind.CHECKOUT_INTENDED, Kind.CHECKOUT_NOT_SENT]
    assert place.told == []


def test_what_is_owed_to_a_tag_is_known_before_the_abis_answers(place: Place) -> None:
    place.wrote(intended(), approved(), intended(SECOND, LAURUS))
    place.wrote(Entry(Kind.LENT_OFFLINE, HERS, SECOND, ANNA, LAURUS))
    place.starts()
    assert place.told == [Recovered(frozenset({SOLARIS, LAURUS}), unconfirmed=frozenset({LAURUS}))]
    assert place.moved == {SOLARIS: FIRST, LAURUS: SECOND}
    assert place.abis.asked == []


def test_a_loan_lent_offline_and_confirmed_since_is_known_to_the_abis(place: Place) -> None:
    place.wrote(intended(SECOND, LAURUS), Entry(Kind.LENT_OFFLINE, HERS, SECOND, ANNA, LAURUS))
    place.wrote(Entry(Kind.REPLAY_CONFIRMED, None, SECOND, ANNA, LAURUS))
    place.starts()
    assert place.told == [Recovered(frozenset({LAURUS}))]


def test_what_was_repaired_since_is_not_owed_again(place: Place) -> None:
    place.wrote(intended(), approved())
    place.starts()
    place.told.clear()
    place.wrote(Entry(Kind.TAG_DISARMED, None, FIRST, None, SOLARIS, BOOK))
    place.recovery.run()
    assert place.told == []


def test_a_session_of_this_run_is_left_alone_while_anybody_is_at_work_on_it(place: Place) -> None:
    place.starts()
    place.wrote(intended())
    place.recovery.run()
    assert place.abis.asked == []  # she still stands there
    place.wrote(ENDED)
    place.quiet = False  # her request waits its turn
    place.recovery.run()
    assert place.abis.asked == []
    place.quiet = True
    place.recovery.run()
    assert place.kinds == [Kind.CHECKOUT_INTENDED, Kind.SESSION_ENDED, Kind.CHECKOUT_NOT_SENT]


def test_nothing_is_looked_for_where_nothing_was_left(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    place.starts()
    place.recovery.run()
    place.journal.close()
    place.recovery.run()
    place.recovery.abis_is_up()
    place.recovery.run()
    assert "recovery waits" not in caplog.text, "a closed journal would have been missed"


def test_an_abis_that_falls_silent_is_not_asked_about_the_rest(place: Place) -> None:
    place.abis.script = {"item_info": Unreachable("silent")}
    place.wrote(intended(), intended(SECOND, LAURUS))
    place.starts()
    place.recovery.run()
    assert place.abis.asked == ["item_info"]
    place.abis.script = {}
    place.recovery.run()
    assert place.abis.asked == ["item_info"]  # not at once
    place.recovery.abis_is_up()
    assert place.kinds[2:] == [Kind.CHECKOUT_NOT_SENT, Kind.CHECKOUT_NOT_SENT]


def test_a_list_that_the_abis_does_not_give_holds_up_nobody_else(place: Place) -> None:
    place.wrote(intended(), Entry(Kind.CHECKIN_INTENDED, NEXT, SECOND, None, LAURUS))
    place.starts()

    def titles_alone(card: CardNumber) -> frozenset[ItemId]:
        raise NotSent("this ABIS lists titles, not copies")

    place.abis.loans = titles_alone  # type: ignore[method-assign]
    place.recovery.run()
    assert place.kinds[2:] == [Kind.CHECKIN_ACCEPTED]
    asked = len(place.abis.asked)
    place.recovery.run()
    assert len(place.abis.asked) == asked
    place.clock.passes(PAUSE)
    place.recovery.run()
    assert len(place.abis.asked) == asked + 1


def test_a_journal_that_does_not_answer_is_asked_again_later(place: Place) -> None:
    place.wrote(intended())
    place.starts()
    place.journal.close()
    place.recovery.run()
    place.journal.start()
    place.clock.passes(PAUSE)
    place.recovery.run()
    assert place.kinds == [Kind.CHECKOUT_INTENDED, Kind.CHECKOUT_NOT_SENT]


def test_a_renewal_is_closed_and_not_asked_about(place: Place) -> None:
    place.abis.state = Health(State.ABSENT, "silent")
    place.wrote(Entry(Kind.RENEW_INTENDED, HERS, FIRST, ANNA, SOLARIS))
    place.starts()
    place.recovery.run()
    assert place.kinds == [Kind.RENEW_INTENDED, Kind.RENEW_UNKNOWN]
    assert place.abis.asked == []


def test_what_is_to_be_returned_and_was_opened_for_its_reader_since_is_not_sent_any_more(place: Place) -> None:
    place.wrote(Entry(Kind.RETURNED_OFFLINE, HERS, FIRST, ANNA, SOLARIS), Entry(Kind.TAG_ARMED, item=SOLARIS, tag=BOOK))
    (back,) = place.journal.deliveries()
    assert not place.journal.overtaken(back)
    place.wrote(Entry(Kind.LENT_OFFLINE, NEXT, SECOND, ANNA, LAURUS), Entry(Kind.TAG_DISARMED, item=LAURUS, tag=BOOK))
    assert not any(map(place.journal.overtaken, place.journal.deliveries())), "another book, and a loan of it"
    place.wrote(Entry(Kind.TAG_DISARMED, item=SOLARIS, tag=BOOK))
    assert place.journal.overtaken(back)


def test_a_return_and_the_loan_after_it_both_go_out(place: Place) -> None:
    place.wrote(Entry(Kind.RETURNED_OFFLINE, HERS, FIRST, None, SOLARIS))
    place.wrote(
        Entry(Kind.LENT_OFFLINE, NEXT, SECOND, ANNA, SOLARIS), Entry(Kind.TAG_DISARMED, None, SECOND, None, SOLARIS)
    )
    assert not any(map(place.journal.overtaken, place.journal.deliveries()))
