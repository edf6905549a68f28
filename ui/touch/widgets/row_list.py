"""A list of rows in pages: as many as there is room for; what stays is changed in place, what is new fades in."""

from math import ceil
from typing import Any

from kivy.clock import Clock
from kivy.properties import NumericProperty, ObjectProperty

from ui.touch.stage import now
from ui.touch.widgets.arrange import Column
from ui.touch.widgets.book_row import BookRow


class RowList(Column):
    """`make` is the row's class (`show(model)`, `arrive()`, and a spare); models have a `key`. `pages` and `page` for a
    pager."""

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

    def hand_back(self) -> None:
        self._models = []
        self._rearrange([])
        for trigger in (self._lay, self._trigger_layout):
            trigger.cancel()

    def _lay_out(self, *_: object) -> None:
        if self.height <= 0:  # it has no place yet
            return
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
        spares = now().spares
        self.clear_widgets()
        for key in self._shown.keys() - set(keys):
            spares.give(self._shown.pop(key))
        rows = {key: self._shown.get(key) or spares.take(self.make) for key in keys}
        for row in rows.values():
            self.add_widget(row)
        self._shown = rows
