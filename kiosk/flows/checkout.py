"""Checkout: books on the pad become loans.

Rules:
  1. Nothing leaves without a durable record: Record -> Recorded -> ask the ABIS -> answer (journaled) -> disarm.
  2. The loan comes first, the security bit after it, and the bit is read back. "Put it back" until it is.
  3. A refusal changes nothing on the tag: nothing had been changed.
  4. What may be the reader's by an answer (fee, renewal, somebody else's loan) is asked, never assumed.
  5. Taking a book off the list goes the other way round: arm, read back, return. If it cannot be returned it is
     disarmed again: the loan stands.
  6. A book that stays is tried anew when it is lifted and laid down again; a lent one is never asked for twice.
  7. A book lifted before anything was asked for it is no longer on the list.
  8. What the ABIS has refused to this reader does not leave in this session while it is silent.
  9. A book laid down after another card was shown may be that card's owner's: it is asked about.
 10. A loan that is called marked only by its answer goes back at once where the reader is too young for it.
 11. One loan opens as many tags as the item has parts, which are waited for (`sets`). A further tag with the same
     number, or of the same part, is another copy and stays.
12. What was the reader's before is on no list once an earlier return of it turns out to stand.

One book's way (docs/flows/checkout.md has the walked diagram):
  READING -> LOOKING -> RECORDING -> ASKING -> DISARMING -> YOURS -> ARMING -> RETURNING -> REMOVED
                 |           |          |          '-> PUT_BACK -> DISARMING
                 |           |          '-> RECORDING_OFFLINE -> DISARMING (recorded, to be confirmed)
                 '-> QUESTION/STAYS     '-> QUESTION (fee) / STAYS
A set: LOOKING -> GATHERING (the other parts) -> LOOKING.

This file keeps the list; `borrowing` has what becomes of one book of it.
"""

from dataclasses import replace
from typing import TypeAlias

from kiosk.domain.ids import ItemId, TagUid
from kiosk.domain.items import ItemInfo, TagFacts
from kiosk.domain.refusal import Reason, Refusal
from kiosk.effects import Effect
from kiosk.events import (
    CheckoutApproved,
    CheckoutRefused,
    Event,
    Recovered,
    Replayed,
    TagLost,
    TagRead,
    TagSeen,
    TimedOut,
    Timer,
)
from kiosk.flows import borrowing
from kiosk.flows.checkout_state import Asker, Book, Checkout, Stage

Step: TypeAlias = tuple[Checkout, tuple[Effect, ...]]
NO_REFUSALS = frozenset({Reason.ALREADY_YOURS, Reason.NOT_RECORDED})
"""The loan stands; the journal is ours."""


def step(now: Checkout, event: Event, asker: Asker) -> Step:
    """Advance by one event of this session. An event that means nothing here changes nothing."""
    match event:
        case TagSeen(uid):
            return _seen(now, uid)
        case TagRead(facts):
            return read(now, facts, None, asker)
        case TagLost(uid):
            return _lost(now, uid)
        case TimedOut(Timer.PARTS):
            return _gathered(now, asker)
        case Recovered(_, returned, _):
            return _no_longer_mine(now, returned), ()
        case Replayed(item, lent=False, stands=True):
            return _no_longer_mine(now, frozenset({item})), ()
        case _:
            return _turned(now, event, asker)


def _turned(now: Checkout, event: Event, asker: Asker) -> Step:
    book = now.meant(event)
    if book is None:
        return now, ()
    after, effects = borrowing.step(book, event, asker.with_list(now))
    now = _remembered(now, book, event, after)
    return now.without(book) if after is None else now.put(book, after), effects


def _no_longer_mine(now: Checkout, returned: frozenset[ItemId]) -> Checkout:
    """A return of an earlier visit is only now known to stand: what was shown as the reader's own is not, and stays
    closed. Who wants it lays it down anew."""
    return replace(now, books=tuple(book for book in now.books if not (book.mine and book.item in returned)))


def _gathered(now: Checkout, asker: Asker) -> Step:
    """No more parts came: what becomes of the sets that are not whole."""
    effects: tuple[Effect, ...] = ()
    for book in now.books:
        if book.stage is Stage.GATHERING:
            after, more = borrowing.gathered(book, asker.with_list(now))
            now, effects = now.put(book, after), effects + more
    return now, effects


def _remembered(now: Checkout, book: Book, event: Event, after: Book | None) -> Checkout:
    """What the ABIS has said of an item holds as long as this reader is here, even when it falls silent."""
    match event:
        case CheckoutRefused(_, item, refusal) if book.stage is Stage.ASKING and refusal.reason not in NO_REFUSALS:
            return replace(now, refused=now.refused | {item})
        case CheckoutApproved(_, loan) if after and after.barred and after.refusal and not book.barred:
            return replace(now, barred=(*now.barred, (loan.item, after.refusal)))
        case CheckoutApproved(_, loan):
            return replace(now, refused=now.refused - {loan.item})
        case _:
            return now


# --- the pad ---------------------------------------------------------------------------------------------------------


def _seen(now: Checkout, uid: TagUid) -> Step:
    book = now.by_tag(uid)
    if book is None:
        return now.put(None, Book(Stage.READING, uids=(uid,))), ()
    here = replace(book, away=book.away - {uid})
    if here.away:
        return now.put(book, here), ()
    match book.stage:
        case Stage.PUT_BACK:
            after, effects = borrowing.released(here)
            return now.put(book, after), effects
        case Stage.STAYS:
            return now.put(book, Book(Stage.READING, uids=book.uids, info=book.info)), ()
        case Stage.GATHERING:
            return now.put(book, replace(here, stage=Stage.LOOKING)), ()
        case _:
            return now.put(book, here), ()


def _lost(now: Checkout, uid: TagUid) -> Step:
    book = now.by_tag(uid)
    if book is None:
        return now, ()
    lifted = replace(book, away=book.away | {uid})
    match book.stage:
        case Stage.LOOKING | Stage.GATHERING if lifted.gone:
            return now.without(book), ()
        case _ if lifted.item is None and lifted.gone:
            return now.without(book), ()
        case Stage.DISARMING if uid not in book.released:
            return now.put(book, replace(lifted, stage=Stage.PUT_BACK)), ()
        case _:
            return now.put(book, lifted), ()


def left(now: Checkout) -> Checkout:
    """The reader goes on to something else: a book whose number was never read is on no list, and no part is waited
    for."""
    known = (book for book in now.books if book.stage is not Stage.READING)
    given_up = (book.stays(book.absence) if book.stage is Stage.GATHERING else book for book in known)
    return replace(now, books=tuple(given_up))


def anew(now: Checkout, uid: TagUid) -> Checkout:
    """The reader came back to borrow: what was taken off the list and lies there again is a new book."""
    book = now.by_tag(uid)
    return now.without(book) if book is not None and book.stage is Stage.REMOVED else now


# --- what it is ------------------------------------------------------------------------------------------------------


def read(now: Checkout, facts: TagFacts, info: ItemInfo | None, asker: Asker) -> Step:
    """A tag's number is known. `info`: what was learnt of the item before; None waits for `ItemDescribed`."""
    seen = now.by_tag(facts.uid)
    if seen is None or seen.item is not None:
        return now, ()
    known = now.by_item(facts.item)
    if known is not None:
        return _joined(now, known, seen, facts, asker)
    book = Book(Stage.LOOKING, facts.item, seen.uids, away=seen.away, owner=facts.owner, parts=facts.parts)
    book = replace(book, usage=facts.usage, numbers=(facts.part,))
    return _arrived(now, seen, book, info, asker)


def scan(now: Checkout, item: ItemId, info: ItemInfo | None, asker: Asker) -> Step:
    """A barcode was read. A book that is on the list already is tried anew if it stays, else left alone."""
    known = now.by_item(item)
    if known is None:
        return _arrived(now, None, Book(Stage.LOOKING, item, scanned=True), info, asker)
    if known.stage not in (Stage.STAYS, Stage.REMOVED):
        return now, ()
    again = Book(Stage.LOOKING, item, known.uids, away=known.away, owner=known.owner, parts=known.parts, scanned=True)
    return _arrived(now, known, replace(again, usage=known.usage, numbers=known.numbers), info, asker)


def _arrived(now: Checkout, old: Book | None, book: Book, info: ItemInfo | None, asker: Asker) -> Step:
    book, effects = borrowing.described(book, info, asker.with_list(now)) if info else (book, ())
    after = now.put(old, book)
    return after, effects if after is not now else ()


def _joined(now: Checkout, known: Book, seen: Book, facts: TagFacts, asker: Asker) -> Step:
    """A tag of a book that is on the list already: a part of a set, the book scanned before, or another copy.

    What was scanned and stays is tried anew when it is laid down, like any other.
    """
    parts = max(known.parts, facts.parts)
    if len(known.uids) >= parts or facts.part in known.numbers:
        return now.put(seen, seen.stays(Refusal(Reason.SAME_NUMBER))), ()
    uids, numbers = (*known.uids, facts.uid), (*known.numbers, facts.part)
    rest, book = now.without(seen), replace(known, uids=uids, numbers=numbers, parts=parts, owner=facts.owner)
    if book.stage in (Stage.DISARMING, Stage.PUT_BACK, Stage.YOURS):
        after, effects = borrowing.released(book)
        return rest.put(known, after), effects
    lacking = book.refusal is not None and book.refusal.reason is Reason.SET_INCOMPLETE
    anew = book.stage is Stage.STAYS and not known.uids
    if anew or book.stage is Stage.GATHERING or (lacking and book.stage in (Stage.STAYS, Stage.QUESTION)):
        return _arrived(rest, known, replace(book, stage=Stage.LOOKING, refusal=None), book.info, asker)
    return rest.put(known, book), ()
