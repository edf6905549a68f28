"""The cover of one item; a grey bar until the item is known."""

from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle
from kivy.properties import StringProperty

from ui.touch.drawing import covers
from ui.touch.stage import now
from ui.touch.textures import Texture
from ui.touch.widgets.surface import Surface


class Cover(Surface):
    """`item` empty: not known yet. The picture arrives in a later frame; until then its ground is there."""

    item = StringProperty("")
    title = StringProperty("")
    author = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.canvas:
            self._shade = Color(1, 1, 1, 0)
            self._picture = Rectangle()
        self._asked: tuple[str, str, str, int] | None = None
        self._ask = Clock.create_trigger(self._request, -1)
        for name in ("item", "title", "author", "pos", "size"):
            self.fbind(name, self._ask)
        self._ask()

    def _request(self, *_: object) -> None:
        self.fill = covers.pair(self.item)[0] if self.item else now().palette.sunk
        self.shadow = "book" if self.item else ""
        self.radius = covers.ROUND * self.height / now().page.k
        self._picture.pos = (round(self.x), round(self.y))
        self._picture.size = (round(self.width), round(self.height))
        wanted = (self.item, self.title, self.author, round(self.height))
        if wanted == self._asked:
            return
        self._asked, self._shade.a, self._picture.texture = wanted, 0, None
        if self.item and self.height >= 8:
            now().covers.get(*wanted, ready=lambda texture: self._arrived(wanted, texture))

    def _arrived(self, wanted: tuple[str, str, str, int], texture: Texture) -> None:
        if wanted == self._asked:
            self._picture.texture, self._shade.a = texture, 1
