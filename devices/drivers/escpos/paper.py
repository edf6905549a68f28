"""Lines of paper -> bytes for one model of printer, by python-escpos.

The library knows models (code pages and their slots, columns, cutters) and commands; it is given no port. Its own
links are left out: they take a printer that says nothing for one with plenty of paper.
"""

import json
import pickle
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import get_ident
from typing import Any, cast

from devices.drivers.escpos.codec import CANCEL_CHINESE
from devices.drivers.escpos.layout import PaperLine
from devices.drivers.escpos.raster import Bitmap, commands

FRAGMENT = 16
"""Lines sent at a time; the printer's word is awaited after each. Small printers hold 4 kB, 16 lines are 0.8."""
MIN_COLUMNS = 24


class Cut(StrEnum):
    PARTIAL = "partial"
    FULL = "full"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Model:
    """A printer as the library knows it, and where ours differs. `slot` and `columns` None: as in the profile."""

    profile: str = "default"
    code_page: str = "CP866"
    slot: int | None = None
    columns: int | None = None
    cut: Cut = Cut.PARTIAL
    cancel_chinese: bool = False


class UnknownModel(ValueError):
    """The profile or its code page does not exist; the text says what does."""


def check(model: Model) -> None:
    """Raise `UnknownModel` for what the library's own list of models does not have. Does not load the library."""
    known = _known()
    if known and model.profile not in known:
        raise UnknownModel(f"unknown printer profile {model.profile!r}; known are {', '.join(sorted(known))}")
    pages = known.get(model.profile, {}).get("codePages", {}).values()
    if known and model.slot is None and model.code_page not in pages:
        there = ", ".join(sorted(set(pages)))
        raise UnknownModel(f"printer profile {model.profile!r} has no code page {model.code_page!r}; it has {there}")


class Paper:
    """Raises `UnknownModel`. Loads python-escpos (5 MB, 0.1 s) when the first one is made."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._library = _open_profile(model.profile)
        self._encoder = self._library.magic.encoder
        if model.slot is not None:
            self._encoder.codepages[model.code_page] = model.slot
        if model.code_page not in self._encoder.codepages:
            known = ", ".join(sorted(self._encoder.codepages))
            raise UnknownModel(
                f"printer profile {model.profile!r} has no code page {model.code_page!r}; it has {known}"
            )

    @property
    def columns(self) -> int:
        return max(MIN_COLUMNS, self._model.columns or self._library.profile.get_columns("a"))

    def can_print(self, character: str) -> bool:
        return bool(self._encoder.can_encode(self._model.code_page, character))

    @property
    def slot(self) -> int:
        """Number the printer knows the code page by."""
        return int(self._encoder.codepages[self._model.code_page])

    @property
    def dots(self) -> int:
        """Width of the paper in dots: font A has twelve a character on every model."""
        return self.columns * 12

    def fragments(
        self, lines: Sequence[PaperLine], above: Bitmap | None = None, below: Bitmap | None = None
    ) -> tuple[bytes, ...]:
        """Return a receipt in pieces, `FRAGMENT` lines or a band of a picture each; the first sets the printer up, the
        last cuts. `above` stands before the lines, `below` behind them."""
        start = self._set_up()
        pieces = [
            *(commands(above) if above else ()),
            *(self._lines(lines[at : at + FRAGMENT]) for at in range(0, len(lines), FRAGMENT)),
            *(commands(below) if below else ()),
        ] or [b""]
        pieces[0] = start + pieces[0]
        pieces[-1] += self._cut()
        return tuple(pieces)

    def _set_up(self) -> bytes:
        out = self._library
        out.clear()
        out.hw("INIT")
        if self._model.cancel_chinese:
            out._raw(CANCEL_CHINESE)
        out.charcode("AUTO")
        out.magic.encoding = None  # the printer forgot its code page with INIT: say it again
        out.charcode(self._model.code_page)
        return bytes(out.output)

    def _lines(self, lines: Sequence[PaperLine]) -> bytes:
        out = self._library
        out.clear()
        for line in lines:
            out.set(bold=line.bold)
            out.textln(line.text)
        return bytes(out.output)

    def _cut(self) -> bytes:
        out = self._library
        out.clear()
        if self._model.cut is Cut.NONE:
            out.print_and_feed(6)
        else:
            out.cut("PART" if self._model.cut is Cut.PARTIAL else "FULL")
        return bytes(out.output)


def profiles() -> tuple[str, ...]:
    """Return the models that the library knows, read from its own list without loading it; none where that is gone."""
    return tuple(sorted(_known()))


def _known() -> dict[str, Any]:
    source = _list_of_profiles()
    return dict(json.loads(source.read_text("utf-8"))["profiles"]) if source.is_file() else {}


def _open_profile(name: str) -> Any:
    with _profiles_at_hand():
        from escpos import capabilities  # here and not above: a station without a printer does without
        from escpos.printer import Dummy
    if name not in capabilities.CAPABILITIES["profiles"]:
        known = ", ".join(sorted(capabilities.CAPABILITIES["profiles"]))
        raise UnknownModel(f"unknown printer profile {name!r}; known are {known}")
    return Dummy(profile=name)


def _list_of_profiles() -> Path:
    package = find_spec("escpos")
    return Path(package.origin).with_name("capabilities.json") if package and package.origin else Path()


@contextmanager
def _profiles_at_hand() -> Iterator[None]:
    """Let the library start in 0.03 s instead of 0.25, and leave nothing behind in /tmp.

    It makes a folder for a pickle of its profiles at each start, finds none there, and reads its JSON as YAML. Here the
    folder it asks for, in this thread alone, is one that has the pickle, and that goes away.
    """
    source = _list_of_profiles()
    if "escpos.capabilities" in sys.modules or not source.is_file():
        yield
        return
    made, here = tempfile.mkdtemp, get_ident()
    with TemporaryDirectory(prefix="escpos-") as folder:
        profiles = json.loads(source.read_text("utf-8"))
        (Path(folder) / f"{platform.python_version()}.capabilities.pickle").write_bytes(pickle.dumps(profiles))

        def mkdtemp(*args: Any, **options: Any) -> Any:
            return folder if get_ident() == here else made(*args, **options)

        tempfile.mkdtemp = cast(Any, mkdtemp)
        try:
            yield
        finally:
            tempfile.mkdtemp = made
