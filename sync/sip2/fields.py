"""The fields of SIP2 2.00, fixed and identified, and what their values may be.

Source: 3M Standard Interchange Protocol 2.00 (document revision 2.10).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

MAX_VALUE = 255
"""The standard's longest value. Koha counts characters, not bytes, so reading does too; writing keeps to bytes."""

Check = Callable[[str], bool]
"""Whether a text of the right width is a value the standard allows. Every check refuses characters beyond ASCII."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fixed field: `width` characters at a place of its own."""

    name: str
    width: int
    check: Check


@dataclass(frozen=True, slots=True)
class Field:
    """An identified field. `width` is None where the standard sets none; `repeats` where it may come more than once."""

    id: str
    name: str
    width: int | None = None
    check: Check | None = None
    repeats: bool = False

    def allows(self, value: str) -> bool:
        """Whether the standard allows this value; any, where it says nothing."""
        return self.width in (None, len(value)) and (self.check is None or self.check(value))


def digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def digits_or_blank(text: str) -> bool:
    return digits(text) or not text.strip(" ")


def yes_or_blank(text: str) -> bool:
    return not text.strip("Y ")


def visible(text: str) -> bool:
    return text.isascii() and text.isprintable()


def version(text: str) -> bool:
    return text[1:2] == "." and digits(text[:1] + text[2:])


def currency(text: str) -> bool:
    return text.isascii() and text.isalpha() and text.isupper()


def moment(text: str) -> bool:
    return text[8:12] in ("    ", "   Z") and digits(text[:8] + text[12:])


def moment_or_blank(text: str) -> bool:
    return moment(text) or not text.strip(" ")


def sixteen_marks(text: str) -> bool:
    return len(text) == 16 and not text.strip("YN")


YES_NO: Check = frozenset("YN").__contains__
YES_NO_UNKNOWN: Check = frozenset("YNU").__contains__
ONE_OR_ZERO: Check = frozenset("01").__contains__


FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        known.id: known
        for known in (
            Field("AA", "patron identifier"),
            Field("AB", "item identifier"),
            Field("AC", "terminal password"),
            Field("AD", "patron password"),
            Field("AE", "personal name"),
            Field("AF", "screen message", repeats=True),
            Field("AG", "print line", repeats=True),
            Field("AH", "due date"),
            Field("AJ", "title identifier"),
            Field("AL", "blocked card message"),
            Field("AM", "library name"),
            Field("AN", "terminal location"),
            Field("AO", "institution id"),
            Field("AP", "current location"),
            Field("AQ", "permanent location"),
            Field("AS", "hold items", repeats=True),
            Field("AT", "overdue items", repeats=True),
            Field("AU", "charged items", repeats=True),
            Field("AV", "fine items", repeats=True),
            Field("BD", "home address"),
            Field("BE", "e-mail address"),
            Field("BF", "home phone number"),
            Field("BG", "owner"),
            Field("BH", "currency type", 3, currency),
            Field("BI", "cancel", 1, YES_NO),
            Field("BK", "transaction id"),
            Field("BL", "valid patron", 1, YES_NO),
            Field("BM", "renewed items", repeats=True),
            Field("BN", "unrenewed items", repeats=True),
            Field("BO", "fee acknowledged", 1, YES_NO),
            Field("BP", "start item"),
            Field("BQ", "end item"),
            Field("BR", "queue position"),
            Field("BS", "pickup location"),
            Field("BT", "fee type", 2, digits),
            Field("BU", "recall items", repeats=True),
            Field("BV", "fee amount"),
            Field("BW", "expiration date", 18, moment),
            Field("BX", "supported messages", None, sixteen_marks),
            Field("BY", "hold type", 1, digits),
            Field("BZ", "hold items limit", 4, digits),
            Field("CA", "overdue items limit", 4, digits),
            Field("CB", "charged items limit", 4, digits),
            Field("CC", "fee limit"),
            Field("CD", "unavailable hold items", repeats=True),
            Field("CF", "hold queue length"),
            Field("CG", "fee identifier"),
            Field("CH", "item properties"),
            Field("CI", "security inhibit", 1, YES_NO),
            Field("CJ", "recall date", 18, moment),
            Field("CK", "media type", 3, digits),
            Field("CL", "sort bin"),
            Field("CM", "hold pickup date", 18, moment),
            Field("CN", "login user id"),
            Field("CO", "login password"),
            Field("CP", "location code"),
            Field("CQ", "valid patron password", 1, YES_NO),
        )
    }
)
"""The identified fields of the standard. AY and AZ are no fields of a message but its trailer."""

EXTENSIONS: Mapping[str, str] = MappingProxyType(
    {
        "CS": "call number",
        "CT": "destination location",
        "CV": "alert type",
        "CY": "hold patron id",
        "DA": "hold patron name",
    }
)
"""Names of fields beyond the standard that many servers send. They are read and kept, never required."""
