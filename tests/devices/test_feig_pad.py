"""Rounds at the pad, with real bytes in virtual time: an hour of them takes a moment."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.drivers.feig.exchange import Exchange, NoAnswer
from devices.drivers.feig.field import LOANED, SECURED, Field, VirtualTag, tag_of_2, tag_of_3
from devices.drivers.feig.pad import REMEMBERED, Order, Orders, Pad
from devices.drivers.feig.reader import Reader, Refused
from devices.drivers.feig.settings import Settings
from devices.drivers.feig.sim import Fault, SimReader
from devices.tags.content import TagContent
from devices.tags.content import Usage as Written
from devices.transport.port import WireFault
from devices.transport.simline import LineFault, MemoryLine, Sent, VirtualTime
from kiosk.domain.ids import CardNumber, TagUid
from kiosk.domain.items import Security, Usage
from kiosk.events import CardRead, Event, SecurityNotSet, SecuritySet, TagLost, TagRead, TagSeen, TagUnreadable

SOLARIS, ROADSIDE, CARD = "30234000517861", "30234000517879", "21234000024172"
ARMED, DISARMED = Security.ARMED, Security.DISARMED


def uid(number: int) -> bytes:
    return b"\xe0\x04\x01\x50" + (number * 2654435761 & 0xFFFFFFFF).to_bytes(4, "big")


def name(number: int) -> TagUid:
    return TagUid(uid(number).hex().upper())


def book(number: int, item: str = "", **said: Any) -> VirtualTag:
    return tag_of_2(uid(number), item or f"302340005{number:05}", owner="RU-10015053", **said)


class Desk:
    """A pad with a reader in software behind a line in memory."""

    def __init__(self, *tags: VirtualTag, faults: set[Fault] | None = None, **settings: Any) -> None:
        self.settings = Settings(wire="/dev/pad", **settings)
        self.field = Field(tags)
        self.sim = SimReader(self.field, faults=faults or set())
        self.time = VirtualTime()
        self.line = MemoryLine(self.sim, self.time)
        self.orders = Orders()
        self.orders.open()
        self.events: list[Event] = []
        exchange = Exchange(self.line, self.settings, self.time)
        self.pad = Pad(Reader(exchange, self.settings), self.settings, self.orders, self.tell, self.time)

    def tell(self, event: Event) -> None:
        self.events.append(event)

    def rounds(self, count: int = 4) -> list[Event]:
        """Run so many rounds; return what was told in them."""
        before = len(self.events)
        for _ in range(count):
            self.pad.round()
            self.time.wait(self.pad.pause)
        return self.events[before:]

    def order(self, number: int, security: Security) -> list[Event]:
        self.orders.put(Order(name(number), security), self.tell)
        return self.rounds(1)


def kinds(events: list[Event]) -> list[type[Event]]:
    return [type(event) for event in events]


# --- coming, being read, leaving -------------------------------------------------------------------------------------


def test_a_book_laid_down_is_seen_and_read_within_a_quarter_of_a_second() -> None:
    desk = Desk()
    assert desk.rounds(3) == []
    laid = desk.time.now
    desk.field.lay(book(1, SOLARIS))
    seen, read = desk.rounds(3)
    assert seen == TagSeen(name(1))
    assert isinstance(read, TagRead)
    assert (read.facts.uid, read.facts.item, read.facts.owner) == (name(1), SOLARIS, "RU-10015053")
    assert (read.facts.usage, read.facts.security) == (Usage.CIRCULATION, ARMED)
    assert desk.time.now - laid < 0.25
    assert desk.rounds(20) == []


def test_what_the_first_look_at_the_pad_saw_lay_there_before_and_what_comes_after_it_did_not() -> None:
    desk = Desk(book(1))
    desk.rounds(2)
    assert not desk.pad.looked
    desk.field.lay(book(2))  # shaded by its neighbour until now
    desk.rounds(1)
    assert desk.pad.looked
    desk.field.lay(book(3))
    desk.rounds(9)
    found = {event.uid: event.found for event in desk.events if isinstance(event, TagSeen)}
    assert found == {name(1): True, name(2): True, name(3): False}


def test_a_book_lifted_is_lost_after_the_rounds_that_missed_it() -> None:
    desk = Desk(book(1))
    desk.rounds()
    desk.field.lift(uid(1))
    assert desk.rounds(3) == []
    assert desk.rounds(1) == [TagLost(name(1))]


def test_a_stray_seen_twice_is_never_told_of() -> None:
    desk = Desk()
    for _ in range(10):
        desk.field.lay(book(1))
        desk.rounds(2)
        desk.field.clear()
        desk.rounds(1)
    assert desk.events == []


def test_forty_books_come_by_several_answers_to_one_inventory() -> None:
    desk = Desk(*(book(number) for number in range(40)))
    desk.rounds(3)
    assert sorted(e.facts.item for e in desk.events if isinstance(e, TagRead)) == [
        f"302340005{n:05}" for n in range(40)
    ]


def test_ten_books_are_read_well_within_two_seconds() -> None:
    desk = Desk(*(book(number) for number in range(10)))
    desk.rounds(3)
    assert kinds(desk.events).count(TagRead) == 10
    assert desk.time.now < 1.3


def test_a_reader_that_names_a_tag_twice_is_not_believed() -> None:
    assert kinds(Desk(book(1), faults={Fault.DUPLICATE_UID}).rounds(9)) == [TagSeen, TagRead]


@pytest.mark.parametrize("model", [tag_of_2, tag_of_3])
@pytest.mark.parametrize("order", ["auto", "msb_first"])
def test_either_model_in_either_order_of_bytes(model: Callable[..., VirtualTag], order: str) -> None:
    desk = Desk(model(uid(1), SOLARIS, owner="DK-718500"), block_order=order)
    _, read = desk.rounds()
    assert isinstance(read, TagRead)
    assert (read.facts.item, read.facts.owner) == (SOLARIS, "DK-718500")
    if order == "auto":
        desk.sim.msb_first = False
        desk.field.lay(model(uid(2), ROADSIDE))
        assert isinstance(desk.rounds()[1], TagRead)


def test_a_long_record_is_read_on_and_a_short_tag_not_beyond_its_end() -> None:
    long = tag_of_2(uid(1), "LIBRARY-ITEM-0001", owner="CN-110108-1-NLC", part="1203")
    short = tag_of_3(uid(2), ROADSIDE, owner="DE-705", blocks=8)
    facts = [event.facts for event in Desk(long, short).rounds() if isinstance(event, TagRead)]
    assert {(one.item, one.owner, one.parts, one.part) for one in facts} == {
        ("LIBRARY-ITEM-0001", "CN-110108-1-NLC", 12, 3),
        (ROADSIDE, "DE-705", 1, 1),
    }


@pytest.mark.parametrize(
    ("written", "usage"),
    [
        (Written.NOT_FOR_LOAN, Usage.NOT_FOR_LOAN),
        (Written.DISCARDED, Usage.OTHER),
        (Written.NO_INFORMATION, Usage.CIRCULATION),
    ],
)
def test_what_the_tag_is_stuck_on(written: Written, usage: Usage) -> None:
    _, read = Desk(book(1, usage=written)).rounds()
    assert isinstance(read, TagRead)
    assert read.facts.usage is usage


@pytest.mark.parametrize(("afi", "security"), [(SECURED, ARMED), (LOANED, DISARMED), (0x00, None)])
def test_the_security_bit_is_read_along(afi: int, security: Security | None) -> None:
    tag = book(1)
    tag.afi = afi
    _, read = Desk(tag).rounds()
    assert isinstance(read, TagRead)
    assert read.facts.security is security


def test_a_readers_card_among_the_books_is_a_card_and_never_a_book() -> None:
    desk = Desk(book(1, CARD, usage=Written.PATRON_CARD))
    assert desk.rounds() == [CardRead(CardNumber(CARD))]
    desk.field.clear()
    assert desk.rounds(9) == []


def test_a_blank_tag_is_told_of_once() -> None:
    desk = Desk(VirtualTag(uid(1), bytearray(112)))
    assert desk.rounds(9) == [TagSeen(name(1), found=True), TagUnreadable(name(1))]


def test_a_tag_that_cannot_tell_its_security_is_read_without_it() -> None:
    desk = Desk(book(1, SOLARIS), faults={Fault.NO_SYSTEM_INFORMATION})
    _, read = desk.rounds()
    assert isinstance(read, TagRead)
    assert (read.facts.item, read.facts.security) == (SOLARIS, None)


class Deaf(SimReader):
    """Finds tags but cannot read `left` of their blocks."""

    left = 2

    def _read(self, *arguments: Any) -> Any:
        if self.left:
            self.left -= 1
            return self._do(b"\xb0\x23\x00")
        return super()._read(*arguments)


def deaf(*tags: VirtualTag, left: int) -> Desk:
    desk = Desk(*tags)
    desk.sim = Deaf(desk.field)
    desk.sim.left = left
    desk.line.device = desk.sim
    return desk


def test_a_tag_hard_to_read_is_seen_at_once_and_read_when_it_can_be() -> None:
    assert kinds(deaf(book(1), left=2).rounds(9)) == [TagSeen, TagRead]


def test_a_tag_that_cannot_be_read_three_times_is_unreadable() -> None:
    assert kinds(deaf(book(1), left=99).rounds(9)) == [TagSeen, TagUnreadable]


def test_a_card_hard_to_read_stops_being_a_book_before_it_is_a_card() -> None:
    desk = deaf(book(1, CARD, usage=Written.PATRON_CARD), left=1)
    assert desk.rounds() == [TagSeen(name(1), found=True), TagLost(name(1)), CardRead(CardNumber(CARD))]


def test_a_book_laid_down_again_is_not_read_again_but_its_security_is() -> None:
    tag = book(1, SOLARIS)
    desk = Desk(tag)
    desk.rounds()
    desk.field.clear()
    desk.rounds(9)
    tag.afi = LOANED
    desk.field.lay(tag)
    asked, (_, read) = desk.sim.exchanges, desk.rounds(3)
    assert isinstance(read, TagRead)
    assert (read.facts.item, read.facts.security) == (SOLARIS, DISARMED)
    assert desk.sim.exchanges - asked == 4  # three rounds and its system information


def test_after_a_minute_away_a_tag_may_have_been_rewritten() -> None:
    desk = Desk(book(1, SOLARIS))
    desk.rounds()
    desk.field.clear()
    desk.rounds(9)
    desk.time.wait(REMEMBERED + 1)
    desk.field.lay(book(1, ROADSIDE))
    _, read = desk.rounds()
    assert isinstance(read, TagRead)
    assert read.facts.item == ROADSIDE


def test_a_reader_that_reports_each_tag_once_is_found_out() -> None:
    desk = Desk(book(1), book(2), faults={Fault.ONCE_ONLY})
    desk.rounds(8)
    assert sorted(kinds(desk.events), key=str) == sorted([TagSeen, TagRead] * 2, key=str)
    assert desk.rounds(20) == []
    desk.field.lift(uid(1))
    assert desk.rounds(9) == [TagLost(name(1))]


def test_a_reader_configured_to_be_reset_each_round() -> None:
    assert kinds(Desk(book(1), faults={Fault.ONCE_ONLY}, rf_reset=True).rounds(3)) == [TagSeen, TagRead]


def test_when_the_reader_is_gone_so_are_the_books() -> None:
    desk = Desk(book(1), book(2, CARD, usage=Written.PATRON_CARD))
    desk.rounds()
    desk.line.plugged = False
    with pytest.raises(WireFault):
        desk.rounds(1)
    desk.events.clear()
    desk.pad.end()
    assert desk.events == [TagLost(name(1))]


def test_rounds_slow_down_when_nothing_happens_and_hurry_when_something_does() -> None:
    desk = Desk(book(1), idle_seconds=0.2)
    desk.rounds(30)
    assert desk.pad.pause == 0.2
    desk.field.lay(book(2))
    desk.rounds(1)
    assert desk.pad.pause < 0.05


# --- the security bit ------------------------------------------------------------------------------------------------


def test_a_bit_is_written_read_back_and_nobody_elses_is_touched() -> None:
    lent, other = book(1), book(2)
    desk = Desk(lent, other)
    desk.rounds()
    assert desk.order(1, DISARMED) == [SecuritySet(name(1), DISARMED)]
    assert (lent.afi, other.afi) == (LOANED, SECURED)
    assert desk.order(1, ARMED) == [SecuritySet(name(1), ARMED)]
    assert lent.afi == SECURED


def test_a_bit_that_is_so_already_is_read_back_and_not_written_again() -> None:
    desk = Desk(book(1))
    desk.rounds()
    asked = desk.sim.exchanges
    assert desk.order(1, ARMED) == [SecuritySet(name(1), ARMED)]
    assert desk.sim.exchanges - asked == 2  # read back, and the round's inventory


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault.WRITE_ERROR, SecurityNotSet),
        (Fault.WRITE_LOST, SecurityNotSet),
        (Fault.WRITE_UNANSWERED, SecuritySet),
        (Fault.TAG_LEAVES_MID_WRITE, SecurityNotSet),
        (Fault.AFI_LOCKED, SecurityNotSet),
        (Fault.NO_SYSTEM_INFORMATION, SecurityNotSet),
        (Fault.RF_ERROR, SecurityNotSet),
    ],
)
def test_what_is_reported_is_what_was_read_back(fault: Fault, outcome: type[Event]) -> None:
    tag = book(1)
    desk = Desk(tag)
    desk.rounds()
    desk.sim.faults = {fault}
    desk.orders.put(Order(name(1), DISARMED), desk.tell)
    try:
        desk.rounds(1)
    except Refused:
        assert fault is Fault.RF_ERROR
    assert kinds(desk.events)[-1] is outcome
    if outcome is SecuritySet:
        assert tag.afi == LOANED


def test_a_tag_that_is_not_there_is_not_set() -> None:
    desk = Desk()
    assert desk.order(1, DISARMED) == [SecurityNotSet(name(1), DISARMED)]


class Lifted(SimReader):
    """`away` leaves at the first word spoken to a tag and is back after so many more requests of any kind."""

    away: VirtualTag | None = None
    requests = 0

    def _do(self, body: bytes) -> Any:
        if self.away is not None and (body[1:2] != b"\x01" or self.pad.get(self.away.uid) is None):
            self.pad.lift(self.away.uid)
            if self.requests == 0:
                self.pad.lay(self.away)
                self.away = None
            else:
                self.requests -= 1
        return super()._do(body)


@pytest.mark.parametrize("confirm", [1, 3])
@pytest.mark.parametrize("requests", range(30))
def test_a_book_lifted_for_however_short_while_it_is_disarmed_is_told_of_anew(requests: int, confirm: int) -> None:
    """Whoever asked waits for it to be laid down again, and asks again then."""
    tag = book(1, SOLARIS)
    desk = Desk(tag, book(2, ROADSIDE), confirm_rounds=confirm)
    desk.line.device = desk.sim = reader = Lifted(desk.field)
    desk.rounds()
    desk.events.clear()
    reader.away, reader.requests = tag, requests
    desk.order(1, DISARMED)
    desk.rounds(40)
    assert reader.away is None
    if SecurityNotSet(name(1), DISARMED) not in desk.events:
        assert desk.events == [SecuritySet(name(1), DISARMED)]
        return
    assert kinds(desk.events) == [TagLost, SecurityNotSet, TagSeen, TagRead]
    assert desk.order(1, DISARMED) == [SecuritySet(name(1), DISARMED)]
    assert desk.rounds(9) == []


def test_a_book_whose_bit_could_not_be_written_is_told_of_anew_after_one_round_without_it() -> None:
    tag = book(1, SOLARIS)
    desk = Desk(tag)
    desk.rounds()
    desk.sim.faults = {Fault.WRITE_LOST}
    assert desk.order(1, DISARMED) == [SecurityNotSet(name(1), DISARMED)]
    assert desk.rounds(9) == []
    desk.field.lift(tag.uid)
    assert desk.rounds(1) == [TagLost(name(1))]
    desk.field.lay(tag)
    assert kinds(desk.rounds(3)) == [TagSeen, TagRead]


def test_a_tag_that_is_found_and_never_answers_does_not_come_and_go_for_ever() -> None:
    desk = Desk(book(1, SOLARIS))
    desk.rounds()
    desk.line.device = desk.sim = mute = Mute(desk.field)
    assert desk.order(1, DISARMED) == [TagLost(name(1)), SecurityNotSet(name(1), DISARMED)]
    assert desk.rounds(50) == []
    mute.answers = True
    assert kinds(desk.rounds(1)) == [TagSeen, TagRead]


class Mute(SimReader):
    """Finds tags; none of them answers."""

    answers = False

    def _on_tag(self, *arguments: Any) -> Any:
        return super()._on_tag(*arguments) if self.answers else self._do(b"\x6f")


def test_a_neighbour_that_leaves_while_another_is_read_is_not_told_of_any_more() -> None:
    tags = book(1), book(2)
    desk = Desk(*tags)
    told = desk.tell

    def lift_the_other(event: Event) -> None:
        told(event)
        if isinstance(event, TagRead) and len(desk.events) == 2:
            (other,) = {name(1), name(2)} - {event.facts.uid}
            desk.field.lift(bytes.fromhex(other))
            desk.orders.put(Order(other, DISARMED), desk.tell)

    desk.pad._emit = lift_the_other
    assert kinds(desk.rounds(9)) == [TagSeen, TagRead, SecurityNotSet]


def test_a_lent_book_is_disarmed_before_its_neighbours_are_read() -> None:
    desk = Desk(*(book(number) for number in range(5)))
    told = desk.tell

    def lend_the_first(event: Event) -> None:
        told(event)
        if isinstance(event, TagRead) and len(desk.events) == 2:
            desk.orders.put(Order(event.facts.uid, DISARMED), desk.tell)

    desk.pad._emit = lend_the_first
    desk.rounds(3)
    assert kinds(desk.events)[:4] == [TagSeen, TagRead, SecuritySet, TagSeen]


def test_the_surveillance_bit_is_written_along_where_gates_listen_to_it() -> None:
    tag = book(1)
    desk = Desk(tag, use_eas=True)
    desk.rounds()
    desk.order(1, DISARMED)
    assert (tag.afi, tag.eas) == (LOANED, False)
    desk.order(1, ARMED)
    assert (tag.afi, tag.eas) == (SECURED, True)


def test_other_values_of_the_security_byte() -> None:
    tag = book(1)
    desk = Desk(tag, afi_secured=0xD7, afi_loaned=0xDA)
    desk.rounds()
    desk.order(1, ARMED)
    assert tag.afi == 0xD7
    desk.order(1, DISARMED)
    assert tag.afi == 0xDA


def test_while_no_reader_is_there_an_order_is_refused_at_once() -> None:
    desk = Desk(book(1))
    desk.orders.put(Order(name(1), ARMED), desk.tell)
    desk.orders.close(desk.tell)
    desk.orders.put(Order(name(1), DISARMED), desk.tell)
    assert desk.events == [SecurityNotSet(name(1), ARMED), SecurityNotSet(name(1), DISARMED)]


# --- a bad line ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", LineFault)
def test_a_round_on_a_bad_line_tells_nothing_untrue_and_the_next_good_one_goes_on(fault: LineFault) -> None:
    desk = Desk(book(1, SOLARIS), book(2, ROADSIDE))
    desk.rounds()
    desk.events.clear()
    desk.line.faults = {fault}
    for _ in range(5):
        _round_or_none(desk)
    desk.line.faults = set()
    desk.time.wait(10)
    assert desk.rounds(4) == []
    assert desk.events == []


class Sluggish(SimReader):
    """Every fifth answer comes late, when something else has been asked."""

    late = 0.0

    def receive(self, arrived: bytes, now: float) -> list[Sent]:
        late = self.late if self.exchanges % 5 == 4 else 0.0
        return [Sent(sent.after + late, sent.data) for sent in super().receive(arrived, now)]


@pytest.mark.parametrize("late", [0.2, 0.21, 0.22, 0.23, 0.24, 0.25, 0.4])
def test_an_answer_that_comes_too_late_is_never_taken_for_the_next_tags(late: float) -> None:
    """The driver waits 0.2 s. Blocks say nothing of the tag they are from: only the order of answers does."""
    desk = Desk(answer_seconds=0.2)
    desk.sim = Sluggish(Field([book(1, SOLARIS), book(2, ROADSIDE)]))
    desk.sim.late = late
    desk.line.device = desk.sim
    exchange = Exchange(desk.line, desk.settings, desk.time)
    reader = Reader(exchange, desk.settings)
    read = 0
    for number in range(200):
        try:
            said = reader.content(uid(1 + number % 2), dsfid=6, blocks=28)
        except NoAnswer:
            continue
        assert isinstance(said, TagContent)
        assert said.item == (SOLARIS, ROADSIDE)[number % 2]
        read += 1
    assert read > 50


def test_a_pad_whose_answers_come_late_now_and_then_still_tells_nothing_untrue() -> None:
    desk = Desk(answer_seconds=0.2, confirm_rounds=1, forget_rounds=1)
    desk.sim = Sluggish(desk.field)
    desk.sim.late = 0.22
    desk.line.device = desk.sim
    for number in range(0, 120, 3):
        desk.field.clear()
        desk.field.lay(book(number), book(number + 1), book(number + 2))
        for _ in range(3):
            _round_or_none(desk)
    truth = {name(number): f"302340005{number:05}" for number in range(120)}
    reads = [event.facts for event in desk.events if isinstance(event, TagRead)]
    assert len(reads) > 20
    assert all(facts.item == truth[facts.uid] for facts in reads)


class Chatter:
    """A line on which noise never ends."""

    def __init__(self, time: VirtualTime) -> None:
        self.time = time

    def read(self, most: int, timeout: float) -> bytes:
        self.time.wait(0.001)
        return b"\x00\xff"

    def write(self, data: bytes) -> None: ...
    def close(self) -> None: ...


def test_a_line_that_never_falls_silent_is_no_answer() -> None:
    time = VirtualTime()
    settings = Settings(wire="/dev/pad", answer_seconds=0.5)
    with pytest.raises(NoAnswer):
        Exchange(Chatter(time), settings, time).ask(b"\xb0\x01\x00")
    assert time.now < 1.0


def test_a_reader_that_always_has_more_is_left_in_the_end() -> None:
    class Endless(SimReader):
        def _inventory(self, more: bool) -> Any:
            return replace(super()._inventory(more=False), status=0x94)

    desk = Desk(book(1))
    desk.line.device = Endless(desk.field)
    assert kinds(desk.rounds(3)) == [TagSeen, TagRead]


def test_a_reader_of_an_unknown_kind_is_refused_in_words() -> None:
    class Stranger(SimReader):
        def _do(self, body: bytes) -> Any:
            return replace(super()._do(body), data=b"\x01")

    desk = Desk(book(1))
    desk.line.device = Stranger(desk.field)
    reader = Reader(Exchange(desk.line, desk.settings, desk.time), desk.settings)
    for ask in (reader.version, lambda: reader.information(uid(1)), lambda: reader.content(uid(1), 6, 28)):
        with pytest.raises(Refused, match="report its model"):
            ask()


def test_what_is_told_of_another_tag_is_not_believed() -> None:
    class Confused(SimReader):
        def _one(self, command: int, tag: VirtualTag, *rest: Any) -> Any:
            return super()._one(command, book(9), *rest)

    desk = Desk(book(1))
    desk.line.device = Confused(desk.field)
    with pytest.raises(Refused):
        Reader(Exchange(desk.line, desk.settings, desk.time), desk.settings).information(uid(1))


def test_advanced_frames_where_the_reader_is_configured_so() -> None:
    assert kinds(Desk(book(1), frames="advanced").rounds(3)) == [TagSeen, TagRead]


def test_a_driver_that_is_being_stopped_asks_nothing_more() -> None:
    desk = Desk(book(1))
    desk.time.stopped = True
    with pytest.raises(NoAnswer):
        desk.rounds(1)
    assert desk.sim.exchanges == 0


def _round_or_none(desk: Desk) -> None:
    try:
        desk.rounds(1)
    except (Refused, NoAnswer):
        desk.time.wait(0.1)


# --- any story at all ------------------------------------------------------------------------------------------------

BOOKS = {number: book(number) for number in range(4)}
moves = st.one_of(
    st.tuples(st.just("lay"), st.integers(0, 3)),
    st.tuples(st.just("lift"), st.integers(0, 3)),
    st.tuples(st.just("arm"), st.integers(0, 3)),
    st.tuples(st.just("disarm"), st.integers(0, 3)),
    st.tuples(st.just("reader"), st.sets(st.sampled_from(Fault), max_size=2)),
    st.tuples(st.just("line"), st.sets(st.sampled_from(LineFault), max_size=1)),
    st.tuples(st.just("well"), st.none()),
    st.tuples(st.just("rounds"), st.integers(1, 6)),
)


@given(st.lists(moves, max_size=40))
def test_whatever_happens_what_is_told_is_true(story: list[tuple[str, Any]]) -> None:
    desk = Desk(answer_seconds=0.2)
    lying: set[TagUid] = set()
    ordered, answered = 0, 0
    tags = {number: book(number) for number in range(4)}
    by_name = {name(number): tag for number, tag in tags.items()}

    def hear(event: Event) -> None:
        nonlocal answered
        match event:
            case TagSeen(seen):
                assert seen not in lying
                lying.add(seen)
            case TagLost(lost):
                lying.remove(lost)
            case TagRead(facts):
                assert facts.uid in lying
                assert facts.item == next(f"302340005{n:05}" for n in tags if name(n) == facts.uid)
                assert (
                    facts.security is (ARMED if by_name[facts.uid].afi == SECURED else DISARMED) or not facts.security
                )
            case SecuritySet(done, security):
                assert by_name[done].afi == (SECURED if security is ARMED else LOANED)
                answered += 1
            case SecurityNotSet():
                answered += 1

    desk.pad._emit = hear
    for move, what in [*story, ("well", None), ("rounds", 3)]:
        match move:
            case "lay":
                desk.field.lay(tags[what])
            case "lift":
                desk.field.lift(uid(what))
            case "arm" | "disarm":
                ordered += 1
                desk.orders.put(Order(name(what), ARMED if move == "arm" else DISARMED), hear)
            case "reader":
                desk.sim.faults = what
            case "line":
                desk.line.faults = what
            case "well":
                desk.sim.faults, desk.line.faults = set(), set()
                desk.time.wait(10)
            case "rounds":
                for _ in range(what):
                    _round_or_none(desk)
    assert answered == ordered
