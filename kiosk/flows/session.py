"""Session: one reader in front of the screen.

Rules:
  1. A session owns which task runs; tasks never call each other. What a task has done stays when the screen changes.
  2. "Done" works at once; what is still being asked gets a moment, then the reader is told and decides.
  3. A lent book whose tag is not open yet, and a returned one that left before it was armed, stand before everything
     else: "put it back". Where it comes to nothing, as over a dead pad, staff are told. "Done" asks so for what was
     returned by barcode. After it come magnetic strips (`strips`), and before the end a number may be asked for
     (`counting`).
  4. Every screen can be left. Where something was done, leaving goes by way of the receipt.

IDENTIFY -> (TYPE_NUMBER) -> (PIN) -> HOME -> CHECKOUT | CHECKIN | ACCOUNT -> FAREWELL -> (ended)
CHECKIN needs no identity; `identity` has the rules of who is who.
"""

from dataclasses import replace

from kiosk.domain.barcodes import Scanned, classify
from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.records import Kind
from kiosk.effects import Effect, Note, Sound, StartTimer, StopTimer, Tone
from kiosk.events import (
    BarcodeScanned,
    Button,
    CardRead,
    Chosen,
    CountTold,
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
from kiosk.flows import account, cards, counting, identity, receipt, reprint, strips, tasks, tones
from kiosk.flows.checkout_state import Stage
from kiosk.flows.session_state import Finishing, PuttingBack, Session, Step, Where, World


def step(now: Session, event: Event, world: World) -> Step:
    """Advance by one event. An event that means nothing here changes nothing."""
    after, effects = _moved(now, event, world)
    after, more = _settled(now, after, world)
    return after, effects + more + tones.between(now, after)


def _moved(now: Session, event: Event, world: World) -> Step:
    match event:
        case CardRead(card):
            return identity.card(now, card, world)
        case BarcodeScanned(text):
            return _scanned(now, text, world)
        case NumberTyped(text) if now.where is Where.TYPE_NUMBER and text.strip():
            return identity.card(now, CardNumber(text.strip()), world, typed=True)
        case PinEntered(pin):
            return identity.pin(now, pin)
        case PatronIdentified() | PatronRefused() | PatronUnanswered():
            return identity.answered(now, event, world)
        case TaskChosen(task):
            return tasks.choose(now, task, world)
        case Pressed(button):
            return _pressed(now, button, world)
        case TimedOut(timer):
            return _timed_out(now, timer, world)
        case ReceiptPrinted(_, way):
            return receipt.given(now, way), ()
        case ReceiptFailed(_, way):
            return receipt.failed(now, way, world)
        case CountTold(number):
            after, notes = counting.told(now, number)
            return _ended_if_counted(now, after, notes, world)
        case RowOpened(item):
            return replace(now, opened=item), ()
        case Chosen(item, choice) if (offer := reprint.opened(now, world)) and item == offer.item:
            return reprint.chosen(now, choice, world)
        case Chosen():
            return tasks.work(replace(now, opened=None), event, world)
        case _:
            return tasks.work(now, event, world)


def _scanned(now: Session, text: str, world: World) -> Step:
    match classify(text, world.rules), now.where:
        case Scanned.CARD, _:
            return identity.card(now, CardNumber(text), world)
        case Scanned.ITEM, Where.CHECKOUT:
            return tasks.scan_loan(now, ItemId(text), world)
        case Scanned.ITEM, Where.CHECKIN:
            return tasks.scan_return(now, ItemId(text), world)
        case _:
            return now, ()


# --- buttons ---------------------------------------------------------------------------------------------------------


def _pressed(now: Session, button: Button, world: World) -> Step:
    match button:
        case Button.BACK:
            return _back(now, world)
        case Button.FINISH:
            return _finish(now, world)
        case Button.TYPE_NUMBER if now.where is Where.IDENTIFY and not now.busy:
            return replace(now, where=Where.TYPE_NUMBER, refusal=None), ()
        case Button.TAKE if now.where is Where.HOME:
            return tasks.choose(now, Task.CHECKOUT, world)
        case Button.DOES_NOT_WORK if now.must_put_back:
            return _stuck(now)
        case Button.DOES_NOT_WORK if now.must_slide:
            return strips.stuck(now)
        case Button.COUNT_AGAIN:
            return counting.again(now), ()
        case Button.RENEW_ALL if now.where is Where.ACCOUNT and now.patron:
            books, effects = account.renew_all(now.account, now.id, now.patron.card)
            return replace(now, account=books), effects
        case Button.HOLDS if now.where in (Where.ACCOUNT, Where.HOME) and now.account.known:
            return replace(now, where=Where.ACCOUNT, holds_open=True), ()
        case Button.HOLDS if now.where is Where.HOME:  # not known yet, or not to be had: that is said there
            return tasks.choose(now, Task.ACCOUNT, world)
        case Button.MORE_TIME if now.where is Where.FAREWELL:
            return now, (StartTimer(Timer.FAREWELL, world.rules.patience.more),)
        case button if button in receipt.BUTTONS and now.where is Where.FAREWELL:
            return receipt.chosen(now, receipt.BUTTONS[button], world)
        case _:
            return now, ()


def _back(now: Session, world: World) -> Step:
    if now.must_slide:
        return now, ()
    if now.counting is not None:
        return tasks.choose(counting.closed(now), counting.TASKS[now.counting], world)
    if reprint.opened(now, world):
        return reprint.later(now), ()
    if now.opened is not None:
        return replace(now, opened=None), ()
    if now.must_put_back or now.busy:
        return now, ()
    match now.where:
        case Where.TYPE_NUMBER | Where.PIN:
            return replace(now, where=Where.IDENTIFY, card=None, refusal=None, attempts_left=None), ()
        case Where.ACCOUNT if now.holds_open:
            return replace(now, holds_open=False), ()
        case Where.CHECKOUT | Where.CHECKIN | Where.ACCOUNT if now.patron is not None:
            return replace(now, where=Where.HOME), ()
        case Where.IDENTIFY if now.checkin.books:
            return replace(now, where=Where.CHECKIN), ()
        case Where.IDENTIFY | Where.CHECKIN:
            return leave(now, world) if now.nothing_done else _done(now, world)
        case _:
            return now, ()


def _finish(now: Session, world: World) -> Step:
    """The button bottom right: leave if that was asked, close the card that is open, or carry the work to its end."""
    if world.last_call:
        return leave(now, world)
    if now.must_slide:
        return strips.slid(now)
    if now.counting is not None:
        after, notes = counting.gone_on(now)
        return _ended_if_counted(now, after, notes, world)
    if reprint.opened(now, world):
        return reprint.later(now), ()
    if now.opened is not None:
        return replace(now, opened=None), ()
    if now.must_put_back:
        return (_excused(now), ()) if _is_stuck(now) else (now, ())
    if now.finishing is Finishing.WAITING:
        return now, ()
    match now.where:
        case Where.HOME | Where.CHECKOUT | Where.CHECKIN | Where.ACCOUNT:
            if now.working and now.finishing is Finishing.NO:
                return replace(now, finishing=Finishing.WAITING), (_timer(Timer.FINISHING, world),)
            return _done(now, world)
        case Where.IDENTIFY | Where.TYPE_NUMBER | Where.PIN:
            return leave(now, world) if now.nothing_done else _done(now, world)
        case _:
            return replace(now, where=Where.ENDED), ()


def _done(now: Session, world: World) -> Step:
    """All has been answered. What was returned by barcode is asked for once, then goes without."""
    if now.checkin.asked_for and world.tags and not now.laying:
        return replace(now, laying=True, finishing=Finishing.WAITING), ()
    now, notes = counting.before_the_end(now, world)
    if now.counting is not None:
        return replace(now, finishing=Finishing.NO), notes
    gone, effects = _farewell(now, world)
    return gone, (*notes, *effects)


def _ended_if_counted(before: Session, now: Session, notes: tuple[Effect, ...], world: World) -> Step:
    """A number that is settled lets the reader go on to the end."""
    if before.counting is None or now.counting is not None:
        return now, notes
    after, effects = _done(now, world)
    return after, (*notes, *effects)


def leave(now: Session, world: World) -> Step:
    """Finish now, wherever one stands. Who has done nothing simply leaves."""
    if now.nothing_done:
        return replace(now, where=Where.ENDED), ()
    if not now.must_put_back:
        return _farewell(now, world)
    told, calls = _stuck(now)
    gone, effects = _farewell(_excused(told), world)
    return gone, calls + effects


def _farewell(now: Session, world: World) -> Step:
    gone = replace(now, where=Where.FAREWELL, busy=False, finishing=Finishing.NO, opened=None, counting=None)
    gone, handed = receipt.handed_out(gone, world)
    return gone, (StartTimer(Timer.FAREWELL, receipt.seconds(gone, world)), Sound(Tone.GOODBYE), *handed)


# --- put it back -----------------------------------------------------------------------------------------------------


def _is_stuck(now: Session) -> bool:
    return now.putting_back is PuttingBack.STUCK


def _excused(now: Session) -> Session:
    return replace(now, putting_back=PuttingBack.EXCUSED)


def _stuck(now: Session) -> Step:
    """It does not work: the reader is told what to do instead, and so are staff."""
    if _is_stuck(now):
        return now, ()
    lent = ((book.item, book.txn, set(book.uids) - book.released) for book in now.checkout.put_back)
    returned = ((book.item, book.txn, set(book.uids) - book.armed) for book in now.back_to_pad)
    calls = tuple(
        Note(Kind.TAG_NOT_WRITTEN, now.id, item, uid, txn)
        for item, txn, missing in (*lent, *returned)
        for uid in sorted(missing)
    )
    return replace(now, putting_back=PuttingBack.STUCK), calls


# --- time ------------------------------------------------------------------------------------------------------------


def _timer(timer: Timer, world: World) -> StartTimer:
    patience = world.rules.patience
    seconds = {
        Timer.FINISHING: patience.finishing,
        Timer.PUT_BACK: patience.put_back_help,
    }[timer]
    return StartTimer(timer, seconds)


def _timed_out(now: Session, timer: Timer, world: World) -> Step:
    match timer:
        case Timer.FAREWELL if now.where is Where.FAREWELL:
            if now.must_put_back and not _is_stuck(now):
                return now, (StartTimer(Timer.FAREWELL, world.rules.patience.farewell),)
            return replace(now, where=Where.ENDED), ()
        case Timer.LAST_CALL:
            now, calls = _stuck(now) if now.must_put_back else (now, ())
            return replace(now, where=Where.ENDED, timed_out=True), calls
        case Timer.FINISHING if now.finishing is Finishing.WAITING:
            return replace(now, finishing=Finishing.TOLD), ()
        case Timer.PUT_BACK if now.must_put_back:
            return _stuck(now)
        case Timer.PARTS:
            return tasks.work(now, TimedOut(timer), world)
        case Timer.TOAST:
            return replace(now, second_card=False), ()
        case _:
            return now, ()


# --- what follows from a move ----------------------------------------------------------------------------------------


def _settled(before: Session, now: Session, world: World) -> Step:
    """Carry on what a move made possible: finish when the last answer is there, call for a lifted book."""
    if now.where is Where.ENDED:
        return now, ()
    if now.where is not before.where:
        now = tasks.left(now, before.where)
    now, effects = tasks.lay_down(now, world) if now.laying else (now, ())
    now, told = strips.settled(now, world)
    now, more = _finished(now, world)
    now, calls = _called_back(before, now, world)
    return _card_opened(before, now, world), effects + told + more + calls


def _finished(now: Session, world: World) -> Step:
    if now.finishing is Finishing.NO or now.working:
        return now, ()
    if now.finishing is Finishing.TOLD:
        return replace(now, finishing=Finishing.NO), ()
    return (now, ()) if now.must_act else _done(now, world)


def _called_back(before: Session, now: Session, world: World) -> Step:
    had, has = before.called_back, now.called_back
    if has - had:
        now = replace(now, putting_back=PuttingBack.ASKED)
    if now.must_put_back and not world.tags:
        return _stuck(now)
    if has - had:
        return now, (_timer(Timer.PUT_BACK, world), Sound(Tone.PLEASE))
    return now, (StopTimer(Timer.PUT_BACK),) if had and not has else ()


def _card_opened(before: Session, now: Session, world: World) -> Session:
    """A card opens by itself for the only book, and for a renewal that was refused.

    It closes when it has told all, and when another book comes.
    """
    if _listed(now) > _listed(before):
        now = replace(now, opened=None)
    if now.working or now.where is not before.where:
        now = counting.closed(now)
    new = [book for book in now.checkout.books if book.tells and book.refusal and not _told(before, book.key)]
    if now.where is Where.CHECKOUT and new and (len(now.checkout.books) == 1 or new[-1].stage is Stage.YOURS):
        now = replace(now, opened=new[-1].key)
    return replace(now, opened=None) if now.opened and not cards.opened(now, world.pad) else now


def _listed(now: Session) -> int:
    return len(now.checkout.books) + len(now.checkin.books)


def _told(before: Session, key: str) -> bool:
    return any(book.key == key and book.tells and book.refusal for book in before.checkout.books)
