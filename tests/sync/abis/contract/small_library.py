"""The small library that every world of the contract suite tells of, as the CSV files of the built-in store.

Cards and items are named for what they are: a story names them by these parts, a world says its own numbers for them.
"""

from tests.sync.abis.shelves import BRANCHES

FILES = {
    "branches": BRANCHES,
    "categories": """
        code;name;item_limit;hold_limit;debt_limit
        adult;Взрослый;5;3;100
        short;По одной;1;3;100
    """,
    "types": """
        code;name
        book;Книга
        once;Не продлевается
        paid;Платная
    """,
    "rules": """
        category;type;days;renewals;renewal_days;fee
        adult;book;21;1;14;0
        adult;once;7;0;0;0
        adult;paid;14;1;14;50
        short;book;21;1;14;0
    """,
    "titles": """
        code;title;author;isbn;year;age_mark
        free;Пикник на обочине;Аркадий и Борис Стругацкие;;1972;16+
        mine;Солярис;Станислав Лем;;1961;16+
        late;Лавр;Евгений Водолазкин;;2012;
        others;Мы;Евгений Замятин;;1924;
        held;Мастер и Маргарита;Михаил Булгаков;;1967;
        adult;Бойцовский клуб;Чак Паланик;;1996;18+
        away;Ёжик в тумане;Сергей Козлов;;1981;6+
        wanted;Чевенгур;Андрей Платонов;;1929;
    """,
    "items": """
        item;title;branch;type;shelf;state
        FREE;free;SAD;book;С-1;normal
        FREE2;free;SAD;book;С-1;normal
        PAID;free;SAD;paid;С-1;normal
        READING;free;SAD;book;С-1;reference
        FOREIGN;free;LES;book;С-1;normal
        AWAY;away;ZAR;book;С-1;normal
        ADULT;adult;SAD;book;С-2;normal
        ADULT2;adult;SAD;book;С-2;normal
        MINE;mine;SAD;book;С-3;normal
        LATE;late;SAD;book;С-3;normal
        OTHERS;others;SAD;book;С-3;normal
        ONCE;others;SAD;once;С-3;normal
        HELD;held;SAD;book;С-4;normal
        WANTED;wanted;SAD;book;С-4;normal
        LAST;others;SAD;book;С-3;normal
    """,
    "patrons": """
        card;name;first_name;category;birth;expires;standing;pin;other_cards;note
        ANNA;Щукина Анна Юрьевна;Анна;adult;1990-05-14;2027-12-31;active;1234;CITY-7;
        OTHER;Ёлкин Пётр;Пётр;adult;1985-01-02;;active;4321;;
        FULL;Ким Борис;Борис;short;1985-01-02;;active;;;
        TEEN;Ершов Денис;Денис;adult;2010-11-21;;active;;;
        NOBIRTH;Мартынов Глеб;Глеб;adult;;;active;;;
        DEBTOR;Орлова Вера;Вера;adult;1979-03-03;;active;;;
        EXPIRED;Рябова Жанна;Жанна;adult;1990-01-01;2026-11-19;active;;;
        BLOCKED;Титов Иван;Иван;adult;1990-01-01;;blocked;;;
        LOST;Зимина Кира;Кира;adult;1990-01-01;;lost;;;
    """,
    "loans": """
        item;card;lent;due;renewals
        MINE;ANNA;2026-11-10T10:00:00+03:00;2026-12-01;0
        LATE;ANNA;2026-10-01T10:00:00+03:00;2026-11-18;1
        OTHERS;OTHER;2026-11-10T10:00:00+03:00;2026-12-01;0
        ONCE;OTHER;2026-11-18T10:00:00+03:00;2026-11-25;0
        WANTED;OTHER;2026-11-10T10:00:00+03:00;2026-12-01;0
        LAST;FULL;2026-11-10T10:00:00+03:00;2026-12-01;0
    """,
    "holds": """
        card;title;placed;item;place;until
        OTHER;held;2026-11-12T10:00:00+03:00;HELD;А-12;2026-11-24
        ANNA;wanted;2026-11-13T10:00:00+03:00;;;
    """,
    "fees": """
        card;item;amount;paid;day;why
        DEBTOR;;150;0;2026-11-01;за потерю
        OTHER;;12.50;0;2026-11-01;за просрочку
    """,
    "messages": """
        card;text
        ANNA;Клуб читателей: в среду в 18:00
    """,
}

CARDS = ("ANNA", "OTHER", "FULL", "TEEN", "NOBIRTH", "DEBTOR", "EXPIRED", "BLOCKED", "LOST", "NOBODY")
ITEMS = (
    *("FREE", "FREE2", "PAID", "READING", "FOREIGN", "AWAY", "ADULT", "ADULT2", "NOTHING"),
    *("MINE", "LATE", "OTHERS", "ONCE", "HELD", "WANTED", "LAST"),
)
