"""Rounds at the pad: who came, what it says, who left, and the security bits that were asked for in between.

Rules:
  1. A tag is told of once it counts (`devices.presence`) and was read, or could not be read at the first try.
  2. What was asked of a tag's security bit comes before the next read: a lent book must not wait for its neighbours.
  3. A reader's card among the books is a card, never a book.
  4. As many rounds as a tag needs to count are the first look at the pad (`looked`). Whatever any of them saw lay there
     before, and is told of as found.
  5. The content of a tag is remembered for a minute after it left; its security bit is read anew each time.
  6. A tag whose security bit could not be set is waited for by whoever asked, so it is told of anew as soon as it was
     away, however shortly: one that did not answer has left, one that did has left in the first round that misses it.
     One that did not answer is told of only when it does: else it would come and go as often as it is asked.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from devices.drivers.feig.exchange import NoAnswer, Time
from devices.drivers.feig.reader import Reader, Refused, Secured
from devices.drivers.feig.settings import Settings
from devices.presence import Presence
from devices.tags import content
from devices.tags.content import TagContent, TagFault
from kiosk.domain.ids import CardNumber, ItemId, TagUid
from kiosk.domain.items import Security, TagFacts, Usage
from kiosk.events import CardRead, SecurityNotSet, SecuritySet, TagLost, TagRead, TagSeen, TagUnreadable
from kiosk.ports.devices import Emit

READ_ATTEMPTS = 3
REMEMBERED = 60.0
"""Seconds. Long enough for a book lifted and laid down again, too short for staff to rewrite its tag elsewhere."""
_MOST_REMEMBERED = 256
_UNKNOWN_BLOCKS = 28
"""Blocks of a tag that does not tell its size: what most library tags have."""
_LIVELY_ROUNDS = 10
"""Rounds without a pause after anything happened: hands are at the pad."""
_LIVELY_PAUSE = 0.01

_USAGES = {
    content.Usage.NOT_FOR_LOAN: Usage.NOT_FOR_LOAN,
    content.Usage.PATRON_CARD: Usage.PATRON_CARD,
    content.Usage.DISCARDED: Usage.OTHER,
    content.Usage.EQUIPMENT: Usage.OTHER,
}
"""Everything else may circulate: many libraries never wrote a usage, and the ABIS decides."""


@dataclass(frozen=True, slots=True)
class Order:
    uid: TagUid
    security: Security


class Orders:
    """Security bits asked for, from any thread. While closed (no reader), each is answered at once: not set."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[Order] = deque()
        self._open = False
        self.arrived = threading.Event()

    def put(self, order: Order, emit: Emit) -> None:
        with self._lock:
            if self._open:
                self._waiting.append(order)
                self.arrived.set()
                return
        emit(SecurityNotSet(order.uid, order.security))

    def take(self) -> Order | None:
        with self._lock:
            self.arrived.clear()
            return self._waiting.popleft() if self._waiting else None

    def open(self) -> None:
        with self._lock:
            self._open = True

    def close(self, emit: Emit) -> None:
        with self._lock:
            self._open = False
            left, self._waiting = self._waiting, deque()
        for order in left:
            emit(SecurityNotSet(order.uid, order.security))


@dataclass(slots=True)
class _Tag:
    """What is known of a tag that counts. `told`: a TagSeen went out. `afi` None: unread. `unset`: its security bit
    could not be set. `silent`: it did not answer then, and nothing since."""

    dsfid: int
    found: bool = False
    attempts: int = 0
    done: bool = False
    told: bool = False
    afi: int | None = None
    unset: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True)
class _Memory:
    said: TagContent | TagFault
    until: float


class Pad:
    """One life of the reader, from open wire to broken wire. Runs in the driver's thread."""

    def __init__(self, reader: Reader, settings: Settings, orders: Orders, emit: Emit, time: Time) -> None:
        self._reader, self._settings, self._orders = reader, settings, orders
        self._emit, self._time = emit, time
        self._presence = Presence(settings.confirm_rounds, settings.forget_rounds)
        self._tags: dict[bytes, _Tag] = {}
        self._remembered: dict[bytes, _Memory] = {}
        self._silent: deque[bytes] = deque(maxlen=_MOST_REMEMBERED)
        self._lively = _LIVELY_ROUNDS
        self._resets = settings.rf_reset
        self._rounds = 0

    @property
    def count(self) -> int:
        """Tags that lie there."""
        return len(self._tags)

    @property
    def pause(self) -> float:
        """Seconds until the next round should start."""
        return _LIVELY_PAUSE if self._lively else self._settings.idle_seconds

    @property
    def looked(self) -> bool:
        """The first look is over."""
        return self._rounds >= self._settings.confirm_rounds

    def round(self) -> None:
        """Look once. Raises Refused or NoAnswer where the reader could not look; then nobody came or left."""
        self._obey()
        if self._resets:
            self._reader.reset_field()
        found = self._reader.inventory()
        seen = self._presence.observe(found)
        self._presence = seen.after
        for uid in seen.left:
            self._left(uid)
        for uid in seen.came:
            since = self._rounds + 1 - self._settings.confirm_rounds  # the rounds before the one that saw it first
            silent = uid in self._silent
            self._tags[uid] = _Tag(found[uid], found=since < self._settings.confirm_rounds, silent=silent)
        self._look_for_hidden(seen.missed)
        for uid in seen.missed:
            if uid in self._tags and self._tags[uid].unset:
                self._gone(uid)
        changed = bool(seen.came or seen.left or seen.missed) or self._presence.unsettled
        self._lively = _LIVELY_ROUNDS if changed else max(self._lively - 1, 0)
        for uid, tag in list(self._tags.items()):
            if not tag.done and uid in found and self._tags.get(uid) is tag:
                self._read(uid, tag)
                self._obey()
        self._rounds += 1

    def end(self) -> None:
        """The reader is gone: nobody knows any more what lies there."""
        for uid in list(self._tags):
            self._left(uid)

    # --- coming and leaving ------------------------------------------------------------------------------------------

    def _left(self, uid: bytes) -> None:
        if self._tags.pop(uid).told:
            self._emit(TagLost(_named(uid)))
        if memory := self._remembered.get(uid):
            self._remembered[uid] = replace(memory, until=self._time.monotonic() + REMEMBERED)

    def _gone(self, uid: bytes) -> None:
        """Take a tag for lifted though it was not missed long enough."""
        self._presence = self._presence.without(uid)
        self._left(uid)

    def _look_for_hidden(self, missed: tuple[bytes, ...]) -> None:
        """Speak to a tag that an inventory left out: if it answers, the reader reports each tag only once."""
        if not missed or self._resets:
            return
        try:
            self._reader.information(missed[0])
        except (Refused, NoAnswer):
            return
        self._resets = True

    # --- reading -----------------------------------------------------------------------------------------------------

    def _read(self, uid: bytes, tag: _Tag) -> None:
        tag.attempts += 1
        try:
            said = self._said(uid, tag)
        except (Refused, NoAnswer):
            said = None
        match said:
            case None if tag.silent:
                return
            case None if tag.attempts < READ_ATTEMPTS:
                self._tell(uid, tag)
                return
            case TagContent() if said.usage is content.Usage.PATRON_CARD:
                if tag.told:
                    tag.told = False
                    self._emit(TagLost(_named(uid)))  # it was announced as a book before it could be read
                self._emit(CardRead(CardNumber(said.item)))
            case TagContent():
                self._tell(uid, tag)
                self._emit(TagRead(self._facts(uid, said, tag.afi)))
            case _:
                self._tell(uid, tag)
                self._emit(TagUnreadable(_named(uid)))
        tag.done = True
        self._heard(uid)

    def _heard(self, uid: bytes) -> None:
        if uid in self._silent:
            self._silent.remove(uid)

    def _tell(self, uid: bytes, tag: _Tag) -> None:
        if not tag.told:
            tag.told = True
            self._emit(TagSeen(_named(uid), tag.found))

    def _said(self, uid: bytes, tag: _Tag) -> TagContent | TagFault:
        """Return the content, remembered or read, after noting the security byte. Some tags cannot tell the latter."""
        blocks = _UNKNOWN_BLOCKS
        try:
            information = self._reader.information(uid)
            tag.afi, blocks = information.afi, information.blocks
        except Refused as refused:
            if not refused.final:
                raise
        now = self._time.monotonic()
        memory = self._remembered.get(uid)
        if memory is None or memory.until < now:
            memory = _Memory(self._reader.content(uid, tag.dsfid, blocks), float("inf"))
        else:
            memory = replace(memory, until=float("inf"))
        self._remember(uid, memory, now)
        return memory.said

    def _remember(self, uid: bytes, memory: _Memory, now: float) -> None:
        self._remembered = {one: said for one, said in self._remembered.items() if said.until >= now}
        if len(self._remembered) < _MOST_REMEMBERED:
            self._remembered[uid] = memory

    def _facts(self, uid: bytes, said: TagContent, afi: int | None) -> TagFacts:
        return TagFacts(
            uid=_named(uid),
            item=ItemId(said.item),
            usage=_USAGES.get(said.usage, Usage.CIRCULATION),
            owner=said.owner,
            security=self._security(afi),
            parts=said.parts,
            part=said.part,
        )

    def _security(self, afi: int | None) -> Security | None:
        states = {self._settings.afi_secured: Security.ARMED, self._settings.afi_loaned: Security.DISARMED}
        return None if afi is None else states.get(afi)

    # --- security bits -----------------------------------------------------------------------------------------------

    def _obey(self) -> None:
        while order := self._orders.take():
            self._lively = _LIVELY_ROUNDS
            done = False
            try:
                done = self._set(order)
            finally:  # a wire that breaks here still leaves an answer
                outcome: Callable[[TagUid, Security], SecuritySet | SecurityNotSet]
                outcome = SecuritySet if done else SecurityNotSet
                self._emit(outcome(order.uid, order.security))

    def _set(self, order: Order) -> bool:
        uid = bytes.fromhex(order.uid)
        tag = self._tags.get(uid)
        armed = order.security is Security.ARMED
        afi = self._settings.afi_secured if armed else self._settings.afi_loaned
        outcome = self._reader.secure(uid, afi, tag.afi if tag else None)
        done = outcome is Secured.DONE
        if tag:
            tag.afi, tag.unset = afi if done else None, not done
            if outcome is Secured.SILENT:
                self._heard(uid)
                self._silent.append(uid)
                self._gone(uid)
        return done


def _named(uid: bytes) -> TagUid:
    return TagUid(uid.hex().upper())
