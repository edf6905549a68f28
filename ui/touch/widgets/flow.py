"""Words above, what is touched below: how every screen is laid out where there is one column, and within low reach.

`Told` holds blocks of words, `Touched` what a finger is for. What does not fit stands on further pages; the pager is in
the dock. Where only the lower part may be touched, `Touched` begins below that line and `Told` has what is above it.
Nothing is ever cut: a block that no page holds is set smaller.
"""

from math import ceil
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.widget import Widget

from ui.touch.stage import now, tp
from ui.touch.widgets.choice import Choice
from ui.touch.widgets.press import PushButton
from ui.touch.widgets.settle import STEPS, height_at, settle

WORDS_LEAST = 0.3
WORDS_MOST = 0.46
"""Share of the height that words keep when there is more to touch than fits: at least, and with all of them."""
GROWN = 1.2
"""How much larger words are set where all of them leave the page half empty."""
CELL = 210
"""Token px below which a choice is not made narrower to stand beside others."""
TALLEST = 190  # token px a choice may grow to
WIDEST = 900
RIGHT = 400  # token px of the column of what is touched


class Held(Widget):
    """Holds widgets of which only those of the page in hand are in the tree."""

    def __init__(self, **kwargs: Any) -> None:
        self.blocks: list[Any] = []
        super().__init__(**kwargs)

    def add_widget(self, widget: Any, index: int = 0, canvas: Any = None) -> None:  # noqa: ARG002
        """Add at the end; with an index, at the beginning."""
        self.blocks.insert(0 if index else len(self.blocks), widget)
        for name in ("height", "text", "note", "disabled", "content"):
            if name in widget.properties():
                widget.fbind(name, self._changed)
        self._changed()

    def insert(self, widget: Any, before: Any) -> None:
        """Add a block before another one."""
        self.add_widget(widget)
        self.blocks.remove(widget)
        self.blocks.insert(self.blocks.index(before), widget)

    def remove_widget(self, widget: Any) -> None:
        if widget in self.blocks:
            self.blocks.remove(widget)
            for name in ("height", "text", "note", "disabled", "content"):
                if name in widget.properties():
                    widget.funbind(name, self._changed)
            self._changed()
        if widget.parent is self:
            super().remove_widget(widget)

    def clear_widgets(self, children: Any = None) -> None:  # noqa: ARG002
        for widget in list(self.blocks):
            self.remove_widget(widget)

    def _changed(self, *_: object) -> None:
        if isinstance(self.parent, Flow) and not self.parent.busy:
            self.parent.again()

    def hold(self, shown: list[Any]) -> None:
        """Have these in the tree and no others."""
        for child in list(self.children):
            if child not in shown:
                super().remove_widget(child)
        for widget in shown:
            if widget.parent is None:
                super().add_widget(widget)


class Told(Held):
    """Blocks of words, top to bottom. A block with `extra` comes only where all have room; one with `stretch` takes
    what is left over."""

    spacing = NumericProperty(12)
    gap = NumericProperty(0)
    """Px between the blocks of the pages as they were laid out."""
    crowded = BooleanProperty(False)
    """All stands on one page, but smaller than drawn."""

    @property
    def there(self) -> list[Any]:
        """A rule that sets `wanted` gives it to the whole class: None where it was not set."""
        blocks = [block for block in self.blocks if getattr(block, "wanted", None) in (True, None)]
        return [block for block in blocks if not getattr(block, "aside", False)]

    @property
    def aside(self) -> Any:
        """Return what stands in the column of what is touched, where there is one."""
        blocks = (block for block in self.blocks if getattr(block, "aside", False))
        return next((block for block in blocks if getattr(block, "wanted", None) in (True, None)), None)

    def paginate(self, width: float, height: float, *, once: bool) -> list[list[Any]]:
        """Return the blocks of each page. `once`: there is one page, and all is set smaller until it fits."""
        must = [block for block in self.there if not getattr(block, "extra", False)]
        sized = [(block, self.least(block, width, height)) for block in must]
        sized = [(block, high) for block, high in sized if high > 0]
        self.gap = gap = tp(self.spacing)
        total = sum(high + gap for _, high in sized)
        if sized and total * 1.7 < height and not any(getattr(block, "stretch", False) for block in self.there):
            sized = [(block, self.least(block, width, height, grown=GROWN)) for block in must]
            sized = [(block, high) for block, high in sized if high > 0]
            self.gap = gap = tp(self.spacing * 2)
        self.crowded = once and sum(high + gap for _, high in sized) - gap > height
        if self.crowded:
            for step in STEPS:
                sized = [(block, self.least(block, width, height, grown=step)) for block, _ in sized]
                if sum(high + gap for _, high in sized) - gap <= height:
                    break
            return [[block for block, _ in sized]]
        pages = _greedy(sized, height, gap)
        if len(pages) == 1:
            left = height - sum(high + gap for _, high in sized)
            for block in self.there:
                if getattr(block, "extra", False) and block not in pages[0]:
                    high = self.least(block, width, 1e9)
                    if 0 < high <= left:
                        left -= high + gap
                        pages[0].append(block)
            pages[0].sort(key=self.blocks.index)
        return pages

    @staticmethod
    def least(block: Any, width: float, most: float, grown: float = 1.0) -> float:
        if getattr(block, "stretch", False):
            block.width = width
            return float(tp(block.least_height))
        return height_at(block, width, most, grown=grown)

    def place(self, shown: list[Any], x: float, top: float, width: float, height: float) -> None:
        self.hold(shown)
        gap = self.gap
        fixed = sum(block.height for block in shown if not getattr(block, "stretch", False))
        left = height - fixed - gap * (len(shown) - 1)
        for block in shown:
            if getattr(block, "stretch", False):
                block.size = (width, left)
                settle(block)
            hint = block.pos_hint
            across = (width - block.width) / 2 if "center_x" in hint else 0
            block.pos = (round(x + across), round(top - block.height))
            top -= block.height + gap


def _greedy(sized: list[tuple[Any, float]], height: float, gap: float) -> list[list[Any]]:
    pages: list[list[Any]] = [[]]
    left = height
    for block, high in sized:
        if pages[-1] and high > left:
            pages.append([])
            left = height
        pages[-1].append(block)
        left -= high + gap
    return pages


class Touched(Held):
    """Choices and buttons, side by side as far as they fit, and at most one thing that takes the rest of the height: a
    list (`rows`) or keys (`spread(width, height)`)."""

    spacing = NumericProperty(12)
    beside = BooleanProperty(False)
    """Stands at the right of the words where the page lies across and reach is not asked for: keypads."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._columns, self._high, self._per_page = 1, 0.0, 1

    @property
    def cells(self) -> list[Any]:
        return [
            block
            for block in self.blocks
            if isinstance(block, Choice | PushButton) and block.text and not block.disabled
        ]

    @property
    def filler(self) -> Any:
        return next((block for block in self.blocks if hasattr(block, "spread") and block.content), None)

    @property
    def gap(self) -> int:
        return tp(max(self.spacing if now().page.canvas[1] > 480 else 8, now().page.tokens(3)))

    def plan(self, width: float, most: float, *, tight: bool = False) -> float:
        """Decide on columns; return the height of the choices in px, at most `most`. `tight`: as low as can be."""
        cells = self.cells
        if not cells:
            self._columns = self._per_page = 1
            self._high = 0
            return 0
        ways = [(brief, columns) for brief in range(3 if tight else 2) for columns in _orders(len(cells))]
        found: list[tuple[float, int, int]] = []
        for brief, columns in ways:
            high = self._cell_height(cells, columns, width, brief=brief)
            total = self._total(len(cells), columns, high)
            if high and total <= most:
                found.append((total, brief, columns))
                if not tight:
                    break
        if found:
            total, brief, columns = min(found)
            self._columns, self._per_page = columns, len(cells)
            self._high = self._cell_height(cells, columns, width, brief=brief)
            return total
        self._squeeze(cells, width, most)
        return self._total(self._per_page, self._columns, self._high)

    def _total(self, number: int, columns: int, high: float) -> float:
        rows = ceil(number / columns)
        return rows * high + self.gap * (rows - 1)

    def _cell_height(self, cells: list[Any], columns: int, width: float, *, brief: int) -> float:
        """Return the least height at which all cells have the room they need; 0 where they have not. `brief` 1: without
        their notes, 2: without icons too."""
        wide = (width - self.gap * (columns - 1)) / columns
        if columns > 1 and wide < tp(CELL):
            return 0
        best = 0.0
        for stacked in (False, True):
            high = 0.0
            for cell in cells:
                need = _needs(cell, wide, stacked=stacked, brief=brief)
                high = max(high, need) if need is not None else 1e9
            if high < 1e9 and (not best or high < best):
                best = high
                arranged = stacked
        for cell in cells:
            if best:
                _needs(cell, wide, stacked=arranged, brief=brief)
        return max(best, tp(now().page.finger)) if best else 0

    def _squeeze(self, cells: list[Any], width: float, most: float) -> None:
        """Turn pages: as many choices as there is room for, one at least."""
        self._columns = 1
        for cell in cells:
            if isinstance(cell, Choice):
                cell.stacked, cell.brief, cell.bare = False, True, False
        high = max(cell.squeeze(width) if isinstance(cell, Choice) else tp(now().page.finger) for cell in cells)
        self._high = min(max(high, tp(now().page.finger)), most)
        self._per_page = max(1, int((most + self.gap) // (self._high + self.gap)))

    @property
    def tallest(self) -> float:
        """Return the height up to which the choices of a page may grow."""
        rows = ceil(min(self._per_page, len(self.cells)) / self._columns)
        return rows * max(self._high, tp(TALLEST)) + self.gap * (rows - 1)

    @property
    def pages(self) -> int:
        return max(1, ceil(len(self.cells) / self._per_page))

    def place(self, page: int, x: float, top: float, width: float, height: float, *, filler: bool) -> list[Any]:
        """Lay the choices of a page out from `top`; the filler takes what is left. Return the choices."""
        cells = self.cells
        shown = cells[page * self._per_page : (page + 1) * self._per_page]
        self.hold([*shown, *([self.filler] if filler else [])])
        rows = ceil(len(shown) / self._columns)
        high = self._high
        if rows and not filler:
            high = max(high, min(tp(TALLEST), (height - self.gap * (rows - 1)) / rows))
        wide = min(tp(WIDEST), (width - self.gap * (self._columns - 1)) / self._columns)
        for at, cell in enumerate(shown):
            column, row = at % self._columns, at // self._columns
            cell.size = (wide, high)
            cell.pos = (round(x + column * (wide + self.gap)), round(top - row * (high + self.gap) - high))
        if filler:
            taken = self._total(len(shown), self._columns, high) + self.gap if shown else 0
            self.filler.size = (width, height - taken)
            self.filler.pos = (x, top - height)
            self.filler.spread(width, height - taken)
        return shown


def _orders(number: int) -> list[int]:
    """Return numbers of columns, the wanted first: as many as fit where the page lies across, few upright."""
    even = sorted(range(1, number + 1), key=lambda columns: (-(-number // columns), -columns))
    tidy = list(dict.fromkeys(-(-number // (-(-number // columns))) for columns in even))
    return tidy[::-1] if now().page.upright else tidy


def _needs(cell: Any, width: float, *, stacked: bool, brief: int) -> float | None:
    if isinstance(cell, Choice):
        cell.stacked, cell.brief, cell.bare = stacked, brief > 0, brief > 1
        return cell.needs(width)
    if cell.natural_width() > width:
        return None
    return float(tp(max(72, now().page.finger)))


class Flow(Widget):
    """One `Told` and one `Touched`. `pages` and `page` for the pager of the dock."""

    page = NumericProperty(0)
    pages = NumericProperty(1)
    once = BooleanProperty(False)
    """Never more than one page of words: all is set smaller."""
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
        line = page.height - tp(page.reach) - self.y if page.reach else self.height
        gap = tp(min(self.spacing, page.canvas[1] / 40))
        filler = touched.filler
        if filler is not None and touched.beside and not page.reach and self.width > self.height:
            self._beside(filler, gap)
            return
        if page.narrow and not page.low and touched.blocks:
            self._columns(filler, gap)
            return
        most = min(line, self.height)
        if not page.reach:
            most = self.height - self._words_least(self.width) - gap
            if filler is not None:
                most = max(most, min(filler.least_fill(self.width), self.height * 0.8))
        high = touched.plan(self.width, most)
        apart = False
        if filler is not None:
            least = filler.least_fill(self.width)
            apart = bool(high) and high + touched.gap + least > most
            high = min(most, least if apart else high + (touched.gap if high else 0) + least)
            if page.reach or filler.greedy:
                high = most
        words = told.paginate(self.width, self.height - high - gap, once=self.once)
        if filler is None and (len(words) > 1 or told.crowded):
            high = touched.plan(self.width, most, tight=True)
            words = told.paginate(self.width, self.height - high - gap, once=self.once)
        if filler is not None and not page.reach and len(words) == 1:
            used = sum(block.height + told.gap for block in words[0]) - told.gap if words[0] else 0
            high = max(high, self.height - used - (gap if used else 0))
        if filler is None and len(words) == 1 and high and not any(getattr(each, "stretch", 0) for each in words[0]):
            used = sum(block.height + told.gap for block in words[0])
            high = max(high, min(most if page.reach else self.height, self.height - used - gap, touched.tallest))
        self._show(words, high, gap, apart=apart)

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
        listed = 0
        if filler is not None:
            room = high if apart or not touched.cells else high - touched.gap - touched.plan(self.width, high)
            listed = filler.pages_at(self.width, room)
        below = max(1, (listed + touched.pages) if apart else max(listed, touched.pages))
        self.pages = max(len(words), below)
        at = int(min(self.page, self.pages - 1))
        told.place(words[min(at, len(words) - 1)], self.x, self.top, self.width, self.height - high - gap)
        part, top = min(at, below - 1), self.y + high
        if apart and part < listed:
            filler.page = part
            touched.place(999, self.x, top, self.width, high, filler=True)
        elif apart:
            touched.place(part - listed, self.x, top, self.width, high, filler=False)
        else:
            if filler is not None:
                filler.page = min(part, max(0, listed - 1))
            touched.place(min(part, touched.pages - 1), self.x, top, self.width, high, filler=filler is not None)

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
        cells = touched.place(
            min(at, touched.pages - 1), self.x + left + tp(40), self.top, right, self.height, filler=False
        )
        if filler is not None:
            filler.page = min(at, listed - 1)
            touched.hold([*cells, filler])
            filler.size, filler.pos = (left, high), (self.x, self.y)
            filler.spread(left, high)
        if aside is not None and self.height - taken > tp(300):
            told.hold([*told.children, aside])
            aside.size = (right, self.height - (taken + tp(24) if taken else 0))
            aside.pos = (self.right - right, self.y)
            settle(aside)
