"""The server's port: logins, broken lines, impolite and hostile machines, trouble on purpose; none hurts another."""

import contextlib
import logging
import select
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.ids import CardNumber
from kiosk.domain.patrons import Account
from sync.sip2.codec import decode
from sync.sip2.encoder import encode
from sync.sip2.framing import MAX_FRAME
from sync.sip2.messages import Code
from sync.sip2.server import Trouble, always, nth

NOW = "20261120    120000"
ANNA, MASTER, ONEGIN, SOLARIS, LAURUS = (
    *("20234000134172", "30234000514561", "30234000510056", "30234000517861", "30234000534536"),
)
ACCOUNTS = [
    {"user": "desk-1", "password": "пароль"},
    {"user": "desk-2", "password": "secret", "encoding": "cp1251", "line_end": "crlf"},
]


def login(user: str, password: str, sequence: int | None = None, uid: str = "0") -> bytes:
    fixed = {"uid_algorithm": uid, "pwd_algorithm": "0"}
    return encode("93", fixed, [("CN", user), ("CO", password)], sequence=sequence)


def item(number: str = MASTER, sequence: int | None = None) -> bytes:
    return encode("17", {"transaction_date": NOW}, [("AO", ""), ("AB", number)], sequence=sequence)


def lend(number: str = MASTER, sequence: int | None = None, policy: str = "N") -> bytes:
    fixed = {"sc_renewal_policy": policy, "no_block": "N", "transaction_date": NOW, "nb_due_date": " " * 18}
    return encode("11", fixed, [("AO", ""), ("AA", ANNA), ("AB", number), ("AC", "")], sequence=sequence)


def served(line: Any) -> bool:
    line.send(item())
    return line.read() is not None


def renewals(store: Any, number: str) -> int | None:
    account = store.account(CardNumber(ANNA))
    assert isinstance(account, Account)
    return next((loan.renewals_left for loan in account.loans if loan.item == number), None)


# --- login


def test_a_machine_with_an_account_is_served(running: Any, dial: Any) -> None:
    line = dial(running(settings={"accounts": ACCOUNTS}))
    assert line.ask(login("desk-1", "пароль")).get("ok") == "1"
    assert line.ask(item()).get("AJ") == "Мастер и Маргарита"


def test_each_account_has_its_own_encoding_and_line_end(running: Any, dial: Any) -> None:
    line = dial(running(settings={"accounts": ACCOUNTS}))
    line.send(login("desk-2", "secret"))
    line.read()
    line.send(item())
    frame = line.read()
    assert frame is not None
    assert decode(frame, "cp1251").get("AJ") == "Мастер и Маргарита"
    line.socket.sendall(item())
    assert line.socket.recv(4096).endswith(b"\r\n")


@pytest.mark.parametrize(
    ("user", "password", "uid"),
    [("desk-1", "wrong", "0"), ("nobody", "secret", "0"), ("", "", "0"), ("desk-2", "secret", "1")],
)
def test_a_wrong_login_is_told_so_and_ends_the_line(
    running: Any, dial: Any, user: str, password: str, uid: str
) -> None:
    line = dial(running(settings={"accounts": ACCOUNTS}))
    assert line.ask(login(user, password, uid=uid)).get("ok") == "0"
    assert line.read() is None


@pytest.mark.parametrize("first", [item(), lend(), b"97\r", b"9900802.00\r", b"junk\r", b"9\r"])
def test_nothing_is_said_to_a_stranger(running: Any, dial: Any, store: Any, first: Any) -> None:
    line = dial(running(settings={"accounts": ACCOUNTS}))
    line.send(first)
    assert line.read() is None
    assert renewals(store, MASTER) is None


def test_a_second_login_that_is_wrong_ends_what_the_first_began(running: Any, dial: Any) -> None:
    line = dial(running(settings={"accounts": ACCOUNTS}))
    line.ask(login("desk-1", "пароль"))
    assert line.ask(login("desk-1", "wrong")).get("ok") == "0"
    assert line.read() is None


def test_after_a_wrong_login_nothing_is_carried_out_even_on_a_line_that_stays(at_desk: Any) -> None:
    machine = at_desk(accounts=ACCOUNTS)
    assert machine.ask("93", ("CN", "desk-1"), ("CO", "пароль")).get("ok") == "1"
    assert machine.ask("93", ("CN", "desk-1"), ("CO", "wrong")).get("ok") == "0"
    assert machine.send(lend()) is None
    assert machine.talk.reply(machine.talk.read(lend().strip())).close


def test_without_accounts_anyone_is_welcome_logged_in_or_not(running: Any, dial: Any) -> None:
    server = running()
    assert dial(server).ask(item()).get("AJ")
    assert dial(server).ask(login("any", "thing")).get("ok") == "1"


# --- error detection and repetition


def test_an_answer_is_checked_as_its_request_was(running: Any, dial: Any) -> None:
    line = dial(running())
    answer = line.ask(item(sequence=7))
    assert (answer.sequence, answer.checksum.value) == (7, "good")
    assert line.ask(item()).sequence is None


def test_a_damaged_message_is_asked_for_again_and_not_carried_out(running: Any, dial: Any, store: Any) -> None:
    line = dial(running())
    damaged = bytearray(lend(sequence=1))
    damaged[60] ^= 1
    assert line.ask(bytes(damaged)).code == Code.REQUEST_SC_RESEND
    assert renewals(store, MASTER) is None
    assert line.ask(lend(sequence=1)).get("ok") == "1"


def test_a_resend_request_brings_the_same_answer_again(running: Any, dial: Any, store: Any) -> None:
    line = dial(running())
    line.send(lend(sequence=3))
    first = line.read()
    line.send(encode("97", {}, sequence=4))
    assert line.read() == first
    line.send(b"97\r")
    assert line.read() == first
    assert renewals(store, MASTER) == 2


def test_a_repeated_message_is_answered_again_and_carried_out_once(running: Any, dial: Any, store: Any) -> None:
    """Koha renews here: a self-check that lost an answer burns a renewal."""
    line = dial(running())
    line.send(lend(ONEGIN, sequence=5, policy="Y"))
    first = line.read()
    line.send(lend(ONEGIN, sequence=5, policy="Y"))
    assert line.read() == first
    assert renewals(store, ONEGIN) == 1
    line.send(lend(ONEGIN, sequence=6, policy="Y"))
    line.read()
    assert renewals(store, ONEGIN) == 0


def test_a_resend_request_with_nothing_to_resend(running: Any, dial: Any) -> None:
    assert dial(running()).ask(b"97\r").code == Code.REQUEST_SC_RESEND


# --- how bytes arrive


def test_a_message_may_come_byte_by_byte_and_several_at_once(running: Any, dial: Any) -> None:
    line = dial(running())
    for place in range(len(item())):
        line.send(item()[place : place + 1])
    assert decode(line.read() or b"").get("AJ")
    line.send(item(MASTER) + item(SOLARIS) + b"\n" + item(LAURUS))
    assert [decode(line.read() or b"").get("AJ") for _ in range(3)] == ["Мастер и Маргарита", "Солярис", "Лавр"]


@pytest.mark.parametrize("end", [b"\r", b"\r\n", b"\r\r\n\n"])
def test_any_line_end_will_do(running: Any, dial: Any, end: Any) -> None:
    line = dial(running())
    for _ in range(2):
        assert line.ask(item().rstrip() + end).get("AJ")


# --- what a machine can choose is capped


def test_a_message_without_an_end_is_not_held(running: Any, dial: Any) -> None:
    line = dial(running())
    line.send(b"17" + b"x" * (MAX_FRAME * 3) + b"\r")
    assert decode(line.read() or b"").code == Code.REQUEST_SC_RESEND
    assert line.ask(item()).get("AJ")


def test_a_machine_that_talks_nonsense_for_ever_is_cut_off(running: Any, dial: Any) -> None:
    line = dial(running(settings={"bad_messages": 3}))
    assert line.ask(b"junk\r").code == line.ask(b"junk\r").code == Code.REQUEST_SC_RESEND
    line.send(b"junk\r")
    assert line.read() is None


def test_a_good_message_in_between_forgives(running: Any, dial: Any) -> None:
    line = dial(running(settings={"bad_messages": 3}))
    for _ in range(4):
        line.ask(b"junk\r")
        line.ask(b"98\r")  # an answer is no request
        assert line.ask(item()).get("AJ")


def test_one_machine_more_than_allowed_is_turned_away(running: Any, dial: Any) -> None:
    server = running(settings={"connections": 2})
    first, second = dial(server), dial(server)
    assert first.ask(item()).get("AJ")
    assert second.ask(item()).get("AJ")
    assert dial(server).read() is None
    assert first.ask(item()).get("AJ")
    second.close()
    assert any(served(dial(server)) for _ in range(1000))  # as soon as its thread has noticed


def test_a_silent_machine_is_let_go(running: Any, dial: Any) -> None:
    server = running(settings={"idle_seconds": 0.2})
    line = dial(server)
    assert line.ask(item()).get("AJ")
    assert line.read() is None


def test_a_trickle_of_bytes_is_silence(running: Any, dial: Any) -> None:
    server = running(settings={"idle_seconds": 0.3})
    line = dial(server)
    line.ask(item())
    sent = 0
    while not select.select([line.socket], [], [], 0.02)[0] and sent < 1000:
        line.send(b"1")
        sent += 1
    assert line.read() is None
    assert 1 < sent < 1000


def test_a_machine_that_does_not_log_in_is_let_go(running: Any, dial: Any) -> None:
    line = dial(running(settings={"accounts": ACCOUNTS, "login_seconds": 0.2}))
    assert line.read() is None


# --- nobody hurts another


@given(st.lists(st.binary(max_size=200) | st.sampled_from([b"\r", b"\n", b"11", b"93", b"AY1AZ", b"|"]), max_size=20))
def test_whatever_bytes_come_the_server_lives_and_serves_the_next(polite_server: Any, junk: Any) -> None:
    server, neighbour = polite_server
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(b"".join(junk) + b"\r")
        line.shutdown(socket.SHUT_WR)
        while line.recv(65536):
            pass
    assert neighbour.ask(item()).get("AJ") == "Мастер и Маргарита"


codes = st.sampled_from(
    ["01", "09", "11", "15", "17", "19", "23", "25", "29", "35", "37", "63", "65", "93", "97", "99"]
)
values = st.text(max_size=20) | st.sampled_from([ANNA, MASTER, ONEGIN, "Y", "N", "999999999999", "-1", "5.00"])
names = st.sampled_from(["AA", "AB", "AD", "AL", "BI", "BK", "BO", "BP", "BQ", "BV", "CH", "CN", "CO"])
fields = st.lists(st.tuples(names, values), max_size=6)


@given(codes, st.text("0123456789YN +-*", max_size=60), fields)
def test_whatever_is_asked_there_is_an_answer(polite_server: Any, code: Any, fixed: Any, fields: Any) -> None:
    server, neighbour = polite_server
    said = f"{code}{fixed}" + "".join(f"{name}{value}|" for name, value in fields)
    frame = said.replace("\r", "").encode("utf-8", "replace")
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(frame + b"\r")
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while arrived := line.recv(65536):
            answer += arrived
    assert answer.endswith(b"\r")
    assert decode(answer.rstrip(b"\r\n")).faults == ()
    assert neighbour.ask(item()).get("AJ") == "Мастер и Маргарита"


def test_many_machines_at_once_get_their_own_answers(running: Any, dial: Any, store: Any) -> None:
    server = running()
    items = [MASTER, SOLARIS, LAURUS, ONEGIN]
    titles = {MASTER: "Мастер и Маргарита", SOLARIS: "Солярис", LAURUS: "Лавр", ONEGIN: "Евгений Онегин"}
    lines = [dial(server) for _ in range(12)]

    def busy(n: int) -> bool:
        wanted = items[n % len(items)]
        return all(lines[n].ask(item(wanted, sequence=turn % 10)).get("AJ") == titles[wanted] for turn in range(25))

    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(busy, range(12)))


def test_one_book_wanted_at_twelve_machines_is_lent_once(running: Any, dial: Any, store: Any) -> None:
    server = running()
    lines = [dial(server) for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda line: line.ask(lend()).get("ok"), lines))
    assert sorted(answers) == ["0"] * 11 + ["1"]


def test_a_fault_of_ours_costs_one_line_and_names_nobody(
    running: Any, dial: Any, store: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    server = running()
    line, neighbour = dial(server), dial(server)
    neighbour.ask(item())
    monkeypatch.setattr(store, "account", lambda card: 1 / 0)
    monkeypatch.setattr(logging.getLogger("sync.sip2.server.tcp"), "propagate", True)
    with caplog.at_level(logging.DEBUG):
        line.send(encode("63", {"language": "001", "transaction_date": NOW, "summary": " " * 10},
                         [("AO", ""), ("AA", ANNA), ("AD", "739164")]))  # fmt: skip
        assert line.read() is None
    assert neighbour.ask(item()).get("AJ")
    assert "closed by a fault of the server" in caplog.text
    assert ANNA not in caplog.text


def test_logs_hold_no_reader_and_no_pin(running: Any, dial: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        line = dial(running(settings={"accounts": ACCOUNTS}))
        line.ask(login("desk-1", "пароль"))
        line.ask(encode("63", {"language": "001", "transaction_date": NOW, "summary": "  Y       "},
                        [("AO", ""), ("AA", ANNA), ("AD", "739164")]))  # fmt: skip
        line.ask(lend())
    assert "Лебедева".encode().hex() not in caplog.text
    for secret in (ANNA, "739164", "Лебедева", "Анна", "пароль", "19910514"):
        assert secret not in caplog.text
        assert repr(secret.encode())[2:-1] not in caplog.text
    assert "17" in caplog.text or "11" in caplog.text


def test_the_library_system_is_asked_one_thing_at_a_time(
    running: Any, dial: Any, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = threading.Barrier(2)
    met: list[bool] = []
    item_info = store.item_info

    def slow(number: Any) -> Any:
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait(0.1)
            met.append(True)
        together.reset()
        return item_info(number)

    monkeypatch.setattr(store, "item_info", slow)
    server = running()
    lines = [dial(server) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(lambda line: line.ask(item()).get("AJ"), lines))
    assert met == []


# --- start and end


def test_closing_ends_every_line_and_frees_the_port(running: Any, dial: Any) -> None:
    server = running()
    line = dial(server)
    line.ask(item())
    server.close()
    assert line.read() is None
    again = running(port=server.port)
    assert again.port == server.port
    assert dial(again).ask(item()).get("AJ")


def test_a_port_that_is_taken_is_a_fault_at_once(running: Any) -> None:
    server = running()
    with pytest.raises(OSError, match="in use"):
        running(port=server.port)


def test_closing_does_not_wait_for_a_slow_answer(running: Any, dial: Any) -> None:
    asked = threading.Event()
    server = running(latency=lambda message: 60.0 if not asked.set() else 0.0)
    line = dial(server)
    line.send(item())
    assert asked.wait(10)
    server.close()
    assert line.read() is None
    assert server.connections == 0


# --- trouble on purpose


def test_no_answer_but_it_was_not_done(running: Any, dial: Any, store: Any) -> None:
    line = dial(running(mischief=nth("11", Trouble.LOST_REQUEST)))
    line.send(lend())
    assert line.ask(item()).code == Code.ITEM_INFORMATION_RESPONSE
    assert renewals(store, MASTER) is None
    assert line.ask(lend()).get("ok") == "1"


def test_no_answer_although_it_was_done(running: Any, dial: Any, store: Any) -> None:
    line = dial(running(mischief=nth("11", Trouble.LOST_ANSWER)))
    line.send(lend())
    assert line.ask(item()).get("circulation_status") == "04"


@pytest.mark.parametrize(
    ("trouble", "done", "heard"),
    [
        (Trouble.CLOSED_BEFORE, False, 0),
        (Trouble.CLOSED_AFTER, True, 0),
        (Trouble.CUT_ANSWER, True, 1),
    ],
)
def test_the_line_ends(running: Any, dial: Any, store: Any, trouble: Any, done: Any, heard: Any) -> None:
    server = running(mischief=nth("11", trouble))
    line = dial(server)
    line.send(lend())
    received = b""
    while arrived := line.socket.recv(4096):
        received += arrived
    assert bool(received) is bool(heard)
    assert b"\r" not in received
    assert (renewals(store, MASTER) is not None) is done


def test_something_else_is_answered(running: Any, dial: Any) -> None:
    line = dial(running(mischief=nth("17", Trouble.GARBAGE, 1)))
    line.send(item())
    assert decode(line.read() or b"").broken
    assert line.ask(item()).get("AJ")


def test_the_answer_arrives_damaged(running: Any, dial: Any) -> None:
    line = dial(running(mischief=always("17", Trouble.BAD_CHECKSUM)))
    assert line.ask(item(sequence=1)).broken


def test_the_answer_comes_twice(running: Any, dial: Any) -> None:
    line = dial(running(mischief=nth("17", Trouble.TWICE)))
    line.send(item())
    assert line.read() == line.read()


def test_the_answer_comes_in_pieces(running: Any, dial: Any) -> None:
    line = dial(running(mischief=nth("17", Trouble.IN_PIECES)))
    assert line.ask(item()).get("AJ") == "Мастер и Маргарита"


def test_messages_are_counted_over_all_lines(running: Any, dial: Any, store: Any) -> None:
    server = running(mischief=nth("17", Trouble.CLOSED_BEFORE, 2))
    assert dial(server).ask(item()).get("AJ")
    line = dial(server)
    line.send(item())
    assert line.read() is None


def test_latency_is_asked_for_each_message_and_holds_up_nobody_else(running: Any, dial: Any) -> None:
    slow = threading.Event()
    server = running(latency=lambda message: 30.0 if message.code == Code.CHECKOUT and not slow.set() else 0.0)
    late, prompt = dial(server), dial(server)
    late.send(lend())
    assert slow.wait(10)
    assert prompt.ask(item()).get("AJ")
