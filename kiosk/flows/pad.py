"""The pad: what lies there, what is known of it, and what has been dealt with.

Rules:
  1. A tag is dealt with once per laying down: what lay there when a session ended, or what a task has finished with,
     is *inert* until it is lifted. Nobody inherits a pile.
  2. Everything laid down is described at once, so that the titles stand there before the card.
  3. A scanned barcode is a book that cannot be lifted: it leaves when it has been taken over by a task.
  4. A bit that could not be brought to where the loan says is brought there when its tag is seen again.
"""

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from kiosk.domain.ids import ItemId, TagUid
from kiosk.domain.items import ItemInfo, Security, TagFacts
from kiosk.effects import DescribeItem, Effect, SetSecurity
from kiosk.events import (
    CheckinAccepted,
    CheckoutApproved,
    Event,
    ItemDescribed,
    SecuritySet,
    TagLost,
    TagRead,
    TagSeen,
    TagUnreadable,
)

MAX_LAID = 60
"""Tags remembered at once: three times what a pad can read. More is noise and is not looked at."""
MAX_OWED = 200
"""Repairs remembered at once; older ones are left to the journal's recovery at the next start."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A tag on the pad. `facts` None: not read yet, or unreadable."""

    uid: TagUid
    facts: TagFacts | None = None
    readable: bool = True


@dataclass(frozen=True, slots=True)
class Pad:
    laid: tuple[Laid, ...] = ()
    inert: frozenset[TagUid] = field(default_factory=frozenset)
    scanned: tuple[ItemId, ...] = ()
    infos: tuple[ItemInfo, ...] = ()
    """What the ABIS said of the items that lie here."""
    owed: tuple[tuple[ItemId, Security], ...] = ()
    """Bits that should be otherwise: the state each item's tag must be brought to."""

    def at(self, uid: TagUid) -> Laid | None:
        return next((laid for laid in self.laid if laid.uid == uid), None)

    def info(self, item: ItemId) -> ItemInfo | None:
        return next((info for info in self.infos if info.item == item), None)

    @property
    def fresh(self) -> tuple[Laid, ...]:
        """What nobody has dealt with yet."""
        return tuple(laid for laid in self.laid if laid.uid not in self.inert)

    def settled(self) -> "Pad":
        """All that lies here has been dealt with."""
        here = frozenset(laid.uid for laid in self.laid)
        return replace(self, inert=here, scanned=(), infos=tuple(i for i in self.infos if self._lies_here(i.item)))

    def settle(self, uids: frozenset[TagUid]) -> "Pad":
        """These have been dealt with, until they are lifted."""
        here = frozenset(laid.uid for laid in self.laid)
        return replace(self, inert=self.inert | (uids & here))

    def owing(self, item: ItemId, security: Security) -> "Pad":
        """Remember that this item's tag still has to be brought to `security`."""
        rest = tuple((other, state) for other, state in self.owed if other != item)
        return replace(self, owed=(*rest, (item, security))[-MAX_OWED:])

    def paid(self, item: ItemId) -> "Pad":
        return replace(self, owed=tuple((other, state) for other, state in self.owed if other != item))

    def _lies_here(self, item: ItemId) -> bool:
        return item in self.scanned or any(laid.facts and laid.facts.item == item for laid in self.laid)


Step: TypeAlias = tuple[Pad, tuple[Effect, ...]]


def step(now: Pad, event: Event) -> Step:
    match event:
        case TagSeen(uid) if now.at(uid) is None and len(now.laid) < MAX_LAID:
            return replace(now, laid=(*now.laid, Laid(uid))), ()
        case TagRead(facts):
            return _read(now, facts)
        case TagUnreadable(uid):
            return _replaced(now, uid, Laid(uid, readable=False)), ()
        case TagLost(uid):
            left = replace(now, laid=tuple(laid for laid in now.laid if laid.uid != uid), inert=now.inert - {uid})
            return replace(left, infos=tuple(info for info in left.infos if left._lies_here(info.item))), ()
        case ItemDescribed(item, info) if info is not None and now._lies_here(item):
            return replace(now, infos=(*(i for i in now.infos if i.item != item), info)), ()
        case SecuritySet(uid, security):
            return _bit_set(now, uid, security), ()
        case CheckinAccepted(_, returned):
            return now.paid(returned.item), ()
        case CheckoutApproved(_, loan):
            return now.paid(loan.item), ()
        case _:
            return now, ()


def scan(now: Pad, item: ItemId) -> Step:
    """A barcode was read: the book is here, though it cannot be felt."""
    if now._lies_here(item) or len(now.scanned) >= MAX_LAID:
        return now, ()
    return replace(now, scanned=(*now.scanned, item)), (DescribeItem(item),)


def _read(now: Pad, facts: TagFacts) -> Step:
    if now.at(facts.uid) is None:
        return now, ()
    after = _replaced(now, facts.uid, Laid(facts.uid, facts))
    repair = tuple(SetSecurity(facts.uid, state, item) for item, state in now.owed if item == facts.item)
    look = () if facts.uid in now.inert else (DescribeItem(facts.item),)
    return after, repair + look


def _replaced(now: Pad, uid: TagUid, new: Laid) -> Pad:
    return replace(now, laid=tuple(new if laid.uid == uid else laid for laid in now.laid))


def _bit_set(now: Pad, uid: TagUid, security: Security) -> Pad:
    laid = now.at(uid)
    if laid is None or laid.facts is None:
        return now
    wanted = (laid.facts.item, security)
    return now.paid(laid.facts.item) if wanted in now.owed else now
