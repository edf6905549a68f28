"""The demo's staff card: it opens the staff screen of a real kiosk process, which staff restart there."""

import threading
from pathlib import Path

import pytest

from kiosk.app.demo.catalogue import copies
from kiosk.app.demo.desk import DemoDesk
from kiosk.app.demo.kiosk_child import KioskChild
from kiosk.app.demo.prompt import Prompt
from kiosk.app.demo.site import Size, write_site
from kiosk.app.demo.staff import CARDS, STAFF, TEST, write_staff
from kiosk.app.show import RESTART
from kiosk.app.system import SystemClock
from kiosk.domain.ids import Secret
from kiosk.domain.records import Kind
from kiosk.domain.staff import Act
from kiosk.events import ActChosen
from kiosk.views import Idle, StaffMenu, StaffPin
from sync.journal.journal import StationJournal
from sync.staff_cards import StaffCards

SYSTEMD = Path(__file__).parent.parent.parent / "systemd"
SECONDS = 60.0
NOBODY = 9
"""A port of this machine where no library system is."""


def test_both_cards_are_there_and_stay_as_they_are(tmp_path: Path) -> None:
    write_staff(tmp_path)
    cards = StaffCards(tmp_path)
    before = cards.path.read_bytes()
    write_staff(tmp_path)
    assert cards.path.read_bytes() == before
    assert cards.opens(STAFF.card, Secret(STAFF.pin)) == "demo"
    assert cards.is_test(TEST.card)


def test_both_cards_are_shown_by_their_names(tmp_path: Path) -> None:
    said: list[str] = []
    with DemoDesk(copies()) as desk:
        shown: list[str] = []
        desk.show_card = shown.append  # type: ignore[method-assign]
        prompt = Prompt(desk, said.append, tmp_path)
        for words in ("card сотрудник", "card тестовый"):
            prompt.obey(words)
    assert shown == [card.card for card in CARDS]


@pytest.mark.slow
def test_staff_restart_the_kiosk_at_its_screen(tmp_path: Path) -> None:
    over = threading.Event()
    codes: list[int] = []

    def ended(code: int) -> None:
        codes.append(code)
        over.set()

    with DemoDesk(copies()) as desk:
        write_site(tmp_path, desk, NOBODY, Size(1024, 768))
        write_staff(tmp_path)
        kiosk = KioskChild(tmp_path, desk.wires, ended)
        kiosk.start()
        try:
            kiosk.wait_for(lambda view: isinstance(view, Idle), SECONDS)
            desk.show_card(STAFF.card)
            kiosk.wait_for(lambda view: isinstance(view, StaffPin), SECONDS)
            kiosk.type(STAFF.pin)
            kiosk.enter()
            kiosk.wait_for(lambda view: isinstance(view, StaffMenu), SECONDS)
            kiosk.press(ActChosen(Act.RESTART))
            kiosk.wait_for(lambda view: isinstance(view, StaffMenu) and view.sure, SECONDS)
            kiosk.press(ActChosen(Act.RESTART))
            assert over.wait(SECONDS)
        finally:
            kiosk.stop()
    assert codes == [RESTART]
    journal = StationJournal(tmp_path / "journal.db", SystemClock(), ballast=0)
    journal.start()
    rows = [(row.kind, row.data.get("topic"), row.data.get("staff")) for row in journal.rows()]
    journal.close()
    assert (Kind.STAFF_DID, "restart", "demo") in rows
    assert rows[-1][0] == Kind.STATION_STOPPED
    assert STAFF.pin.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("journal*"))


def test_systemd_starts_again_what_staff_have_ended() -> None:
    unit = (SYSTEMD / "kiosk@.service").read_text("utf-8").splitlines()
    assert "Restart=always" in unit
    assert f"SuccessExitStatus={RESTART}" in unit
    assert not any(line.startswith("RestartPreventExitStatus") for line in unit)
