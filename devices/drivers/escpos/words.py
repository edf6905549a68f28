"""What a receipt says, one entry per language. An unknown language is printed in English."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Words:
    """`{day}`, `{phone}` are filled in. `books` counts in the language's own way: 1 книга, 2 книги, 5 книг."""

    tag: str
    card: str
    until: str
    renewed: str
    returned: str
    stayed: str
    unconfirmed: str
    renew_here: str
    renew_call: str
    books: Callable[[int], str]

    def fitted(self, fit: Callable[[str], str]) -> "Words":
        """Return the same words in the characters a printer has."""
        texts = {f.name: fit(getattr(self, f.name)) for f in fields(self) if f.name not in ("tag", "books")}
        return replace(self, books=lambda n: fit(self.books(n)), **texts)


def _russian(n: int) -> str:
    few = n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14)
    one = n % 10 == 1 and n % 100 != 11
    return f"{n} {'книга' if one else 'книги' if few else 'книг'}"


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
        books=lambda n: "1 book" if n == 1 else f"{n} books",
    ),
}


def words(language: str) -> Words:
    """Return the words of `language` ("ru", "ru-RU"), else the English ones."""
    return WORDS.get(language.partition("-")[0].lower(), WORDS["en"])
