"""What is touched in a flow: choices side by side as far as they fit, and one list or keyboard that takes the rest."""

from math import ceil
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty

from ui.touch.stage import now, tp
from ui.touch.widgets.choice import Choice
from ui.touch.widgets.press import PushButton
from ui.touch.widgets.told import Held

CELL = 210
TALLEST = 190  # token px a choice may grow to
WIDEST = 900


class Touched(Held):
    """Choices and buttons, side by side as far as they fit, and at most one thing that takes the rest of the height: a
    list (`rows`) or keys (`spread(width, height)`)."""

    spacing = NumericProperty(12)
    cell = NumericProperty(CELL)
    """Token px below which a choice is not made narrower to stand beside others."""
    below = BooleanProperty(False)
    """Choices stand below the list: what it shows comes first."""
    beside = BooleanProperty(False)
    """Stands at the right of the words where the page lies across and reach is not asked for: keypads."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._columns, self._high, self._per_page = 1, 0.0, 1
        self._need = 0.0
        self.cramped = False
        """Something of a choice gave way, or not all have room."""

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
    def reached(self) -> bool:
        """Whether there is anything here that a hand must reach: a list alone may have nothing to touch."""
        filler = self.filler
        return filler is None or getattr(filler, "touchable", True) or (bool(self.cells) and not self.below)

    @property
    def gap(self) -> int:
        return tp(max(self.spacing if now().page.canvas[1] > 480 else 8, now().page.tokens(3)))

    def plan(self, width: float, most: float, *, tight: bool = False) -> float:
        """Decide on columns; return the height of the choices in px, at most `most`. `tight`: as low as can be."""
        cells = self.cells
        self.cramped = False
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
            self.cramped = bool(brief)
            return total
        self.cramped = True
        if not self._grid(cells, width, most):
            self._squeeze(cells, width, most)
        return self._total(self._per_page, self._columns, self._high)

    def _total(self, number: int, columns: int, high: float) -> float:
        rows = ceil(number / columns)
        return rows * high + self.gap * (rows - 1)

    def _cell_height(self, cells: list[Any], columns: int, width: float, *, brief: int) -> float:
        """Return the least height at which all cells have the room they need; 0 where they have not. `brief` 1: without
        their notes, 2: without icons too."""
        wide = (width - self.gap * (columns - 1)) / columns
        if columns > 1 and wide < tp(self.cell):
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
        self._need = best
        return max(best, tp(now().page.finger)) if best else 0

    def _grid(self, cells: list[Any], width: float, most: float) -> bool:
        """Turn pages: side by side, where that shows more of them at once; return whether it does."""
        best = (0, 0, 0)
        for columns in range(2, len(cells)):
            for brief in (1, 2):
                high = self._cell_height(cells, columns, width, brief=brief)
                rows = int((most + self.gap) // (high + self.gap)) if high else 0
                best = max(best, (min(rows * columns, len(cells)), -brief, columns))
        self._per_page, brief, self._columns = best[0], -best[1], max(1, best[2])
        if self._per_page < 2:
            return False
        self._high = self._cell_height(cells, self._columns, width, brief=brief)
        return True

    def _squeeze(self, cells: list[Any], width: float, most: float) -> None:
        """Turn pages: as many choices as there is room for, one at least."""
        self._columns, most = 1, max(0.0, most)  # a page that is being made has no height yet
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
        bottom = top - height
        self.hold([*shown, *([self.filler] if filler else [])])
        rows = ceil(len(shown) / self._columns)
        high = self._high
        if rows and not filler:
            high = max(high, min(tp(TALLEST), (height - self.gap * (rows - 1)) / rows))
        taken = self._total(len(shown), self._columns, high) + self.gap if shown else 0
        if filler and self.below and shown:
            top = bottom + taken - self.gap
        wide = min(tp(WIDEST), (width - self.gap * (self._columns - 1)) / self._columns)
        for at, cell in enumerate(shown):
            column, row = at % self._columns, at // self._columns
            cell.size = (wide, high)
            if isinstance(cell, Choice):
                cell.inset = max(0.0, (high - self._need) / 2)
            cell.pos = (round(x + column * (wide + self.gap)), round(top - row * (high + self.gap) - high))
        if filler:
            self.filler.size = (width, height - taken)
            self.filler.pos = (x, bottom + (taken if self.below else 0))
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
