"""A library of five books and three readers, in the built-in store."""

from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.app.demo.desk import Copy
from kiosk.app.system import SystemClock
from kiosk.domain.ids import CardNumber, ItemId
from sync.abis.local import open_store
from sync.abis.local.exchange import import_file
from sync.abis.local.settings import Settings
from sync.abis.local.store import Store
from sync.spec import Surroundings

ZONE = ZoneInfo("Europe/Samara")
SOLARIS, LAURUS, CLUB, STORIES, PICNIC = (ItemId(f"3000000000{n}") for n in ("1001", "1002", "1003", "1004", "1005"))
ANNA, BORIS, TEEN = (CardNumber(f"2000000000{n}") for n in ("2001", "2002", "2003"))
PIN = "739164"
COPIES = [
    Copy(SOLARIS, "Солярис", "Станислав Лем"),
    Copy(LAURUS, "Лавр", "Евгений Водолазкин"),
    Copy(CLUB, "Бойцовский клуб", "Чак Паланик"),
    Copy(STORIES, "Денискины рассказы", "Виктор Драгунский"),
    Copy(PICNIC, "Пикник на обочине", "Стругацкие"),
]
SHEETS = {
    "branches": "code;name;here;lent\nmain;На Садовой;yes;yes\n",
    "categories": "code;name;item_limit;hold_limit;debt_limit\nadult;Взрослый;20;5;\n",
    "types": "code;name\nbook;Книга\n",
    "rules": "category;type;days;renewals;renewal_days;fee\nadult;book;21;2;14;0\n",
    "titles": "code;title;author;isbn;year;age_mark\n"
    + "".join(
        f"t{number};{copy.title};{copy.author};;;{'18' if copy.item == CLUB else '12'}+\n"
        for number, copy in enumerate(COPIES)
    ),
    "items": "item;title;branch;type;shelf;state\n"
    + "".join(f"{copy.item};t{number};main;book;;normal\n" for number, copy in enumerate(COPIES)),
    "patrons": "card;name;first_name;category;birth;expires;standing;pin;other_cards;note\n"
    f"{ANNA};Иванова Анна;Анна;adult;1990-05-05;;active;{PIN};;\n"
    f"{BORIS};Борисов Борис;Борис;adult;1980-05-05;;active;1234;;\n"
    f"{TEEN};Юный Юра;Юра;adult;2015-05-05;;active;4321;;\n",
}


def small_library(folder: Path) -> Store:
    store = open_store(Settings(), Surroundings(ZONE, SystemClock(), folder))
    for name, text in SHEETS.items():
        import_file(store.database, name, text.encode(), ZONE)
    return store
