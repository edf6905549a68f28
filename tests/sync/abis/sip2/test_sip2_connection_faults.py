"""A line that goes wrong: never is a change sent twice, and always the truth is told about what may be done."""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import date
from types import ModuleType
from typing import Any

import pytest

from kiosk.domain.health import State
from kiosk.domain.ids import CardNumber, ItemId, Secret, TxnId
from kiosk.domain.items import Loan, Returned, Standing
from kiosk.domain.patrons import Patron
from kiosk.domain.refusal import Reason, Refusal
from kiosk.ports.abis import NotSent, Unreachable
from sync.sip2.faultline import Act, Heard, Meddler

ANNA, SOLARIS, WE = CardNumber("P1"), ItemId("B1"), ItemId("B2")
DUE = date(2026, 12, 11)
CHANGES = {"checkout": "11", "checkin": "09", "renew": "29"}


def change(abis: Any, name: str, at: Any) -> Any:
    if name == "checkin":
        return abis.checkin(TxnId("t1"), SOLARIS, at)
    return getattr(abis, name)(TxnId("t1"), ANNA, SOLARIS, at)


def ready(library: Any, name: str) -> None:
    """Put the library into the state in which the change can be carried out."""
    if name != "checkout":
        library.loans["B1"], library.due["B1"] = "P1", 11


def only(codes: str, meddle: Callable[[Heard], Iterator[bytes | Act]], first: bool = False) -> Meddler:
    """Meddle with requests of these codes alone; `first`: with the first of them alone."""
    met: list[str] = []

    def meddler(heard: Heard) -> Iterator[bytes | Act]:
        if heard.code in codes.split() and not (first and met):
            met.append(heard.code)
            return meddle(heard)
        return iter([heard.answer()])

    return meddler


# --- meddlers: each a fault with its name ---------------------------------------------------------


def drop_before(heard: Heard) -> Iterator[bytes | Act]:
    yield Act.CLOSE


def drop_after(heard: Heard) -> Iterator[bytes | Act]:
    heard.answer()
    yield Act.CLOSE


def reset_after(heard: Heard) -> Iterator[bytes | Act]:
    heard.answer()
    yield Act.RESET


def silent_before(heard: Heard) -> Iterator[bytes | Act]:
    yield Act.SILENCE


def silent_after(heard: Heard) -> Iterator[bytes | Act]:
    heard.answer()
    yield Act.SILENCE


def wrong_checksum(heard: Heard) -> Iterator[bytes | Act]:
    yield re.sub(rb"AZ....\r$", b"AZ0000\r", heard.answer())


def wrong_sequence(heard: Heard) -> Iterator[bytes | Act]:
    body, _, tail = heard.answer().rpartition(b"AY")
    raw = body + b"AY" + str((int(tail[:1]) + 5) % 10).encode() + b"AZ"
    yield raw + f"{-sum(raw) & 0xFFFF:04X}\r".encode()
    yield Act.SILENCE


def garbage(heard: Heard) -> Iterator[bytes | Act]:
    heard.answer()
    yield b"\x00\xff<html>\r\n\r\n|||\r85xyz\r"
    yield Act.SILENCE


def huge(heard: Heard) -> Iterator[bytes | Act]:
    heard.answer()
    yield b"12" + b"A" * 300_000 + b"\r"


def endless(heard: Heard) -> Iterator[bytes | Act]:
    heard.answer()
    yield b"12" + b"A" * 1_000_000
    yield Act.SILENCE


def half_a_second_message(heard: Heard) -> Iterator[bytes | Act]:
    yield heard.answer()[:-8]
    yield Act.SILENCE


LOST = [
    drop_before,
    drop_after,
    reset_after,
    silent_before,
    silent_after,
    wrong_checksum,
    wrong_sequence,
    garbage,
    huge,
    endless,
    half_a_second_message,
]


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault.__name__)
def test_a_change_whose_answer_is_lost_is_unreachable_and_was_sent_once(
    world: ModuleType, name: str, fault: Any
) -> None:
    with world.line(only(CHANGES[name], fault)) as (line, library), world.desk(line.port) as abis:
        ready(library, name)
        with pytest.raises(Unreachable) as lost:
            change(abis, name, world.NOW)
        assert line.count(CHANGES[name]) == 1
        assert "ABIS at 127.0.0.1" in str(lost.value)
        assert abis.health().state is State.ABSENT
        assert abis.item_info(SOLARIS).title == "Солярис"  # the next question goes over a fresh connection
        assert line.connections == 2
        assert line.count(CHANGES[name]) == 1


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("end", [Act.CLOSE, Act.RESET])
def test_an_answer_cut_at_any_byte_is_no_answer(world: ModuleType, counts: Any, name: str, end: Act) -> None:
    with world.line() as (line, library):
        ready(library, name)
        whole = len(library.session()(request_of(world, name)))
        for kept in range(whole):
            line.meddle = only(CHANGES[name], cut_at(kept, end))
            library.loans.clear()
            ready(library, name)
            before = line.count(CHANGES[name])
            with world.desk(line.port) as abis, pytest.raises(Unreachable):
                change(abis, name, world.NOW)
            assert line.count(CHANGES[name]) == before + 1
        counts.add("answers cut short", whole)


def cut_at(kept: int, end: Act) -> Callable[[Heard], Iterator[bytes | Act]]:
    def meddle(heard: Heard) -> Iterator[bytes | Act]:
        answer = heard.answer()
        if kept:
            yield answer[:kept]
        yield end

    return meddle


def request_of(world: ModuleType, name: str) -> bytes:
    """A request as long as the desk's own, for the length of its answer."""
    return CHANGES[name].encode() + b"NN" + world.STAMP.encode() * 2 + b"AO|AAP1|ABB1|AC|AY2AZ0000"


@pytest.mark.parametrize("cut", range(1, 90, 7))
def test_an_answer_in_two_pieces_is_an_answer(world: ModuleType, cut: int) -> None:
    def pieces(heard: Heard) -> Iterator[bytes | Act]:
        answer = heard.answer()
        yield answer[:cut]
        yield answer[cut:]

    with world.line(pieces) as (line, _), world.desk(line.port) as abis:
        loan = abis.checkout(TxnId("t1"), ANNA, SOLARIS, world.NOW)
        assert loan == Loan(SOLARIS, title="Солярис", due=DUE, desensitize=True)


def test_what_does_not_answer_is_passed_over(world: ModuleType) -> None:
    """Garbage, an answer to somebody else's question and one with another number come first, then ours."""

    def strangers(heard: Heard) -> Iterator[bytes | Act]:
        yield b"\n<html>\r85xyz\r" + world.checked(f"1803000120261120    103323AB{WE}|AJМы|", b"AY9AZ0000")
        yield heard.answer()

    with world.line(only("17", strangers)) as (line, _), world.desk(line.port) as abis:
        assert abis.item_info(SOLARIS).title == "Солярис"
        assert line.connections == 1


def test_the_late_answer_of_the_request_before_never_meets_the_next_one(world: ModuleType) -> None:
    """Asked about the first book, nothing came in time; then about the second, and the first answer came."""
    held: list[bytes] = []

    def late(heard: Heard) -> Iterator[bytes | Act]:
        if not held:
            held.append(heard.answer())
            yield Act.SILENCE
        else:
            yield held[0]
            yield heard.answer()

    with world.line(only("17", late)) as (line, _), world.desk(line.port) as abis:
        with pytest.raises(Unreachable):
            abis.item_info(SOLARIS)
        assert abis.item_info(WE).title == "Мы"
        assert line.connections == 2


@pytest.mark.parametrize("error_detection", [True, False])
def test_an_answer_that_comes_twice_is_taken_once(world: ModuleType, error_detection: bool) -> None:
    def twice(heard: Heard) -> Iterator[bytes | Act]:
        answer = heard.answer()
        yield answer + answer

    corrections = {"wire": {"error_detection": error_detection}}
    with world.line(only("11 17", twice)) as (line, library), world.desk(line.port, corrections=corrections) as abis:
        assert isinstance(abis.checkout(TxnId("t1"), ANNA, SOLARIS, world.NOW), Loan)
        assert isinstance(abis.checkout(TxnId("t2"), ANNA, WE, world.NOW), Loan)
        assert abis.item_info(SOLARIS).title == "Солярис"
        assert abis.item_info(WE).title == "Мы"
        assert library.done == {"checkout B1": 1, "checkout B2": 1}
        assert line.count("11") == 2


def test_a_duplicate_that_comes_late_is_known_by_its_item_even_without_numbers(world: ModuleType) -> None:
    """Error detection off: the copy of the answer before lies in front of ours, in the same packet."""
    kept: list[bytes] = []

    def late_duplicate(heard: Heard) -> Iterator[bytes | Act]:
        answer = heard.answer()
        yield b"".join([*kept, answer])
        kept[:] = [answer]

    corrections = {"wire": {"error_detection": False}}
    with world.line(only("17", late_duplicate)) as (line, _), world.desk(line.port, corrections=corrections) as abis:
        assert [abis.item_info(item).title for item in (SOLARIS, WE)] == ["Солярис", "Мы"]


def test_another_readers_answer_is_not_believed_without_a_number(world: ModuleType) -> None:
    """Error detection off: a copy of Pyotr's answer is in front when Anna identifies herself. She is asked about again,
    on a fresh connection, and gets her own."""
    kept: list[bytes] = []

    def late_duplicate(heard: Heard) -> Iterator[bytes | Act]:
        answer = heard.answer()
        yield b"".join([*kept, answer])
        kept[:] = [] if kept else [answer]

    corrections = {"wire": {"error_detection": False}}
    with world.line(only("63", late_duplicate)) as (line, _), world.desk(line.port, corrections=corrections) as abis:
        assert isinstance(abis.identify(CardNumber("P2"), None), Patron)
        with pytest.raises(NotSent, match="another reader"):
            abis.identify(ANNA, None)


def test_a_canonical_number_without_a_sequence_number_is_believed_the_second_time(world: ModuleType) -> None:
    def by_user_name(heard: Heard) -> Iterator[bytes | Act]:
        yield heard.library(heard.request.replace(b"AAanna|", b"AAP1|")) or b""

    corrections = {"wire": {"error_detection": False}}
    with world.line(only("63", by_user_name)) as (line, _), world.desk(line.port, corrections=corrections) as abis:
        patron = abis.identify(CardNumber("anna"), Secret("1234"))
        assert isinstance(patron, Patron)
        assert patron.card == ANNA
        assert line.count("63") == 2


@pytest.mark.parametrize("name", CHANGES)
def test_96_means_not_done_where_the_profile_says_so(world: ModuleType, name: str) -> None:
    """Koha answers 96 to what it did not carry out, with and without a checksum."""

    def not_understood(heard: Heard) -> Iterator[bytes | Act]:
        yield b"96AZFEF6\r" if heard.number % 2 else b"96\r"

    for proves, fault in ((True, NotSent), (False, Unreachable)):
        corrections = {"wire": {"resend_means_not_done": proves}}
        with world.line(only(CHANGES[name], not_understood)) as (line, library):
            ready(library, name)
            with world.desk(line.port, corrections=corrections) as abis, pytest.raises(fault, match="96"):
                change(abis, name, world.NOW)
            assert abis.health().state is State.CONFIG_ERROR
            assert line.count(CHANGES[name]) == 1
            assert not library.done


@pytest.mark.parametrize("fault", [drop_before, drop_after, reset_after, wrong_checksum, huge])
def test_a_question_is_asked_again_on_a_fresh_connection(world: ModuleType, fault: Any) -> None:
    with world.line(only("17", fault, first=True)) as (line, _), world.desk(line.port) as abis:
        assert abis.item_info(SOLARIS).standing is Standing.AVAILABLE
        assert (line.count("17"), line.connections) == (2, 2)
        assert abis.health().state is State.READY


def test_a_question_met_with_silence_is_not_asked_again(world: ModuleType) -> None:
    with world.line(only("17", silent_before)) as (line, _), world.desk(line.port) as abis:
        with pytest.raises(Unreachable, match="no answer to message 17 in time"):
            abis.item_info(SOLARIS)
        assert line.count("17") == 1


def test_a_question_that_always_breaks_is_asked_twice_and_no_more(world: ModuleType) -> None:
    with world.line(only("17", drop_before)) as (line, _), world.desk(line.port) as abis:
        with pytest.raises(Unreachable):
            abis.item_info(SOLARIS)
        assert line.count("17") == 2


def test_a_peer_that_only_ever_talks_is_not_listened_to_until_the_deadline(world: ModuleType) -> None:
    with (
        world.line(only("17", endless)) as (line, _),
        world.desk(line.port) as abis,
        pytest.raises(Unreachable, match="sends without end"),
    ):
        abis.item_info(SOLARIS)


def test_numbers_begin_anew_on_each_connection_and_wrap_after_nine(world: ModuleType) -> None:
    with world.line() as (line, _), world.desk(line.port) as abis:
        for _ in range(10):
            abis.item_info(SOLARIS)
        line.meddle = only("17", drop_before, first=True)
        abis.item_info(SOLARIS)
    numbers = "".join(re.findall(r"AY(\d)AZ", b" ".join(line.heard).decode()))
    assert numbers == "012345678901" + "2" + "012"


# --- before the request: nothing was sent ---------------------------------------------------------


def test_nobody_listens(world: ModuleType) -> None:
    with world.line() as (line, _):
        port = line.port
    with world.desk(port) as abis:
        with pytest.raises(NotSent, match="cannot connect"):
            abis.checkout(TxnId("t1"), ANNA, SOLARIS, world.NOW)
        assert abis.health().state is State.ABSENT
        assert "check network" in abis.probe().sentence


def test_login_refused(world: ModuleType) -> None:
    with world.line() as (line, _), world.desk(line.port, password="wrong") as abis:
        with pytest.raises(NotSent, match="login refused: check user and password"):
            abis.checkout(TxnId("t1"), ANNA, SOLARIS, world.NOW)
        assert abis.health().state is State.CONFIG_ERROR
        assert line.count("11") == 0


@pytest.mark.parametrize("fault", [silent_before, drop_before, garbage, wrong_checksum])
def test_login_that_hangs_or_breaks_sends_nothing_else(world: ModuleType, fault: Any) -> None:
    """Koha's listener accepts one connection too many and never answers its login."""
    with world.line(only("93", fault)) as (line, _), world.desk(line.port) as abis:
        with pytest.raises(NotSent, match="login came to nothing"):
            abis.checkout(TxnId("t1"), ANNA, SOLARIS, world.NOW)
        assert line.count("11") == 0


@pytest.mark.parametrize("fault", [silent_before, drop_before])
def test_status_that_is_not_answered_sends_nothing_else(world: ModuleType, fault: Any) -> None:
    with world.line(only("99", fault)) as (line, _), world.desk(line.port) as abis:
        with pytest.raises(NotSent):
            abis.checkout(TxnId("t1"), ANNA, SOLARIS, world.NOW)
        assert line.count("11") == 0
    without = {"sending": {"status": False}}
    with world.line(only("99", fault)) as (line, _), world.desk(line.port, corrections=without) as abis:
        assert isinstance(abis.checkout(TxnId("t1"), ANNA, SOLARIS, world.NOW), Loan)
        assert abis.probe().state is State.READY


def test_a_connection_that_the_abis_closed_while_idle_is_replaced_before_a_change(world: ModuleType) -> None:
    def answer_and_hang_up(heard: Heard) -> Iterator[bytes | Act]:
        yield heard.answer()
        yield Act.CLOSE

    with world.line(only("17", answer_and_hang_up)) as (line, library), world.desk(line.port) as abis:
        abis.item_info(SOLARIS)
        assert isinstance(abis.checkout(TxnId("t1"), ANNA, SOLARIS, world.NOW), Loan)
        assert (line.count("11"), line.connections) == (1, 2)
        assert library.done == {"checkout B1": 1}


def test_a_connection_unused_for_long_is_replaced_before_a_change(world: ModuleType) -> None:
    clock = world.FrozenClock()
    with world.line() as (line, _), world.desk(line.port, clock) as abis:
        abis.item_info(SOLARIS)
        clock.seconds += 239
        abis.item_info(SOLARIS)
        assert line.connections == 1
        clock.seconds += 241
        abis.checkout(TxnId("t1"), ANNA, SOLARIS, world.NOW)
        assert line.connections == 2


# --- what cannot be sent --------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "B|1", "B1\r", "B\n1", "B\x001", "ⓑ1", "B&#124;1", "B" * 256])
def test_a_number_that_cannot_be_sent_is_unknown_and_nothing_is_sent(world: ModuleType, text: str) -> None:
    corrections = {"wire": {"encoding": "cp1251"}}
    with world.line() as (line, _), world.desk(line.port, corrections=corrections) as abis:
        bad_item, bad_card = ItemId(text), CardNumber(text)
        assert abis.item_info(bad_item).standing is Standing.UNKNOWN
        for refusal in (
            abis.checkout(TxnId("t1"), ANNA, bad_item, world.NOW),
            abis.checkin(TxnId("t1"), bad_item, world.NOW),
            abis.renew(TxnId("t1"), ANNA, bad_item, world.NOW),
        ):
            assert refusal == Refusal(Reason.UNKNOWN_ITEM)
        assert abis.checkout(TxnId("t1"), bad_card, SOLARIS, world.NOW) == Refusal(Reason.CARD_UNKNOWN)
        assert abis.identify(bad_card, None) == Refusal(Reason.CARD_UNKNOWN)
        assert abis.identify(ANNA, Secret(text)) == Refusal(Reason.WRONG_PIN)
        assert abis.account(bad_card) == Refusal(Reason.CARD_UNKNOWN)
        assert abis.loans(bad_card) == frozenset()
        abis.end_session(bad_card)
        assert line.heard == []


# --- when to try again ----------------------------------------------------------------------------


def test_after_a_failed_connection_callers_are_told_at_once_until_the_next_attempt_is_due(world: ModuleType) -> None:
    clock = world.FrozenClock()
    with world.line(only("93", drop_before)) as (line, _), world.desk(line.port, clock) as abis:
        for _ in range(3):
            with pytest.raises(NotSent):
                abis.item_info(SOLARIS)
        assert line.connections == 1
        clock.seconds += 2
        with pytest.raises(NotSent):
            abis.item_info(SOLARIS)
        assert line.connections == 2
        clock.seconds += 2
        with pytest.raises(NotSent, match="next attempt in 3 s"):
            abis.item_info(SOLARIS)
        assert line.connections == 2
        line.meddle = only("", drop_before)
        assert abis.probe().state is State.READY  # staff who ask get a fresh answer
        assert abis.item_info(SOLARIS).title == "Солярис"


def test_after_a_lost_answer_the_next_question_goes_out_at_once(world: ModuleType) -> None:
    """So that what became of it can be asked about."""
    with world.line(only("11", drop_after)) as (line, _), world.desk(line.port) as abis:
        with pytest.raises(Unreachable):
            abis.checkout(TxnId("t1"), ANNA, SOLARIS, world.NOW)
        assert abis.loans(ANNA) == {SOLARIS}


def test_an_abis_that_takes_requests_and_never_answers_is_left_alone_for_a_while(world: ModuleType) -> None:
    clock = world.FrozenClock()
    with world.line(only("17", silent_before)) as (line, _), world.desk(line.port, clock) as abis:
        for fault in (Unreachable, Unreachable, NotSent, NotSent):
            with pytest.raises(fault):
                abis.item_info(SOLARIS)
        assert line.count("17") == 2


def test_a_closed_connector_sends_nothing(world: ModuleType) -> None:
    with world.line() as (line, _), world.desk(line.port) as abis:
        abis.close()
        with pytest.raises(NotSent, match="closed"):
            abis.checkout(TxnId("t1"), ANNA, SOLARIS, world.NOW)
        assert line.heard == []


def test_closing_ends_the_question_that_waits(world: ModuleType) -> None:
    asked, over, ended = threading.Event(), threading.Event(), []

    def never(heard: Heard) -> Iterator[bytes | Act]:
        asked.set()
        over.wait(30)
        yield Act.CLOSE

    def ask() -> None:
        try:
            abis.item_info(SOLARIS)
        except (NotSent, Unreachable) as fault:
            ended.append(fault)

    with world.line(only("17", never)) as (line, _), world.desk(line.port) as abis:
        waiting = threading.Thread(target=ask)
        waiting.start()
        assert asked.wait(30)
        abis.close()
        waiting.join(30)
        over.set()
        assert len(ended) == 1
        assert line.connections == 1


def test_the_end_of_a_session_that_cannot_be_told_harms_nobody(world: ModuleType) -> None:
    with world.line(only("35", drop_before)) as (line, _), world.desk(line.port) as abis:
        abis.end_session(ANNA)
        assert abis.health().state is State.ABSENT


def test_a_sound_line_is_ready_and_uses_one_connection(world: ModuleType) -> None:
    with world.line() as (line, library), world.desk(line.port) as abis:
        assert isinstance(abis.identify(ANNA, Secret("1234")), Patron)
        assert isinstance(abis.checkout(TxnId("t1"), ANNA, SOLARIS, world.NOW), Loan)
        assert isinstance(abis.checkin(TxnId("t2"), SOLARIS, world.NOW), Returned)
        assert abis.health().state is State.READY
        assert line.connections == 1
        assert library.done == {"checkout B1": 1, "checkin B1": 1}
