"""The pad: what lies there, what is known of it, what has been dealt with, and what is owed to tags.

Rules:
  1. A tag is dealt with once per laying down: what lay there when a session ended or when the station came to life, or
     what a task has finished with, is *inert* until it is lifted. Nobody inherits a pile.
  2. Everything laid down is described at once, so that the titles stand there before the card.
  3. A scanned barcode is a book that cannot be lifted: it leaves when it has been taken over by a task. The barcode of
     a book whose tag lies inert says nothing new.
  4. A bit that could not be brought to where the loan says is owed. It is brought there when the tag is seen again and
     the ABIS says that it is still so. While the ABIS is silent a tag is armed but never opened on the strength of a
     debt. What was recorded here the ABIS need not know yet: there the record is enough, but to open a tag of which it
     says otherwise waits for what becomes of the record.
"""

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from kiosk.domain.ids import ItemId, TagUid
from kiosk.domain.items import ItemInfo, Security, Standing, TagFacts
from kiosk.effects import DescribeItem, Effect, SetSecurity
from kiosk.events import (
    CheckinAccepted,
    CheckoutApproved,
    Event,
    Intent,
    ItemDescribed,
    Recorded,
    Replayed,
    SecuritySet,
    TagLost,
    TagRead,
    TagSeen,
    TagUnreadable,
)

MAX_LAID = 60
"""Tags remembered at once: three times what a pad can read. More is noise and is not looked at."""
MAX_LISTED = 300
"""Books on the list of one task: more than anybody carries. Whoever scans more gets no more rows."""
MAX_OWED = 200
"""Repairs remembered at once; older ones are left to the journal's recovery at the next start."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A tag on the pad. `facts` None: not read yet, or unreadable."""

    uid: TagUid
    facts: TagFacts | None = None
    readable: bool = True

    @property
    def item(self) -> ItemId | None:
        return self.facts.item if self.facts else None


@dataclass(frozen=True, slots=True)
class Debt:
    """The state an item's tags must be brought to. `written`: those that are. `offline`: the ABIS was never told."""

    item: ItemId
    security: Security
    offline: bool = False
    written: frozenset[TagUid] = field(default_factory=frozenset)

    def stands(self, info: ItemInfo | None) -> bool | None:
        """Say whether the tag should be so by what the ABIS says now; None: it does not say."""
        asked = info is not None and not info.remembered
        lent = info is not None and info.standing is Standing.ON_LOAN
        if self.security is Security.ARMED:
            return self.offline or not (asked and lent)
        if self.offline:
            return True if lent or not asked else None
        return lent if asked else None


@dataclass(frozen=True, slots=True)
class Pad:
    """`were_inert`: tags that were so when they left, or when the pad went away under them."""

    laid: tuple[Laid, ...] = ()
    inert: frozenset[TagUid] = field(default_factory=frozenset)
    were_inert: frozenset[TagUid] = field(default_factory=frozenset)
    scanned: tuple[ItemId, ...] = ()
    infos: tuple[ItemInfo, ...] = ()
    """What the ABIS said of the items that lie here."""
    owed: tuple[Debt, ...] = ()

    def at(self, uid: TagUid) -> Laid | None:
        return next((laid for laid in self.laid if laid.uid == uid), None)

    def info(self, item: ItemId) -> ItemInfo | None:
        return next((info for info in self.infos if info.item == item), None)

    def debt(self, item: ItemId) -> Debt | None:
        return next((debt for debt in self.owed if debt.item == item), None)

    def tags(self, item: ItemId) -> tuple[Laid, ...]:
        """The tags of an item that lie here."""
        return tuple(laid for laid in self.laid if laid.item == item)

    @property
    def fresh(self) -> tuple[Laid, ...]:
        """What nobody has dealt with yet."""
        return tuple(laid for laid in self.laid if laid.uid not in self.inert)

    def is_fresh(self, uid: TagUid) -> bool:
        return uid not in self.inert and self.at(uid) is not None

    def is_inert(self, item: ItemId) -> bool:
        """Its tag lies here and was dealt with: only lifting it makes it a book again."""
        return any(laid.uid in self.inert for laid in self.tags(item))

    def settled(self) -> "Pad":
        """All that lies here has been dealt with."""
        here = frozenset(laid.uid for laid in self.laid)
        return replace(self, inert=here, were_inert=frozenset()).without_scans()

    def settle(self, uids: frozenset[TagUid]) -> "Pad":
        """These have been dealt with, until they are lifted."""
        here = frozenset(laid.uid for laid in self.laid)
        return replace(self, inert=self.inert | (uids & here))

    def without_scans(self) -> "Pad":
        """What was scanned has been taken over, or whoever scanned it has gone."""
        return replace(self, scanned=())._tidied() if self.scanned else self

    def owing(self, debt: Debt) -> "Pad":
        """Remember what is owed to this item's tags; what was owed to them before is not any more."""
        rest = self.paid(debt.item).owed
        return replace(self, owed=(*rest, debt)[-MAX_OWED:])

    def paid(self, item: ItemId) -> "Pad":
        return replace(self, owed=tuple(debt for debt in self.owed if debt.item != item))

    def _tidied(self) -> "Pad":
        return replace(self, infos=tuple(info for info in self.infos if self._lies_here(info.item)))

    def _lies_here(self, item: ItemId) -> bool:
        return item in self.scanned or bool(self.tags(item))


Step: TypeAlias = tuple[Pad, tuple[Effect, ...]]


def step(now: Pad, event: Event) -> Step:
    match event:
        case TagSeen(uid) if now.at(uid) is None and len(now.laid) < MAX_LAID:
            return replace(now, laid=(*now.laid, Laid(uid)), were_inert=now.were_inert - {uid}), ()
        case TagRead(facts) if now.at(facts.uid) is not None:
            return _read(now, facts)
        case TagUnreadable(uid):
            return _replaced(now, uid, Laid(uid, readable=False)), ()
        case TagLost(uid):
            rest = tuple(laid for laid in now.laid if laid.uid != uid)
            were = now.were_inert | (now.inert & {uid})
            return replace(now, laid=rest, inert=now.inert - {uid}, were_inert=were)._tidied(), ()
        case ItemDescribed(item, info):
            return _described(now, item, info)
        case Replayed():
            return _replayed(now, event)
        case SecuritySet(uid, security):
            return _bit_set(now, uid, security), ()
        case CheckinAccepted(_, returned):
            return now.paid(returned.item), ()
        case CheckoutApproved(_, loan):
            return now.paid(loan.item), ()
        case Recorded(_, Intent.OFFLINE_CHECKOUT | Intent.OFFLINE_CHECKIN, item, _):
            return now.paid(item), ()
        case _:
            return now, ()


def scan(now: Pad, item: ItemId) -> Step:
    """A barcode was read: the book is here, though it cannot be felt."""
    if now._lies_here(item) or len(now.scanned) >= MAX_LAID:
        return now, ()
    return replace(now, scanned=(*now.scanned, item)), (DescribeItem(item),)


def _read(now: Pad, facts: TagFacts) -> Step:
    return _replaced(now, facts.uid, Laid(facts.uid, facts)), (DescribeItem(facts.item),)


def _described(now: Pad, item: ItemId, info: ItemInfo | None) -> Step:
    tags, debt = now.tags(item), now.debt(item)
    if info is not None and now._lies_here(item):
        now = replace(now, infos=(*(known for known in now.infos if known.item != item), info))
    if debt is None or not tags:
        return now, ()
    match debt.stands(info):
        case None:
            return now, ()
        case False:
            return now.paid(item), ()
    closed = (laid.uid for laid in tags if laid.uid not in debt.written)
    return now, tuple(SetSecurity(uid, debt.security, item) for uid in closed)


def _replayed(now: Pad, event: Replayed) -> Step:
    """What was recorded here has come to its end: from now on the ABIS knows how it stands."""
    debt, kind = now.debt(event.item), Security.DISARMED if event.lent else Security.ARMED
    if debt is None or not debt.offline or debt.security is not kind:
        return now, ()
    if event.lent and not event.stands:
        return now.paid(event.item), ()
    return now.owing(replace(debt, offline=False)), (DescribeItem(event.item),) if now.tags(event.item) else ()


def _replaced(now: Pad, uid: TagUid, new: Laid) -> Pad:
    return replace(now, laid=tuple(new if laid.uid == uid else laid for laid in now.laid))


def _bit_set(now: Pad, uid: TagUid, security: Security) -> Pad:
    facts = laid.facts if (laid := now.at(uid)) else None
    debt = now.debt(facts.item) if facts else None
    if facts is None or debt is None or debt.security is not security:
        return now
    written = debt.written | {uid}
    return now.paid(debt.item) if len(written) >= facts.parts else now.owing(replace(debt, written=written))
