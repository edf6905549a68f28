"""What the pages say, in two languages: one file of words each, with the same keys."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from kiosk.ports.office import Fault

LANGUAGES = ("ru", "en")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@cache
def words(language: str) -> Mapping[str, str]:
    path = Path(__file__).parent / f"words.{language}.json"
    return MappingProxyType(json.loads(path.read_text("utf-8")))


class Speech:
    """How one page speaks."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self.language = language
        self._words, self._zone = words(language), zone

    def say(self, key: str, **values: object) -> str:
        return self._words[key].format(**values)

    def named(self, group: str, name: str) -> str:
        """The word of a code, or the code where there is none."""
        return self._words.get(f"{group}.{name}", name)

    def day(self, day: date | None) -> str:
        if day is None:
            return "—"
        return f"{day:%d.%m.%Y}" if self.language == "ru" else f"{day.day} {MONTHS[day.month - 1]} {day.year}"

    def moment(self, at: datetime) -> str:
        local = at.astimezone(self._zone)
        return f"{self.day(local.date())} {local:%H:%M}"

    def money(self, minor: int, currency: str) -> str:
        sign = {"RUB": "₽", "EUR": "€", "USD": "$"}.get(currency, currency)
        whole = f"{minor // 100}" + (f",{minor % 100:02}" if minor % 100 else "")
        return f"{whole} {sign}" if self.language == "ru" else f"{whole.replace(',', '.')} {sign}"

    def fault(self, fault: Fault) -> str:
        key = f"fault.{fault.why}"
        return self.say(key, about=fault.about) if key in self._words else fault.said or fault.why


def preferred(accepts: str) -> str:
    """The language of a browser that nobody has chosen one in: Russian, unless it asks for English first.

    >>> preferred("en-GB,en;q=0.9,ru;q=0.8"), preferred("tt,ru;q=0.5"), preferred("")
    ('en', 'ru', 'ru')
    """
    first = [part.strip()[:2].lower() for part in accepts.split(",")[:20]]
    return next((language for language in first if language in LANGUAGES), LANGUAGES[0])
