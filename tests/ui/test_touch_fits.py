"""Everything fits: no text clipped, overlapping or broken inside a word; targets large enough; every glyph there."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from kiosk.domain.ids import ItemId
from kiosk.domain.money import Money
from kiosk.domain.refusal import Reason, Refusal
from kiosk.events import Choice
from kiosk.views import (
    Banner,
    Books,
    Checkout,
    Count,
    Identify,
    LoanRow,
    Loans,
    LoanState,
    Pin,
    PutBack,
    RefusalCard,
    Row,
    RowState,
    StaffMenu,
    TypeNumber,
    View,
)  # fmt: skip
from tests.ui.looking import faults, small_targets
from ui.text.catalogue import languages, load
from ui.touch import samples

VIEWS = sorted(samples.VIEWS)
EVERY = [
    pytest.param(name, tag, orientation, id=f"{name}-{orientation}-{tag}")
    for orientation in ("landscape", "portrait")
    for tag in ("ru", "en")
    for name in VIEWS
]


@pytest.mark.parametrize(("name", "tag", "orientation"), EVERY)
def test_no_text_is_clipped_and_no_target_is_under_15_mm(oriented: Any, name: str, tag: str, orientation: str) -> None:
    driver = oriented(orientation)
    driver.show(samples.VIEWS[name], tag)
    assert not (wrong := faults(driver)), "\n".join(wrong)
    assert not (wrong := small_targets(driver)), "\n".join(wrong)


LONG_TITLE = "Достопримечательности Новосибирска и окрестностей: путеводитель для тех, кто приехал впервые, и не только"
LONG_AUTHOR = "Константин Константинович Константинопольский-Преображенский"
LONG_FRAME = replace(samples.FRAME, library="Центральная городская библиотека имени К. К. Константинопольского")


def longest(reason: Reason) -> list[View]:
    """Return screens that show a reason with everything as long as it gets."""
    day = date(2027, 9, 28)
    refusal = Refusal(reason, fee=Money(1234550, "RUB"), limit=21, queue=21, until=day)
    frame = LONG_FRAME
    row = Row("9", RowState.STAYS, ItemId("9"), LONG_TITLE, LONG_AUTHOR, refusal=refusal)
    asked = replace(row, state=RowState.QUESTION)
    due = replace(row, state=RowState.YOURS, due=day, refusal=None, key="8")
    loan = LoanRow(ItemId("9"), LONG_TITLE, LONG_AUTHOR, day, LoanState.CANNOT, 22, refusal=refusal)
    return [
        RefusalCard(frame, row, refusal, (), 21),
        RefusalCard(frame, asked, refusal, (Choice.YES, Choice.NO), 21),
        Checkout(frame, (row, asked, due), Count(22, 21, 21, 21)),
        Identify(frame, rows=(row, asked, due), refusal=refusal),
        Pin(frame, "•••• 4172", None, refusal, 21),
        TypeNumber(frame, refusal),
        Loans(frame, (loan,), 21, 21, 21, 21, Money(1234550, "RUB"), (LONG_TITLE,) * 3),
    ]


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
@pytest.mark.parametrize("tag", ["ru", pytest.param("en", marks=pytest.mark.long)])
def test_the_longest_texts_of_every_reason_fit(oriented: Any, tag: str, orientation: str) -> None:
    driver = oriented(orientation)
    wrong = []
    for views in zip(*(longest(reason) for reason in Reason), strict=True):  # screen by screen: each is built once
        for view in views:
            driver.show(view, tag)
            wrong += [f"{type(view).__name__}: {fault}" for fault in faults(driver) + small_targets(driver)]
    assert not wrong, "\n".join(sorted(set(wrong)))


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
@pytest.mark.parametrize("tag", ["ru", pytest.param("en", marks=pytest.mark.long)])
@pytest.mark.parametrize("banner", [Banner.OFFLINE, Banner.SECOND_CARD], ids=lambda banner: banner.name.lower())
def test_every_screen_has_room_for_a_notice(
    oriented: Any, banner: Banner, tag: str, orientation: str, effort: Any
) -> None:
    driver = oriented(orientation)
    wrong = []
    one_each = {type(view): name for name, view in samples.VIEWS.items()}
    for name in effort(list(one_each.values()), VIEWS):
        view = samples.VIEWS[name]
        driver.show(replace(view, frame=replace(LONG_FRAME, banner=banner, offline=True, waiting=21)), tag)
        wrong += [f"{name}: {fault}" for fault in faults(driver) + small_targets(driver)]
    assert not wrong, "\n".join(sorted(set(wrong)))


@pytest.mark.parametrize("tag", languages())
def test_every_letter_of_every_message_is_in_the_font(tag: str) -> None:
    from ui.touch.fonts import FOLDER

    letters = {letter for forms in load(tag).messages.values() for form in forms for letter in form}
    for face in ("Regular", "SemiBold"):
        known = set(TTFont(FOLDER / f"GolosText-{face}.ttf").getBestCmap())
        assert sorted(letter for letter in letters if ord(letter) not in known and letter not in "\n*{}_") == []


OF_THE_PAD = (PutBack, StaffMenu)
"""What is only shown while a pad is alive, or tells staff how it is."""
NAMED = {"ru": ("столик",), "en": ("desk",)}


@pytest.mark.parametrize("tag", NAMED)
def test_where_books_are_only_scanned_nobody_is_sent_to_a_pad(landscape: Any, tag: str) -> None:
    from kivy.uix.label import Label

    wrong = []
    for name, view in samples.VIEWS.items():
        if isinstance(view, OF_THE_PAD) or "reading" in repr(view).lower() or getattr(view, "left", 0):
            continue  # a tag was read there, or lies there still
        frame = replace(view.frame, books=Books.SCANNED, banner=Banner.NONE)
        landscape.show(replace(view, frame=frame), tag)
        texts = [label.text.lower() for label in landscape.widgets(Label)]
        wrong += [f"{name}: {text}" for text in texts for word in NAMED[tag] if word in text]
    assert wrong == []


def test_every_minute_of_the_day_has_room_in_one_line(landscape: Any) -> None:
    from ui.touch.stage import tp
    from ui.touch.widgets.strip import StatusStrip
    from ui.touch.widgets.type import width_of

    landscape.show(samples.VIEWS["idle"])
    (strip,) = landscape.widgets(StatusStrip)
    minutes = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(24 * 60)]
    assert max(width_of(minute, tp(34), bold=True) for minute in minutes) <= tp(strip.clock_width)


def test_texts_are_set_in_our_font_and_nothing_else(landscape: Any) -> None:
    from kivy.uix.label import Label

    for view in samples.VIEWS.values():
        landscape.show(view)
        faces = {label.font_name for label in landscape.widgets(Label) if label.text}
        assert faces <= {"Golos", "IconsOutlined", "IconsFilled"}
