"""Tasks of a session: what they take over from the pad, and who hears which event.

A book is in the hands of one task at a time: what one of them is still dealing with, the other does not take.
"""

from dataclasses import replace

from kiosk.domain.ids import ItemId, TagUid
from kiosk.domain.items import TagFacts
from kiosk.domain.refusal import Reason, Refusal
from kiosk.effects import DescribeItem, Effect
from kiosk.events import CheckinAccepted, Choice, Chosen, Event, TagRead, TagSeen, TagUnreadable, Task
from kiosk.flows import account, checkin, checkout
from kiosk.flows.checkin_state import Checkin
from kiosk.flows.checkout_state import Checkout, Stage
from kiosk.flows.session_state import Finishing, Session, Step, Where, World, asker


def choose(now: Session, task: Task, world: World) -> Step:
    """Go to a task, if need be by way of "who are you?"."""
    if now.busy or now.where is Where.FAREWELL:
        return now, ()
    now = replace(now, holds_open=False)
    match task:
        case Task.CHECKIN:
            return _return_books(now, world)
        case _ if now.patron is None:
            return replace(_nobody(now), where=Where.IDENTIFY, wanted=task), ()
        case Task.HOME:
            return replace(now, where=Where.HOME), ()
        case Task.CHECKOUT:
            return _borrow(now, world)
        case _:
            return ask_account(replace(now, where=Where.ACCOUNT))


def left(now: Session, where: Where) -> Session:
    """Another screen than this one: books of its list whose numbers were never read are on no list, and nobody waits
    for "Done" any more. What lies there and was taken over by the screen that follows is not meant."""
    match where:
        case Where.CHECKOUT:
            now = replace(now, checkout=checkout.left(now.checkout))
        case Where.CHECKIN:
            now = replace(now, checkin=checkin.left(now.checkin))
        case _:
            pass
    return replace(now, finishing=Finishing.NO)


def _nobody(now: Session) -> Session:
    """A card that was shown and did not become somebody is forgotten."""
    return replace(now, card=None, typed=False, refusal=None, attempts_left=None)


def ask_account(now: Session) -> Step:
    """Ask for the account, but never for somebody whom the ABIS did not confirm."""
    assert now.patron is not None
    if now.offline:
        return replace(now, account=replace(now.account, unavailable=True)), ()
    books, effects = account.ask(now.account, now.id, now.patron.card)
    return replace(now, account=books), effects


# --- what lies there already -----------------------------------------------------------------------------------------


def _borrow(now: Session, world: World) -> Step:
    """Take over what lies on the pad and nobody has dealt with."""
    now = replace(now, where=Where.CHECKOUT)
    effects: tuple[Effect, ...] = ()
    for laid in world.pad.fresh:
        if _takes_loan(now, laid.uid, world):
            books, more = _lent_from_pad(now, laid.uid, world)
            now, effects = replace(now, checkout=books), effects + more
    for item in world.pad.scanned:
        books, more = checkout.scan(now.checkout, item, world.pad.info(item), asker(now, world))
        now, effects = replace(now, checkout=books), effects + more + _description(books, item)
    return now, effects


def _lent_from_pad(now: Session, uid: TagUid, world: World) -> tuple[Checkout, tuple[Effect, ...]]:
    laid, who = world.pad.at(uid), asker(now, world)
    assert laid is not None
    books, effects = checkout.step(checkout.anew(now.checkout, uid), TagSeen(uid), who)
    if laid.facts is None:
        return books if laid.readable else checkout.step(books, TagUnreadable(uid), who)[0], effects
    books, more = checkout.read(books, laid.facts, world.pad.info(laid.facts.item), who)
    return books, effects + more + _description(books, laid.facts.item)


def _description(books: Checkout, item: ItemId) -> tuple[Effect, ...]:
    """Ask what the item is, for a book that waits for it."""
    book = books.by_item(item)
    return (DescribeItem(item),) if book and book.stage is Stage.LOOKING else ()


def _return_books(now: Session, world: World) -> Step:
    now = replace(now if now.patron else _nobody(now), where=Where.CHECKIN, wanted=None)
    effects: tuple[Effect, ...] = ()
    for laid in world.pad.fresh:
        if _takes_return(now, laid.uid, world):
            books, more = _returned_from_pad(now, laid.uid, world)
            now, effects = replace(now, checkin=books), effects + more
    for item in world.pad.scanned:
        now, more = scan_return(now, item, world)
        effects += more
    return now, effects


def _returned_from_pad(now: Session, uid: TagUid, world: World) -> tuple[Checkin, tuple[Effect, ...]]:
    laid = world.pad.at(uid)
    assert laid is not None
    books, effects = checkin.step(now.checkin, TagSeen(uid), now.id, world.rules)
    if laid.facts is None:
        return books if laid.readable else checkin.step(books, TagUnreadable(uid), now.id, world.rules)[0], effects
    books, more = checkin.read(books, laid.facts, world.pad.info(laid.facts.item), now.id, world.rules)
    return books, effects + more


# --- barcodes --------------------------------------------------------------------------------------------------------


def scan_loan(now: Session, item: ItemId, world: World) -> Step:
    """The barcode of a book to be borrowed. One whose tag lies there dealt with must be lifted first."""
    returning = now.checkin.by_item(item)
    if world.pad.is_inert(item) or (returning and returning.busy):
        return now, ()
    books, effects = checkout.scan(now.checkout, item, None, asker(now, world))
    return replace(now, checkout=books), (*effects, *_description(books, item))


def scan_return(now: Session, item: ItemId, world: World) -> Step:
    """The barcode of a book to be returned. One that was lent here by its tag comes back by its tag, to be armed."""
    lent = now.checkout.by_item(item)
    if world.pad.is_inert(item) or (lent and (lent.busy or lent.released)):
        return now, ()
    unit, info = world.rules.em_unit, world.pad.info(item)
    books, effects = checkin.scan(now.checkin, item, info, now.id, tags=world.tags, strips=unit.closes)
    asked = (DescribeItem(item),) if effects and not info else ()
    return replace(now, checkin=books), (*effects, *asked)


def lay_down(now: Session, world: World) -> Step:
    """Done was pressed: arm what was returned by barcode where its tag lies there; for the rest the reader is asked."""
    effects: tuple[Effect, ...] = ()
    for book in now.checkin.awaiting:
        facts = next((laid.facts for laid in world.pad.laid if laid.facts and laid.facts.item == book.item), None)
        if facts is not None:
            books, more = checkin.laid(now.checkin, book, facts)
            now, effects = replace(now, checkin=books), effects + more
    return now, effects


# --- who hears what --------------------------------------------------------------------------------------------------


def work(now: Session, event: Event, world: World) -> Step:
    """Let the tasks hear what concerns them; a new book only the one that is on the screen."""
    now = _claimed(_handed_on(now, event), event)
    effects: tuple[Effect, ...] = ()
    if now.patron is not None and _concerns_checkout(now, event, world):
        books, more = checkout.step(now.checkout, event, asker(now, world))
        now, effects = replace(now, checkout=books), effects + more
    if _concerns_checkin(now, event, world):
        returned, more = checkin.step(now.checkin, event, now.id, world.rules)
        now, effects = replace(now, checkin=returned), effects + more
    if now.patron is not None:
        known, more = account.step(now.account, event, now.id, asker(now, world).reader)
        now, effects = replace(now, account=known), effects + more
    return now, effects


def _handed_on(now: Session, event: Event) -> Session:
    """What was returned for somebody else to be lent here is the return task's too, until the loan stands."""
    book = now.checkout.by_item(event.returned.item) if isinstance(event, CheckinAccepted) else None
    if book is None or not book.return_first or book.stage is not Stage.ASKING:
        return now
    returned = checkin.Book(
        checkin.Stage.HANDED_ON, book.item, book.uids, away=book.away, parts=book.parts, info=book.info,
        numbers=book.numbers,
    )  # fmt: skip
    return replace(now, checkin=checkin.handed_on(now.checkin, returned))


def _claimed(now: Session, event: Event) -> Session:
    """The reader says whose the book is: nobody else is there any more."""
    book = now.checkout.by_item(event.item) if isinstance(event, Chosen) and event.choice is Choice.YES else None
    asked = book is not None and book.stage is Stage.QUESTION and book.refusal == Refusal(Reason.ANOTHER_CARD)
    return replace(now, disputed=False) if asked else now


def _concerns_checkout(now: Session, event: Event, world: World) -> bool:
    match event:
        case TagSeen(uid) | TagUnreadable(uid) | TagRead(facts=TagFacts(uid=uid)):
            book = now.checkout.by_tag(uid)
            lent = book is not None and book.lent
            return lent or (now.where is Where.CHECKOUT and _takes_loan(now, uid, world))
        case Chosen():
            return now.where is Where.CHECKOUT
        case _:
            return True


def _concerns_checkin(now: Session, event: Event, world: World) -> bool:
    match event:
        case TagSeen(uid) | TagUnreadable(uid) | TagRead(facts=TagFacts(uid=uid)):
            book = now.checkin.by_tag(uid)
            held = book is not None and (book.returned or book.busy)
            return held or (now.where is Where.CHECKIN and _takes_return(now, uid, world))
        case Chosen():
            return now.where is Where.CHECKIN
        case _:
            return True


def _takes_loan(now: Session, uid: TagUid, world: World) -> bool:
    """What was laid back to be armed is not laid there to be borrowed."""
    returning, lent = now.checkin.by_tag(uid), now.checkout.by_tag(uid)
    called_back = now.must_put_back and returning and returning.called_back
    if called_back and not (lent and lent.stage is Stage.READING):
        return False
    return world.pad.is_fresh(uid) and not (returning and returning.busy)


def _takes_return(now: Session, uid: TagUid, world: World) -> bool:
    """What was laid back to be released is not laid there to be returned; nor is what comes with a book asked for."""
    if now.laying and now.must_put_back:
        return False
    lent = now.checkout.by_tag(uid)
    return world.pad.is_fresh(uid) and not (lent and (lent.busy or lent.stage is Stage.PUT_BACK))
