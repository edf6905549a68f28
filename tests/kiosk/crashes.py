"""A desk that outlives its station: pad, scanner, printer, tags and the library system stay here, while the station
lives, and dies, in a process of its own."""

import json
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Self

from pydantic import SecretStr

from kiosk.app.demo.desk import DemoDesk
from kiosk.app.system import SystemClock, new_txn
from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.items import ItemInfo
from kiosk.domain.patrons import Patron
from sync.abis.local import open_store
from sync.abis.local.settings import Settings
from sync.abis.local.store import Store
from sync.seen import SeenHere
from sync.sip2.server import MachineAccount, ServerSettings, serve
from sync.sip2.server.tcp import Server
from sync.spec import Surroundings
from tests.kiosk.small_library import ANNA, COPIES, ZONE, small_library

SECONDS = 20.0
ROOT = Path(__file__).parents[2]


class Killed(Exception):
    """The station has come to the step of its death."""


class Nursery:
    """The process that stations are forked from."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.kiosk.station_process"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self._process.stdout.readline()  # everything is imported

    def bear(self, order: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(SECONDS)


class Life:
    """One station, from its start to its end. What waits for it raises `Killed` once it is dead."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._said = line.makefile("rb")
        self.views: list[dict[str, Any]] = []

    def sees(self, seen: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait until the screen shows something that is as `seen` says."""
        if self.views and seen(self.views[-1]):
            return self.views[-1]
        while True:
            self._hear()
            if seen(self.views[-1]):
                return self.views[-1]

    def shows(self, view: str, *states: str) -> dict[str, Any]:
        """Wait for this kind of view, with rows in exactly these states if any are given."""

        def seen(shown: dict[str, Any]) -> bool:
            right = not states or sorted(state for _, state in shown["rows"]) == sorted(states)
            return bool(shown["view"] == view and right)

        return self.sees(seen)

    def do(self, word: str, what: str = "") -> Any:
        """Have something done, and return what was told of it."""
        try:
            self._line.sendall(json.dumps({"do": word, "what": what}).encode() + b"\n")
        except OSError as fault:
            raise Killed from fault
        while True:
            told = self._hear()
            if "told" in told:
                return told["told"]

    def end(self) -> None:
        """Have it stop in order."""
        self.do("stop")
        self.close()

    def close(self) -> None:
        self._said.close()
        self._line.close()

    def _hear(self) -> dict[str, Any]:
        try:
            line = self._said.readline()
        except TimeoutError:
            raise AssertionError(f"nothing new for {SECONDS} s; last: {self.views[-6:]}") from None
        except OSError:
            line = b""
        if not line.endswith(b"\n"):
            raise Killed
        told: dict[str, Any] = json.loads(line)
        if "view" in told:
            self.views.append(told)
        return told


class Library:
    """The library system behind its SIP2 server, which may be away."""

    def __init__(self, folder: Path) -> None:
        self.store: Store = open_store(Settings(), Surroundings(ZONE, SystemClock(), folder))
        self.path = folder / "circulation.db"
        self.port = 0
        self._server: Server | None = None
        self.opens()
        self.goes_away()

    def opens(self) -> None:
        account = MachineAccount(user="desk-1", password=SecretStr("demo"))
        settings = ServerSettings(accounts=(account,))
        self._server = serve(self.store, port=self.port, zone=ZONE, clock=SystemClock(), settings=settings)
        self.port = self._server.port

    @property
    def open(self) -> bool:
        return self._server is not None

    def goes_away(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def close(self) -> None:
        self.goes_away()
        self.store.close()


class Scene:
    """Desk, library and folder of one story; stations come and go."""

    def __init__(self, folder: Path, nursery: Nursery, library: Library, hands: DemoDesk) -> None:
        self.folder, self.library, self.hands = folder, library, hands
        self._nursery = nursery

    @property
    def online(self) -> bool:
        return self.library.open

    @contextmanager
    def station(self, kill: int | str | None = None) -> Iterator[Life]:
        """Start a station that dies before its `kill`th step, or the first of that name."""
        with tempfile.TemporaryDirectory(prefix="line-") as place, socket.socket(socket.AF_UNIX) as listener:
            path = f"{place}/s"
            listener.bind(path)
            listener.listen()
            listener.settimeout(SECONDS)
            wires = {name: getattr(self.hands, name).wire for name in ("pad", "scanner", "printer")}
            folder, port = str(self.folder / "state"), self.library.port
            self._nursery.bear({"folder": folder, "port": port, "socket": path, "kill": kill, **wires})
            line, _ = listener.accept()
        line.settimeout(SECONDS)
        life = Life(line)
        try:
            yield life
        finally:
            life.close()

    def close(self) -> None:
        self.hands.__exit__(None, None, None)
        self.library.close()


class Stage:
    """Makes scenes: the library's books are written once and copied."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        self._model = folder / "model"
        self._model.mkdir()
        small_library(self._model).close()
        self._nursery = Nursery()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._nursery.close()

    def _new_state(self) -> Path:
        """A station's folder that has seen the books and Anna, so that it lends without the library system."""
        place = self._folder / "state"
        if not place.exists():
            place.mkdir()
            seen = SeenHere(place, SystemClock())
            for copy in COPIES:
                seen.saw_item(ItemInfo(copy.item, copy.title, copy.author))
            seen.saw_patron(ANNA, Patron(ANNA, birth=date(1990, 5, 5)))
            seen.close()
        return place

    @contextmanager
    def scene(self, *lent: ItemId, left: Path | None = None) -> Iterator[Scene]:
        """A desk whose library has lent these copies to Anna. `left`: the state of a station that lent them offline,
        of which the library knows nothing yet."""
        self._number += 1
        place = self._folder / str(self._number)
        shutil.copytree(self._model, place / "library")
        shutil.copytree(left or self._new_state(), place / "state")
        hands = DemoDesk(replace(copy, on_loan=copy.item in lent) for copy in COPIES)
        for line in (hands.pad, hands.scanner, hands.printer):
            line._real_time = False  # a hundred deaths need not wait for the air
        scene = Scene(place, self._nursery, Library(place / "library"), hands)
        for item in lent if left is None else ():
            scene.library.store.checkout(new_txn(), ANNA, item, SystemClock().now())
        try:
            yield scene
        finally:
            scene.close()
            shutil.rmtree(place)


# --- three witnesses --------------------------------------------------------------------------------------------------

LENT, HOME = ("checkout_approved", "lent_offline"), ("checkin_accepted", "returned_offline")


def loans_of(scene: Scene, item: ItemId) -> int:
    """How many loans of a copy the library system knows, ended ones too."""
    with closing(sqlite3.connect(f"file:{scene.library.path}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM loan WHERE item = ?", (item,)).fetchone()[0])


def holder(scene: Scene, item: ItemId) -> CardNumber | None:
    with closing(sqlite3.connect(f"file:{scene.library.path}?mode=ro", uri=True)) as database:
        row = database.execute("SELECT card FROM loan WHERE item = ? AND returned IS NULL", (item,)).fetchone()
    return CardNumber(row[0]) if row else None


def told(scene: Scene, item: ItemId) -> tuple[str, str | None]:
    """Where a copy is by the journal's rows ("lent", "home" or "untouched"), and with whom."""
    query = """SELECT kind, card FROM journal LEFT JOIN persons ON ref = person_ref
        WHERE payload ->> 'item' = ? ORDER BY seq"""
    journal = scene.folder / "state" / "journal.db"
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as database:
        moves = [row for row in database.execute(query, (item,)) if row[0] in LENT + HOME]
    if not moves:
        return "untouched", None
    kind, card = moves[-1]
    return ("lent", card) if kind in LENT else ("home", None)
