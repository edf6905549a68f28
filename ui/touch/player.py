"""Draws views in Kivy's thread: one stage, one shell, one page; built anew when looks or view change."""

import gc
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kivy.base import EventLoop, stopTouchApp
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import glFinish
from kivy.lang import Builder

from kiosk.domain.rules import Look, Theme
from kiosk.effects import Tone
from kiosk.events import Event, Touched
from kiosk.views import Books, View
from ui.text import catalogue
from ui.touch import fonts, idle, screens, stage, theme, widgets
from ui.touch.covers import Covers
from ui.touch.heartbeat import Heartbeat
from ui.touch.layout import TEXT_SIZES, metrics, px_per_mm
from ui.touch.memory import give_back
from ui.touch.sounds import Speaker
from ui.touch.textures import Surfaces

if TYPE_CHECKING:
    from ui.touch.app import Settings

PALETTES = {Theme.LIGHT: theme.LIGHT, Theme.HIGH_CONTRAST: theme.HIGH_CONTRAST}
SETTLED = 1.0  # seconds after the loop began by which everything that stays is loaded
TIDY, TIDY_EVERY = 0.6, 600.0
"""Seconds after a screen changed by which it stands, and until garbage is looked for where none does. Else it would be
looked for while a screen is made, which takes longer than to make it."""
DEAF = 0.3  # seconds after a screen changed in which a touch means nothing: it was meant for the screen before


class Player:
    """Lives in Kivy's thread; `wake`, `sound`, `forget` and `stop` may be called from any other."""

    def __init__(
        self,
        settings: "Settings",
        emit: Callable[[Event], None],
        local_time: Callable[[], datetime],
        take: Callable[[], View | None],
        *,
        inline_covers: bool = False,
        deaf: float = DEAF,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        if Window is None:
            raise RuntimeError("no window: no display, or no OpenGL. Cure: look at DISPLAY and the graphics driver")
        fonts.register()
        widgets.load()
        _load_rules()
        self._settings, self._emit, self._local_time, self._take = settings, emit, local_time, take
        self._deaf, self._beat = deaf, beat
        self.covers = Covers(inline=inline_covers)
        self._speaker = Speaker(settings.volume)
        self._look: Look | None = None
        self._books = Books.EITHER
        self.shell: Any = None
        self.view: View | None = None
        self._draw = Clock.create_trigger(self._draw_latest, -1)
        self._clock = Clock.create_trigger(self._tell_time, 1, interval=True)
        self._tidy = Clock.create_trigger(_tidy, TIDY)
        self._tidy_anyway = Clock.create_trigger(_tidy, TIDY_EVERY, interval=True)
        self._until = 0.0
        self._owes_blank = False
        """A reader was forgotten whose page stood there still: when it goes, its rows are blanked as well."""
        self._bind()

    # --- from any thread ---------------------------------------------------------------------------------------------

    def wake(self) -> None:
        """There is a new view to take."""
        self._draw()

    def sound(self, tone: Tone) -> None:
        Clock.schedule_once(lambda _elapsed: self._speaker.play(tone.name.lower()), -1)

    def forget(self) -> None:
        Clock.schedule_once(self._forget, -1)

    def stop(self) -> None:
        Clock.schedule_once(lambda _elapsed: stopTouchApp(), -1)

    # --- in Kivy's thread --------------------------------------------------------------------------------------------

    def run(self, drawn: Callable[[], None] | None = None) -> None:
        if drawn is not None:
            Clock.schedule_once(lambda _elapsed: drawn(), 0)
        self._clock()
        self._tidy_anyway()
        Clock.schedule_once(_settle, SETTLED)
        heart = Heartbeat(self._beat)
        heart.probe()
        try:
            idle.run(sleeping=self._settings.screen.sleeping)
        finally:
            heart.close()
            self.close()

    def draw(self, view: View) -> None:
        """Show a view and have it drawn now, without the loop."""
        self.show(view)
        idle.round_of_kivy()

    def close(self) -> None:
        for timer in (self._clock, self._tidy, self._tidy_anyway):
            timer.cancel()
        self.covers.close()
        if self.shell is not None:
            self.shell.leave()
            Window.remove_widget(self.shell)
            self.shell = None

    def show(self, view: View) -> None:
        """Draw a view now."""
        if view.frame.look != self._look or self.shell is None:
            self._set_stage(view.frame.look)
        self._speak_of(view.frame.books)
        page = before = self.shell.page
        if page is None or not page.suits(view):
            page = screens.find()[type(view)].build(view)
            self._until = Clock.get_time() + self._deaf
            self._tidy()
        self.shell.show(view, page)
        if page is not before and self._owes_blank:
            self._owes_blank = False
            stage.now().spares.blank()
        self.view = view
        Window.clearcolor = self.shell.ground

    def _draw_latest(self, _elapsed: float) -> None:
        view = self._take()
        if view is not None and view != self.view:
            self.show(view)

    def _set_stage(self, look: Look) -> None:
        """Build everything anew in another look."""
        if self.shell is not None:
            self.shell.leave()
            Window.remove_widget(self.shell)
        settings = self._settings
        mm = settings.px_per_mm or px_per_mm(Window.width, Window.height, settings.diagonal)
        size = min(TEXT_SIZES[-1], settings.text_size * look.text)
        page = metrics(Window.width, Window.height, mm, size, low=look.low)
        tags = catalogue.languages()
        words = catalogue.load(look.language if look.language in tags else tags[0])
        stage.enter(
            stage.Stage(
                page=page,
                palette=PALETTES[look.theme],
                words=words,
                emit=self._send,
                local_time=self._local_time,
                covers=self.covers,
                surfaces=Surfaces(),
                sound=self._speaker.play,
                motion=settings.motion and not look.more_time,
            )
        )
        from ui.touch.shell import Shell

        self._look, self._books = look, Books.EITHER
        self.shell = Shell(filmed=settings.filmed, size=Window.size, size_hint=(None, None))
        Window.add_widget(self.shell)

    def _speak_of(self, books: Books) -> None:
        """Pages built from now on speak of the scanner alone where there is no pad, or it is dead."""
        if books is not self._books:
            self._books, words = books, catalogue.load(stage.now().words.tag)
            stage.now().words = words.scanned() if books is Books.SCANNED else words

    def _send(self, event: Event) -> None:
        if Clock.get_time() >= self._until:
            self._emit(event)
            if self.shell is not None and self.shell.page is not None:
                self.shell.page.sent(event)

    def _forget(self, _elapsed: float) -> None:
        """Drop the covers and what is left of widgets that were taken off the screen; blank those that are kept."""
        self.covers.forget()
        if self.shell is not None:
            self._owes_blank = True
            stage.now().spares.blank()
        gc.collect()
        give_back()

    def _tell_time(self, _elapsed: float) -> None:
        if self.shell is not None:
            self.shell.tell_time()

    def _bind(self) -> None:
        EventLoop.ensure_window()
        Window.bind(on_touch_up=self._touched, on_keyboard=_swallow, on_flip=_finish)
        if self._settings.screen.fullscreen:
            Window.bind(on_request_close=_swallow)

    def _touched(self, _window: Any, touch: Any) -> None:
        """Somebody is there. A touch that carries an event of its own says so by it."""
        if not touch.ud.get("carries"):
            self._send(Touched())


def _swallow(*_: object, **__: object) -> bool:
    """No key and no window manager ends a kiosk or opens Kivy's settings."""
    return True


def _finish(*_: object) -> None:
    """Let a frame be drawn before the next is begun: without a graphics card each one begun keeps 6 MB."""
    glFinish()


def _settle(_elapsed: float) -> None:
    """Take what is loaded by now out of later collections: a full one would hold up a frame by 200 ms."""
    gc.collect()
    gc.freeze()
    give_back()


def _tidy(_elapsed: float) -> None:
    """Take away what left the screen. Python looks for that by itself no more, once `app` has opened the screen."""
    gc.collect()


def _load_rules() -> None:
    global _rules_loaded  # noqa: PLW0603
    if not _rules_loaded:
        _rules_loaded = True
        Builder.load_file(__file__.replace("player.py", "page.kv"))
        Builder.load_file(__file__.replace("player.py", "overlays.kv"))


_rules_loaded = False
