"""Ten books laid on the pad at once, with the physical timing of tags and an ABIS that takes 45 ms for a checkout.

The limit is the critical path: until the first book is read and recorded, then ten times the slowest stage, then the
last disarming and its verification. First and last part are taken from the same run; of three runs the one whose ratio
of total to limit is the median is told. The slowest stage is the ABIS or
the pad, whose time for a book (look, read, write the bit, read it back) follows from the physics of tag and line.
Everything is real but the tags: driver, journal, SIP2 over a socket, the flows; no screen.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.row import Aim, Row
from devices.drivers import feig
from devices.drivers.feig import codec
from devices.drivers.feig.field import LOANED, Field, VirtualTag
from devices.drivers.feig.frames import standard
from devices.drivers.feig.reader import FIRST_BLOCKS
from devices.drivers.feig.settings import Settings as FeigSettings
from devices.drivers.feig.sim import PSST, SimReader
from devices.transport.simserve import serve_tcp
from kiosk.app.demo.catalogue import cards, copies
from kiosk.app.demo.desk import ISIL, tag_for
from kiosk.app.headless import HeadlessUi
from kiosk.app.station import Parts, Station
from kiosk.app.system import SystemClock
from kiosk.domain.ids import CardNumber, Secret
from kiosk.domain.plan import WeeklyPlan
from kiosk.domain.records import Kind
from kiosk.domain.rules import Look, Rules
from kiosk.events import CardRead, PinEntered, Task, TaskChosen
from kiosk.views import Checkout, Identify, Idle, Pin, RowState, View
from sync.abis import sip2
from sync.abis.local import open_store
from sync.abis.local.demo import load_demo
from sync.abis.local.settings import Settings
from sync.abis.sip2.settings import Settings as Sip2Settings
from sync.seen import SeenHere
from sync.sip2.codec import Message
from sync.sip2.server import serve
from sync.spec import Surroundings

BOOKS = 10
CHECKOUT_SECONDS = 0.045
READER = "Журавлёв Степан Кириллович"
ZONE = ZoneInfo("Europe/Samara")
RUNS = 3


LINES = {"USB or network": None, "serial 38400": 38400}


def measure() -> list[Row]:
    return [_row(name, baud) for name, baud in LINES.items()]


def _row(name: str, baud: int | None) -> Row:
    total, limit = _median([_once(baud) for _ in range(RUNS)])
    return Row(f"pad on {name}: ten books lent and open", total, "s", limit, "critical path", 1.25, Aim.AT_MOST)


def _median(timed: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the run in the middle, by total against limit."""
    ratios = {total / limit: (total, limit) for total, limit in timed}
    return ratios[statistics.median_low(ratios)]


def _once(baud: int | None) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as name, _station(Path(name), baud) as (station, ui, field):
        books = [copy for copy in copies() if not copy.on_loan][::17][:BOOKS]
        station.runtime.post(TaskChosen(Task.CHECKOUT))
        ui.wait_for(lambda view: isinstance(view, Identify))
        station.runtime.post(CardRead(CardNumber(cards()[READER])))
        ui.wait_for(lambda view: isinstance(view, Pin))
        station.runtime.post(PinEntered(Secret("1234")))
        ui.wait_for(lambda view: isinstance(view, Checkout))
        laid = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        field.lay(*(tag_for(copy) for copy in books))
        ui.wait_for(_all_yours, 30)
        return _timed(station, laid, max(CHECKOUT_SECONDS, _pad_seconds(baud, tag_for(books[0]))))


def _all_yours(view: View) -> bool:
    rows = getattr(view, "rows", ())
    return len(rows) == BOOKS and all(row.state is RowState.YOURS for row in rows)


def _timed(station: Station, laid: int, slowest: float) -> tuple[float, float]:
    rows = station.journal.rows()

    def at(kind: Kind, which: int) -> float:
        return ([row.stamp.boottime_ns for row in rows if row.kind == kind][which] - laid) / 1e9

    last_disarm = at(Kind.TAG_DISARMED, -1) - at(Kind.CHECKOUT_APPROVED, -1)
    return at(Kind.TAG_DISARMED, -1), at(Kind.CHECKOUT_INTENDED, 0) + BOOKS * slowest + last_disarm


def _pad_seconds(baud: int | None, tag: VirtualTag) -> float:
    """Return what one book takes at the pad at least: looked at, read, its bit written and read back."""
    reader = SimReader(Field([tag]), baud=baud)
    asked = (
        codec.system_information(tag.uid),
        codec.read_blocks(tag.uid, 0, FIRST_BLOCKS),
        codec.write_afi(tag.uid, LOANED),
        codec.system_information(tag.uid),
    )
    spent = 0.0
    for request in asked:
        (sent,) = reader.receive(standard(request, 0xFF), spent)
        spent += sent.after + (PSST if baud else 0.0)
    return spent


def _slow(message: Message) -> float:
    return CHECKOUT_SECONDS if message.code == "11" else 0.0


@contextmanager
def _station(folder: Path, baud: int | None) -> Iterator[tuple[Station, HeadlessUi, Field]]:
    clock, field, ui = SystemClock(), Field(), HeadlessUi()
    load_demo(folder / "circulation.db", date.today(), ZONE)  # noqa: DTZ011 - any day will do
    around = Surroundings(ZONE, clock, folder)
    store = open_store(Settings(), around)
    pad = serve_tcp(SimReader(field, baud=baud))
    with serve(store, zone=ZONE, clock=clock, latency=_slow) as server:
        told = Sip2Settings(profile="open-library-kiosk", host="127.0.0.1", port=server.port)
        driver = feig.SPEC.make(FeigSettings(wire=pad.wire))
        rules = Rules(library="bench", pin_length=None, isil=ISIL, own_libraries=frozenset({ISIL}))
        parts = Parts(
            "bench", folder / "journal.db", ZONE, rules, WeeklyPlan(), Look(), (driver,),
            sip2.SPEC.open(told, around), sip2.SPEC.open(told, around), SeenHere(folder, clock), clock,
        )  # fmt: skip
        station = Station(parts, ui)
        station.start()
        ui.wait_for(lambda view: isinstance(view, Idle))
        yield station, ui, field
        station.stop()
        parts.seen.close()
    pad.close()
    store.close()
