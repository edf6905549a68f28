"""A whole desk in one thread: the flows, hands, scribe and enquiries of a station under real widgets, time in hand.

The store is the built-in one with five books and three readers, in a mood that a test sets. What is asked is answered
when `answer` is called, in the order of each wire; devices are stand-ins that sometimes fail.
"""

import gc
import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from kiosk.app.enquiries import Enquiries
from kiosk.app.hands import Hands
from kiosk.app.runtime import Runtime
from kiosk.app.scribe import Scribe
from kiosk.domain.health import READY, Health, Part, State
from kiosk.domain.ids import CardNumber, ItemId, SessionId, TagUid, TxnId
from kiosk.domain.items import ItemInfo, Security, TagFacts
from kiosk.domain.patrons import Patron
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import Hours, Rules
from kiosk.effects import Effect, StartTimer, StopTimer, Tone
from kiosk.events import (
    BarcodeScanned,
    CardRead,
    Event,
    PartChanged,
    SecurityNotSet,
    SecuritySet,
    TagLost,
    TagRead,
    TagSeen,
)
from kiosk.flows.desk import Desk
from kiosk.ports.abis import NotSent, Unreachable
from kiosk.ports.devices import Emit
from kiosk.ports.journal import JournalFault
from kiosk.views import View
from tests.kiosk.small_library import ANNA, BORIS, TEEN, small_library
from tests.kiosk.standins import HeldClock, MemoryJournal, Printer
from ui.touch.app import Settings

RULES = Rules(library="Библиотека на Садовой", duty_phone="8 800 000-00-00", pin_length=None)
PINS = {ANNA: "739164", BORIS: "1234", TEEN: "4321"}
PERSONAL = ("Анна", "Иванов", "Борис", "Юра", "Юный", "2001", "2002", "2003")
"""Of which nothing may be left: names, and the digits that a masked card shows."""
DEAD = Health(State.ABSENT, "unplugged")
CHANGING = ("checkout", "checkin", "renew")
NOES = tuple(Reason)


class Moody:
    """The library system: as good as `mood` lets it be; a change that has no answer may have been done."""

    def __init__(self, store: Any, random: Random) -> None:
        self._store, self._random = store, random
        self.mood = 1.0
        """How much of what is asked is answered as the store answers: 0 to 1."""

    def health(self) -> Health:
        return READY if self.mood > 0 else DEAD

    def probe(self) -> Health:
        return self.health()

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._store, name)

        def moody(*args: Any, **kwargs: Any) -> Any:
            if self._random.random() < self.mood:
                return asked(*args, **kwargs)
            if self.mood > 0 and name in CHANGING and self._random.random() < 0.6:
                return Refusal(self._random.choice(NOES))
            if self.mood > 0 and self._random.random() < 0.5:
                asked(*args, **kwargs)
                raise Unreachable("no answer")
            raise NotSent("no connection")

        return moody


class Memory:
    """What the site has seen, as little as may be kept."""

    def __init__(self) -> None:
        self._items: dict[ItemId, ItemInfo] = {}
        self._patrons: dict[CardNumber, Patron] = {}

    def item(self, item: ItemId) -> ItemInfo | None:
        return self._items.get(item)

    def saw_item(self, info: ItemInfo) -> None:
        self._items[info.item] = info

    def patron(self, card: CardNumber) -> Patron | None:
        return self._patrons.get(card)

    def saw_patron(self, card: CardNumber, patron: Patron) -> None:
        self._patrons[card] = Patron(card, age_at_least=18 if patron.birth and patron.birth.year < 2008 else None)

    def forget(self, card: CardNumber) -> None:
        self._patrons.pop(card, None)

    def close(self) -> None:
        pass


class Pad:
    """Books lie on it; a bit is written when it is its turn, if the tag is still there."""

    parts = (Part.TAGS,)

    def __init__(self) -> None:
        self.lying: set[TagUid] = set()
        self.asked: deque[tuple[TagUid, Security]] = deque()

    def start(self, emit: Emit) -> None:
        pass

    def stop(self) -> None:
        pass

    def health(self) -> Health:
        return READY

    def set_security(self, uid: TagUid, security: Security) -> None:
        self.asked.append((uid, security))


class Faults(logging.Handler):
    """Keeps what fell over and was caught: the station goes on, the test does not."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.traces: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.traces.append(record)


def tag_of(item: ItemId) -> TagUid:
    return TagUid(f"E004{int(item):012d}")


@dataclass
class ByHand:
    """`sent`: events of fingers. `effects`: what was asked for, timers and screen apart. `ends`: sessions over."""

    folder: Path
    random: Random
    driver: Any
    now: float = 1000.0
    sent: list[Event] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    view: View | None = None
    shown: int = 0
    ends: int = 0
    tones: int = 0

    def __post_init__(self) -> None:
        self.clock, self.faults = HeldClock(), Faults()
        self.journal, self.pad, self.printer = MemoryJournal(), Pad(), Printer()
        self.store = small_library(self.folder)
        self.abis = Moody(self.store, self.random)
        self.runtime = Runtime(self._perform, self, self.clock, self._hours, Desk(rules=RULES), self._mint)
        post = self.runtime.post
        scribe = Scribe(self.journal, post, self._txn)
        self.enquiries = Enquiries(self.abis, scribe, Memory(), self.clock, post, lambda: RULES)  # type: ignore[arg-type]
        drivers = (self.pad, self.printer)
        zone = self.clock.now().tzinfo
        self.hands = Hands(scribe, self.enquiries, drivers, self, self.clock, zone, lambda: RULES, post)  # type: ignore[arg-type]
        self._ear = self.hands.ear(self.pad)
        self._txns = self._sessions = 0
        self.player: Any = None

    # --- the screen, as the station sees it ---

    def show(self, view: View) -> None:
        self.view = view
        self.shown += 1
        self.player.wake()

    def sound(self, tone: Tone) -> None:
        self.tones += 1

    def forget(self) -> None:
        self.ends += 1
        self.player.forget()

    def take(self) -> View | None:
        return self.view

    def finger(self, event: Event) -> None:
        self.sent.append(event)
        self.runtime.post(event)

    # --- what the station is told ---

    def begin(self) -> None:
        from ui.touch.player import Player

        settings = Settings(self.folder / "kivy", volume=0)
        self.player = Player(settings, self.finger, self.clock.now, self.take, inline_covers=True)
        self.driver.player = self.player
        self.runtime._begin()
        self.runtime.tick()
        self.plug(*(Part.JOURNAL, Part.TAGS, Part.SCANNER, Part.PRINTER))
        self.enquiries.probe()
        self.settle()

    def plug(self, *parts: Part) -> None:
        for part in parts:
            self.runtime.post(PartChanged(part, READY))

    def pull(self, part: Part) -> None:
        self.runtime.post(PartChanged(part, DEAD))

    def card(self, card: str) -> None:
        self.runtime.post(CardRead(CardNumber(card)))

    def scan(self, text: str) -> None:
        self.runtime.post(BarcodeScanned(text))

    def lay(self, item: ItemId) -> None:
        uid = tag_of(item)
        self.pad.lying.add(uid)
        self._ear(TagSeen(uid))
        self._ear(TagRead(TagFacts(uid, item)))

    def lift(self, item: ItemId) -> None:
        uid = tag_of(item)
        self.pad.lying.discard(uid)
        self._ear(TagLost(uid))

    # --- what goes on by itself ---

    def take_events(self) -> None:
        events = self.runtime._events
        while not events.empty():
            event = events.get()
            assert event is not None
            self.runtime.step(event)
            events.task_done()

    def answer(self) -> bool:
        """One answer of each wire that has a question; say whether there was any."""
        self.take_events()
        asked = self.enquiries._waiting.get(0)
        if asked is not None:
            self.enquiries.make(asked)
        writing = bool(self.pad.asked)
        if writing:
            uid, security = self.pad.asked.popleft()
            obeys = uid in self.pad.lying and self.random.random() < 0.9
            self._ear((SecuritySet if obeys else SecurityNotSet)(uid, security))
        printing = bool(self.printer.asked)
        if printing:
            self.printer.asked.popleft()(self.random.random() < 0.8)
        self.take_events()
        return asked is not None or writing or printing

    def settle(self) -> None:
        """Everything that was asked is answered, and the screen shows what came of it."""
        for _ in range(500):
            if not self.answer():
                break
        else:
            raise AssertionError("there is no end to what the desk asks")
        self.frames()

    def frames(self, count: int = 2) -> None:
        self.driver.idle(count)
        self.take_events()

    def passes(self, seconds: float) -> None:
        """Time passes for station and screen, no more than a second at once."""
        while seconds > 0:
            step = min(1.0, seconds)
            seconds -= step
            self.now += step
            self.clock.passes(step)
            self.frames(1)
            self.runtime.tick()

    def break_journal(self, broken: bool) -> None:
        self.journal.fault = JournalFault("the disk is full") if broken else None
        self.runtime.post(PartChanged(Part.JOURNAL, DEAD if broken else READY))

    def repaired(self) -> None:
        """Somebody has come and put all in order."""
        self.abis.mood = 1.0
        self.break_journal(False)
        self.plug(Part.TAGS, Part.SCANNER, Part.PRINTER)
        self.enquiries.probe()
        self.settle()

    # --- inside ---

    def _perform(self, effect: Effect) -> None:
        if not isinstance(effect, StartTimer | StopTimer):
            self.effects.append(effect)
        self.hands.perform(effect)

    def _hours(self) -> Hours:
        return Hours(self.clock.now().date())

    def _mint(self) -> SessionId:
        self._sessions += 1
        return SessionId(f"s{self._sessions}")

    def _txn(self) -> TxnId:
        self._txns += 1
        return TxnId(f"t{self._txns}")

    def at(self) -> object:
        """The desk as it is, for comparing: without what a bare touch changes."""
        desk = self.runtime._now
        return replace(desk, session=desk.session and desk.session.with_touch(), strays=frozenset())


@contextmanager
def by_hand(folder: Path, random: Random, driver: Any) -> Iterator[ByHand]:
    """A desk on the driver's window, which gets its own screen back afterwards. Kivy's time is the desk's."""
    from kivy.clock import Clock
    from kivy.core.window import Window

    from ui.touch import samples

    size = tuple(Window.size)
    for view in samples.VIEWS.values():
        driver.see(view)  # every page is loaded before it is noted what was there already
    driver.player.close()
    it = ByHand(folder, random, driver)
    real = Clock.time
    it.now = float(int(real()) + 1)
    Clock.time = lambda: it.now
    Clock.tick()
    logging.getLogger().addHandler(it.faults)
    gc.collect()
    gc.freeze()  # what is there already is no reader's, and need not be looked through at every goodbye
    try:
        it.begin()
        yield it
    finally:
        gc.unfreeze()
        logging.getLogger().removeHandler(it.faults)
        it.player.close()
        Window.unbind(on_touch_up=it.player._touched)
        ahead = it.now - real()
        Clock.time = lambda: real() + ahead  # time that has passed stays passed: Kivy's timers know no way back
        Clock.tick()
        driver.player = None
        driver.open(size)
        it.store.close()
