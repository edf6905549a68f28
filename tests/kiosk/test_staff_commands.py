"""`kiosk status`, `outbox`, `verify`, `forget`: a person asks the running station, and is told in words."""

import io
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kiosk.app import client
from kiosk.app.cli import main
from kiosk.app.control import ControlServer, ask
from kiosk.app.verbs import MAX_REASON, verbs
from kiosk.domain.ids import CardNumber, ItemId, SessionId, TxnId
from kiosk.domain.records import Entry, Kind, Scalar
from kiosk.domain.refusal import Reason, Refusal
from sync.journal.delivery import State
from sync.journal.journal import StationJournal
from sync.journal.values import Forgetting
from sync.outbox.outbox import Outbox
from tests.kiosk.standins import ScriptedAbis
from tests.sync.still import StillClock, memory_folder

ANNA = CardNumber("20234000134172")
SAID = "Лебедева Анна: зайдите на кафедру"


@dataclass
class House:
    """A station that holds a journal, an outbox and a control socket, and a person at its keyboard."""

    folder: Path
    journal: StationJournal
    abis: ScriptedAbis
    outbox: Outbox
    capsys: pytest.CaptureFixture[str]
    health: dict[str, str] = field(default_factory=lambda: {"journal": "ready", "printer": "out of paper"})
    letters: int | None = None
    library: dict[str, object] | None = None

    @property
    def socket(self) -> Path:
        return self.folder / "control.sock"

    def lends(self, item: str, card: CardNumber = ANNA, **data: Scalar) -> None:
        number = len(self.journal.rows()) + 1
        entry = Entry(Kind.LENT_OFFLINE, SessionId("s"), TxnId(f"t{number}"), card, ItemId(item), data=data)
        self.journal.write([entry])

    def types(self, *words: str) -> tuple[int, str]:
        code = main([*words, "--socket", str(self.socket)])
        out, err = self.capsys.readouterr()
        return code, out + err

    def facts(self, kind: Kind) -> list[dict[str, object]]:
        return [dict(row.data) for row in self.journal.rows() if row.kind is kind]

    def bytes(self) -> bytes:
        return b"".join(each.read_bytes() for each in self.folder.iterdir() if each.is_file())

    def believe_clock(self, by: int) -> str:
        del self.health["clock"]
        return f"The clock is believed by {by}."

    def forget(self, card: CardNumber) -> Forgetting:
        return self.journal.forget(card)


@pytest.fixture
def house(capsys: pytest.CaptureFixture[str]) -> Iterator[House]:
    clock = StillClock()
    with memory_folder() as name:
        folder = Path(name)
        journal = StationJournal(folder / "journal.db", clock, ballast=0)
        journal.start()
        abis = ScriptedAbis()
        outbox = Outbox(journal, abis, clock, lambda *_: None)
        made = House(folder, journal, abis, outbox, capsys)
        station: Any = SimpleNamespace(
            name="desk-1",
            journal=journal,
            outbox=outbox,
            runtime=SimpleNamespace(busy=False, degraded=("No paper: receipts go another way.",)),
            health=lambda: made.health,
            believe_clock=made.believe_clock,
            forget=made.forget,
            zone=ZoneInfo("Europe/Samara"),
            language="en",
            letters=lambda: made.letters,
        )
        server = ControlServer(made.socket, verbs(station, list, library=lambda: made.library))
        server.start()
        yield made
        server.stop()
        journal.close()


def refused(house: House) -> None:
    house.abis.script["checkout"] = Refusal(Reason.OTHER, raw=SAID)
    house.lends("30234000517861")
    house.outbox.work()


# --- outbox ----------------------------------------------------------------------------------------------------------


def test_an_outbox_with_nothing_in_it_says_so(house: House) -> None:
    assert house.types("outbox") == (0, "The library system has confirmed everything.\n")


def test_what_waits_is_listed_with_what_a_person_needs_to_know(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(house)
    house.journal.write([Entry(Kind.RETURNED_OFFLINE, SessionId("s"), TxnId("back"), None, ItemId("X"))])
    monkeypatch.setattr(client, "_time", str)
    code, said = house.types("outbox")
    assert code == 0
    assert said.splitlines() == [
        "     1  2026-11-20T13:00:00+04:00  lent      30234000517861  card •••• 4172  review",
        "        refused: other",
        f'        said: "{SAID}"',
        "     3  2026-11-20T13:00:00+04:00  returned  X  no card  pending",
        "2 not yet confirmed, 1 of them wait for a person.",
        "Look at the item in the library system; then: kiosk outbox retry ID, or",
        'kiosk outbox dismiss ID --reason "what was done instead".',
    ]


def test_a_row_is_let_go_by_a_person_who_is_named_in_the_journal(house: House) -> None:
    refused(house)
    del house.abis.script["checkout"]
    assert house.types("outbox", "retry", "1") == (0, "Row 1 is tried again.\n")
    assert house.outbox.work() is None
    assert house.journal.deliveries() == ()
    assert house.facts(Kind.REPLAY_RETRIED) == [{"row": 1, "by": os.geteuid()}]


def test_a_row_is_settled_by_a_person_who_is_named_in_the_journal(house: House) -> None:
    refused(house)
    told = house.types("outbox", "dismiss", "1", "--reason", "выдано на кафедре")
    assert told == (0, "Row 1 is settled; the library system was told nothing.\n")
    assert house.journal.deliveries() == ()
    assert house.facts(Kind.REPLAY_DISMISSED) == [{"row": 1, "by": os.geteuid()}]
    assert house.journal.remarks({TxnId("t1")}) == {TxnId("t1"): "выдано на кафедре"}


def test_who_asks_is_told_by_the_kernel_and_by_nobody_else(house: House) -> None:
    refused(house)
    ask(house.socket, "outbox-dismiss", id=1, reason="done", uid=12345, by=12345)
    assert house.facts(Kind.REPLAY_DISMISSED) == [{"row": 1, "by": os.geteuid()}]


@pytest.mark.parametrize("words", [("retry", "7"), ("dismiss", "7", "--reason", "done")])
def test_a_row_that_waits_for_nobody_is_not_decided(house: House, words: tuple[str, ...]) -> None:
    house.lends("X")
    assert house.types("outbox", *words) == (1, "no row 7 waits for a person\n")


@pytest.mark.parametrize(
    ("verb", "arguments", "words"),
    [
        ("outbox-retry", {}, "which row"),
        ("outbox-retry", {"id": "1"}, "which row"),
        ("outbox-retry", {"id": True}, "which row"),
        ("outbox-retry", {"id": 0}, "which row"),
        ("outbox-retry", {"id": 1 << 63}, "which row"),
        ("outbox-dismiss", {"id": 1}, "needs a reason"),
        ("outbox-dismiss", {"id": 1, "reason": " "}, "needs a reason"),
        ("outbox-dismiss", {"id": 1, "reason": "x" * (MAX_REASON + 1)}, "needs a reason"),
    ],
)
def test_what_is_no_decision_is_refused_in_words(
    house: House, verb: str, arguments: dict[str, object], words: str
) -> None:
    refused(house)
    with pytest.raises(ValueError, match=words):
        ask(house.socket, verb, **arguments)
    assert [row.state for row in house.journal.deliveries()] == [State.REVIEW]


def test_control_characters_from_a_library_system_do_not_reach_the_terminal(house: House) -> None:
    house.abis.script["checkout"] = Refusal(Reason.OTHER, raw="\x1b[2Jgone\x07")
    house.lends("X")
    house.outbox.work()
    _, said = house.types("outbox")
    assert 'said: "?[2Jgone?"' in said


# --- status, verify, forget ------------------------------------------------------------------------------------------


def test_the_status_is_told_in_words(house: House) -> None:
    refused(house)
    code, said = house.types("status")
    assert code == 0
    assert said.splitlines()[:5] == [
        "station desk-1: nobody is there",
        "  journal: ready",
        "  printer: out of paper",
        "! No paper: receipts go another way.",
        "not yet confirmed by the library system: 1; 1 wait for a person (kiosk outbox)",
    ]
    assert "30234000517861: recorded here, and not taken by the library system" in said


def test_times_are_those_of_the_site_whatever_the_zone_of_this_machine(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(house)
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        for verb in ("status", "outbox", "attention"):
            assert "2026-11-20 13:00" in house.types(verb)[1]
    finally:
        monkeypatch.undo()
        time.tzset()


def test_what_the_built_in_library_and_the_post_do_is_part_of_the_status(house: House) -> None:
    said = house.types("status")[1]
    assert "backup" not in said
    assert "e-mail" not in said
    house.letters = 2
    offered: dict[str, object] = {
        "store": {"address": "0.0.0.0:6001", "stands": True, "trouble": "", "desks": 3},
        "pages": {"address": "https://0.0.0.0:8440", "stands": False, "trouble": "Address already in use"},
    }
    house.library = offered | {"backup": "2026-11-19T20:15:00+04:00"}
    lines = house.types("status")[1].splitlines()
    assert lines[4:8] == [
        "the library's store is at 0.0.0.0:6001; desks connected: 3",
        "! the staff's pages: not at https://0.0.0.0:8440: Address already in use",
        "last backup: 2026-11-19 20:15",
        "receipts that wait to be sent by e-mail: 2",
    ]
    house.library["backup"] = None
    assert "there is no backup yet" in house.types("status")[1]
    house.library = {"pages": {"address": "http://127.0.0.1:8440", "stands": True}, "backup": None}
    assert "the staff's pages are at http://127.0.0.1:8440" in house.types("status")[1]


def test_a_journal_that_does_not_answer_is_said(house: House) -> None:
    house.journal.close()
    assert "the journal does not answer" in house.types("status")[1]
    code, said = house.types("outbox")
    assert (code, "the journal is closed" in said) == (1, True)


def test_a_journal_that_holds_and_one_that_does_not(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.lends("X")
    assert house.types("verify") == (0, "The journal holds: 1 rows.\n")
    bad = SimpleNamespace(rows=6, holds=False, first_bad=7, reason="its hash does not fit")
    monkeypatch.setattr(house.journal, "verify", lambda: bad)
    assert house.types("verify") == (1, "The journal does not hold from row 7 on: its hash does not fit.\n")


Typed = Callable[[House, pytest.MonkeyPatch], tuple[int, str]]


def as_an_argument(house: House, _: pytest.MonkeyPatch) -> tuple[int, str]:
    return house.types("forget", ANNA)


def on_standard_input(house: House, patch: pytest.MonkeyPatch) -> tuple[int, str]:
    patch.setattr(sys, "stdin", io.StringIO(f"{ANNA}\n"))
    return house.types("forget")


def with_a_dash(house: House, patch: pytest.MonkeyPatch) -> tuple[int, str]:
    patch.setattr(sys, "stdin", io.StringIO(f"  {ANNA}"))
    return house.types("forget", "-")


def at_a_terminal(house: House, patch: pytest.MonkeyPatch) -> tuple[int, str]:
    patch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    patch.setattr(client.getpass, "getpass", lambda _: ANNA)
    return house.types("forget")


@pytest.mark.parametrize("typed", [as_an_argument, on_standard_input, with_a_dash, at_a_terminal])
def test_a_reader_is_forgotten_and_the_log_names_no_card(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, typed: Typed
) -> None:
    caplog.set_level(logging.DEBUG)
    refused(house)
    code, said = typed(house, monkeypatch)
    assert code == 1
    assert "1 loans or returns of this reader are not yet confirmed" in said
    house.types("outbox", "dismiss", "1", "--reason", "done")
    assert house.types("verify")[0] == 0
    assert typed(house, monkeypatch) == (0, "The reader is forgotten here.\n")
    assert [word for word in (ANNA, "Лебедев", "Анна") if word.encode() in house.bytes()] == []
    assert ANNA not in caplog.text
    assert "Лебедева" not in caplog.text


def test_no_card_at_all_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    code, said = house.types("forget")
    assert (code, said) == (1, "forget needs the card's number: card\n")


# --- which station ---------------------------------------------------------------------------------------------------


def test_the_only_station_of_a_machine_need_not_be_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no station runs here"):
        client.socket_of(None, tmp_path)
    (tmp_path / "kiosk-desk-1").mkdir()
    (tmp_path / "kiosk-desk-1" / "control.sock").touch()
    assert client.socket_of(None, tmp_path) == tmp_path / "kiosk-desk-1" / "control.sock"
    (tmp_path / "kiosk-door-1").mkdir()
    (tmp_path / "kiosk-door-1" / "control.sock").touch()
    with pytest.raises(ValueError, match="say --station and one of desk-1, door-1"):
        client.socket_of(None, tmp_path)
    assert client.socket_of("door-1", tmp_path) == tmp_path / "kiosk-door-1" / "control.sock"


def test_nobody_there_is_said_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--socket", str(tmp_path / "control.sock")]) == 1
    assert "no station answers at" in capsys.readouterr().err


def test_books_to_look_at_are_listed_and_ticked_off(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert house.types("attention") == (0, "No book needs to be looked at.\n")
    cut_off = Entry(Kind.CHECKIN_NOT_SENT, SessionId("s"), TxnId("t"), None, ItemId("X"), data={"recovered": True})
    house.journal.write([cut_off])
    monkeypatch.setattr(client, "_time", lambda _: "today")
    assert house.types("attention")[1].splitlines()[0] == (
        "     1  today  X: return cut off: look for the book, and return it if it is here"
    )
    assert house.types("attention", "dismiss", "1", "--reason", "found") == (0, "Row 1 is ticked off.\n")
    assert house.facts(Kind.ATTENTION_DONE) == [{"row": 1, "by": os.getuid()}]
    assert house.types("attention", "dismiss", "1", "--reason", "found") == (1, "no row 1 asks for attention\n")
    with pytest.raises(ValueError, match="needs a reason"):
        ask(house.socket, "attention-dismiss", id=1, reason=" ")


@pytest.mark.parametrize(
    "words",
    [("attention", "dismiss", "1"), ("outbox", "dismiss", "1"), ("outbox", "retry"), ("outbox", "retry", "one")],
)
def test_wrong_words_are_told_from_trouble(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2


def test_what_the_station_thinks_of_the_clock_and_what_a_person_says_of_it(house: House) -> None:
    house.health["clock"] = "nothing kept the clock."
    assert house.types("clock") == (1, "clock: nothing kept the clock.\n")
    assert house.types("clock", "believe") == (0, f"The clock is believed by {os.geteuid()}.\n")
    assert house.types("clock") == (0, "clock: ready\n")
