"""Covers, drawn off the screen's thread, kept with a limit, dropped at the end of a session."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from kivy.clock import Clock
from PIL import Image

from ui.touch.drawing import covers
from ui.touch.fonts import FOLDER
from ui.touch.textures import Texture, texture_of

LIMIT = 96  # covers kept: a reader's loans on a few pages, in two sizes
Key = tuple[str, str, str, int]


class Covers:
    """`inline` draws at once in the caller's thread: for pictures and tests that look at a finished frame."""

    def __init__(self, *, inline: bool = False) -> None:
        self._inline = inline
        self._kept: OrderedDict[Key, Texture] = OrderedDict()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="covers")
        self._session = 0

    def get(self, key: str, title: str, author: str, height: int, ready: Callable[[Texture], None]) -> None:
        """Call `ready` with the texture, now or in a later frame; never after `forget`. Screen's thread only."""
        wanted = (key, title, author, height)
        if wanted in self._kept:
            self._kept.move_to_end(wanted)
            ready(self._kept[wanted])
        elif self._inline:
            self._keep(wanted, _draw(wanted), ready)
        else:
            self._pool.submit(self._drawn, wanted, self._session, ready)

    def forget(self) -> None:
        """Drop every cover, also those being drawn."""
        self._session += 1
        self._kept.clear()

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def __len__(self) -> int:
        return len(self._kept)

    def _drawn(self, wanted: Key, session: int, ready: Callable[[Texture], None]) -> None:
        """Runs in the pool."""
        if session != self._session:
            return
        image = _draw(wanted)

        def arrive(_elapsed: float) -> None:
            if session == self._session:
                self._keep(wanted, image, ready)

        Clock.schedule_once(arrive, -1)

    def _keep(self, wanted: Key, image: Image.Image, ready: Callable[[Texture], None]) -> None:
        self._kept[wanted] = texture_of(image)
        if len(self._kept) > LIMIT:
            self._kept.popitem(last=False)
        ready(self._kept[wanted])


def _draw(wanted: Key) -> Image.Image:
    key, title, author, height = wanted
    return covers.cover(key, title, author, height, FOLDER)
