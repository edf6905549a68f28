"""`[receipt]` of the policy: how a receipt reaches its reader, and what the library puts on it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from config.faults import Kind, Problem
from config.reading import Document, unknown
from kiosk.domain.receipt_text import PLACEHOLDERS, unknown_placeholders
from kiosk.domain.receipts import Template, Way

MAX_LOGO = 512 * 1024
"""Bytes of a logo's file: a drawing of a few hundred dots has ten thousand."""
MAX_SIDE = 4000
"""Dots of a logo's side: a few bytes of PNG can unpack to a picture that fills the memory."""
MAX_LINES = 10
"""Of the library's own above or below a receipt: paper is short."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def _placed(text: str) -> str:
    if wrong := unknown_placeholders(text):
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise ValueError(f"{{{wrong[0][:30]}}} is filled in by nobody; the placeholders are {known}")
    return text


def _lines(text: str) -> str:
    if text.count("\n") >= MAX_LINES:
        raise ValueError(f"more than {MAX_LINES} lines")
    return _placed(text)


def _beside(name: str) -> str:
    if name and ("/" in name or "\\" in name or not name.lower().endswith(".png")):
        raise ValueError("the name of a PNG file that lies beside the policy, without a folder")
    return name


_Text = Annotated[str, Field(max_length=600), AfterValidator(_lines)]
_Way = Literal["paper", "mail", "screen"]


class Receipt(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    ways: list[_Way] = Field(default_factory=lambda: list[_Way](["paper"]), min_length=1, max_length=3)
    """How a receipt may reach its reader; where there are several, the reader chooses."""
    default: Literal["paper", "mail", "screen", "none"] = "paper"
    """What is done by itself; "none": nothing until the reader asks."""
    phone: str = Field(default="", max_length=32)
    """For renewals."""
    logo: Annotated[str, Field(max_length=100), AfterValidator(_beside)] = ""
    qr: Annotated[str, Field(max_length=200), AfterValidator(_placed)] = ""
    header: dict[str, _Text] = Field(default_factory=dict)
    """By language; the first stands in for those that have none."""
    footer: dict[str, _Text] = Field(default_factory=dict)
    author: bool = False
    item: bool = False
    fees: bool = False
    name: Literal["nothing", "first_name"] = "nothing"

    @field_validator("ways")
    @classmethod
    def _once(cls, ways: list[Any]) -> list[Any]:
        if len(set(ways)) < len(ways):
            raise ValueError("a way is named twice")
        return ways

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.default != "none" and self.default not in self.ways:
            raise ValueError(f'default = "{self.default}" is none of its ways; name it there, or say "none"')
        return self

    @property
    def first(self) -> Way | None:
        return None if self.default == "none" else Way[self.default.upper()]

    def template(self, logo: bytes) -> Template:
        return Template(
            phone=self.phone,
            header=tuple(self.header.items()),
            footer=tuple(self.footer.items()),
            qr=self.qr,
            logo=logo,
            author=self.author,
            item=self.item,
            fees=self.fees,
            name=self.name == "first_name",
        )


def foreign(document: Document, receipt: Receipt, languages: Sequence[str]) -> Iterator[Problem]:
    """Yield a problem for every text in a language that this library does not speak."""
    for key in ("header", "footer"):
        for tag in getattr(receipt, key):
            if tag not in languages:
                yield document.problem(("receipt", key, tag), unknown(tag, list(languages)), tag, Kind.NO_TEXTS)


class NoLogo(Exception):
    """The file cannot be used; the text says why."""


def read_logo(path: Path) -> bytes:
    """Return a PNG file as it is. Raises `NoLogo`."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_LOGO + 1)
    except (OSError, ValueError) as fault:
        raise NoLogo(f"cannot be read: {getattr(fault, 'strerror', None) or 'no such name'} ({path})") from None
    if len(data) > MAX_LOGO:
        raise NoLogo(f"is larger than {MAX_LOGO // 1024} kB; a receipt needs a small black-and-white drawing")
    if not data.startswith(_SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 33:
        raise NoLogo("is no PNG file")
    sides = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if not all(0 < side <= MAX_SIDE for side in sides):
        raise NoLogo(f"has {sides[0]} x {sides[1]} dots; the most is {MAX_SIDE} a side")
    return data
