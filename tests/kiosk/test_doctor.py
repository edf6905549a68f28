"""Every fault the doctor knows is made for real, found by its name, and comes with a cure.

Files are broken, ports taken, sockets left unanswered, clocks turned back. What cannot be made on any machine that runs
tests (a name server that knows nothing, a full disk) is held before the doctor as a probe.
"""

import fcntl
import json
import os
import socket
import sqlite3
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from config import load_station
from devices.drivers.escpos.sim import Fault as PrinterFault
from devices.drivers.escpos.sim import SimPrinter
from devices.spec import Spec
from devices.transport.simline import LineFault, SimDevice
from devices.transport.simserve import SimServer, serve_pty
from kiosk.app import doctor as command
from kiosk.app.control import ControlServer
from kiosk.app.doctor import JOURNAL, Context, doctor, findings, report, run_checks
from kiosk.app.doctor.finding import PLACES, Finding, Severity, found, from_plain, names
from kiosk.app.doctor.machine import FONTS, FULL, LOW, MEGABYTE
from kiosk.app.doctor.probes import Probes, Timing, file_system, zone
from kiosk.app.plugins import Plugins, plugins
from kiosk.app.system import SystemClock
from kiosk.domain.ids import CardNumber, ItemId, SessionId, TxnId
from kiosk.domain.records import Entry, Kind
from sync.abis.local import SPEC as LOCAL
from sync.journal.delivery import Move, State
from sync.journal.journal import StationJournal
from sync.mail.spool import Kept, Spool
from sync.sip2.encoder import encode
from sync.spec import Surroundings
from tools.doctor_page import page

ROOT = Path(__file__).parent.parent.parent
NOBODY = 65534
NOW = datetime(2026, 11, 20, 16, 44, tzinfo=UTC)
POLICY = """
schema = 1
version = 1
[library]
name = "Библиотека на Садовой"
duty_phone = "112"
[hours]
monday = ["10:00-19:00 staffed", "19:00-22:00 open_plus"]
"""
FOUND = plugins()


@dataclass
class Patient:
    """A station in a folder of its own, sound until a seed breaks something. `devices`: tables, simulators behind."""

    folder: Path
    stack: ExitStack
    station: str = '[station]\nname = "desk-1"\ntime_zone = "Europe/Samara"\npolicy = "policy.toml"\n'
    abis: str = '[abis]\nkind = "local"\n'
    devices: dict[str, str] = field(default_factory=dict)
    policy: str = POLICY
    running: bool = True
    """Most faults need no device: what a running station looks at is enough, and quick."""
    probes: Probes = field(default_factory=Probes)

    @property
    def path(self) -> Path:
        return self.folder / "station.toml"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def write(self) -> None:
        tables = "".join(f"[devices.{name}]\n{table}\n" for name, table in self.devices.items())
        self.path.write_text(self.station + self.abis + tables, "utf-8")
        (self.folder / "policy.toml").write_text(self.policy, "utf-8")

    def look(self, **changes: Any) -> None:
        """Hold another world before the doctor."""
        self.probes = replace(self.probes, **changes)

    def serve(self, name: str, driver: str, sim: SimDevice, settings: str = "") -> SimServer:
        line = self.stack.enter_context(serve_pty(sim, real_time=False))
        self.devices[name] = f'driver = "{driver}"\nwire = "{line.wire}"\n{settings}'
        self.running = False
        return line

    def checked(self) -> list[Finding]:
        state = None if "state = " in self.station else self.state
        return run_checks(Context(self.path, state, self.running, self.probes))


@pytest.fixture
def patient() -> Iterator[Patient]:
    """A sound station; its folder lies where anybody may look, so that a check can be made as another user."""
    with TemporaryDirectory(prefix="doctor-") as folder:
        os.chmod(folder, 0o755)
        yield from sound(Path(folder))


def sound(tmp_path: Path) -> Iterator[Patient]:
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    for name in FONTS:
        (fonts / name).touch()
    (tmp_path / "displays").mkdir()
    (tmp_path / "displays" / "X0").touch()
    (tmp_path / "by-id").mkdir()
    probes = Probes(
        plugins=lambda: FOUND,
        now=lambda: NOW,
        timing=Timing,
        environment={"DISPLAY": ":0", "LANG": "en_GB.UTF-8"},
        free=lambda _: 100 * LOW,
        file_system=lambda _: "ext4",
        resolve=lambda _: None,
        settle=5.0,
        reach=0.3,
        by_id=tmp_path / "by-id",
        displays=tmp_path / "displays",
        fonts=fonts,
    )
    with ExitStack() as stack:
        well = Patient(tmp_path, stack, probes=probes)
        well.devices["scanner"] = 'driver = "barcode_serial"\nwire = "/dev/serial/by-id/scanner"'
        well.devices["printer"] = 'driver = "escpos"\nwire = "/dev/serial/by-id/printer"'
        well.state.mkdir()
        yield well


Seed = Callable[[Patient], None]
SEEDS: dict[str, list[Seed]] = {}


def seeds(name: str) -> Callable[[Seed], Seed]:
    """Note a way to make the fault of that name."""

    def note(seed: Seed) -> Seed:
        SEEDS.setdefault(name, []).append(seed)
        return seed

    return note


def unwritten(text: str, *, old: str = "") -> Callable[[Patient], None]:
    """Write a text in place of `old` into station.toml, or behind everything."""

    def seed(at: Patient) -> None:
        at.station = at.station.replace(old, text) if old else at.station + text

    return seed


# --- settings --------------------------------------------------------------------------------------------------------


@seeds("config-missing")
def no_file(at: Patient) -> None:
    at.folder = at.folder / "elsewhere"
    at.folder.mkdir()
    at.write = lambda: None  # type: ignore[method-assign]


@seeds("config-unreadable")
def in_the_encoding_of_windows(at: Patient) -> None:
    at.write = lambda: at.path.write_bytes("# Библиотека".encode("cp1251"))  # type: ignore[method-assign, assignment, return-value]


@seeds("config-unreadable")
def a_folder_for_a_file(at: Patient) -> None:
    at.write = at.path.mkdir  # type: ignore[method-assign]


seeds("config-syntax")(unwritten("theme = light\n"))
seeds("config-wrong")(unwritten('theme = "dark"\n'))
seeds("config-wrong")(unwritten("[hub]\n"))
seeds("time-zone-unknown")(unwritten("Mars/Olympus", old="Europe/Samara"))


@seeds("driver-unknown")
def a_driver_nobody_has(at: Patient) -> None:
    at.devices["pad"] = 'driver = "rl8600"\nwire = "/dev/ttyUSB0"'


@seeds("abis-unknown")
def a_library_system_nobody_has(at: Patient) -> None:
    at.abis = '[abis]\nkind = "irbis128"\n'


@seeds("plugin-broken")
def a_driver_that_cannot_be_loaded(at: Patient) -> None:
    at.devices["pad"] = 'driver = "lost"\nwire = "/dev/ttyUSB0"'
    at.look(plugins=lambda: Plugins(FOUND.drivers, FOUND.abis, {"lost": "ImportError: no libfeig"}))


SIP2 = '[abis]\nkind = "sip2"\nhost = "127.0.0.1"\n'


@seeds("password-in-file")
def a_password_for_all_to_see(at: Patient) -> None:
    at.abis = SIP2 + 'password = "geheim"\n'


@seeds("password-file-unusable")
def a_password_that_is_nowhere(at: Patient) -> None:
    at.abis = SIP2 + 'password_file = "nowhere"\n'


@seeds("password-file-unusable")
def a_password_of_two_lines(at: Patient) -> None:
    (at.folder / "abis-password").write_text("one\ntwo\n")
    at.abis = SIP2 + 'password_file = "abis-password"\n'


@seeds("password-file-open")
def a_password_everybody_can_read(at: Patient) -> None:
    (at.folder / "abis-password").write_text("geheim\n")
    os.chmod(at.folder / "abis-password", 0o644)
    at.abis = SIP2 + 'password_file = "abis-password"\n'


seeds("policy-missing")(unwritten("rules.toml", old="policy.toml"))


@seeds("policy-wrong")
def a_policy_without_patience(at: Patient) -> None:
    at.policy += "[patience]\nwarning = 5\n"


@seeds("name-differs")
def a_folder_of_another_name(at: Patient) -> None:
    at.look(stations=at.folder.parent)


@seeds("language-missing")
def a_language_without_texts(at: Patient) -> None:
    at.policy += '[readers]\nlanguages = ["ru", "tt"]\n'


seeds("language-missing")(unwritten('language = "de"\n'))


@seeds("library-unnamed")
def a_library_without_a_name(at: Patient) -> None:
    at.policy = at.policy.replace("Библиотека на Садовой", "")


@seeds("no-age-marks")
def a_library_system_that_tells_no_age_marks(at: Patient) -> None:
    at.abis = SIP2


@seeds("no-phone")
def nobody_to_call_in_the_evening(at: Patient) -> None:
    at.policy = at.policy.replace("112", "")


# --- devices ---------------------------------------------------------------------------------------------------------


@seeds("no-reader")
def nothing_to_read_books_with(at: Patient) -> None:
    del at.devices["scanner"]


@seeds("no-printer")
def receipts_without_a_printer(at: Patient) -> None:
    del at.devices["printer"]


@seeds("wire-twice")
def two_devices_on_one_port(at: Patient) -> None:
    at.devices["other"] = at.devices["scanner"]


@seeds("wire-twice")
def two_names_of_one_port(at: Patient) -> None:
    (at.folder / "pad").symlink_to(at.folder / "ttyUSB0")
    (at.folder / "scanner").symlink_to(at.folder / "ttyUSB0")
    at.devices["scanner"] = f'driver = "barcode_serial"\nwire = "{at.folder}/scanner"'
    at.devices["pad"] = f'driver = "feig"\nwire = "{at.folder}/pad"'


@seeds("device-by-number")
def a_port_that_changes_its_name(at: Patient) -> None:
    at.devices["scanner"] = 'driver = "barcode_serial"\nwire = "/dev/ttyUSB7"'
    exists = Path.exists
    patch = pytest.MonkeyPatch()
    at.stack.callback(patch.undo)
    patch.setattr(Path, "exists", lambda path, **more: str(path) == "/dev/ttyUSB7" or exists(path, **more))


@seeds("device-missing")
def a_scanner_that_was_never_plugged_in(at: Patient) -> None:
    at.running = False
    (at.probes.by_id / "usb-FEIG-if00").touch()


@seeds("device-not-permitted")
def a_port_of_another_group(at: Patient) -> None:
    line = at.serve("scanner", "barcode_serial", FOUND.drivers["barcode_serial"].simulator())
    os.chmod(line.wire, 0o600)
    os.chmod(Path(line.wire).parent, 0o755)


@seeds("device-busy")
def a_port_that_another_program_has(at: Patient) -> None:
    line = at.serve("scanner", "barcode_serial", FOUND.drivers["barcode_serial"].simulator())
    file = os.open(line.wire, os.O_RDWR | os.O_NOCTTY)
    at.stack.callback(os.close, file)
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@seeds("device-refused")
def a_network_printer_that_is_switched_off(at: Patient) -> None:
    at.running = False
    at.devices["printer"] = f'driver = "escpos"\nwire = "tcp://127.0.0.1:{free_port()}"'


@seeds("device-no-device")
def a_file_for_a_printer(at: Patient) -> None:
    at.running = False
    (at.folder / "lp0").write_text("what was printed once")
    at.devices["printer"] = f'driver = "escpos"\nwire = "{at.folder}/lp0"'


@seeds("device-no-device")
def a_file_for_a_port(at: Patient) -> None:
    at.running = False
    (at.folder / "ttyUSB0").write_text("no device")
    at.devices["scanner"] = f'driver = "barcode_serial"\nwire = "{at.folder}/ttyUSB0"'


@seeds("device-unreachable")
def a_device_that_is_no_port(at: Patient) -> None:
    at.running = False
    at.devices["scanner"] = 'driver = "barcode_serial"\nwire = "/dev/null"'


@seeds("pad-silent")
def a_pad_that_says_nothing(at: Patient) -> None:
    line = at.serve("pad", "feig", FOUND.drivers["feig"].simulator(), "answer_seconds = 0.1")
    line.faults = {LineFault.SILENT}


@seeds("printer-silent")
def a_printer_that_says_nothing(at: Patient) -> None:
    at.serve("printer", "escpos", SimPrinter(faults={PrinterFault.SILENT}))


@seeds("device-trouble")
def a_printer_without_paper(at: Patient) -> None:
    at.serve("printer", "escpos", SimPrinter(faults={PrinterFault.PAPER_OUT}))


@seeds("device-warning")
def a_printer_low_on_paper(at: Patient) -> None:
    at.serve("printer", "escpos", SimPrinter(faults={PrinterFault.PAPER_LOW}))


@seeds("device-misconfigured")
def a_printer_without_cyrillic_letters(at: Patient) -> None:
    at.serve("printer", "escpos", SimPrinter(), 'profile = "simple"')


# --- library system --------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def sip2(at: Patient, port: int) -> None:
    """A library system at that port, asked impatiently."""
    (at.folder / "abis-password").write_text("geheim\n")
    os.chmod(at.folder / "abis-password", 0o640)
    quick = "{ timing = { login = 0.3 } }"
    at.abis = f'{SIP2}port = {port}\nuser = "desk"\npassword_file = "abis-password"\ncorrections = {quick}\n'
    at.devices = {}
    at.running = False


def answering(at: Patient, *answers: bytes) -> None:
    """A server that gives each message its answer in turn, then listens on in silence."""
    server = at.stack.enter_context(socket.create_server(("127.0.0.1", 0)))

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = server.accept()
                threading.Thread(target=talk, args=(client,), daemon=True).start()

    def talk(client: socket.socket) -> None:
        with suppress(OSError), client:
            for answer in answers:
                while b"\r" not in (arrived := client.recv(4096)):
                    if not arrived:
                        return
                client.sendall(answer)
            client.recv(4096)

    threading.Thread(target=serve, daemon=True).start()
    sip2(at, server.getsockname()[1])


def unknown(host: str) -> None:
    raise socket.gaierror(socket.EAI_NONAME, f"{host}: Name or service not known")


@seeds("abis-unresolvable")
def a_name_that_no_server_knows(at: Patient) -> None:
    sip2(at, 6001)
    at.abis = at.abis.replace("127.0.0.1", "koha.library.example")
    at.look(resolve=unknown)


@seeds("abis-refused")
def a_server_that_is_not_running(at: Patient) -> None:
    sip2(at, free_port())


@seeds("abis-timeout")
def a_firewall_that_swallows_everything(at: Patient) -> None:
    """A listener whose queue is full: what comes on top is neither accepted nor refused."""
    server = at.stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
    for _ in range(8):
        client = at.stack.enter_context(socket.socket())
        client.setblocking(False)
        client.connect_ex(server.getsockname())
    sip2(at, server.getsockname()[1])


@seeds("abis-login")
def a_password_the_library_system_does_not_know(at: Patient) -> None:
    answering(at, b"940\r")


@seeds("abis-not-understood")
def a_profile_of_another_library_system(at: Patient) -> None:
    answering(at, b"96\r", b"96\r", b"96\r")


@seeds("abis-silent")
def something_that_listens_and_speaks_no_sip2(at: Patient) -> None:
    answering(at)


STATUS = {
    "online_status": "N",
    "checkin_ok": "Y",
    "checkout_ok": "Y",
    "acs_renewal_policy": "Y",
    "status_update_ok": "N",
    "offline_ok": "Y",
    "timeout_period": "030",
    "retries_allowed": "003",
    "date_time_sync": "20261120    204400",
    "protocol_version": "2.00",
}


@seeds("abis-complains")
def a_library_system_that_says_it_is_off_line(at: Patient) -> None:
    status = encode("98", STATUS, [("AO", ""), ("BX", "Y" * 16)], encoding="utf-8", sequence=1, terminator=b"\r")
    answering(at, b"941\r", status)


@seeds("store-in-use")
def a_store_that_another_process_serves(at: Patient) -> None:
    around = Surroundings(load_zone(), SystemClock(), at.state)
    store = LOCAL.open(LOCAL.settings(), around)
    at.stack.callback(store.close)
    at.devices, at.running = {}, False


@seeds("store-unusable")
def a_store_that_is_none(at: Patient) -> None:
    (at.state / "circulation.db").write_bytes(b"no database at all, " * 500)
    at.devices, at.running = {}, False


def load_zone() -> Any:
    return load_station(
        "[station]\nname='a'\ntime_zone='Europe/Samara'\n[abis]\nkind='local'", "a.toml", {}, {"local": LOCAL.settings}
    ).zone


# --- state and journal -----------------------------------------------------------------------------------------------


@seeds("state-missing")
def no_folder(at: Patient) -> None:
    at.state.rmdir()


@seeds("state-no-folder")
def a_file_for_a_folder(at: Patient) -> None:
    at.state.rmdir()
    at.state.write_text("root:x:0:0")


@seeds("folder-closed")
def a_folder_for_the_kiosk_alone(at: Patient) -> None:
    (at.folder / "kiosk").mkdir(mode=0o700)
    at.station += 'state = "kiosk/desk-1"\n'


@seeds("state-not-writable")
def a_folder_of_another_user(at: Patient) -> None:
    os.chmod(at.state, 0o555)


@seeds("state-not-durable")
def a_folder_in_memory(at: Patient) -> None:
    at.look(file_system=lambda _: "tmpfs")


@seeds("disk-full")
def no_room(at: Patient) -> None:
    at.look(free=lambda _: FULL - 1)


@seeds("disk-low")
def little_room(at: Patient) -> None:
    at.look(free=lambda _: LOW - 1)


@contextmanager
def journal(at: Patient) -> Iterator[StationJournal]:
    held = StationJournal(at.state / JOURNAL, SystemClock(), ballast=4096)
    held.start()
    done = threading.Event()
    held.append([Entry(Kind.STATION_STARTED)], lambda _: done.set())
    assert done.wait(10)
    try:
        yield held
    finally:
        held.close()


def journaled(at: Patient) -> Path:
    """A journal with a row, closed in order."""
    with journal(at):
        at.running = False
        at.devices = {}
    return at.state / JOURNAL


@seeds("journal-in-use")
def a_station_that_runs_already(at: Patient) -> None:
    at.stack.enter_context(journal(at))
    at.devices, at.running = {}, False


@seeds("journal-damaged")
def a_journal_with_a_hole(at: Patient) -> None:
    path = journaled(at)
    content = bytearray(path.read_bytes())
    content[5000:9000] = b"\xa5" * 4000
    path.write_bytes(content)


@seeds("journal-damaged")
def a_journal_that_is_text(at: Patient) -> None:
    journaled(at).write_text("no journal")


@seeds("journal-foreign")
def a_database_of_another_program(at: Patient) -> None:
    with closing(sqlite3.connect(at.state / JOURNAL)) as connection, connection:
        connection.execute("CREATE TABLE cookies (name TEXT)")
    connection.close()
    at.devices, at.running = {}, False


@seeds("journal-not-ours")
def a_journal_of_root(at: Patient) -> None:
    os.chmod(journaled(at), 0o400)
    os.chmod(at.state, 0o777)


@seeds("journal-newer")
def a_journal_of_a_later_release(at: Patient) -> None:
    with closing(sqlite3.connect(journaled(at))) as connection, connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


@seeds("outbox-review")
def a_loan_that_the_library_system_did_not_take(at: Patient) -> None:
    with journal(at) as kept:
        lent = Entry(Kind.LENT_OFFLINE, None, TxnId("t"), CardNumber("anna"), ItemId("X"))
        kept.write([lent])
        kept.write([], [Move(kept.deliveries()[0].seq, State.REVIEW, 1, "refused: card_blocked")])
    at.devices, at.running = {}, False


def serving(at: Patient, port: int) -> None:
    password = at.folder / "desk-2-password"
    password.write_text("second desk's own")
    password.chmod(0o600)
    at.abis += f'[library]\nserve = "127.0.0.1:{port}"\n[library.machines.desk-2]\npassword_file = "{password.name}"\n'


@seeds("library-not-offered")
def a_port_that_something_else_has(at: Patient) -> None:
    server = at.stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    serving(at, server.getsockname()[1])
    at.running = False


@seeds("library-not-offered")
def pages_at_a_port_that_something_else_has(at: Patient) -> None:
    server = at.stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    at.abis += f'[library.pages]\naddress = "127.0.0.1:{server.getsockname()[1]}"\n'
    at.running = False


@seeds("backup-missing")
def a_store_that_others_use_and_nobody_copies(at: Patient) -> None:
    serving(at, 6001)
    (at.state / "circulation.db").touch()


@seeds("backup-old")
def a_backup_of_last_month(at: Patient) -> None:
    a_store_that_others_use_and_nobody_copies(at)
    (at.state / "backups").mkdir()
    (at.state / "backups" / "library-2026-10-20-120000.db").touch()


MAIL = '[mail]\nhost = "127.0.0.1"\nport = {port}\nsender = "kiosk@library.example"\n'


@seeds("mail-trouble")
def a_mail_server_that_is_not_running(at: Patient) -> None:
    at.abis += MAIL.format(port=free_port())
    at.running = False


@seeds("mail-trouble")
def a_mail_server_without_an_address(at: Patient) -> None:
    at.abis += MAIL.format(port=587)
    at.running = False
    at.look(resolve=unknown)


@seeds("mail-trouble")
def letters_that_cannot_be_read(at: Patient) -> None:
    a_letter_that_waits(at)
    (at.state / "mail" / "folder.new").mkdir()


@seeds("mail-waiting")
def a_letter_that_waits(at: Patient) -> None:
    at.abis += MAIL.format(port=587)
    spool = Spool(at.state / "mail")
    spool.open()
    made = NOW.timestamp() - 2 * 3600
    spool.take(Kept("letter", SessionId("s"), CardNumber("c"), "anna@mail.ru", made, b"Subject: x"))


@seeds("books-to-look-at")
def a_return_cut_off(at: Patient) -> None:
    with journal(at) as kept:
        kept.write([Entry(Kind.CHECKIN_NOT_SENT, None, TxnId("t"), None, ItemId("X"), data={"recovered": True})])
    at.devices, at.running = {}, False


# --- machine ---------------------------------------------------------------------------------------------------------


@seeds("clock-wrong")
def a_dead_battery(at: Patient) -> None:
    at.look(now=lambda: datetime(2000, 1, 1, 0, 3, tzinfo=UTC))


@seeds("clock-behind")
def a_clock_turned_back(at: Patient) -> None:
    journaled(at)
    at.look(now=lambda: datetime(2026, 1, 1, tzinfo=UTC))


@seeds("clock-unsynced")
def nobody_sets_the_clock(at: Patient) -> None:
    at.look(timing=lambda: Timing(synced=False))


@seeds("clock-no-chip")
def a_small_board_without_a_network(at: Patient) -> None:
    at.look(timing=lambda: Timing(synced=False, chip=False, agrees=False))


@seeds("clock-chip-differs")
def a_chip_that_says_2000(at: Patient) -> None:
    at.look(timing=lambda: Timing(synced=False, agrees=False))


@seeds("zone-differs")
def a_machine_from_elsewhere(at: Patient) -> None:
    at.look(timing=lambda: Timing(zone="Europe/London"))


@seeds("fonts-missing")
def a_font_that_was_not_set_up(at: Patient) -> None:
    (at.probes.fonts / FONTS[0]).unlink()


@seeds("screen-missing")
def no_display(at: Patient) -> None:
    at.look(environment={})


@seeds("screen-unreachable")
def a_display_that_is_not_there(at: Patient) -> None:
    at.look(environment={"DISPLAY": ":7.0"})


# --- the tests -------------------------------------------------------------------------------------------------------

NEEDS_ANOTHER_USER = ("device-not-permitted", "folder-closed", "state-not-writable", "journal-not-ours")
CASES = [pytest.param(name, seed, id=f"{name}-{n}") for name, made in SEEDS.items() for n, seed in enumerate(made)]


def as_nobody(check: Callable[[], list[Finding]]) -> list[Finding]:
    """Let a user without rights look: root may everything, and would find nothing."""
    if os.geteuid() != 0:
        return check()
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # forked beside threads that the child never needs
        child = os.fork()
    if child == 0:
        with suppress(BaseException):
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            os.write(writing, json.dumps([finding.plain() for finding in check()]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        told = answer.read()
    os.waitpid(child, 0)
    return [finding for value in json.loads(told) if (finding := from_plain(value))]


@pytest.mark.parametrize(("name", "seed"), CASES)
def test_fault_is_found_and_its_cure_is_named(name: str, seed: Seed, patient: Patient) -> None:
    seed(patient)
    patient.write()
    wrong = as_nobody(patient.checked) if name in NEEDS_ANOTHER_USER else patient.checked()
    mine = [finding for finding in wrong if finding.id == name]
    assert mine, [finding.id for finding in wrong]
    for language in ("en", "ru"):
        sentence, cure = mine[0].say(language)
        assert "{" not in sentence + cure
        assert len(cure) > 20
        assert "geheim" not in sentence + cure


def test_every_finding_has_a_seed_and_there_are_enough() -> None:
    assert sorted(SEEDS) == sorted(names())
    assert len(names()) >= 50


def test_where_a_file_stands_nobody_is_told_to_make_a_folder(patient: Patient) -> None:
    a_file_for_a_folder(patient)
    patient.write()
    assert "install -d" not in " ".join(finding.cure for finding in patient.checked())


def test_one_is_one_and_two_are_two() -> None:
    wrong = [
        found("disk-low", path="/x", free=1),
        found("clock-wrong", now="1970"),
        found("disk-full", path="/", free=0),
    ]
    assert report(wrong, "en").endswith("\n2 errors, 1 warning.")
    assert report(wrong[:2], "en").endswith("\n1 error, 1 warning.")


def test_a_sound_station_has_nothing_wrong(patient: Patient) -> None:
    patient.serve("pad", "feig", FOUND.drivers["feig"].simulator())
    patient.serve("scanner", "barcode_serial", FOUND.drivers["barcode_serial"].simulator())
    patient.serve("printer", "escpos", SimPrinter())
    with journal(patient):
        pass
    patient.look(now=lambda: datetime(2036, 1, 1, tzinfo=UTC))  # after the journal's row, whatever the clock here says
    patient.write()
    assert patient.checked() == []
    assert report([], "en") == "Nothing is wrong."
    assert not list(patient.state.glob(".doctor-*"))


@pytest.mark.parametrize("own", ["", "Asia/Dubai", "Nowhere/Land", "../etc"])
def test_a_zone_of_the_same_hours_or_of_none_is_no_finding(patient: Patient, own: str) -> None:
    """Samara and Dubai are four hours ahead all the year round."""
    patient.look(timing=lambda: Timing(zone=own))
    patient.write()
    assert patient.checked() == []


def test_a_clock_that_the_network_sets_needs_no_chip(patient: Patient) -> None:
    patient.look(timing=lambda: Timing(chip=False, agrees=False))
    patient.write()
    assert patient.checked() == []


def test_the_zone_of_a_machine_is_told_by_a_link_or_a_file(tmp_path: Path) -> None:
    assert zone(tmp_path) == ""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/timezone").write_text("Asia/Omsk\n")
    assert zone(tmp_path) == "Asia/Omsk"
    (tmp_path / "etc/localtime").symlink_to("/usr/share/zoneinfo/Asia/Tomsk")
    assert zone(tmp_path) == "Asia/Tomsk"


def test_errors_come_before_warnings(patient: Patient) -> None:
    a_library_without_a_name(patient)
    no_display(patient)
    little_room(patient)
    patient.write()
    severities = [finding.severity for finding in patient.checked()]
    assert severities == [Severity.ERROR, Severity.WARNING, Severity.WARNING]


def test_a_broken_file_does_not_keep_the_doctor_from_the_rest(patient: Patient) -> None:
    unwritten("theme = light\n")(patient)
    no_room(patient)
    no_display(patient)
    patient.write()
    assert {finding.id for finding in patient.checked()} == {"config-syntax", "disk-full", "screen-missing"}


def test_looking_at_a_journal_changes_nothing(patient: Patient) -> None:
    path = journaled(patient)
    patient.write()
    before = {file.name: file.read_bytes() for file in patient.state.iterdir()}
    patient.checked()
    assert {file.name: file.read_bytes() for file in patient.state.iterdir()} == before
    with journal(patient):
        assert path.exists()


def test_what_a_crash_left_in_the_log_is_no_damage(patient: Patient) -> None:
    copy = patient.folder / "copy"
    with journal(patient):
        copy.mkdir()
        for file in patient.state.iterdir():
            if file.is_file():
                (copy / file.name).write_bytes(file.read_bytes())
    patient.devices, patient.running = {}, False
    patient.write()
    assert (copy / f"{JOURNAL}-wal").stat().st_size > 0
    seen = run_checks(Context(patient.path, copy, False, patient.probes))
    assert not [finding for finding in seen if finding.id.startswith("journal")]


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_prints_sentence_and_cure_and_says_by_its_code_whether_it_works(
    patient: Patient, capsys: pytest.CaptureFixture[str]
) -> None:
    nobody_to_call_in_the_evening(patient)
    patient.devices = {}
    patient.write()
    assert doctor(patient.path, patient.state, probes=patient.probes) == 1
    said = capsys.readouterr().out
    assert "ERROR   no-reader: station.toml names neither" in said
    assert "        → Add a table [devices.pad]" in said
    assert said.endswith("1 error, 2 warnings.\n")


def test_the_command_speaks_russian_to_who_does(patient: Patient, capsys: pytest.CaptureFixture[str]) -> None:
    patient.devices = {}
    patient.look(environment={"DISPLAY": ":0", "LANG": "ru_RU.UTF-8"})
    patient.write()
    doctor(patient.path, patient.state, probes=patient.probes)
    assert "В station.toml нет ни RFID-столика, ни сканера" in capsys.readouterr().out


def test_where_the_terminal_names_no_language_the_station_does(
    patient: Patient, capsys: pytest.CaptureFixture[str]
) -> None:
    for language, said in (("ru", "Ошибок: 1"), ("en", "1 error")):
        patient.station = f'[station]\nname = "desk-1"\ntime_zone = "Europe/Samara"\nlanguage = "{language}"\n'
        patient.devices = {}
        patient.look(environment={"DISPLAY": ":0", "LANG": "C.UTF-8"})
        patient.write()
        doctor(patient.path, patient.state, probes=patient.probes)
        assert said in capsys.readouterr().out
    patient.look(environment={"DISPLAY": ":0", "LANG": "de_DE.UTF-8"})
    doctor(patient.path, patient.state, probes=patient.probes)
    assert "1 error" in capsys.readouterr().out
    patient.path.unlink()
    patient.look(environment={"DISPLAY": ":0"})
    doctor(patient.path, patient.state, probes=patient.probes)
    assert "There is no" in capsys.readouterr().out


def test_a_running_station_is_asked_over_its_control_socket(
    patient: Patient, capsys: pytest.CaptureFixture[str]
) -> None:
    a_library_without_a_name(patient)
    patient.write()
    path = patient.folder / "control.sock"
    told = [finding.plain() for finding in patient.checked()]
    health = {
        "clock": "the clock was moved to 2027-01-01 00:00 UTC, and not by the network.",
        "journal": "ready",
        "printer": "Receipt printer: /dev/usb/lp0 is out of paper; put in a new roll.",
    }
    server = ControlServer(path, {"doctor": lambda _: told, "status": lambda _: {"health": health}})
    server.start()
    try:
        assert doctor(patient.path, patient.state, path, patient.probes) == 1
    finally:
        server.stop()
    said = capsys.readouterr().out
    assert "library-unnamed" in said
    assert "device-trouble: Receipt printer: /dev/usb/lp0 is out of paper" in said
    assert "WARNING device-warning: the clock was moved" in said


def test_a_running_station_tells_what_it_cannot_offer_and_how_the_post_is(patient: Patient) -> None:
    patient.write()
    path = patient.folder / "control.sock"
    stands = {"address": "0.0.0.0:6001", "stands": True, "trouble": "", "desks": 1}
    taken = {"address": "http://127.0.0.1:8440", "stands": False, "trouble": "Address already in use"}
    status = {
        "health": {"mail": "E-mail: the mail server m:587 answers 421."},
        "library": {"store": stands, "pages": taken, "backup": None},
    }
    server = ControlServer(path, {"doctor": lambda _: [], "status": lambda _: status})
    server.start()
    try:
        offered, mail = command.ask(path)
    finally:
        server.stop()
    assert (offered.id, offered.severity) == ("library-not-offered", Severity.ERROR)
    assert "[library.pages] offers is not at http://127.0.0.1:8440: Address already in use." in offered.sentence
    assert (mail.id, mail.severity) == ("mail-trouble", Severity.WARNING)
    assert mail.sentence == "Receipts by e-mail: the mail server m:587 answers 421."


def test_a_store_that_was_just_copied_and_a_letter_that_was_just_written_are_no_findings(patient: Patient) -> None:
    a_backup_of_last_month(patient)
    (patient.state / "backups" / "library-2026-11-19-120000.db").touch()
    a_letter_that_waits(patient)
    patient.look(now=lambda: NOW - timedelta(minutes=90))
    patient.write()
    assert not [finding for finding in patient.checked() if finding.id.startswith(("backup", "mail"))]


def test_a_running_station_tells_how_many_rows_wait_for_a_person(patient: Patient) -> None:
    patient.write()
    path = patient.folder / "control.sock"
    server = ControlServer(path, {"doctor": lambda _: [], "status": lambda _: {"review": 3, "health": {}}})
    server.start()
    try:
        (finding,) = command.ask(path)
    finally:
        server.stop()
    assert (finding.id, finding.severity) == ("outbox-review", Severity.WARNING)
    assert "3 loans or returns" in finding.sentence


def test_the_socket_of_a_running_station_is_found_by_its_folder(
    patient: Patient, capsys: pytest.CaptureFixture[str]
) -> None:
    patient.write()
    server = ControlServer(patient.state / "control.sock", {"doctor": lambda _: [], "status": lambda _: {}})
    server.start()
    try:
        assert doctor(patient.path, patient.state, probes=patient.probes) == 0
    finally:
        server.stop()
    assert capsys.readouterr().out == "Nothing is wrong.\n"


def test_a_socket_that_nobody_answers_at_does_not_stop_the_doctor(
    patient: Patient, capsys: pytest.CaptureFixture[str]
) -> None:
    patient.devices = {}
    patient.write()
    doctor(patient.path, patient.state, patient.folder / "control.sock", patient.probes)
    said = capsys.readouterr()
    assert "no station answers" in said.err
    assert "no-reader" in said.out


def test_a_station_that_refuses_to_answer_does_not_stop_the_doctor(
    patient: Patient, capsys: pytest.CaptureFixture[str]
) -> None:
    patient.devices = {}
    patient.write()
    server = ControlServer(patient.folder / "control.sock", {})
    server.start()
    try:
        doctor(patient.path, patient.state, patient.folder / "control.sock", patient.probes)
    finally:
        server.stop()
    said = capsys.readouterr()
    assert "unknown verb" in said.err
    assert "no-reader" in said.out


def test_what_a_running_station_answers_survives_the_socket(patient: Patient) -> None:
    patient.devices = {}
    patient.write()
    plain = json.loads(json.dumps(findings(patient.path, patient.state)))
    told = [from_plain(value) for value in plain]
    assert "no-reader" in [finding.id for finding in told if finding]
    assert from_plain({"id": "of a later release", "values": {}}) is None
    assert from_plain("junk") is None


# --- texts -----------------------------------------------------------------------------------------------------------


def test_every_text_has_the_same_blanks_in_both_languages() -> None:
    import re
    import tomllib

    from kiosk.app.doctor.finding import TEXTS

    for name, texts in tomllib.loads(TEXTS.read_text("utf-8")).items():
        assert texts.keys() == {"severity", "en", "ru"}, name
        assert len(texts["en"]) == len(texts["ru"]) == 2
        blanks = [{*re.findall(r"{(\w+)}", " ".join(texts[language]))} for language in ("en", "ru")]
        assert blanks[0] == blanks[1], name


def test_the_page_of_the_doctor_is_what_the_doctor_knows() -> None:
    assert (ROOT / "docs" / "doctor.md").read_text("utf-8") == page()


def test_the_fonts_the_doctor_looks_for_are_those_the_screen_needs() -> None:
    source = (ROOT / "ui" / "touch" / "fonts.py").read_text("utf-8")
    assert [name for name in FONTS if f'"{name}"' not in source] == []


def test_the_kind_of_a_file_system_is_read_from_the_machine() -> None:
    assert file_system(Path("/proc")) == "proc"
    assert file_system(Path("/"))


def test_the_doctor_needs_no_screen() -> None:
    import subprocess
    import sys

    code = "import sys, kiosk.app.doctor; print('kivy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert ran.stdout == "False\n"


def test_numbers() -> None:
    assert found("disk-low", path="/x", free=LOW // MEGABYTE).sentence == "The disk of /x has 500 MB left."
    assert command.Context(Path("x")).running is False
    assert isinstance(FOUND.drivers["feig"], Spec)


def test_the_places_that_cures_name_are_there() -> None:
    assert [place for place in PLACES.values() if not Path(place).exists()] == []
    assert (Path(PLACES["units"]) / "install.sh").is_file()


def test_a_folder_that_may_not_be_looked_into_is_said_to_be_unreadable(patient: Patient) -> None:
    inner = patient.folder / "closed"
    inner.mkdir(mode=0o700)
    patient.write()
    closed = inner / "station.toml"
    patient.path.rename(closed)
    wrong = as_nobody(lambda: run_checks(Context(closed, patient.state, True, patient.probes)))
    assert "config-unreadable" in [finding.id for finding in wrong]
