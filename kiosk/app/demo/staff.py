"""The demo's staff card and test card; who they are is nobody."""

from pathlib import Path

from kiosk.app.demo.catalogue import DemoReader
from kiosk.domain.ids import CardNumber, Secret
from sync.staff_cards import StaffCards

STAFF = DemoReader(CardNumber("90000000000017"), "Сотрудник", "602915")
TEST = DemoReader(CardNumber("90000000000025"), "Тестовый билет", "0000")
CARDS = (STAFF, TEST)


def write_staff(folder: Path) -> None:
    """Give the demo's station both cards, where it has none yet."""
    cards = StaffCards(folder)
    if cards.whose(STAFF.card) is None:
        cards.set("demo", STAFF.card, Secret(STAFF.pin))
    if not cards.is_test(TEST.card):
        cards.add_test(TEST.card)
