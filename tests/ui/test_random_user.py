"""A random user: a thousand touches of real widgets, cards, books and pulled plugs, with a whole desk behind them.

After each step: nothing fell over, and whatever was pressed had an effect or a reason. Every so often everybody walks
away: the desk comes to rest from wherever it was, and then nothing of a reader is left in any widget or cache.
"""

import gc
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kiosk.domain.health import Part
from kiosk.events import Button, Pressed, Timer
from kiosk.views import Idle, OutOfService, Pin, TypeNumber
from tests.conftest import Counts
from tests.kiosk.small_library import ANNA, BORIS, COPIES, TEEN
from tests.seeds import seed_of, told_on_failure
from tests.ui.desk_by_hand import PERSONAL, PINS, ByHand, by_hand
from ui.text.catalogue import load

TAPS, MANY_TAPS = 1_000, 20_000
CARDS = (ANNA, BORIS, TEEN, "20000000009999")
PULLED = (Part.TAGS, Part.SCANNER, Part.PRINTER)
REST = 400
"""Seconds after which nobody can still be served who has walked away."""


@dataclass
class User:
    desk: ByHand
    random: Random
    taps: int = 0
    done: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    # --- what the user does ------------------------------------------------------------------------------------------

    def does_something(self) -> None:
        """One step, answered at once or some steps later, as the library system has it."""
        dice = self.random.random()
        for share, deed in self._deeds():
            if (dice := dice - share) < 0:
                deed()
                break
        if self.random.random() < 0.7:
            self.desk.settle()
        else:
            self.desk.frames()
        self.desk.passes(self.random.choice((0.125, 0.5, 0.5, 1.0)))
        self._nothing_fell_over()
        self.seen[type(self.desk.view).__name__] += 1

    def _deeds(self) -> tuple[tuple[float, Callable[[], None]], ...]:
        return (
            (0.46, self.touches_something), (0.18, self.types_what_is_asked), (0.06, self.touches_anywhere),
            (0.08, self.shows_a_card), (0.09, self.moves_a_book), (0.03, self.scans), (0.03, self.pulls_a_plug),
            (0.03, self.changes_the_weather), (0.04, self.waits),
        )  # fmt: skip

    def touches_something(self) -> None:
        from ui.touch.widgets.press import Press, ToolButton

        found = [each for each in self.desk.driver.widgets(Press) if self._on_screen(each)]
        if found:
            own = [each for each in found if not isinstance(each, ToolButton)]  # of the screen, not of every screen
            widget = self.random.choice(own if own and self.random.random() < 0.8 else found)
            self._tap(*widget.to_window(*widget.center))

    def touches_anywhere(self) -> None:
        from kivy.core.window import Window

        self._tap(self.random.randrange(Window.width), self.random.randrange(Window.height))

    def types_what_is_asked(self) -> None:
        """Somebody who knows the PIN, or types the number of a card, or makes a mistake."""
        view = self.desk.view
        session = self.desk.runtime._now.session
        if isinstance(view, Pin) and session is not None:
            knows = self.random.random() < 0.85
            digits = PINS.get(session.card, "0000") if knows and session.card else "0000"
        elif isinstance(view, TypeNumber):
            digits = self.random.choice(CARDS)
        else:
            self.touches_something()
            return
        self._starts_anew()
        for digit in digits:
            self._key(digit)
        self._enter()
        self.desk.settle()

    def shows_a_card(self) -> None:
        card = self.random.choice(CARDS)
        self._note(f"card {card}")
        self.desk.card(card)

    def moves_a_book(self) -> None:
        from tests.ui.desk_by_hand import tag_of

        copy = self.random.choice(COPIES)
        lies = tag_of(copy.item) in self.desk.pad.lying
        self._note(f"{'lift' if lies else 'lay'} {copy.item}")
        (self.desk.lift if lies else self.desk.lay)(copy.item)

    def scans(self) -> None:
        text = self.random.choice((*(copy.item for copy in COPIES), *CARDS, "http://example/?"))
        self._note(f"scan {text}")
        self.desk.scan(text)

    def pulls_a_plug(self) -> None:
        part = self.random.choice(PULLED)
        self._note(f"pull {part.name}")
        self.desk.pull(part)
        self.desk.frames()
        if self.random.random() < 0.8:
            self.desk.passes(self.random.choice((0.0, 1.0, 5.0)))
            self.desk.plug(part)

    def changes_the_weather(self) -> None:
        self.desk.abis.mood = self.random.choice((1.0, 1.0, 1.0, 0.7, 0.4, 0.0))
        broken = self.random.random() < 0.15
        self._note(f"mood {self.desk.abis.mood}, journal {'broken' if broken else 'whole'}")
        self.desk.break_journal(broken)
        self.desk.enquiries.probe()

    def waits(self) -> None:
        seconds = self.random.choice((1, 5, 15, 30, 70, 100))
        self._note(f"wait {seconds}")
        self.desk.passes(seconds)

    # --- fingers -----------------------------------------------------------------------------------------------------

    def _tap(self, x: float, y: float) -> None:
        """Down, a moment, up; whatever took the finger must do something, or there is a reason."""
        from kivy.tests.common import UnitTestTouch

        self.taps += 1
        touch = UnitTestTouch(x, y)
        before, told = self._state(), len(self.desk.sent)
        touch.touch_down()
        pressed = self._grabbed(touch)
        deaf = self._deaf()
        self._note(f"tap {x:.0f},{y:.0f} {self._name(pressed)}")
        self.desk.passes(self.random.choice((0.0625, 0.125, 0.3125)))
        stays = pressed is None or self._on_screen(pressed)
        touch.touch_up()
        self.desk.frames(2)
        self.desk.take_events()
        self.desk.frames(1)
        if pressed is not None and stays and not deaf and not self._deaf_now(pressed) and before == self._state():
            reason = self._reason(pressed)
            said = self.desk.sent[told:]
            assert reason, f"{self._name(pressed)} said {said} on {self.desk.view} and nothing came of it"

    def _starts_anew(self) -> None:
        """What was typed before is taken away, digit by digit."""
        pad = self._pad()
        while pad is not None and pad.count:
            pad.back()

    def _key(self, face: str) -> None:
        from ui.touch.widgets.keypad import Key

        key = next((each for each in self.desk.driver.widgets(Key) if each.face == face and each.usable), None)
        if key is not None:
            self._tap(*key.to_window(*key.center))

    def _enter(self) -> None:
        from ui.touch.widgets.keypad import Key

        for key in self.desk.driver.widgets(Key):
            if key.face == getattr(key.parent, "enter_text", None) and key.usable:
                self._tap(*key.to_window(*key.center))
                return

    def _grabbed(self, touch: Any) -> Any:
        from ui.touch.widgets.press import Press

        return next((each for ref in touch.grab_list if isinstance(each := ref(), Press)), None)

    def _state(self) -> object:
        """All that a finger may change: the desk, what was asked for, what was typed, which page is turned to."""
        page = self.desk.player.shell.page
        pads, turned = self._pad(), []
        for widget in page.walk(restrict=True):
            turned.append((type(widget).__name__, getattr(widget, "page", None), getattr(widget, "text", None)))
        lasts = self.desk.runtime._timers._due.get(Timer.FAREWELL)
        return (
            self.desk.at(),
            lasts,
            len(self.desk.effects),
            pads.count if pads else None,
            type(page).__name__,
            tuple(turned),
        )

    def _pad(self) -> Any:
        from ui.touch.widgets.keypad import Keypad

        return next(iter(self.desk.driver.widgets(Keypad)), None)

    def _deaf(self) -> bool:
        from kivy.clock import Clock

        return bool(Clock.get_time() < self.desk.player._until)

    def _deaf_now(self, _pressed: Any) -> bool:
        return self._deaf()

    def _reason(self, pressed: Any) -> str:
        """Why a press may be without any effect."""
        from ui.touch.widgets.keypad import Key

        if not pressed.usable:
            return "it is shown as unusable"
        if isinstance(pressed, Key):
            pad = self._pad()
            if pad is None or not pad.usable:
                return "the keypad is locked"
            if pad.count in (0, pad.most):
                return "nothing is typed, or no more can be"
        view, sheets = self.desk.view, (Pressed(Button.HELP), Pressed(Button.RULES))
        session = self.desk.runtime._now.session
        if session is not None and session.must_act and pressed.event in sheets:
            return "nothing covers what must be put back"
        if getattr(view, "finishing", False) or getattr(view, "busy", False):
            return "answers are waited for, and the screen says so"
        return ""

    # --- what must hold ----------------------------------------------------------------------------------------------

    def everybody_walks_away(self) -> None:
        """From wherever it is, the desk comes to rest by itself; then nothing of anybody is left."""
        self._note("walk away")
        for _ in range(REST):
            self.desk.settle()
            if self.desk.runtime._now.session is None and isinstance(self.desk.view, Idle | OutOfService):
                break
            self.desk.passes(1)
        else:
            raise AssertionError(f"{type(self.desk.view).__name__} never ends")
        self.desk.passes(1)
        self._nothing_fell_over()
        assert self.left_over() == []

    def left_over(self) -> list[str]:
        """Return every text of a reader that a widget or one of Kivy's caches still holds."""
        from kivy.cache import Cache
        from kivy.uix.widget import Widget

        gc.collect()
        piled = {load(tag).say(f"idle.pile.{at}") for tag in ("ru", "en") for at in range(1, 5)}
        personal = (*PERSONAL, *({copy.title for copy in COPIES} - piled))
        texts = [text for each in gc.get_objects() if issubclass(type(each), Widget) for text in _strings(each)]
        texts += [repr(key) for kept in Cache._objects.values() for key in kept]
        covers = len(self.desk.player.covers)
        return [text for text in texts if any(word in text for word in personal)] + ["a cover"] * covers

    def _nothing_fell_over(self) -> None:
        for record in self.desk.faults.traces:
            assert record.exc_info
            raise AssertionError(record.getMessage()) from record.exc_info[1]

    # --- words -------------------------------------------------------------------------------------------------------

    def _note(self, what: str) -> None:
        self.done.append(f"{type(self.desk.view).__name__}: {what}")

    @staticmethod
    def _on_screen(widget: Any) -> bool:
        from kivy.core.window import Window

        x, y = widget.to_window(*widget.center)
        return widget.get_root_window() is not None and 0 <= x < Window.width and 0 <= y < Window.height

    @staticmethod
    def _name(pressed: Any) -> str:
        if pressed is None:
            return "nothing"
        return f"{type(pressed).__name__}({pressed.spoken or getattr(pressed, 'face', '')!r} {pressed.event})"


def _strings(widget: Any) -> list[str]:
    return [value for name in widget.properties() if isinstance(value := getattr(widget, name), str)]


def play(user: User, taps: int) -> None:
    """So many touches; after every few dozen steps everybody walks away, and at the end all plugs are in."""
    try:
        while user.taps < taps:
            for _ in range(user.random.randrange(10, 60)):
                user.does_something()
            user.everybody_walks_away()
            user.desk.repaired()
    except BaseException as fault:
        fault.add_note("\n".join([f"after {user.taps} touches; the last steps:", *user.done[-12:]]))
        raise


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_random_user_finds_no_fault_no_dead_end_and_nobody_elses_name(
    landscape: Any, tmp_path: Path, counts: Counts, effort: Callable[[int, int], int]
) -> None:
    wanted = effort(TAPS, MANY_TAPS)
    seed = seed_of(long=wanted == MANY_TAPS)
    with told_on_failure(seed), by_hand(tmp_path, Random(seed), landscape) as desk:
        user = User(desk, desk.random)
        play(user, wanted)
    assert {"Idle", "Identify", "Pin", "Home", "Checkout", "Checkin", "Loans", "Farewell"} <= set(user.seen)
    assert desk.ends >= wanted // 50
    counts.add("random taps", user.taps)
