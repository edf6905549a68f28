"""Words above, what is touched below: how every screen is laid out where there is one column, and within low reach.

`Told` holds blocks of words, `Touched` what a finger is for. What does not fit stands on further pages; the pager is in
the dock. Where only the lower part may be touched, `Touched` begins below that line and `Told` has what is above it.
Nothing is ever cut: a block that no page holds is set smaller.
"""

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.widget import Widget

from ui.touch.stage import now, tp
from ui.touch.widgets.choice import Choice
from ui.touch.widgets.settle import STEPS, settle
from ui.touch.widgets.told import Told
from ui.touch.widgets.touched import Touched

WORDS_LEAST = 0.3
WORDS_MOST = 0.46
"""Share of the height that words keep when there is more to touch than fits: at least, and with all of them."""
RIGHT = 400  # token px of the column of what is touched


class Flow(Widget):
    """One `Told` and one `Touched`. `pages` and `page` for the pager of the dock."""

    page = NumericProperty(0)
    pages = NumericProperty(1)
    once = BooleanProperty(False)
    """Never more than one page of words: all is set smaller."""
    wide = BooleanProperty(False)
    """What is touched stands below the words, never in a column of its own."""
    spacing = NumericProperty(16)

    def __init__(self, **kwargs: Any) -> None:
        self.again = Clock.create_trigger(self._settle, -1)
        self.busy = False
        super().__init__(**kwargs)
        for name in ("pos", "size", "page"):
            self.fbind(name, self.again)

    def add_widget(self, widget: Any, index: int = 0, canvas: Any = None) -> None:
        super().add_widget(widget, index, canvas)
        self.again()

    def turn(self, by: int) -> None:
        self.page = max(0, min(self.pages - 1, self.page + by))

    @property
    def told(self) -> Told:
        return next(child for child in self.children if isinstance(child, Told))

    @property
    def touched(self) -> Touched:
        return next(child for child in self.children if isinstance(child, Touched))

    def _settle(self, *_: object) -> None:
        """Lay out; what changes its height by that is no news."""
        self.busy = True
        try:
            self._lay_out()
        finally:
            self.busy = False

    def _lay_out(self) -> None:
        if self.width < 20 or self.height < 20 or len(self.children) < 2:
            return
        page, told, touched = now().page, self.told, self.touched
        gap = tp(min(self.spacing, page.canvas[1] / 40))
        filler = touched.filler
        if filler is not None and touched.beside and not page.reach and self.width > self.height:
            self._beside(filler, gap)
            return
        if self._has_column(filler):
            self._columns(filler, gap)
            return
        reach = page.reach if touched.reached else 0
        most = min(self._within_reach(), self.height) if reach else self.height
        if not reach:
            most = self.height - self._words_least(self.width) - gap
            if filler is not None:
                most = max(most, min(filler.least_fill(self.width), self.height * 0.8))
        high = self._all_at_once(most) if self.once and filler is None else touched.plan(self.width, most)
        apart = False
        if filler is not None:
            least = filler.least_fill(self.width)
            apart = bool(high) and high + touched.gap + least > most
            high = min(most, least if apart else high + (touched.gap if high else 0) + least)
            if reach:
                high = most
            elif hasattr(filler, "whole_fill"):
                high = max(high, min(most, filler.whole_fill(self.width) + (high - least if high > least else 0)))
        words = told.paginate(self.width, self.height - high - gap, once=self.once)
        if filler is None and (len(words) > 1 or told.crowded):
            high = touched.plan(self.width, most, tight=True)
            words = told.paginate(self.width, self.height - high - gap, once=self.once)
        stretched = any(getattr(each, "stretch", False) for each in words[0])
        if filler is not None and not reach and len(words) == 1 and not stretched:
            used = sum(block.height + told.gap for block in words[0]) - told.gap if words[0] else 0
            high = max(high, self.height - used - (gap if used else 0))
        if filler is None and len(words) == 1 and high and not stretched:
            used = sum(block.height + told.gap for block in words[0])
            high = max(high, min(most if reach else self.height, self.height - used - gap, touched.tallest))
        self._show(words, high, gap, apart=apart)

    def _all_at_once(self, most: float) -> float:
        """Take the choices' signs away, then set them smaller, until one page has all; return their height."""
        high = 0.0
        for step in STEPS:
            for cell in self.touched.cells:
                if isinstance(cell, Choice):
                    cell.grown = step
            high = self.touched.plan(self.width, most)
            if self.touched.pages > 1:
                high = self.touched.plan(self.width, most, tight=True)
            if self.touched.pages == 1:
                break
        return high

    def _has_column(self, filler: Any) -> bool:
        """Whether what is touched stands at the right: not where it would have to give something up there."""
        page, touched = now().page, self.touched
        if self.wide or not page.narrow or page.low or not (touched.blocks or self.told.aside):
            return False
        touched.plan(tp(RIGHT), self.height)
        return filler is not None or not touched.cramped

    def _within_reach(self) -> float:
        """Return up to which height in px a hand reaches from a wheelchair, where that is asked for."""
        page = now().page
        return float(page.height - tp(page.reach) - self.y if page.reach else self.height)

    def _words_least(self, width: float) -> float:
        told = self.told
        must = [block for block in told.there if not getattr(block, "extra", False)]
        heights = [Told.least(block, width, self.height) for block in must]
        heights = [high for high in heights if high > 0]
        if not heights:
            return 0
        total = sum(heights) + tp(told.spacing) * (len(heights) - 1)
        if total <= self.height * WORDS_MOST:
            return float(total)
        return float(max(heights[0], self.height * WORDS_LEAST))

    def _show(self, words: list[list[Any]], high: float, gap: float, *, apart: bool) -> None:
        told, touched, filler = self.told, self.touched, self.touched.filler
        listed, once = 0, False
        if filler is not None:
            room = high if apart or not touched.cells else high - touched.gap - touched.plan(self.width, high)
            once = room < high and touched.pages == 1 and hasattr(filler, "whole_fill")
            listed = filler.pages_at(self.width, high, room) if once else filler.pages_at(self.width, room)
        below = max(1, (listed + touched.pages) if apart else max(listed, touched.pages))
        self.pages = max(len(words), below)
        at = int(min(self.page, self.pages - 1))
        told.place(words[min(at, len(words) - 1)], self.x, self.top, self.width, self.height - high - gap)
        part, top = min(at, below - 1), self.y + high
        if apart and part < listed:
            filler.page = part
            touched.place(999, self.x, top, self.width, high, filler=True)
        elif apart:
            near = min(high, self._within_reach())
            touched.place(part - listed, self.x, self.y + near, self.width, near, filler=False)
        else:
            if filler is not None:
                filler.page = min(part, max(0, listed - 1))
            cells = 999 if once and part else min(part, touched.pages - 1)  # beside the first rows, not beside all
            touched.place(cells, self.x, top, self.width, high, filler=filler is not None)

    def _beside(self, filler: Any, gap: float) -> None:
        wide = filler.wide_at(self.width, self.height)
        left = self.width - wide - 2 * gap
        words = self.told.paginate(left, self.height, once=self.once)
        self.pages = len(words)
        at = int(min(self.page, self.pages - 1))
        self.told.place(words[at], self.x, self.top, left, self.height)
        self.touched.place(0, self.right - wide, self.top, wide, self.height, filler=True)

    def _columns(self, filler: Any, gap: float) -> None:
        """Words and list at the left, what is touched at the right."""
        told, touched = self.told, self.touched
        aside = told.aside
        right = tp(RIGHT) if touched.cells or aside else 0
        left = self.width - right - (tp(40) if right else 0)
        high = 0.0
        if filler is not None:
            high = max(self.height - self._words_least(left) - gap, filler.least_fill(left))
        words = told.paginate(left, self.height - high - (gap if high else 0), once=self.once)
        if high and len(words) == 1:
            used = sum(block.height + told.gap for block in words[0]) - told.gap if words[0] else 0
            high = max(high, self.height - used - gap)
        taken = touched.plan(right, self.height)
        listed = filler.pages_at(left, high) if filler is not None else 1
        self.pages = max(len(words), listed, touched.pages)
        at = int(min(self.page, self.pages - 1))
        told.place(words[min(at, len(words) - 1)], self.x, self.top, left, self.height - high - (gap if high else 0))
        besides = aside is not None and self.height - taken > tp(getattr(aside, "least_aside", 300))
        room = taken if besides else self.height
        cells = touched.place(min(at, touched.pages - 1), self.x + left + tp(40), self.top, right, room, filler=False)
        if filler is not None:
            filler.page = min(at, listed - 1)
            touched.hold([*cells, filler])
            filler.size, filler.pos = (left, high), (self.x, self.y)
            filler.spread(left, high)
        if besides:
            told.hold([*told.children, aside])
            aside.size = (right, self.height - (taken + tp(24) if taken else 0))
            aside.pos = (self.right - right, self.y)
            settle(aside)
