"""A list of rows in pages: as many as there is room for; what stays is changed in place, what is new fades in."""

from math import ceil
from typing import Any

from kivy.clock import Clock
from kivy.properties import NumericProperty, ObjectProperty

from ui.touch.widgets.arrange import Column
from ui.touch.widgets.book_row import BookRow


class RowList(Column):
    """`make` builds a row widget (`show(model)`, `arrive()`); models have a `key`. `pages` and `page` for a pager."""

    make = ObjectProperty(BookRow)
    row_height = NumericProperty(0)
    page = NumericProperty(0)
    pages = NumericProperty(1)

    def __init__(self, **kwargs: Any) -> None:
        self._models: list[Any] = []
        self._shown: dict[str, Any] = {}
        self._lay = Clock.create_trigger(self._lay_out, -1)
        super().__init__(**kwargs)
        for name in ("height", "page", "row_height"):
            self.fbind(name, self._lay)

    def show(self, models: list[Any]) -> None:
        self._models = models
        self._lay()

    @property
    def room(self) -> int:
        """How many rows fit."""
        return max(1, int((self.height + self.spacing) // (self.row_height + self.spacing)))

    def _lay_out(self, *_: object) -> None:
        room = self.room
        self.pages = max(1, ceil(len(self._models) / room))
        first = int(min(self.page, self.pages - 1)) * room
        visible = self._models[first : first + room]
        keys = [model.key for model in visible]
        known = set(self._shown)
        if keys != list(self._shown):
            self._rearrange(keys)
        for model in visible:
            row = self._shown[model.key]
            row.show(model)
            if known and model.key not in known:
                row.arrive()

    def _rearrange(self, keys: list[str]) -> None:
        rows = {key: self._shown.get(key) or self.make() for key in keys}
        self.clear_widgets()
        for row in rows.values():
            self.add_widget(row)
        self._shown = rows
