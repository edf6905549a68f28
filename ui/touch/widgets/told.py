"""The words of a flow: blocks that are laid out in pages, of which one is in the tree."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.widget import Widget

from ui.touch.stage import tp
from ui.touch.widgets.settle import STEPS, height_at, settle
from ui.touch.widgets.type import Type

GROWN = 1.2
"""How much larger words are set where all of them leave the page half empty."""


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
        if hasattr(self.parent, "again") and not self.parent.busy:
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
    what is left over; one with `heads` is never the last of a page."""

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
        for block in must:
            for text in block.walk(restrict=True):
                if isinstance(text, Type):
                    text.tighter = False
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
        if len(pages) > 1:
            pages, sized = self._tighter(pages, sized, width, height)
            gap = self.gap
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

    def _tighter(
        self, pages: list[list[Any]], sized: list[tuple[Any, float]], width: float, height: float
    ) -> tuple[list[list[Any]], list[tuple[Any, float]]]:
        """Set headings a little smaller and blocks closer, where that saves a page; else all stays as it is."""
        texts = [text for block, _ in sized for text in block.walk(restrict=True) if isinstance(text, Type)]
        for text in texts:
            text.tighter = True
        close = [(block, self.least(block, width, height)) for block, _ in sized]
        fewer = _greedy(close, height, tp(self.spacing / 2))
        if len(fewer) < len(pages):
            self.gap = tp(self.spacing / 2)
            return fewer, close
        for text in texts:
            text.tighter = False
        return pages, [(block, self.least(block, width, height)) for block, _ in sized]

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
    for at, (block, high) in enumerate(sized):
        needed = high
        if getattr(block, "heads", False) and at + 1 < len(sized):
            needed += gap + sized[at + 1][1]
        if pages[-1] and needed > left:
            pages.append([])
            left = height
        pages[-1].append(block)
        left -= high + gap
    return pages
