"""Rows, spines and buttons that are used again look as if they were new, and keep nothing of the reader before."""

from typing import Any

import pytest

from ui.touch.samples import VIEWS

LISTS = ("checkout-done", "loans", "checkin", "checkout-reading")


def kept(driver: Any) -> list[Any]:
    from ui.touch.stage import now

    return [widget for widgets in now().spares._kept.values() for widget in widgets]


def picture(cover: Any) -> bool:
    from kivy.graphics import Rectangle

    return bool(cover._picture.texture.id != Rectangle().texture.id)


def end_of_session(driver: Any) -> None:
    driver.show(VIEWS["idle"])
    driver.player.forget()
    driver.idle()


@pytest.fixture
def anew(landscape: Any) -> Any:
    """A screen that has nothing to use again yet."""
    landscape.show(VIEWS["idle"], contrast=True)
    landscape.show(VIEWS["idle"])
    return landscape


LOOKS = ("text", "color", "font_name", "font_size", "icon", "tone", "title", "author", "spoken", "disabled", "source")


def drawn(anew: Any) -> list[tuple[object, ...]]:
    return [
        (type(widget).__name__, widget.opacity, *(str(getattr(widget, name, None)) for name in LOOKS))
        for widget in anew.widgets()
    ]


def placed(anew: Any) -> list[float]:
    return [number for widget in anew.widgets() for number in (*widget.pos, *widget.size)]


@pytest.mark.parametrize("name", ["checkout-done", "loans"])
def test_what_is_used_again_looks_like_new(anew: Any, name: str) -> None:
    """By what is drawn and where, to a pixel: how wide letters are depends on how that font was drawn before."""
    anew.show(VIEWS[name])
    new, places = drawn(anew), placed(anew)
    for other in LISTS:
        anew.show(VIEWS[other])
    end_of_session(anew)
    anew.show(VIEWS[name])
    assert drawn(anew) == new
    assert placed(anew) == pytest.approx(places, abs=2)


def test_rows_are_used_again(anew: Any) -> None:
    from ui.touch.widgets.book_row import BookRow
    from ui.touch.widgets.stack import Spine

    anew.show(VIEWS["checkout-done"])
    before = {id(widget) for kind in (BookRow, Spine) for widget in anew.widgets(kind)}
    anew.show(VIEWS["loans"])
    anew.show(VIEWS["checkout-done"])
    assert {id(widget) for kind in (BookRow, Spine) for widget in anew.widgets(kind)} == before


@pytest.mark.parametrize("first", ["idle", "forgotten"])
def test_after_a_session_nothing_of_its_reader_is_kept(anew: Any, first: str) -> None:
    from kivy.uix.label import Label

    from ui.touch.widgets.cover import Cover

    for name in LISTS:
        anew.show(VIEWS[name])
    if first == "forgotten":
        anew.player.forget()
        anew.idle()
        anew.show(VIEWS["idle"])
    else:
        end_of_session(anew)
    widgets = [part for widget in kept(anew) for part in widget.walk(restrict=True)]
    assert len(widgets) > 100
    assert {label.text for label in widgets if isinstance(label, Label) and label.font_name == "Golos"} == {""}
    assert [cover for cover in widgets if isinstance(cover, Cover) and (cover.title or picture(cover))] == []
    assert [widget for widget in widgets if getattr(widget, "event", None) is not None] == []
    assert {widget.spoken for widget in widgets if hasattr(widget, "spoken")} <= {"", "."}


def test_a_row_with_a_finger_on_it_is_not_used_again(anew: Any) -> None:
    from ui.touch.widgets.book_row import BookRow

    anew.show(VIEWS["checkout-done"])
    touched = next(row for row in anew.widgets(BookRow) if row.event is not None)
    touched.state = "down"
    anew.show(VIEWS["loans"])
    anew.show(VIEWS["checkout-done"])
    assert touched not in anew.widgets(BookRow)
    assert touched not in kept(anew)


def test_no_more_are_kept_than_two_pages_need(anew: Any) -> None:
    from ui.touch.stage import now
    from ui.touch.widgets.stack import Spine

    for _ in range(20):
        now().spares.give(Spine())
    assert len(kept(anew)) == 12


def test_buttons_of_the_dock_that_stay_are_not_made_again(anew: Any) -> None:
    anew.show(VIEWS["checkout-done"])
    before = {button.spoken: button for button in anew.player.shell._dock.children if hasattr(button, "spoken")}
    anew.show(VIEWS["loans"])
    after = {button.spoken: button for button in anew.player.shell._dock.children if hasattr(button, "spoken")}
    assert sum(after[spoken] is button for spoken, button in before.items() if spoken in after) >= 3
    assert len(set(map(id, after.values()))) == len(after)
