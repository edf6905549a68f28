"""The faces of the screen. They are built at set-up; a missing one is said plainly, never replaced silently."""

import json
from pathlib import Path

from kivy.core.text import LabelBase

FOLDER = Path(__file__).with_name("assets") / "fonts"
TEXT, OUTLINED, FILLED = "Golos", "IconsOutlined", "IconsFilled"
FILES = {
    TEXT: ("GolosText-Regular.ttf", "GolosText-SemiBold.ttf"),
    OUTLINED: ("Icons-Outlined.ttf", None),
    FILLED: ("Icons-Filled.ttf", None),
}
_icons: dict[str, str] = {}


class FontsMissing(RuntimeError):
    """The fonts were not set up. The text names the cure."""


def register() -> None:
    """Register all faces with Kivy. Raises FontsMissing."""
    names = [name for files in FILES.values() for name in files if name] + ["icons.json"]
    if missing := [name for name in names if not (FOLDER / name).is_file()]:
        raise FontsMissing(f"{', '.join(missing)} not in {FOLDER}. Cure: ./run setup, or install the wheel again")
    for face, (regular, bold) in FILES.items():
        LabelBase.register(face, str(FOLDER / regular), fn_bold=str(FOLDER / (bold or regular)))
    _icons.update({name: chr(code) for name, code in json.loads((FOLDER / "icons.json").read_text()).items()})


def icon(name: str) -> str:
    """Return the character of an icon; `ui/assets.toml` lists the names."""
    return _icons[name] if name else ""
