"""After a whole session neither PIN nor name is anywhere but in the library system; a forgotten reader leaves no card.

PIN 739164, reader «Иванова Анна», SIP2 over TCP, every log line from DEBUG on.
"""

import faulthandler
import io
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from kiosk.app import enquiries, runtime
from kiosk.app.control import ControlServer, ask
from kiosk.app.logs import be_discreet
from kiosk.app.system import SystemClock
from kiosk.app.verbs import verbs
from kiosk.domain.ids import CardNumber, Secret, SessionId
from kiosk.domain.patrons import Patron
from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason, Refusal
from kiosk.effects import Identify as IdentifyEffect
from kiosk.events import Button, PatronIdentified, PinEntered, Pressed, RenewPressed, Task, TaskChosen
from kiosk.ports.abis import Abis
from kiosk.views import Checkin, Checkout, Farewell, Identify, Idle, Loans, Pin, RefusalCard, RowState
from sync.abis.sip2 import SPEC, Settings
from sync.spec import Surroundings
from tests.kiosk.crashes import Library
from tests.kiosk.desks import RULES, ZONE, Desk, desk
from tests.kiosk.small_library import ANNA, COPIES, LAURUS, PIN, SOLARIS, small_library

WRONG = "515151"
NAMES = ("Иванова", "Анна")
ENCODINGS = ("utf-8", "cp1251", "cp866", "utf-16-le", "utf-16-be", "koi8-r")


@dataclass
class Evening:
    """A desk behind SIP2, its folder, and all that its process wrote to its log."""

    at: Desk
    library: Library
    state: Path
    log: io.StringIO


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log of a process that was started as `kiosk run` is, with everything in it."""
    root, stream = logging.getLogger(), io.StringIO()
    hooks, level, raising = (sys.excepthook, threading.excepthook), root.level, logging.raiseExceptions
    formatters = {handler: handler.formatter for handler in root.handlers}
    own = logging.StreamHandler(stream)
    root.addHandler(own)
    root.setLevel(logging.DEBUG)
    be_discreet()
    yield stream
    root.removeHandler(own)
    root.setLevel(level)
    for handler, formatter in formatters.items():
        handler.setFormatter(formatter)
    (sys.excepthook, threading.excepthook), logging.raiseExceptions = hooks, raising


@pytest.fixture
def evening(tmp_path: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evening]:
    monkeypatch.setattr(enquiries, "PROBE_WHEN_DOWN", 0.01)
    place, state = tmp_path / "library", tmp_path / "state"
    place.mkdir()
    state.mkdir()
    small_library(place).close()
    with ExitStack() as held:
        library = Library(place)
        held.callback(library.close)
        library.opens()
        at = held.enter_context(desk(state, _sip2(library, state), COPIES, RULES, _sip2(library, state)))
        at.sees(Idle)
        yield Evening(at, library, state, log)


def _sip2(library: Library, folder: Path) -> Abis:
    settings = Settings(
        profile="open-library-kiosk", host="127.0.0.1", port=library.port, user="desk-1", password=SecretStr("demo")
    )
    return SPEC.open(settings, Surroundings(ZONE, SystemClock(), folder))


# --- an evening at the desk -------------------------------------------------------------------------------------------


def log_in(at: Desk, pin: str = PIN) -> None:
    at.ui.wait_for(lambda view: isinstance(view, Identify) and view.can_scan)
    at.hands.show_card(ANNA)
    at.sees(Pin)
    at.pin(pin)


def leave(at: Desk) -> None:
    at.post(Pressed(Button.FINISH))
    at.ui.wait_for(lambda view: isinstance(view, Farewell) and view.paper.name != "PRINTING")
    at.hands.lift_all()
    at.post(Pressed(Button.FINISH))
    at.sees(Idle)


def borrows(at: Desk, state: RowState = RowState.YOURS) -> None:
    at.hands.lay(SOLARIS)
    at.ui.wait_for(lambda view: isinstance(view, Identify) and bool(view.rows))
    log_in(at, WRONG)
    at.ui.wait_for(lambda view: isinstance(view, Pin) and view.refusal is not None)
    at.pin(PIN)
    at.ui.wait_for(lambda view: isinstance(view, Checkout) and [row.state for row in view.rows] == [state])
    leave(at)


def renews(at: Desk) -> None:
    at.post(TaskChosen(Task.ACCOUNT))
    log_in(at)
    at.ui.wait_for(lambda view: isinstance(view, Loans) and bool(view.rows))
    at.post(RenewPressed(SOLARIS))
    at.ui.wait_for(lambda view: isinstance(view, Loans) and view.rows[0].state.name == "RENEWED")
    leave(at)


def brings_back(at: Desk) -> None:
    at.post(TaskChosen(Task.CHECKIN))
    at.sees(Checkin, rows=())  # what she has just lifted is gone
    at.hands.lay(SOLARIS)
    at.ui.wait_for(lambda view: isinstance(view, Checkin) and [r.state for r in view.rows] == [RowState.RETURNED])
    leave(at)


def borrows_without_the_library(evening: Evening) -> None:
    at = evening.at
    at.hands.lay(LAURUS)
    at.ui.wait_for(lambda view: isinstance(view, Identify) and bool(view.rows) and view.rows[0].title == "Лавр")
    evening.library.goes_away()
    log_in(at)
    at.ui.wait_for(lambda view: isinstance(view, Checkout) and [r.state for r in view.rows] == [RowState.RECORDED])
    at.ui.wait_for(lambda view: view.frame.waiting == 1)
    leave(at)
    evening.library.opens()
    at.ui.wait_for(lambda view: view.frame.waiting == 0)


def hits(folder: Path, *words: str) -> list[tuple[str, str]]:
    """Every file under a folder, its name too, that holds one of the words in any encoding of the field."""
    found = []
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for word in words:
            if word in path.name or any(word.encode(encoding) in content for encoding in ENCODINGS):
                found.append((path.name, word))
    return found


def test_a_whole_evening_leaves_neither_pin_nor_name_in_files_log_or_traces(evening: Evening, tmp_path: Path) -> None:
    at = evening.at
    borrows(at)
    renews(at)
    brings_back(at)
    borrows_without_the_library(evening)
    assert evening.library.store.loans(ANNA) == {LAURUS}
    with (tmp_path / "threads").open("w+b") as threads:
        faulthandler.dump_traceback(threads)
        threads.seek(0)
        told = evening.log.getvalue() + threads.read().decode()
    assert len(told) > 5000, "the log was not listened to"
    for word in (PIN, WRONG, ANNA, *NAMES):
        assert word not in told
    assert hits(evening.state, PIN, WRONG, *NAMES) == []


def test_a_forgotten_reader_leaves_no_card_in_any_file_and_the_chain_holds(evening: Evening) -> None:
    borrows(evening.at)
    brings_back(evening.at)
    assert hits(evening.state, ANNA) != [], "nothing to forget"
    assert evening.at.station.forget(ANNA).done
    assert hits(evening.state, ANNA) == []
    assert evening.at.station.journal.verify().holds
    evening.at.station.stop()
    assert hits(evening.state, ANNA) == []


def test_a_library_system_that_names_the_reader_in_its_refusal_brings_no_name_into_the_journal(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, says = evening.at, Refusal(Reason.OTHER, raw=f"Иванова Анна ({ANNA}): зайдите. Книгу ждёт Борис Годунов")
    monkeypatch.setattr(at.station._parts.abis, "checkout", lambda *_, **__: says)
    at.hands.lay(SOLARIS)
    log_in(at)
    at.sees(RefusalCard)
    at.post(Pressed(Button.FINISH))
    at.sees(Checkout)
    leave(at)
    refused = [row for row in at.station.journal.rows() if row.kind == Kind.CHECKOUT_REFUSED]
    assert [row.data for row in refused] == [{"reason": "OTHER"}]
    said = at.station.journal.remarks([row.txn for row in refused if row.txn])
    assert list(said.values()) == ["[name] [name] ([card]): зайдите. Книгу ждёт Борис Годунов"]
    assert hits(evening.state, *NAMES) == []
    assert hits(evening.state, "Годунов") != []  # a name nobody here knows: until any reader is forgotten
    assert at.station.forget(ANNA).done
    assert hits(evening.state, ANNA, *NAMES, "Годунов") == []
    assert evening.log.getvalue().count("Годунов") == 0
    assert at.station.journal.verify().holds


def test_whoever_is_in_front_of_the_screen_is_not_forgotten_under_their_hands(evening: Evening) -> None:
    at = evening.at
    at.hands.lay(SOLARIS)
    log_in(at)
    at.ui.wait_for(lambda view: isinstance(view, Checkout) and [r.state for r in view.rows] == [RowState.YOURS])
    outcome = at.station.forget(ANNA)
    assert not outcome.done
    assert "in front of the screen" in outcome.sentence
    leave(at)
    assert at.station.forget(ANNA).done


def test_what_falls_over_with_a_name_in_hand_does_not_print_it(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, said = evening.at, f"{PIN} {ANNA} Иванова Анна"

    def falls_over(*_: object, **__: object) -> object:
        raise ValueError(said)

    station = at.station
    monkeypatch.setattr(station._parts.abis, "checkout", falls_over)  # the connector
    monkeypatch.setattr(station._parts.abis, "end_session", falls_over)
    at.hands.lay(SOLARIS)
    log_in(at)
    at.ui.wait_for(lambda view: isinstance(view, Checkout) and view.rows[0].state is not RowState.ASKING)
    monkeypatch.setattr(station._parts.drivers[0], "_orders", None)  # a driver
    monkeypatch.setattr(station._parts.drivers[0], "set_security", falls_over)
    monkeypatch.setattr(station._scribe, "note", falls_over)
    sound = runtime.desk.step
    monkeypatch.setattr(
        runtime.desk, "step", lambda now, event: falls_over() if isinstance(event, RenewPressed) else sound(now, event)
    )
    at.post(RenewPressed(SOLARIS))  # a flow
    at.sees(Idle)
    control = ControlServer(evening.state / "control.sock", {"forget": falls_over, "doctor": falls_over})
    control.start()
    with pytest.raises(ValueError, match=PIN):  # words of a verb are for whoever asked, and for no log
        ask(control.path, "forget", card=ANNA)
    control.stop()
    thread = threading.Thread(target=falls_over, name="pad")
    thread.start()
    thread.join(10)
    told = evening.log.getvalue()
    assert "fell over" in told
    assert "ValueError" in told
    for word in (PIN, ANNA, *NAMES):
        assert word not in told
    assert hits(evening.state, PIN, *NAMES) == []


def test_nothing_that_names_a_reader_prints_the_name_or_the_pin() -> None:
    anna = Patron(ANNA, "Иванова Анна", "Анна")
    secret = Secret(PIN)
    session = SessionId("s-1")
    printed = repr((anna, secret, PinEntered(secret), PatronIdentified(session, anna), f"{secret}"))
    printed += repr(IdentifyEffect(session, CardNumber("1"), secret))
    for word in (PIN, ANNA, *NAMES):
        assert word not in printed


# --- the control socket in mid-session --------------------------------------------------------------------------------


def test_the_control_socket_answers_while_somebody_borrows(evening: Evening) -> None:
    at = evening.at
    told = verbs(at.station, lambda: [{"id": "library-unnamed"}])
    control = ControlServer(evening.state / "control.sock", told)
    control.start()
    try:
        status = ask(control.path, "status")
        assert isinstance(status, dict)
        assert set(status.pop("health")) == {"journal", "abis", "tags", "scanner", "printer"}
        assert (status.pop("true_frame"), status.pop("degraded")) == (None, [])
        assert status == {"station": "desk-1", "busy": False, "waiting": 0, "review": 0, "attention": []}
        at.hands.lay(SOLARIS)
        log_in(at)
        at.sees(Checkout)
        status = ask(control.path, "status")
        assert isinstance(status, dict)
        assert status["busy"] is True
        assert ask(control.path, "doctor") == [{"id": "library-unnamed"}]
        assert ask(control.path, "version") == 1
        verdict = ask(control.path, "verify")
        assert isinstance(verdict, dict)
        assert verdict["holds"] is True
        forgotten = ask(control.path, "forget", card=ANNA)
        assert isinstance(forgotten, dict)
        assert forgotten["forgotten"] is False
        with pytest.raises(ValueError, match="forget needs the card's number"):
            ask(control.path, "forget")
    finally:
        control.stop()


def test_a_journal_that_does_not_answer_leaves_its_numbers_out_of_the_status(evening: Evening) -> None:
    evening.at.station.journal.close()
    status = verbs(evening.at.station, list)["status"]({})
    assert isinstance(status, dict)
    assert (status["waiting"], status["review"], status["attention"]) == (None, None, None)
    assert set(status["health"]) == {"journal", "abis", "tags", "scanner", "printer"}
