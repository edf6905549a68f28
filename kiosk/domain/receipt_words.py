"""What a receipt says, on paper or in a letter, one entry per language. An unknown language is English."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """`{day}`, `{phone}` and so on are filled in. `books` counts in the language's own way: 1 книга, 2 книги, 5 книг;
    `months` stand as they do behind the day."""

    tag: str
    card: str
    until: str
    renewed: str
    returned: str
    stayed: str
    unconfirmed: str
    dates_unsure: str
    renew_here: str
    renew_call: str
    again: str
    fees: str
    lent: str
    subject: str
    sent_by: str
    """Below a letter: who sent it."""
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
        dates_unsure="Срок предварительный: часы станции сбились, точный срок скажет библиотека",
        renew_here="Продлить: на киоске",
        renew_call="Продлить: на киоске или по телефону {phone}",
        again="Повтор: этот чек мог выйти раньше",
        fees="К оплате: {amount}",
        lent="Взяли",
        subject="Чек: {library}",
        sent_by="Это письмо отправил киоск библиотеки, отвечать на него не нужно.",
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
        dates_unsure="The due date is to be confirmed: this station's clock was wrong, ask the library",
        renew_here="To renew: at the kiosk",
        renew_call="To renew: at the kiosk or by phone {phone}",
        again="Copy: this receipt may have come out before",
        fees="To pay: {amount}",
        lent="Borrowed",
        subject="Your receipt: {library}",
        sent_by="This message was sent by the library's kiosk; there is no need to answer it.",
        months=_ENGLISH_MONTHS,
        books=lambda n: "1 book" if n == 1 else f"{n} books",
    ),
}


def words(language: str) -> Words:
    """Return the words of `language` ("ru", "ru-RU"), else the English ones."""
    return WORDS.get(language.partition("-")[0].lower(), WORDS["en"])
