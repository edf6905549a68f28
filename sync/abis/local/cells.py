"""What may stand in a cell of our CSV files: how it is read and written, and the sentence that says what is allowed.

A reader raises ValueError for what is not allowed; the sentence is the same for every value of a kind.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sync.abis.local import pins
from sync.abis.local.rules import check_digit_isbn
from sync.abis.local.schema import moment

KEY = re.compile(r"[!-{}~]{1,64}")
"""Visible ASCII without the vertical bar, which ends a field of SIP2."""
SPOILT = re.compile(r"[0-9][.,][0-9]+[Ee][+-]?[0-9]+")
"""What a spreadsheet makes of a long number: its last digits are lost, so it is nobody's barcode any more."""
MOST_MONEY = 100_000_000
"""A million in major units; more is a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class Given:
    """What reading a file leans on: the site's zone, what the store knows, `today` where days may be relative to it."""

    zone: ZoneInfo
    known: Mapping[str, frozenset[str]] = field(default_factory=dict)
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of cell. `empty` is what an empty cell means. `secret`: never shown. `refers`: whose keys it holds.

    `allowed` is the sentence; `word` and `about` say the same to programs and translators.
    """

    word: str
    about: str
    allowed: str
    read: Callable[[str, Given], Any]
    write: Callable[[Any], str] = str
    may_be_empty: bool = False
    empty: Any = None
    secret: bool = False
    refers: str = ""


def key() -> Kind:
    return Kind(
        "key",
        "64",
        "1 to 64 letters, digits and signs of plain ASCII, without spaces, without |, not as 3.02E+13",
        _key,
    )


def words(longest: int, *, required: bool = True) -> Kind:
    def read(text: str, _given: Given) -> str:
        if len(text) > longest or not text.isprintable():
            raise ValueError
        return text

    allowed = f"text of up to {longest} characters on one line"
    return Kind("words", str(longest), allowed, read, may_be_empty=not required, empty="")


def number(low: int, high: int, *, required: bool = True) -> Kind:
    def read(text: str, _given: Given) -> int:
        if not re.fullmatch(r"-?[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise ValueError
        return int(text)

    allowed = f"a whole number from {low} to {high}"
    return Kind("number", f"{low} … {high}", allowed, read, may_be_empty=not required)


def one_of(*choices: str, default: str | None = None) -> Kind:
    def read(text: str, _given: Given) -> str:
        if text.lower() not in choices:
            raise ValueError
        return text.lower()

    named = ", ".join(choices)
    return Kind("one_of", named, f"one of {named}", read, may_be_empty=default is not None, empty=default)


def mark() -> Kind:
    """An age mark: `12+` as on the cover."""

    def read(text: str, _given: Given) -> int:
        if text.removesuffix("+") not in ("0", "6", "12", "16", "18"):
            raise ValueError
        return int(text.removesuffix("+"))

    return Kind("mark", "", "0+, 6+, 12+, 16+, 18+ or nothing", read, lambda age: f"{age}+", may_be_empty=True)


def yes_no() -> Kind:
    answers = {"yes": True, "да": True, "1": True, "no": False, "нет": False, "0": False}

    def read(text: str, _given: Given) -> bool:
        if text.lower() not in answers:
            raise ValueError
        return answers[text.lower()]

    return Kind("yes_no", "", "yes or no", read, lambda value: "yes" if value else "no")


def day(*, required: bool = True) -> Kind:
    """A calendar day, as ISO or as written in Russia; in the demo also `today+8`."""
    return Kind("day", "", "a day as 2026-12-31 or 31.12.2026", _read_day, date.isoformat, may_be_empty=not required)


def instant() -> Kind:
    """A moment with its zone; a bare day means its midnight in the site's zone. Kept in UTC."""

    def read(text: str, given: Given) -> str:
        if "T" in text:
            at = datetime.fromisoformat(text)
            if at.tzinfo is None:
                raise ValueError
            return moment(at)
        return moment(datetime.combine(_read_day(text, given), time(), given.zone))

    return Kind("instant", "", "a day as 2026-12-31, or a moment as 2026-12-31T10:00:00+03:00", read)


def closed_day() -> Kind:
    """A date, or a weekday for every week."""
    weekdays = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

    def read(text: str, given: Given) -> str:
        if text.lower() in weekdays:
            return str(weekdays.index(text.lower()) + 1)
        return _read_day(text, given).isoformat()

    def write(kept: str) -> str:
        return weekdays[int(kept) - 1] if len(kept) == 1 else kept

    return Kind("closed_day", "", "a day as 2026-12-31, or one of mon, tue, wed, thu, fri, sat, sun", read, write)


def amount(low: int = 0, *, required: bool = True) -> Kind:
    """Money in major units with up to two decimals, kept in minor units."""

    def read(text: str, _given: Given) -> int:
        if not re.fullmatch(r"[0-9]{1,7}([.,][0-9]{1,2})?", text):
            raise ValueError
        whole, _, part = text.replace(",", ".").partition(".")
        minor = int(whole) * 100 + int(part.ljust(2, "0"))
        if not low <= minor <= MOST_MONEY:
            raise ValueError
        return minor

    least = f", at least {low / 100:.2f}" if low else ""
    allowed = f"an amount as 50 or 49.90{least}"
    return Kind("amount", "", allowed, read, _money, may_be_empty=not required)


def isbn() -> Kind:
    """ISBN-10 or -13, with or without hyphens; the check digit must be right. Kept without hyphens."""

    def read(text: str, _given: Given) -> str:
        digits = text.replace("-", "").replace(" ", "").upper()
        if not (_is_isbn13(digits) or _is_isbn10(digits)):
            raise ValueError
        return digits

    allowed = "an ISBN of 10 or 13 digits with the right check digit, or nothing"
    return Kind("isbn", "", allowed, read, may_be_empty=True, empty="")


def pin() -> Kind:
    """Digits, kept as a salted hash. Never written: an exported list holds no PINs."""

    def read(text: str, _given: Given) -> str:
        return pins.hashed(text)

    allowed = "4 to 8 digits, or nothing to keep the PIN as it is"
    return Kind("pin", "", allowed, read, lambda _: "", may_be_empty=True, secret=True)


def reference(sheet: str, *, required: bool = True) -> Kind:
    """The key of a row in another file."""

    def read(text: str, given: Given) -> str:
        if text not in given.known.get(sheet, frozenset()):
            raise ValueError
        return text

    return Kind("reference", sheet, f"a key that stands in {sheet}.csv", read, may_be_empty=not required, refers=sheet)


def keys() -> Kind:
    """Several keys, separated by spaces."""

    def read(text: str, _given: Given) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(text.split()))
        if len(found) > 16 or not all(KEY.fullmatch(each) for each in found):
            raise ValueError
        return found

    return Kind("keys", "16", "up to 16 numbers, separated by spaces", read, " ".join, may_be_empty=True, empty=())


def email() -> Kind:
    """An address of one @, not checked further: who typed it wrong is told by nobody but the reader."""

    def read(text: str, _given: Given) -> str:
        if len(text) > 120 or not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", text) or not text.isprintable():
            raise ValueError
        return text

    return Kind("email", "", "an e-mail address as name@example.org, or nothing", read, may_be_empty=True)


def phone() -> Kind:
    """Digits with the usual signs between them, kept as typed."""

    def read(text: str, _given: Given) -> str:
        if not re.fullmatch(r"[0-9+() .-]{3,40}", text) or not 3 <= sum(sign.isdigit() for sign in text) <= 15:
            raise ValueError
        return text

    return Kind(
        "phone", "", "3 to 15 digits with + ( ) - . or spaces between them, or nothing", read, may_be_empty=True
    )


def _key(text: str, _given: Given) -> str:
    if not KEY.fullmatch(text) or SPOILT.fullmatch(text):
        raise ValueError
    return text


def _money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


def _read_day(text: str, given: Given) -> date:
    if given.today is not None and (relative := re.fullmatch(r"today(?:([+-][0-9]{1,4}))?", text)):
        return given.today + timedelta(days=int(relative[1] or 0))
    if written := re.fullmatch(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})", text):
        return date(int(written[3]), int(written[2]), int(written[1]))
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return date.fromisoformat(text)
    raise ValueError


def _is_isbn13(digits: str) -> bool:
    return bool(re.fullmatch(r"97[89][0-9]{10}", digits)) and check_digit_isbn(digits[:12]) == digits[12]


def _is_isbn10(digits: str) -> bool:
    if not re.fullmatch(r"[0-9]{9}[0-9X]", digits):
        return False
    values = [10 if digit == "X" else int(digit) for digit in digits]
    return sum(value * weight for value, weight in zip(values, range(10, 0, -1), strict=True)) % 11 == 0
