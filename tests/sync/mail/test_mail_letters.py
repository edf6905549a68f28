"""What a letter says: the receipt in the reader's language, nothing from elsewhere, nobody's headers but ours."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.ids import CardNumber, SessionId
from kiosk.domain.mail import Address, address
from kiosk.domain.money import Money
from kiosk.domain.receipts import Line, Receipt, Template
from kiosk.ports.mail import Letter
from sync.mail.letter import compose

AT = datetime(2026, 11, 20, 19, 44, tzinfo=UTC)
CARD = CardNumber("21234000024172")
SLIP = Receipt(
    "•••• 4172",
    lent=(
        Line("Лавр", date(2026, 12, 12), author="Водолазкин"),
        Line("<b>Тег</b>", date(2026, 12, 4), confirmed=False),
    ),
    renewed=(Line("Чайка", date(2027, 12, 1)),),
    returned=(Line("Алиса"),),
    stayed=("Лолита",),
    name="Анна",
    fees=Money(5050, "RUB"),
)
TEMPLATE = Template(
    "Библиотека на Садовой", "RU-1", "8 800", header=(("ru", "Рады вам"), ("en", "Welcome")),
    footer=(("ru", "{isil}"),), qr="https://lib.example/{isil}", fees=True, name=True, author=True,
)  # fmt: skip


def written(receipt: Receipt = SLIP, template: Template = TEMPLATE) -> EmailMessage:
    letter = Letter(SessionId("s-1"), CARD, Address("anna@mail.ru"), receipt, template, AT)
    message = message_from_bytes(compose(letter, "kiosk@library.example", "abc"), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_the_letter_as_it_is_read() -> None:
    assert (
        body(written(), "plain")
        == """\
Рады вам
Библиотека на Садовой
20.11.2026, 19:44
Анна, билет •••• 4172

Взяли:
12.12 Лавр / Водолазкин
04.12 <b>Тег</b> *

Продлили:
01.12.2027 Чайка

Вернули:
Алиса

Остались в библиотеке:
Лолита

К оплате: 50,50 ₽
* Записано на станции, подтвердим в каталоге
Продлить: на киоске или по телефону 8 800
RU-1

https://lib.example/RU-1

Это письмо отправил киоск библиотеки, отвечать на него не нужно.
"""
    )


def test_the_same_in_english_says_when_it_is_given_twice() -> None:
    message = written(replace(SLIP, language="en", again=True))
    text = body(message, "plain")
    assert text.startswith("Welcome\nБиблиотека на Садовой\n")
    assert "Copy: this receipt may have come out before" in text
    assert "Borrowed:\n12.12 Лавр" in text
    assert message["Subject"] == "Your receipt: Библиотека на Садовой"
    assert message["Content-Language"] == "en"


def test_headers_say_who_when_and_that_no_person_wrote_it() -> None:
    message = written()
    assert message["Message-ID"] == "<abc@library.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Subject"] == "Чек: Библиотека на Садовой"
    assert message["Date"] == "Fri, 20 Nov 2026 19:44:00 +0000"


def test_the_same_letter_is_the_same_bytes_apart_from_its_inner_borders() -> None:
    def bare(message: EmailMessage) -> str:
        border = str(message.get_boundary())
        return message.as_string().replace(border, "")

    assert bare(written()) == bare(written())


class _Parts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_the_html_fetches_nothing_and_a_title_is_no_markup() -> None:
    html = body(written(), "html")
    parts = _Parts()
    parts.feed(html)
    assert {tag for tag, _ in parts.seen} <= {"html", "body", "h2", "h3", "p", "table", "tr", "td"}
    assert all(set(names) <= {"lang", "style"} for _, names in parts.seen)
    assert "url(" not in html
    assert "&lt;b&gt;Тег&lt;/b&gt; *" in html
    assert "12.12" in html


TEXT = st.text(max_size=60)


@given(TEXT, TEXT, TEXT, TEXT)
def test_whatever_a_catalogue_or_a_policy_says_no_header_and_no_tag_comes_of_it(
    title: str, author: str, library: str, header: str
) -> None:
    receipt = Receipt("•••• 4172", lent=(Line(title, author=author),))
    message = written(receipt, Template(library, header=(("ru", header),), author=True))
    names = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language"}
    assert set(message.keys()) == names | {"MIME-Version", "Content-Type"}
    assert [message["To"], message["Message-ID"]] == ["anna@mail.ru", "<abc@library.example>"]
    parts = _Parts()
    parts.feed(body(message, "html"))
    assert {tag for tag, _ in parts.seen} <= {"html", "body", "h2", "h3", "p", "table", "tr", "td"}


def test_half_a_character_from_a_library_system_stops_no_letter() -> None:
    assert "?" in body(written(Receipt(lent=(Line("Лавр \ud83d"),))), "plain")


def test_no_pin_no_whole_card_and_no_name_that_was_not_wanted() -> None:
    text = written(SLIP, Template("Б")).as_string() + body(written(SLIP, Template("Б")), "plain")
    assert "21234000024172" not in text
    assert "Анна" not in text
    assert "50,50" not in text


# --- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "masked"),
    [
        ("anna@mail.ru", "anna@mail.ru", "a•••@mail.ru"),
        (" Anna.Ivanova+books@Mail.RU ", "Anna.Ivanova+books@mail.ru", "A•••@mail.ru"),
        ("a@почта.рф", "a@xn--80a1acny.xn--p1ai", "a•••@xn--80a1acny.xn--p1ai"),
    ],
)
def test_an_address_is_kept_as_servers_take_it_and_shown_masked(text: str, value: str, masked: str) -> None:
    found = address(text)
    assert found is not None
    assert (found.value, found.masked) == (value, masked)
    assert "anna" not in f"{found!r}{found}".lower()


@pytest.mark.parametrize(
    "text",
    [
        "", "@", "anna", "anna@", "@mail.ru", "anna@mail", "anna@@mail.ru", "a b@mail.ru", "анна@mail.ru", ".a@mail.ru",
        "a..b@mail.ru", "a@-mail.ru", "a@mail.ru, b@mail.ru", "a@mail.ru\nBcc: b@mail.ru", "<a@mail.ru>",
        "a@" + "x" * 64 + ".ru", "a@" + "я" * 60 + ".рф", "x" * 65 + "@mail.ru", "a@" + "x." * 130 + "ru",
        "Anna <a@mail.ru>",
    ],
)  # fmt: skip
def test_what_is_no_address_is_written_to_by_nobody(text: str) -> None:
    assert address(text) is None


@given(st.one_of(st.text(max_size=300), st.from_regex(r"[a-z.\n ]{1,9}@[a-zа-я.\-]{1,20}", fullmatch=True)))
def test_an_address_is_one_word_that_no_server_takes_for_two(text: str) -> None:
    found = address(text)
    if found is not None:
        assert re.fullmatch(r"[!-~]+@[!-~]+", found.value)
        assert not set(found.value) & set(' ,;<>()[]\\"\r\n')
        assert found.value.count("@") == 1
        assert "•••@" in found.masked
