"""A receipt as a letter: plain text, and the same as small HTML that fetches nothing from anywhere."""

from collections.abc import Iterator
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from kiosk.domain.receipt_text import day, filled, label, notes, own_lines, owner, plain, sections
from kiosk.domain.receipt_words import Words, words
from kiosk.domain.receipts import Line
from kiosk.ports.mail import Letter

MAX_NAME = 120
"""Characters of a library's name in a header."""


def compose(letter: Letter, sender: str, name: str) -> bytes:
    """Return the message as it is sent. `name`: the same for the same letter, whenever it is sent again."""
    receipt, template, say = letter.receipt, letter.template, words(letter.receipt.language)
    library = _one_line(template.library)[:MAX_NAME]
    user, _, domain = sender.rpartition("@")
    message = EmailMessage(policy=SMTP.clone(max_line_length=78))
    message["From"] = Mailbox(library, user, domain)
    message["To"] = letter.to.value
    message["Subject"] = say.subject.format(library=library or domain)
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{name}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    address = filled(template.qr, template, letter.at)
    text = "\n\n".join(part for part in (plain(receipt, template, letter.at), address, say.sent_by) if part)
    message.set_content(_sendable(text + "\n"), cte="quoted-printable")
    message.add_alternative(_sendable(_html(letter, say, address)), subtype="html", cte="quoted-printable")
    message["Content-Language"] = say.tag  # now: what is said of the content before would stand in its first part
    return message.as_bytes()


def _sendable(text: str) -> str:
    """Halves of characters, which a library system may send, cannot be written at all."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _one_line(text: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def _html(letter: Letter, say: Words, address: str) -> str:
    receipt, template, at = letter.receipt, letter.template, letter.at
    head = [*own_lines(template.header, receipt.language, template, at), f"{at:%d.%m.%Y, %H:%M}"]
    head += [owner(receipt, template, say)] + [say.again] * receipt.again
    foot = [*notes(receipt, template, say), *own_lines(template.footer, receipt.language, template, at), address]
    parts = [
        f'<html lang="{say.tag}"><body style="font-family:sans-serif;max-width:36em">',
        f"<h2>{escape(template.library)}</h2>" if template.library else "",
        *(f"<p>{escape(text)}</p>" for text in head if text),
        *(part for title, rows in sections(receipt, say) for part in _table(title, rows, letter)),
        *(f"<p>{escape(text)}</p>" for text in foot if text),
        f'<p style="color:#666">{escape(say.sent_by)}</p></body></html>',
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _table(title: str, rows: tuple[Line, ...], letter: Letter) -> Iterator[str]:
    yield f'<h3>{escape(title)}</h3>\n<table style="width:100%">'
    for row in rows:
        due = day(row.due, letter.at.date()) if row.due else ""
        mark = "" if row.confirmed else " *"
        name = escape(label(row, letter.template))
        yield f'<tr><td>{name}{mark}</td><td style="text-align:right">{due}</td></tr>'
    yield "</table>"
