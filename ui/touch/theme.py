"""Colours and type of the touch screen: plain values, no widgets, so that contrast is a matter of arithmetic.

Two palettes: warm paper with one blue, and high contrast (black, white, yellow for the next step and for what stays,
cyan for what is asked or recorded). A tone is how one state of a book looks; its sign never relies on colour alone.
Red is for danger only: nobody has done wrong when a book stays.
"""

from dataclasses import dataclass

WHITE, BLACK, INK = "#FFFFFF", "#000000", "#10182B"
YELLOW, CYAN = "#FFE500", "#4DE1FF"


@dataclass(frozen=True, slots=True)
class Tone:
    """Colours of one state: the pill, the disc in it with its icon, the first and the second line of words."""

    fill: str
    disc: str
    icon: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour the screen uses, `#RRGGBB`. `on_x` is what is written on x."""

    name: str
    bg: str
    surface: str
    sunk: str
    line: str
    ink: str
    muted: str
    outline: str
    pressed: str
    """Any surface under a finger but the primary one."""
    disabled: str
    primary: str
    primary_pressed: str
    primary_tint: str
    on_primary: str
    soft: str
    """Quiet text on primary."""
    hero: str
    """The big field that says what to do next."""
    hero_deep: str
    """Tools and the pad's shadow on that field."""
    on_hero: str
    arrow: str
    success: str
    success_text: str
    success_tint: str
    warning: str
    warning_pressed: str
    warning_text: str
    warning_tint: str
    on_warning: str
    danger: str
    on_danger: str
    slate: str
    on_slate: str
    navy: str
    violet: str
    night: str
    on_night: str
    on_tile: str
    pad: str
    """The desk under the pile."""
    tones: dict[str, Tone]
    edges: str = ""
    """Edge of cards where fills and shadows do not tell them apart; empty: no edge."""

    @property
    def shadows(self) -> bool:
        return not self.edges

    def sign(self, tone: str) -> tuple[str, str]:
        """Return disc and icon colour of a state's sign where it stands alone, without its pill."""
        look = self.tones[tone]
        return (look.fill, look.first) if look.disc == self.surface else (look.disc, look.icon)


LIGHT = Palette(
    name="light",
    bg="#F4F1EA",
    surface=WHITE,
    sunk="#EAE6DC",
    line="#D9D3C5",
    ink=INK,
    muted="#4A5265",
    outline="#757E92",
    pressed="#DDD7C9",
    disabled="#6F7480",
    primary="#0B4FD6",
    primary_pressed="#083289",
    primary_tint="#E4ECFC",
    on_primary=WHITE,
    soft="#E7EEFF",
    hero="#0B4FD6",
    hero_deep="#0A3FAB",
    on_hero=WHITE,
    arrow="#FFC145",
    success="#0A7240",
    success_text="#07542F",
    success_tint="#DDF1E4",
    warning="#FFC145",
    warning_pressed="#E0A32C",
    warning_text="#6B4200",
    warning_tint="#FFF0CC",
    on_warning=INK,
    danger="#B3261E",
    on_danger=WHITE,
    slate="#3B475E",
    on_slate=WHITE,
    navy="#26324A",
    violet="#59488C",
    night="#141C33",
    on_night=WHITE,
    on_tile=WHITE,
    pad="#26324A",
    tones={
        "reading": Tone(WHITE, "#EAE6DC", "#4A5265", "#4A5265", INK),
        "asking": Tone("#E4ECFC", WHITE, "#0B4FD6", "#0A3FAB", INK),
        "yours": Tone("#DDF1E4", "#0A7240", WHITE, "#07542F", INK),
        "stays": Tone("#FFF0CC", "#FFC145", INK, INK, INK),
        "put_back": Tone("#0B4FD6", WHITE, "#0B4FD6", WHITE, WHITE),
        "recorded": Tone("#E3E8F0", "#3B475E", WHITE, INK, INK),
        "question": Tone("#E4ECFC", "#0B4FD6", WHITE, "#0A3FAB", INK),
        "plain": Tone(WHITE, "#EAE6DC", "#3B475E", INK, INK),
    },
)

HIGH_CONTRAST = Palette(
    name="contrast",
    bg=BLACK,
    surface=BLACK,
    sunk=BLACK,
    line=WHITE,
    ink=WHITE,
    muted=WHITE,
    outline=WHITE,
    pressed="#3D3D3D",
    disabled="#B8B8B8",
    primary=YELLOW,
    primary_pressed="#B8A500",
    primary_tint=BLACK,
    on_primary=BLACK,
    soft=BLACK,
    hero=BLACK,
    hero_deep=BLACK,
    on_hero=WHITE,
    arrow=YELLOW,
    success=WHITE,
    success_text=WHITE,
    success_tint=BLACK,
    warning=YELLOW,
    warning_pressed="#B8A500",
    warning_text=BLACK,
    warning_tint=YELLOW,
    on_warning=BLACK,
    danger=WHITE,
    on_danger=BLACK,
    slate=CYAN,
    on_slate=BLACK,
    navy=WHITE,
    violet=WHITE,
    night=BLACK,
    on_night=WHITE,
    on_tile=BLACK,
    pad=BLACK,
    edges=WHITE,
    tones={
        "reading": Tone(BLACK, BLACK, WHITE, WHITE, WHITE),
        "asking": Tone(BLACK, CYAN, BLACK, CYAN, WHITE),
        "yours": Tone(BLACK, WHITE, BLACK, WHITE, WHITE),
        "stays": Tone(YELLOW, BLACK, YELLOW, BLACK, BLACK),
        "put_back": Tone(YELLOW, BLACK, YELLOW, BLACK, BLACK),
        "recorded": Tone(BLACK, CYAN, BLACK, CYAN, WHITE),
        "question": Tone(YELLOW, BLACK, YELLOW, BLACK, BLACK),
        "plain": Tone(BLACK, WHITE, BLACK, WHITE, WHITE),
    },
)


@dataclass(frozen=True, slots=True)
class Style:
    """A way to set text: size in token px, weight, line height in em."""

    size: float
    bold: bool = False
    leading: float = 1.2


STYLES: dict[str, Style] = {
    "display": Style(112, True, 1.03),
    "h0": Style(80, True, 1.08),
    "h1": Style(60, True, 1.1),
    "h2": Style(44, True, 1.12),
    "h3": Style(36, True, 1.15),
    "title": Style(34, True, 1.16),
    "lead": Style(38, False, 1.28),
    "body": Style(32, False, 1.3),
    "strong": Style(32, True, 1.2),
    "small": Style(28, False, 1.28),
    "small_strong": Style(28, True, 1.2),
    "button": Style(34, True),
    "primary": Style(40, True),
    "tool": Style(30, True),
    "clock": Style(34, True),
    "digit": Style(72, True),
    "count": Style(132, True, 1.0),
}
"""28 is the smallest: its capitals are 4.9 mm high (ADA asks for 4.8)."""

Rgb = tuple[int, int, int]


def rgb(colour: str) -> Rgb:
    """Return red, green, blue (0-255) of `#RRGGBB`."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Return the relative luminance, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (_linear(part / 255) for part in rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio, 1 to 21 (WCAG 2.2).

    >>> round(contrast("#FFFFFF", "#0B4FD6"), 1)
    6.8
    """
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
