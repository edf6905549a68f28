"""One screen per view: `<view>.py` names its `VIEW`, `<view>.kv` lays it out. Found by folder; nothing lists them."""

from importlib import import_module
from pathlib import Path

from kivy.lang import Builder

from ui.touch.page import Page

_found: dict[type, type[Page]] = {}


def find() -> dict[type, type[Page]]:
    """Return the screen of every view; the rules are loaded at the first call. Two screens of one view are a fault."""
    if not _found:
        folder = Path(__file__).parent
        for path in sorted(folder.glob("[a-z]*.py")):
            screen = import_module(f"{__name__}.{path.stem}").SCREEN
            if screen.VIEW in _found:
                raise ValueError(f"{screen.__name__} and {_found[screen.VIEW].__name__} draw the same view")
            _found[screen.VIEW] = screen
        for rules in sorted(folder.glob("*.kv")):
            Builder.load_file(str(rules))
    return _found
