"""Messages by identifier in every language, with plural forms, days, times and money as the language writes them.

A language is a folder `ui/locales/<tag>/LC_MESSAGES/kiosk.po`: nothing else names it, the names of its months and the
signs of its numbers stand there too. Catalogues are read at start (a few milliseconds), so a translator sees a change
at once and nothing has to be compiled. In a message `{name}` is filled in, *stars* mark what is set in bold.
A message `x.scanned` stands in the place of `x` at a desk that reads barcodes only.
"""

import gettext
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import lru_cache
from pathlib import Path

import polib

from kiosk.domain.money import Money

FOLDER = Path(__file__).parent.parent / "locales"
SCANNED = ".scanned"
Forms = tuple[str, ...]
SIGNS = {"RUB": "₽", "EUR": "€", "USD": "$", "GBP": "£"}
_BINDING = re.compile(r"(\d|\b(?:[авикосу]|до|за|из|на|не|ни|но|об|от|по|со)) (?=\S)", re.IGNORECASE)
_PLURAL = re.compile(r"plural=([^;]+)")
_LAST = re.compile(r"(?<=\S) (\S{1,3})$")


@dataclass(frozen=True, slots=True)
class Words:
    """One language. A message that is missing shows as its identifier; a test sees to it that none is."""

    tag: str
    messages: Mapping[str, Forms]
    form: Callable[[int], int]

    def say(self, message: str, **values: object) -> str:
        """Return a message with its values filled in."""
        return bound(self.messages.get(message, (message,))[0].format(**values))

    def count(self, message: str, n: int, **values: object) -> str:
        """Return the form of a message that fits the number; `{n}` is the number."""
        forms = self.messages.get(message, (message,))
        return bound(forms[min(self.form(n), len(forms) - 1)].format(n=n, **values))

    def scanned(self) -> "Words":
        """Return the words of a desk that reads barcodes only: `x.scanned` instead of `x`, where it is there."""
        own = {name.removesuffix(SCANNED): forms for name, forms in self.messages.items() if name.endswith(SCANNED)}
        return replace(self, messages={**self.messages, **own})

    def has(self, message: str) -> bool:
        return message in self.messages

    def day(self, day: date, today: date | None = None) -> str:
        """Return "12 декабря", with the year only if it is another than today's."""
        date = self.say(f"date.month.{day.month}", day=day.day)
        if today is None or day.year == today.year:
            return date
        return self.say("date.year", date=date, year=day.year)

    def near_day(self, day: date, today: date | None = None) -> str:
        """Return `day` where little room is: with another year, in digits."""
        if today is None or day.year == today.year:
            return self.day(day, today)
        return self.say("date.short_year", day=day.day, month=day.month, year=day.year)

    def short_day(self, day: date) -> str:
        """Return "12.12", as a receipt has it."""
        return self.say("date.short", day=day.day, month=day.month)

    def time(self, at: time) -> str:
        return f"{at:%H:%M}"

    def money(self, money: Money) -> str:
        """Return "50 ₽"; minor units only where there are any."""
        whole, minor = divmod(abs(money.minor), 100)
        amount = f"{'-' if money.minor < 0 else ''}{whole:,}".replace(",", self.messages["number.group"][0])
        if minor:
            amount += f"{self.messages['number.point'][0]}{minor:02}"
        return f"{amount}\u00a0{SIGNS.get(money.currency, money.currency)}"

    def when(self, day: date, today: date) -> str:
        """Return "завтра", "в понедельник" or "12 декабря": a day to come, as one says it."""
        if day == today:
            return self.say("when.today")
        if day == today + timedelta(days=1):
            return self.say("when.tomorrow")
        if day < today + timedelta(days=7):
            return self.say(f"when.weekday.{day.isoweekday()}")
        return self.day(day, today)


def languages(folder: Path = FOLDER) -> tuple[str, ...]:
    """Return the tags of all languages there are, in alphabetical order."""
    return tuple(sorted(path.parts[-3] for path in folder.glob("*/LC_MESSAGES/kiosk.po")))


@lru_cache(maxsize=16)
def load(tag: str, folder: Path = FOLDER) -> Words:
    """Read one language. Raises FileNotFoundError for a language that is not there."""
    path = folder / tag / "LC_MESSAGES" / "kiosk.po"
    if not path.is_file():
        raise FileNotFoundError(path)
    catalogue = polib.pofile(str(path), encoding="utf-8")
    messages = {entry.msgid: _forms(entry) for entry in catalogue if not entry.obsolete}
    rule = _PLURAL.search(catalogue.metadata["Plural-Forms"])
    assert rule is not None
    return Words(tag, messages, gettext.c2py(rule[1]))


def _forms(entry: polib.POEntry) -> Forms:
    plural = entry.msgstr_plural
    return tuple(plural[number] for number in sorted(plural)) if plural else (entry.msgstr,)


def bound(text: str) -> str:
    """Return a text in which a number or a short Russian word is not parted from what follows, no dash stands alone,
    and no last line is one short word.

    >>> bound("до 12 декабря") == "до\\u00a012\\u00a0декабря"
    True
    """
    twice = _BINDING.sub("\\1\u00a0", _BINDING.sub("\\1\u00a0", text))  # a bound word may bind the next
    return _LAST.sub("\u00a0\\1", twice).replace(" —", "\u00a0—")
