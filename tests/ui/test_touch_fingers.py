"""Real widgets touched without a display: every button sends its event, and what is typed stays where it belongs."""

import gc
import threading
import time
from dataclasses import replace
from typing import Any, get_args

import pytest

from kiosk.domain.ids import ItemId, Secret
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import Look, Theme
from kiosk.events import (
    Button,
    Choice,
    Chosen,
    CountTold,
    LookChosen,
    NumberTyped,
    PinEntered,
    Pressed,
    RenewPressed,
    RowOpened,
    Task,
    TaskChosen,
    Touched,
)
from kiosk.views import PERSONAL, Checkout, Count, Identify, Idle, Pin, RowState, View
from ui.text.catalogue import load
from ui.text.spoken import spoken
from ui.touch import samples
from ui.touch.samples import BOOKS, CLUB, DONE, FRAME, LAVR, MASTER, VIEWS

PINS = "739164"


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
@pytest.mark.parametrize("name", sorted(VIEWS))
def test_every_button_sends_its_event_and_nothing_else(oriented: Any, name: str, orientation: str) -> None:
    from ui.touch.widgets.press import Press

    driver = oriented(orientation)
    driver.show(VIEWS[name])
    for widget in driver.widgets(Press):
        if widget.event is not None and widget.usable and _uncovered(driver, widget):
            assert driver.tap(widget) == [widget.event], widget.spoken
            assert widget.spoken


def _uncovered(driver: Any, widget: Any) -> bool:
    overlay = driver.player.shell._overlay
    while overlay is not None and widget is not None and widget is not widget.parent:
        if widget is overlay:
            return True
        widget = widget.parent
    return overlay is None


EXPECTED: dict[str, list[Any]] = {
    "idle": [TaskChosen(Task.CHECKOUT), TaskChosen(Task.CHECKIN), TaskChosen(Task.ACCOUNT), Pressed(Button.RULES)],
    "identify": [Pressed(Button.TYPE_NUMBER), Pressed(Button.NO_CARD), TaskChosen(Task.CHECKIN), Pressed(Button.BACK)],
    "pin": [Pressed(Button.BACK), Pressed(Button.FINISH)],
    "home": [
        Pressed(Button.TAKE), Pressed(Button.HOLDS), TaskChosen(Task.ACCOUNT), TaskChosen(Task.CHECKIN),
        RenewPressed(ItemId(samples.PICNIC)), Pressed(Button.FINISH),
    ],
    "checkout-done": [RowOpened(ItemId(CLUB)), RowOpened(ItemId(MASTER)), Pressed(Button.FINISH), Pressed(Button.BACK)],
    "question-fee": [Chosen(ItemId(samples.TIME), Choice.YES), Chosen(ItemId(samples.TIME), Choice.NO)],
    "refusal-hold": [Pressed(Button.FINISH), Pressed(Button.BACK)],
    "book-card": [Chosen(ItemId(LAVR), Choice.REMOVE), Pressed(Button.FINISH)],
    "put-back": [Pressed(Button.DOES_NOT_WORK)],
    "put-back-stuck": [Pressed(Button.FINISH)],
    "slide": [Pressed(Button.FINISH), Pressed(Button.DOES_NOT_WORK)],
    "slide-again": [Pressed(Button.FINISH), Pressed(Button.DOES_NOT_WORK)],
    "slide-away": [Pressed(Button.FINISH)],
    "slide-stuck": [Pressed(Button.FINISH)],
    "how-many": [*map(CountTold, range(1, 12)), Pressed(Button.FINISH), Pressed(Button.BACK)],
    "count-missing": [Pressed(Button.BACK), Pressed(Button.COUNT_AGAIN), Pressed(Button.FINISH)],
    "count-extra": [Pressed(Button.BACK), Pressed(Button.COUNT_AGAIN), Pressed(Button.FINISH)],
    "checkin": [Pressed(Button.FINISH), Pressed(Button.BACK)],
    "loans": [Pressed(Button.RENEW_ALL), Pressed(Button.HOLDS), RenewPressed(ItemId(samples.PICNIC))],
    "holds": [Pressed(Button.BACK), Pressed(Button.FINISH)],
    "farewell": [Pressed(Button.MORE_TIME), Pressed(Button.FINISH)],
    "last-call": [Pressed(Button.MORE_TIME), Pressed(Button.FINISH)],
    "comfort": [
        LookChosen(Look("ru", Theme.HIGH_CONTRAST)), LookChosen(Look(text=1.35)), LookChosen(Look(low=True)),
        LookChosen(Look(more_time=True)), Pressed(Button.COMFORT),
    ],
    "no-card": [TaskChosen(Task.CHECKIN), Pressed(Button.TYPE_NUMBER)],
    "help": [Pressed(Button.BACK)],
    "house-rules": [Pressed(Button.BACK)],
    "out-of-service": [Pressed(Button.HELP)],
}  # fmt: skip


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_screen_offers_what_its_view_stands_for(oriented: Any, name: str, orientation: str) -> None:
    from ui.touch.widgets.press import Press

    driver = oriented(orientation)
    driver.show(VIEWS[name])
    offered = [widget.event for widget in driver.widgets(Press) if _uncovered(driver, widget)]
    assert [event for event in EXPECTED[name] if event not in offered] == []


HIGH = 864  # token px from the top: a wheelchair user does not reach higher on a portrait screen


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_in_portrait_nothing_that_has_no_second_way_stands_high(portrait: Any, name: str) -> None:
    from ui.touch.stage import now, tp
    from ui.touch.widgets.press import Press

    portrait.show(VIEWS[name])
    line = now().page.height - tp(HIGH)
    touched = [
        widget for widget in portrait.widgets(Press) if widget.event is not None and _uncovered(portrait, widget)
    ]
    low = [widget.event for widget in touched if widget.to_window(widget.x, widget.top)[1] <= line + 2]
    high = [widget.event for widget in touched if widget.event not in low]
    home = name.startswith("home")
    assert [
        event for event in high if event != Pressed(Button.HOLDS) and not (home and isinstance(event, RenewPressed))
    ] == []


def test_higher_numbers_stand_on_further_pages_and_the_first_comes_again(landscape: Any) -> None:
    from ui.touch.widgets.number_keys import A_PAGE, PAGES, NumberKeys

    landscape.show(VIEWS["how-many"])
    (keys,) = landscape.widgets(NumberKeys)
    for page in range(PAGES):
        first, last = keys.children[-1], keys.children[1]
        assert landscape.tap(first) == [CountTold(page * A_PAGE + 1)]
        assert landscape.tap(last) == [CountTold((page + 1) * A_PAGE)]
        assert (first.face, last.face) == (str(page * A_PAGE + 1), str((page + 1) * A_PAGE))
        landscape.tap(keys.children[0])
    assert keys.page == 0


def test_a_touch_on_nothing_says_somebody_is_there(landscape: Any) -> None:
    from ui.touch.widgets.heading import Heading

    landscape.show(VIEWS["loans"])
    assert landscape.tap(landscape.widgets(Heading)[0]) == [Touched()]


def test_more_time_and_finish_of_the_warning_are_not_swallowed_by_being_touched(landscape: Any) -> None:
    """A bare touch would take the warning away before the finger is lifted from its button."""
    landscape.show(VIEWS["last-call"])
    finish = _named(landscape, say("dock.finish_now"))
    assert landscape.tap(finish) == [Pressed(Button.FINISH)]


def test_a_button_looks_pressed_in_the_next_frame(landscape: Any) -> None:
    from kivy.tests.common import UnitTestTouch

    landscape.show(VIEWS["checkout-done"])
    done = _named(landscape, say("dock.done"))
    done.min_state_time = 0
    before = done._skin._image.texture
    touch = UnitTestTouch(*done.to_window(*done.center))
    touch.touch_down()
    landscape.idle(1)
    assert done._skin._image.texture is not before
    touch.touch_up()
    landscape.idle(1)
    assert done._skin._image.texture is before


def test_just_after_a_screen_changed_a_touch_means_nothing(landscape: Any) -> None:
    landscape.show(VIEWS["checkout-done"])
    landscape.player._deaf = 60.0
    try:
        landscape.show(VIEWS["farewell"])
        assert landscape.tap(_named(landscape, say("dock.finish_now"))) == []
    finally:
        landscape.player._deaf = 0.0


def test_pages_are_turned_by_big_buttons(landscape: Any) -> None:
    from ui.touch.widgets.book_row import BookRow
    from ui.touch.widgets.pager import Pager, PagerButton

    landscape.show(VIEWS["checkout-many"])
    pager = landscape.widgets(Pager)[0]
    first = {row.title for row in landscape.widgets(BookRow)}
    up, down = sorted(landscape.widgets(PagerButton), key=lambda button: button.x)
    assert not up.usable
    landscape.tap(down)
    assert pager.page == 1
    assert {row.title for row in landscape.widgets(BookRow)}.isdisjoint(first)
    landscape.tap(down)  # leads nowhere now
    assert pager.page == 1
    landscape.tap(up)
    assert {row.title for row in landscape.widgets(BookRow)} == first


# --- rows change in place --------------------------------------------------------------------------------------------


def test_a_row_that_changes_its_state_stays_the_same_widget(landscape: Any) -> None:
    from ui.touch.widgets.book_row import BookRow

    asking = replace(DONE[0], state=RowState.ASKING, due=None)
    landscape.show(Checkout(FRAME, (asking, DONE[1]), Count(2, 1, 0, 1)))
    before = {row.key: row for row in landscape.widgets(BookRow)}
    landscape.show(Checkout(FRAME, DONE[:2], Count(2, 2)))
    after = {row.key: row for row in landscape.widgets(BookRow)}
    assert after[MASTER] is before[MASTER]
    assert after[LAVR] is before[LAVR]
    assert after[MASTER].tone == "yours"


def test_a_new_row_leaves_the_others_alone(landscape: Any) -> None:
    from ui.touch.widgets.book_row import BookRow

    landscape.show(Checkout(FRAME, DONE[:2], Count(2, 2)))
    before = {row.key: row for row in landscape.widgets(BookRow)}
    landscape.show(Checkout(FRAME, DONE[:3], Count(3, 2, 1)))
    after = {row.key: row for row in landscape.widgets(BookRow)}
    assert len(after) == 3
    assert all(after[key] is row for key, row in before.items())


def test_a_book_left_by_the_reader_before_cannot_be_opened(landscape: Any) -> None:
    from ui.touch.widgets.book_row import BookRow

    inert = replace(DONE[2], refusal=Refusal(Reason.LEFT_BEFORE))
    landscape.show(Checkout(FRAME, (inert,), Count(1, 0, 1)))
    assert landscape.tap(landscape.widgets(BookRow)[0]) == [Touched()]


def test_the_pile_shows_what_lies_on_the_desk_and_no_more(landscape: Any) -> None:
    from ui.touch.widgets.stack import Spine

    lifted = replace(DONE[0], on_pad=False)
    landscape.show(Checkout(FRAME, (lifted, *DONE[1:]), Count(4, 4, 1)))
    titles = {spine.title for spine in landscape.widgets(Spine)}
    assert BOOKS[MASTER][0] not in titles
    assert BOOKS[CLUB][0] in titles


def test_a_row_that_can_be_opened_shows_it_and_one_that_cannot_does_not(landscape: Any) -> None:
    from ui.touch.widgets.book_row import Arrow, BookRow, More

    landscape.show(VIEWS["checkout-reading"])
    for row in landscape.widgets(BookRow):
        signs = {type(child) for child in row.children} & {Arrow, More}
        assert len(signs) == (row.event is not None), row.first
        assert (More in signs) == (row.tone == "yours")


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_what_the_library_has_to_say_is_shown_and_spoken_with_the_loans(oriented: Any, orientation: str) -> None:
    driver = oriented(orientation)
    driver.show(VIEWS["loans-message"])
    shown = " ".join(_texts(driver)).replace("\n", " ")
    for message in VIEWS["loans-message"].messages:
        assert message in shown
    assert "восемнадцати" in spoken(VIEWS["loans-message"], load("ru"), samples.NOW)


@pytest.mark.parametrize(
    ("reason", "again"),
    [
        (Reason.CARD_UNKNOWN, True),
        (Reason.CARD_EXPIRED, False),
        (Reason.CARD_BLOCKED, False),
        (Reason.CARD_LOST, False),
    ],
)
def test_a_card_is_asked_for_again_only_where_that_can_help(landscape: Any, reason: Reason, again: bool) -> None:
    landscape.show(Identify(FRAME, refusal=Refusal(reason)))
    assert any("Попробуйте ещё раз" in text for text in _texts(landscape)) is again


def test_what_moves_comes_to_rest_where_it_would_have_been_without_motion(landscape: Any) -> None:
    from kivy.animation import Animation

    from ui.touch.stage import now
    from ui.touch.widgets.book_row import BookRow
    from ui.touch.widgets.stack import Spine

    def places() -> list[tuple[float, ...]]:
        rows = [(row.opacity, row.grow) for row in landscape.widgets(BookRow)]
        return rows + [(spine.x, spine.y, spine.opacity) for spine in landscape.widgets(Spine)]

    later = Checkout(FRAME, DONE[:4], Count(4, 3, 1))
    landscape.show(later)
    still = places()
    asking = tuple(replace(row, state=RowState.ASKING, refusal=None) for row in DONE[:3])
    landscape.show(Checkout(FRAME, asking, Count(3, 0, 0, 3)))
    now().motion = True
    try:
        landscape.show(later)
        assert Animation._instances
        deadline = time.monotonic() + 10
        while Animation._instances and time.monotonic() < deadline:
            landscape.idle(1)
        assert places() == still
    finally:
        now().motion = False


# --- PIN and card number ---------------------------------------------------------------------------------------------


def _keys(driver: Any) -> dict[str, Any]:
    from ui.touch.widgets.keypad import Key

    return {key.face: key for key in driver.widgets(Key)}


def _type(driver: Any, digits: str) -> list[Any]:
    sent: list[Any] = []
    for digit in digits:
        sent += driver.tap(_keys(driver)[digit])
    return sent


def test_a_pin_leaves_the_keypad_once_as_a_secret_and_is_gone(landscape: Any) -> None:
    landscape.show(Pin(FRAME, "•••• 4172", None))
    sent = _type(landscape, PINS)
    assert sent == [Touched()] * len(PINS)
    sent = landscape.tap(_keys(landscape)[say("pin.enter")])
    assert [event for event in sent if not isinstance(event, Touched)] == [PinEntered(Secret(PINS))]
    landscape.sent.clear()
    sent.clear()
    assert landscape.player.shell.page.ids.pad._digits == ""
    assert PINS not in repr(PinEntered(Secret(PINS)))


def test_no_widget_shows_or_holds_a_digit_of_the_pin(landscape: Any) -> None:
    from ui.touch.widgets.keypad import Key, PinPad

    landscape.show(Pin(FRAME, "•••• 4172", None))
    _type(landscape, PINS)
    for widget in landscape.widgets():
        if isinstance(widget, PinPad) or isinstance(widget.parent, Key) or isinstance(widget, Key):
            continue
        texts = [getattr(widget, name) for name in widget.properties() if isinstance(getattr(widget, name), str)]
        assert not any(PINS[:2] in text for text in texts)
    landscape.show(VIEWS["idle"])


@pytest.mark.parametrize("length", [1, 6, 12, 24])
def test_a_pin_of_any_length_shows_a_dot_for_each_digit_and_no_boxes(landscape: Any, length: int) -> None:
    from ui.touch.widgets.keypad import DigitBox, DigitField, Dot

    landscape.show(Pin(FRAME, "•••• 4172", None))
    _type(landscape, "7" * length)
    (field,) = landscape.widgets(DigitField)
    dots = landscape.widgets(Dot)
    assert len(dots) == length
    assert all(field.x < dot.x and dot.right < field.right - dot.width for dot in dots)
    assert landscape.widgets(DigitBox) == []
    landscape.show(Pin(FRAME, "•••• 4172", 4))
    assert (len(landscape.widgets(DigitBox)), landscape.widgets(DigitField)) == (4, [])
    landscape.show(VIEWS["idle"])


def test_a_pin_of_known_length_enters_by_itself(landscape: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.touch.widgets.keypad.SEEN", 0)
    landscape.show(Pin(FRAME, "•••• 4172", 4))
    _type(landscape, "7391")
    assert [event for event in landscape.sent if isinstance(event, PinEntered)] == [PinEntered(Secret("7391"))]


def test_a_wrong_pin_clears_the_boxes_and_says_how_many_attempts_are_left(landscape: Any) -> None:
    landscape.show(Pin(FRAME, "•••• 4172", 4))
    _type(landscape, "12")
    landscape.show(Pin(FRAME, "•••• 4172", 4, Refusal(Reason.WRONG_PIN), 2))
    assert landscape.player.shell.page.ids.pad.count == 0
    assert "Остались 2 попытки." in _texts(landscape)


def test_a_locked_keypad_takes_no_digit(landscape: Any) -> None:
    landscape.show(Pin(FRAME, "•••• 4172", 4, Refusal(Reason.PIN_LOCKED, limit=15)))
    _type(landscape, "12")
    assert landscape.player.shell.page.ids.pad.count == 0


def test_a_card_number_is_shown_in_fours_and_sent_whole(landscape: Any) -> None:
    landscape.show(VIEWS["type-number"])
    _type(landscape, "2123405")
    landscape.tap(_keys(landscape)[say("pin.clear")])
    assert "2123 40" in _texts(landscape)
    sent = landscape.tap(_keys(landscape)[say("number.enter")])
    assert NumberTyped("212340") in sent
    assert landscape.player.shell.page.ids.pad._digits == ""


def test_a_keypad_never_holds_more_than_a_card_number_can_have(landscape: Any) -> None:
    from ui.touch.widgets.keypad import MAX_DIGITS

    landscape.show(VIEWS["type-number"])
    for _ in range(MAX_DIGITS + 10):
        landscape.player.shell.page.ids.pad.digit("1")
    assert len(landscape.player.shell.page.ids.pad._digits) == MAX_DIGITS


# --- privacy ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, view in sorted(VIEWS.items()) if isinstance(view, PERSONAL)])
def test_after_the_end_nothing_of_the_reader_is_in_any_widget_or_picture(landscape: Any, name: str) -> None:
    from kivy.uix.widget import Widget

    landscape.show(VIEWS[name])
    landscape.show(VIEWS["idle"])
    landscape.player.forget()
    landscape.idle()
    personal = {"Анна", "4172"} | {title for title, _ in BOOKS.values()} - {
        say(f"idle.pile.{at}") for at in range(1, 5)
    }
    gc.collect()
    left = [
        text
        for widget in gc.get_objects()
        if issubclass(type(widget), Widget)  # a proxy of a widget that is gone would raise
        for text in _strings(widget)
        if any(word in text for word in personal)
    ]
    assert left == []
    assert len(landscape.player.covers) == 0


def _strings(widget: Any) -> list[str]:
    return [value for name in widget.properties() if isinstance(value := getattr(widget, name), str)]


def test_a_cover_that_is_still_being_drawn_when_the_session_ends_never_arrives(landscape: Any) -> None:
    from ui.touch.covers import Covers

    covers = Covers()
    arrived: list[Any] = []
    covers._pool.submit(threading.Event().wait, 0.05)
    covers.get("1", "Мастер и Маргарита", "Булгаков", 100, arrived.append)
    covers.forget()
    covers._pool.shutdown(wait=True)
    landscape.idle()
    assert arrived == []
    assert len(covers) == 0


def test_covers_are_kept_up_to_a_limit(landscape: Any) -> None:
    from ui.touch.covers import LIMIT, Covers

    covers = Covers(inline=True)
    for number in range(LIMIT + 5):
        covers.get(str(number), "Т", "А", 10, lambda _texture: None)
    assert len(covers) == LIMIT
    covers.close()


# --- looks -----------------------------------------------------------------------------------------------------------


def test_language_and_contrast_change_at_once(landscape: Any) -> None:
    landscape.show(VIEWS["idle"], "en", contrast=True)
    assert "Borrow" in _texts(landscape)
    assert landscape.player.shell.ground == (0, 0, 0, 1)
    landscape.show(VIEWS["idle"], "ru")
    assert "Взять книги" in _texts(landscape)


def test_the_seconds_of_the_warning_run_down_and_the_sentence_with_them(landscape: Any) -> None:
    landscape.show(VIEWS["last-call"])
    overlay = landscape.player.shell._overlay
    overlay._seconds._tick(1)
    landscape.idle(1)
    left = overlay.left  # a slow machine may have told a second of its own by now
    assert 10 < left < 20
    assert str(left) in _texts(landscape)
    assert any(f"Через {left} секунд" in text.replace("\u00a0", " ") for text in _texts(landscape))


def test_more_time_starts_the_ring_of_the_farewell_again(landscape: Any) -> None:
    landscape.show(VIEWS["farewell"])
    page = landscape.player.shell.page
    for _second in range(5):
        page._seconds._tick(1)
    assert page.left_seconds <= 15  # a slow machine may have told a second of its own by now
    landscape.tap(_named(landscape, say("dock.more_time")))
    assert page.left_seconds > 20


def say(message: str) -> str:
    return load("ru").say(message)


def _named(driver: Any, name: str) -> Any:
    from ui.touch.widgets.press import Press

    return next(widget for widget in driver.widgets(Press) if widget.spoken == name)


def _texts(driver: Any) -> list[str]:
    from kivy.uix.label import Label

    return [label.text.replace("\u00a0", " ") for label in driver.widgets(Label)]


# --- the set of screens ----------------------------------------------------------------------------------------------


def test_every_view_has_exactly_one_screen(landscape: Any) -> None:
    from ui.touch import screens

    assert set(screens.find()) == set(get_args(View))


def test_every_view_is_among_the_samples() -> None:
    assert {type(view) for view in VIEWS.values()} == set(get_args(View))


@pytest.mark.parametrize("tag", ["ru", "en"])
@pytest.mark.parametrize("name", sorted(VIEWS))
def test_every_view_can_be_spoken(name: str, tag: str) -> None:
    text = spoken(VIEWS[name], load(tag), samples.NOW)
    assert text
    assert not any(letter.isdigit() or letter in "*{}•₽" for letter in text)
    assert not any(message in text for message in load(tag).messages if "." in message)


def test_the_voice_says_the_title_then_the_state_then_the_choices() -> None:
    text = spoken(VIEWS["checkout-done"], load("ru"), samples.NOW)
    count, stays, done = (text.index(part) for part in ("На столике пять", "Бойцовский клуб", "Кнопка один: Готово"))
    assert count < stays < done


def test_an_idle_screen_names_nobody() -> None:
    assert Idle not in PERSONAL
