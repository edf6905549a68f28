"""`kiosk demo`: starts the demo library, the devices and the kiosk; then a person, or a script, uses them.

A person does it in a browser, at the virtual desk, or by typing where the demo was started and touching the screen.
Without a display the screen is drawn into memory, and is seen at the virtual desk alone.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from kiosk.app.assembly import assemble
from kiosk.app.configured import read_policy, read_station
from kiosk.app.demo.by_hand import by_hand
from kiosk.app.demo.catalogue import copies
from kiosk.app.demo.compare import lent_before, write_start
from kiosk.app.demo.desk import DemoDesk
from kiosk.app.demo.library_process import library_process
from kiosk.app.demo.lie import lie as tell_a_lie
from kiosk.app.demo.scripted import Script
from kiosk.app.demo.site import Size, write_site
from kiosk.app.demo.watch import Watched
from kiosk.app.plugins import plugins
from kiosk.app.screen import screen_of
from kiosk.app.show import SOCKET, show
from kiosk.app.station import Parts, Station
from ui.touch.app import TouchUi


def demo(
    folder: Path | None, size: str, *, scripted: bool, lie: str | None, port: int | None = None, has_pad: bool = True
) -> int:
    """Run the demo in `folder`, or in a new one that is removed afterwards. Return 0 if all went well.

    `port` of the virtual desk: 0 for the usual one, None for no virtual desk. Without a pad the desk reads barcodes
    only; the script needs one.

    By hand it goes on where it ended in this folder; the script needs a library on its first day.
    """
    try:
        screen = Size.read(size)
    except ValueError as fault:
        _say(str(fault))
        return 2
    if scripted and not has_pad:
        _say("the script lays books on a pad. Cure: --barcodes without --scripted")
        return 2
    with contextlib.ExitStack() as held:
        place = folder or Path(held.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-demo-")))
        place.mkdir(parents=True, exist_ok=True)
        lent = lent_before(place)
        if scripted and lent is not None:
            _say(f"{place} holds a demo that was played before, and the script tells of a library's first day.")
            _say("Cure: name a new folder, or none; or go on by hand there, without --scripted.")
            return 2
        ended = _played(place, DemoDesk(copies(lent), has_pad=has_pad), screen, scripted=scripted, port=port)
        if not scripted or ended:
            return ended
        if lie:
            tell_a_lie(place, lie)
            _say(f"         a lie was seeded: {lie}")
        return _compare(place)


def _played(place: Path, desk: DemoDesk, size: Size, *, scripted: bool, port: int | None) -> int:
    """Play with the tags as they were left in this folder, and leave them there, however it ends."""
    with desk:
        desk.take_tags(place / "tags.json")
        try:
            return _on_desk(place, desk, size, scripted=scripted, port=port)
        finally:
            desk.write_tags(place / "tags.json")


def _on_desk(place: Path, desk: DemoDesk, size: Size, *, scripted: bool, port: int | None) -> int:
    with library_process(place) as library:
        write_start(place)
        _say(f"the demo library speaks SIP2 on 127.0.0.1:{library}; the demo's files lie in {place}")
        if not os.environ.get("DISPLAY"):
            _say("there is no display: the screen is drawn into memory")
        if scripted:
            parts, ui = _station(place, desk, library, size)
            return _scripted(parts, ui, place, desk)
        return by_hand(place, desk, library, size, port, _say)


def _station(place: Path, desk: DemoDesk, port: int, size: Size) -> tuple[Parts, TouchUi]:
    found = plugins()
    configured = read_station(write_site(place, desk, port, size), found)
    ui = screen_of(configured, place, offscreen=not os.environ.get("DISPLAY"))
    return assemble(configured, read_policy(configured), found, place), ui


def _scripted(parts: Parts, ui: TouchUi, place: Path, desk: DemoDesk) -> int:
    faults: list[str] = []
    watched = Watched()

    def play(ui: TouchUi) -> None:
        from ui.touch.finger import Finger  # imports Kivy, which is configured by now

        try:
            Script(desk, Finger(), watched.wait_for, _say).run()
        except Exception as fault:
            faults.append(f"{type(fault).__name__}: {fault}")
        ui.stop()

    def begun(_: Station, ui: TouchUi) -> None:
        threading.Thread(target=play, args=(ui,), name="script", daemon=True).start()

    show(parts, ui, place / SOCKET, lambda: "the demo has no doctor", begun, watched.over)
    for receipt in desk.receipts():
        _say("\n".join(f"    | {line}" for line in receipt))
    for fault in faults:
        _say(f"the script came to grief: {fault}")
    return 1 if faults else 0


def _compare(place: Path) -> int:
    """Have journal, ABIS and tags compared by a process that shares no code with those that wrote them."""
    command = [sys.executable, "-m", "kiosk.app.demo.compare", str(place)]
    return subprocess.run(command, check=False).returncode  # noqa: S603 - ourselves


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the demo speaks to whoever started it
