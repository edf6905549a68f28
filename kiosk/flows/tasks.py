"""Tasks of a session: what they take over from the pad, and who hears which event."""

from dataclasses import replace

from kiosk.domain.ids import TagUid
from kiosk.domain.items import TagFacts
from kiosk.effects import DescribeItem, Effect
from kiosk.events import Chosen, Event, TagRead, TagSeen, TagUnreadable, Task
from kiosk.flows import account, checkin, checkout
from kiosk.flows.checkin import Checkin
from kiosk.flows.checkout_state import Checkout, Stage
from kiosk.flows.session_state import Session, Step, Where, World, asker


def choose(now: Session, task: Task, world: World) -> Step:
    """Go to a task, if need be by way of "who are you?"."""
    if now.busy or now.where is Where.FAREWELL:
        return now, ()
    match task:
        case Task.CHECKIN:
            return _return_books(now, world)
        case _ if now.patron is None:
            return replace(now, where=Where.IDENTIFY, wanted=task, refusal=None), ()
        case Task.HOME:
            return replace(now, where=Where.HOME), ()
        case Task.CHECKOUT:
            return _borrow(now, world)
        case Task.ACCOUNT:
            books, effects = account.ask(now.account, now.id, now.patron.card)
            return replace(now, where=Where.ACCOUNT, account=books), effects


def _borrow(now: Session, world: World) -> Step:
    """Take over what lies on the pad and nobody has dealt with."""
    books: Checkout = now.checkout
    effects: tuple[Effect, ...] = ()
    for laid in world.pad.fresh:
        books, more = _take_for_checkout(books, laid.uid, now, world)
        effects += more
    for item in world.pad.scanned:
        info = world.pad.info(item)
        books, more = checkout.scan(books, item, info, asker(now, world))
        effects += more if info else (*more, DescribeItem(item))
    return replace(now, where=Where.CHECKOUT, checkout=books), effects


def _take_for_checkout(books: Checkout, uid: TagUid, now: Session, world: World) -> tuple[Checkout, tuple[Effect, ...]]:
    laid, who = world.pad.at(uid), asker(now, world)
    assert laid is not None
    books, effects = checkout.step(books, TagSeen(uid), who)
    if laid.facts is None:
        return books if laid.readable else checkout.step(books, TagUnreadable(uid), who)[0], effects
    info = world.pad.info(laid.facts.item)
    books, more = checkout.read(books, laid.facts, info, who)
    return books, effects + more + (() if info else (DescribeItem(laid.facts.item),))


def _return_books(now: Session, world: World) -> Step:
    books: Checkin = now.checkin
    effects: tuple[Effect, ...] = ()
    for laid in world.pad.fresh:
        books, _ = checkin.step(books, TagSeen(laid.uid), now.id, world.rules)
        if laid.facts is not None:
            books, more = checkin.read(books, laid.facts, world.pad.info(laid.facts.item), now.id)
            effects += more
        elif not laid.readable:
            books, _ = checkin.step(books, TagUnreadable(laid.uid), now.id, world.rules)
    for item in world.pad.scanned:
        books, more = checkin.scan(books, item, world.pad.info(item), now.id)
        effects += more
    return replace(now, where=Where.CHECKIN, checkin=books, wanted=None, card=None, refusal=None), effects


def work(now: Session, event: Event, world: World) -> Step:
    """Let the tasks hear what concerns them; a new book only the one that is on the screen."""
    effects: tuple[Effect, ...] = ()
    if now.patron is not None and _concerns_checkout(now, event, world):
        books, more = _checkout_step(now, event, world)
        now, effects = replace(now, checkout=books), effects + more
    if _concerns_checkin(now, event, world):
        returned, more = checkin.step(now.checkin, event, now.id, world.rules)
        now, effects = replace(now, checkin=returned), effects + more
    if now.patron is not None:
        known, more = account.step(now.account, event, now.id, now.patron.card)
        now, effects = replace(now, account=known), effects + more
    return now, effects


def _checkout_step(now: Session, event: Event, world: World) -> tuple[Checkout, tuple[Effect, ...]]:
    return checkout.step(now.checkout, event, asker(now, world))


def _concerns_checkout(now: Session, event: Event, world: World) -> bool:
    match event:
        case TagSeen(uid) | TagUnreadable(uid) | TagRead(facts=TagFacts(uid=uid)):
            book = now.checkout.by_tag(uid)
            return bool(book and book.lent) or (now.where is Where.CHECKOUT and uid not in world.pad.inert)
        case Chosen():
            return now.where is Where.CHECKOUT
        case _:
            return True


def _concerns_checkin(now: Session, event: Event, world: World) -> bool:
    match event:
        case TagSeen(uid) | TagUnreadable(uid) | TagRead(facts=TagFacts(uid=uid)):
            lent, book = now.checkout.by_tag(uid), now.checkin.by_tag(uid)
            if lent and lent.stage in (Stage.PUT_BACK, Stage.DISARMING):
                return False  # it was laid back to be released, not to be returned
            return bool(book and book.returned) or (now.where is Where.CHECKIN and uid not in world.pad.inert)
        case _:
            return True
