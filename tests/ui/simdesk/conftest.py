"""A demo with its virtual desk in this process, its kiosk beside it as always; and a browser that looks at it."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kiosk.app.demo.abis_line import AbisLine
from kiosk.app.demo.catalogue import copies
from kiosk.app.demo.compare import write_start
from kiosk.app.demo.desk import DemoDesk
from kiosk.app.demo.kiosk_child import KioskChild
from kiosk.app.demo.library import ZONE
from kiosk.app.demo.library_process import library_process
from kiosk.app.demo.simdesk import VirtualDesk, fonts_folder
from kiosk.app.demo.site import Size, write_site
from ui.simdesk.server import DeskServer
from ui.simdesk.web import application

CHROMIUM = shutil.which("chromium")
PATIENCE = 30_000  # milliseconds a page may take on a busy machine


@dataclass
class World:
    """The demo, and where its page is."""

    folder: Path
    desk: DemoDesk
    line: AbisLine
    kiosk: KioskChild
    virtual: VirtualDesk
    address: str

    def until(self, true: Callable[[], bool], seconds: float = 30.0) -> None:
        """Wait for what has no event of its own here; look twenty times a second."""
        pause = threading.Event()
        for _ in range(round(seconds * 20)):
            if true():
                return
            pause.wait(0.05)
        raise AssertionError("it never came true")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("desk")
    with ExitStack() as held:
        desk = held.enter_context(DemoDesk(copies()))
        library = held.enter_context(library_process(folder))
        write_start(folder)
        line = held.enter_context(AbisLine(library))
        write_site(folder, desk, line.port, Size(1280, 720))
        kiosk = KioskChild(folder, desk.wires)
        held.callback(kiosk.stop)
        kiosk.start()
        virtual = VirtualDesk(desk, kiosk, line, folder / "library" / "circulation.db", ZONE)
        virtual.pace = 0
        server = held.enter_context(DeskServer(application(virtual, kiosk, fonts_folder()), 0))
        held.callback(virtual.stop)
        yield World(folder, desk, line, kiosk, virtual, server.address)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(world: World, browser: Any) -> Iterator[Any]:
    """The page in Russian, at a tidy desk with nobody at the kiosk. Whatever it complains of fails the test."""
    world.virtual.stop()
    world.virtual.hands(lambda _step: None).begin()
    context = browser.new_context(locale="ru-RU", viewport={"width": 1600, "height": 1000})
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    opened.on("pageerror", lambda fault: complaints.append(str(fault)))
    try:
        opened.goto(world.address)
        opened.wait_for_selector("#screen[data-frame][data-view=Idle]")
        yield opened
    finally:
        context.close()  # a page that stays open would look on in the next test
    assert complaints == []
