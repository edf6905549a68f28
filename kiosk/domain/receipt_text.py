"""A receipt in words: what paper, letter and the picture for a phone have in common. Pure."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from kiosk.domain.money import Money
from kiosk.domain.receipt_words import Words, words
from kiosk.domain.receipts import Line, Receipt, Template, Texts

PLACEHOLDERS = ("library", "isil", "phone", "date", "time")
"""What a library's own texts may name. Nothing of a reader: a QR code leads out of the building."""
SIGNS = {"RUB": "₽", "EUR": "€", "USD": "$", "GBP": "£"}
_PLACE = re.compile(r"\{([^{}\s]*)\}")
_FAR = 300
"""Days from which on a due date needs its year."""


def unknown_placeholders(text: str) -> tuple[str, ...]:
    """Return the placeholders of a text that nobody fills in.

    >>> unknown_placeholders("{isil}, {card}")
    ('card',)
    """
    return tuple(name for name in _PLACE.findall(text) if name not in PLACEHOLDERS)


def filled(text: str, template: Template, at: datetime) -> str:
    """Return a library's text with its placeholders filled in; in an address they are written as addresses have it."""
    own = text.startswith(("http://", "https://"))
    values = {
        "library": template.library, "isil": template.isil, "phone": template.phone,
        "date": f"{at:%d.%m.%Y}", "time": f"{at:%H:%M}",
    }  # fmt: skip

    def value(found: re.Match[str]) -> str:
        said = values.get(found[1], found[0])
        return escaped(said) if own else said

    return _PLACE.sub(value, text)


def escaped(text: str) -> str:
    """Return a text as a part of an address may hold it (RFC 3986).

    >>> escaped("Ц/1 a-b")
    '%D0%A6%2F1%20a-b'
    """
    return "".join(
        character if character.isascii() and (character.isalnum() or character in "-._~") else _percent(character)
        for character in text
    )


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))


def own_lines(texts: Texts, language: str, template: Template, at: datetime) -> list[str]:
    """Return the library's own lines in a language, or in the first there is."""
    short = language.partition("-")[0]
    found = next((text for tag, text in texts if tag.partition("-")[0] == short), texts[0][1] if texts else "")
    return filled(found, template, at).splitlines()


def label(line: Line, template: Template) -> str:
    """Return what stands for a copy: title, and author and number where the library wants them.

    >>> label(Line("Лавр", author="Водолазкин", item="3000"), Template(author=True, item=True))
    'Лавр / Водолазкин (3000)'
    """
    author = f" / {line.author}" if template.author and line.author else ""
    number = f" ({line.item})" if template.item and line.item and line.item != line.title else ""
    return line.title + author + number


def day(due: date, today: date) -> str:
    """Return "12.12", with the year where the day is far."""
    return f"{due:%d.%m}" if abs((due - today).days) < _FAR else f"{due:%d.%m.%Y}"


def money(amount: Money) -> str:
    """Return "50 ₽"; minor units only where there are any.

    >>> money(Money(5050, "RUB"))
    '50,50 ₽'
    """
    whole, minor = divmod(abs(amount.minor), 100)
    written = f"{whole},{minor:02}" if minor else str(whole)
    return f"{'-' if amount.minor < 0 else ''}{written} {SIGNS.get(amount.currency, amount.currency)}"


def owner(receipt: Receipt, template: Template, say: Words) -> str:
    """Return whose receipt it is: a masked card, behind the first name where the library wants it."""
    card = say.card.format(card=receipt.card) if receipt.card else ""
    name = receipt.name if template.name else ""
    return f"{name}, {card}" if name and card else name or card


def sections(receipt: Receipt, say: Words) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """Return the lists of a receipt with their headings; none that is empty."""
    stayed = tuple(Line(title) for title in receipt.stayed)
    lists = ((say.lent, receipt.lent), (say.renewed, receipt.renewed), (say.returned, receipt.returned))
    return tuple((title, rows) for title, rows in (*lists, (say.stayed, stayed)) if rows)


def notes(receipt: Receipt, template: Template, say: Words) -> Iterator[str]:
    """Yield what stands below the lists: what is owed, what must be confirmed, how to renew."""
    if template.fees and receipt.fees and receipt.fees.minor > 0:
        yield say.fees.format(amount=money(receipt.fees))
    if any(not line.confirmed for line in receipt.lines):
        yield f"* {say.unconfirmed}"
    if any(not line.due_certain for line in receipt.lines):
        yield say.dates_unsure
    if receipt.lent or receipt.renewed:
        yield say.renew_call.format(phone=template.phone) if template.phone else say.renew_here


def plain(receipt: Receipt, template: Template, at: datetime, longest: int = 240) -> str:
    """Return a receipt as plain text; titles are cut to `longest` characters."""
    say = words(receipt.language)
    again = say.again if receipt.again else ""
    head = (template.library, f"{at:%d.%m.%Y, %H:%M}", owner(receipt, template, say), again)
    parts = [
        "\n".join((*own_lines(template.header, receipt.language, template, at), *(text for text in head if text))),
        *(_list(title, rows, template, at, longest) for title, rows in sections(receipt, say)),
        "\n".join((*notes(receipt, template, say), *own_lines(template.footer, receipt.language, template, at))),
    ]
    return "\n\n".join(part for part in parts if part)


def _list(title: str, rows: tuple[Line, ...], template: Template, at: datetime, longest: int) -> str:
    return "\n".join((f"{title}:", *(_row(row, template, at.date(), longest) for row in rows)))


def _row(row: Line, template: Template, today: date, longest: int) -> str:
    text = " ".join(label(row, template).split())
    text = text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
    due = f"{day(row.due, today)} " if row.due else ""
    return f"{due}{text}{'' if row.confirmed else ' *'}"
