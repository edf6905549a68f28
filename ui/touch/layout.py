"""From the panel to the page: how big a token is, which layout class follows, where the zones lie.

One rule for every size. `k` is pixels per token px; the class follows from the effective canvas alone, so that a small
screen and large text are one case and not two. All rectangles are in token px, y counted from the top.
"""

from dataclasses import dataclass
from enum import Enum

PX_PER_MM = 4.03
"""Pixels per millimetre of the panel the tokens were drawn on: 21.5", 1920x1080. One token px is 1/4.03 mm or more."""
MIN_TARGET = 15 * PX_PER_MM
"""Smallest thing a finger must hit, in token px (15 mm)."""


class Class(Enum):
    """How a page is laid out. L as drawn, M narrower, S one column, P portrait."""

    L = "L"
    M = "M"
    S = "S"
    P = "P"


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h


@dataclass(frozen=True, slots=True)
class Metrics:
    """A panel in pixels with its `k`, and the page that lies on it."""

    width: int
    height: int
    k: float
    kind: Class

    def px(self, tokens: float) -> float:
        return tokens * self.k

    @property
    def canvas(self) -> tuple[float, float]:
        """Width and height in token px."""
        return self.width / self.k, self.height / self.k

    @property
    def portrait(self) -> bool:
        return self.kind is Class.P

    @property
    def narrow(self) -> bool:
        return self.kind is Class.M

    @property
    def single(self) -> bool:
        """One column."""
        return self.kind in (Class.S, Class.P)

    @property
    def roomy(self) -> bool:
        """There is room for what is good to know beside what must be known."""
        return self.kind in (Class.L, Class.P)

    @property
    def compact(self) -> bool:
        """Tools of the dock show their icon alone."""
        return self.kind is not Class.L


def metrics(width: int, height: int, px_per_mm: float = PX_PER_MM, text_size: float = 1.0) -> Metrics:
    """Return the metrics of a panel of `width` x `height` px; `text_size` 1 to 2 enlarges everything.

    >>> metrics(1366, 768, 3.34).kind
    <Class.M: 'M'>
    """
    portrait = height > width
    fit = min(width / 1080, height / 1920) if portrait else min(width / 1920, height / 1080)
    k = max(fit, px_per_mm / PX_PER_MM) * text_size
    return Metrics(width, height, k, _kind(width / k, height / k, portrait=portrait))


def _kind(width: float, height: float, *, portrait: bool) -> Class:
    if portrait and width >= 1000 and height >= 1600:
        return Class.P
    if width >= 1700 and height >= 950:
        return Class.L
    if width >= 1200 and height >= 760:
        return Class.M
    return Class.S


@dataclass(frozen=True, slots=True)
class Zones:
    """Where things lie. `right` is None in one-column classes; `left` is then the whole of `main`."""

    strip: Rect
    main: Rect
    left: Rect
    right: Rect | None
    dock: Rect


def zones(page: Metrics) -> Zones:
    width, height = page.canvas
    if page.kind is Class.P:
        main = Rect(48, 112, width - 96, height - 308)
        return Zones(Rect(48, 0, width - 96, 104), main, main, None, Rect(48, height - 160, width - 96, 120))
    side, strip = (64.0, 80.0) if page.kind is not Class.S else (32.0, 64.0)
    dock = Rect(side, height - 118 if page.kind is not Class.S else height - 108, width - 2 * side, 96)
    main = Rect(side, strip + 10, width - 2 * side, dock.y - 40 - strip - 10)
    if page.kind is Class.S:
        main = Rect(side, strip, width - 2 * side, dock.y - 16 - strip)
        return Zones(Rect(side, 0, width - 2 * side, strip), main, main, None, dock)
    column = 536.0 if page.kind is Class.L else 400.0
    left = Rect(main.x, main.y, main.w - column - 40, main.h)
    right = Rect(left.right + 40, main.y, column, main.h)
    return Zones(Rect(side, 0, width - 2 * side, strip), main, left, right, dock)
