"""From the panel to the page: how big a token is, which layout class follows, where the zones lie.

One rule for every size. `k` is pixels per token px; the class follows from the effective canvas alone, so that a small
screen and large text are one case and not two. All rectangles are in token px, y counted from the top.
"""

from dataclasses import dataclass
from enum import Enum
from math import hypot

PX_PER_MM = 4.03
"""Pixels per millimetre of the panel the tokens were drawn on: 21.5", 1920x1080. One token px is 1/4.03 mm or more."""
MIN_TARGET = 15 * PX_PER_MM
"""Smallest thing a finger must hit, in token px (15 mm), while text has its usual size."""
TEXT_SIZES = (1.0, 1.35, 1.5, 2.0)
"""What a reader may choose."""
LEAST_CANVAS = (600.0, 380.0)
"""Token px, long side first: with less a sentence and a button have no room on one page. On 15 inches and more 200 %
has more than that; on 10 inches, where the usual size fills the screen already, text grows by 44 % at most."""
LOW = 0.45
"""Share of the height that is reached from a wheelchair, from below."""
LOW_UPRIGHT = 0.55
LOW_MM = 101
"""So much may always be touched, from below: a keyboard of keys for fingers, and the dock. On a panel that is not
higher than 20 cm nothing is out of reach anyway."""
MM_PER_INCH = 25.4


def px_per_mm(width: int, height: int, diagonal: float) -> float:
    """Return the density of a panel of `diagonal` inches, as is printed on its box; 0: not known, taken as drawn.

    >>> round(px_per_mm(1920, 1080, 21.5), 2)
    4.03
    """
    return hypot(width, height) / (diagonal * MM_PER_INCH) if diagonal else PX_PER_MM


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
    """A panel in pixels with its `k`, and the page that lies on it. `mm`: pixels per millimetre of the panel.

    `low`: everything to touch stands in the lower part.
    """

    width: int
    height: int
    k: float
    kind: Class
    mm: float = PX_PER_MM
    low: bool = False
    sizes: tuple[float, ...] = TEXT_SIZES
    """Text sizes that this panel has room for."""

    def px(self, tokens: float) -> float:
        return tokens * self.k

    @property
    def canvas(self) -> tuple[float, float]:
        """Width and height in token px."""
        return self.width / self.k, self.height / self.k

    @property
    def finger(self) -> float:
        """The smallest target in token px: 15 mm, however large the text is."""
        return 15 * self.mm / self.k

    def tokens(self, mm: float) -> float:
        return mm * self.mm / self.k

    def keys_high(self, rows: int) -> bool:
        """Whether so many rows of keys for fingers have room above the dock, and below the line of reach."""
        height = self.canvas[1]
        room = height - self.reach - 160 if self.reach else height - 300
        return room >= rows * self.finger + (rows - 1) * self.tokens(2)

    @property
    def portrait(self) -> bool:
        return self.kind is Class.P

    @property
    def upright(self) -> bool:
        return self.height > self.width

    @property
    def narrow(self) -> bool:
        return self.kind is Class.M

    @property
    def flows(self) -> bool:
        """Words flow, and what is touched stands beside them (M), below them (S), or within reach from below."""
        return self.kind in (Class.S, Class.M) or self.low

    @property
    def single(self) -> bool:
        """One column."""
        return self.kind in (Class.S, Class.P)

    @property
    def roomy(self) -> bool:
        """There is room for what is good to know beside what must be known."""
        return not self.flows

    @property
    def compact(self) -> bool:
        """Tools of the dock show their icon alone."""
        return self.kind is not Class.L

    @property
    def largest(self) -> float:
        """Headings are no larger than this, in token px, where words flow: a word must have room in its line."""
        if not self.flows:
            return 999.0
        width, height = self.canvas
        return max(36.0, min(width / 16, height / 9.6))

    @property
    def reach(self) -> float:
        """Token px from the top above which nothing may be touched; 0: everywhere."""
        height = self.canvas[1]
        if not (self.low or self.upright):
            return 0.0
        share = LOW_UPRIGHT if self.upright else LOW
        return height - max(share * height, self.tokens(LOW_MM))


def metrics(width: int, height: int, mm: float = PX_PER_MM, text_size: float = 1.0, *, low: bool = False) -> Metrics:
    """Return the metrics of a panel of `width` x `height` px; `text_size` 1 to 2 enlarges everything.

    >>> metrics(1366, 768, 3.34).kind
    <Class.M: 'M'>
    """
    upright = height > width
    fit = min(width / 1080, height / 1920) if upright else min(width / 1920, height / 1080)
    most = min(max(width, height) / LEAST_CANVAS[0], min(width, height) / LEAST_CANVAS[1])
    usual = max(fit, mm / PX_PER_MM)
    k = min(usual * text_size, max(most, usual))
    sizes = tuple(size for size in TEXT_SIZES if size == 1 or usual * size <= most)
    return Metrics(width, height, k, _kind(width / k, height / k, upright=upright), mm, low, sizes)


def _kind(width: float, height: float, *, upright: bool) -> Class:
    if upright:
        return Class.P if width >= 1000 and height >= 1600 else Class.S
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
        main = Rect(48, 112, width - 96, height - (308 if not page.flows else 296))
        return Zones(Rect(48, 0, width - 96, 104), main, main, None, Rect(48, height - 160, width - 96, 120))
    if page.kind is Class.S:
        return _small(page)
    dock = Rect(64, height - 118, width - 128, 96)
    main = Rect(64, 90, width - 128, dock.y - 130)
    strip = Rect(64, 0, width - 128, 80)
    if page.flows:
        main = Rect(64, 90, width - 128, dock.y - 24 - 90)
        return Zones(strip, main, main, None, dock)
    column = 536.0 if page.kind is Class.L else 400.0
    left = Rect(main.x, main.y, main.w - column - 40, main.h)
    right = Rect(left.right + 40, main.y, column, main.h)
    return Zones(strip, main, left, right, dock)


def _small(page: Metrics) -> Zones:
    """The frame gives way before the words do: its buttons stay 20 mm high, whatever size the text has."""
    width, height = page.canvas
    side = max(12.0, min(48.0, width / 28))
    strip = 64.0 if height > 400 else 44.0
    tall = min(96.0, max(page.tokens(20), 44.0))
    dock = Rect(side, height - tall - max(6.0, min(22.0, height / 40)), width - 2 * side, tall)
    main = Rect(side, strip, width - 2 * side, dock.y - max(6.0, min(24.0, height / 32)) - strip)
    return Zones(Rect(side, 0, width - 2 * side, strip), main, main, None, dock)
