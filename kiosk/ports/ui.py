"""The screen, as the runtime sees it."""

from typing import Protocol

from kiosk.effects import Tone
from kiosk.views import View


class Ui(Protocol):
    """Both may be called from any thread and return at once. What the reader does comes back as events."""

    def show(self, view: View) -> None: ...

    def sound(self, tone: Tone) -> None: ...

    def forget(self) -> None:
        """Drop everything of the last reader: covers, texts, typed digits."""
        ...
