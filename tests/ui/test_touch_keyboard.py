"""The on-screen keyboard: letters, shift, erasing, what stands behind a key, and what is handed over."""

from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.events import NumberTyped, Touched
from ui.touch import letters, samples


@pytest.fixture
def board(landscape: Any) -> Iterator[Any]:
    landscape.show(samples.VIEWS["idle"])
    landscape.show(samples.VIEWS["type-letters"])
    page = landscape.player.shell.page
    yield page.ids.pad
    page.gone()


def _press(driver: Any, board: Any, *faces: str) -> list[Any]:
    sent = []
    for face in faces:
        (key,) = [key for row in board._keys for key, _ in row if key is not None and key.name == face]
        sent += [event for event in driver.tap(key) if not isinstance(event, Touched)]
    return sent


def test_what_is_typed_is_shown_and_handed_over_once(landscape: Any, board: Any) -> None:
    assert _press(landscape, board, "a", "b", "-", "c") == []
    assert landscape.player.shell.page.digits == "ab-c"
    assert _press(landscape, board, letters.ENTER) == [NumberTyped("AB-C")]
    assert landscape.player.shell.page.digits == ""


def test_shift_holds_for_one_letter_and_twice_for_all(landscape: Any, board: Any) -> None:
    _press(landscape, board, letters.SHIFT, "a", "b")
    _press(landscape, board, letters.SHIFT, letters.SHIFT, "c", "d", letters.SHIFT, "e")
    assert landscape.player.shell.page.digits == "AbCDe"


def test_layers_change_and_come_back(landscape: Any, board: Any) -> None:
    _press(landscape, board, letters.SIGNS, "7", letters.LETTERS, "q", letters.OTHER, "ж")
    assert landscape.player.shell.page.digits == "7qж"


def test_erase_takes_a_letter_and_held_a_word(landscape: Any, board: Any) -> None:
    _press(landscape, board, "a", "b", letters.SPACE, "c", "d", letters.ERASE)
    assert landscape.player.shell.page.digits == "ab c"
    (key,) = [key for row in board._keys for key, _ in row if key is not None and key.name == letters.ERASE]
    key._hold(0)
    assert landscape.player.shell.page.digits == "ab "
    key._hold(0)
    assert landscape.player.shell.page.digits == ""


def test_a_held_key_shows_the_letters_behind_it(landscape: Any, board: Any) -> None:
    from ui.touch.widgets.keyboard import Behind

    _press(landscape, board, letters.OTHER)
    (key,) = [key for row in board._keys for key, _ in row if key is not None and key.name == "у"]
    key._hold(0)
    landscape.idle()
    (behind,) = landscape.widgets(Behind)
    assert sorted(each.name for each in behind.children) == ["ү", "ұ"]
    landscape.tap(behind.children[0])
    assert landscape.player.shell.page.digits in ("ү", "ұ")
    assert landscape.widgets(Behind) == []


@pytest.mark.parametrize("page", ["ru", "en", "123"])
@pytest.mark.parametrize("language", ["ru", "tt", "ba", "kk"])
def test_rows_are_twelve_units_wide_and_no_face_stands_twice(page: str, language: str) -> None:
    rows = letters.rows(page, language)
    assert [round(sum(width for _, width in row), 6) for row in rows] == [12] * len(rows)
    faces = [face for row in rows for face, _ in row if face != letters.GAP]
    assert len(faces) == len(set(faces))
    assert len(rows) == (5 if page == "ru" and language != "ru" else 4)


@pytest.mark.parametrize("digits", [False, True])
@pytest.mark.parametrize("page", ["ru", "en"])
def test_digits_stand_above_the_letters_where_they_are_wanted(page: str, *, digits: bool) -> None:
    rows = letters.rows(page, "tt", digits=digits)
    faces = [face for row in rows for face, _ in row if face != letters.GAP]
    assert ("7" in faces) is digits
    assert len(faces) == len(set(faces))
    assert all(round(sum(width for _, width in row), 6) == 12 for row in rows)


def test_a_card_number_of_letters_and_digits_is_typed_without_turning_the_keys(landscape: Any, board: Any) -> None:
    _press(landscape, board, "a", "7", "b", "0")
    assert landscape.player.shell.page.digits == "a7b0"


def test_a_panel_too_low_for_five_rows_keeps_four(driver: Any) -> None:
    driver.open((1280, 800), 10.1)
    driver.see(samples.VIEWS["type-letters"])
    pad = driver.player.shell.page.ids.pad
    assert len(pad._keys) == 4


def test_nothing_typed_outlives_its_page(landscape: Any, board: Any) -> None:
    _press(landscape, board, "a", "b")
    landscape.show(samples.VIEWS["idle"])
    assert board._text == ""
