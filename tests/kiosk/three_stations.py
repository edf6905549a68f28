"""A library without a library system, as `docs/local-store.md` sets it up: three desks, each a whole station in a
process of its own; the first owns the store and serves it over SIP2, the others have its address in `station.toml`.

Pads, scanners, printers and books stay here, whoever dies.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kiosk.app.demo.compare import Compared, compare, write_start
from kiosk.app.demo.desk import ISIL, DemoDesk
from kiosk.domain.ids import CardNumber, ItemId
from tests.kiosk.crashes import Life
from tests.kiosk.small_library import ANNA, BORIS, COPIES, PIN, small_library

ROOT = Path(__file__).parents[2]
SECONDS = 60.0
PINS = {ANNA: PIN, BORIS: "1234"}
SETTLED = {"YOURS", "RECORDED", "STAYS", "RETURNED", "QUESTION"}
MOST_OFFLINE = 2
DAYS = 21
"""As the library's own rule for a book, so that a loan recorded here ends on the day that the store then gives it."""

STATION = """\
[station]
name = "{name}"
time_zone = "Europe/Samara"
policy = "policy.toml"
state = "{state}"
{library}
[devices.pad]
driver = "feig"
wire = "{pad}"
idle_seconds = 0.05
[devices.scanner]
driver = "barcode_serial"
wire = "{scanner}"
repeat_seconds = 0
[devices.printer]
driver = "escpos"
wire = "{printer}"
"""
OWNER = """\
[abis]
kind = "local"
[library]
serve = "127.0.0.1:{port}"
[library.machines.desk-2]
password_file = "desk-2-password"
[library.machines.desk-3]
password_file = "desk-3-password"
"""
OTHER = """\
[abis]
kind = "sip2"
profile = "open-library-kiosk"
host = "127.0.0.1"
port = {port}
user = "{name}"
password_file = "abis-password"
"""
POLICY = f"""\
schema = 1
version = 1
[library]
name = "Сельская библиотека"
isil = "{ISIL}"
own = ["{ISIL}"]
[readers]
pin_length = 0
[offline]
max_items = {MOST_OFFLINE}
days = {DAYS}
"""


class Seat:
    """One desk and whatever station lives at it."""

    def __init__(self, folder: Path, name: str, hands: DemoDesk) -> None:
        self.folder, self.name, self.hands = folder, name, hands
        self._process: subprocess.Popen[bytes] | None = None
        self._life: Life | None = None

    @property
    def life(self) -> Life:
        assert self._life is not None
        return self._life

    @property
    def journal(self) -> Path:
        return (self.folder.parent / "library" if self.name == "desk-1" else self.folder / "state") / "journal.db"

    def starts(self) -> None:
        """Return when its screen is what a reader meets."""
        with tempfile.TemporaryDirectory(prefix="line-") as place, socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"{place}/s")
            listener.listen()
            listener.settimeout(SECONDS)
            command = [sys.executable, "-m", "tests.kiosk.whole_station", str(self.folder), f"{place}/s"]
            self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL)
            line, _ = listener.accept()
        line.settimeout(SECONDS)
        self._life = Life(line)
        if self.name == "desk-1":
            assert self.life.do("served").startswith("at ")
        self.life.shows("Idle")

    def dies(self) -> None:
        """The power goes: SIGKILL."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(SECONDS)
        self.life.close()

    def hangs(self) -> None:
        """It answers nobody any more, and hangs up on nobody."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def goes_on(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)

    def ends(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self.goes_on()
        self.life.end()
        self._process.wait(SECONDS)

    # --- what readers do ---------------------------------------------------------------------------------------------

    def logs_in(self, card: CardNumber) -> None:
        self.life.sees(lambda view: view["can_scan"] is True)
        self.hands.show_card(card)
        self.life.shows("Pin")
        self.life.do("pin", PINS[card])

    def borrows(
        self, card: CardNumber, *items: ItemId, before_laying: Callable[[], None] = lambda: None
    ) -> dict[str, str]:
        """Return what became of each, by its row; of one that is refused, the reason."""
        self.life.do("choose", "CHECKOUT")
        self.logs_in(card)
        self.life.shows("Checkout")
        before_laying()
        self.hands.lay(*items)
        return self._settled("Checkout", items)

    def returns(self, *items: ItemId, before_laying: Callable[[], None] = lambda: None) -> dict[str, str]:
        """Return what became of each; their tags are armed, and read back, by then."""
        self.life.do("choose", "CHECKIN")
        self.life.shows("Checkin")
        before_laying()
        self.hands.lay(*items)
        settled = self._settled("Checkin", items)
        assert [self.life.do("written", f"tag_armed {item}") for item in items] == [[]] * len(items)
        return settled

    def leaves(self) -> None:
        """Take everything away, wait for the receipt and press on until nobody is here; return when the pad has
        forgotten it all."""
        self.hands.lift_all()
        for _ in range(6):
            last = self.life.sees(lambda view: view["paper"] != "PRINTING")
            if last["view"] == "Idle":
                break
            self.life.do("press", "FINISH")
            self.life.sees(lambda view, last=last: (view["view"], view["paper"]) != (last["view"], last["paper"]))  # type: ignore[misc]
        self.life.shows("Idle")
        rounds = self.hands.reader.exchanges + 12
        wait_until(lambda: self.hands.reader.exchanges > rounds)

    def _settled(self, screen: str, items: tuple[ItemId, ...]) -> dict[str, str]:
        def settled(view: dict[str, Any]) -> bool:
            if view["view"] == "RefusalCard":
                return len(items) == 1
            states = [state for _, state in view["rows"]]
            return view["view"] == screen and len(states) == len(items) and set(states) <= SETTLED

        view = self.life.sees(settled)
        return {items[0]: view["asks"]} if view["view"] == "RefusalCard" else dict(view["rows"])

    def replayed(self) -> list[str]:
        """Wait until the library was told everything; return what it still was not."""
        self.life.sees(lambda view: view["offline"] is False)
        return [*self.life.do("drained"), *self.life.do("settled")]


def wait_until(true: Callable[[], bool]) -> None:
    """Wait for what has no event of its own here."""
    pause = threading.Event()
    for _ in range(round(SECONDS * 20)):
        if true():
            return
        pause.wait(0.05)
    raise AssertionError("it never came true")


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Have several people do something at the same time; return what came of each. Every wait of theirs has its end."""
    with ThreadPoolExecutor(len(deeds)) as people:
        started = [people.submit(deed) for deed in deeds]
        return [each.result() for each in started]


class Building:
    """`seats`: the owner's is the first."""

    def __init__(self, folder: Path, seats: tuple[Seat, ...], store: Path, port: int) -> None:
        self.folder, self.seats, self.store, self.port = folder, seats, store, port

    def compared(self) -> Compared:
        """What a reader of the files with none of our code says of the store, all journals and the tags."""
        self.seats[0].hands.write_tags(self.folder / "tags.json")
        return compare(self.folder, [seat.journal for seat in self.seats if seat.journal.exists()])


@contextmanager
def building(folder: Path, desks: int = 3, through: Callable[[int], int] = lambda port: port) -> Iterator[Building]:
    """Desks whose stations do not live yet. `through` makes of the owner's port the one that the others are told."""
    (folder / "library").mkdir()
    small_library(folder / "library").close()
    write_start(folder)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with contextlib.ExitStack() as held:
        seats: list[Seat] = []
        for number in range(1, desks + 1):
            name = f"desk-{number}"
            hands = held.enter_context(DemoDesk(COPIES, seats[0].hands if seats else None))
            for line in (hands.pad, hands.scanner, hands.printer):
                line._real_time = False  # nobody here waits for the air
            seats.append(Seat(folder / name, name, hands))
            held.callback(seats[-1].ends)
            _write(folder / name, name, hands, port if number == 1 else through(port))
        yield Building(folder, tuple(seats), folder / "library" / "circulation.db", port)


def _write(folder: Path, name: str, hands: DemoDesk, port: int) -> None:
    folder.mkdir()
    owner = name == "desk-1"
    wires = {wire: getattr(hands, wire).wire for wire in ("pad", "scanner", "printer")}
    library = (OWNER if owner else OTHER).format(port=port, name=name)
    state = folder.parent / "library" if owner else folder / "state"
    (folder / "station.toml").write_text(STATION.format(name=name, state=state, library=library, **wires), "utf-8")
    (folder / "policy.toml").write_text(POLICY, "utf-8")
    secrets = ("desk-2", "desk-3") if owner else (name,)
    for secret in secrets:
        path = folder / (f"{secret}-password" if owner else "abis-password")
        path.write_text(f"the own of {secret}", "utf-8")
        path.chmod(0o600)
