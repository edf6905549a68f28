"""Session: one reader in front of the screen.

Rules:
  1. A session owns which task runs; tasks never call each other. What a task has done stays when the screen changes.
  2. Whoever is in front of the screen stays: a second card is refused until the first reader has finished.
  3. A PIN goes from the keypad to the ABIS and stays nowhere. Without the ABIS a card alone may do, by the rules.
  4. "Done" works at once; what is still being asked gets a moment, then the reader is told and decides.
  5. A lent book whose tag is not open yet stands before everything else: "put it back".

IDENTIFY -> (TYPE_NUMBER) -> (PIN) -> HOME -> CHECKOUT | CHECKIN | ACCOUNT -> FAREWELL -> (ended)
CHECKIN needs no identity.
"""

from dataclasses import replace
from enum import Enum

from kiosk.domain.barcodes import Scanned, classify
from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.patrons import Patron
from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import ReceiptRule
from kiosk.effects import DescribeItem, Effect, Identify, Note, PrintReceipt, Sound, StartTimer, StopTimer, Tone
from kiosk.events import (
    BarcodeScanned,
    Button,
    CardRead,
    Event,
    NumberTyped,
    PatronIdentified,
    PatronRefused,
    PatronUnanswered,
    PinEntered,
    Pressed,
    ReceiptFailed,
    ReceiptPrinted,
    RowOpened,
    Task,
    TaskChosen,
    TimedOut,
    Timer,
)
from kiosk.flows import account, checkin, checkout, receipt, tasks
from kiosk.flows.checkin import Stage as ReturnStage
from kiosk.flows.checkout_state import Stage
from kiosk.flows.session_state import Finishing, PuttingBack, Session, Step, Where, World, asker
from kiosk.views import Paper


def step(now: Session, event: Event, world: World) -> Step:
    """Advance by one event. An event that means nothing here changes nothing."""
    after, effects = _moved(now, event, world)
    after, more = _settled(now, after, world)
    return after, effects + more + _sounds(now, after)


def _moved(now: Session, event: Event, world: World) -> Step:
    match event:
        case CardRead(card):
            return _card(now, card, world)
        case BarcodeScanned(text):
            return _scanned(now, text, world)
        case NumberTyped(text) if now.where is Where.TYPE_NUMBER and text.strip():
            return _card(now, CardNumber(text.strip()), world)
        case PinEntered(pin) if now.where is Where.PIN and now.card and not now.busy:
            return replace(now, busy=True, refusal=None), (Identify(now.id, now.card, pin),)
        case PatronIdentified(_, patron) if now.busy:
            return _identified(now, patron, world)
        case PatronRefused(_, refusal, left) if now.busy:
            return _not_identified(now, refusal, left), ()
        case PatronUnanswered(_, card, known) if now.busy:
            return _unanswered(now, card, known, world)
        case TaskChosen(task):
            return tasks.choose(now, task, world)
        case Pressed(button):
            return _pressed(now, button, world)
        case TimedOut(timer):
            return _timed_out(now, timer, world)
        case ReceiptPrinted():
            return replace(now, paper=Paper.PRINTED), ()
        case ReceiptFailed():
            return replace(now, paper=Paper.FAILED), ()
        case RowOpened(item) if now.where in (Where.CHECKOUT, Where.CHECKIN):
            return replace(now, opened=item), ()
        case _:
            return tasks.work(now, event, world)


# --- who is it -------------------------------------------------------------------------------------------------------


def _card(now: Session, card: CardNumber, world: World) -> Step:
    if now.patron is not None or now.card is not None:
        if now.where is Where.FAREWELL or card in (now.card, now.patron.card if now.patron else None):
            return now, ()
        return replace(now, second_card=True), (StartTimer(Timer.TOAST, 5),)
    if now.where is Where.FAREWELL:
        return now, ()
    shown = replace(now, card=card, refusal=None, attempts_left=None)
    tick = Sound(Tone.CARD)
    if world.rules.pin_required:
        return replace(shown, where=Where.PIN), (tick,)
    return replace(shown, where=Where.IDENTIFY, busy=True), (tick, Identify(now.id, card, None))


def _scanned(now: Session, text: str, world: World) -> Step:
    match classify(text, world.rules), now.where:
        case Scanned.CARD, _:
            return _card(now, CardNumber(text), world)
        case Scanned.ITEM, Where.CHECKOUT:
            item = ItemId(text)
            books, effects = checkout.scan(now.checkout, item, None, asker(now, world))
            return replace(now, checkout=books), (*effects, DescribeItem(item))
        case Scanned.ITEM, Where.CHECKIN:
            returned, effects = checkin.scan(now.checkin, ItemId(text), None, now.id)
            return replace(now, checkin=returned), effects
        case _:
            return now, ()


def _identified(now: Session, patron: Patron, world: World, *, offline: bool = False) -> Step:
    known = replace(now, patron=patron, card=None, busy=False, refusal=None, offline=offline, where=Where.HOME)
    books, effects = account.ask(known.account, known.id, patron.card)
    known = replace(known, account=books)
    if now.wanted is None:
        return known, effects
    on, more = tasks.choose(known, now.wanted, world)
    return replace(on, wanted=None), effects + more


def _not_identified(now: Session, refusal: Refusal, left: int | None) -> Session:
    refused = replace(now, busy=False, refusal=refusal, attempts_left=left)
    if refusal.reason in (Reason.WRONG_PIN, Reason.PIN_LOCKED):
        return replace(refused, where=Where.PIN)
    return replace(refused, where=Where.IDENTIFY, card=None)


def _unanswered(now: Session, card: CardNumber, known: Patron | None, world: World) -> Step:
    if world.rules.offline.checkout and now.wanted is not Task.ACCOUNT:
        return _identified(now, known or Patron(card), world, offline=True)
    return _not_identified(now, Refusal(Reason.NEEDS_ABIS), None), ()


# --- buttons ---------------------------------------------------------------------------------------------------------


def _pressed(now: Session, button: Button, world: World) -> Step:
    match button:
        case Button.BACK:
            return _back(now), ()
        case Button.FINISH:
            return _finish(now, world)
        case Button.TYPE_NUMBER if now.where is Where.IDENTIFY and not now.busy:
            return replace(now, where=Where.TYPE_NUMBER, refusal=None), ()
        case Button.TAKE if now.where is Where.HOME:
            return tasks.choose(now, Task.CHECKOUT, world)
        case Button.DOES_NOT_WORK if now.must_put_back:
            return _stuck(now)
        case Button.RENEW_ALL if now.where is Where.ACCOUNT and now.patron:
            books, effects = account.renew_all(now.account, now.id, now.patron.card)
            return replace(now, account=books), effects
        case Button.HOLDS if now.where in (Where.ACCOUNT, Where.HOME) and now.patron:
            return replace(now, where=Where.ACCOUNT, holds_open=True), ()
        case Button.MORE_TIME if now.where is Where.FAREWELL:
            return now, (StartTimer(Timer.FAREWELL, world.rules.patience.more),)
        case _:
            return now, ()


def _back(now: Session) -> Session:
    if now.opened is not None:
        return replace(now, opened=None)
    if now.must_put_back:
        return now
    match now.where:
        case Where.TYPE_NUMBER | Where.PIN if not now.busy:
            return replace(now, where=Where.IDENTIFY, card=None, refusal=None, attempts_left=None)
        case Where.ACCOUNT if now.holds_open:
            return replace(now, holds_open=False)
        case Where.CHECKOUT | Where.CHECKIN | Where.ACCOUNT if now.patron is not None:
            return replace(now, where=Where.HOME, finishing=Finishing.NO)
        case Where.IDENTIFY | Where.CHECKIN if not now.busy and not now.checkin.books:
            return replace(now, where=Where.ENDED)
        case Where.IDENTIFY if not now.busy:
            return replace(now, where=Where.CHECKIN)
        case _:
            return now


def _finish(now: Session, world: World) -> Step:
    """The button bottom right: close the card that is open, or carry the work to its end."""
    if now.opened is not None:
        return replace(now, opened=None), ()
    if now.must_put_back:
        return (replace(now, putting_back=PuttingBack.EXCUSED), ()) if _is_stuck(now) else (now, ())
    match now.where:
        case Where.CHECKOUT | Where.CHECKIN if _working(now) and now.finishing is Finishing.NO:
            return replace(now, finishing=Finishing.WAITING), (_timer(Timer.FINISHING, world),)
        case Where.CHECKOUT | Where.CHECKIN if now.finishing is Finishing.WAITING:
            return now, ()
        case Where.HOME | Where.CHECKOUT | Where.CHECKIN | Where.ACCOUNT:
            return _farewell(now, world)
        case Where.FAREWELL:
            return replace(now, where=Where.ENDED), ()
        case _:
            return now, ()


def _farewell(now: Session, world: World) -> Step:
    slip = receipt.of(now, world.language)
    effects: tuple[Effect, ...] = (_timer(Timer.FAREWELL, world), Sound(Tone.GOODBYE))
    gone = replace(now, where=Where.FAREWELL, finishing=Finishing.NO, opened=None)
    if slip.empty or world.rules.receipt is ReceiptRule.NEVER:
        return gone, effects
    if not world.printer:
        return replace(gone, paper=Paper.FAILED), effects
    return replace(gone, paper=Paper.PRINTING), (*effects, PrintReceipt(now.id, slip))


def _working(now: Session) -> bool:
    return now.checkout.working or now.checkin.working


def _is_stuck(now: Session) -> bool:
    return now.putting_back is PuttingBack.STUCK


def _stuck(now: Session) -> Step:
    if _is_stuck(now):
        return now, ()
    calls = tuple(
        Note(Kind.TAG_NOT_WRITTEN, now.id, book.item, uid, book.txn)
        for book in now.checkout.put_back
        for uid in book.uids
        if uid not in book.released
    )
    return replace(now, putting_back=PuttingBack.STUCK), calls


# --- time ------------------------------------------------------------------------------------------------------------


def _timer(timer: Timer, world: World) -> StartTimer:
    patience = world.rules.patience
    seconds = {
        Timer.FINISHING: patience.finishing,
        Timer.FAREWELL: patience.farewell,
        Timer.PUT_BACK: patience.put_back_help,
    }[timer]
    return StartTimer(timer, seconds)


def _timed_out(now: Session, timer: Timer, world: World) -> Step:
    match timer:
        case Timer.FAREWELL if now.where is Where.FAREWELL:
            if now.must_put_back and not _is_stuck(now):
                return now, (_timer(Timer.FAREWELL, world),)
            return replace(now, where=Where.ENDED), ()
        case Timer.LAST_CALL:
            return replace(now, where=Where.ENDED, timed_out=True), ()
        case Timer.FINISHING if now.finishing is Finishing.WAITING:
            return replace(now, finishing=Finishing.TOLD), ()
        case Timer.PUT_BACK if now.must_put_back:
            return _stuck(now)
        case Timer.TOAST:
            return replace(now, second_card=False), ()
        case _:
            return now, ()


# --- what follows from a move ----------------------------------------------------------------------------------------


def _settled(before: Session, now: Session, world: World) -> Step:
    """Carry on what a move made possible: finish when the last answer is there, call for a lifted book."""
    if now.where is Where.ENDED:
        return now, ()
    effects: tuple[Effect, ...] = ()
    if now.finishing is Finishing.WAITING and not _working(now):
        now, effects = _farewell(now, world) if not now.must_put_back else (now, ())
    if len(now.checkout.put_back) > len(before.checkout.put_back):
        now = replace(now, putting_back=PuttingBack.ASKED, opened=None)
        effects += (_timer(Timer.PUT_BACK, world), Sound(Tone.PLEASE))
    elif before.checkout.put_back and not now.checkout.put_back:
        effects += (StopTimer(Timer.PUT_BACK),)
    if len(now.checkout.books) == 1 and _newly_refused(before, now):
        now = replace(now, opened=now.checkout.books[0].item)
    return now, effects


def _newly_refused(before: Session, now: Session) -> bool:
    """The only book got a question or a refusal: its card opens by itself."""
    stopped = (Stage.STAYS, Stage.QUESTION)
    was = before.checkout.books[0].stage if before.checkout.books else None
    return now.where is Where.CHECKOUT and now.checkout.books[0].stage in stopped and was not in stopped


def _sounds(before: Session, now: Session) -> tuple[Effect, ...]:
    """A tone when a book became the reader's or the library's, another when one stays."""

    def count(session: Session, *stages: Enum) -> int:
        lent = sum(book.stage in stages for book in session.checkout.books)
        return lent + sum(book.stage in stages for book in session.checkin.books)

    good = (Stage.YOURS, ReturnStage.RETURNED)
    stays = (Stage.STAYS, ReturnStage.STAYS, Stage.QUESTION)
    if count(now, *good) > count(before, *good):
        return (Sound(Tone.YOURS),)
    return (Sound(Tone.STAYS),) if count(now, *stays) > count(before, *stays) else ()
