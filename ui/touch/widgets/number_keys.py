"""Big keys that each say a number: one touch is the whole answer. Higher numbers stand on further pages."""

from typing import Any

from kivy.properties import StringProperty

from kiosk.events import CountTold
from ui.touch.widgets.keypad import Key, KeyGrid

A_PAGE = 11
PAGES = 5
"""Up to 55: more books than anybody carries."""


class NumberKeys(KeyGrid):
    """1 to 11, and the key for more; after the last page the first comes again."""

    more_text = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.page = 0
        self._numbers = [Key() for _ in range(A_PAGE)]
        self._further = Key(style="small_strong", icon="keyboard_arrow_down", stacked=True)
        self._further.bind(on_release=lambda *_: self.turn())
        for key in (*self._numbers, self._further):
            self.add_widget(key)
        self.fbind("more_text", self._show)
        self._show()

    def turn(self) -> None:
        """Show higher numbers."""
        self.page = (self.page + 1) % PAGES
        self._show()

    def _show(self, *_: object) -> None:
        for at, key in enumerate(self._numbers, self.page * A_PAGE + 1):
            key.face, key.event = str(at), CountTold(at)
        self._further.face = self.more_text
