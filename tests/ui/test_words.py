"""All words: complete in every language, with the same placeholders, in the right plural, as the design has them."""

import ast
import re
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

import ui
from kiosk.domain.bins import Bin
from kiosk.domain.ids import ItemId
from kiosk.domain.items import Destination, Media
from kiosk.domain.money import Money
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import Hours, Interval, Mode
from kiosk.events import Choice
from kiosk.views import Banner, Books, Checkout, Count, Frame, PutBack, Row, RowState
from ui.text.aloud import aloud
from ui.text.aloud_ru import cardinal
from ui.text.catalogue import SCANNED, Words, bound, languages, load
from ui.text.putting_back import put_back, ready
from ui.text.refusals import by_staff, choice_texts, explain, question, short, staff
from ui.text.sentences import (
    bins,
    checkout_lead,
    count_sentence,
    greeting,
    opens,
    row_lines,
    state_text,
    until,
    week,
    where_to,
)  # fmt: skip
from ui.text.spoken import spoken as told_aloud
from ui.touch.samples import NOW

TAGS = languages()
RU, EN = load("ru"), load("en")
FOLDER = Path(ui.__file__).parent
EVENING = Hours(date(2026, 11, 20), Mode.OPEN_PLUS, time(22), (), (date(2026, 11, 21), time(10)))
NEVER = ("ошибка", "систем", "авториз", "транзакц", "метк", "штраф", "запрещ", "нельзя")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


# --- the catalogues --------------------------------------------------------------------------------------------------


def test_russian_and_english_are_there() -> None:
    assert {"ru", "en"} <= set(TAGS)


@pytest.mark.parametrize("tag", TAGS)
def test_no_message_is_missing_or_empty(tag: str) -> None:
    words = load(tag)
    assert words.messages.keys() == RU.messages.keys()
    assert [message for message, forms in words.messages.items() if not all(forms)] == []


@pytest.mark.parametrize("tag", TAGS)
def test_placeholders_are_the_same_in_every_language_and_form(tag: str) -> None:
    def placeholders(form: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(form) if name}

    for message, forms in load(tag).messages.items():
        expected = set.union(*(placeholders(form) for form in RU.messages[message]))
        for form in forms:
            assert placeholders(form) | {"n"} >= expected, (message, form)
            assert placeholders(form) <= expected | {"n"}, (message, form)


@pytest.mark.parametrize("tag", TAGS)
def test_stars_come_in_pairs(tag: str) -> None:
    assert [form for forms in load(tag).messages.values() for form in forms if form.count("*") % 2] == []


def _code(pattern: str) -> list[Path]:
    """The screen's files; pages for a browser have words of their own."""
    return [path for part in ("touch", "text") for path in (FOLDER / part).rglob(pattern)]


def _mentioned() -> str:
    """All of the project's own text in which a message could be named: Python and rules."""
    return "\n".join(path.read_text("utf-8") for path in (*_code("*.py"), *_code("*.kv")))


def test_every_message_named_in_code_exists() -> None:
    named: set[str] = set(re.findall(r"""say\(['"]([a-z_0-9.]+)['"]""", _mentioned()))
    for path in _code("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("say", "count")
            ):
                named |= {
                    arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
    assert sorted(name for name in named if "." in name and name not in RU.messages) == []


def test_no_message_is_left_over() -> None:
    """A message is used if its name, or the part before its last or last but one dot, is written somewhere in code."""
    text = _mentioned()
    families = (
        "refusal.",
        "choice.",
        "when.",
        "home.news.",
        "banner.",
        "broken.",
        "staff.",
        "row.",
        "farewell.",
        "count.kind.",
        "date.month.",
    )
    unused = [
        message
        for message in RU.messages
        if message not in text
        and not message.startswith(families)
        and message.rsplit(".", 1)[0] + ".{" not in text
        and message.rsplit(".", 1)[0] not in text
    ]
    assert unused == []


def test_words_a_librarian_would_not_say_are_not_said() -> None:
    said = {form.lower().replace("пометк", "") for forms in RU.messages.values() for form in forms}
    assert [form for form in said for word in NEVER if word in form and "продлить нельзя" not in form
            and "взять нельзя" not in form and "больше нельзя" not in form] == []  # fmt: skip


def test_a_missing_message_shows_its_name_and_stops_nothing() -> None:
    assert Words("ru", {}, lambda _n: 0).say("home.greeting") == "home.greeting"


# --- numbers, days, money --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "books", "stays", "days", "seconds"),
    [
        (1, "1 книга", "1 остаётся здесь", "остался 1 день", "Через 1 секунду"),
        (21, "21 книга", "21 остаётся здесь", "остался 21 день", "Через 21 секунду"),
        (2, "2 книги", "2 остаются здесь", "осталось 2 дня", "Через 2 секунды"),
        (4, "4 книги", "4 остаются здесь", "осталось 4 дня", "Через 4 секунды"),
        (5, "5 книг", "5 остаются здесь", "осталось 5 дней", "Через 5 секунд"),
        (11, "11 книг", "11 остаются здесь", "осталось 11 дней", "Через 11 секунд"),
        (0, "0 книг", "0 остаются здесь", "осталось 0 дней", "Через 0 секунд"),
    ],
)
def test_russian_plurals(n: int, books: str, stays: str, days: str, seconds: str) -> None:
    assert plain(RU.count("loans.number", n)) == books
    assert plain(RU.count("count.kind.stays", n)) == stays
    assert plain(RU.count("loans.days_left", n)) == days
    assert plain(RU.count("farewell.clears", n)).startswith(seconds)


@pytest.mark.parametrize(
    ("count", "russian", "english"),
    [
        (Count(5, 4, 1), "На столике 5: ваших 4, 1 остаётся здесь", "5 on the desk: 4 yours, 1 stays here"),
        (Count(5, 5), "На столике 5: все ваши", "5 on the desk: all yours"),
        (Count(1, 1), "На столике 1: она ваша", "1 on the desk: it is yours"),
        (Count(3, 0, 3), "На столике 3: все остаются здесь", "3 on the desk: all stay here"),
        (
            Count(5, 2, 1, 2),
            "На столике 5: ваших 2, 1 остаётся здесь, 2 проверяем",
            "5 on the desk: 2 yours, 1 stays here, 2 checking",
        ),
        (Count(4, 0, 1, 0, 3), "На столике 4: записано 3, 1 остаётся здесь", "4 on the desk: 3 recorded, 1 stays here"),
        (Count(), "На столике пусто", "Nothing on the desk"),
    ],
)
def test_the_count_sentence(count: Count, russian: str, english: str) -> None:
    assert plain(count_sentence(RU, count)) == russian
    assert plain(count_sentence(EN, count)) == english


def test_days_are_said_as_people_say_them() -> None:
    today = date(2026, 11, 20)
    assert plain(RU.day(date(2026, 12, 12), today)) == "12 декабря"
    assert plain(RU.day(date(2027, 1, 3), today)) == "3 января 2027"
    assert RU.when(date(2026, 11, 21), today) == "завтра"
    assert plain(RU.when(date(2026, 11, 23), today)) == "в понедельник"
    assert plain(RU.when(date(2026, 12, 12), today)) == "12 декабря"
    assert plain(EN.when(date(2026, 11, 23), today)) == "on Monday"


@pytest.mark.parametrize("tag", TAGS)
def test_days_and_money_are_written_as_unicode_has_them(tag: str) -> None:
    """CLDR, by Babel, knows how every language writes them."""
    words, today = load(tag), date(2026, 11, 20)
    for month in range(1, 13):
        day = date(2027, month, 3)
        assert plain(words.day(day)) == format_date(day, "d MMMM", locale=tag)
        assert plain(words.day(day, today)) == format_date(day, "d MMMM y", locale=tag)
    for minor in (0, 5, 50, 100, 123456789, -250):
        pattern = "#,##0" if minor % 100 == 0 else "#,##0.00"
        number = plain(words.money(Money(minor, "XTS"))).removesuffix(" XTS")
        assert number == plain(format_decimal(Decimal(minor) / 100, format=pattern, locale=tag))


def test_money_has_minor_units_only_where_there_are_some() -> None:
    assert plain(RU.money(Money(5000, "RUB"))) == "50 ₽"
    assert plain(RU.money(Money(5050, "RUB"))) == "50,50 ₽"
    assert plain(EN.money(Money(550, "XTS"))) == "5.50 XTS"


@pytest.mark.parametrize(
    ("hour", "hello"),
    [(4, "Доброй ночи"), (5, "Доброе утро"), (12, "Добрый день"), (18, "Добрый вечер"), (23, "Доброй ночи")],
)
def test_greeting_follows_the_hour(hour: int, hello: str) -> None:
    assert greeting(RU, "Анна", NOW.replace(hour=hour)) == f"{hello}, Анна"
    assert greeting(RU, "", NOW.replace(hour=hour)) == hello


@given(st.text())
def test_binding_words_together_changes_nothing_but_spaces(text: str) -> None:
    assert plain(bound(text)) == plain(text)


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("reason", list(Reason), ids=lambda reason: reason.name.lower())
def test_every_reason_says_what_why_and_what_now(reason: Reason, tag: str) -> None:
    words = load(tag)
    told = explain(words, Refusal(reason), EVENING)
    assert 1 <= len(told.steps) <= 2
    for text in (told.title, told.why, short(words, Refusal(reason)), question(words, Refusal(reason)), *told.steps):
        assert text
        assert not text.startswith("refusal.")
        assert "{" not in text


def test_what_staff_must_do_has_a_day_and_an_hour() -> None:
    told = explain(RU, Refusal(Reason.AGE_RESTRICTED), EVENING)
    assert "завтра с 10:00" in plain(told.steps[-1])
    assert staff(RU, Hours(date(2026, 11, 20), Mode.STAFFED)) == "сейчас"
    assert plain(staff(RU, None)) == "в часы работы сотрудника"


STAFFED = Hours(date(2026, 11, 20), Mode.STAFFED, time(19))
TOLD_OTHERWISE = ("help.no_duty", "broken.staff")  # their screens have a message of its own for staff who are there


def test_staff_who_are_there_are_asked_and_not_waited_for() -> None:
    with_staff = [name for name, forms in RU.messages.items() if "{staff}" in forms[0] and name not in TOLD_OTHERWISE]
    for words in (RU, EN):
        assert [name for name in with_staff if not words.has(f"{name}.now")] == []
        for name in (*TOLD_OTHERWISE, "when.now"):
            assert words.has(name)
    assert plain(by_staff(RU, "holds.empty.note", STAFFED)) == "Попросите книгу у сотрудника, он в библиотеке."
    assert "завтра с 10:00" in plain(by_staff(RU, "holds.empty.note", EVENING))


@pytest.mark.parametrize("queue", [None, 1, 5])
@pytest.mark.parametrize("reason", list(Reason), ids=lambda reason: reason.name.lower())
def test_no_step_says_now_for_staff_who_are_there(reason: Reason, queue: int | None) -> None:
    for words in (RU, EN):
        steps = explain(words, Refusal(reason, queue=queue), STAFFED).steps
        assert [step for step in steps if f"*{words.say('when.now')}*" in step and step != words.say(
            "refusal.return_now")] == []  # fmt: skip


def test_a_book_of_ones_own_that_is_late_says_so() -> None:
    late, in_time = (Refusal(Reason.ALREADY_YOURS, until=date(2026, 11, day)) for day in (19, 20))
    assert plain(explain(RU, late, EVENING).why) == "Пора вернуть: срок был 19 ноября."
    assert plain(explain(RU, in_time, EVENING).why) == "Записана на вас до 20 ноября."
    assert plain(until(RU, date(2026, 11, 19), EVENING.day)) == "срок был 19 ноября"
    assert plain(until(RU, date(2026, 11, 20), EVENING.day)) == "до 20 ноября"


@pytest.mark.parametrize(
    ("states", "count", "prints", "message"),
    [
        ([], Count(), True, "lead"),
        ([RowState.YOURS, RowState.ASKING], Count(2, 1, 0, 1), True, "lead"),
        ([RowState.YOURS], Count(1, 1), True, "lead_done"),
        ([RowState.RECORDED], Count(1, recorded=1), True, "lead_done"),
        ([RowState.STAYS], Count(1, 0, 1), True, "lead_plain"),
        ([RowState.YOURS], Count(1, 1), False, "lead_plain"),
        ([RowState.YOURS, RowState.QUESTION], Count(2, 1, 1), True, "lead_questions"),
    ],
)
def test_a_receipt_is_promised_only_for_what_was_lent(
    states: list[RowState], count: Count, prints: bool, message: str
) -> None:
    rows = tuple(Row(str(at), state) for at, state in enumerate(states))
    view = Checkout(Frame(prints=prints), rows, count)
    assert checkout_lead(RU, view) == RU.say(f"checkout.{message}")


@pytest.mark.parametrize("tag", TAGS)
def test_a_desk_that_only_scans_has_words_of_its_own_and_all_others(tag: str) -> None:
    words = load(tag)
    scanned = words.scanned()
    assert scanned.say("checkout.title") == words.say("checkout.title.scanned") != words.say("checkout.title")
    assert scanned.say("pin.title") == words.say("pin.title")
    own = [name for name in words.messages if name.endswith(SCANNED)]
    assert len(own) > 20
    assert {name.removesuffix(SCANNED) for name in own} <= words.messages.keys()


@pytest.mark.parametrize("tag", TAGS)
def test_nobody_is_sent_to_a_pad_that_is_not_there_aloud(tag: str) -> None:
    words, view = load(tag), Checkout(Frame(books=Books.SCANNED))
    assert words.say("checkout.title.scanned") in told_aloud(view, words, NOW)
    assert words.say("checkout.title.scanned") not in told_aloud(Checkout(Frame()), words, NOW)


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("banner", [each for each in Banner if each is not Banner.NONE])
def test_every_notice_has_its_words(tag: str, banner: Banner) -> None:
    name = f"banner.{banner.name.lower()}"
    assert {f"{name}.title", f"{name}.text"} <= load(tag).messages.keys()


@pytest.mark.parametrize("tag", TAGS)
def test_nobody_is_said_to_know_who_was_not_told(tag: str) -> None:
    said = [form.lower() for forms in load(tag).messages.values() for form in forms]
    assert [form for form in said if re.search("уже знает|уже сообщили|duty knows|have been told", form)] == []


def test_a_queue_is_told_in_people_and_a_limit_in_books() -> None:
    held = explain(RU, Refusal(Reason.HELD_FOR_OTHER, queue=2), EVENING)
    assert "перед вами *2 человека*" in plain(held.steps[-1]).lower()
    assert plain(explain(RU, Refusal(Reason.LIMIT_REACHED, limit=20), EVENING).title) == "У вас уже 20 книг"


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("choice", list(Choice))
@pytest.mark.parametrize("reason", list(Reason))
def test_every_answer_has_a_label_and_a_note(reason: Reason, choice: Choice, tag: str) -> None:
    words = load(tag)
    assert all(text and not text.startswith("choice.") for text in choice_texts(words, reason, choice.name.lower()))


def test_a_closed_library_opens_at_an_hour_and_not_from_one() -> None:
    night = Hours(date(2026, 11, 20), Mode.CLOSED, None, (), (date(2026, 11, 21), time(10)))
    morning = replace(night, intervals=(Interval(time(10), time(19), Mode.STAFFED),))
    for words, tomorrow, today in (
        (RU, "завтра в 10:00", "сегодня в 10:00"),
        (EN, "tomorrow at 10:00", "today at 10:00"),
    ):
        assert plain(opens(words, night, time(23))) == tomorrow
        assert plain(opens(words, morning, time(8))) == today


def test_the_week_is_told_day_by_day_and_the_next_opening_is_marked() -> None:
    both = (Interval(time(10), time(19), Mode.STAFFED), Interval(time(19), time(22), Mode.OPEN_PLUS))
    split = (Interval(time(9), time(13), Mode.STAFFED), Interval(time(14), time(18), Mode.STAFFED))
    plan = ((), both, split)
    days = tuple((date(2026, 11, 20 + at), parts) for at, parts in enumerate(plan))
    night = Hours(days[0][0], Mode.CLOSED, None, (), None, days)
    assert week(RU, night, time(20)) == [
        ("Сегодня", "закрыто", "", False),
        ("Завтра", "10:00–22:00", "OPEN+ 19:00–22:00", True),
        ("Воскресенье", "09:00–13:00, 14:00–18:00", "", False),
    ]
    assert [line[0] for line in week(EN, night, time(20))] == ["Today", "Tomorrow", "Sunday"]
    assert plain(opens(RU, night, time(20))) == "завтра в 10:00"


def test_bins_are_listed_in_order_with_what_goes_into_them() -> None:
    rows = [
        Row("1", RowState.RETURNED, destination=Destination.HOLD_SHELF, bin="3"),
        Row("2", RowState.RETURNED, destination=Destination.SHELF, bin="10"),
        Row("3", RowState.RETURNED, destination=Destination.SHELF, bin="10"),
        Row("4", RowState.RETURNED, destination=Destination.OTHER_BRANCH),
    ]
    assert [tuple(map(plain, each)) for each in bins(RU, rows)] == [
        ("3", "Заявки", "1 книга"),
        ("10", "На полки", "2 книги"),
    ]


def test_a_bin_of_the_library_is_told_by_its_name_and_place() -> None:
    holds = Bin("3", (("ru", "Заказы"),), (("ru", "справа"),))
    row = Row("1", RowState.RETURNED, destination=Destination.HOLD_SHELF, bin="3", into=holds)
    assert [tuple(map(plain, each)) for each in bins(RU, [row])] == [("3", "Заказы", "справа, 1 книга")]
    assert plain(where_to(RU, row)[0]) == "Положите в корзину 3, справа"
    damaged = replace(row, damaged=True, into=None, bin="", destination=Destination.SORTING)
    assert where_to(RU, damaged)[1] == RU.say("checkin.damaged.note")


# --- what is left to do ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "lent", "returned"),
    [
        (1, "Готова 1 из 6 ваших книг", "Готова 1 из 6 принятых книг"),
        (2, "Готовы 2 из 6 ваших книг", "Готовы 2 из 6 принятых книг"),
        (5, "Готово 5 из 6 ваших книг", "Готово 5 из 6 принятых книг"),
        (0, "Готово 0 из 6 ваших книг", "Готово 0 из 6 принятых книг"),
    ],
)
def test_how_many_are_ready_agrees_with_its_number(n: int, lent: str, returned: str) -> None:
    assert plain(ready(RU, PutBack(Frame(), (), n, 6))) == lent
    assert plain(ready(RU, PutBack(Frame(), (), n, 6, returning=True))) == returned
    assert plain(ready(EN, PutBack(Frame(), (), 1, 6))) == "1 of your 6 books is ready"


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("rows", [1, 2])
def test_a_lent_book_that_stays_closed_goes_to_the_shelf_or_to_staff_who_are_there(rows: int, tag: str) -> None:
    """Nobody reads a receipt at the exit, and there may be no printer."""
    words, books = load(tag), tuple(Row(str(at), RowState.PUT_BACK) for at in range(rows))
    alone, with_staff = (
        plain(put_back(words, PutBack(Frame(hours=hours), books, stuck=True))[1]) for hours in (EVENING, STAFFED)
    )
    assert {"ru": "«Разобрать»", "en": '"To sort"'}[tag] in alone
    assert plain(staff(words, EVENING)) in alone
    assert alone != with_staff
    for said in (alone, with_staff):
        assert not re.search("чек|выход|receipt|exit", said)


@pytest.mark.parametrize(
    ("line", "one", "two", "five"),
    [
        ("farewell.renewed", "Продлена 1 книга", "Продлено 2 книги", "Продлено 5 книг"),
        ("farewell.returned", "Принята 1 книга", "Принято 2 книги", "Принято 5 книг"),
        ("checkin.title_done", "Принята 1 книга", "Принято 2 книги", "Принято 5 книг"),
    ],
)
def test_what_was_done_is_said_in_one_grammar(line: str, one: str, two: str, five: str) -> None:
    assert [plain(RU.count(line, n)) for n in (1, 2, 5)] == [one, two, five]


def test_a_return_that_came_to_nothing_leaves_the_book_with_its_reader() -> None:
    """Nothing of a loan is said, and nobody is sent to a shelf with a book that is still on a reader's card."""
    undone = Refusal(Reason.RETURN_NOT_RECORDED)
    row = Row("1", RowState.STAYS, refusal=undone, destination=Destination.SORTING)
    assert [plain(line) for line in row_lines(RU, row, None)] == ["Не принята", "возврат не записан"]
    assert [plain(line) for line in row_lines(EN, row, None)] == ["Not returned", "return not recorded"]
    for words, sort in ((RU, "Разобрать"), (EN, "To sort")):
        told = explain(words, undone, EVENING)
        for text in (*where_to(words, row), told.why, *told.steps):
            assert sort not in text
            assert not re.search("на вас|your card", plain(text))
    unasked = replace(row, refusal=Refusal(Reason.NEEDS_ABIS))
    assert where_to(RU, unasked) == where_to(RU, row)
    assert row_lines(RU, replace(unasked, destination=None), None)[0] == "Остаётся здесь"  # at checkout


def test_the_count_at_return_says_not_returned_instead_of_stays() -> None:
    count = Count(3, stays=1, returned=2)
    assert plain(count_sentence(RU, count, returning=True)) == "На столике 3: принято 2, 1 не принята"
    assert plain(count_sentence(EN, count, returning=True)) == "3 on the desk: 2 returned, 1 not returned"
    assert plain(count_sentence(RU, Count(1, stays=1), returning=True)) == "На столике 1: 1 не принята"


@pytest.mark.parametrize("tag", TAGS)
def test_a_second_tag_with_the_same_number_blames_no_catalogue(tag: str) -> None:
    words = load(tag)
    one, other = (explain(words, Refusal(reason), EVENING) for reason in (Reason.SAME_NUMBER, Reason.OTHER))
    assert one.why != other.why
    assert "не спрашивали" in plain(one.why) or "did not ask" in plain(one.why)


@pytest.mark.parametrize("tag", TAGS)
def test_a_fee_says_what_it_is_for_and_that_it_waits_for_a_yes(tag: str) -> None:
    words = load(tag)
    for fee in (Money(5000, "RUB"), None):
        why = plain(explain(words, Refusal(Reason.FEE, fee=fee), EVENING).why)
        assert re.search("Выдача этой книги|[Bb]orrowing this book|This book is lent", why)
        assert re.search("Без вашего согласия|without your yes", why)
    assert "50 ₽" in plain(explain(words, Refusal(Reason.FEE, fee=Money(5000, "RUB")), EVENING).why)


def test_over_the_limit_a_book_is_lifted_and_laid_down_again() -> None:
    told = [plain(explain(words, Refusal(Reason.LIMIT_REACHED, limit=20), EVENING).steps[0]) for words in (RU, EN)]
    assert "положите *снова*" in told[0]
    assert "put it down *again*" in told[1]


@pytest.mark.parametrize("tag", TAGS)
def test_nothing_is_promised_that_the_library_may_not_keep(tag: str) -> None:
    said = [form.lower() for forms in load(tag).messages.values() for form in forms]
    assert [form for form in said if re.search("начисл|count against|станет вашей|can be yours", form)] == []


def test_doors_are_told_in_words() -> None:
    assert plain(state_text(RU, EVENING)[1]) == "OPEN+ до 22:00"
    assert state_text(RU, None) == ("", "")


# --- aloud -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("до 12 декабря", "до двенадцатого декабря"),
        ("срок был 31 мая", "срок был тридцать первого мая"),
        ("до 22:00", "до двадцати двух часов"),
        ("Сейчас 19:42", "Сейчас девятнадцать часов сорок две минут"),
        ("У вас 21 книга", "У вас двадцать одна книга"),
        ("осталось 22 дня", "осталось двадцать два дня"),
        ("Через 1 секунду", "Через одну секунду"),
        ("Положите в корзину 2", "Положите в корзину два"),
        ("до 5 книг", "до пяти книг"),
        ("50 ₽", "пятьдесят рублей"),
        ("21,50 ₽", "двадцать один рубль пятьдесят копеек"),
        ("с пометкой 18+", "с пометкой восемнадцать плюс"),
        ("Билет •••• 4172", "Билет, последние цифры: четыре один семь два"),
        ("8 800 000-00-00", "восемь восемь ноль ноль ноль ноль ноль ноль ноль ноль ноль"),
    ],
)
def test_russian_numbers_are_spelled_out(text: str, spoken: str) -> None:
    assert aloud(text, "ru") == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("until 21 December", "until the twenty-first of December"),
        ("until 22:00", "until twenty-two o'clock"),
        ("340 books", "three hundred and forty books"),
        ("Card •••• 4172", "Card ending in four one seven two"),
    ],
)
def test_english_numbers_are_spelled_out(text: str, spoken: str) -> None:
    assert aloud(text, "en") == spoken


@given(st.text(alphabet="0123456789 :+-–,.•₽до с книга декабря", max_size=60), st.sampled_from(["ru", "en"]))
def test_no_digit_is_left_to_the_synthesiser(text: str, tag: str) -> None:
    assert not re.search(r"\d", aloud(text[:40], tag))


@given(st.integers(0, 999_999))
def test_every_number_has_a_name_in_both_cases(n: int) -> None:
    assert cardinal(n)
    assert cardinal(n, feminine=True, genitive=True)


@pytest.mark.parametrize(
    ("due", "told"),
    [(date(2026, 11, 20), "продлить её?"), (date(2026, 11, 19), "срок был 19 ноября"), (None, "продлить её?")],
)
def test_a_book_of_ones_own_whose_day_is_past_says_so_before_it_asks(due: date | None, told: str) -> None:
    today = date(2026, 11, 20)
    for own in (Row("1", RowState.QUESTION, due=due), Row("1", RowState.QUESTION)):
        refusal = Refusal(Reason.ALREADY_YOURS, until=due)
        assert plain(row_lines(RU, replace(own, refusal=refusal), today)[1]) == told
    fee = Row("1", RowState.QUESTION, due=date(2026, 11, 1), refusal=Refusal(Reason.FEE, fee=Money(5000, "RUB")))
    assert "срок" not in row_lines(RU, fee, today)[1]


@pytest.mark.parametrize(("minutes", "told"), [(1, "1 минуту"), (2, "2 минуты"), (15, "15 минут")])
def test_a_locked_card_says_in_how_many_minutes_to_try_again(minutes: int, told: str) -> None:
    why = explain(RU, Refusal(Reason.PIN_LOCKED, limit=minutes), None).why
    assert f"Попробуйте снова через {told}." in plain(why)
    assert f"Try again in {minutes} minute" in plain(explain(EN, Refusal(Reason.PIN_LOCKED, limit=minutes), None).why)


def test_a_missing_part_of_a_set_is_named_with_what_it_is_where_that_is_known() -> None:
    disc = Refusal(Reason.SET_INCOMPLETE, missing=(2,), parts=3, media=Media.BOOK_WITH_CD)
    assert plain(short(RU, disc)) == "часть 2 из 3 не на столике: CD"
    assert plain(short(EN, replace(disc, missing=(1, 3)))) == "parts 1, 3 of 3 are not on the desk"
    assert plain(short(EN, replace(disc, missing=tuple(range(1, 9)), parts=9))).startswith("parts 1, 2, 3 of 9")
    assert "часть 2 из 3 не на столике: CD" in plain(explain(RU, disc, EVENING).why)
    assert plain(short(RU, Refusal(Reason.SET_INCOMPLETE))) == "комплект неполный"


@pytest.mark.parametrize("words", [RU, EN], ids=lambda words: words.tag)
def test_a_set_is_waited_for_and_one_returned_without_a_part_goes_to_be_sorted(words: Words) -> None:
    lacking = Refusal(Reason.SET_INCOMPLETE, missing=(2,), parts=2)
    waiting = Row("1", RowState.ASKING, ItemId("1"), "Книга", refusal=lacking)
    returned = replace(waiting, state=RowState.RETURNED, destination=Destination.SORTING)
    for row in (waiting, returned):
        assert row_lines(words, row, None)[1] == short(words, lacking)
        assert short(words, lacking) in " ".join(where_to(words, row))
    assert where_to(words, waiting)[0] == words.say("checkin.gather")
