"""The touch screen as the runtime sees it: views in from any thread, events out from the screen's own thread.

`TouchUi` may be made anywhere; Kivy is imported by `run`, in the main thread, which it keeps until `stop`.
"""

import gc
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.effects import Tone
from kiosk.events import Event
from kiosk.views import View
from ui.touch.kivy_setup import Screen, configure
from ui.touch.layout import PX_PER_MM
from ui.touch.memory import be_thrifty

if TYPE_CHECKING:
    from ui.touch.player import Player


@dataclass(frozen=True, slots=True)
class Settings:
    """What a machine's screen is like. `home`: a folder Kivy may write to. `px_per_mm` of the panel, as configured.

    `filmed`: the room has cameras, and the screen says so. `volume` 0 to 1; 0 opens no sound device.
    """

    home: Path
    screen: Screen = field(default_factory=Screen)
    px_per_mm: float = PX_PER_MM
    text_size: float = 1.0
    motion: bool = True
    filmed: bool = False
    volume: float = 0.5


class TouchUi:
    """The port `Ui`. `emit` is called in the screen's thread; `local_time` returns the site's wall time."""

    def __init__(self, settings: Settings, emit: Callable[[Event], None], local_time: Callable[[], datetime]) -> None:
        be_thrifty()  # before the threads of the station, each of which would have a heap of its own
        self._settings, self._emit, self._local_time = settings, emit, local_time
        self._lock = threading.Lock()
        self._latest: View | None = None
        self._player: Player | None = None
        self._stopped = False

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

    def run(self, drawn: Callable[[], None] | None = None) -> None:
        """Open the screen and draw until `stop`. Main thread only. `drawn` is called once, after the first frame.

        Raises RuntimeError where no window can be opened, `ui.touch.fonts.FontsMissing` where the set-up was not run.
        """
        gc.disable()  # until all is loaded: to look for garbage among what is just being made costs the start
        configure(self._settings.screen, self._settings.home)
        from ui.touch.player import Player

        player = Player(self._settings, self._emit, self._local_time, self._take)
        with self._lock:
            self._player = player
            stopped = self._stopped
        player.wake()
        if not stopped:
            player.run(drawn)

    def stop(self) -> None:
        """End `run`, from any thread."""
        with self._lock:
            self._stopped, player = True, self._player
        if player is not None:
            player.stop()

    def _take(self) -> View | None:
        with self._lock:
            view, self._latest = self._latest, None
        return view
