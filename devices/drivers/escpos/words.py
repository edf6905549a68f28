"""What a receipt says, one entry per language. An unknown language is printed in English."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """`{day}`, `{phone}` are filled in. `books` counts in the language's own way: 1 книга, 2 книги, 5 книг; `months`
    stand as they do behind the day."""

    tag: str
    card: str
    until: str
    renewed: str
    returned: str
    stayed: str
    unconfirmed: str
    renew_here: str
    renew_call: str
    months: tuple[str, ...]
    books: Callable[[int], str]

    def day(self, day: date) -> str:
        """Return "12 декабря"."""
        return f"{day.day} {self.months[day.month - 1]}"

    def fitted(self, fit: Callable[[str], str]) -> "Words":
        """Return the same words in the characters a printer has."""
        kept = ("tag", "months", "books")
        texts: dict[str, Any] = {f.name: fit(getattr(self, f.name)) for f in fields(self) if f.name not in kept}
        return replace(self, books=lambda n: fit(self.books(n)), **texts)


def _russian(n: int) -> str:
    few = n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14)
    one = n % 10 == 1 and n % 100 != 11
    return f"{n} {'книга' if one else 'книги' if few else 'книг'}"


_RUSSIAN_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WORDS: Mapping[str, Words] = {
    "ru": Words(
        tag="ru",
        card="билет {card}",
        until="до {day}",
        renewed="Продлили",
        returned="Вернули",
        stayed="Остались в библиотеке",
        unconfirmed="Записано на станции, подтвердим в каталоге",
        renew_here="Продлить: на киоске",
        renew_call="Продлить: на киоске или по телефону {phone}",
        months=_RUSSIAN_MONTHS,
        books=_russian,
    ),
    "en": Words(
        tag="en",
        card="card {card}",
        until="until {day}",
        renewed="Renewed",
        returned="Returned",
        stayed="Stayed in the library",
        unconfirmed="Recorded at this station, the catalogue will confirm it",
        renew_here="To renew: at the kiosk",
        renew_call="To renew: at the kiosk or by phone {phone}",
        months=_ENGLISH_MONTHS,
        books=lambda n: "1 book" if n == 1 else f"{n} books",
    ),
}


def words(language: str) -> Words:
    """Return the words of `language` ("ru", "ru-RU"), else the English ones."""
    return WORDS.get(language.partition("-")[0].lower(), WORDS["en"])
