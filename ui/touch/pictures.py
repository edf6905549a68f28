"""Every screen as a picture: `./run pictures [--sizes] [SCREEN ...]`.

Renders the sample views in each language, light and high contrast, landscape and portrait, without a display, into
`build/pictures` with contact sheets; the chosen ones go into `docs/pictures`, smaller. `--sizes`: on every panel
instead, with each text size and within low reach, in Russian, as contact sheets.
"""

import subprocess
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
PANELS = {
    "21.5in": (1920, 1080, 21.5), "15.6in": (1920, 1080, 15.6), "18.5in": (1366, 768, 18.5), "17in": (1280, 1024, 17.0),
    "15in": (1024, 768, 15.0), "10.1in": (1280, 800, 10.1), "21.5in-upright": (1080, 1920, 21.5),
    "18.5in-upright": (768, 1366, 18.5),
}  # fmt: skip
LOOKS = {"1": (1.0, False), "1.35": (1.35, False), "1.5": (1.5, False), "2": (2.0, False), "low": (1.0, True)}
FOLDER, CHOSEN_FOLDER = Path("build/pictures"), Path("docs/pictures")
CHOSEN_SCALE = 2 / 3  # small enough to be kept beside the code, in all their colours
FILMED = ("idle", "house-rules")
"""Screens that are drawn with "this place is filmed"; a library says so or not."""
CHOSEN = [
    *(f"{name}.landscape.light.ru" for name in (
        "idle", "idle-closed", "identify", "pin", "home", "checkout-reading", "checkout-done", "checkout-offline",
        "refusal-hold", "question-fee", "put-back", "checkin", "loans", "farewell", "last-call", "out-of-service",
        "type-letters", "comfort",
    )),
    *(f"{name}.landscape.light.ru" for name in ("staff-broken", "slide", "how-many", "checkin-bins")),
    *(f"{name}.portrait.light.ru" for name in ("idle", "checkout-done", "home", "loans")),
    *(f"{name}.landscape.light.ru" for name in (
        "idle-no-pad", "idle-no-scanner", "idle-no-printer", "idle-offline-no-printer", "idle-clock-doubted",
        "out-of-service-journal",
    )),
    "24-components.landscape.light.ru",
    "checkout-done.landscape.contrast.ru", "idle.landscape.light.en", "loans.landscape.contrast.en",
    "refusal-18.portrait.contrast.en",
]  # fmt: skip


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


def pictures(orientation: str, home: Path, names: list[str] | None = None) -> Iterator[tuple[str, str, Image.Image]]:
    """Yield sheet, name and picture of the sample views named, or of all. Once per process: a window keeps its size."""
    configure(Screen(*SIZES[orientation], fullscreen=False, offscreen=True), home)
    from kivy.base import EventLoop

    from ui.text.catalogue import languages
    from ui.touch.samples import VIEWS

    EventLoop.status = "started"
    player = _player(home)
    for theme, value in THEMES.items():
        for tag in languages():
            for name in names or VIEWS:
                view = VIEWS[name]
                player.show(replace(view, frame=replace(view.frame, look=Look(tag, value))))
                player.shell.filmed = name in FILMED
                _type_something(player, name)
                yield f"{orientation}.{theme}.{tag}", name, grab()
    if orientation == "landscape" and not names:
        yield from _components(player)
    player.close()


def _components(player: "Player") -> Iterator[tuple[str, str, Image.Image]]:
    """The sheet of all components, in the looks of an idle screen."""
    from kivy.core.window import Window

    from ui.touch.component_sheet import ComponentSheet
    from ui.touch.samples import VIEWS

    for theme, value in THEMES.items():
        idle = VIEWS["idle"]
        player.show(replace(idle, frame=replace(idle.frame, look=Look("ru", value))))
        player.shell.opacity = 0
        sheet = ComponentSheet(size=Window.size)
        Window.add_widget(sheet)
        yield f"landscape.{theme}.ru", "24-components", grab()
        Window.remove_widget(sheet)


def _player(home: Path, diagonal: float = 0.0) -> "Player":
    from ui.touch.app import Settings
    from ui.touch.player import Player
    from ui.touch.samples import NOW

    settings = Settings(home, diagonal=diagonal, volume=0, motion=False)
    return Player(settings, lambda _event: None, lambda: NOW, lambda: None, inline_covers=True)


def _type_something(player: Any, name: str) -> None:
    digits = {"pin": "12", "type-number": "212340000"}.get(name, "")
    for digit in digits:
        player.shell.page.ids.pad.digit(digit)
    for letter in "иван-17" if name == "type-letters" else "":
        player.shell.page.ids.pad.press(letter)


def contact_sheet(images: list[Image.Image], orientation: str) -> Image.Image:
    columns, width = SHEET[orientation]
    height = round(width * images[0].height / images[0].width)
    rows = -(-len(images) // columns)
    sheet = Image.new("RGB", (columns * (width + 8) + 8, rows * (height + 8) + 8), "#777777")
    for at, image in enumerate(images):
        small = image.resize((width, height), Image.Resampling.LANCZOS)
        sheet.paste(small, (8 + at % columns * (width + 8), 8 + at // columns * (height + 8)))
    return sheet


def draw(orientation: str, names: list[str]) -> None:
    """Write the pictures and sheets of one orientation."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    CHOSEN_FOLDER.mkdir(parents=True, exist_ok=True)
    sheets: dict[str, list[Image.Image]] = {}
    with tempfile.TemporaryDirectory() as home:
        for sheet, name, image in pictures(orientation, Path(home), names or None):
            image.save(FOLDER / f"{name}.{sheet}.png")
            sheets.setdefault(sheet, []).append(image)
            if f"{name}.{sheet}" in CHOSEN:
                size = (round(image.width * CHOSEN_SCALE), round(image.height * CHOSEN_SCALE))
                small = image.resize(size, Image.Resampling.LANCZOS)
                small.save(CHOSEN_FOLDER / f"{name}.{sheet}.png", optimize=True)
    for sheet, images in sheets.items():
        contact_sheet(images, orientation).save(FOLDER / f"sheet.{sheet}.png")
    print(f"{sum(len(images) for images in sheets.values())} pictures, {len(sheets)} sheets: {orientation}")  # noqa: T201


def draw_sizes(panel: str, names: list[str]) -> None:
    """Write the contact sheets of one panel. Once per process."""
    width, height, diagonal = PANELS[panel]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        configure(Screen(width, height, fullscreen=False, offscreen=True), Path(home))
        from kivy.base import EventLoop

        from ui.touch.samples import VIEWS

        EventLoop.status = "started"
        player = _player(Path(home), diagonal)
        for title, (text, low) in LOOKS.items():
            images = []
            for name in names or VIEWS:
                view = VIEWS[name]
                player.show(replace(view, frame=replace(view.frame, look=Look(text=text, low=low))))
                _type_something(player, name)
                images.append(grab())
            sheet = contact_sheet(images, "portrait" if height > width else "landscape")
            sheet.save(FOLDER / f"size.{panel}.{title}.png")
        player.close()
    print(f"{len(LOOKS)} sheets: {panel}")  # noqa: T201


def main(arguments: list[str]) -> int:
    """Draw everything, or the screens named. Each orientation and each panel has a process of its own."""
    from ui.touch.samples import VIEWS

    if unknown := set(arguments) - {"--sizes", *PANELS, *SIZES, *VIEWS}:
        sys.stderr.write(f"no screen called {', '.join(sorted(unknown))}; there are {', '.join(VIEWS)}\n")
        return 2
    if arguments and arguments[0] in PANELS:
        draw_sizes(arguments[0], arguments[1:])
        return 0
    if "--sizes" in arguments:
        return _each(list(PANELS), [name for name in arguments if name != "--sizes"])
    orientation, names = (arguments[0], arguments[1:]) if arguments and arguments[0] in SIZES else ("", arguments)
    if orientation:
        draw(orientation, names)
        return 0
    return _each(list(SIZES), names)


def _each(kinds: list[str], names: list[str]) -> int:
    for each in kinds:
        done = subprocess.run([sys.executable, "-m", __spec__.name, each, *names], check=False)  # noqa: S603
        if done.returncode:
            return done.returncode
    print(f"all in {FOLDER}, the chosen ones in {CHOSEN_FOLDER}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
