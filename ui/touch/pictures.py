"""Every screen as a picture: `./run pictures`, or `python -m ui.touch.pictures FOLDER [--small]`.

Renders the sample views in each language, light and high contrast, landscape and portrait, without a display, and puts
them on contact sheets beside each other.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from kiosk.domain.rules import Look, Theme
from ui.touch.kivy_setup import Screen, configure

if TYPE_CHECKING:
    from ui.touch.player import Player

SIZES = {"landscape": (1920, 1080), "portrait": (1080, 1920)}
THEMES = {"light": Theme.LIGHT, "contrast": Theme.HIGH_CONTRAST}
SHEET = {"landscape": (4, 480), "portrait": (8, 270)}
"""Pictures in a row of a contact sheet, and how wide each is there."""


def grab() -> Image.Image:
    """Draw a frame and return it."""
    from kivy.base import EventLoop
    from kivy.core.window import Window
    from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels

    for _ in range(3):
        EventLoop.idle()
    Window.dispatch("on_draw")
    pixels = glReadPixels(0, 0, *Window.size, GL_RGB, GL_UNSIGNED_BYTE)
    return Image.frombytes("RGB", tuple(Window.size), pixels).transpose(Image.Transpose.FLIP_TOP_BOTTOM)


def pictures(home: Path, names: list[str] | None = None) -> Iterator[tuple[str, str, str, str, Image.Image]]:
    """Yield orientation, theme, language, name and picture of every sample view, or of those named."""
    configure(Screen(*SIZES["landscape"], fullscreen=False, offscreen=True), home)
    from kivy.base import EventLoop
    from kivy.core.window import Window

    from ui.text.catalogue import languages
    from ui.touch.samples import VIEWS

    EventLoop.status = "started"
    for orientation, size in SIZES.items():
        Window.size = size
        EventLoop.idle()
        player = _player(home)
        for theme, value in THEMES.items():
            for tag in languages():
                for name in names or VIEWS:
                    view = VIEWS[name]
                    player.show(replace(view, frame=replace(view.frame, look=Look(tag, value))))
                    _type_something(player, name)
                    yield orientation, theme, tag, name, grab()
        player.close()


def _player(home: Path) -> "Player":
    from ui.touch.app import Settings
    from ui.touch.player import Player
    from ui.touch.samples import NOW

    settings = Settings(home, volume=0, motion=False, filmed=True)
    return Player(settings, lambda _event: None, lambda: NOW, lambda: None, inline_covers=True)


def _type_something(player: Any, name: str) -> None:
    digits = {"pin": "12", "type-number": "212340000"}.get(name, "")
    for digit in digits:
        player.shell.page.ids.pad.digit(digit)


def contact_sheet(images: list[Image.Image], orientation: str) -> Image.Image:
    columns, width = SHEET[orientation]
    height = round(width * images[0].height / images[0].width)
    rows = -(-len(images) // columns)
    sheet = Image.new("RGB", (columns * (width + 8) + 8, rows * (height + 8) + 8), "#777777")
    for at, image in enumerate(images):
        small = image.resize((width, height), Image.Resampling.LANCZOS)
        sheet.paste(small, (8 + at % columns * (width + 8), 8 + at // columns * (height + 8)))
    return sheet


def main(arguments: list[str]) -> int:
    """Write all pictures and sheets to a folder; `names` after it choose some screens."""
    folder = Path(arguments[0] if arguments else "build/pictures")
    folder.mkdir(parents=True, exist_ok=True)
    sheets: dict[tuple[str, str, str], list[Image.Image]] = {}
    with tempfile.TemporaryDirectory() as home:
        for orientation, theme, tag, name, image in pictures(Path(home), arguments[1:] or None):
            image.save(folder / f"{name}.{orientation}.{theme}.{tag}.png")
            sheets.setdefault((orientation, theme, tag), []).append(image)
    for (orientation, theme, tag), images in sheets.items():
        contact_sheet(images, orientation).save(folder / f"sheet.{orientation}.{theme}.{tag}.png")
    print(f"{sum(len(images) for images in sheets.values())} pictures, {len(sheets)} sheets in {folder}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
