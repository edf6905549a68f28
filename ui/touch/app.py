"""The touch screen as the runtime sees it: views in from any thread, events out from the screen's own thread.

`TouchUi` may be made anywhere; Kivy is imported by `open`, in the main thread, which `run` keeps until `stop`.
"""

import gc
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.effects import Tone
from kiosk.events import Event
from kiosk.views import View
from ui.touch.kivy_setup import Screen, configure
from ui.touch.memory import be_thrifty

if TYPE_CHECKING:
    from ui.touch.player import Player


@dataclass(frozen=True, slots=True)
class Settings:
    """What a machine's screen is like. `home`: a folder Kivy may write to. `px_per_mm` of the panel, or its `diagonal`
    in inches; both 0: not known, taken as 21.5" with 1920x1080 has it.

    `filmed`: the room has cameras, and the screen says so. `volume` 0 to 1; 0 opens no sound device.
    """

    home: Path
    screen: Screen = field(default_factory=Screen)
    px_per_mm: float = 0.0
    diagonal: float = 0.0
    text_size: float = 1.0
    motion: bool = True
    filmed: bool = False
    volume: float = 0.5


class TouchUi:
    """The port `Ui`. `local_time` returns the site's wall time."""

    def __init__(self, settings: Settings, local_time: Callable[[], datetime]) -> None:
        be_thrifty()  # before the threads of the station, each of which would have a heap of its own
        self._settings, self._local_time = settings, local_time
        self._emit: Callable[[Event], None] = _unheard
        self._lock = threading.Lock()
        self._latest: View | None = None
        self._player: Player | None = None
        self._stopped = False
        self.true_frame: float | None = None
        """When a frame was last drawn and seen to be true, in seconds of `time.monotonic`; None: none yet."""

    def show(self, view: View) -> None:
        """Draw this view as soon as possible. Views that come faster than frames are drawn once, the last of them."""
        with self._lock:
            self._latest = view
            player = self._player
        if player is not None:
            player.wake()

    def sound(self, tone: Tone) -> None:
        if (player := self._player) is not None:
            player.sound(tone)

    def forget(self) -> None:
        if (player := self._player) is not None:
            player.forget()

    def open(self, view: View | None = None) -> None:
        """Open the screen and draw one frame of `view`, which stands until `run`. Main thread only; once.

        Raises RuntimeError where no window can be opened, `ui.touch.fonts.FontsMissing` where the set-up was not run.
        """
        gc.disable()  # until all is loaded: to look for garbage among what is just being made costs the start
        configure(self._settings.screen, self._settings.home)
        from ui.touch.player import Player

        player = Player(self._settings, self._tell, self._local_time, self._take, beat=self._beat)
        if view is not None:
            player.draw(view)
        with self._lock:
            self._player = player

    def run(self, emit: Callable[[Event], None], drawn: Callable[[], None] | None = None) -> None:
        """Draw until `stop`, on a screen opened here if it is not yet. Main thread only. Raises as `open` does.

        `emit` is called in this thread; `drawn` once, after the first frame.
        """
        self._emit = emit
        if self._player is None:
            self.open()
        with self._lock:
            player, stopped = self._player, self._stopped
        if player is None or stopped:
            return
        player.wake()
        player.run(drawn)

    def stop(self) -> None:
        """End `run`, from any thread."""
        with self._lock:
            self._stopped, player = True, self._player
        if player is not None:
            player.stop()

    def _beat(self) -> None:
        self.true_frame = time.monotonic()

    def _tell(self, event: Event) -> None:
        self._emit(event)

    def _take(self) -> View | None:
        with self._lock:
            view, self._latest = self._latest, None
        return view


def _unheard(_event: Event) -> None:
    """Before `run` there is nobody to tell."""
