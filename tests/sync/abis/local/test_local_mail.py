"""The built-in library knows where a reader is written to, if staff entered an address that is one."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.app.system import SystemClock
from kiosk.domain.ids import CardNumber, Secret
from kiosk.domain.mail import Address
from kiosk.domain.patrons import Patron
from sync.abis.local import open_store
from sync.abis.local.exchange import import_file
from sync.abis.local.settings import Settings
from sync.spec import Surroundings

ZONE, ANNA = ZoneInfo("Europe/Samara"), CardNumber("20000000002001")
CATEGORIES = "code;name;item_limit;hold_limit;debt_limit\nadult;Взрослые;10;5;\n"
PATRONS = "card;name;first_name;category;birth;expires;standing;pin;other_cards;note;email\n"


@pytest.mark.parametrize(("entered", "mail"), [("anna@mail.ru", Address("anna@mail.ru")), ("", None)])
def test_a_reader_s_address_is_told_with_the_reader(tmp_path: Path, entered: str, mail: Address | None) -> None:
    store = open_store(Settings(), Surroundings(ZONE, SystemClock(), tmp_path))
    import_file(store.database, "categories", CATEGORIES.encode(), ZONE)
    anna = f"{ANNA};Иванова Анна;Анна;adult;;;active;1234;;;{entered}\n"
    import_file(store.database, "patrons", (PATRONS + anna).encode(), ZONE)
    found = store.identify(ANNA, Secret("1234"))
    assert isinstance(found, Patron)
    assert found.mail == mail
    assert "anna@" not in repr(found)
    store.close()
