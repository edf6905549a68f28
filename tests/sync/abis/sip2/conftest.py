"""A small library behind a SIP2 line, and desks that speak to it: shared by the tests of the connector.

The library is written against the standard with string formatting alone, so that an error of our codec cannot cancel
itself out. It keeps a ledger of what was really done.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kiosk.ports.abis import Abis
from sync.abis.sip2 import SPEC
from sync.abis.sip2.line import Line, Silence
from sync.sip2.faultline import FaultLine, Library, Meddler, honest
from sync.spec import Surroundings
from tests.sync.abis.shelves import MOSCOW
from tests.sync.still import StillClock

NOW = datetime(2026, 11, 20, 7, 33, 23, tzinfo=UTC)
STAMP = "20261120    103323"  # NOW in Moscow
PATIENT = {"connect": 30, "login": 30, "answer": 30, "shortest": 1, "longest": 30, "idle": 240}
_lines: list[FaultLine] = []


class FrozenClock(StillClock):
    """Stands still at `NOW` until a test moves it."""

    def __init__(self) -> None:
        super().__init__(NOW)


@contextmanager
def desk(port: int, clock: FrozenClock | None = None, **settings: Any) -> Iterator[Abis]:
    """A connector at 127.0.0.1:`port`; `settings` as in `station.toml`."""
    wished = dict(settings.pop("corrections", {}))
    section: dict[str, Any] = {"host": "127.0.0.1", "port": port, "user": "desk-1", "password": "secret", **settings}
    section["corrections"] = {**wished, "timing": {**PATIENT, **wished.get("timing", {})}}
    around = Surroundings(zone=MOSCOW, clock=clock or FrozenClock(), folder=Path("/nonexistent"))
    connector = SPEC.connect(section, around)
    try:
        yield connector
    finally:
        connector.close()


def checked(body: str, request: bytes, encoding: str = "utf-8") -> bytes:
    """End an answer as the standard says, with the AY of the request where that had one."""
    raw = body.encode(encoding)
    found = re.search(rb"AY(\d)AZ[0-9A-F]{4}$", request)
    if found:
        raw += b"AY" + found[1] + b"AZ"
        raw += f"{-sum(raw) & 0xFFFF:04X}".encode()
    return raw + b"\r"


def said(request: bytes, name: str, encoding: str = "utf-8") -> str:
    """A field of a request: what stands between its identifier, after a delimiter or the fixed fields, and `|`."""
    found = re.search(rf"(?:\||\d|N|Y| ){name}([^|]*)\|", request.decode(encoding))
    return found[1] if found else ""


TITLES = {"B1": "Солярис", "B2": "Мы", "B3": "Пикник на обочине"}
READERS = {"P1": ("1234", "Иванова Анна"), "P2": ("", "Петров Пётр")}


class SmallLibrary:
    """Three books, two readers. `done` counts what was carried out, `loans` is who has what."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self.encoding = encoding
        self.loans: dict[str, str] = {}
        self.due: dict[str, int] = {}
        self.done: Counter[str] = Counter()

    def session(self) -> Library:
        return lambda request: checked(self._answer(request), request, self.encoding)

    def _answer(self, request: bytes) -> str:
        code = request[:2].decode()
        item, card = said(request, "AB", self.encoding), said(request, "AA", self.encoding)
        answers = {
            "93": lambda: f"94{int(said(request, 'CO') == 'secret')}",
            "99": lambda: f"98YYYYNN010003{STAMP}2.00AOБЦ|BXYYYYYYYYYYYNYYYY|",
            "63": lambda: self._patron(card, said(request, "AD"), request[23:33].decode()),
            "17": lambda: self._item(item),
            "11": lambda: self._checkout(card, item),
            "09": lambda: self._checkin(item),
            "29": lambda: self._renew(card, item),
            "35": lambda: f"36Y{STAMP}AOБЦ|AA{card}|",
        }
        return answers[code]()

    def _patron(self, card: str, pin: str, summary: str) -> str:
        right, name = READERS.get(card, ("", ""))
        mine = [item for item, holder in self.loans.items() if holder == card]
        listed = "".join(f"AU{item}|" for item in mine) if summary.startswith("  Y") else ""
        flags = f"BL{'Y' if name else 'N'}|CQ{'Y' if name and pin == right else 'N'}|"
        return f"64{' ' * 14}015{STAMP}00000000{len(mine):04}000000000000AOБЦ|AA{card}|AE{name}|{listed}{flags}"

    def _item(self, item: str) -> str:
        title = TITLES.get(item, "")
        due = f"AH{self._day(item)}|" if item in self.loans else ""
        return f"18{'04' if item in self.loans else '03' if title else '01'}0001{STAMP}AB{item}|AJ{title}|{due}"

    def _checkout(self, card: str, item: str) -> str:
        ok = item in TITLES and card in READERS and item not in self.loans
        if ok:
            self.loans[item], self.due[item] = card, 11
            self.done[f"checkout {item}"] += 1
        due = self._day(item) if ok else ""
        return f"12{int(ok)}NUY{STAMP}AOБЦ|AA{card}|AB{item}|AJ{TITLES.get(item, '')}|AH{due}|"

    def _checkin(self, item: str) -> str:
        holder = self.loans.pop(item, None)
        if holder:
            self.done[f"checkin {item}"] += 1
        return f"10{int(bool(holder))}YUN{STAMP}AOБЦ|AB{item}|AQЦБ|AJ{TITLES.get(item, '')}|"

    def _renew(self, card: str, item: str) -> str:
        ok = self.loans.get(item) == card
        if ok:
            self.due[item] += 7
            self.done[f"renew {item}"] += 1
        due = self._day(item) if ok else ""
        return f"30{int(ok)}{'NY'[ok]}UU{STAMP}AOБЦ|AA{card}|AB{item}|AJ{TITLES.get(item, '')}|AH{due}|"

    def _day(self, item: str) -> str:
        return f"202612{self.due[item]:02}    235900"


@contextmanager
def line(meddle: Meddler = honest, library: SmallLibrary | None = None) -> Iterator[tuple[FaultLine, SmallLibrary]]:
    behind = library or SmallLibrary()
    with listening(FaultLine(behind.session, meddle)) as fault:
        yield fault, behind


@contextmanager
def listening(fault: FaultLine) -> Iterator[FaultLine]:
    _lines.append(fault)
    try:
        with fault:
            yield fault
    finally:
        _lines.remove(fault)


def _hear(line: Line, seconds: float) -> bytes:
    """As `Line._hear`, but a silence that the other end has decided on is over at once. The real wait is tested with
    the line itself."""
    mine = line._sock.getsockname()[1]
    for _ in range(int(seconds * 100)):
        if line._watch.poll(10):
            return _heard(line, seconds)
        if any(mine in fault.silent for fault in _lines) and not line._watch.poll(0):
            raise Silence
    raise Silence


_heard = Line._hear


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Everything above, for tests: `world.line()`, `world.desk(port)`, `world.NOW`."""
    monkeypatch.setattr(Line, "_hear", _hear)
    return sys.modules[__name__]
