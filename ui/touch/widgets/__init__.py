"""The components every screen is made of. Each has its Python and its rule in a `.kv` of the same name."""

from importlib import import_module
from pathlib import Path

from kivy.lang import Builder

_FIRST = ("press",)  # later rules override earlier ones, so what others build on comes first
_loaded = False


def load() -> None:
    """Import every component and load its rules, once per process: loading a rule twice would stack it."""
    global _loaded  # noqa: PLW0603
    if _loaded:
        return
    _loaded = True
    folder = Path(__file__).parent
    for path in sorted(folder.glob("*.py")):
        if path.stem != "__init__":
            import_module(f"{__name__}.{path.stem}")
    for rules in sorted(folder.glob("*.kv"), key=lambda path: (path.stem not in _FIRST, path.stem)):
        Builder.load_file(str(rules))
