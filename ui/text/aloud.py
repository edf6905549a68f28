"""Numbers, days and times spelled out for the voice. A language without rules here is read as it is written."""

from collections.abc import Callable

from ui.text import aloud_en, aloud_ru

SPELLERS: dict[str, Callable[[str], str]] = {"ru": aloud_ru.spell, "en": aloud_en.spell}


def aloud(text: str, tag: str) -> str:
    """Return a text as it is spoken: no digits, no stars, no signs.

    >>> aloud("4 книги ваши до 12 декабря", "ru")
    'четыре книги ваши до двенадцатого декабря'
    """
    plain = " ".join(text.replace("*", "").replace("\u00a0", " ").replace("…", "").split())
    speller = SPELLERS.get(tag)
    return speller(plain) if speller else plain
