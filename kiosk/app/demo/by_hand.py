"""The demo by hand: the kiosk beside this process, where its plug can be pulled, a prompt, and the virtual desk."""

import contextlib
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from kiosk.app.demo.abis_line import AbisLine
from kiosk.app.demo.desk import DemoDesk
from kiosk.app.demo.kiosk_child import KioskChild, NotStarted
from kiosk.app.demo.library import ZONE
from kiosk.app.demo.mailbox import FOLDER
from kiosk.app.demo.prompt import Prompt
from kiosk.app.demo.site import Size, write_site
from kiosk.app.demo.staff import write_staff
from kiosk.app.show import RESTART

PORT = 8600
"""Where the virtual desk is looked for; the next ones are taken where it is in use."""
TRIED = 20
MISSING = "there is no virtual desk: {} is not installed here. Cure: pip install 'open-library-kiosk[simdesk]'"


def by_hand(place: Path, desk: DemoDesk, library: int, size: Size, port: int | None, say: Callable[[str], None]) -> int:
    """Run until the prompt's `quit`, a signal, or the end of the kiosk; return 0, or its exit code if it fell over.

    `library`: port of the library system. `port` of the virtual desk, 0 for `PORT` or the next that is free; None: no
    virtual desk.
    """
    over = threading.Event()
    codes: list[int] = []

    def ended(code: int) -> None:
        """Staff restart it at the screen: here nobody else does what systemd does on a machine."""
        if code == RESTART:
            with contextlib.suppress(NotStarted):
                kiosk.start()
                return
        codes.append(code)
        over.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with contextlib.ExitStack() as held:
        line = held.enter_context(AbisLine(library))
        write_site(place, desk, line.port, size)
        write_staff(place)
        kiosk = KioskChild(place, desk.wires, ended)
        held.callback(kiosk.stop)
        try:
            kiosk.start()
        except NotStarted as fault:
            say(str(fault))
            return 1
        if port is not None:
            _open(held, place, desk, kiosk, line, port, say)
        prompt = Prompt(desk, say, place / FOLDER)
        threading.Thread(target=prompt.run, args=(sys.stdin, over.set), name="prompt", daemon=True).start()
        over.wait()
    return codes[0] if codes else 0


def _open(
    held: contextlib.ExitStack, place: Path, desk: DemoDesk, kiosk: KioskChild, line: AbisLine, port: int,
    say: Callable[[str], None],
) -> None:  # fmt: skip
    try:
        from kiosk.app.demo.simdesk import VirtualDesk, fonts_folder
        from ui.simdesk.server import DeskServer
        from ui.simdesk.web import application
    except ModuleNotFoundError as fault:
        say(MISSING.format(fault.name))
        return
    virtual = VirtualDesk(desk, kiosk, line, place / "library" / "circulation.db", ZONE, place / FOLDER)
    app = application(virtual, kiosk, fonts_folder())
    for tried in [port] if port else range(PORT, PORT + TRIED):
        with contextlib.suppress(OSError):
            server = held.enter_context(DeskServer(app, tried))
            held.callback(virtual.stop)
            say(f"the virtual desk (the kiosk's screen, books, cards, faults) in a browser: {server.address}")
            return
    say(f"there is no virtual desk: no port is free at {port or PORT}. Cure: name another with --port")
