"""Turning pages: two big buttons with "1 of 2" between. Nothing scrolls."""

from kivy.properties import NumericProperty, StringProperty

from ui.touch.widgets.arrange import Row
from ui.touch.widgets.press import SecondaryButton


class PagerButton(SecondaryButton):
    """An arrow up or down."""


class Pager(Row):
    """`page` counts from 0. Not shown where one page is all."""

    page = NumericProperty(0)
    pages = NumericProperty(1)
    text = StringProperty("")

    def turn(self, by: int) -> None:
        self.page = max(0, min(self.pages - 1, self.page + by))

    def on_pages(self, *_: object) -> None:
        self.turn(0)
