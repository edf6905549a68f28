"""Everything fits: no text clipped, overlapping or broken inside a word; targets large enough; every glyph there."""

import re
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
    Checkout,
    Count,
    Identify,
    LoanRow,
    Loans,
    LoanState,
    Pin,
    RefusalCard,
    Row,
    RowState,
    TypeNumber,
    View,
)  # fmt: skip
from ui.text.catalogue import languages, load
from ui.touch import samples
from ui.touch.layout import MIN_TARGET

Box = tuple[float, float, float, float]
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


def small_targets(driver: Any) -> list[str]:
    from ui.touch.stage import now
    from ui.touch.widgets.press import Press

    least = MIN_TARGET * now().page.k
    return [
        f"{widget.spoken}: {widget.size}"
        for widget in driver.widgets(Press)
        if touchable(widget) and min(widget.size) < least
    ]


def touchable(widget: Any) -> bool:
    from ui.touch.widgets.book_row import BookRow

    return bool(widget.event is not None or not isinstance(widget, BookRow)) and not widget.disabled


def faults(driver: Any) -> list[str]:
    """Return what is wrong with the texts on the screen, in words."""
    from kivy.core.window import Window
    from kivy.uix.label import Label

    from ui.touch.widgets.type import Fitted

    found: list[str] = []
    boxes: list[tuple[Any, Box]] = []
    page = driver.player.shell
    covered = page._overlay
    for label in driver.widgets(Label):
        if not label.text.strip() or (covered is not None and not _inside(label, covered)):
            continue
        for box in _ink(label):
            boxes.append((label, box))
            if not (box[0] >= -1 and box[1] >= -1 and box[2] <= Window.width + 1 and box[3] <= Window.height + 1):
                found.append(f"leaves the screen: {label.text!r} {box}")
            found += [f"leaves its surface: {label.text!r} {box} {edge}" for edge in _left_surfaces(label, box)]
        if isinstance(label, Fitted) and not label.may_cut and label.is_cut:
            found.append(f"own words cut: {label.whole!r}")
        if (word := _broken_word(label)) is not None:
            found.append(f"broken inside a word: {word!r} in {label.text!r}")
    return found + _overlaps(boxes) + _under_buttons(driver, boxes) + _tight(driver)


def _inside(widget: Any, ancestor: Any) -> bool:
    while widget is not None and widget is not widget.parent:
        if widget is ancestor:
            return True
        widget = widget.parent
    return False


def _ink(label: Any) -> list[Box]:
    """Return where the letters of each line are drawn: left, bottom, right, top on the window."""
    x, y = label.to_window(label.x, label.y)
    width, height = label.texture_size
    left, top = x + (label.width - width) / 2, y + (label.height + height) / 2
    widths = [line.w for line in getattr(label._label, "_cached_lines", [])] or [width]
    share = height / len(widths)
    trim = 0.12 * label.font_size  # a line's box is higher than its letters
    boxes = []
    for at, drawn in enumerate(widths):
        shift = {"left": 0, "center": (width - drawn) / 2, "right": width - drawn}.get(label.halign, 0)
        start = left + (shift if label.text_size[0] is not None else 0)
        boxes.append((start, top - (at + 1) * share + trim, start + drawn, top - at * share - trim))
    return boxes


def _left_surfaces(label: Any, box: Box) -> list[str]:
    """Return the visible surfaces around a label that its words leave."""
    from ui.touch.widgets.surface import Surface

    left: list[str] = []
    parent = label.parent
    while parent is not None and parent is not parent.parent and hasattr(parent, "parent"):
        if isinstance(parent, Surface) and (parent.fill or parent.edge):
            x, y = parent.to_window(*parent.pos)
            if box[0] < x - 1 or box[1] < y - 1 or box[2] > x + parent.width + 1 or box[3] > y + parent.height + 1:
                left.append(type(parent).__name__)
        parent = parent.parent
    return left


def _broken_word(label: Any) -> str | None:
    """Return a word that is wider than its line: Kivy would break it anywhere."""
    from ui.touch.widgets.type import width_of

    if label.text_size[0] is None or label.font_name != "Golos":
        return None
    plain = re.sub(r"\[/?b\]", "", label.text)
    for word in re.split(r"[ \n]", plain):
        if width_of(word, label.font_size, bold=label.bold) > label.text_size[0] + 1:
            return str(word)
    return None


def _overlaps(boxes: list[tuple[Any, Box]]) -> list[str]:
    found = []
    for at, (one, a) in enumerate(boxes):
        for other, b in boxes[at + 1 :]:
            if one is not other and min(a[2], b[2]) - max(a[0], b[0]) > 2 and min(a[3], b[3]) - max(a[1], b[1]) > 2:
                found.append(f"overlap: {one.text!r} and {other.text!r}")
    return found


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


def _under_buttons(driver: Any, boxes: list[tuple[Any, Box]]) -> list[str]:
    """Words that lie on a button which is not theirs."""
    from ui.touch.widgets.press import Press

    found = []
    for button in driver.widgets(Press):
        x, y = button.to_window(*button.pos)
        for label, box in boxes:
            across = min(box[2], x + button.width) - max(box[0], x)
            down = min(box[3], y + button.height) - max(box[1], y)
            over = driver.player.shell._overlay
            if across > 2 and down > 2 and not _inside(label, button) and (over is None or _inside(button, over)):
                found.append(f"on a foreign button: {label.text!r} on {button.spoken!r}")
    return found


def _tight(driver: Any) -> list[str]:
    """Buttons whose words come closer to the edge than 12 token px."""
    from ui.touch.widgets.press import PushButton

    return [
        f"too tight: {button.spoken!r}"
        for button in driver.widgets(PushButton)
        if button.children and button.children[-1].width + 24 > button.width
    ]


@pytest.mark.parametrize("tag", languages())
def test_every_letter_of_every_message_is_in_the_font(tag: str) -> None:
    from ui.touch.fonts import FOLDER

    letters = {letter for forms in load(tag).messages.values() for form in forms for letter in form}
    for face in ("Regular", "SemiBold"):
        known = set(TTFont(FOLDER / f"GolosText-{face}.ttf").getBestCmap())
        assert sorted(letter for letter in letters if ord(letter) not in known and letter not in "\n*{}_") == []


def test_texts_are_set_in_our_font_and_nothing_else(landscape: Any) -> None:
    from kivy.uix.label import Label

    for view in samples.VIEWS.values():
        landscape.show(view)
        faces = {label.font_name for label in landscape.widgets(Label) if label.text}
        assert faces <= {"Golos", "IconsOutlined", "IconsFilled"}
