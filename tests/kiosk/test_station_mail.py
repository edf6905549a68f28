"""A whole station and a mail server of others: what is borrowed at the desk arrives in the reader's mailbox."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from devices.drivers.escpos.sim import Fault
from kiosk.app.system import SystemClock
from kiosk.domain.ids import CardNumber, Secret
from kiosk.domain.mail import Address
from kiosk.domain.patrons import Patron
from kiosk.domain.receipts import Way
from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import Rules
from kiosk.events import Button, Choice, Chosen, Pressed, Task, TaskChosen
from kiosk.views import Banner, Farewell, Home, Identify, Idle, Paper, Pin, RefusalCard
from sync.abis.local import open_store
from sync.abis.local.settings import Settings as LocalSettings
from sync.abis.local.store import Store
from sync.mail.settings import Settings
from sync.spec import Surroundings
from tests.kiosk.desks import RULES, ZONE, Desk, desk
from tests.kiosk.small_library import ANNA, COPIES, PIN, SOLARIS, small_library
from tests.sync.mail.mailbox import Authority, Mailbox, serving, settings

BY_MAIL = replace(RULES, ways=(Way.PAPER, Way.MAIL), first_way=Way.MAIL)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("ca"))


class Reaching(Store):
    """The built-in library, with an address of Anna's."""

    def identify(self, card: CardNumber, pin: Secret | None) -> Patron | Refusal:
        found = super().identify(card, pin)
        return replace(found, mail=Address("anna@mail.ru")) if isinstance(found, Patron) else found


def reaching(held: Store) -> Store:
    held.__class__ = Reaching
    return held


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    held = reaching(small_library(tmp_path))
    yield held
    held.close()


@contextmanager
def at_desk(folder: Path, store: Store, mail: Settings, rules: Rules = BY_MAIL) -> Iterator[Desk]:
    with desk(folder, store, COPIES, rules, mail=mail) as here:
        here.ui.wait_for(lambda view: isinstance(view, Idle) and not view.frame.offline)
        yield here


def logs_in(at: Desk) -> None:
    at.hands.show_card(ANNA)
    at.sees(Pin)
    at.pin(PIN)


def borrows(at: Desk) -> None:
    at.hands.lay(SOLARIS)
    at.sees(Identify)
    logs_in(at)
    at.ui.wait_for(lambda view: bool(getattr(view, "count", None) and view.count.yours))
    at.post(Pressed(Button.FINISH))


def told(at: Desk) -> list[tuple[str, object]]:
    rows = at.station.journal.rows(limit=100)
    return [(row.kind, row.data.get("topic")) for row in rows if row.kind.startswith("receipt")]


def nobody() -> int:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        return int(gone.getsockname()[1])


def until_told(at: Desk, kind: str) -> None:
    pause = Event()
    for _ in range(500):
        if kind in [row[0] for row in told(at)]:
            return
        pause.wait(0.02)
    raise TimeoutError(f"the journal has {told(at)}")


def test_a_receipt_goes_from_the_desk_into_the_reader_s_mailbox(
    tmp_path: Path, store: Store, authority: Authority
) -> None:
    box = Mailbox()
    with serving(box, authority.context()) as port, at_desk(tmp_path, store, settings(port, authority)) as at:
        borrows(at)
        farewell = at.sees(Farewell, paper=Paper.MAILED)
        assert farewell.mail == "a•••@mail.ru"
        until_told(at, Kind.RECEIPT_PRINTED)
        assert told(at) == [(Kind.RECEIPT_TO_MAIL, None), (Kind.RECEIPT_PRINTED, "mailed")]
        assert at.hands.receipts() == []
        assert at.station.health()["mail"] == "ready"
    ((to, message),) = box.came
    assert to == "anna@mail.ru"
    assert "Солярис" in message.get_body(("plain",)).get_content()
    assert list((tmp_path / "mail").iterdir()) == []


def test_a_letter_waits_for_the_network_over_a_restart_and_is_not_asked_about_meanwhile(
    tmp_path: Path, store: Store, authority: Authority
) -> None:
    with at_desk(tmp_path, store, settings(nobody(), authority)) as at:
        borrows(at)
        at.sees(Farewell, paper=Paper.MAILED)
        at.post(Pressed(Button.FINISH))
        at.sees(Idle)
        assert at.station.journal.verify().holds
        assert "anna" not in " ".join(repr(row) for row in at.station.journal.rows(limit=100))
        at.hands.lift_all()
        at.post(TaskChosen(Task.HOME))
        logs_in(at)
        at.sees(Home)
    again = open_store(LocalSettings(), Surroundings(ZONE, SystemClock(), tmp_path))
    box = Mailbox()
    with serving(box, authority.context()) as port, at_desk(tmp_path, again, settings(port, authority)) as at:
        until_told(at, Kind.RECEIPT_PRINTED)
    assert len(box.came) == 1


def test_a_reader_who_is_forgotten_is_written_to_no_more(tmp_path: Path, store: Store, authority: Authority) -> None:
    with at_desk(tmp_path, store, settings(nobody(), authority)) as at:
        borrows(at)
        at.sees(Farewell, paper=Paper.MAILED)
        at.post(Pressed(Button.FINISH))
        at.sees(Idle)
        assert at.station.forget(ANNA).done
        assert list((tmp_path / "mail").iterdir()) == []


def test_paper_that_ends_costs_no_loan_and_the_receipt_comes_by_e_mail(
    tmp_path: Path, store: Store, authority: Authority
) -> None:
    box = Mailbox()
    rules = replace(BY_MAIL, first_way=Way.PAPER)
    with serving(box, authority.context()) as port, at_desk(tmp_path, store, settings(port, authority), rules) as at:
        at.hands.paper.faults.add(Fault.PAPER_OUT)
        at.ui.wait_for(lambda view: view.frame.banner is Banner.NO_RECEIPT)
        borrows(at)
        at.sees(Farewell, paper=Paper.MAILED_INSTEAD)
        until_told(at, Kind.RECEIPT_PRINTED)
        assert store.loans(ANNA) == {SOLARIS}
        at.post(Pressed(Button.FINISH))
        at.hands.printer.push(at.hands.paper.act(0.0))
        at.ui.wait_for(lambda view: view.frame.banner is Banner.NONE)
    assert len(box.came) == 1


def test_a_receipt_that_a_power_cut_took_is_sent_at_the_next_log_in(
    tmp_path: Path, store: Store, authority: Authority
) -> None:
    """Reprint after a power cut, by e-mail."""
    rules = replace(BY_MAIL, first_way=Way.PAPER)
    with at_desk(tmp_path, store, settings(nobody(), authority), rules) as at:
        at.hands.lay(SOLARIS)
        at.sees(Identify)
        logs_in(at)
        at.ui.wait_for(lambda view: bool(getattr(view, "count", None) and view.count.yours))
    again = reaching(open_store(LocalSettings(), Surroundings(ZONE, SystemClock(), tmp_path)))
    box = Mailbox()
    with serving(box, authority.context()) as port, at_desk(tmp_path, again, settings(port, authority), rules) as at:
        at.post(TaskChosen(Task.HOME))
        logs_in(at)
        card = at.sees(RefusalCard)
        assert (card.refusal.reason, card.choices) == (
            Reason.RECEIPT_UNPRINTED, (Choice.YES, Choice.MAIL, Choice.NO),
        )  # fmt: skip
        at.post(Chosen(card.row.item, Choice.MAIL))
        at.sees(Home)
        until_told(at, Kind.RECEIPT_PRINTED)
    assert "Повтор: этот чек мог выйти раньше" in box.came[0][1].get_body(("plain",)).get_content()
